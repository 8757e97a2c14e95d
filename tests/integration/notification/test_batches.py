"""What a batch of events asks the database for: as often as any other, however many events it has."""

from collections import Counter
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
