"""Debian's packages by their locked hashes: fetched once, unpacked without dpkg. Standard library only.

No maintainer's script runs. What those would have made, and a program needs, `base` makes by itself.
"""

import hashlib
import io
import os
import re
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stack import folders
from stack.image import ImageError

LOCK = Path(__file__).with_name("debian.lock")
ARCHITECTURE = "amd64"
MIRROR = "http://deb.debian.org"
# Every state that Debian's archives ever had: there when the mirror has newer versions alone.
SNAPSHOTS = "http://snapshot.debian.org/archive"
SECONDS = 60
# Where each package is said to be installed, as scanners of images look for it.
STATUS = PurePosixPath("var/lib/dpkg/status.d")
_TOP = ("bin", "sbin", "lib", "lib64")
# What no program of the image reads: pages for people, what packages bring for dpkg, glibc's own character sets.
_UNREAD = re.compile(
    r"usr/share/(man|info|locale|lintian|bug|menu|doc-base|base-files|debhelper|gdb|readline|perl5|binfmts|applications|pixmaps)/"
    r"|usr/share/doc/(?!.*/copyright$)|usr/lib/x86_64-linux-gnu/(gconv|audit)/|usr/s?bin/(?!python|x86_64-linux-gnu-)"
    r"|etc/(update-motd\.d|profile\.d|dpkg|ca-certificates|ld\.so\.conf\.d|python3\.11|default|logrotate\.d)/"
    r"|(home|root|boot|media|mnt|srv|opt|sys|proc|dev|run)/|var/(?!lib/dpkg/)"
)


@dataclass(frozen=True)
class Package:
    """A package of the lock: who uses it, where it is below the archive, and the hash of its file."""

    use: str
    name: str
    version: str
    archive: str
    path: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.use} {self.name} {self.version} {self.archive} {self.path} {self.sha256}"


@dataclass(frozen=True)
class Lock:
    """All packages, and the moment at which the archives had them, as snapshots are named: 20270131T000000Z."""

    snapshot: str
    packages: tuple[Package, ...]

    def of(self, use: str) -> tuple[Package, ...]:
        """Those of one use."""
        return tuple(each for each in self.packages if each.use == use)


def read(text: str) -> Lock:
    """The lock out of its file's text."""
    [snapshot] = re.findall(r"^# snapshot (\S+)$", text, re.MULTILINE)
    return Lock(snapshot, tuple(Package(*line.split()) for line in text.splitlines() if line and line[0] != "#"))


def locked() -> Lock:
    """The lock of this checkout."""
    return read(LOCK.read_text())


def fetch(package: Package, snapshot: str) -> bytes:
    """The file of a package, out of the cache, the mirror or the archive of snapshots.

    Raises ImageError where none has it with the locked hash.
    """
    kept = folders.cache() / "debian" / package.sha256
    if kept.exists() and _is(package, found := kept.read_bytes()):
        return found
    said = []
    for address in (
        f"{MIRROR}/{package.archive}/{package.path}",
        f"{SNAPSHOTS}/{package.archive}/{snapshot}/{package.path}",
    ):
        try:
            with urllib.request.urlopen(address, timeout=SECONDS) as answer:
                found = bytes(answer.read())
        except (urllib.error.URLError, OSError) as error:
            said.append(f"{address}: {error}")
            continue
        if _is(package, found):
            kept.parent.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(f".{os.getpid()}")
            partial.write_bytes(found)
            partial.replace(kept)
            return found
        said.append(f"{address}: another file than the locked one")
    raise ImageError(
        f"{package.name} {package.version} is not to be had as stack/image/debian.lock has it. Debian may have moved "
        "on: `python -m stack.image lock` takes what it has today.\n  " + "\n  ".join(said)
    )


def _is(package: Package, found: bytes) -> bool:
    return hashlib.sha256(found).hexdigest() == package.sha256


def unpack(packages: Iterable[Package], snapshot: str, folder: Path) -> None:
    """Fills the folder with the files of the packages that somebody reads, and says of each that it is installed."""
    for package in packages:
        parts = dict(_archived(fetch(package, snapshot)))
        with _tar(parts, "data") as content:
            # Hard links come after what they link to.
            for member in content:
                _place(content, member, folder)
        status = folder / STATUS / package.name
        status.parent.mkdir(parents=True, exist_ok=True)
        with _tar(parts, "control") as content:
            control = content.extractfile("./control")
            assert control is not None
            status.write_bytes(control.read())


def _archived(deb: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of an ar archive, which a .deb is."""
    stream = io.BytesIO(deb)
    if stream.read(8) != b"!<arch>\n":
        raise ImageError("a package is no ar archive")
    while header := stream.read(60):
        size = int(header[48:58])
        yield header[:16].decode().strip().rstrip("/"), stream.read(size)
        stream.read(size % 2)


def _tar(parts: dict[str, bytes], name: str) -> tarfile.TarFile:
    [found] = (content for part, content in parts.items() if part.partition(".")[0] == name)
    return tarfile.open(fileobj=io.BytesIO(found))


def place(name: str) -> PurePosixPath | None:
    """Where a file of a package goes: below usr what has long been there, and None for what nobody reads."""
    path = PurePosixPath(name)
    if path.parts[:1] and path.parts[0] in _TOP:
        path = PurePosixPath("usr") / path
    return None if not path.parts or _UNREAD.match(str(path)) else path


def _place(content: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = place(member.name)
    if path is None or member.isdir():
        return
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if member.issym():
        target.symlink_to(member.linkname)
    elif file := content.extractfile(member):
        target.write_bytes(file.read())
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
