"""Wrapping keys that a key service holds and never gives away: the transit engine of OpenBao, or of Vault."""

import base64
import time

from services.runtime.secrets.client import OpenBao
from services.runtime.stores.wrapping import KeyWrapping

_PREFIX = "vault:v"
_NEWEST_SECONDS = 60.0


class TransitWrapping:
    """Wraps under this process's key of the transit engine; what is not wrapped there, `local` unwraps."""

    def __init__(self, bao: OpenBao, local: KeyWrapping | None = None) -> None:
        self._bao, self._key, self._local = bao, bao.settings.role, local
        self._newest: tuple[float, int] | None = None

    def wrap(self, key: bytes) -> str:
        """The key, sealed under the newest version of the wrapping key."""
        answer = self._bao.write(f"transit/encrypt/{self._key}", plaintext=base64.b64encode(key).decode())
        return str(answer["ciphertext"])

    def unwrap(self, wrapped: str) -> bytes:
        """The key; ValueError when it was wrapped elsewhere, errors.Unavailable when the service cannot be asked."""
        if not wrapped.startswith(_PREFIX):
            return self.local.unwrap(wrapped)
        try:
            answer = self._bao.write(f"transit/decrypt/{self._key}", ciphertext=wrapped)
        except ValueError:
            raise ValueError("a data key was wrapped under another key, or was changed") from None
        return base64.b64decode(answer["plaintext"])

    def is_newest(self, wrapped: str) -> bool:
        """Whether the newest version of the wrapping key has wrapped it, as of a minute ago at most."""
        if self._newest is None or time.monotonic() - self._newest[0] > _NEWEST_SECONDS:
            found = self._bao.read(f"transit/keys/{self._key}")
            self._newest = time.monotonic(), int(found["latest_version"])
        return wrapped.startswith(f"{_PREFIX}{self._newest[1]}:")

    @property
    def local(self) -> KeyWrapping:
        """What wraps beside the key service; ValueError without."""
        if self._local is None:
            raise ValueError("a data key was wrapped by something else than the key service")
        return self._local
