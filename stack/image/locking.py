"""`python -m stack.image lock`: writes debian.lock anew, of what Debian's archives have today.

What the archives have is believed by Debian's signature: InRelease is signed, and has the hash of each list.
"""

import hashlib
import lzma
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from stack.image import ImageError
from stack.image.debian import ARCHITECTURE, LOCK, MIRROR, SECONDS, Lock, Package

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Bookworm has Python 3.11, as the services' lock is made for.
SUITES = (("debian", "bookworm"), ("debian", "bookworm-updates"), ("debian-security", "bookworm-security"))
# By use, what is wanted; all that it depends on comes with it.
WANTED = {
    # Wheels bring their own libraries, except C++'s, which every system is expected to have.
    "base": ("base-files", "ca-certificates", "libpython3.11-stdlib", "libstdc++6", "python3.11-minimal"),
    # Upstream's Envoy and a Go program.
    "proxy": ("base-files", "ca-certificates", "libc6"),
    # Takes symbols for debuggers out of libraries; goes into no image.
    "tools": ("binutils-x86-64-linux-gnu",),
}
# Asked for by scripts that run when dpkg installs or takes away: nothing does.
WITHOUT = frozenset({"awk", "debconf", "debconf-2.0", "dpkg", "openssl", "perl-base"})
_HEAD = """\
# Debian's packages of the images, by hash: use, name, version, archive, path, SHA-256.
# Written by `python -m stack.image lock`.
# snapshot {snapshot}
"""
Index = Mapping[str, Mapping[str, str]]


def resolve(index: Index, wanted: Iterable[str]) -> list[str]:
    """The names of the wanted packages and of all that they depend on."""
    found, left = set[str](), list(wanted)
    while left:
        name = left.pop()
        if name in found or name in WITHOUT:
            continue
        if name not in index:
            raise ImageError(f"Debian has no package {name}: mend WANTED in stack/image/locking.py")
        found.add(name)
        left += _needs(index, index[name])
    return sorted(found)


def _needs(index: Index, entry: Mapping[str, str]) -> Iterable[str]:
    for group in f"{entry.get('Pre-Depends', '')},{entry.get('Depends', '')}".split(","):
        either = re.findall(r"(?:^|\|)\s*([a-z0-9][a-z0-9.+-]+)", group)
        if either:
            yield next((name for name in either if name in index or name in WITHOUT), either[0])


def text(lock: Lock) -> str:
    """The file of a lock."""
    return _HEAD.format(snapshot=lock.snapshot) + "".join(f"{each}\n" for each in lock.packages)


def write() -> Path:
    """Asks the archives, and writes the lock; where it is."""
    index: dict[str, dict[str, str]] = {}
    moments = []
    for archive, suite in SUITES:
        moment, entries = _suite(archive, suite)
        moments.append(moment)
        for entry in entries:
            entry["Archive"] = archive
            there = index.get(entry["Package"])
            if there is None or newer(entry["Version"], there["Version"]):
                index[entry["Package"]] = entry
    packages = tuple(
        Package(use, name, each["Version"], each["Archive"], each["Filename"], each["SHA256"])
        for use, wanted in WANTED.items()
        for name in resolve(index, wanted)
        for each in (index[name],)
    )
    LOCK.write_text(text(Lock(max(moments).strftime("%Y%m%dT%H%M%SZ"), packages)))
    return LOCK


def _suite(archive: str, suite: str) -> tuple[datetime, list[dict[str, str]]]:
    """The moment of a suite's release, and the entries of its packages."""
    place = f"{MIRROR}/{archive}/dists/{suite}"
    release = _signed(_get(f"{place}/InRelease"))
    name = f"main/binary-{ARCHITECTURE}/Packages.xz"
    found = re.search(rf"^SHA256:\n(?: .*\n)*? ([0-9a-f]{{64}}) +\d+ {re.escape(name)}$", release, re.MULTILINE)
    said = re.search(r"^Date: (.*)$", release, re.MULTILINE)
    packed = _get(f"{place}/{name}")
    if not found or not said or hashlib.sha256(packed).hexdigest() != found[1]:
        raise ImageError(f"{place}/{name} is not the list that the release names: the mirror just changes, try again")
    listed = lzma.decompress(packed).decode().split("\n\n")
    entries = [dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", entry, re.MULTILINE)) for entry in listed]
    return parsedate_to_datetime(said[1]).astimezone(UTC), [each for each in entries if "Package" in each]


def _signed(release: bytes) -> str:
    """What Debian signed of a release."""
    if not shutil.which("gpgv") or not KEYS.exists():
        raise ImageError("Debian's signature is looked at by gpgv: apt-get install gpgv debian-archive-keyring")
    with tempfile.TemporaryDirectory() as folder:
        signed, plain = Path(folder, "InRelease"), Path(folder, "Release")
        signed.write_bytes(release)
        command = ["gpgv", "--quiet", "--keyring", str(KEYS), "--output", str(plain), str(signed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ImageError(f"the list of Debian's packages is not signed by Debian: {done.stderr.strip()}")
        return plain.read_text()


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        content: bytes = answer.read()
    return content


def newer(one: str, other: str) -> bool:
    """Whether a version comes after another in Debian's order (deb-version(7))."""
    return next((order > 0 for order in map(_compared, _parts(one), _parts(other)) if order), False)


def _parts(version: str) -> tuple[str, str, str]:
    """Epoch, upstream's version, Debian's revision."""
    epoch, _, rest = version.rpartition(":")
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "0")
    return epoch or "0", upstream, revision


def _compared(one: str, other: str) -> int:
    """Less than, equal to or greater than nothing, as strcmp: letters and numbers by turns."""
    left, right = (re.findall(r"([^0-9]*)([0-9]*)", each) for each in (one, other))
    for at in range(max(len(left), len(right))):
        (a, m), (b, n) = (each[at] if at < len(each) else ("", "") for each in (left, right))
        if (x := _letters(a)) != (y := _letters(b)):
            return -1 if x < y else 1
        if (p := int(m or 0)) != (q := int(n or 0)):
            return -1 if p < q else 1
    return 0


def _letters(text: str) -> list[int]:
    # A tilde comes before the end, and letters before everything else.
    order = [-1 if each == "~" else ord(each) if each.isalpha() else ord(each) + 256 for each in text]
    return [*order, 0]
