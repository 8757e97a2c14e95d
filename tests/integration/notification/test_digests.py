"""Digests on a real database: one message instead of a storm, or a day's, once, whatever dies or comes in between."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved, KycRejected
from loanflow.notification.v1 import notification_pb2, preferences_pb2
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.delivery import LEASE
from services.notification.digests import DIGEST, MOST_FOLDED, DigestSettings
from services.notification.model import Channel, Notification
from services.notification.outcomes import Report, Reported
from services.notification.ports import Message, Party
from services.notification.quiet_hours import QuietSettings
from services.runtime import context
from services.runtime.errors import Aborted, InvalidArgument, Unavailable
from services.runtime.ids import new_id
from tests.fakes.mail_server import page, plain
from tests.harness import staff
from tests.integration.notification.conftest import Service
from tests.integration.notification.test_delivery_batches import AWAY, LATER, NEVER, Provider

WINDOW = timedelta(seconds=600)
OFFICER = staff("OFFICER", account_id="o1")


@pytest.fixture
def stormy(running: Service) -> Service:
    """The service, at which more than two messages within ten minutes are too many."""
    running.delivery = replace(running.delivery, digests=DigestSettings(most=2))
    return running


@pytest.fixture
def provider(stormy: Service) -> Provider:
    found = Provider()
    stormy.delivery = replace(stormy.delivery, providers={Channel.EMAIL: found, Channel.SMS: found})
    return found


def happen(running: Service, count: int) -> None:
    """As many customers' applications go on, one after the other; nobody has to be notified of it."""
    for _ in range(count):
        running.application_id = new_id()
        running.clock.advance(timedelta(milliseconds=5))
        running.happens(KycApproved)


def settle(running: Service, channel: Channel = Channel.EMAIL) -> None:
    running.clock.advance(timedelta(seconds=1))
    while running.deliver(channel):
        pass


def deliveries(running: Service) -> list[Any]:
    """What staff see of the customer's mails, the first made at the head."""
    request = pb.ListDeliveriesRequest(customer_id=running.customer_id)
    found = running.client(OFFICER).ListDeliveries(request).deliveries
    return [each for each in reversed(found) if each.channel == notification_pb2.CHANNEL_EMAIL]


def types(provider: Provider, running: Service) -> list[str]:
    """Of which types those were that were handed over, in their order."""
    rows = {row["_id"]: row["event_type"] for row in running.rows("notifications")}
    return [rows[message.message_id] for message in provider.taken]


def choose_daily(running: Service, *channels: str) -> Any:
    daily = preferences_pb2.DailyDigest(channels=channels)
    request = pb.UpdatePreferencesRequest(daily_digest=daily, time_zone="Europe/Berlin")
    return running.client().UpdatePreferences(request).preferences


def test_a_storm_is_one_mail_that_says_of_all_and_the_log_says_so(stormy: Service) -> None:
    happen(stormy, 5)
    settle(stormy)
    (mail,) = stormy.mail_server.mails
    assert parseaddr(mail["to"])[1] == f"a.{stormy.customer_id}@example.org"
    assert mail["subject"] == "You have 5 new messages"
    subject = "Your identity and your project are approved"
    assert plain(mail).count(subject) == page(mail).count(subject) == 5
    assert "https://edge.example/api/v1/notifications/history" in plain(mail)
    assert mail["list-unsubscribe"] is not None
    *folded, digest = deliveries(stormy)
    assert (digest.event_type, digest.digest_id) == (DIGEST.event_type, "")
    assert [each.digest_id for each in folded] == [digest.notification_id] * 5
    sent = notification_pb2.NOTIFICATION_STATUS_SENT
    assert all((each.status, each.send_time) == (sent, digest.send_time) for each in (*folded, digest))
    settle(stormy)
    assert len(stormy.mail_server.mails) == 1


def test_after_as_many_as_may_go_the_others_wait_for_the_window_and_what_must_be_goes_at_once(
    stormy: Service, provider: Provider
) -> None:
    for _ in range(2):
        happen(stormy, 1)
        settle(stormy)
    happen(stormy, 2)
    settle(stormy)
    assert types(provider, stormy) == ["kyc.approved"] * 2
    stormy.happens(KycRejected)
    settle(stormy)
    assert types(provider, stormy)[2:] == ["kyc.rejected"]
    happen(stormy, 1)
    settle(stormy)
    assert len(provider.taken) == 3
    stormy.clock.advance(WINDOW)
    settle(stormy)
    assert types(provider, stormy)[3:] == [DIGEST.event_type]
    assert provider.taken[3].text.subject == "You have 3 new messages"


def test_what_must_be_goes_by_itself_in_a_storm_of_its_own(stormy: Service, provider: Provider) -> None:
    for _ in range(5):
        stormy.application_id = new_id()
        stormy.clock.advance(timedelta(milliseconds=5))
        stormy.happens(KycRejected)
    settle(stormy)
    assert types(provider, stormy) == ["kyc.rejected"] * 5


def test_nobody_elses_messages_count(stormy: Service, provider: Provider) -> None:
    for _ in range(4):
        stormy.customer_id = new_id()
        happen(stormy, 2)
    settle(stormy)
    assert types(provider, stormy) == ["kyc.approved"] * 8


def test_more_than_a_digest_holds_is_in_several(stormy: Service, provider: Provider) -> None:
    happen(stormy, MOST_FOLDED + 3)
    settle(stormy)
    assert [message.text.subject for message in provider.taken] == [
        f"You have {MOST_FOLDED} new messages", "You have 3 new messages",
    ]  # fmt: skip


def test_who_wants_one_message_a_day_gets_it_at_the_hour_and_what_must_be_at_once(
    running: Service, mail_server: Any
) -> None:
    assert list(choose_daily(running, "CHANNEL_EMAIL").daily_digest.channels) == [notification_pb2.CHANNEL_EMAIL]
    happen(running, 2)
    settle(running)
    running.happens(KycRejected)
    settle(running)
    assert [str(mail["subject"]) for mail in mail_server.mails] == ["We cannot approve your application"]
    # It is 14:00 in Berlin when the day begins here.
    running.clock.advance(timedelta(hours=6))
    settle(running)
    assert str(mail_server.mails[1]["subject"]) == "You have 2 new messages"
    happen(running, 1)
    settle(running)
    assert len(mail_server.mails) == 2
    running.clock.advance(timedelta(days=1))
    settle(running)
    # One alone needs no digest.
    assert str(mail_server.mails[2]["subject"]) == "Your identity and your project are approved"
    assert not choose_daily(running).daily_digest.channels
    happen(running, 1)
    settle(running)
    assert len(mail_server.mails) == 4


def test_what_is_gathered_goes_when_the_customer_wants_no_daily_digest_any_more(
    running: Service, mail_server: Any
) -> None:
    choose_daily(running, "CHANNEL_EMAIL")
    happen(running, 2)
    settle(running)
    choose_daily(running)
    happen(running, 1)
    settle(running)
    settle(running)
    assert [str(mail["subject"]) for mail in mail_server.mails] == ["Your identity and your project are approved"] * 3


def test_there_is_no_daily_digest_by_a_channel_that_the_lender_has_not(running: Service) -> None:
    for channel in ("CHANNEL_SMS", "CHANNEL_IN_APP"):
        with pytest.raises(InvalidArgument) as refused:
            choose_daily(running, channel)
        assert refused.value.violations[0].field.startswith("daily_digest.channels")
    assert not running.rows("recipients")


def test_a_text_message_says_how_many_and_where_and_none_rings_at_night(stormy: Service, provider: Provider) -> None:
    stormy.app = replace(stormy.app, channels=frozenset(Channel))
    stormy.__post_init__()
    choice = preferences_pb2.Preference(event_type="kyc.approved", channels=["CHANNEL_SMS"])
    stormy.client().UpdatePreferences(pb.UpdatePreferencesRequest(preferences=[choice]))
    stormy.delivery = replace(stormy.delivery, quiet=QuietSettings(11, 14, "UTC"))
    for _ in range(4):
        happen(stormy, 1)
        settle(stormy, Channel.SMS)
    assert provider.taken == []
    stormy.clock.advance(timedelta(hours=2))
    settle(stormy, Channel.SMS)
    (message,) = provider.taken
    assert message.text.line == "You have 4 new messages: https://edge.example/api/v1/notifications/history"


@pytest.mark.parametrize(("says", "status"), [(NEVER, "FAILED"), (LATER, "SENT"), (AWAY, "SENT")])
def test_what_becomes_of_a_digest_becomes_of_all_that_it_says_of(
    stormy: Service, provider: Provider, says: str, status: str
) -> None:
    happen(stormy, 3)

    def answers(message: Message) -> None:
        provider.said.setdefault(message.message_id, [says])

    provider.before = answers
    for _ in range(2):
        with suppress(Unavailable):
            settle(stormy)
        stormy.clock.advance(timedelta(minutes=1))
    rows = [row for row in stormy.rows("notifications") if row["channel"] == "EMAIL"]
    assert [row["status"] for row in rows] == [status] * 4
    assert len({(row["attempts"], row["failure"], row["send_time"]) for row in rows}) == 1


def test_a_digest_that_comes_back_has_not_told_of_any(stormy: Service, provider: Provider) -> None:
    happen(stormy, 3)
    settle(stormy)
    (message,) = provider.taken
    for reported, status in ((Reported.DELIVERED, "DELIVERED"), (Reported.BOUNCED, "BOUNCED")):
        for _ in range(2):
            with context.background("notification", "notification.dispatch"):
                stormy.delivery.report(Report(message.message_id, reported, stormy.clock.now()))
        rows = [row for row in stormy.rows("notifications") if row["channel"] == "EMAIL"]
        assert [row["status"] for row in rows] == [status] * 4


def test_a_mail_that_a_customer_may_have_is_in_no_digest(
    stormy: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(stormy, 2)
    party = stormy.parties.party

    def dies(customer_id: str) -> Party:
        if provider.taken:
            raise KeyboardInterrupt
        return party(customer_id)

    with monkeypatch.context() as dying, context.background("notification", "notification.dispatch"):
        dying.setattr(stormy.parties, "party", dies)
        with pytest.raises(KeyboardInterrupt):
            stormy.delivery.deliver_due(Channel.EMAIL)
    happen(stormy, 3)
    stormy.clock.advance(LEASE)
    settle(stormy)
    # Each of the first two once, the second of which no one had got; then as many as may go have gone.
    assert types(provider, stormy) == ["kyc.approved"] * 2
    stormy.clock.advance(WINDOW)
    settle(stormy)
    assert [message.text.subject for message in provider.taken[2:]] == ["You have 3 new messages"]


def test_what_dies_while_it_folds_has_folded_nothing(
    stormy: Service, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(stormy, 4)
    fold, folded = Notification.fold, list[str]()

    def dies(notification: Notification, digest_id: str) -> None:
        if len(folded) == 2:
            raise KeyboardInterrupt
        folded.append(notification.notification_id)
        fold(notification, digest_id)

    with monkeypatch.context() as dying:
        dying.setattr(Notification, "fold", dies)
        with pytest.raises(KeyboardInterrupt):
            settle(stormy)
    rows = [row for row in stormy.rows("notifications") if row["channel"] == "EMAIL"]
    assert [(row["event_type"], row["status"], row["digest_id"]) for row in rows] == [
        ("kyc.approved", "PENDING", "")
    ] * 4
    settle(stormy)
    assert types(provider, stormy) == [DIGEST.event_type]


def test_replicas_that_look_at_one_moment_make_one_digest(stormy: Service, provider: Provider) -> None:
    customers = []
    for _ in range(4):
        stormy.customer_id = new_id()
        customers.append(stormy.customer_id)
        happen(stormy, 5)
    stormy.clock.advance(timedelta(seconds=1))
    broken: list[Exception] = []

    def replica() -> None:
        delivery = replace(stormy.delivery)
        for _ in range(30):
            try:
                with context.background("notification", "notification.dispatch"):
                    delivery.deliver_due(Channel.EMAIL, 3)
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
    stormy.clock.advance(timedelta(seconds=3))
    settle(stormy)
    mails = [row for row in stormy.rows("notifications") if row["channel"] == "EMAIL"]
    told = {row["_id"]: row["digest_id"] or row["_id"] for row in mails if row["event_type"] != DIGEST.event_type}
    assert len(told) == 20 and {row["status"] for row in mails} == {"SENT"}
    handed = [message.message_id for message in provider.taken]
    assert sorted(handed) == sorted({*told.values()})
    assert types(provider, stormy) == [DIGEST.event_type] * len(customers)


def test_of_an_erased_customer_no_digest_is_left(stormy: Service, provider: Provider) -> None:
    for count in (3, 4, 1):
        happen(stormy, count)
        settle(stormy)
    assert types(provider, stormy) == [DIGEST.event_type] * 2
    stormy.happens(CustomerErased)
    assert stormy.rows("notifications") == []
    stormy.clock.advance(WINDOW)
    settle(stormy)
    assert len(provider.taken) == 2


def test_the_subjects_in_a_digest_are_sealed(stormy: Service, provider: Provider) -> None:
    happen(stormy, 3)
    settle(stormy)
    stored = str(stormy.rows("notifications")) + str(stormy.rows("audit"))
    assert "approved" in provider.taken[0].text.body
    assert "identity" not in stored and "new messages" not in stored


def test_the_link_of_a_digest_leaves_all_that_need_not_be(stormy: Service, provider: Provider) -> None:
    happen(stormy, 3)
    settle(stormy)
    token = provider.taken[0].unsubscribe_url.rpartition("/")[2]
    stormy.clock.advance(timedelta(seconds=1))
    stormy.client().Unsubscribe(pb.UnsubscribeRequest(unsubscribe_token=token))
    stormy.clock.advance(WINDOW)
    happen(stormy, 2)
    stormy.happens(KycRejected)
    settle(stormy)
    assert types(provider, stormy)[1:] == ["kyc.rejected"]


def test_without_a_limit_nothing_is_too_many(running: Service, mail_server: Any) -> None:
    running.delivery = replace(running.delivery, digests=DigestSettings(most=0))
    happen(running, 8)
    settle(running)
    assert len(mail_server.mails) == 8
