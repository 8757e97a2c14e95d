"""SendGrid, Twilio and FCM, by their stand-in over TLS: what is sent, refused, throttled and reported."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody

from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved, KycRejected
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.repayment.v1.repayment_events_pb2 import PaymentOverdue
from loanflow.types.v1.money_pb2 import Money
from services.notification.delivery import RETRY
from services.notification.device_model import Device
from services.notification.device_store import Devices
from services.notification.fcm import FcmPush
from services.notification.model import Channel, Text
from services.notification.ports import Message, Party, Refused
from services.notification.sendgrid import SendGridMailer
from services.notification.twilio import CALLBACK_PATH, TwilioSms
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated, Unavailable
from services.runtime.ids import new_id
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, FakeProviders
from tests.harness import ANONYMOUS, customer
from tests.integration.notification.conftest import Service

EMAIL, SMS, PUSH = Channel.EMAIL, Channel.SMS, Channel.PUSH
GOOD = "a-token-of-a-device:one"
GONE, OTHER = f"{GOOD}-gone", f"{GOOD}-other"


def statuses(running: Service) -> dict[str, str]:
    return {row["channel"]: row["status"] for row in running.rows("notifications")}


def settle(running: Service, *channels: Channel) -> None:
    # Notices of one moment are a millisecond apart.
    running.clock.advance(timedelta(seconds=1))
    for channel in channels or (EMAIL, SMS, PUSH):
        while running.deliver(channel):
            pass


def hand_over(running: Service, *callbacks: Callback) -> None:
    """What the edge does with a provider's call."""
    for each in callbacks:
        headers = tuple((name.lower(), value) for name, value in each.headers.items() if name != "Content-Type")
        client, body = running.client(ANONYMOUS), HttpBody(content_type=each.headers["Content-Type"], data=each.body)
        if CALLBACK_PATH in each.url:
            message_id = each.url.rpartition("/")[2]
            client.ReportSmsStatus(pb.ReportSmsStatusRequest(notification_id=message_id, form=body), metadata=headers)
        else:
            client.ReportMailEvents(pb.ReportMailEventsRequest(events=body), metadata=headers)


def register(running: Service, token: str, **more: Any) -> Any:
    request = pb.RegisterDeviceRequest(push_token=token, platform="DEVICE_PLATFORM_ANDROID")
    return running.client(**more).RegisterDevice(request).device


def listed(running: Service) -> list[str]:
    return [each.device_id for each in running.client().ListDevices(pb.ListDevicesRequest()).devices]


def overdue(running: Service) -> None:
    due = Money(currency="EUR", amount="512.30")
    running.happens(PaymentOverdue, loan_id=new_id(), instalment_number=3, due_date="2030-06-01", amount_due=due)


def test_an_overdue_payment_goes_out_by_every_channel_and_each_says_that_it_arrived(
    reached: Service, companies: FakeProviders
) -> None:
    register(reached, GOOD)
    overdue(reached)
    settle(reached)
    mail, sms, push = companies.messages
    assert (mail["to"], mail["subject"]) == (f"a.{reached.customer_id}@example.org", "Your instalment is overdue")
    assert [each["type"] for each in mail["content"]] == ["text/plain", "text/html"]
    assert all("EUR 512.30 is still missing" in each["value"] for each in mail["content"])
    assert mail["mail_settings"] == {"bypass_unsubscribe_management": {"enable": True}}
    assert sms["to"] == "+353861234567"
    assert sms["body"].startswith("LoanFlow: Instalment 3 was due on 1 June 2030 and EUR 512.30 is still missing.")
    assert (push["to"], push["notification"]["title"]) == (GOOD, "Your instalment is overdue")
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "SENT", "SMS": "SENT", "PUSH": "SENT"}
    hand_over(reached, *companies.callbacks, *reversed(companies.callbacks))
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "DELIVERED", "SMS": "DELIVERED", "PUSH": "SENT"}


def test_a_report_that_is_there_before_the_note_of_the_sending_is_not_lost(
    reached: Service, companies: FakeProviders
) -> None:
    reached.happens(KycApproved)
    companies.apis.report = lambda callback: hand_over(reached, callback)
    settle(reached)
    assert statuses(reached)["EMAIL"] == "DELIVERED"


def test_a_mandatory_mail_that_comes_back_goes_by_text_message_and_the_next_by_that_at_once(
    reached: Service, companies: FakeProviders
) -> None:
    reached.parties.given = Party("Anna", "nobody@example.org", "+353861234567")
    reached.happens(KycRejected)
    settle(reached)
    hand_over(reached, *companies.callbacks, *companies.callbacks)
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "BOUNCED", "SMS": "PENDING"}
    settle(reached)
    assert statuses(reached)["SMS"] == "SENT"
    reached.clock.advance(timedelta(minutes=1))
    reached.happens(KycRejected)
    reached.happens(KycApproved)
    settle(reached)
    assert [each["channel"] for each in companies.messages] == ["mail", "sms", "sms"]


def test_a_notice_that_need_not_arrive_falls_back_on_nothing(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "nobody@example.org", "+353861234567")
    reached.happens(KycApproved)
    settle(reached)
    hand_over(reached, *companies.callbacks)
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "BOUNCED"}


def test_a_mailbox_that_is_full_today_is_tried_again_tomorrow(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "full@example.org")
    for _ in range(2):
        reached.happens(KycApproved)
        settle(reached)
        hand_over(reached, *companies.callbacks)
    assert [each["channel"] for each in companies.messages] == ["mail", "mail"]


def test_when_every_channel_fails_each_is_tried_once_and_it_ends(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "nobody@example.org", "+353861230001")
    register(reached, GONE)
    reached.happens(KycRejected)
    settle(reached)
    hand_over(reached, *companies.callbacks)
    settle(reached)
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "BOUNCED", "SMS": "FAILED", "PUSH": "FAILED"}
    (recipient,) = reached.rows("recipients")
    assert recipient["dead"] == ["EMAIL", "SMS"]
    assert listed(reached) == []


def test_a_new_number_is_tried_again(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", "+353861230001")
    overdue(reached)
    settle(reached)
    reached.parties.given = Party("Anna", "anna@example.org", "+353861234567")
    reached.happens(CustomerProfileUpdated, changed_fields=["full_name"])
    assert reached.rows("recipients")[0]["dead"] == ["SMS"]
    reached.happens(CustomerProfileUpdated, changed_fields=["phone"], update_time=reached.clock.now())
    assert reached.rows("recipients")[0]["dead"] == []


def test_one_who_unsubscribed_gets_what_they_must_alone(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "leaves@example.org", "+353861234567")
    reached.happens(KycApproved)
    settle(reached)
    hand_over(reached, *companies.callbacks)
    reached.clock.advance(timedelta(minutes=1))
    reached.happens(KycApproved)
    reached.happens(KycRejected)
    settle(reached)
    assert [each["mail_settings"]["bypass_unsubscribe_management"]["enable"] for each in companies.messages] == [
        False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("ending, field", [("0002", "declined"), ("0001", "dead")])
def test_what_twilio_refuses_for_good_is_known_of_the_number(
    reached: Service, companies: FakeProviders, ending: str, field: str
) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", f"+35386123{ending}")
    overdue(reached)
    settle(reached, SMS)
    assert statuses(reached)["SMS"] == "FAILED"
    assert reached.rows("recipients")[0][field] == ["SMS"]


def test_a_message_that_is_throttled_waits_as_long_as_the_provider_says_and_that_is_no_refusal(
    reached: Service, companies: FakeProviders
) -> None:
    overdue(reached)
    companies.apis.per_second = 0
    for channel in (EMAIL, SMS):
        with pytest.raises(Unavailable) as throttled:
            reached.deliver(channel)
        assert throttled.value.retry_after == 1
    companies.apis.per_second = 100
    reached.clock.advance(RETRY)
    settle(reached, EMAIL, SMS)
    assert {row["channel"]: row["refusals"] for row in reached.rows("notifications")} == {
        "IN_APP": 0, "EMAIL": 0, "SMS": 0, "PUSH": 0,
    }  # fmt: skip
    assert [each["channel"] for each in companies.messages] == ["mail", "sms"]


def test_nothing_rings_at_night_where_the_customer_is(reached: Service, companies: FakeProviders) -> None:
    register(reached, GOOD)
    request = pb.UpdatePreferencesRequest(time_zone="Pacific/Auckland")
    assert reached.client().UpdatePreferences(request).preferences.time_zone == "Pacific/Auckland"
    overdue(reached)
    settle(reached)
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "SENT", "SMS": "PENDING", "PUSH": "PENDING"}
    reached.clock.advance(timedelta(hours=8))
    settle(reached)
    assert [each["channel"] for each in companies.messages] == ["mail", "sms", "push"]


@pytest.mark.parametrize("zone", ["", "Mars/Base", "europe/dublin"])
def test_a_zone_that_there_is_not_is_none(reached: Service, zone: str) -> None:
    with pytest.raises(InvalidArgument):
        reached.client().UpdatePreferences(pb.UpdatePreferencesRequest(time_zone=zone))


def test_a_channel_whose_provider_is_away_holds_up_no_other(reached: Service, companies: FakeProviders) -> None:
    register(reached, GOOD)
    overdue(reached)
    reached.delivery.providers[SMS]._calls._url = "https://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        reached.deliver(SMS)
    settle(reached, EMAIL, PUSH)
    assert statuses(reached) == {"IN_APP": "SENT", "EMAIL": "SENT", "SMS": "PENDING", "PUSH": "SENT"}


@pytest.mark.parametrize("change", [{"client_email": "another@example.org"}, {"private_key_id": "another"}])
def test_a_service_account_that_is_not_known_holds_messages_up_and_refuses_none(
    companies: FakeProviders, change: dict[str, str]
) -> None:
    push = FcmPush(companies.fcm(**change))
    with pytest.raises(Unavailable) as away:
        push.send(message(GOOD))
    assert not isinstance(away.value, Refused)
    push.close()


def test_keys_that_are_not_known_hold_messages_up_and_refuse_none(companies: FakeProviders) -> None:
    companies.apis.sendgrid_key = companies.apis.twilio_token = "another"
    for channel in (SendGridMailer(companies.sendgrid()), TwilioSms(companies.twilio(), "LoanFlow", EDGE)):
        with pytest.raises(Unavailable) as away:
            channel.send(message())
        assert not isinstance(away.value, Refused)
        channel.close()


def test_an_access_token_is_used_until_shortly_before_its_end_and_another_when_fcm_takes_it_no_more(
    companies: FakeProviders,
) -> None:
    push = FcmPush(companies.fcm())
    push.send(message(GOOD))
    push.send(message(GOOD))
    assert len(companies.apis.tokens) == 1
    companies.apis.tokens.clear()
    push.send(message(GOOD))
    assert (len(companies.apis.tokens), len(companies.messages)) == (1, 3)
    push.close()


def test_of_several_devices_those_that_are_gone_are_forgotten(reached: Service, companies: FakeProviders) -> None:
    kept = register(reached, GOOD).device_id
    for token in (GONE, OTHER):
        reached.clock.advance(timedelta(minutes=1))
        register(reached, token)
    overdue(reached)
    settle(reached, PUSH)
    assert (statuses(reached)["PUSH"], [each["to"] for each in companies.messages]) == ("SENT", [GOOD])
    assert listed(reached) == [kept]
    assert {row["token"] == "" for row in reached.rows("devices") if row["device_id"] != kept} == {True}


def test_a_device_is_there_once_and_its_token_is_sealed(reached: Service) -> None:
    first, again = register(reached, GOOD), register(reached, GOOD)
    assert first.device_id == again.device_id
    (row,) = reached.rows("devices")
    assert GOOD not in str(row)
    assert GOOD not in str(reached.rows("audit"))


def test_an_app_that_registers_twice_at_one_moment_has_one_device(
    reached: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, known = Barrier(2, timeout=5), Devices.known

    def meet(devices: Devices, token_hash: str) -> list[Device]:
        found = known(devices, token_hash)
        if not found:
            with suppress(BrokenBarrierError):
                both.wait()
        return found

    monkeypatch.setattr(Devices, "known", meet)
    with ThreadPoolExecutor(2) as pool:
        ids = {each.result(60).device_id for each in [pool.submit(register, reached, GOOD) for _ in range(2)]}
    assert len(ids) == len(listed(reached)) == len(reached.rows("devices")) == 1


def test_who_signs_in_on_the_device_of_another_takes_it_over(reached: Service, companies: FakeProviders) -> None:
    register(reached, GOOD)
    overdue(reached)
    register(reached, GOOD, caller=customer())
    assert listed(reached) == []
    settle(reached, PUSH)
    assert [each for each in companies.messages if each["channel"] == "push"] == []
    mine = register(reached, GOOD).device_id
    assert listed(reached) == [mine]


def test_the_eleventh_device_takes_the_place_of_the_one_registered_longest_ago(reached: Service) -> None:
    made = []
    for number in range(11):
        reached.clock.advance(timedelta(minutes=1))
        made.append(register(reached, f"{GOOD}-{number}").device_id)
    assert listed(reached) == made[:0:-1]


def test_only_the_owner_removes_a_device_and_it_stays_so(reached: Service) -> None:
    device_id = register(reached, GOOD).device_id
    request = pb.RemoveDeviceRequest(device_id=device_id)
    with pytest.raises(PermissionDenied):
        reached.client(customer()).RemoveDevice(request)
    for _ in range(2):
        assert reached.client().RemoveDevice(request).device.device_id == device_id
    assert listed(reached) == []
    with pytest.raises(NotFound):
        reached.client().RemoveDevice(pb.RemoveDeviceRequest(device_id=new_id()))


def test_of_who_is_erased_no_device_is_left_and_none_comes(reached: Service) -> None:
    register(reached, GOOD)
    reached.happens(CustomerErased)
    assert reached.rows("devices") == []
    with pytest.raises(NotFound):
        register(reached, GOOD)


def test_what_is_not_signed_changes_nothing(reached: Service, companies: FakeProviders) -> None:
    overdue(reached)
    settle(reached, EMAIL, SMS)
    before = statuses(reached), reached.rows("recipients")
    for callback in companies.callbacks:
        for forged in (
            replace(callback, body=callback.body.replace(b"delivered", b"bounce")),
            replace(callback, headers={"Content-Type": callback.headers["Content-Type"]}),
        ):
            if forged != callback and b"sent" not in forged.body:
                with pytest.raises(Unauthenticated) as refused:
                    hand_over(reached, forged)
                assert refused.value.reason == "SIGNATURE_INVALID"
    assert (statuses(reached), reached.rows("recipients")) == before


def test_what_is_reported_of_messages_that_are_not_known_changes_nothing(
    reached: Service, companies: FakeProviders
) -> None:
    apis, url = companies.apis, f"{EDGE}{CALLBACK_PATH}{new_id()}"
    hand_over(reached, apis.signed_status(url, {"MessageStatus": "delivered"}))
    hand_over(reached, apis.signed_events([{"event": "bounce", "timestamp": 1, "notification_id": new_id()}]))
    assert reached.rows("recipients") == reached.rows("notifications") == []


def message(*tokens: str) -> Message:
    return Message(
        new_id(), Party("Anna", "anna@example.org", "+353861234567"), Text("Subject", "Body", 1), tokens=tokens
    )
