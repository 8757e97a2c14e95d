"""What a batch of events asks the database for: as often as any other, however many events it has."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from loanflow.application.v1 import application_events_pb2 as application
from services.notification.consumer import read_ahead, subscriptions
from services.notification.recipients import Recipient
from services.runtime import context
from services.runtime.events.inbox import Inbox, Outcome
from services.runtime.ids import new_id
from tests.integration.notification.conftest import Service
from tests.integration.notification.test_order import events
from tests.integration.runtime.things import PlainCodec


@pytest.fixture
def asked(running: Service, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each collection was queried."""
    found: Counter[str] = Counter()
    kind: Any = type(running.database.database["any"])
    find = kind.find

    def counting(rows: Any, *given: Any, **named: Any) -> Any:
        found[rows.name] += 1
        return find(rows, *given, **named)

    monkeypatch.setattr(kind, "find", counting)
    return found


@pytest.fixture
def statements(running: Service, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was written into the moments, statement by statement."""
    found: list[Any] = []
    kind: Any = type(running.database.database["any"])
    bulk_write = kind.bulk_write

    def noting(rows: Any, operations: Any, **named: Any) -> Any:
        if rows.name == "moments":
            found.extend(operations)
        return bulk_write(rows, operations, **named)

    monkeypatch.setattr(kind, "bulk_write", noting)
    return found


def submitted(running: Service, count: int) -> list[Any]:
    """Of so many customers, each with an application."""
    found: list[Any] = []
    for _ in range(count):
        running.customer_id, running.application_id = new_id(), new_id()
        found += events(running, [application.ApplicationSubmitted])
    return found


def hear(running: Service, batch: list[Any]) -> None:
    inbox = Inbox(
        "notification", running.database, PlainCodec(), subscriptions(running.app), partial(read_ahead, running.app)
    )
    outcomes: list[Any] = []
    inbox.receive_all(batch, outcomes)
    assert [outcome for outcome, _ in outcomes] == [Outcome.APPLIED] * len(batch)


def test_a_batch_of_many_events_asks_as_often_as_one_of_few(running: Service, asked: Counter[str]) -> None:
    hear(running, submitted(running, 2))
    few = dict(asked)
    asked.clear()
    hear(running, submitted(running, 12))
    # Each customer's first key is looked for by itself.
    assert asked.pop("data_keys") == 12 and few.pop("data_keys") == 2
    assert dict(asked) == few


def submitted_again(running: Service, customers: list[str]) -> list[Any]:
    """Each of the customers has handed in one more application."""
    found: list[Any] = []
    for customer_id in customers:
        running.customer_id, running.application_id = customer_id, new_id()
        found += events(running, [application.ApplicationSubmitted])
    return found


def customers_of(running: Service) -> list[str]:
    return [row["_id"] for row in running.rows("moments")]


def moments(running: Service) -> dict[str, Any]:
    return {row["_id"]: row["time"] for row in running.rows("moments")}


def newest(running: Service) -> dict[str, Any]:
    """When each customer was notified last."""
    found: dict[str, Any] = {}
    for row in running.rows("notifications"):
        found[row["customer_id"]] = max(row["create_time"], found.get(row["customer_id"], row["create_time"]))
    return found


def test_the_moments_of_a_batch_of_known_customers_are_raised_some_at_a_time(
    running: Service, statements: list[Any]
) -> None:
    hear(running, submitted(running, 20))
    customers, before = customers_of(running), moments(running)
    statements.clear()
    running.clock.advance(timedelta(seconds=10))
    # Two of the first customer's are among them.
    hear(running, submitted_again(running, [*customers, customers[0]]))
    assert len(statements) == 2, "sixteen customers, and four"
    kept, made = moments(running), newest(running)
    assert all(kept[each] > before[each] for each in customers)
    assert all(made[each] <= kept[each] <= made[each] + timedelta(seconds=1) for each in customers)
    hear(running, submitted_again(running, customers[:1]))
    assert newest(running)[customers[0]] > kept[customers[0]]


def test_what_another_replica_has_put_far_ahead_is_not_handed_on_to_others(running: Service) -> None:
    hear(running, submitted(running, 3))
    customers = customers_of(running)
    ahead = running.clock.now() + timedelta(minutes=2)
    running.database.database["moments"].update_one({"_id": customers[1]}, {"$set": {"time": ahead}})
    hear(running, submitted_again(running, customers))
    kept = moments(running)
    assert kept[customers[1]] > ahead
    assert max(kept[customers[0]], kept[customers[2]]) < ahead - timedelta(minutes=1)


def test_what_was_read_ahead_is_read_again_once_it_changed(running: Service) -> None:
    customer, absent = new_id(), new_id()
    with context.background("notification", "a batch"), running.database.transaction():
        with running.app.begin() as uow:
            uow.recipients.read_ahead([customer, absent])
            uow.recipients.ensure(Recipient(customer_id=customer))
            uow.commit()
        with running.app.begin() as uow:
            found = uow.recipients.find(customer)
            assert found is not None and not found.erased
            uow.recipients.get(customer).erase(running.clock.now())
            uow.commit()
        assert running.app.recipient(customer).erased
        assert not running.app.recipient(absent).erased
