"""The folder of backups: files sealed under one key, and manifests that say what belongs to which point in time.

A file is compressed, and then what Tink's streaming AEAD makes of it under the backup key, bound to its name. The key
is in none of them; its own name, which says nothing of it, marks the folder as that of one deployment.
"""

import fcntl
import gzip
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

import tink

from services.runtime.files.sealed import streaming_of

SUFFIX = ".sealed"
_CHUNK = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")
_FORMAT = 1


class Damaged(Exception):
    """A backup that is not whole, or not of this deployment: nothing may be restored from it. The text says what."""


@dataclass(frozen=True)
class Kept:
    """A sealed file: the hash (hex) and size in bytes of what is on the disk."""

    sha256: str
    size: int


@dataclass
class Manifest:
    """One backup: `base`, or a pass that holds what came since the manifest with the number before.

    Everything that was committed before `until` is in it, or in those before it. `files` are by their name in the
    folder. `postgres` has the timeline, the segment of its log that a restore begins with (bases) and the one that
    `until` is in; `incarnations` those of the services' stores.
    """

    number: int
    base: bool
    deployment: str
    until: datetime
    versions: dict[str, str] = field(default_factory=dict)
    postgres: dict[str, str] = field(default_factory=dict)
    incarnations: dict[str, int] = field(default_factory=dict)
    files: dict[str, Kept] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """As JSON."""
        return json.dumps({"format": _FORMAT, **asdict(self), "until": self.until.isoformat()}, indent=1).encode()

    @classmethod
    def decoded(cls, data: bytes) -> "Manifest":
        """ValueError when it is none of this format."""
        found: dict[str, Any] = json.loads(data)
        if (known := found.pop("format", None)) != _FORMAT:
            raise ValueError(f"a manifest of format {known}, not {_FORMAT}")
        files = {name: Kept(**each) for name, each in found.pop("files").items()}
        return cls(**{**found, "until": datetime.fromisoformat(found["until"])}, files=files)


class Vault:
    """The folder, for whoever has the key; 0700, made when it is not there.

    Damaged when it holds the backups of another deployment, which is one with another key.
    """

    def __init__(self, folder: Path, key: str) -> None:
        if not _KEY.fullmatch(key.strip()):
            raise ValueError("the key of backups is 256 bits in hex")
        secret = bytes.fromhex(key.strip())
        self._streaming = streaming_of(secret)
        self.deployment = hashlib.sha256(b"loanflow backups\n" + secret).hexdigest()[:16]
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        mark = folder / "deployment"
        if not mark.exists():
            mark.write_text(self.deployment)
        elif (found := mark.read_text().strip()) != self.deployment:
            raise Damaged(f"{folder} holds the backups of deployment {found}, and the key is that of {self.deployment}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time adds to it or takes from it."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def put(self, name: str, chunks: Iterable[bytes]) -> Kept:
        """Seals a file; it is on the disk, whole, once this returns. What `chunks` raises leaves nothing behind."""
        path = self.path(name)
        for folder in reversed(path.relative_to(self.folder).parents):
            (self.folder / folder).mkdir(exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.part")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            try:
                sink = _Hashing(file)
                with (
                    self._streaming.new_encrypting_stream(sink, name.encode()) as sealed,
                    gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=1, mtime=0) as packed,
                ):
                    for chunk in chunks:
                        packed.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                part.unlink()
                raise
        part.replace(path)
        _sync(path.parent)
        return Kept(sink.digest.hexdigest(), sink.size)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """The content of a file; Damaged when it is not there, or not what was sealed under this name."""
        self._present(name)
        try:
            with (
                self.path(name).open("rb") as file,
                self._streaming.new_decrypting_stream(file, name.encode()) as found,
            ):
                yield cast(IO[bytes], gzip.GzipFile(fileobj=found, mode="rb"))
        except (tink.TinkError, gzip.BadGzipFile, EOFError) as error:
            raise Damaged(f"{name} was changed, or sealed under another key") from error

    def _opening(self, file: IO[bytes], name: str) -> AbstractContextManager[IO[bytes]]:
        opening: AbstractContextManager[IO[bytes]] = self._streaming.new_decrypting_stream(file, name.encode())
        return opening

    def read(self, name: str) -> bytes:
        """The whole content of a small file; Damaged."""
        with self.opened(name) as file:
            return file.read()

    def extract(self, name: str, target: Path) -> None:
        """The content as a file that only its owner may read; Damaged."""
        with (
            self.opened(name) as file,
            os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as to,
        ):
            while chunk := file.read(_CHUNK):
                to.write(chunk)

    def check(self, name: str, kept: Kept) -> None:
        """Damaged when the file is missing, or not the one that was recorded."""
        with self._present(name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != kept.sha256:
            raise Damaged(f"{name} is damaged: its hash is {found[:16]}…, and {kept.sha256[:16]}… was recorded")

    def drop(self, name: str) -> None:
        """Removes a file, if it is there."""
        self.path(name).unlink(missing_ok=True)

    def _present(self, name: str) -> Path:
        path = self.path(name)
        if not path.exists():
            raise Damaged(f"{name} is missing from {self.folder}")
        return path

    def path(self, name: str) -> Path:
        """Where a file is."""
        return self.folder / f"{name}{SUFFIX}"

    def keep(self, manifest: Manifest) -> None:
        """The last step of a backup: without its manifest it is none."""
        self.put(_manifest(manifest.number), [manifest.encoded()])

    def manifests(self) -> list[Manifest]:
        """All of them, the oldest first; Damaged when one cannot be read."""
        return [*self._backwards()][::-1]

    def recent(self) -> list[Manifest]:
        """The last base and what came after it, the oldest first; none before the first base."""
        found = []
        for each in self._backwards():
            found.append(each)
            if each.base:
                return found[::-1]
        return []

    def _backwards(self) -> Iterator[Manifest]:
        for path in sorted((self.folder / "manifests").glob(f"*{SUFFIX}"), reverse=True):
            name = f"manifests/{path.name.removesuffix(SUFFIX)}"
            try:
                found = Manifest.decoded(self.read(name))
            except (ValueError, KeyError, TypeError) as error:
                raise Damaged(f"{name} is none that can be read: {error}") from error
            if found.deployment != self.deployment or _manifest(found.number) != name:
                raise Damaged(f"{name} is of deployment {found.deployment}, number {found.number}")
            yield found

    def forget(self, manifest: Manifest) -> None:
        """Removes a manifest; what it alone names is for `sweep`."""
        self.drop(_manifest(manifest.number))

    def sweep(self, wanted: set[str]) -> int:
        """Removes every sealed file but manifests and these; how many."""
        removed = 0
        for path in sorted(self.folder.rglob(f"*{SUFFIX}")):
            name = str(path.relative_to(self.folder)).removesuffix(SUFFIX)
            if not name.startswith("manifests/") and name not in wanted:
                path.unlink()
                removed += 1
                with suppress(OSError):
                    path.parent.rmdir()
        return removed


def _manifest(number: int) -> str:
    return f"manifests/{number:08d}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Hashing(io.RawIOBase):
    """Writes to a file that stays open, and hashes what it writes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # of bytes alone
        """Writes all of it."""
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)
