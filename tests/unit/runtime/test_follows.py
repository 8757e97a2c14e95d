"""What an event says that it follows: for each listener, the last earlier event of its aggregate that it is sent."""

from random import Random
from typing import Any

import pytest
from google.protobuf.message import Message

from services.catalog import SERVICES
from services.runtime import context
from services.runtime.context import Caller, RequestContext
from services.runtime.events.avro import event_classes, event_option
from services.runtime.events.outbox import FOLLOWS, Outbox
from services.runtime.stores.ports import OutboxRow
from tests.integration.runtime.things import PlainCodec


def publishes(service: str) -> list[type[Message]]:
    """The events of a service, none when it has no contract of them."""
    try:
        return event_classes(service)
    except ModuleNotFoundError:
        return []


def _made(kind: Any) -> Message:
    made: Message = kind()
    return made


@pytest.mark.parametrize("service", [each.name for each in SERVICES if publishes(each.name)])
def test_each_listener_is_told_what_was_last_for_it(service: str) -> None:
    kinds, random = publishes(service), Random(service)
    life = [random.choice(kinds) for _ in range(40)]
    outbox = Outbox(service, _made, PlainCodec())
    sent: dict[str, int] = {}
    rows: list[OutboxRow] = []
    with context.bind(RequestContext(Caller.of_service(service))):
        while len(rows) < len(life):
            # As many at once as one transaction has.
            born = life[len(rows) : len(rows) + random.randint(1, 3)]
            rows += outbox.rows("Thing", "t", len(rows) + 1, born, sent)
    for row, kind in zip(rows, life, strict=True):
        told = dict(each.split("=") for each in row.headers.get(FOLLOWS, "").split(",") if each)
        for listener in event_option(kind.DESCRIPTOR).listeners:
            before = [n for n, other in enumerate(life[: row.version - 1], 1)
                      if listener in event_option(other.DESCRIPTOR).listeners]  # fmt: skip
            assert told.pop(listener, None) == (str(before[-1]) if before else None)
        assert told == {}
    assert sum(FOLLOWS in row.headers for row in rows) > 20
