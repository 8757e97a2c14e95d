"""Files that only this process's account may read, and of which no reader ever sees half."""

import os
from contextlib import suppress
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Writes a file anew, aside and moved into its place; it is left to the account whose folder it is in.

    Who may not give files away keeps it.
    """
    part, folder = path.with_name(f".{path.name}.{os.getpid()}.part"), path.parent.stat()
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        if folder.st_uid != os.geteuid():
            with suppress(PermissionError):
                os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
    part.replace(path)


def holds(path: Path, content: bytes) -> bool:
    """Whether a file is there and has exactly this."""
    return path.is_file() and path.read_bytes() == content
