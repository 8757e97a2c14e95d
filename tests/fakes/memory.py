"""The database of any service, in memory: real aggregates in repositories that answer as the stores' own do.

A unit of work hands out copies and commit keeps them, so that what is changed without commit leaves nothing.
"""

import copy
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from services.runtime.errors import AlreadyExists, NotFound

# Any: the repositories hold the aggregates of every service.
Rows = dict[str, Any]


class Memory:
    """`Memory(reviews=keyed("application_id"))`: by name, what makes each repository of its rows.

    `files` are those of the file store, by key: no transaction holds them.
    """

    def __init__(self, **repositories: "Callable[[Rows], MemoryRepository]") -> None:
        self.repositories = repositories
        self.rows: dict[str, Rows] = {name: {} for name in repositories}
        self.rows["forgotten"] = {}
        self.files: Rows = {}
        # The repositories and keys that were read ahead, and those that were asked for.
        self.ahead: set[tuple[str, str]] = set()
        self.asked: set[tuple[str, str]] = set()

    def put(self, repository: str, *aggregates: Any) -> Self:
        """Has aggregates stored."""
        for each in aggregates:
            self.repositories[repository](self.rows[repository]).add(each)
        return self

    def begin(self) -> Any:
        """A unit of work, in place of whichever a use case asks for."""
        return MemoryUnitOfWork(self)

    def contents(self) -> dict[str, Rows]:
        """A copy of all that is stored."""
        return copy.deepcopy({**self.rows, "files": self.files})


class MemoryRepository:
    """What the repositories of the services' stores offer to handlers of events; `rows` are the transaction's own."""

    def __init__(self, key: str, rows: Rows) -> None:
        self._key, self.rows = key, rows
        self.ahead, self.asked = set[str](), set[str]()

    def read_ahead(self, keys: Collection[str]) -> None:
        """Notes what would be read at once."""
        self.ahead.update(keys)

    def find(self, key: str) -> Any:
        """The aggregate, or None."""
        self.asked.add(key)
        return self.rows.get(key)

    def get(self, key: str) -> Any:
        """The aggregate; errors.NotFound."""
        self.asked.add(key)
        if key not in self.rows:
            raise NotFound(f"{key} does not exist")
        return self.rows[key]

    read = change = get
    known = find

    def add(self, aggregate: Any) -> None:
        """A new one; errors.AlreadyExists."""
        if getattr(aggregate, self._key) in self.rows:
            raise AlreadyExists("it is there already")
        self.ensure(aggregate)

    def ensure(self, aggregate: Any) -> Any:
        """The one with its key that is there, or else this one."""
        self.asked.add(getattr(aggregate, self._key))
        return self.rows.setdefault(getattr(aggregate, self._key), aggregate)

    def of_customer(self, customer_id: str) -> list[Any]:
        """All of a customer."""
        return [each for each in self.rows.values() if each.customer_id == customer_id]

    withdrawable = of_customer

    def of_application(self, application_id: str) -> Any:
        """The first of an application, or None."""
        return next((each for each in self.rows.values() if each.application_id == application_id), None)

    def delete_of(self, customer_id: str) -> None:
        """Removes all of a customer."""
        for each in self.of_customer(customer_id):
            del self.rows[getattr(each, self._key)]


class MemoryUnitOfWork:
    """One transaction; a service's own queries are added to its repositories by those who need them."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._rows = memory, memory.contents()
        self._after: list[Callable[[], None]] = []
        self.transaction = self
        for name, made_of in memory.repositories.items():
            setattr(self, name, made_of(self._rows[name]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def after_commit(self, call: Callable[[], None]) -> None:
        """Has a call made once all is kept."""
        self._after.append(call)

    def flush(self) -> None:
        """Writes nothing: what is committed is kept at once."""

    def forget(self, subject: str, at: datetime, expiry: Callable[[str], datetime | None]) -> None:
        """Takes note of who is to be forgotten."""
        self._rows["forgotten"][subject] = "forgotten"

    def commit(self, why: str = "") -> None:
        """Keeps what changed."""
        for rows in self._rows.values():
            for each in rows.values():
                getattr(each, "events", []).clear()
        self._memory.rows.update(copy.deepcopy(self._rows))
        for name in self._memory.repositories:
            repository = getattr(self, name)
            self._memory.ahead |= {(name, key) for key in repository.ahead}
            self._memory.asked |= {(name, key) for key in repository.asked}
        for call in self._after:
            call()


def keyed(key: str) -> Callable[[Rows], MemoryRepository]:
    """What makes a repository whose aggregates have that attribute as their key."""
    return partial(MemoryRepository, key)
