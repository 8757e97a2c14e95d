"""The information before the agreement: kept, sealed, as it was given, and evidence of whoever signs after that."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.customer.v1 import customer_events_pb2 as customer_events
from services.agreement import verify
from services.agreement.events import SignerRole
from services.agreement.evidence import attachments
from services.agreement.ports import Party
from services.papers.seals import seals_of
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.errors import DataLoss, FailedPrecondition, Unavailable
from tests.fakes.clock import NOON
from tests.fakes.readers import data_of
from tests.fakes.signatories import ADA
from tests.harness import customer
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.test_agreement import refusal

Status = agreement_pb2.AgreementStatus
KIND = "/precontract-"


def papers(agreements: Agreements, application_id: str) -> list[str]:
    return [key for key in agreements.keys(application_id) if KIND in key]


def row(agreements: Agreements, application_id: str) -> Any:
    return agreements.traffic.store.database["agreements"].find_one({"_id": application_id})


def with_guarantor(agreements: Agreements) -> Caller:
    guarantor = customer()
    agreements.applications.parties = ((guarantor.subject, SignerRole.GUARANTOR),)
    agreements.parties.others = {guarantor.subject: Party("Mary Somerville", ("1 Dorset Street",))}
    return guarantor


def test_where_the_law_wants_it_nobody_signs_who_was_not_given_it(agreements: Agreements) -> None:
    agreements.follow("EU")
    guarantor = with_guarantor(agreements)
    application_id = agreements.made()
    for each in (agreements.owner, guarantor):
        with refusal(FailedPrecondition, "PRECONTRACT_NOT_GIVEN"):
            agreements.start(application_id, each)
    first = agreements.pdf(application_id, document="PRECONTRACT")
    assert data_of(first)["form"] == "precontract-eu-v1"
    (seal,) = seals_of(first)
    assert seal.intact and seal.reason == "Information before the agreement"
    agreements.start(application_id)
    with refusal(FailedPrecondition, "PRECONTRACT_NOT_GIVEN"):
        agreements.start(application_id, guarantor)
    assert agreements.pdf(application_id, document="PRECONTRACT", by=guarantor) == first
    agreements.start(application_id, guarantor)
    assert len(papers(agreements, application_id)) == 1
    assert [each["customer_id"] for each in row(agreements, application_id)["given"]] == [
        agreements.owner.subject, guarantor.subject,
    ]  # fmt: skip


def test_where_the_law_wants_it_no_copy_is_taken_that_one_signed_who_was_not_given_it(agreements: Agreements) -> None:
    agreements.follow("EU")
    guarantor = with_guarantor(agreements)
    application_id = agreements.made()
    people = [agreements.owner, guarantor]
    for at, each in enumerate(people):
        with refusal(FailedPrecondition, "PRECONTRACT_NOT_GIVEN") as refused:
            agreements.upload(application_id)
        assert refused.value.metadata == {"missing": ",".join(person.subject for person in people[at:])}
        assert not any("/copy-" in key for key in agreements.keys(application_id))
        agreements.pdf(application_id, document="PRECONTRACT", by=each)
    assert agreements.upload(application_id).status == Status.AGREEMENT_STATUS_UPLOADED


def test_what_was_given_is_kept_as_it_was_and_is_evidence_of_the_signature(agreements: Agreements) -> None:
    application_id = agreements.made()
    given = agreements.pdf(application_id, document="PRECONTRACT")
    before = row(agreements, application_id)
    # Of now it would be another paper; what was given stays.
    agreements.parties.party_ = replace(ADA, address=("Elsewhere 7",))
    assert agreements.pdf(application_id, document="PRECONTRACT") == given
    assert agreements.pdf(application_id, document="PRECONTRACT", by=agreements.officer) == given
    assert row(agreements, application_id) == before
    agreements.confirm(application_id, agreements.start(application_id))
    signed = agreements.pdf(application_id)
    assert attachments(signed)["information.pdf"] == given
    report = verify.checked(signed)
    assert report.intact, report.faults
    (paper,) = report.pages[0].informed
    digest = hashlib.sha256(given).hexdigest()
    assert (paper.form, paper.sha256, paper.give_time) == ("precontract-v1", digest, agreements.clock.now())
    (found,) = agreements.verify(application_id).signatures
    assert [(each.form, each.sha256) for each in found.papers] == [("precontract-v1", digest)]
    assert agreements.pdf(application_id, document="PRECONTRACT") == given
    assert agreements.traffic.audit(application_id)[-1]["after"]["status"] == "SIGNED"


def test_nothing_counts_as_given_that_staff_read_or_that_is_asked_for_after_the_signature(
    agreements: Agreements,
) -> None:
    application_id = agreements.made()
    assert agreements.pdf(application_id, document="PRECONTRACT", by=agreements.officer).startswith(b"%PDF")
    agreements.confirm(application_id, agreements.start(application_id))
    assert agreements.pdf(application_id, document="PRECONTRACT").startswith(b"%PDF")
    assert papers(agreements, application_id) == [] and not row(agreements, application_id)["given"]
    assert list(agreements.verify(application_id).signatures[0].papers) == []


def test_what_was_given_stays_when_the_application_ends_and_nothing_new_is_made(agreements: Agreements) -> None:
    given, other = agreements.made(), agreements.made()
    paper = agreements.pdf(given, document="PRECONTRACT")
    for each in (given, other):
        with context.background("agreement", "test"):
            agreements.app.close(each, agreements.owner.subject)
    assert agreements.pdf(given, document="PRECONTRACT") == paper
    for by in (agreements.owner, agreements.officer):
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            agreements.pdf(other, document="PRECONTRACT", by=by)


def test_who_asks_twice_at_the_same_moment_is_given_one_file(agreements: Agreements) -> None:
    guarantor = with_guarantor(agreements)
    application_id = agreements.made()
    readers = (agreements.owner, guarantor) * 2

    def read(by: Caller) -> bytes:
        return agreements.pdf(application_id, document="PRECONTRACT", by=by)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(read, readers))
    assert len(found) == 1 and len(papers(agreements, application_id)) == 1
    assert len(row(agreements, application_id)["given"]) == 2


def test_a_paper_that_cannot_be_recorded_leaves_no_file(
    agreements: Agreements, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id = agreements.made()

    def fail(*_: Any) -> None:
        raise Unavailable("the database is out of reach")

    monkeypatch.setattr("services.agreement.model.Agreement.give", fail)
    with refusal(Unavailable, "DEPENDENCY_UNAVAILABLE"):
        agreements.pdf(application_id, document="PRECONTRACT")
    assert papers(agreements, application_id) == []


def test_one_changed_byte_of_it_is_found_and_nothing_is_signed_with_it(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.pdf(application_id, document="PRECONTRACT")
    code = agreements.start(application_id)
    (key,) = papers(agreements, application_id)
    agreements.files.upload(key, [b"%PDF-1.7 another"])
    assert not agreements.verify(application_id).intact
    with refusal(FailedPrecondition, "AGREEMENT_TAMPERED"):
        agreements.confirm(application_id, code)
    with refusal(DataLoss, "FILE_CHANGED"):
        agreements.pdf(application_id, document="PRECONTRACT")
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_SIGNING


def test_it_goes_with_the_erasure_of_who_never_signed(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.pdf(application_id, document="PRECONTRACT")
    assert len(papers(agreements, application_id)) == 1
    agreements.hear(customer_events.CustomerErased(customer_id=agreements.owner.subject, erase_time=NOON))
    assert agreements.keys(application_id) == []
