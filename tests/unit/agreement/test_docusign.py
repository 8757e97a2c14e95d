"""DocuSign's client against its stand-in: what is sent, what each answer means, and whose report is believed."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from services.agreement import provider_calls
from services.agreement.docusign import DocuSign, DocusignSettings
from services.agreement.ports import Envelope, EnvelopeRefused, EnvelopeSigner, EnvelopeState, Untaken
from services.agreement.provider_calls import LARGEST_REPORT
from services.agreement.sessions import SigningSessionStatus
from services.runtime.calling.outside import Answer
from services.runtime.errors import FailedPrecondition, InvalidArgument, Unauthenticated, Unavailable
from stack.servers.provider_apis import Callback
from stack.servers.signing_room import REPLACEMENT
from tests.fakes.clock import NOON
from tests.fakes.files import pdf
from tests.fakes.signatures import FakeHttp, SignatureApis, docusign

S = SigningSessionStatus
RETURN = "https://app.example/signed"


@pytest.fixture
def apis(tmp_path: Path) -> SignatureApis:
    return SignatureApis(tmp_path)


def envelope(*names: str, reference: str = "r1") -> Envelope:
    signers = tuple(
        EnvelopeSigner(place, f"c{place}", name, f"{name.split()[0].lower()}@example.org")
        for place, name in enumerate(names or ("Ada Lovelace",), 1)
    )
    callback = "https://edge.example/api/v1/agreement/callbacks/docusign/a1"
    return Envelope(reference, "Loan agreement a1", pdf(), signers, 7, NOON + timedelta(days=7), callback, RETURN)


def headers_of(callback: Callback) -> dict[str, str]:
    return {name.lower(): value for name, value in callback.headers.items()}


def test_an_envelope_is_sent_signed_and_fetched(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    wanted = envelope("Ada Lovelace", "Mary Somerville")
    envelope_id = client.send(wanted)
    stored = apis.docusign.room.envelopes[envelope_id]
    assert (stored.document, stored.reference, stored.callback) == (wanted.content, "r1", wanted.callback_url)
    assert client.state(envelope_id) == EnvelopeState(S.SENT)
    for signer, status in zip(wanted.signers, (S.DELIVERED, S.SIGNED), strict=True):
        assert apis.sign(client.signing_url(envelope_id, signer, RETURN)) == f"{RETURN}?event=signing_complete"
        assert client.state(envelope_id).status is status
    signed = client.state(envelope_id).signed
    assert [(place, each.email) for place, each in signed.items()] == [(1, "ada@example.org"), (2, "mary@example.org")]
    for given in (client.signed_document(envelope_id), client.completion_certificate(envelope_id)):
        assert given.startswith(b"%PDF")


def test_who_signed_in_the_place_of_another_is_named(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    wanted = envelope("Ada Replaced", "Mary Somerville")
    envelope_id = client.send(wanted)
    for signer in wanted.signers:
        apis.sign(client.signing_url(envelope_id, signer, RETURN))
    state = client.state(envelope_id)
    assert state.status is S.SIGNED
    assert [each.email for each in state.signed.values()] == [REPLACEMENT, "mary@example.org"]


def test_who_signs_has_to_wait_for_their_turn(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    wanted = envelope("Ada Lovelace", "Mary Somerville")
    envelope_id = client.send(wanted)
    with pytest.raises(FailedPrecondition) as caught:
        client.signing_url(envelope_id, wanted.signers[1], RETURN)
    assert caught.value.reason == "SIGNING_OUT_OF_TURN"
    apis.sign(client.signing_url(envelope_id, wanted.signers[0], RETURN))
    assert client.signing_url(envelope_id, wanted.signers[0], RETURN) == ""


@pytest.mark.parametrize("fate, status", [("Declines", S.DECLINED), ("Expires", S.EXPIRED), ("Lovelace", S.SIGNED)])
def test_how_it_ends_is_read_from_status_and_reason(apis: SignatureApis, fate: str, status: S) -> None:
    client, _ = docusign(apis)
    wanted = envelope(f"Ada {fate}")
    envelope_id = client.send(wanted)
    apis.sign(client.signing_url(envelope_id, wanted.signers[0], RETURN))
    assert client.state(envelope_id).status is status
    client.void(envelope_id)
    assert client.state(envelope_id).status is status


def test_what_is_voided_is_no_envelope_that_expired(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    envelope_id = client.send(envelope())
    client.void(envelope_id)
    assert client.state(envelope_id).status is S.VOIDED


@pytest.mark.parametrize("fate", ["Silent", "Lost"])
def test_what_is_not_answered_is_found_by_its_reference_if_it_arrived(apis: SignatureApis, fate: str) -> None:
    client, _ = docusign(apis)
    with pytest.raises(Unavailable) as caught:
        client.send(envelope(f"Ada {fate}"))
    assert not isinstance(caught.value, Untaken)
    found = client.look_up("r1")
    assert (found is None) is (fate == "Lost")
    assert client.look_up("another") is None


def test_what_is_sent_twice_is_one_envelope(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    assert client.send(envelope()) == client.send(envelope())
    assert len(apis.docusign.room.envelopes) == 1


def test_an_envelope_that_is_refused_is_refused_by_its_code(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    with pytest.raises(EnvelopeRefused, match=r"^INVALID_EMAIL_ADDRESS_FOR_RECIPIENT$"):
        client.send(envelope("Ada Refused"))


def test_what_is_turned_away_is_not_taken(apis: SignatureApis) -> None:
    client, http = docusign(apis)
    with pytest.raises(Untaken) as caught:
        client.send(envelope("Ada Busy"))
    assert caught.value.retry_after == 1
    assert client.send(envelope("Ada Busy"))
    http.answers = [Answer(400, b'{"errorCode": "Hourly_Envelope_Polling_Limit_Exceeded"}')]
    with pytest.raises(Untaken) as caught:
        client.send(envelope(reference="r2"))
    assert caught.value.retry_after > 0


@pytest.mark.parametrize(
    "headers, least, most",
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+1800"}, 1790, 1800),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+99999"}, 3600, 3600),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+1800", "retry-after": "7"}, 7, 7),
        # A burst is over sooner than the hour of which calls are left.
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "+1800"}, 60, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 60, 60), ({"x-ratelimit-remaining": "0"}, 60, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "-5"}, 60, 60),
    ],
)  # fmt: skip
def test_when_the_calls_of_an_hour_are_used_up_it_is_asked_again_in_the_next(
    apis: SignatureApis, headers: dict[str, str], least: int, most: int
) -> None:
    client, http = docusign(apis)
    client.look_up("r1")
    reset, said = headers.get("x-ratelimit-reset", ""), dict(headers)
    if reset[:1] in "+-" and reset:
        said["x-ratelimit-reset"] = str(int(time.time()) + int(reset))
    http.answers = [Answer(400, b'{"errorCode": "HOURLY_APIINVOCATION_LIMIT_EXCEEDED"}', said)]
    with pytest.raises(Untaken) as caught:
        client.state("e1")
    assert least <= caught.value.retry_after <= most


def unclear(answer: Answer) -> Callable[[DocuSign, FakeHttp], None]:
    def ask(client: DocuSign, http: FakeHttp) -> None:
        http.answers = [answer]
        client.state("e1")

    return ask


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"{}"), Answer(302, b""), Answer(200, b"[]"), Answer(200, b"no JSON"), Answer(200, b"{}"),
        Answer(200, b'{"status": "correct"}'), Answer(200, b'{"status": 1}'), Answer(404, b"{}"),
        Answer(200, b'{"status": "sent", "recipients": {"signers": "Ada"}}'),
        Answer(200, b'{"status": "completed"}'), Answer(200, b'{"status": "completed", "recipients": {}}'),
        Answer(400, b'{"errorCode": "Burst_Envelope_Polling_Limit_Exceeded"}'),
    ],
)  # fmt: skip
def test_what_says_nothing_about_an_envelope_leaves_it_as_it_is(apis: SignatureApis, answer: Answer) -> None:
    client, http = docusign(apis)
    client.look_up("r1")
    with pytest.raises(Unavailable):
        unclear(answer)(client, http)


def test_a_file_that_is_no_pdf_is_no_file(apis: SignatureApis) -> None:
    client, http = docusign(apis)
    client.look_up("r1")
    http.answers = [Answer(200, b"<html>")]
    with pytest.raises(Unavailable, match="in place of a PDF"):
        client.signed_document("e1")


def test_without_a_token_nothing_is_sent(apis: SignatureApis) -> None:
    http = FakeHttp(apis.docusign)
    settings = replace(apis.docusign_settings(), user_id="another")
    seen: list[str] = []
    http.hears = lambda _method, path: seen.append(path)
    with pytest.raises(Untaken, match="invalid_grant"):
        DocuSign(settings, http).send(envelope())
    http.away = True
    with pytest.raises(Untaken):
        DocuSign(apis.docusign_settings(), http).send(envelope())
    assert set(seen) == {"/oauth/token"}


def test_a_token_that_is_not_known_any_more_is_asked_for_anew(apis: SignatureApis) -> None:
    client, http = docusign(apis)
    client.look_up("r1")
    http.answers = [Answer(401, b"{}")]
    with pytest.raises(Untaken):
        client.send(envelope())
    assert client.send(envelope())


def test_nobody_queues_for_a_token_that_does_not_come(apis: SignatureApis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_calls, "_WAITED_FOR", 0.05)
    client, http = docusign(apis)
    asked, answered = Event(), Event()

    def hears(_method: str, _path: str) -> None:
        asked.set()
        assert answered.wait(10)

    http.hears = hears
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.send, envelope())
        assert asked.wait(10)
        with pytest.raises(Untaken, match="gives no token"):
            client.look_up("r1")
        answered.set()
        assert first.result(10) == client.look_up("r1")


def test_addresses_are_encrypted(apis: SignatureApis) -> None:
    plain: tuple[dict[str, Any], ...] = ({"url": "http://a.example"}, {"login_url": "http://a.example"})
    for changed in plain:
        with pytest.raises(ValueError, match="is not encrypted"):
            replace(apis.docusign_settings(), **changed)


def called_back(apis: SignatureApis, client: DocuSign) -> tuple[str, Callback]:
    wanted = envelope()
    envelope_id = client.send(wanted)
    apis.sign(client.signing_url(envelope_id, wanted.signers[0], RETURN))
    return envelope_id, apis.callbacks[-1]


def test_what_connect_says_is_believed_by_one_of_its_keys(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    envelope_id, callback = called_back(apis, client)
    report = client.report(callback.body, headers_of(callback))
    assert (report.envelope_id, report.status) == (envelope_id, S.SIGNED)
    # Both keys hold while one replaces the other, on either side.
    for there, here in ((["old", "new"], ["new"]), (["new"], ["old", "new"]), (["old"], ["old", "new"])):
        apis.hmac_keys = there
        apis.know(*here)
        again = apis.docusign._called(apis.docusign.room.envelopes[envelope_id], "SIGNED", False)
        assert client.report(again.body, headers_of(again)) == report


def test_the_signature_is_hmac_sha256_in_base64_over_the_bytes(tmp_path: Path, apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    body = b'{"event":"envelope-sent",\r\n "data":{"envelopeId":"e1"}}\n'
    right = base64.b64encode(hmac.new(b"a-key-of-connect", body, "sha256").digest()).decode()
    assert client.report(body, {"x-docusign-signature-1": right}).status is S.SENT
    assert client.report(body, {"x-docusign-signature-1": "wrong", "x-docusign-signature-7": right}).status is S.SENT


@pytest.mark.parametrize("change", ["body", "signature", "none", "another key", "no key"])
def test_a_wrong_signature_is_refused_by_the_providers_name(apis: SignatureApis, change: str) -> None:
    client, _ = docusign(apis)
    _, callback = called_back(apis, client)
    body, headers = callback.body, headers_of(callback)
    if change == "body":
        body += b" "
    elif change == "signature":
        headers["x-docusign-signature-1"] = "é"
    elif change == "none":
        del headers["x-docusign-signature-1"]
    else:
        apis.know(*(["another"] if change == "another key" else []))
    with pytest.raises(Unauthenticated) as caught:
        client.report(body, headers)
    assert (caught.value.reason, caught.value.metadata) == ("SIGNATURE_INVALID", {"provider": "DOCUSIGN"})


@pytest.mark.parametrize(
    "said, field",
    [
        (b"no JSON", "event"), (b"[]", "event"), ({"data": {"envelopeId": "e1"}}, "event.event"),
        ({"event": "envelope-sent"}, "event.data.envelopeId"), ({"event": 1, "data": {}}, "event.event"),
        ({"event": "envelope-sent", "data": {"envelopeId": "a b"}}, "event.data.envelopeId"),
    ],
)  # fmt: skip
def test_what_is_signed_and_no_message_is_refused_by_its_field(apis: SignatureApis, said: Any, field: str) -> None:
    client, _ = docusign(apis)
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    right = base64.b64encode(hmac.digest(b"a-key-of-connect", body, "sha256")).decode()
    with pytest.raises(InvalidArgument) as caught:
        client.report(body, {"x-docusign-signature-1": right})
    assert caught.value.violations[0].field == field


def test_what_is_too_large_is_not_even_hashed(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    with pytest.raises(InvalidArgument, match="at most"):
        client.report(b"x" * (LARGEST_REPORT + 1), {})


def test_an_event_that_does_not_count_says_nothing(apis: SignatureApis) -> None:
    client, _ = docusign(apis)
    body = b'{"event": "recipient-reassign", "data": {"envelopeId": "e1"}}'
    right = base64.b64encode(hmac.digest(b"a-key-of-connect", body, "sha256")).decode()
    assert client.report(body, {"x-docusign-signature-1": right}).status is None


def test_empty_lines_are_no_keys(apis: SignatureApis) -> None:
    (apis.folder / "hmac").write_text("\none\n\n two \n")
    settings: DocusignSettings = apis.docusign_settings()
    assert settings.hmac_keys == (b"one", b"two")
