"""Files that only this process's account may read, and of which no reader ever sees half.

The folder may be another account's, which this process has more rights than: no link in it is followed.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def replace(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Writes a file anew, aside and moved into its place; it is left to the account whose folder it is in.

    Who may not give files away keeps it.
    """
    # A name that nobody knows before: what stood there already would be written to, and given away.
    part, folder = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part"), path.parent.stat()
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
            if folder.st_uid != os.geteuid():
                with suppress(PermissionError):
                    os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> bytes:
    """What a file has; OSError for a link, and for a file that is neither the folder's account's nor this one's.

    What is read of a folder is handed on to its account: it is not to be what that account may not read itself.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        if os.fstat(file.fileno()).st_uid not in (path.parent.stat().st_uid, os.geteuid()):
            raise PermissionError(f"{path} is another account's")
        return file.read()


def holds(path: Path, content: bytes) -> bool:
    """Whether a file is there and has exactly this."""
    return path.is_file() and path.read_bytes() == content
