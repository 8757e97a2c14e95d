"""The base of the images: Debian's libraries and Python, and neither a shell nor what would install more.

Standard library only.
"""

import shutil
from pathlib import Path

from stack.image import debian

CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
_FILES = {
    "etc/group": "root:x:0:\n{name}:x:{number}:\n",
    "etc/passwd": "root:x:0:0:root:/:/nonexistent\n{name}:x:{number}:{number}:{name}:/:/nonexistent\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def make(use: str, folder: Path, name: str, number: int) -> None:
    """Fills the folder with the packages of a use, and the account that the image runs as."""
    lock = debian.locked()
    debian.unpack(lock.of(use), lock.snapshot, folder)
    for path, text in _FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.format(name=name, number=number))
    _certificates(folder)
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
    for each in ("bin", "lib", "lib64", "sbin"):
        (folder / "usr" / each).mkdir(exist_ok=True)
        (folder / each).symlink_to(f"usr/{each}")
    _links(folder)


def _links(folder: Path) -> None:
    """Takes away links to what nobody reads and is not there; outside they may lead to a file of this machine."""
    for link in [path for path in folder.rglob("*") if path.is_symlink()]:
        target = link.readlink()
        if not (folder / str(target).lstrip("/") if target.is_absolute() else link.parent / target).exists():
            link.unlink()


def _certificates(folder: Path) -> None:
    """The authorities in one file, where OpenSSL and Go look for it; what a script of ca-certificates does."""
    source = folder / "usr" / "share" / "ca-certificates" / "mozilla"
    bundle = folder / CERTIFICATES
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(f"{each.read_text().strip()}\n" for each in sorted(source.iterdir())))
    shutil.rmtree(source.parent)
    openssl = folder / "usr" / "lib" / "ssl"
    openssl.mkdir(parents=True)
    (openssl / "cert.pem").symlink_to(f"/{CERTIFICATES}")
    (openssl / "certs").symlink_to("/etc/ssl/certs")
