"""What is wrong with the lender's account or sender holds messages up and loses none; the rest is said of one."""

import json
import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification import fcm, mailer, sendgrid, twilio
from services.notification.fcm import FcmPush, FcmSettings
from services.notification.jasmin import JasminSettings, JasminSms
from services.notification.model import Text
from services.notification.ports import Message, Party, Refused
from services.notification.sendgrid import SendGridMailer, SendGridSettings
from services.notification.twilio import TwilioSettings, TwilioSms
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from tests.fakes.providers import EDGE, providers

GOOD = "a-token-of-a-device"
GONE, OTHER, APPLE = f"{GOOD}-gone", f"{GOOD}-other", f"{GOOD}-apple"
INVALID, MALFORMED = f"{GOOD}-invalid", f"{GOOD}-malformed"
# By the dictionary of Twilio: number, sender and service of the lender, its registrations, its account, its limits.
LENDERS = [
    21210, 21212, 21603, 21606, 21607, 21609, 21611, 21616, 21657, 21659, 21660, 21661, 21663, 21701, 21702, 21703,
    21704, 21705, 21709, 21712, 21715, 21717, 30001, 30002, 30034, 30035, 10001, 10002, 20403, 20429,
]  # fmt: skip
# Of whom a number is said that cannot have messages, they do not say.
UNSAID = [21401, 21407, 21421]


class Answering:
    """provider_calls.ProviderCalls that gives one answer."""

    def __init__(self, status: int, body: object) -> None:
        self.answer = Answer(status, json.dumps(body).encode())

    def form(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return self.answer

    json = form


class StandIn:
    """provider_calls.ProviderCalls at the stand-in, without a server."""

    def __init__(self) -> None:
        self.apis = providers()

    def form(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return self._answer(fcm_path(path), urlencode(fields).encode(), headers)

    def json(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        return self._answer(path, json.dumps(body).encode(), headers)

    def _answer(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        reply = self.apis.answer(path, {name.lower(): value for name, value in headers.items()}, body)
        return Answer(reply.status, json.dumps(reply.body).encode())


def fcm_path(url: str) -> str:
    return url.removeprefix("https://localhost")


def message(*tokens: str) -> Message:
    party = Party("Anna", "anna@example.org", "+353861234567")
    return Message(new_id(), party, Text("Subject", "Body", 1), tokens=tokens)


def is_held(error: Unavailable) -> bool:
    return not isinstance(error, Refused)


@pytest.mark.parametrize("code", [*LENDERS, *UNSAID])
def test_a_sender_or_an_account_that_may_not_send_holds_text_messages_up(code: int) -> None:
    assert is_held(twilio.refusal(code)) and str(code) in twilio.refusal(code).message


@given(st.one_of(st.integers(), st.booleans(), st.none(), st.text(), st.floats(), st.lists(st.integers())))
def test_only_a_code_that_is_known_of_a_receiver_or_a_text_loses_a_message_for_good(code: object) -> None:
    error = twilio.refusal(code)
    of_one = twilio.DEAD | twilio.DECLINED | {21602, 21605, 21617, 21618, 21619}
    known = type(code) is int and code in of_one
    assert (isinstance(error, Refused) and error.permanent) == known


@pytest.mark.parametrize(("code", "dead", "declined"), [
    (21211, True, False), (21614, True, False), (21635, True, False), (21265, True, False), (21268, True, False),
    (21266, True, False), (21610, False, True), (21617, False, False), (21618, False, False),
])  # fmt: skip
def test_what_is_wrong_with_one_receiver_or_one_text_is_of_that_alone(code: int, dead: bool, declined: bool) -> None:
    error = twilio.refusal(code)
    assert isinstance(error, Refused)
    assert (error.permanent, error.dead, error.declined) == (True, dead, declined)


@pytest.mark.parametrize("code", [21408, 21608, 21612, 21214])
def test_where_the_account_may_not_send_holds_up_no_other_and_is_tried_again(code: int) -> None:
    error = twilio.refusal(code)
    assert isinstance(error, Refused)
    assert (error.permanent, error.dead, error.declined) == (False, False, False)


@pytest.mark.parametrize("body", [{"code": True}, {"code": 21606}, {"code": "21211"}, {}, [], "no"])
def test_text_messages_wait_for_a_sender_that_may_send(tmp_path: Path, body: object) -> None:
    (tmp_path / "token").write_text("a-token")
    channel = TwilioSms(TwilioSettings("AC1", tmp_path / "token", "+353861111111"), "LoanFlow", EDGE)
    channel._calls = Answering(400, body)  # type: ignore[assignment]
    with pytest.raises(Unavailable) as held:
        channel.send(message())
    assert is_held(held.value)


SHARED = ["from", "from.email", "reply_to", "mail_settings.sandbox_mode", "tracking_settings", "template_id", "asm"]
OWN = ["personalizations", "personalizations.0.to", "subject", "content.0.value", "headers.X", "attachments.0.content"]


@given(st.lists(st.sampled_from([*SHARED, *OWN, None]), max_size=3), st.sampled_from([400, 404, 405, 413, 415]))
def test_only_what_is_said_of_one_mail_loses_it_for_good(fields: list[str | None], status: int) -> None:
    errors = [{"message": "no", "field": each, "help": None} for each in fields]
    error = sendgrid.refusal(Answer(status, json.dumps({"errors": errors}).encode()))
    said = [each for each in fields if each is not None]
    of_mail = status == 413 or (bool(said) and not {*said} & {*SHARED})
    assert is_held(error) != of_mail
    assert not isinstance(error, Refused) or error.dead == ("personalizations.0.to" in said)


@pytest.mark.parametrize(("status", "body"), [
    # https://docs.sendgrid.com: no verified sender; no credits left; too many bad requests; no word at all.
    (403, {"errors": [{"message": "The from address does not match a verified Sender Identity.", "field": "from"}]}),
    (401, {"errors": [{"message": "Maximum credits exceeded", "field": None}]}),
    (400, {"errors": [{"message": "The from email does not contain a valid address.", "field": "from.email"}]}),
    (400, {"errors": [{"message": "Bad Request", "field": None}]}), (400, {}), (404, {}), (400, {"errors": [1]}),
])  # fmt: skip
def test_mails_wait_for_a_sender_that_may_send(tmp_path: Path, status: int, body: object) -> None:
    (tmp_path / "key").write_text("SG.key")
    channel = SendGridMailer(SendGridSettings(tmp_path / "key"))
    channel._calls = Answering(status, body)  # type: ignore[assignment]
    with pytest.raises(Unavailable) as held:
        channel.send(message())
    assert is_held(held.value)


@pytest.fixture
def push(tmp_path: Path) -> FcmPush:
    """FCM, whose account is of the project that the stand-in has."""
    calls = StandIn()
    (tmp_path / "account").write_text(json.dumps(calls.apis.fcm_account))
    channel = FcmPush(FcmSettings(tmp_path / "account"))
    channel._calls = calls  # type: ignore[assignment]
    return channel


def test_an_account_of_another_project_loses_no_message_and_no_device(push: FcmPush) -> None:
    for tokens in ((OTHER,), (OTHER, GONE), (GONE, OTHER, OTHER)):
        with pytest.raises(Unavailable) as held:
            push.send(message(*tokens))
        assert is_held(held.value) and fcm._STRANGE in held.value.message


@pytest.mark.parametrize("tokens", [(OTHER, GOOD, GONE), (GOOD, OTHER, GONE), (GONE, OTHER, GOOD)])
def test_a_token_of_another_project_is_gone_when_the_account_reaches_the_app(
    push: FcmPush, tokens: tuple[str, ...]
) -> None:
    assert {*push.send(message(*tokens))} == {OTHER, GONE}
    with pytest.raises(Refused) as refused:
        push.send(message(OTHER))
    assert (refused.value.permanent, refused.value.gone) == (True, (OTHER,))


def test_another_account_has_to_reach_the_app_anew(push: FcmPush) -> None:
    push.send(message(GOOD))
    push._reached = "the-project-of-before"
    with pytest.raises(Unavailable) as held:
        push.send(message(OTHER))
    assert is_held(held.value)


@pytest.mark.parametrize(("status", "name", "code"), [
    (401, "UNAUTHENTICATED", ""), (403, "PERMISSION_DENIED", ""), (404, "NOT_FOUND", ""),
    (400, "FAILED_PRECONDITION", ""),
])  # fmt: skip
def test_push_messages_wait_for_an_account_that_may_send(push: FcmPush, status: int, name: str, code: str) -> None:
    details = [{"@type": fcm._ERROR, "errorCode": code}] if code else []
    body = {"error": {"code": status, "status": name, "details": details}}
    push._access = lambda account: "a-token"  # type: ignore[method-assign]
    push._calls = Answering(status, body)  # type: ignore[assignment]
    with pytest.raises(Unavailable) as held:
        push.send(message(GOOD))
    assert is_held(held.value)


def test_a_key_of_apple_that_is_none_any_more_holds_up_no_other_message(push: FcmPush) -> None:
    """It is for the owner of the app to mend, and devices of another kind get their messages meanwhile."""
    with pytest.raises(Refused) as refused:
        push.send(message(APPLE, GONE))
    assert (refused.value.permanent, refused.value.gone) == (False, (GONE,))
    assert push.send(message(APPLE, GOOD)) == ()


@pytest.mark.parametrize(("tokens", "gone", "taken"), [
    ((MALFORMED,), (MALFORMED,), False), ((GONE, INVALID), (GONE,), False), ((INVALID,), (), False),
    ((INVALID, GOOD), (INVALID,), True), ((GOOD, MALFORMED, GONE), (MALFORMED, GONE), True),
])  # fmt: skip
def test_a_token_that_is_none_is_forgotten_once_it_is_known_that_the_message_is_one(
    push: FcmPush, tokens: tuple[str, ...], gone: tuple[str, ...], taken: bool
) -> None:
    if taken:
        assert {*push.send(message(*tokens))} == {*gone}
        return
    with pytest.raises(Refused) as refused:
        push.send(message(*tokens))
    assert (refused.value.permanent, refused.value.gone) == (True, gone)


def test_a_message_that_is_wrong_for_one_kind_of_device_costs_nobody_the_device(push: FcmPush) -> None:
    send = push._calls.json
    wrong = {"@type": fcm._BAD_REQUEST, "fieldViolations": [{"field": "message.apns.headers", "description": "no"}]}
    error = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [wrong]}}

    def json_(path: str, body: Mapping[str, Any], headers: Any) -> Answer:
        is_apple = body["message"]["token"] == APPLE
        return Answer(400, json.dumps(error).encode()) if is_apple else send(path, body, headers)

    push._calls.json = json_  # type: ignore[method-assign]
    assert push.send(message(APPLE, GOOD)) == ()
    with pytest.raises(Refused) as refused:
        push.send(message(APPLE))
    assert (refused.value.permanent, refused.value.gone) == (True, ())


def test_a_token_of_access_that_ends_between_two_devices_costs_neither_the_message(push: FcmPush) -> None:
    apis = push._calls.apis  # type: ignore[attr-defined]
    push.send(message(GOOD))
    apis.tokens.clear()
    assert push.send(message(f"{GOOD}-1", f"{GOOD}-2")) == ()
    assert [each["to"] for each in apis.messages] == [GOOD, f"{GOOD}-1", f"{GOOD}-2"]
    assert len(apis.tokens) == 1


@pytest.mark.parametrize("kept", [
    None, b"", b"\xff\xfe", b"no JSON", b"[]", b'{"project_id": "p"}', "another project's, without a key",
])  # fmt: skip
def test_a_service_account_that_cannot_be_read_holds_messages_up(push: FcmPush, kept: bytes | str | None) -> None:
    """A file is rotated, a secret is mounted late: that is none of the message's fault."""
    file = push._settings.account_file
    account = json.loads(file.read_text())
    if kept is None:
        file.unlink()
    else:
        file.write_bytes(kept if isinstance(kept, bytes) else json.dumps({**account, "private_key": "no key"}).encode())
    with pytest.raises(Unavailable) as held:
        push.send(message(GOOD))
    assert is_held(held.value)
    file.write_text(json.dumps(account))
    assert push.send(message(GOOD)) == ()


@pytest.mark.parametrize("kept", [None, b"", b" \n", b"\xff\xfe"])
def test_a_key_that_cannot_be_read_holds_messages_up(tmp_path: Path, kept: bytes | None) -> None:
    file = tmp_path / "key"
    if kept is not None:
        file.write_bytes(kept)
    links = tmp_path / "links"
    links.write_text("a key that makes links and is long enough")
    channels = (
        SendGridMailer(SendGridSettings(file)), TwilioSms(TwilioSettings("AC1", file, "+353861111111"), "L", EDGE),
        JasminSms(JasminSettings("u", file, "+353861111111", links, EDGE), "L", EDGE),
    )  # fmt: skip
    for channel in channels:
        with pytest.raises(Unavailable) as held:
            channel.send(message())
        assert is_held(held.value)


@pytest.mark.parametrize("at_data", [False, True])
@pytest.mark.parametrize(("code", "said", "held", "dead"), [
    (550, b"5.1.8 Sender address rejected: Domain not found", True, False), (553, b"5.1.7 bad sender", True, False),
    (550, b"5.7.26 not authenticated: SPF and DKIM failed", True, False), (535, b"5.7.8 bad credentials", True, False),
    (550, b"5.1.1 no such user", False, True), (550, b"5.7.1 refused", False, False), (550, b"no", False, False),
    (550, b"5.7.200 no", False, False), (552, b"5.2.2 full", False, False),
])  # fmt: skip
def test_mails_wait_for_a_sender_that_the_mail_server_takes(
    code: int, said: bytes, held: bool, dead: bool, at_data: bool
) -> None:
    class Server:
        """A server that refuses."""

        def send_message(self, _: object) -> None:
            if at_data:
                raise smtplib.SMTPDataError(code, said)
            raise smtplib.SMTPRecipientsRefused({"anna@example.org": (code, said)})

    with pytest.raises(Unavailable) as refused:
        mailer._hand_over(Server(), EmailMessage())  # type: ignore[arg-type]
    assert is_held(refused.value) == held
    assert held or (refused.value.permanent, refused.value.dead) == (True, dead and not at_data)  # type: ignore[attr-defined]
