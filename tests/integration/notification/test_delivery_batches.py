"""Batches of messages that are due: each goes out once and in its customer's order, whatever happens in between."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from services.notification.delivery import BATCH, LEASE, Delivery
from services.notification.model import MAX_REFUSALS, Channel
from services.notification.ports import Message, Party, Refused
from services.runtime import context
from services.runtime.errors import Aborted, Unavailable
from services.runtime.ids import new_id
from tests.integration.notification.conftest import Service

# What a provider says to the tries of one message, the last of which it takes, or never takes.
LATER, NEVER, AWAY, BREAKS, TAKES = "later", "never", "away", "breaks", "takes"


@dataclass
class Provider:
    """services.notification.ports.Channel: says to each message what it is told to say to its tries."""

    said: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Message] = field(default_factory=list)
    before: Callable[[Message], None] = lambda _: None

    def batch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def send(self, message: Message) -> tuple[str, ...]:
        self.before(message)
        script = self.said.get(message.message_id, [])
        match script.pop(0) if script else TAKES:
            case "later":
                raise Refused(permanent=False)
            case "never":
                raise Refused(permanent=True)
            case "away":
                raise Unavailable("out of reach")
            case "breaks":
                raise RuntimeError("of this one alone")
        self.taken.append(message)
        return ()


@pytest.fixture
def provider(running: Service) -> Provider:
    found = Provider()
    running.delivery = replace(running.delivery, providers={Channel.EMAIL: found})
    return found


def waits(running: Service, *counts: int) -> list[list[str]]:
    """The ids of mails that wait, for as many customers as there are counts; their moments alternate."""
    customers = [new_id() for _ in counts]
    for turn in range(max(counts)):
        for customer, count in zip(customers, counts, strict=True):
            if turn < count:
                running.customer_id, running.application_id = customer, new_id()
                running.clock.advance(timedelta(milliseconds=5))
                running.happens(KycApproved)
    rows = [row for row in running.rows("notifications") if row["channel"] == "EMAIL"]
    rows.sort(key=lambda row: row["create_time"])
    found = defaultdict(list)
    for row in rows:
        found[row["customer_id"]].append(row["_id"])
    return [found[customer] for customer in customers]


def deliver(delivery: Delivery, most: int = BATCH) -> int:
    with context.background("notification", "notification.dispatch"):
        return delivery.deliver_due(Channel.EMAIL, most)


def statuses(running: Service, customer: list[str]) -> list[str]:
    rows = {row["_id"]: row for row in running.rows("notifications")}
    return [rows[each]["status"] for each in customer]


def test_a_batch_delivers_what_is_due_of_each_customer_in_their_order(running: Service, provider: Provider) -> None:
    mails = waits(running, 3, 1, 2)
    assert deliver(running.delivery) == 6
    assert deliver(running.delivery) == 0
    sent = [message.message_id for message in provider.taken]
    for customer in mails:
        assert [each for each in sent if each in customer] == customer
        assert statuses(running, customer) == ["SENT"] * len(customer)


def test_a_batch_asks_the_database_as_often_as_a_single_mail_but_for_what_else_its_customers_have(
    running: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    kind: Any = type(running.database.database["any"])
    for name in ("find", "update_many", "insert_many"):
        monkeypatch.setattr(kind, name, _counted(asked, name, getattr(kind, name)))
    taken = []
    for count in (1, 8):
        waits(running, *[1] * count)
        asked.clear()
        assert deliver(running.delivery) == count
        taken.append(dict(asked))
    # What else waits, and what has gone, of each customer.
    taken[0]["notifications find"] += 2 * 7
    assert taken[0] == taken[1]


def _counted(asked: Counter[str], name: str, method: Any) -> Any:
    def counting(rows: Any, *given_: Any, **named: Any) -> Any:
        asked[f"{rows.name} {name}"] += 1
        return method(rows, *given_, **named)

    return counting


SCRIPTS = st.lists(st.sampled_from([LATER, AWAY, BREAKS]), max_size=2).flatmap(
    lambda before: st.sampled_from([TAKES, NEVER]).map(lambda end: [*before, end])
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts=st.lists(st.lists(SCRIPTS, min_size=1, max_size=3), min_size=1, max_size=4), sizes=st.data())
def test_whatever_providers_say_each_mail_goes_out_once_and_behind_the_one_before(
    running: Service, provider: Provider, scripts: list[list[list[str]]], sizes: Any
) -> None:
    provider.taken.clear()
    mails = waits(running, *map(len, scripts))
    meant = {each: [*script] for told, ids in zip(scripts, mails, strict=True)
             for each, script in zip(ids, told, strict=True)}  # fmt: skip
    provider.said = {each: [*script] for each, script in meant.items()}
    for _ in range(60):
        try:
            while deliver(running.delivery, sizes.draw(st.integers(1, 6))):
                pass
        except Unavailable:
            pass
        running.clock.advance(timedelta(seconds=20))
    sent = [message.message_id for message in provider.taken]
    assert sorted(sent) == sorted(each for each, script in meant.items() if script[-1] == TAKES)
    for customer in mails:
        taken = [each for each in customer if meant[each][-1] == TAKES]
        assert [each for each in sent if each in customer] == taken
        expected = {TAKES: "SENT", NEVER: "FAILED"}
        assert statuses(running, customer) == [expected[meant[each][-1]] for each in customer]


def test_what_is_refused_for_now_again_and_again_is_given_up_and_the_next_goes(
    running: Service, provider: Provider
) -> None:
    ((first, second),) = waits(running, 2)
    provider.said[first] = [LATER] * MAX_REFUSALS
    for _ in range(MAX_REFUSALS):
        assert provider.taken == []
        deliver(running.delivery)
        running.clock.advance(timedelta(minutes=15))
    deliver(running.delivery)
    assert [message.message_id for message in provider.taken] == [second]
    assert statuses(running, [first, second]) == ["GIVEN_UP", "SENT"]


def test_a_crash_in_the_middle_of_a_batch_sends_none_twice(
    running: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [each for customer in waits(running, 2, 2, 1) for each in customer]
    party = running.parties.party

    def dies(customer_id: str) -> Party:
        if len(provider.taken) == 3:
            raise KeyboardInterrupt
        return party(customer_id)

    with monkeypatch.context() as dying:
        dying.setattr(running.parties, "party", dies)
        with pytest.raises(KeyboardInterrupt):
            deliver(running.delivery)
    assert set(statuses(running, mails)) == {"PENDING"}
    assert deliver(running.delivery) == 0
    running.clock.advance(LEASE)
    while deliver(running.delivery):
        pass
    assert sorted(message.message_id for message in provider.taken) == sorted(mails)
    assert set(statuses(running, mails)) == {"SENT"}


def test_when_another_change_comes_between_all_are_noted_one_by_one(
    running: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [each for customer in waits(running, 1, 1, 1) for each in customer]
    note_all: Any = Delivery._note_all
    sizes = []

    def meets(delivery: Delivery, outcomes: Any) -> None:
        sizes.append(len(outcomes))
        if len(outcomes) > 1 or outcomes[0].notification.notification_id == mails[0]:
            raise Aborted("two changes met; try again")
        note_all(delivery, outcomes)

    with monkeypatch.context() as meeting:
        meeting.setattr(Delivery, "_note_all", meets)
        assert deliver(running.delivery) == 3
    assert sizes == [3, 1, 1, 1]
    assert statuses(running, mails) == ["PENDING", "SENT", "SENT"]
    running.clock.advance(LEASE)
    deliver(running.delivery)
    assert statuses(running, mails) == ["SENT"] * 3
    assert len(provider.taken) == 3


def test_a_batch_that_takes_too_long_leaves_the_rest_to_others(running: Service, provider: Provider) -> None:
    mails = [each for customer in waits(running, *[1] * 5) for each in customer]
    provider.before = lambda _: running.clock.advance(LEASE / 5)
    assert deliver(running.delivery) == 5
    assert statuses(running, mails) == ["SENT", "SENT", "PENDING", "PENDING", "PENDING"]
    assert deliver(replace(running.delivery)) == 3
    assert statuses(running, mails)[:4] == ["SENT"] * 4


def test_replicas_share_what_is_due(running: Service, provider: Provider) -> None:
    mails = waits(running, *[2] * 12)
    broken: list[Exception] = []

    def replica() -> None:
        delivery = replace(running.delivery)
        for _ in range(200):
            try:
                if not deliver(delivery, 5) and {*_all(running)} == {"SENT"}:
                    return
            except Aborted:
                continue
            except Exception as error:
                broken.append(error)
                return

    threads = [threading.Thread(target=replica) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not broken
    # One whose customer's earlier one another replica had in hand is looked at again later.
    running.clock.advance(timedelta(seconds=3))
    while deliver(running.delivery):
        pass
    sent = [message.message_id for message in provider.taken]
    assert sorted(sent) == sorted(each for customer in mails for each in customer)
    for customer in mails:
        assert [each for each in sent if each in customer] == customer


def _all(running: Service) -> list[str]:
    return [row["status"] for row in running.rows("notifications") if row["channel"] == "EMAIL"]
