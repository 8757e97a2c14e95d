"""The accounts after a fault name what is lost, doubled or out of order: each guarantee is broken here by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.faults import checks
from tests.faults.checks import Findings, check
from tests.faults.load import Acknowledged

KEYS = ("a1", "a2")


@dataclass(frozen=True)
class Record:
    """One record of the topic."""

    id: str
    type: str
    aggregate: str
    version: str

    def headers(self) -> list[tuple[str, bytes]]:
        """As Kafka has them."""
        return [
            ("ce_id", self.id.encode()),
            ("ce_type", self.type.encode()),
            ("ce_aggregateid", self.aggregate.encode()),
            ("ce_aggregateversion", self.version.encode()),
        ]


@dataclass(frozen=True)
class World:
    """Rows of applications, records of their topic, notices: (event type, application, channel)."""

    rows: tuple[tuple[str, str, str], ...] = tuple((key, "anna", "WITHDRAWN") for key in KEYS)
    records: tuple[Record, ...] = tuple(
        Record(f"{key}-{version}", kind, key, str(version))
        for version, kind in enumerate(("application.created", "application.withdrawn"), 1)
        for key in KEYS
    )
    notices: tuple[tuple[str, str, str], ...] = tuple(("application.withdrawn", key, "IN_APP") for key in KEYS)


class Notices(dict[str, Any]):
    """The database of notifications, as far as it is asked."""

    def __init__(self, world: World) -> None:
        rows = [dict(zip(("event_type", "application_id", "channel"), each, strict=True)) for each in world.notices]
        super().__init__(notification={"notifications": self})
        self._rows = rows

    def find(self, *_: Any) -> list[dict[str, str]]:
        """All of them."""
        return self._rows


class Platform:
    """A platform whose application database is the world's."""

    def __init__(self, world: World) -> None:
        self.layout, self._world = self, world

    def secret(self, name: str) -> str:
        """No log-in is asked for."""
        return name

    def sql(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """The applications."""
        return list(self._world.rows)


def judged(monkeypatch: pytest.MonkeyPatch, world: World, found: Acknowledged | None = None) -> Findings:
    """What the accounts say of a world in which both applications were acknowledged."""

    @contextmanager
    def client(*_: Any, **login: Any) -> Iterator[Notices]:
        yield Notices(world)

    monkeypatch.setattr(checks, "records", lambda *_: list(world.records))
    monkeypatch.setattr("stack.servers.mongo.client", client)
    given: Any = Platform(world)
    return check(given, found or Acknowledged(dict.fromkeys(KEYS, "anna"), set(KEYS)))


def test_a_whole_world_has_no_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    again = World(records=(*World().records, World().records[0]))
    assert judged(monkeypatch, World()).lines == judged(monkeypatch, again).lines == []


@pytest.mark.parametrize(
    ("world", "kind", "line"),
    [
        (World(rows=World().rows[:1]), "lost", "D: application a2 of anna was acknowledged and is None"),
        (
            World(rows=(*World().rows[:1], ("a2", "anna", "DRAFT"))),
            "lost",
            "D: application a2 was withdrawn and is DRAFT",
        ),
        (World(rows=(*World().rows[:1], ("a2", "ben", "WITHDRAWN"))), "lost", "D: application a2 of anna"),
        (World(records=World().records[1:]), "lost", "E: no application.created of a1 is on the topic"),
        (World(records=World().records[:-1]), "lost", "E: no application.withdrawn of a2 is on the topic"),
        (
            World(records=(*World().records, replace(World().records[0], id="other"))),
            "doubled",
            "E: version 1 of a1 has the events ['a1-1', 'other']",
        ),
        (World(rows=(*World().rows, ("a3", "anna", "DRAFT"))), "doubled", "X: no caller was given application a3"),
        (
            World(notices=World().notices * 2),
            "doubled",
            "X: 2 notices application.withdrawn of a1 by IN_APP",
        ),
        (World(records=World().records[::-1]), "disordered", "O: version 1 of a2 came after 2"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, world: World, kind: str, line: str) -> None:
    assert any(each.startswith(line) for each in getattr(judged(monkeypatch, world), kind))


def test_what_was_given_before_is_no_surplus(monkeypatch: pytest.MonkeyPatch) -> None:
    surplus = World(rows=(*World().rows, ("a3", "anna", "DRAFT")))
    found = Acknowledged(dict.fromkeys(KEYS, "anna"), set(KEYS), before=frozenset({"a3"}))
    assert judged(monkeypatch, surplus, found).doubled == []


def test_who_was_shown_an_error_may_have_been_served(monkeypatch: pytest.MonkeyPatch) -> None:
    surplus = World(rows=(*World().rows, ("a3", "anna", "DRAFT")))
    found = Acknowledged(dict.fromkeys(KEYS, "anna"), set(KEYS), problems=["ConnectError: closed"])
    assert judged(monkeypatch, surplus, found).doubled == []
