"""What a service's handlers ask for is what it reads ahead of a batch: of every row of proto/review/listeners.txt."""

from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from proto.review.listeners import Row
from services.runtime import context
from services.runtime.context import Caller, EventMeta, RequestContext
from tests.fakes.clock import NOON
from tests.fakes.memory import Memory
from tests.unit.listeners.effects import EFFECTS
from tests.unit.listeners.examples import events, example
from tests.unit.listeners.services import app
from tests.unit.listeners.test_effects import ROWS, use_case

# It hears of erasures, and of work that waits for staff.
SELDOM = {
    "auth": {
        "customer.erased", "kyc.case.overdue", "kyc.review.overdue", "risk.decision.due",
        "risk.refusal.notice.undelivered", "risk.review.due", "risk.review.overdue",
    }
}  # fmt: skip


def consumer(service: str) -> ModuleType:
    return import_module(f"services.{service}.consumer")


def with_others(event: Any) -> Any:
    """The event, with other persons who are bound beside the customer."""
    for party in getattr(event, "parties", ()):
        party.customer_id = "c2"
    if getattr(event, "party_customer_ids", ()):
        event.party_customer_ids[:] = ["c3"]
    return event


def asked_and_ahead(row: Row, memory: Memory, event: Any) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the handler asks for in the repositories that the service reads ahead, and what it reads ahead."""
    service, meta = app(row.service, memory, row.event), EventMeta("e1", row.event, "kyc", NOON, "a1", "a1", 1, "staff")
    with context.bind(RequestContext(Caller.of_service(row.service), method=row.event, event=meta)):
        consumer(row.service).read_ahead(service, [event])
        memory.asked.clear()
        consumer(row.service).subscriptions(service)[events()[row.event]](event)
    read = {name for name, _ in memory.ahead}
    return {(name, key) for name, key in memory.asked if name in read}, memory.ahead


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.service not in SELDOM], ids=lambda row: f"{row.event}-{row.service}"
)
def test_what_a_handler_asks_for_is_read_ahead(row: Row) -> None:
    for memory in EFFECTS[use_case(row)].memories(row.service, row.event):
        asked, ahead = asked_and_ahead(row, memory, with_others(example(row.event)))
        assert ahead or row.event == "customer.erased", f"services/{row.service}/consumer.py: reads nothing ahead"
        assert asked <= ahead, f"services/{row.service}/consumer.py: read_ahead lacks {sorted(asked - ahead)}"


def test_who_reads_nothing_ahead_hears_little() -> None:
    for service in SELDOM:
        assert not hasattr(consumer(service), "read_ahead")
        assert {row.event for row in ROWS if row.service == service} == SELDOM[service]
