"""Every row of proto/review/listeners.txt is done: the service's own subscription and App change what it says."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from proto.review.listeners import PARTNERS, TABLE, Row, read
from services.runtime import context
from services.runtime.context import Caller, EventMeta, RequestContext
from tests.contract.findings import findings
from tests.fakes.clock import NOON
from tests.fakes.memory import Rows
from tests.unit.listeners.effects import ADDED, ANOTHER, EFFECTS, GONE
from tests.unit.listeners.examples import events, example
from tests.unit.listeners.services import app

ROWS = [row for row in read(Path(__file__).resolve().parents[3]) if row.service != PARTNERS]
_UNSEEN = ("version", "events", "unsaved")


def use_case(row: Row) -> tuple[str, str]:
    """The service, and the word of the row that says what it calls last."""
    return row.service, row.does.split(", ")[-1].split()[0]


def apply(row: Row, handler_of: str) -> list[str]:
    """What the service's handler of that type of event does otherwise than the row says, with an event of its type."""
    effect, event, found = EFFECTS[use_case(row)], example(row.event), list[str]()
    meta = EventMeta("e1", row.event, "kyc", NOON, "a1", "a1", 1, "staff:o1")
    for memory in effect.memories(row.service, row.event):
        before = memory.contents()
        handlers = import_module(f"services.{row.service}.consumer").subscriptions(app(row.service, memory, row.event))
        with context.bind(RequestContext(Caller.of_service(row.service), method=row.event, event=meta)):
            try:
                handlers[events()[handler_of]](event)
            except Exception as error:
                return [f"raises {error!r}"]
        found += differences(dict(changed(before, memory.contents())), dict(effect.changes(row.event, event)))
    return found


def changed(before: dict[str, Rows], after: dict[str, Rows]) -> Iterator[tuple[str, Any]]:
    """What is different, as tests/unit/listeners/effects.py writes it."""
    for repository, rows in after.items():
        for key in before[repository].keys() | rows.keys():
            old, new = before[repository].get(key), rows.get(key)
            if old is None or new is None:
                yield repository, GONE if new is None else ADDED
            for field in fields(new) if is_dataclass(new) else ():
                value = getattr(new, field.name)
                if field.name not in _UNSEEN and (old is None or value != getattr(old, field.name)):
                    yield f"{repository}.{field.name}", value


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> Iterator[str]:
    """What is not done of what should be, and what is done besides."""
    for name, value in wanted.items():
        if name not in found:
            yield f"{name} stays as it is, and should be {'another' if value is ANOTHER else value}"
        elif value is not ANOTHER and value != found[name]:
            yield f"{name} is {found[name]}, and should be {value}"
    for name in found.keys() - wanted.keys():
        if wanted.get(name.partition(".")[0]) != ADDED:
            yield f"{name} becomes {found[name]}, which is no effect of it"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.event}-{row.service}")
def test_a_listener_does_what_its_row_says(row: Row) -> None:
    at = f"{TABLE}:{row.number}: {row.event}, {row.service} {row.does}"
    if use_case(row) not in EFFECTS:
        findings([f"{at}: has no known effect"], f"say in tests/unit/listeners/effects.py what {row.does} changes")
    findings(
        [f"{at}: {each}" for each in apply(row, row.event)],
        f"mend services/{row.service}/consumer.py or handlers.py, or say in tests/unit/listeners/effects.py"
        " that it does something else now",
    )


def others(row: Row) -> list[Row]:
    """The service's next row that calls something else, or that makes another notice."""
    here = [each for each in ROWS if each.service == row.service]
    later = [*here[here.index(row) + 1 :], *here[: here.index(row)]]
    return [each for each in later if each.does != row.does or each.does.startswith("notify")][:1]


@pytest.mark.parametrize(
    ("row", "other"),
    [pytest.param(row, other, id=f"{row.event}-{row.service}-{other.event}") for row in ROWS for other in others(row)],
)
def test_the_handler_of_another_event_is_found_out(row: Row, other: Row) -> None:
    assert apply(row, other.event), (
        f"{row.event} can be handled by {row.service} as {other.event} is, and its effect is the same"
    )


@pytest.mark.parametrize("does", sorted(set(map(use_case, ROWS)) - {("notification", "-")}), ids=" ".join)
def test_a_use_case_that_does_nothing_is_found_out(does: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    service, name = does
    monkeypatch.setattr(import_module(f"services.{service}.handlers").App, name, lambda *_: None)
    for row in ROWS:
        if use_case(row) == does:
            assert apply(row, row.event), f"{row.event} is not missed by {service}"


def test_every_effect_is_that_of_a_row() -> None:
    gone = sorted(set(EFFECTS) - {use_case(row) for row in ROWS})
    findings([f"tests/unit/listeners/effects.py:1: has {each}" for each in gone], "no row calls it: take it out")
