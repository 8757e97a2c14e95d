"""What is measured of messages: whether any go out by a channel, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from services.notification.delivery import RETRY
from services.notification.model import Channel
from services.notification.outcomes import Report, Reported
from services.notification.ports import Message
from services.runtime import context
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from tests.integration.notification.conftest import Service

MINUTE = timedelta(minutes=1)


def held_up() -> float | None:
    return REGISTRY.get_sample_value("loanflow_messages_held_up_seconds", {"channel": "EMAIL"})


def counted(status: str) -> float:
    labels = {"channel": "EMAIL", "status": status}
    return REGISTRY.get_sample_value("loanflow_messages_total", labels) or 0


class OneAtATime:
    """A provider that takes one message and then no more for now."""

    def __init__(self) -> None:
        self._taken = 0

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Takes one more."""
        self._taken = 0
        yield

    def send(self, _: Message) -> tuple[str, ...]:
        """Takes the first."""
        self._taken += 1
        if self._taken > 1:
            raise Unavailable("no more for now", retry_after=1)
        return ()


def waits(running: Service) -> None:
    """A mail more is due, and the server does not take it."""
    with pytest.raises(Unavailable):
        running.deliver()


def test_a_channel_is_held_up_from_the_first_mail_that_waits_until_one_goes_out(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    for minutes in range(20):
        waits(running)
        assert held_up() == minutes * 60
        running.clock.advance(MINUTE)
    running.mail_server.start()
    assert running.deliver()
    assert held_up() == 0
    assert not running.deliver()
    assert held_up() == 0


def test_a_look_at_which_nothing_is_due_ends_nothing(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    waits(running)
    running.clock.advance(RETRY / 2)
    assert not running.deliver()
    assert held_up() == (RETRY / 2).total_seconds()
    running.mail_server.start()


def test_a_channel_by_which_nothing_that_was_tried_waits_any_more_is_not_held_up(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    waits(running)
    running.clock.advance(MINUTE)
    waits(running)
    assert held_up() == 60
    with context.background("notification", "notification.test"), running.app.begin() as uow:
        uow.notifications.delete_of(running.customer_id)
        uow.commit(why="the customer is erased")
    running.clock.advance(MINUTE)
    assert not running.deliver()
    assert held_up() == 0
    running.mail_server.start()


def test_a_provider_that_refuses_one_for_now_has_answered(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    waits(running)
    running.mail_server.start()
    running.mail_server.answer = "451 later"
    running.clock.advance(MINUTE)
    assert running.deliver() and held_up() == 0
    running.clock.advance(MINUTE / 60)
    assert not running.deliver() and held_up() == 0


def test_what_waits_for_the_morning_is_not_held_up(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    waits(running)
    [mail] = [row for row in running.rows("notifications") if row["channel"] == "EMAIL"]
    with context.background("notification", "notification.test"), running.app.begin() as uow:
        uow.notifications.get(mail["_id"]).postpone(running.clock.now() + timedelta(hours=9))
        uow.commit()
    running.clock.advance(MINUTE)
    assert not running.deliver() and held_up() == 0
    running.mail_server.start()


def test_a_provider_that_takes_one_at_a_time_holds_nothing_up(running: Service) -> None:
    for _ in range(3):
        running.happens(KycApproved)
        running.customer_id, running.application_id = new_id(), new_id()
        running.clock.advance(MINUTE)
    running.delivery = replace(running.delivery, providers={Channel.EMAIL: OneAtATime()})
    for _ in range(2):
        with context.background("notification", "notification.dispatch"), pytest.raises(Unavailable):
            running.delivery.deliver_due(Channel.EMAIL)
        assert held_up() == 0
        running.clock.advance(MINUTE)
    assert running.deliver() and held_up() == 0


def test_what_became_of_a_message_is_counted_once_however_often_it_is_said(running: Service) -> None:
    before = {status: counted(status) for status in ("SENT", "FAILED", "BOUNCED", "PENDING")}
    running.happens(KycApproved)
    assert running.deliver()
    [mail] = [row for row in running.rows("notifications") if row["channel"] == "EMAIL"]
    bounced = Report(mail["_id"], Reported.BOUNCED, running.clock.now())
    with context.background("notification", "notification.callback"):
        for report in (bounced, bounced, replace(bounced, dead=True)):
            running.delivery.report(report)
    running.customer_id, running.application_id = new_id(), new_id()
    running.happens(KycApproved)
    running.mail_server.answer = "550 no such mailbox"
    assert running.deliver()
    grown = {status: counted(status) - value for status, value in before.items()}
    assert grown == {"SENT": 1, "FAILED": 1, "BOUNCED": 1, "PENDING": 0}
