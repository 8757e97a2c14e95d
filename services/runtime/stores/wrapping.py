"""Keys that seal other keys: what may leave a store with a backup is of no use without the one that wraps it."""

import base64
from collections.abc import Sequence
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


class FileWrapping:
    """Wrapping keys in files, each a text of 32 characters at least: the first wraps, the others still unwrap."""

    def __init__(self, newest: Path, earlier: Sequence[Path] = ()) -> None:
        texts = [file.read_text().strip() for file in (newest, *earlier)]
        self._ciphers = {_fingerprint(text): FieldCipher.of_secret(text) for text in texts}
        self._newest = next(iter(self._ciphers))

    def wrap(self, key: bytes) -> str:
        """The key, sealed under the first file."""
        sealed = self._ciphers[self._newest].encrypt_bytes(key)
        return f"{self._newest}:{base64.urlsafe_b64encode(sealed).decode()}"

    def unwrap(self, wrapped: str) -> bytes:
        """The key; ValueError when the file that wrapped it is not among these."""
        name, _, sealed = wrapped.partition(":")
        if name not in self._ciphers:
            raise ValueError(f"a data key is wrapped under {name}, which is none of the files that hold wrapping keys")
        return self._ciphers[name].decrypt_bytes(base64.urlsafe_b64decode(sealed))

    def is_newest(self, wrapped: str) -> bool:
        """Whether the first file wrapped it."""
        return wrapped.startswith(f"{self._newest}:")


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
