"""A folder as a layer of an image: a tar that depends on nothing but names, contents and whether they may be run.

Standard library only.
"""

import hashlib
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stack.image import inside

TAR = "application/vnd.oci.image.layer.v1.tar"
# Packed by the zlib of the base: another one makes other bytes of the same content.
_PACK = """
import sys, zlib
packer = zlib.compressobj(6, zlib.DEFLATED, 31)
while part := sys.stdin.buffer.read(1 << 20):
    sys.stdout.buffer.write(packer.compress(part))
sys.stdout.buffer.write(packer.flush())
"""


@dataclass(frozen=True)
class Layer:
    """A layer in a file: what it is, its digest, and that of the tar in it; sizes in bytes."""

    what: str
    file: Path
    kind: str
    digest: str
    content: str
    unpacked: int

    @property
    def size(self) -> int:
        """Of the file."""
        return self.file.stat().st_size


class _Hashed:
    """Hands on what is written, and hashes it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.hash = hashlib.sha256()

    def write(self, part: bytes) -> int:
        self.hash.update(part)
        return self._target.write(part)


def write(what: str, folder: Path, file: Path, moment: int, base: Path | None = None) -> Layer:
    """Writes the layer; each file in it is of `moment`, in seconds since 1970.

    It is packed by the Python in `base`, and left as it is where there is none.
    """
    tar = file.with_suffix(".tar")
    with tar.open("wb") as target:
        hashed = _Hashed(target)
        # A stream: nothing is asked of the file but to be written to.
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
            for path in _sorted(folder):
                _add(archive, folder, path, moment)
    content = hashed.hash.hexdigest()
    if base is None:
        return Layer(what, tar, TAR, content, content, unpacked(folder))
    packed = file.with_suffix(".tar.gz")
    command = [*inside.command(base, inside.PYTHON), "-c", _PACK]
    with tar.open("rb") as source, packed.open("wb") as target:
        subprocess.run(command, stdin=source, stdout=target, env=inside.environment(base), check=True)
    tar.unlink()
    with packed.open("rb") as done:
        digest = hashlib.file_digest(done, "sha256").hexdigest()
    return Layer(what, packed, f"{TAR}+gzip", digest, content, unpacked(folder))


def _sorted(folder: Path) -> Iterator[Path]:
    """All below the folder, each folder before what is in it."""
    for each in sorted(folder.iterdir(), key=lambda path: path.name):
        yield each
        if each.is_dir() and not each.is_symlink():
            yield from _sorted(each)


def _add(archive: tarfile.TarFile, folder: Path, path: Path, moment: int) -> None:
    entry = tarfile.TarInfo(str(path.relative_to(folder)))
    entry.mtime = moment
    mode = path.lstat().st_mode
    if path.is_symlink():
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, str(path.readlink()), 0o777
        archive.addfile(entry)
    elif path.is_dir():
        # Whoever runs it may write where everybody may, and nowhere else.
        entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if mode & stat.S_ISVTX else 0o755
        archive.addfile(entry)
    else:
        entry.size, entry.mode = path.stat().st_size, 0o755 if mode & stat.S_IXUSR else 0o644
        with path.open("rb") as content:
            archive.addfile(entry, content)


def unpacked(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def clear(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
