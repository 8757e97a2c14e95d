"""Data keys: one for each data subject and class of record, wrapped, in the store whose rows they seal.

What a key has sealed is readable while its row has it, and nowhere once it is destroyed: rows, audit rows, kept
answers, copies of them. A destroyed key's row stays without the key, so that nothing is sealed for its subject again.
"""

import base64
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.runtime.errors import Aborted
from services.runtime.stores.recent import Recent
from services.runtime.stores.wrapping import KeyWrapping

# Says by which algorithm: AES-256-GCM with a random nonce of 96 bits in front. `s1.<key id>.<nonce, text, tag>`.
ALGORITHM = "s1"
# The class of record of answers kept for repetition, in every store.
ANSWERS = "answers"
# Subject and class of the key that belongs to the service itself.
SERVICE = "service"
_KEY_BYTES, _ID_BYTES, _NONCE_BYTES = 32, 9, 12
# Of a key's id, in URL-safe base64.
ID_LENGTH = _ID_BYTES * 4 // 3


@dataclass(frozen=True)
class DataKeyRow:
    """The data key of a subject for a class of record; `wrapped` is None once it is destroyed.

    `committed`: what another transaction, or this one, can still roll back is not.
    """

    key_id: str
    subject: str
    record_class: str
    wrapped: str | None
    committed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class KeyState:
    """What becomes of a data key: when it is destroyed (None: no time is set), and why it may not be yet."""

    key_id: str
    record_class: str
    destroyed: bool
    expire_time: datetime | None
    hold: str


class DataKeyRows(Protocol):
    """The wrapped data keys. All calls belong into an open transaction."""

    def known(self) -> "dict[tuple[str, str], DataKey]":
        """The keys that the open transaction has found or made so far, by subject and class; it may be added to."""
        ...

    def ensure(self, row: DataKeyRow) -> DataKeyRow | None:
        """The key that subject and class have, which is `row` when there was none; None: it is being made elsewhere."""
        ...

    def find(self, key_ids: Collection[str]) -> list[DataKeyRow]:
        """The rows of these keys, destroyed ones included."""
        ...

    def expire(self, key_id: str, at: datetime) -> None:
        """Has a key destroyed from a time on; one that expires already stays at its time."""
        ...

    def destroy_expired(self, at: datetime) -> dict[str, int]:
        """Takes the keys out of the rows whose time has come, unless they are on hold; how many, by class of record."""
        ...

    def states(self, subject: str) -> list[KeyState]:
        """What becomes of the keys of a subject, destroyed ones included, by class of record."""
        ...

    def hold(self, subject: str, why: str) -> None:
        """Keeps the keys of a subject from being destroyed; empty: lets them go again."""
        ...

    def page(self, after: str, limit: int) -> list[DataKeyRow]:
        """The rows with ids after this one, in their order."""
        ...

    def replace(self, row: DataKeyRow, wrapped: str) -> None:
        """Writes a key that was wrapped anew, unless it changed since it was read."""
        ...


@dataclass(frozen=True)
class DataKey:
    """The key of one subject for one class of record; without `secret` it was destroyed, and seals to nothing."""

    key_id: str
    secret: bytes | None

    def seal(self, text: str, place: str) -> str:
        """The text, readable by this key alone and at this place alone; empty when it is, or the key is destroyed."""
        if not text or self.secret is None:
            return ""
        return f"{ALGORITHM}.{self.key_id}.{base64.urlsafe_b64encode(self.seal_bytes(text.encode(), place)).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text of a seal; empty when the key is destroyed. ValueError when it is changed or from elsewhere."""
        if self.secret is None:
            return ""
        return self.open_bytes(base64.urlsafe_b64decode(sealed.rpartition(".")[2]), place).decode()

    def seal_bytes(self, data: bytes, place: str) -> bytes:
        """Like `seal`, for what is no text and does not name its key; ValueError when the key is destroyed."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, self._bound(place))

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """Like `open`, for what is no text; ValueError also when the key is destroyed."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound(place))
        except InvalidTag:
            raise ValueError(f"what is sealed at {place} was changed, or sealed elsewhere") from None

    def derived(self, purpose: str) -> bytes:
        """A key of 256 bits for another algorithm; ValueError when the key is destroyed."""
        return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode()).derive(self._present)

    def _bound(self, place: str) -> bytes:
        return f"{self.key_id}\n{place}".encode()

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._present)

    @property
    def _present(self) -> bytes:
        if self.secret is None:
            raise ValueError(f"data key {self.key_id} is destroyed")
        return self.secret


def _new_id() -> str:
    return base64.urlsafe_b64encode(os.urandom(_ID_BYTES)).decode()


def key_of(sealed: str) -> str | None:
    """The id of the key that sealed it; None for a text that is not sealed."""
    algorithm, _, rest = sealed.partition(".")
    key_id, dot, _ = rest.partition(".")
    return key_id if dot and algorithm == ALGORITHM else None


class DataKeys:
    """The data keys of one store. Whatever is asked of them belongs into an open transaction.

    Opened keys are kept for a minute, and so are those of subjects: as long can another replica read what this one has
    destroyed the key of.
    """

    def __init__(self, rows: DataKeyRows, wrapping: KeyWrapping | None) -> None:
        self._rows, self._optional = rows, wrapping
        self._opened: Recent[str, DataKey] = Recent()
        self._of_subjects: Recent[tuple[str, str], DataKey] = Recent()
        # Wrapped, and not yet anybody's: one that turns out not to be needed is the next subject's.
        self._spare: list[tuple[DataKey, str]] = []

    def of(self, subject: str, record_class: str) -> DataKey:
        """The key of a subject for a class of record, made when there is none."""
        here = self._rows.known()
        known = here.get((subject, record_class)) or self._of_subjects.get((subject, record_class))
        if known is None:
            known = here[subject, record_class] = self._ensured(subject, record_class)
        return known

    def one_of(self, subject: str, record_class: str) -> DataKey:
        """A key of a subject: one that this transaction knows already, before that of the class is looked for."""
        known = (key for (whose, _), key in self._rows.known().items() if whose == subject)
        return next(known, None) or self.of(subject, record_class)

    def _ensured(self, subject: str, record_class: str) -> DataKey:
        key, wrapped = self._new()
        row = self._rows.ensure(DataKeyRow(key.key_id, subject, record_class, wrapped))
        if row is None:
            raise Aborted("another transaction makes the data key of this subject")
        if row.key_id == key.key_id:
            # Known to this transaction alone: it may yet be rolled back.
            return key
        self._spare.append((key, wrapped))
        opened = self._open(row)
        if row.committed:
            self._of_subjects.put((subject, record_class), opened)
        return opened

    def by_id(self, key_ids: Collection[str]) -> dict[str, DataKey]:
        """The keys by their ids, for what they have sealed; of an id without a row one that is destroyed."""
        found, missing = {}, []
        for key_id in key_ids:
            known = self._opened.get(key_id)
            if known is None:
                missing.append(key_id)
            else:
                found[key_id] = known
        if missing:
            rows = {row.key_id: row for row in self._rows.find(missing)}
            found.update({each: self._open(rows[each]) if each in rows else DataKey(each, None) for each in missing})
        return found

    def destroyed(self, key_ids: Collection[str]) -> set[str]:
        """Those of the keys that are destroyed, or not there at all; none is opened for it."""
        kept = {row.key_id for row in self._rows.find(key_ids) if row.wrapped is not None} if key_ids else set()
        return set(key_ids) - kept

    def is_known(self, key_id: str) -> bool:
        """Whether there is, or was, a key with this id."""
        return bool(self._rows.find([key_id]))

    def forget(self, subject: str, at: datetime, expiries: Mapping[str, datetime | None]) -> None:
        """Has a subject's keys destroyed: each class at its time, or now.

        A class without a key gets one that is destroyed then, too: so nothing that comes late is kept for longer.
        """
        for record_class, time_of in sorted(expiries.items()):
            self._rows.expire(self.of(subject, record_class).key_id, at if time_of is None else time_of)
        self.destroy_expired(at)

    def of_subject(self, subject: str) -> list[KeyState]:
        """What becomes of a subject's keys."""
        return self._rows.states(subject)

    def hold(self, subject: str, classes: Collection[str], why: str) -> dict[str, str]:
        """Keeps a subject's keys of these classes, made where there are none, or lets them go: by class, why."""
        for record_class in sorted(classes):
            self.of(subject, record_class)
        self._rows.hold(subject, why)
        return {each.record_class: each.hold for each in self._rows.states(subject)}

    def is_held(self, subject: str) -> bool:
        """Whether any of a subject's keys is on hold."""
        return any(each.hold for each in self._rows.states(subject))

    def destroy_expired(self, at: datetime) -> dict[str, int]:
        """Destroys the keys whose time has come, but for those on hold; how many, by class of record."""
        destroyed = self._rows.destroy_expired(at)
        if destroyed:
            self._of_subjects.clear()
            self._opened.clear()
            self._rows.known().clear()
        return destroyed

    def rewrap(self, after: str = "", limit: int = 500) -> str:
        """Wraps keys anew that are not under the newest wrapping key; what they sealed stays as it is.

        Looks at `limit` keys after an id, and returns the last one's; empty when there are none.
        """
        rows = self._rows.page(after, limit)
        for row in rows:
            wrapping = self._wrapping.local if row.record_class == SERVICE else self._wrapping
            if row.wrapped is not None and not wrapping.is_newest(row.wrapped):
                self._rows.replace(row, wrapping.wrap(wrapping.unwrap(row.wrapped)))
        return rows[-1].key_id if rows else ""

    def of_service(self, first: Callable[[], str]) -> str:
        """The secret of the service itself, `first` where there is none yet; wrapped, and had, without a key service.

        Aborted (CONFLICT) while another transaction makes it; ValueError when it is destroyed, or wrapped elsewhere.
        """
        local = self._wrapping.local
        row = next(iter(self._rows.find([each.key_id for each in self._rows.states(SERVICE)])), None)
        row = row or self._rows.ensure(DataKeyRow(_new_id(), SERVICE, SERVICE, local.wrap(first().encode())))
        if row is None:
            raise Aborted("another transaction makes the key of the service")
        return local.unwrap(row.wrapped or "").decode()

    def _new(self) -> tuple[DataKey, str]:
        try:
            return self._spare.pop()
        except IndexError:
            secret = os.urandom(_KEY_BYTES)
            return DataKey(_new_id(), secret), self._wrapping.wrap(secret)

    def _open(self, row: DataKeyRow) -> DataKey:
        known = self._opened.get(row.key_id)
        if known is None:
            secret = None if row.wrapped is None else self._wrapping.unwrap(row.wrapped)
            known = DataKey(row.key_id, secret)
            self._opened.put(row.key_id, known)
        return known

    @property
    def _wrapping(self) -> KeyWrapping:
        if self._optional is None:
            raise RuntimeError("this store was opened without a wrapping key, and holds nothing personal then")
        return self._optional
