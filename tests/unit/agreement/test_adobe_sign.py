"""Adobe Acrobat Sign's client against its stand-in: what is sent, what each answer means, and who may report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.agreement.adobe_sign import CLIENT_ID, AdobeSign
from services.agreement.ports import EnvelopeRefused, EnvelopeState, Untaken
from services.agreement.sessions import SigningSessionStatus
from services.runtime.calling.outside import Answer
from services.runtime.errors import FailedPrecondition, InvalidArgument, Unauthenticated, Unavailable
from stack.servers.providers import ADOBE_CLIENT
from stack.servers.signing_room import REPLACEMENT
from tests.fakes.signatures import FakeHttp, SignatureApis, adobe_sign
from tests.unit.agreement.test_docusign import RETURN, envelope, headers_of

S = SigningSessionStatus


@pytest.fixture
def apis(tmp_path: Path) -> SignatureApis:
    return SignatureApis(tmp_path)


def test_an_agreement_is_sent_signed_and_fetched(apis: SignatureApis) -> None:
    client, _ = adobe_sign(apis)
    wanted = envelope("Ada Lovelace", "Mary Somerville")
    envelope_id = client.send(wanted)
    stored = apis.adobe.room.envelopes[envelope_id]
    assert (stored.document, stored.reference, stored.return_url) == (wanted.content, "r1", RETURN)
    assert client.state(envelope_id) == EnvelopeState(S.SENT)
    with pytest.raises(FailedPrecondition):
        client.signing_url(envelope_id, wanted.signers[1], RETURN)
    for signer in wanted.signers:
        apis.sign(client.signing_url(envelope_id, signer, RETURN))
    state = client.state(envelope_id)
    assert state.status is S.SIGNED
    signed = [(place, each.email) for place, each in state.signed.items()]
    assert signed == [(1, "ada@example.org"), (2, "mary@example.org")]
    assert client.signing_url(envelope_id, wanted.signers[0], RETURN) == ""
    for given in (client.signed_document(envelope_id), client.completion_certificate(envelope_id)):
        assert given.startswith(b"%PDF")


def test_who_signed_in_the_place_of_another_is_named(apis: SignatureApis) -> None:
    client, _ = adobe_sign(apis)
    wanted = envelope("Ada Replaced", "Mary Somerville")
    envelope_id = client.send(wanted)
    for signer in wanted.signers:
        apis.sign(client.signing_url(envelope_id, signer, RETURN))
    state = client.state(envelope_id)
    assert state.status is S.SIGNED
    assert [each.email for each in state.signed.values()] == [REPLACEMENT, "mary@example.org"]


ADA, ELSE = {"id": "p1", "email": "ada@example.org"}, {"id": "p9", "email": REPLACEMENT}


@pytest.mark.parametrize(
    "members, event, signed",
    [
        ([ADA], {"participantId": "p1"}, ADA), ([ADA], {"participantId": "set1"}, ADA),
        ([ADA], {"participantEmail": "Ada@Example.org"}, {"email": "Ada@Example.org"}),
        # Who delegated stays a member of the set, and so does who it was delegated to.
        ([ADA, ELSE], {"participantId": "p9"}, ELSE), ([ADA, ELSE], {"participantEmail": ELSE["email"]}, ELSE),
        ([ADA], {"participantId": "p1", "participantEmail": ELSE["email"]}, ELSE),
        ([ADA], {"participantId": "set1", "participantEmail": ELSE["email"]}, ELSE),
        # Whose account is shared with somebody else, who signed for them.
        ([ADA], {"participantEmail": ADA["email"], "initiatingUserEmail": ELSE["email"]}, ELSE),
        ([ADA], {"participantEmail": ADA["email"], "initiatingUserEmail": ""}, ADA),
        ([ADA], {"participantEmail": ELSE["email"]}, None), ([ADA], {}, None),
    ],
)  # fmt: skip
def test_whoever_an_event_names_and_however_is_who_signed(
    apis: SignatureApis, members: list[dict[str, str]], event: dict[str, str], signed: dict[str, str] | None
) -> None:
    client, http = adobe_sign(apis)
    client.look_up("r1")
    events = {"events": [{"type": "ESIGNED", "date": "2030-06-15T12:00:00Z", **event}]}
    sets = {"participantSets": [{"id": "set1", "order": 1, "memberInfos": members}]}
    http.answers = [Answer(200, json.dumps(each).encode()) for each in ({"status": "SIGNED"}, events, sets)]
    found = client.state("e1").signed
    assert [each.email for each in found.values()] == ([] if signed is None else [signed["email"]])


@pytest.mark.parametrize("fate, status", [("Declines", S.DECLINED), ("Expires", S.EXPIRED), ("Lovelace", S.SIGNED)])
def test_how_it_ends_is_read_from_status_and_events(apis: SignatureApis, fate: str, status: S) -> None:
    client, _ = adobe_sign(apis)
    wanted = envelope(f"Ada {fate}")
    envelope_id = client.send(wanted)
    apis.sign(client.signing_url(envelope_id, wanted.signers[0], RETURN))
    assert client.state(envelope_id).status is status
    client.void(envelope_id)
    assert client.state(envelope_id).status is status


def test_what_is_voided_was_declined_by_nobody(apis: SignatureApis) -> None:
    client, _ = adobe_sign(apis)
    envelope_id = client.send(envelope())
    client.void(envelope_id)
    assert client.state(envelope_id).status is S.VOIDED


@pytest.mark.parametrize("fate", ["Silent", "Lost"])
def test_what_is_not_answered_is_found_by_its_reference_if_it_arrived(apis: SignatureApis, fate: str) -> None:
    client, _ = adobe_sign(apis)
    with pytest.raises(Unavailable) as caught:
        client.send(envelope(f"Ada {fate}"))
    assert not isinstance(caught.value, Untaken)
    assert (client.look_up("r1") is None) is (fate == "Lost")
    assert client.look_up("another") is None


def test_what_is_refused_or_turned_away_says_so(apis: SignatureApis) -> None:
    client, http = adobe_sign(apis)
    with pytest.raises(EnvelopeRefused, match=r"^INVALID_PARTICIPANT$"):
        client.send(envelope("Ada Refused"))
    with pytest.raises(Untaken) as caught:
        client.send(envelope("Ada Busy"))
    assert caught.value.retry_after == 1
    # A document that was uploaded, and of which nothing is known, is nothing that anybody could sign.
    http.answers = [Answer(500, b"{}")]
    with pytest.raises(Untaken):
        client.send(envelope())
    assert client.send(envelope("Ada Busy"))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"{}"), Answer(302, b""), Answer(200, b"[]"), Answer(200, b"{}"), Answer(404, b"{}"),
        Answer(200, b'{"status": "ARCHIVED"}'), Answer(200, b'{"status": null}'),
    ],
)  # fmt: skip
def test_what_says_nothing_about_an_agreement_leaves_it_as_it_is(apis: SignatureApis, answer: Answer) -> None:
    client, http = adobe_sign(apis)
    client.look_up("r1")
    http.answers = [answer]
    with pytest.raises(Unavailable):
        client.state("e1")


@pytest.mark.parametrize("events, members", [({}, None), ({"events": "no"}, None), ({"events": []}, {})])
def test_what_all_have_signed_is_not_ended_for_want_of_half_an_answer(
    apis: SignatureApis, events: object, members: object
) -> None:
    client, http = adobe_sign(apis)
    client.look_up("r1")
    said = [{"status": "SIGNED"}, events, members]
    http.answers = [Answer(200, json.dumps(each).encode()) for each in said if each is not None]
    with pytest.raises(Unavailable):
        client.state("e1")


def test_documents_that_are_prepared_still_have_no_address_yet(apis: SignatureApis) -> None:
    client, http = adobe_sign(apis)
    wanted = envelope()
    client.look_up("r1")
    http.answers = [Answer(404, b'{"code": "AGREEMENT_NOT_EXPOSED"}'), Answer(403, b'{"code": "PERMISSION_DENIED"}')]
    assert client.signing_url("e1", wanted.signers[0], RETURN) == ""
    with pytest.raises(Unavailable, match="PERMISSION_DENIED"):
        client.signing_url("e1", wanted.signers[0], RETURN)
    http.answers = [Answer(200, b'{"status": "DOCUMENTS_NOT_YET_PROCESSED"}')]
    assert client.state("e1") == EnvelopeState(S.ORDERED)


def test_without_a_token_nothing_is_sent(apis: SignatureApis) -> None:
    http = FakeHttp(apis.adobe)
    seen: list[str] = []
    http.hears = lambda _method, path: seen.append(path)
    with pytest.raises(Untaken, match="invalid_client"):
        AdobeSign(replace(apis.adobe_settings(), client_id="another"), http).send(envelope())
    assert set(seen) == {"/oauth/v2/refresh"}
    with pytest.raises(ValueError, match="is not encrypted"):
        replace(apis.adobe_settings(), url="http://adobe.example")


def test_who_calls_names_the_application_and_gets_it_back(apis: SignatureApis) -> None:
    client, _ = adobe_sign(apis)
    wanted = envelope()
    envelope_id = client.send(wanted)
    apis.sign(client.signing_url(envelope_id, wanted.signers[0], RETURN))
    callback = apis.callbacks[-1]
    report = client.report(callback.body, headers_of(callback))
    assert (report.envelope_id, report.status) == (envelope_id, S.SIGNED)
    assert client.check_client({CLIENT_ID: ADOBE_CLIENT}) == ADOBE_CLIENT
    for headers in ({}, {CLIENT_ID: "another"}, {CLIENT_ID: "é"}):
        with pytest.raises(Unauthenticated) as caught:
            client.report(callback.body, headers)
        assert (caught.value.reason, caught.value.metadata) == ("SIGNATURE_INVALID", {"provider": "ADOBE_SIGN"})


@pytest.mark.parametrize("said, field", [([], "event"), ({}, "event.event"), ({"event": "x"}, "event.agreement.id")])
def test_what_is_no_notification_is_refused_by_its_field(apis: SignatureApis, said: object, field: str) -> None:
    client, _ = adobe_sign(apis)
    with pytest.raises(InvalidArgument) as caught:
        client.report(json.dumps(said).encode(), {CLIENT_ID: ADOBE_CLIENT})
    assert caught.value.violations[0].field == field


def test_an_event_that_does_not_count_says_nothing(apis: SignatureApis) -> None:
    client, _ = adobe_sign(apis)
    body = json.dumps({"event": "AGREEMENT_SHARED", "agreement": {"id": "e1"}}).encode()
    assert client.report(body, {CLIENT_ID: ADOBE_CLIENT}).status is None
