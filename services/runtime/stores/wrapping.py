"""Keys that seal other keys: what may leave a store with a backup is of no use without the one that wraps it."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from services.runtime.stores.encryption import FieldCipher

if TYPE_CHECKING:
    from services.runtime.secrets.client import OpenBao


class KeyWrapping(Protocol):
    """Where the wrapping keys are: files of a development machine, or a key service that never gives them away."""

    def wrap(self, key: bytes) -> str:
        """The key, sealed under the newest wrapping key; the text says by which."""
        ...

    def unwrap(self, wrapped: str) -> bytes:
        """The key; ValueError when it was wrapped elsewhere or changed, errors.Unavailable when it cannot be asked."""
        ...

    def is_newest(self, wrapped: str) -> bool:
        """Whether it is under the newest wrapping key; what is not is to be wrapped anew, see `DataKeys.rewrap`."""
        ...

    @property
    def local(self) -> "KeyWrapping":
        """What wraps without a key service, and so while that is away."""
        ...


class FileWrapping:
    """Wrapping keys in a file, a line of 32 characters at least each: the first wraps, the others still unwrap.

    The file is looked at whenever it is used: a new first line is in force as soon as it is delivered.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._text = file, ""
        self._known: Mapping[str, FieldCipher] = {}
        self.ciphers()

    def wrap(self, key: bytes) -> str:
        """The key, sealed under the first line."""
        name, cipher = next(iter(self.ciphers().items()))
        sealed = cipher.encrypt_bytes(key)
        return f"{name}:{base64.urlsafe_b64encode(sealed).decode()}"

    def unwrap(self, wrapped: str) -> bytes:
        """The key; ValueError when the line that wrapped it is not among these."""
        name, _, sealed = wrapped.partition(":")
        cipher = self.ciphers().get(name)
        if cipher is None:
            raise ValueError(f"a data key is wrapped under {name}, which is none of the wrapping keys in the file")
        return cipher.decrypt_bytes(base64.urlsafe_b64decode(sealed))

    def is_newest(self, wrapped: str) -> bool:
        """Whether the first line wrapped it."""
        return wrapped.startswith(f"{next(iter(self.ciphers()))}:")

    @property
    def local(self) -> "FileWrapping":
        """Itself."""
        return self

    def ciphers(self) -> Mapping[str, FieldCipher]:
        """Those of the lines, the newest first."""
        try:
            text = self._file.read_text()
        except OSError:
            # Away for a moment, as one is that is mounted anew: those of before still hold.
            if not self._known:
                raise
            return self._known
        if text != self._text:
            self._known = {_fingerprint(each): FieldCipher.of_secret(each) for each in texts(text)}
            self._text = text
        return self._known


def texts(lines: str) -> list[str]:
    """The wrapping keys in the text of a file, the newest first; ValueError when there is none."""
    found = [each.strip() for each in lines.splitlines() if each.strip()]
    if not found:
        raise ValueError("the file of wrapping keys is empty")
    return found


def wrapping_of(file: Path, bao: "OpenBao | None") -> KeyWrapping:
    """The wrapping of a service: by the key service where there is one, and then the file still unwraps."""
    files = FileWrapping(file)
    if bao is None:
        return files
    # What asks it is loaded where it is used alone.
    from services.runtime.stores.transit import TransitWrapping

    return TransitWrapping(bao, files)


def _fingerprint(text: str) -> str:
    return f"file-{sha256(b'fingerprint' + text.encode()).hexdigest()[:12]}"
