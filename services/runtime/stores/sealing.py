"""What is personal in rows, named by paths and sealed there; kept answers, sealed whole."""

from collections.abc import Callable, Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Protocol

from services.runtime.stores.data_keys import ANSWERS, DataKey, DataKeys, key_of
from services.runtime.stores.ports import IdempotencyRows

Row = Mapping[str, Any]
# Between the id of the key and what it sealed; no id has it.
_NAMED = b"."


class Change(Protocol):
    """What becomes of a text at a path."""

    def __call__(self, text: str, path: str) -> str:
        """The other text."""
        ...


class Paths:
    """The personal texts of the rows of one storage: `reason`, or `request.purpose` inside of a JSON column.

    A path goes through lists, and its first name may end in *. Each text is bound to its storage and path, and to the
    id of what it is about: moved elsewhere it does not open. An empty text is left as it is, and so is what was written
    before its path was named.
    """

    def __init__(self, storage: str, paths: Collection[str]) -> None:
        self.storage, self.paths = storage, tuple(paths)
        self._split = [tuple(path.split(".")) for path in paths]

    def seal(self, row: Row, key: DataKey, about: str) -> dict[str, Any]:
        """The row with its personal texts sealed."""

        def sealed(text: str, path: str) -> str:
            return key.seal(text, self._place(path, about))

        return self._changed(row, sealed)

    def open(self, row: Row, keys: Mapping[str, DataKey], about: str) -> dict[str, Any]:
        """The row with its seals opened; a text whose key is destroyed is empty."""

        def opened(text: str, path: str) -> str:
            key_id = key_of(text)
            return text if key_id is None else keys[key_id].open(text, self._place(path, about))

        return self._changed(row, opened)

    def texts(self, row: Row) -> Iterator[tuple[str, str]]:
        """The personal texts of the row, each with its path."""
        for name, path in self._columns(row):
            for text in _texts(row[name], path[1:]):
                yield ".".join(path), text

    def columns(self, row: Row) -> dict[str, Any]:
        """The columns of the row that have personal texts, and no other."""
        return {name: row[name] for name, _ in self._columns(row)}

    def all_sealed(self, row: Row) -> bool:
        """Whether no personal text of the row is there in another form than by a data key."""
        return all(key_of(text) is not None for _, text in self.texts(row) if text)

    def in_use(self, row: Row) -> bool:
        """Whether anything in the row is to be sealed."""
        return any(text for _, text in self.texts(row))

    def key_ids(self, row: Row) -> set[str]:
        """The ids of the keys by which the row is sealed."""
        return {key_id for _, text in self.texts(row) if (key_id := key_of(text)) is not None}

    def _changed(self, row: Row, change: Change) -> dict[str, Any]:
        changed = dict(row)
        for name, path in self._columns(row):
            changed[name] = _walked(changed[name], path[1:], partial(change, path=".".join(path)))
        return changed

    def _columns(self, row: Row) -> Iterator[tuple[str, tuple[str, ...]]]:
        for path in self._split:
            if path[0] in row:
                yield path[0], path
            elif "*" in path[0]:
                yield from ((name, path) for name in row if fnmatchcase(name, path[0]))

    def _place(self, path: str, about: str) -> str:
        return f"{self.storage}.{path}\n{about}"


class SealedAnswers:
    """A store's IdempotencyRows, sealed by the key of who called: a bare hash would give what it is of to guessing."""

    def __init__(self, rows: IdempotencyRows, keys: DataKeys) -> None:
        self._rows, self._keys = rows, keys

    def find(self, subject: str, method: str, key: str) -> tuple[bytes, bytes] | None:
        """The hash of the request and the answer; None when there is none, or its key is destroyed."""
        found = self._rows.find(subject, method, key)
        if found is None:
            return None
        named, _, hashed = found[0].partition(_NAMED)
        key_id = named.decode()
        sealing, place = self._keys.by_id({key_id})[key_id], _place(subject, method, key)
        if sealing.secret is None:
            return None
        return sealing.open_bytes(hashed, place), sealing.open_bytes(found[1], place)

    def save(self, subject: str, method: str, key: str, request_hash: bytes, response: bytes) -> None:
        """Keeps an answer; errors.Aborted (CONFLICT) when another call with the key was quicker."""
        sealing, place = self._keys.one_of(_person(subject), ANSWERS), _place(subject, method, key)
        if sealing.secret is not None:
            hashed, answer = sealing.seal_bytes(request_hash, place), sealing.seal_bytes(response, place)
            self._rows.save(subject, method, key, sealing.key_id.encode() + _NAMED + hashed, answer)


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, path)
    elif isinstance(value, Mapping) and path and path[0] in value:
        yield from _texts(value[path[0]], path[1:])


def _walked(value: Any, path: tuple[str, ...], change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_walked(each, path, change) for each in value]
    if isinstance(value, Mapping) and path and path[0] in value:
        return {**value, path[0]: _walked(value[path[0]], path[1:], change)}
    return value


def _person(actor: str) -> str:
    """The id in `<kind>:<id>`, under which everything else of the same person is sealed."""
    return actor.partition(":")[2] or actor


def _place(subject: str, method: str, key: str) -> str:
    return f"idempotency\n{subject}\n{method}\n{key}"
