"""Data keys without a database."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from services.runtime.stores.data_keys import DataKey, DataKeyRow, DataKeys, KeyState
from services.runtime.stores.encryption import FieldCipher, new_secret
from services.runtime.stores.wrapping import KeyWrapping


class FakeDataKeyRows:
    """The rows in memory, as good as committed."""

    def __init__(self) -> None:
        self.rows: dict[str, DataKeyRow] = {}
        self.held: dict[str, str] = {}
        self.times: dict[str, datetime] = {}

    def known(self) -> dict[tuple[str, str], DataKey]:
        """Each call is a transaction of its own."""
        return {}

    def ensure(self, row: DataKeyRow) -> DataKeyRow | None:
        """The key that subject and class have, or `row`."""
        for each in self.rows.values():
            if (each.subject, each.record_class) == (row.subject, row.record_class):
                return each
        self.rows[row.key_id] = replace(row, committed=True)
        return row

    def find(self, key_ids: Collection[str]) -> list[DataKeyRow]:
        """The rows of these keys."""
        return [self.rows[each] for each in key_ids if each in self.rows]

    def expire(self, key_id: str, at: datetime) -> None:
        """Has a key destroyed from a time on."""
        self.times.setdefault(key_id, at)

    def destroy_expired(self, at: datetime) -> dict[str, int]:
        """Takes the keys out of the rows whose time has come."""
        due = [self.rows[key_id] for key_id, time in self.times.items() if time <= at and not self.held.get(key_id)]
        gone = [each for each in due if each.wrapped is not None]
        self.rows.update({each.key_id: replace(each, wrapped=None) for each in gone})
        return dict(Counter(each.record_class for each in gone))

    def states(self, subject: str) -> list[KeyState]:
        """What becomes of the keys of a subject."""
        found = sorted(
            (each for each in self.rows.values() if each.subject == subject), key=lambda row: row.record_class
        )
        return [
            KeyState(
                each.key_id,
                each.record_class,
                each.wrapped is None,
                self.times.get(each.key_id),
                self.held.get(each.key_id, ""),
            )
            for each in found
        ]

    def hold(self, subject: str, why: str) -> None:
        """Keeps the keys of a subject from being destroyed, or lets them go."""
        self.held.update({each.key_id: why for each in self.rows.values() if each.subject == subject})

    def page(self, after: str, limit: int) -> list[DataKeyRow]:
        """The rows with ids after this one."""
        return [self.rows[each] for each in sorted(self.rows) if each > after][:limit]

    def replace(self, row: DataKeyRow, wrapped: str) -> None:
        """Writes a key that was wrapped anew."""
        self.rows[row.key_id] = replace(row, wrapped=wrapped)


class FakeWrapping:
    """Wrapping keys in memory; `rotate` makes a newer one. `beside` is a file's, itself if there is none."""

    def __init__(self, beside: KeyWrapping | None = None) -> None:
        self.local: KeyWrapping = beside or self
        self.ciphers: list[FieldCipher] = []
        self.calls = 0
        self.rotate()

    def rotate(self) -> None:
        """Makes a newer wrapping key."""
        self.ciphers.append(FieldCipher.of_secret(new_secret()))

    def wrap(self, key: bytes) -> str:
        """The key under the newest."""
        self.calls += 1
        return f"{len(self.ciphers) - 1}:{self.ciphers[-1].encrypt_bytes(key).hex()}"

    def unwrap(self, wrapped: str) -> bytes:
        """The key."""
        self.calls += 1
        number, _, sealed = wrapped.partition(":")
        return self.ciphers[int(number)].decrypt_bytes(bytes.fromhex(sealed))

    def is_newest(self, wrapped: str) -> bool:
        """Whether it is under the newest."""
        return wrapped.startswith(f"{len(self.ciphers) - 1}:")


def fake_keys() -> DataKeys:
    """Data keys in memory."""
    return DataKeys(FakeDataKeyRows(), FakeWrapping())
