"""Links that say something to us alone: what is in one is sealed, so that no one else reads it or makes another."""

from contextlib import suppress
from pathlib import Path

from services.runtime.stores.encryption import FieldCipher, may_be_sealed
from services.runtime.stores.wrapping import FileWrapping


class SealedLinks:
    """Makes links at an address, `place`, and reads their tokens.

    The first line of the file seals, those before it still open: whoever has a link may use it much later.
    """

    def __init__(self, key_file: Path, place: str) -> None:
        self._keys, self._place = FileWrapping(key_file), place

    def of(self, said: str) -> str:
        """The link that says something."""
        return self._place + self._ciphers[0].encrypt(said).rstrip("=")

    def read(self, token: str) -> str | None:
        """What the link with such a token says; None when it is none of ours."""
        sealed = token + "=" * (-len(token) % 4)
        for cipher in self._ciphers if may_be_sealed(sealed) else ():
            with suppress(ValueError):
                return cipher.decrypt(sealed)
        return None

    @property
    def _ciphers(self) -> list[FieldCipher]:
        return [*self._keys.ciphers().values()]
