"""Late news of addresses: it counts for the address that a message went to, and as of when that was."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved, KycRejected
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.preferences_pb2 import Preference
from services.notification.model import Channel
from services.notification.outcomes import Report, Reported
from services.notification.ports import Party
from services.notification.twilio import CALLBACK_PATH
from services.runtime import context
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied
from services.runtime.ids import new_id
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, FakeProviders
from tests.harness import staff
from tests.integration.notification.conftest import Service
from tests.integration.notification.test_providers import (
    GONE,
    hand_over,
    listed,
    overdue,
    register,
    settle,
    statuses,
)

EMAIL, SMS, PUSH = Channel.EMAIL, Channel.SMS, Channel.PUSH
OFFICER = staff("OFFICER")
HOUR = timedelta(hours=1)


def field(running: Service, name: str) -> list[str]:
    (row,) = running.rows("recipients") or [{name: []}]
    return list(row[name])


def sent_to(running: Service, number: str) -> str:
    """A text message to a number; the id of its notice."""
    running.parties.given = Party("Anna", "anna@example.org", number)
    overdue(running)
    settle(running, SMS)
    rows = [row for row in running.rows("notifications") if row["channel"] == "SMS"]
    return str(max(rows, key=lambda row: row["create_time"])["_id"])


def changed(running: Service, *fields: str) -> None:
    running.happens(CustomerProfileUpdated, changed_fields=list(fields), update_time=running.clock.now())


def status(companies: FakeProviders, notification_id: str, **said: str) -> Callback:
    return companies.apis.signed_status(f"{EDGE}{CALLBACK_PATH}{notification_id}", said)


def report(running: Service, told: Report) -> None:
    with context.background("notification", "notification.report"):
        running.delivery.report(told)


UNKNOWN = {"MessageStatus": "undelivered", "ErrorCode": "30005"}


def test_a_late_bounce_of_the_number_before_says_nothing_of_the_one_that_replaced_it(
    reached: Service, companies: FakeProviders
) -> None:
    first = sent_to(reached, "+353861234567")
    reached.clock.advance(HOUR)
    changed(reached, "phone")
    reached.clock.advance(HOUR)
    second = sent_to(reached, "+353867654321")
    hand_over(reached, status(companies, first, **UNKNOWN))
    assert field(reached, "dead") == []
    hand_over(reached, status(companies, second, **UNKNOWN))
    assert field(reached, "dead") == ["SMS"]


def test_a_bounce_that_is_there_before_the_news_of_the_change_is_forgotten_with_it(
    reached: Service, companies: FakeProviders
) -> None:
    first, at = sent_to(reached, "+353861234567"), reached.clock.now() + HOUR
    reached.clock.advance(2 * HOUR)
    hand_over(reached, status(companies, first, **UNKNOWN))
    assert field(reached, "dead") == ["SMS"]
    reached.happens(CustomerProfileUpdated, changed_fields=["phone"], update_time=at)
    assert field(reached, "dead") == []


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_a_mailbox_to_which_something_came_since_is_alive_in_whatever_order_that_is_said(
    reached: Service, order: tuple[int, ...]
) -> None:
    reached.parties.given = Party("Anna", "anna@example.org")
    ids = []
    for _ in range(3):
        reached.clock.advance(HOUR)
        reached.happens(KycApproved)
        settle(reached, EMAIL)
        rows = [row for row in reached.rows("notifications") if row["channel"] == "EMAIL"]
        ids.append(str(max(rows, key=lambda row: row["create_time"])["_id"]))
    told = [Report(ids[0], Reported.DELIVERED, None), Report(ids[1], Reported.BOUNCED, None, dead=True),
            Report(ids[2], Reported.DELIVERED, None)]  # fmt: skip
    for each in order:
        report(reached, told[each])
    assert field(reached, "dead") == []
    report(reached, Report(ids[2], Reported.BOUNCED, None, dead=True))
    assert field(reached, "dead") == ["EMAIL"]


def test_a_stop_that_is_reported_late_or_again_is_as_old_as_its_message(
    reached: Service, companies: FakeProviders
) -> None:
    first = sent_to(reached, "+353861234567")
    said = status(companies, first, MessageStatus="failed", ErrorCode="21610")
    hand_over(reached, said)
    assert field(reached, "declined") == ["SMS"]
    reached.clock.advance(HOUR)
    choice = Preference(event_type="kyc.approved", channels=["CHANNEL_EMAIL", "CHANNEL_SMS"])
    reached.client().UpdatePreferences(pb.UpdatePreferencesRequest(preferences=[choice]))
    reached.clock.advance(HOUR)
    hand_over(reached, said, said)
    assert field(reached, "declined") == []


def test_when_a_message_arrived_is_what_the_provider_says_and_not_when_it_says_so(
    reached: Service, companies: FakeProviders
) -> None:
    first = sent_to(reached, "+353861234567")
    went = reached.clock.now()
    reached.clock.advance(5 * HOUR)
    for said in (went + timedelta(minutes=7), went + HOUR):
        done = said.strftime("%y%m%d%H%M")
        hand_over(reached, status(companies, first, MessageStatus="delivered", RawDlrDoneDate=done))
    (row,) = [row for row in reached.rows("notifications") if row["channel"] == "SMS"]
    assert row["deliver_time"] == (went + timedelta(minutes=7)).replace(second=0, microsecond=0)


@pytest.mark.parametrize("hours", [-3, 9])
def test_an_operator_s_time_that_cannot_be_is_none(reached: Service, companies: FakeProviders, hours: int) -> None:
    first = sent_to(reached, "+353861234567")
    said = reached.clock.now() + hours * HOUR
    reached.clock.advance(5 * HOUR)
    done = said.strftime("%y%m%d%H%M")
    hand_over(reached, status(companies, first, MessageStatus="delivered", RawDlrDoneDate=done))
    (row,) = [row for row in reached.rows("notifications") if row["channel"] == "SMS"]
    assert row["deliver_time"] == reached.clock.now()


def test_a_device_that_registered_again_since_a_message_went_is_not_forgotten(
    reached: Service, companies: FakeProviders
) -> None:
    device_id = register(reached, GONE).device_id
    overdue(reached)
    provider: Any = reached.delivery.providers[PUSH]

    def registers(message: Any) -> Any:
        reached.clock.advance(timedelta(seconds=1))
        register(reached, GONE)
        return type(provider).send(provider, message)

    provider.send = registers
    settle(reached, PUSH)
    assert statuses(reached)["PUSH"] == "FAILED" and listed(reached) == [device_id]
    del provider.send
    overdue(reached)
    settle(reached, PUSH)
    assert listed(reached) == []


def revive(
    running: Service, customer_id: str = "", channel: str = "CHANNEL_EMAIL", reason: str = "They called."
) -> Any:
    request = pb.ReviveAddressRequest(customer_id=customer_id or running.customer_id, channel=channel, reason=reason)
    return list(running.client(OFFICER).ReviveAddress(request).dead_channels)


def test_staff_have_mails_go_to_an_address_again_until_the_next_comes_back(
    reached: Service, companies: FakeProviders
) -> None:
    reached.parties.given = Party("Anna", "nobody@example.org", "+353861230001")
    reached.happens(KycRejected)
    settle(reached)
    bounced = [*companies.callbacks]
    hand_over(reached, *bounced)
    settle(reached)
    assert field(reached, "dead") == ["EMAIL", "SMS"]
    reached.clock.advance(HOUR)
    assert revive(reached) == revive(reached) == [2]
    # What is said again of the mail of before says nothing of it now.
    hand_over(reached, *bounced)
    assert field(reached, "dead") == ["SMS"]
    companies.apis.bounced.clear()
    companies.callbacks.clear()
    reached.happens(KycRejected)
    settle(reached, EMAIL)
    hand_over(reached, *companies.callbacks)
    assert field(reached, "dead") == ["EMAIL", "SMS"]
    whys = [row for row in reached.rows("audit") if row["method"].endswith("ReviveAddress")]
    assert len(whys) == 1 and "They called" not in str(whys)


def test_who_may_revive_an_address_and_of_whom(reached: Service) -> None:
    assert revive(reached, customer_id=new_id()) == []
    request = pb.ReviveAddressRequest(customer_id=reached.customer_id, channel="CHANNEL_EMAIL", reason="x")
    for caller in (None, staff("RISK_MGR")):
        with pytest.raises(PermissionDenied):
            reached.client(caller).ReviveAddress(request)
    for wrong in ({"channel": "CHANNEL_UNSPECIFIED"}, {"reason": ""}, {"customer_id": "x"}):
        with pytest.raises(InvalidArgument):
            revive(reached, **wrong)
    reached.happens(CustomerErased)
    with pytest.raises(NotFound):
        revive(reached)
