"""The key of a service itself, for what belongs to no person, or must be found without opening anybody's key.

It is kept like a data key, and wrapped by the file of wrapping keys alone: tokens are signed and renewed, and addresses
found, while the key service is away. A new first line in that file, see FileWrapping, wraps it anew within a day; what
it has sealed or indexed stays as it is.
"""

from pathlib import Path

from services.runtime.retry import on_conflict
from services.runtime.stores.encryption import FieldCipher, new_secret
from services.runtime.stores.ports import Store
from services.runtime.stores.wrapping import texts


class OwnCipher(FieldCipher):
    """A FieldCipher under that key, of no use before `load`."""

    def __init__(self, store: Store, file: Path) -> None:
        self._store, self._file = store, file

    def load(self) -> None:
        """Reads the key, which is made when there is none; outside of any transaction.

        errors.Unavailable without the store, and ValueError without the line of the file that wrapped it.
        """
        self._derive(on_conflict(self._kept).encode())

    def _kept(self) -> str:
        with self._store.transaction():
            return self._store.keys.of_service(self._first)

    def _first(self) -> str:
        """A new one; where an earlier release has stored something, which sealed by the file, its text of then."""
        return new_secret() if self._store.audit.head() is None else texts(self._file.read_text())[-1]
