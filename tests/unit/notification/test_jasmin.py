"""A gateway of the lender's own: what it is sent, what its answers mean, and whose reports are believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.callbacks import Callbacks
from services.notification.jasmin import JasminSettings, JasminSms, refusal
from services.notification.model import Text
from services.notification.outcomes import Report, Reported
from services.notification.ports import Message, Party, Refused
from services.notification.receipt_links import CALLBACK_PATH, ReceiptLinks
from services.notification.settings import Settings
from services.notification.text_messages import ALPHABET, EXTENSION, segments, within
from services.runtime.calling.outside import Answer
from services.runtime.errors import InvalidArgument, Unauthenticated, Unavailable
from services.runtime.ids import new_id
from stack.servers.jasmin_api import JasminGateway
from stack.servers.providers import JASMIN_USER, NUMBER
from tests.fakes.providers import EDGE, PASSWORD, REPORT_KEY, gateway

D, B = Reported.DELIVERED, Reported.BOUNCED


class StandIn:
    """provider_calls.ProviderCalls at the stand-in, without a server."""

    def __init__(self, apis: JasminGateway) -> None:
        self._apis = apis

    def form(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> Answer:
        assert (path, headers) == ("/send", {})
        reply = self._apis.answer(urlencode(fields).encode())
        return Answer(reply.status, reply.content)


@pytest.fixture
def settings(tmp_path: Path) -> JasminSettings:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    (tmp_path / "key").write_text(REPORT_KEY)
    return JasminSettings(JASMIN_USER, tmp_path / "password", NUMBER, tmp_path / "key", "https://sms.example")


@pytest.fixture
def callbacks() -> list[Any]:
    return []


@pytest.fixture
def apis(callbacks: list[Any]) -> JasminGateway:
    return gateway(callbacks.append)


@pytest.fixture
def channel(settings: JasminSettings, apis: JasminGateway) -> JasminSms:
    made = JasminSms(settings, "LoanFlow", EDGE)
    made._calls = StandIn(apis)  # type: ignore[assignment]
    return made


@pytest.fixture
def believing(settings: JasminSettings) -> Callbacks:
    return Callbacks(EDGE, receipts=ReceiptLinks(settings.report_key_file, EDGE))


def message(phone: str = "+353861234567", text: str = "Your instalment is due.") -> Message:
    return Message(new_id(), Party("Anna", "anna@example.org", phone), Text("Subject", "Body", 1, short=text))


def token_of(url: str) -> str:
    assert url.startswith(f"{EDGE}{CALLBACK_PATH}")
    return url.removeprefix(f"{EDGE}{CALLBACK_PATH}")


def reports(believing: Callbacks, callbacks: list[Any]) -> list[Report]:
    return [found for each in callbacks for found in believing.of_jasmin(token_of(each.url), each.body)]


TEXTS = ["Your instalment is due.", "Ihre Rate ist fällig: 512 €", "قسطك مستحق", "ΔΦ Žofie 🏦"]


@pytest.mark.parametrize("text", TEXTS)
def test_the_telephone_shows_what_was_written_in_every_script(
    channel: JasminSms, apis: JasminGateway, text: str
) -> None:
    assert channel.send(message(text=text)) == ()
    assert [(each["to"], each["body"]) for each in apis.messages] == [("+353861234567", f"LoanFlow: {text}")]


def test_what_is_longer_than_the_gateway_joins_is_cut_and_not_refused(channel: JasminSms, apis: JasminGateway) -> None:
    channel.send(message(text="a" * 2000))
    channel.send(message(text="ش" * 2000))
    assert [segments(each["body"]) for each in apis.messages] == [5, 5]
    assert len(apis.messages[0]["body"]) == 5 * 153


LETTERS = st.sampled_from(sorted(ALPHABET | EXTENSION)) | st.characters(codec="utf-8")


@given(st.text(LETTERS, max_size=900), st.integers(1, 5))
def test_a_text_is_cut_where_one_more_character_would_be_one_more_message(text: str, most: int) -> None:
    cut = within(text, most)
    assert text.startswith(cut) and (not cut or segments(cut) <= most)
    assert cut == text or segments(text[: len(cut) + 1]) > most


def test_what_becomes_of_a_message_is_reported_under_its_own_address(
    channel: JasminSms, believing: Callbacks, callbacks: list[Any]
) -> None:
    sent = [message(phone) for phone in ("+353861234567", "+353861230002", "+353861230003", "+353861230004")]
    for each in sent:
        channel.send(each)
    ids = [each.message_id for each in sent]
    came = [(D, False), (B, True), (B, False), (B, False)]
    expected = [(one, reported, dead) for one, (reported, dead) in zip(ids, came, strict=True)]
    told = reports(believing, callbacks)
    assert [(each.notification_id, each.reported, each.dead) for each in told] == expected
    assert reports(believing, [*callbacks, *callbacks]) == told * 2
    # The operator says when, to the minute; who refuses at once says nothing of a time.
    assert [each.time is None for each in told] == [False, True, False, False]
    assert all(timedelta(0) <= datetime.now(UTC) - each.time < timedelta(minutes=2) for each in told if each.time)


@pytest.mark.parametrize(("said", "time"), [
    ("3006010905", datetime(2030, 6, 1, 9, 5, tzinfo=UTC)), ("300601090559", datetime(2030, 6, 1, 9, 5, tzinfo=UTC)),
    ("3013010905", None), ("", None), ("none", None), ("30060109", None),
])  # fmt: skip
def test_when_something_became_of_a_message_is_what_the_operator_says(
    believing: Callbacks, settings: JasminSettings, said: str, time: datetime | None
) -> None:
    token = token_of(ReceiptLinks(settings.report_key_file, EDGE).of(new_id()))
    (found,) = believing.of_jasmin(token, urlencode({"message_status": "DELIVRD", "donedate": said}).encode())
    assert found.time == time


@pytest.mark.parametrize(("ending", "permanent", "dead"), [("0001", False, False), ("0005", False, False)])
def test_where_no_message_may_go_it_is_refused_for_now(
    channel: JasminSms, ending: str, permanent: bool, dead: bool
) -> None:
    with pytest.raises(Refused) as refused:
        channel.send(message(f"+35386123{ending}"))
    assert (refused.value.permanent, refused.value.dead, refused.value.declined) == (permanent, dead, False)


@pytest.mark.parametrize("phone", ["", "no number"])
def test_what_is_no_number_is_refused_for_good(channel: JasminSms, phone: str) -> None:
    with pytest.raises(Refused) as refused:
        channel.send(message(phone))
    assert (refused.value.permanent, refused.value.dead) == (True, True)


def test_too_many_wait_a_second_and_a_wrong_password_until_it_is_mended(
    channel: JasminSms, apis: JasminGateway
) -> None:
    apis.per_second = 0
    with pytest.raises(Unavailable) as throttled:
        channel.send(message())
    assert (throttled.value.retry_after, isinstance(throttled.value, Refused)) == (1, False)
    apis.per_second, apis.password = 100, "another"
    with pytest.raises(Unavailable) as unknown:
        channel.send(message())
    assert not isinstance(unknown.value, Refused)
    assert apis.messages == []


@pytest.mark.parametrize(("status", "said"), [
    # By its documents and its messages: the lender's user, sender, credit, settings and connections.
    (400, "Argument [from] has an invalid value: [x]."), (400, "Argument [dlr-url] has an invalid value: [x]."),
    (400, "Argument [password] has an invalid value: [x]."), (400, "Mandatory argument [to] is not found."),
    (400, "Authorization failed for user [x] (Setting source address not authorized)."),
    (400, "Value filter failed for user [x] (source_address filter mismatch)."),
    (403, "Authentication failure for username:x"), (403, "Cannot charge submit_sm, check RouterPB log file"),
    (412, "Failover route has no bound connectors"), (400, ""), (404, "No route found"), (200, "Error"), (201, "x"),
])  # fmt: skip
def test_what_is_the_lenders_holds_messages_up_and_loses_none(status: int, said: str) -> None:
    error = refusal(Answer(status, f'Error "{said}"'.encode()))
    assert not isinstance(error, Refused)


@pytest.mark.parametrize(("status", "said", "permanent", "dead"), [
    (400, "Argument [to] has an invalid value: [+0].", True, True),
    (400, "Argument [content] has an invalid value: [x].", True, False),
    (400, "Argument [hex-content] has an invalid value: [x].", True, False),
    (400, "Value filter failed for user [x] (content filter mismatch).", True, False),
    (400, "Value filter failed for user [x] (destination_address filter mismatch).", False, False),
    (412, "No route found", False, False),
])  # fmt: skip
def test_what_is_said_of_one_message_is_of_that_alone(status: int, said: str, permanent: bool, dead: bool) -> None:
    error = refusal(Answer(status, f'Error "{said}"'.encode()))
    assert isinstance(error, Refused) and (error.permanent, error.dead) == (permanent, dead)
    assert "+0" not in error.message


@given(st.sampled_from([200, 201, 400, 403, 404, 412]), st.binary(max_size=80))
def test_an_answer_that_says_nothing_known_loses_no_message(status: int, body: bytes) -> None:
    error = refusal(Answer(status, body))
    assert not isinstance(error, Refused) or b"Argument" in body or b"filter" in body or b"route" in body


@pytest.mark.parametrize("body", [b"", b"Success", b'Success ""', b'Success "x" and more', b"<html>Success</html>"])
def test_a_success_that_names_no_message_is_none(channel: JasminSms, body: bytes) -> None:
    channel._calls = type("Says", (), {"form": lambda *_: Answer(200, body)})()
    with pytest.raises(Unavailable) as unclear:
        channel.send(message())
    assert not isinstance(unclear.value, Refused)


@pytest.mark.parametrize(("status", "expected"), [
    ("DELIVRD", [(D, False)]), ("UNDELIV", [(B, False)]), ("EXPIRED", [(B, False)]), ("DELETED", [(B, False)]),
    ("REJECTD", [(B, False)]), ("ESME_RINVDSTADR", [(B, True)]), ("ESME_RSYSERR", [(B, False)]), ("ESME_ROK", []),
    ("ACCEPTD", []), ("UNKNOWN", []), ("", []), ("delivrd", []),
])  # fmt: skip
def test_what_a_receipt_says(believing: Callbacks, settings: JasminSettings, status: str, expected: Any) -> None:
    one = new_id()
    token = token_of(ReceiptLinks(settings.report_key_file, EDGE).of(one))
    found = believing.of_jasmin(token, urlencode({"id": "x", "message_status": status, "err": "001"}).encode())
    assert found == [Report(one, reported, None, dead) for reported, dead in expected]


def test_only_who_has_the_address_is_believed_and_of_its_message_alone(
    believing: Callbacks, settings: JasminSettings, tmp_path: Path
) -> None:
    links, body = ReceiptLinks(settings.report_key_file, EDGE), b"message_status=DELIVRD"
    token = token_of(links.of(new_id()))
    (tmp_path / "other").write_text("another-key-of-a-test-for-addresses")
    foreign = token_of(ReceiptLinks(tmp_path / "other", EDGE).of(new_id()))
    for callbacks, given_token in (
        (believing, foreign), (believing, token[:-4]), (believing, f"{token[:-8]}AAAAAAAA"), (believing, ""),
        (believing, new_id()), (Callbacks(EDGE), token),
    ):  # fmt: skip
        with pytest.raises(Unauthenticated) as refused:
            callbacks.of_jasmin(given_token, body)
        assert refused.value.reason == "SIGNATURE_INVALID"


def test_addresses_that_are_out_are_believed_after_the_key_was_replaced(
    believing: Callbacks, settings: JasminSettings
) -> None:
    links, one = ReceiptLinks(settings.report_key_file, EDGE), new_id()
    before = token_of(links.of(one))
    settings.report_key_file.write_text(f"a-new-key-of-a-test-that-makes-addresses\n{REPORT_KEY}\n")
    for token in (before, token_of(links.of(one))):
        assert believing.of_jasmin(token, b"message_status=DELIVRD") == [Report(one, D, None)]


@pytest.mark.parametrize("body", [b"no form", b"%ff=\xff", b"&".join(b"a=b" for _ in range(200))])
def test_a_receipt_that_is_no_form_is_refused(believing: Callbacks, settings: JasminSettings, body: bytes) -> None:
    token = token_of(ReceiptLinks(settings.report_key_file, EDGE).of(new_id()))
    with pytest.raises(InvalidArgument):
        believing.of_jasmin(token, body)


def test_a_gateway_without_encryption_is_refused_at_the_start(settings: JasminSettings) -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        JasminSettings(JASMIN_USER, settings.password_file, NUMBER, settings.report_key_file, "http://sms.example")


def test_who_chooses_a_gateway_that_there_is_not_does_not_start() -> None:
    with pytest.raises(ValueError, match="sms_provider is JASMIN"):
        Settings.__post_init__(SimpleNamespace(sms_provider="JASMIN", jasmin=None))  # type: ignore[arg-type]
