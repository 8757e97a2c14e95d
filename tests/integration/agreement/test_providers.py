"""Signing at DocuSign and Adobe Acrobat Sign, by their stand-ins over TLS: whatever becomes of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.agreement.v1.agreement_events_pb2 import AgreementGenerated, AgreementPartySigned, AgreementSigned
from loanflow.application.v1.application_events_pb2 import ApplicationWithdrawn
from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from services.agreement import verify
from services.agreement.events import SigningMethod
from services.agreement.sessions import ASKED_EVERY, IN_HAND, LIFE, LOOKED_UP_AFTER, PATIENCE, TRIED_AGAIN_AFTER
from services.runtime import context
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied, Unauthenticated
from tests.fakes.signatures import FakeSignatures
from tests.harness import customer, service, staff
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.signing import AtProvider, guaranteed, report

DOCUSIGN, ADOBE_SIGN = SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN
BOTH = pytest.mark.parametrize("method", [DOCUSIGN, ADOBE_SIGN], ids=lambda each: each.name.lower())
Make = Callable[..., AtProvider]


@pytest.fixture
def make(agreements: Agreements, signatures: FakeSignatures) -> Make:
    def made(method: SigningMethod = DOCUSIGN, last_name: str = "Lovelace") -> AtProvider:
        return AtProvider(agreements, signatures, method, last_name)

    return made


def signed_events(agreements: Agreements) -> list[Any]:
    published = agreements.traffic.published(AgreementGenerated, AgreementPartySigned, AgreementSigned)
    return [each for each in published if isinstance(each, AgreementSigned)]


@BOTH
def test_a_customer_signs_there_and_the_agreement_is_signed(make: Make, method: SigningMethod) -> None:
    one = make(method)
    begun = one.begin()
    assert begun.session.provider == agreement_pb2.SigningMethod.Value(f"SIGNING_METHOD_{method.name}")
    assert (one.status, one.session, one.envelope.document) == (
        "SIGNING", "SENT", one.agreements.pdf(one.application_id),
    )  # fmt: skip
    assert one.signatures.apis.sign(begun.signing_url).startswith("https://app.example/signed")
    one.hear()
    assert one.agreements.woken
    one.work()
    assert (one.status, one.session) == ("SIGNED", "SIGNED")
    (event,) = signed_events(one.agreements)
    assert (event.method, event.decided_by) == (begun.session.provider, one.agreements.owner.subject)
    assert one.later(LIFE) == 0


@BOTH
def test_what_was_signed_is_kept_shown_and_verified(
    make: Make, method: SigningMethod, tmp_path: Path, capsys: Any
) -> None:
    one = make(method)
    one.sign()
    one.hear()
    one.work()
    agreements, application_id = one.agreements, one.application_id
    ours = agreements.pdf(application_id)
    checked = verify.checked(ours)
    assert checked.intact, checked.faults
    (evidence,) = checked.signatures
    assert (evidence["method"], evidence["provider"]["envelope_id"]) == (method.name, one.envelope.envelope_id)
    for document in ("PROVIDER_SIGNED", "PROVIDER_CERTIFICATE", "CERTIFICATE"):
        assert agreements.pdf(application_id, document=document).startswith(b"%PDF")
    found = agreements.verify(application_id)
    assert found.intact and found.signature.method == agreement_pb2.SigningMethod.Value(f"SIGNING_METHOD_{method.name}")
    (tmp_path / "copy.pdf").write_bytes(ours)
    assert verify.main([str(tmp_path / "copy.pdf")]) == verify.UNTRUSTED
    said = capsys.readouterr().out
    assert method.name in said and one.envelope.envelope_id in said
    # The lender's own file, what was shown, and the two of the provider.
    assert len(agreements.keys(application_id)) == 4


def test_all_sign_one_after_another(agreements: Agreements, signatures: FakeSignatures) -> None:
    one = guaranteed(agreements, signatures, DOCUSIGN)
    with pytest.raises(FailedPrecondition) as caught:
        one.begin(one.guarantor)
    assert caught.value.reason == "SIGNING_OUT_OF_TURN"
    one.sign()
    one.hear()
    one.work()
    assert (one.status, one.session) == ("SIGNING", "DELIVERED")
    assert one.begin().signing_url == ""
    one.sign(one.guarantor)
    one.hear()
    one.work()
    read = one.read()
    assert one.status == "SIGNED" and all(each.HasField("signature") for each in read.signers)
    assert [each.signature.signed_by for each in read.signers] == [
        agreements.owner.subject, one.guarantor.subject if one.guarantor else "",
    ]  # fmt: skip
    (event,) = signed_events(agreements)
    assert len(event.party_customer_ids) == 1
    checked = verify.checked(agreements.pdf(one.application_id))
    assert checked.intact and [each["name"] for each in checked.signatures] == ["Ada Lovelace", "Mary Somerville"]


@BOTH
@pytest.mark.parametrize("last_name", ["Late", "Twice", "Backwards"])
def test_callbacks_may_come_late_twice_and_out_of_order(make: Make, method: SigningMethod, last_name: str) -> None:
    one = make(method, last_name)
    one.sign()
    callbacks = list(one.signatures.apis.callbacks)
    one.hear()
    one.work()
    assert one.status == "SIGNED"
    before = one.read()
    one.hear(*callbacks, *reversed(callbacks))
    one.work()
    assert one.read() == before and len(signed_events(one.agreements)) == 1


@BOTH
@pytest.mark.parametrize("last_name", ["Quiet", "Forged"])
def test_what_is_never_called_back_is_asked_for(make: Make, method: SigningMethod, last_name: str) -> None:
    one = make(method, last_name)
    one.sign()
    for callback in one.signatures.apis.callbacks:
        with pytest.raises(Unauthenticated):
            report(one.agreements, one.application_id, callback)
    assert one.later(ASKED_EVERY - timedelta(seconds=1)) == 0 and one.status == "SIGNING"
    assert one.later(timedelta(seconds=1)) == 1
    assert one.status == "SIGNED"


@BOTH
@pytest.mark.parametrize("last_name, ended", [("Declines", "DECLINED"), ("Expires", "EXPIRED")])
def test_after_a_decline_or_the_expiry_the_other_ways_are_open(
    make: Make, method: SigningMethod, last_name: str, ended: str
) -> None:
    one = make(method, last_name)
    one.sign()
    one.hear()
    one.work()
    assert (one.status, one.session) == ("GENERATED", ended)
    again = one.begin()
    assert again.session.session_id != one.read().signers[0].customer_id and again.signing_url
    agreements, application_id = one.agreements, one.application_id
    agreements.confirm(application_id, agreements.start(application_id))
    assert one.status == "SIGNED"
    assert agreements.verify(application_id).signature.method == agreement_pb2.SIGNING_METHOD_ONE_TIME_CODE


@BOTH
def test_a_code_that_is_used_voids_what_is_at_the_provider(make: Make, method: SigningMethod) -> None:
    one = make(method)
    url = one.begin().signing_url
    agreements, application_id = one.agreements, one.application_id
    code = agreements.start(application_id)
    assert (one.status, one.session, one.envelope.status) == ("SIGNING", "SENT", "SENT")
    agreements.confirm(application_id, code)
    one.work()
    assert (one.status, one.session, one.envelope.status) == ("SIGNED", "VOIDED", "VOIDED")
    with pytest.raises(AssertionError, match="used"):
        one.signatures.apis.sign(url)
    assert len(signed_events(agreements)) == 1


def test_a_copy_signed_by_hand_voids_it_too(make: Make) -> None:
    one = make()
    one.begin()
    one.agreements.upload(one.application_id)
    one.work()
    assert (one.status, one.envelope.status) == ("UPLOADED", "VOIDED")
    one.agreements.decide(one.application_id, approve=True)
    assert one.status == "SIGNED"


def test_who_signs_there_while_a_code_is_used_has_not_signed_twice(make: Make) -> None:
    """Both at once: what was used first counts, and what comes from the provider then changes nothing."""
    one = make()
    one.sign()
    agreements, application_id = one.agreements, one.application_id
    agreements.confirm(application_id, agreements.start(application_id))
    before = agreements.pdf(application_id)
    one.hear()
    one.work()
    assert (one.session, one.envelope.status) == ("SIGNED", "SIGNED")
    assert agreements.pdf(application_id) == before and len(signed_events(agreements)) == 1


@BOTH
def test_nothing_is_signed_that_was_not_shown(make: Make, method: SigningMethod) -> None:
    one = make(method, "Altered")
    one.sign()
    one.hear()
    one.work()
    assert (one.status, one.session) == ("GENERATED", "REJECTED")
    assert signed_events(one.agreements) == [] and len(one.agreements.keys(one.application_id)) == 1
    assert one.later(LIFE) == 0
    with pytest.raises(NotFound):
        one.agreements.pdf(one.application_id, document="PROVIDER_SIGNED")


@BOTH
def test_who_was_put_in_the_place_of_another_signs_nothing_for_them(
    agreements: Agreements, signatures: FakeSignatures, method: SigningMethod
) -> None:
    one = AtProvider(agreements, signatures, method, "Replaced", customer())
    for each in (None, one.guarantor):
        one.agreements.clock.advance(timedelta(seconds=1))
        one.sign(each)
        one.hear()
        one.work()
    assert (one.status, one.session) == ("GENERATED", "REJECTED")
    assert signed_events(agreements) == [] and len(agreements.keys(one.application_id)) == 1
    assert not any(each.HasField("signature") for each in one.read().signers)
    # The other ways are open, and this one is, too.
    assert one.begin().signing_url and one.session == "SENT"


@BOTH
def test_an_envelope_whose_answer_was_lost_is_found_and_not_sent_again(make: Make, method: SigningMethod) -> None:
    one = make(method, "Silent")
    assert one.begin().signing_url == "" and one.session == "ORDERED"
    assert one.later(LOOKED_UP_AFTER) == 1
    assert one.session == "SENT" and one.begin().signing_url
    assert len(one.room.envelopes) == 1


@BOTH
def test_one_that_never_arrived_is_sent_again_and_given_up_after_a_while(make: Make, method: SigningMethod) -> None:
    one = make(method, "Lost")
    assert one.begin().signing_url == ""
    assert one.later(LOOKED_UP_AFTER) > 0
    assert one.later(LOOKED_UP_AFTER) > 0
    assert one.session == "ORDERED"
    for _ in range(3):
        one.later(PATIENCE)
    assert (one.status, one.session) == ("GENERATED", "VOIDED")
    assert one.agreements.start(one.application_id)


@BOTH
def test_one_that_is_turned_away_is_sent_when_the_provider_wants_it(make: Make, method: SigningMethod) -> None:
    one = make(method, "Busy")
    assert (one.begin().signing_url, one.session) == ("", "ORDERED")
    assert one.later(timedelta(seconds=5)) == 1
    assert one.session == "SENT" and one.begin().signing_url


@BOTH
def test_one_that_is_refused_leaves_the_other_ways(make: Make, method: SigningMethod) -> None:
    one = make(method, "Refused")
    assert one.begin().signing_url == ""
    assert (one.status, one.session) == ("GENERATED", "REFUSED")
    assert one.agreements.start(one.application_id)


def test_what_a_process_that_died_left_is_taken_up_by_a_worker(make: Make) -> None:
    one = make()
    provider = one.agreements.providers.pop(DOCUSIGN)
    assert one.begin().session.status == agreement_pb2.SIGNING_SESSION_STATUS_ORDERED
    one.agreements.providers[DOCUSIGN] = provider
    assert one.later(IN_HAND + TRIED_AGAIN_AFTER) == 1
    assert one.session == "SENT"


def test_many_who_begin_at_once_have_one_envelope(make: Make) -> None:
    one = make()
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _: one.begin(), range(4)))
    assert len({each.session.session_id for each in begun}) == 1 and len(one.room.envelopes) == 1


def test_two_workers_at_once_sign_it_once(make: Make) -> None:
    one = make()
    one.sign()
    one.hear()
    agreement = one.agreements.app.read(one.application_id)

    def go_on(_: int) -> None:
        with context.background("agreement", "agreement.signings"):
            one.agreements.work.go_on(agreement, agreement.sessions[0])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go_on, range(2)))
    assert one.status == "SIGNED" and len(signed_events(one.agreements)) == 1
    assert len(one.agreements.keys(one.application_id)) == 4


def test_what_was_changed_in_the_store_since_it_was_shown_is_not_signed(make: Make) -> None:
    one = make()
    one.sign()
    one.hear()
    one.agreements.files.upload(one.agreements.keys(one.application_id)[0], [b"changed"], "application/pdf")
    one.work()
    assert (one.status, one.session) == ("GENERATED", "REJECTED")


def test_a_provider_that_goes_away_loses_nothing(make: Make) -> None:
    one = make()
    one.sign()
    one.hear()
    provider = one.agreements.providers.pop(DOCUSIGN)
    assert one.work() == 1 and one.status == "SIGNING"
    one.agreements.providers[DOCUSIGN] = provider
    assert one.later(TRIED_AGAIN_AFTER) == 1 and one.status == "SIGNED"


def test_an_application_that_ends_has_its_envelope_voided(make: Make) -> None:
    one = make()
    one.begin()
    customer_id = one.agreements.owner.subject
    one.agreements.hear(ApplicationWithdrawn(application_id=one.application_id, customer_id=customer_id))
    one.work()
    assert (one.status, one.session, one.envelope.status) == ("CLOSED", "VOIDED", "VOIDED")


def test_what_was_signed_of_an_application_that_ended_is_not_kept(make: Make) -> None:
    one = make()
    one.sign()
    one.agreements.applications.ended.add(one.application_id)
    one.hear()
    one.work()
    assert (one.status, one.session) == ("GENERATED", "REJECTED")
    assert len(one.agreements.keys(one.application_id)) == 1


def test_of_a_customer_who_is_erased_nothing_is_kept_and_the_envelope_is_voided(make: Make) -> None:
    one = make()
    one.begin()
    one.agreements.hear(CustomerErased(customer_id=one.agreements.owner.subject))
    one.work()
    assert one.envelope.status == "VOIDED" and one.agreements.keys(one.application_id) == []


def test_an_agreement_that_is_made_anew_is_not_signed_by_what_was_shown_before(make: Make) -> None:
    one = make()
    one.sign()
    for key in one.agreements.keys(one.application_id):
        one.agreements.files.delete(key)
    one.agreements.clock.advance(timedelta(days=1))
    request = pb.GenerateRequest(application_id=one.application_id)
    one.agreements.client(service("scheduler")).Generate(request)
    one.hear()
    one.work()
    assert one.status == "GENERATED" and signed_events(one.agreements) == []


def test_only_those_who_sign_begin_and_only_where_it_is_offered(make: Make) -> None:
    one = make()
    for caller in (customer(), staff("OFFICER")):
        with pytest.raises(PermissionDenied):
            one.begin(caller)
    one.agreements.offered.clear()
    with pytest.raises(FailedPrecondition) as caught:
        one.begin()
    assert (caught.value.reason, one.status) == ("PROVIDER_NOT_OFFERED", "GENERATED")


def test_an_older_agreement_without_data_is_signed_in_the_other_ways(make: Make) -> None:
    one = make()
    with context.background("agreement", "a test"), one.agreements.app.begin() as uow:
        agreement = uow.agreements.change(one.application_id)
        agreement.contract = replace(agreement.made, template_version="v2")
        uow.commit()
    with pytest.raises(FailedPrecondition) as caught:
        one.begin()
    assert caught.value.reason == "PROVIDER_NOT_OFFERED"
