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
def test_each_listener_gets_what_was_last_for_it(service: str) -> None:
    kinds, random = publishes(service), Random(service)
    kinds_sent = [random.choice(kinds) for _ in range(40)]
    outbox = Outbox(service, _made, PlainCodec())
    sent: dict[str, int] = {}
    rows: list[OutboxRow] = []
    with context.bind(RequestContext(Caller.of_service(service))):
        while len(rows) < len(kinds_sent):
            # As many at once as one transaction has.
            born = kinds_sent[len(rows) : len(rows) + random.randint(1, 3)]
            rows += outbox.rows("Thing", "t", len(rows) + 1, born, sent)
    for row, kind in zip(rows, kinds_sent, strict=True):
        named = dict(each.split("=") for each in row.headers.get(FOLLOWS, "").split(",") if each)
        for listener in event_option(kind.DESCRIPTOR).listeners:
            before = [n for n, other in enumerate(kinds_sent[: row.version - 1], 1)
                      if listener in event_option(other.DESCRIPTOR).listeners]  # fmt: skip
            assert named.pop(listener, None) == (str(before[-1]) if before else None)
        assert named == {}
    assert sum(FOLLOWS in row.headers for row in rows) > 20
