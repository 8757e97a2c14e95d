"""Providers' reports: signatures as the companies' own libraries make them, and what each word of theirs means."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.callbacks import (
    SENDGRID_SIGNATURE,
    SENDGRID_TIME,
    TWILIO_SIGNATURE,
    Callbacks,
    twilio_signature,
)
from services.notification.outcomes import Report, Reported
from services.notification.sendgrid import SendGridSettings
from services.notification.twilio import CALLBACK_PATH, TwilioSettings
from services.runtime.errors import InvalidArgument, Unauthenticated
from services.runtime.ids import new_id
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, TOKEN, providers

# From the tests of SendGrid's own library for Python.
KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpV"
    "KS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
EVENT = {
    "email": "hello@world.com", "event": "dropped", "reason": "Bounced Address",
    "sg_event_id": "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
    "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
    "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>", "timestamp": 1600112492,
}  # fmt: skip
PAYLOAD = json.dumps([EVENT], sort_keys=True, separators=(",", ":")).encode() + b"\r\n"
SIGNED = {SENDGRID_SIGNATURE: SIGNATURE, SENDGRID_TIME: "1600112502"}
# From the tests of Twilio's own library for Python.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = [
    ("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]  # fmt: skip
TWICE = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234")]
APIS = providers()


@pytest.fixture
def believing(tmp_path: Path) -> Callbacks:
    """Callbacks under the keys of the stand-in."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    sendgrid = SendGridSettings(tmp_path / "token", event_key=APIS.event_key())
    return Callbacks(EDGE, sendgrid, TwilioSettings("AC1", tmp_path / "token", "+353155501000"))


def lower(callback: Callback) -> dict[str, str]:
    return {name.lower(): value for name, value in callback.headers.items()}


def events(believing: Callbacks, *found: Any) -> list[Report]:
    callback = APIS.signed_events(list(found))
    return believing.of_sendgrid(callback.body, lower(callback))


def status(believing: Callbacks, notification_id: str, **fields: str) -> list[Report]:
    callback = APIS.signed_status(f"{EDGE}{CALLBACK_PATH}{notification_id}", fields)
    return believing.of_twilio(notification_id, callback.body, lower(callback))


def test_sendgrids_own_example_is_believed_and_nothing_that_differs(tmp_path: Path) -> None:
    known = Callbacks(EDGE, SendGridSettings(tmp_path, event_key=KEY))
    assert known.of_sendgrid(PAYLOAD, SIGNED) == []
    other = Callbacks(EDGE, SendGridSettings(tmp_path, event_key=APIS.event_key()))
    wrong = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH3j/0="
    for callbacks, body, headers in (
        (other, PAYLOAD, SIGNED), (Callbacks(EDGE), PAYLOAD, SIGNED),
        (Callbacks(EDGE, SendGridSettings(tmp_path)), PAYLOAD, SIGNED),
        (known, b"payload", SIGNED), (known, PAYLOAD[:-2], SIGNED), (known, PAYLOAD, {}),
        (known, PAYLOAD, SIGNED | {SENDGRID_TIME: "timestamp"}), (known, PAYLOAD, SIGNED | {SENDGRID_SIGNATURE: wrong}),
        (known, PAYLOAD, SIGNED | {SENDGRID_SIGNATURE: "no base64!"}),
        (known, PAYLOAD, SIGNED | {SENDGRID_SIGNATURE: ""}),
    ):  # fmt: skip
        with pytest.raises(Unauthenticated) as refused:
            callbacks.of_sendgrid(body, headers)
        assert refused.value.reason == "SIGNATURE_INVALID"


def test_twilios_own_examples_have_the_signature_that_we_make() -> None:
    assert twilio_signature("12345", URL, CALL) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert twilio_signature("12345", URL, TWICE) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


@pytest.mark.parametrize("edge, signed", [(EDGE, EDGE), (f"{EDGE}:8443", EDGE), (f"{EDGE}:8443", f"{EDGE}:8443")])
def test_twilio_signs_the_address_with_its_port_or_without(believing: Callbacks, edge: str, signed: str) -> None:
    callbacks, one = Callbacks(edge, twilio=believing.twilio), new_id()
    callback = APIS.signed_status(f"{signed}{CALLBACK_PATH}{one}", {"MessageStatus": "delivered"})
    assert callbacks.of_twilio(one, callback.body, lower(callback)) == [Report(one, Reported.DELIVERED, None)]


def test_twilios_report_of_one_message_is_not_believed_of_another(believing: Callbacks) -> None:
    callback = APIS.signed_status(f"{EDGE}{CALLBACK_PATH}{new_id()}", {"MessageStatus": "undelivered"})
    form = dict(parse_qsl(callback.body.decode()))
    for callbacks, body, headers in (
        (believing, callback.body, lower(callback)), (believing, callback.body, {}),
        (believing, urlencode(form | {"MessageStatus": "delivered"}).encode(), lower(callback)),
        (Callbacks(EDGE), callback.body, lower(callback)),
    ):  # fmt: skip
        with pytest.raises(Unauthenticated) as refused:
            callbacks.of_twilio(new_id(), body, headers)
        assert refused.value.reason == "SIGNATURE_INVALID"


@pytest.mark.parametrize("body", [b"no form", b"%ff=\xff", b"&".join(b"a=b" for _ in range(200))])
def test_what_is_no_form_is_refused(believing: Callbacks, body: bytes) -> None:
    with pytest.raises(InvalidArgument):
        believing.of_twilio(new_id(), body, {TWILIO_SIGNATURE: "x"})


AT = datetime(2030, 1, 1, tzinfo=UTC)
D, B, N = Reported.DELIVERED, Reported.BOUNCED, Reported.DECLINED


@pytest.mark.parametrize(
    "event, expected",
    [
        ({"event": "delivered"}, [(D, False)]),
        ({"event": "bounce", "type": "bounce"}, [(B, True)]),
        ({"event": "bounce", "type": "blocked"}, [(B, False)]),
        ({"event": "dropped", "reason": "Bounced Address"}, [(B, True)]),
        ({"event": "dropped", "reason": "Spam Content (if Spam Checker app is enabled)"}, [(B, False)]),
        ({"event": "unsubscribe"}, [(N, False)]),
        ({"event": "group_unsubscribe"}, [(N, False)]),
        ({"event": "spamreport"}, [(N, False)]),
        *(({"event": each}, []) for each in ("processed", "deferred", "open", "click", "", None, 7)),
    ],
)
def test_what_sendgrid_says_of_a_mail(believing: Callbacks, event: dict[str, Any], expected: Any) -> None:
    one = new_id()
    known = {"notification_id": one, "timestamp": int(AT.timestamp())}
    found = events(believing, known | event)
    assert found == [Report(one, reported, AT, dead) for reported, dead in expected]


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"MessageStatus": "delivered"}, [(D, False)]),
        ({"MessageStatus": "undelivered", "ErrorCode": "30005"}, [(B, True)]),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, [(B, False)]),
        ({"MessageStatus": "failed", "ErrorCode": "21610"}, [(B, False), (N, False)]),
        ({"MessageStatus": "failed", "ErrorCode": "9" * 400}, [(B, False)]),
        ({"MessageStatus": "delivered", "RawDlrDoneDate": "no time"}, [(D, False)]),
        *(({"MessageStatus": each}, []) for each in ("accepted", "queued", "sending", "sent", "")),
    ],
)
def test_what_twilio_says_of_a_text_message(believing: Callbacks, fields: dict[str, str], expected: Any) -> None:
    one = new_id()
    assert status(believing, one, **fields) == [Report(one, reported, None, dead) for reported, dead in expected]


def test_twilio_says_when_where_the_operator_does(believing: Callbacks) -> None:
    for said, told in (("delivered", D), ("undelivered", B)):
        (found,) = status(believing, new_id(), MessageStatus=said, RawDlrDoneDate="3001010000")
        assert (found.reported, found.time) == (told, AT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.dictionaries(
    st.sampled_from(["notification_id", "timestamp", "event", "type", "reason"]),
    JSON | st.sampled_from(["delivered", "bounce", "dropped", "unsubscribe", new_id(), 1600112492, 1e300]),
)


@given(st.lists(EVENTS, max_size=3) | JSON)
def test_whatever_is_signed_is_a_report_or_a_refusal(found: Any) -> None:
    callbacks = Callbacks(EDGE, SendGridSettings(Path("none"), event_key=APIS.event_key()))
    callback = APIS.signed_events(found)
    is_list = isinstance(found, list) and all(isinstance(each, dict) for each in found)
    with nullcontext() if is_list else pytest.raises(InvalidArgument):
        reports = callbacks.of_sendgrid(callback.body, lower(callback))
        assert len(reports) <= len(found)
