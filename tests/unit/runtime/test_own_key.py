"""The key of a service itself: whose text it is, who can have it, and that its wrapping rotates under what it did."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from services.runtime.errors import Unavailable
from services.runtime.stores.data_keys import DataKeys
from services.runtime.stores.encryption import FieldCipher, new_secret
from services.runtime.stores.own_key import OwnCipher
from services.runtime.stores.ports import Store
from services.runtime.stores.wrapping import FileWrapping
from tests.fakes.data_keys import FakeDataKeyRows, FakeWrapping


@dataclass
class Trail:
    """An audit trail, empty or not."""

    last: Any = None

    def head(self) -> Any:
        """The last link."""
        return self.last


@dataclass
class Stored:
    """A store with nothing but keys and a trail."""

    keys: DataKeys
    audit: Trail = field(default_factory=Trail)

    def transaction(self) -> AbstractContextManager[None]:
        """What is done in it stays."""
        return nullcontext()


class Away(FakeWrapping):
    """A key service that does not answer, beside a file."""

    def wrap(self, key: bytes) -> str:
        """Nothing is wrapped."""
        raise Unavailable("the key service does not answer")

    def unwrap(self, wrapped: str) -> bytes:
        """Nor opened."""
        raise Unavailable("the key service does not answer")

    def is_newest(self, wrapped: str) -> bool:
        """Nor looked at."""
        raise Unavailable("the key service does not answer")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "sealing-key"
    made.write_text(new_secret())
    return made


def loaded(rows: FakeDataKeyRows, file: Path, trail: Trail | None = None) -> OwnCipher:
    """What a process that starts has, while its key service is away."""
    store = Stored(DataKeys(rows, Away(FileWrapping(file))), trail or Trail())
    cipher = OwnCipher(cast(Store, store), file)
    cipher.load()
    return cipher


def test_it_is_made_once_and_is_not_the_text_of_the_file(file: Path) -> None:
    rows = FakeDataKeyRows()
    first, second = loaded(rows, file), loaded(rows, file, Trail("a link, by now"))
    assert second.decrypt(first.encrypt("Anna")) == "Anna" and first.index("Anna") == second.index("Anna")
    assert FieldCipher(file).index("Anna") != first.index("Anna")
    assert len(rows.rows) == 1


def test_what_an_earlier_release_sealed_and_indexed_by_the_file_stays_readable(file: Path) -> None:
    of_before = FieldCipher(file)
    cipher = loaded(FakeDataKeyRows(), file, Trail("a link"))
    assert cipher.decrypt(of_before.encrypt("Anna")) == "Anna" and cipher.index("Anna") == of_before.index("Anna")


def test_its_wrapping_key_is_replaced_and_nothing_of_what_it_did(file: Path) -> None:
    rows, old = FakeDataKeyRows(), file.read_text()
    before = loaded(rows, file)
    sealed, new = before.encrypt("Anna"), new_secret()
    file.write_text(f"{new}\n{old}")
    # Between the new line and the wrapping anew.
    assert loaded(rows, file).decrypt(sealed) == "Anna"
    DataKeys(rows, Away(FileWrapping(file))).rewrap()
    file.write_text(new)
    after = loaded(rows, file)
    assert after.decrypt(sealed) == "Anna" and after.index("Anna") == before.index("Anna")
    file.write_text(old)
    with pytest.raises(ValueError, match="none of the wrapping keys"):
        loaded(rows, file)


def test_the_key_service_never_wraps_it(file: Path) -> None:
    rows, service = FakeDataKeyRows(), FakeWrapping(FileWrapping(file))
    cipher = loaded(rows, file)
    DataKeys(rows, service).rewrap()
    assert service.calls == 0 and loaded(rows, file).index("Anna") == cipher.index("Anna")
