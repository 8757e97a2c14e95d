"""Copies signed by hand while the virus scanner is away: stored, neither read nor confirmed, and judged later."""

from typing import Any

import pytest

from loanflow.agreement.v1 import agreement_events_pb2 as events
from loanflow.agreement.v1 import agreement_pb2
from services.agreement.quarantine import Quarantine
from services.runtime import context
from services.runtime.errors import FailedPrecondition
from tests.fakes.files import EICAR
from tests.fakes.multipart import PDF, holding
from tests.fakes.scanner import FakeScanner
from tests.integration.agreement.conftest import Agreements
from tests.integration.agreement.test_manual_copy import refusal

KINDS = (
    events.AgreementGenerated, events.AgreementUploaded, events.AgreementSigned, events.AgreementCopyRejected,
)  # fmt: skip
Status = agreement_pb2.AgreementStatus


@pytest.fixture
def scanner(agreements: Agreements) -> FakeScanner:
    found = agreements.app.documents._scanner
    assert isinstance(found, FakeScanner)
    found.away = True
    return found


def quarantine(agreements: Agreements) -> Quarantine:
    return Quarantine(agreements.app.begin, agreements.app.clock, agreements.app.documents)


def rescan(agreements: Agreements) -> bool:
    with context.background("agreement", "agreement.rescan"):
        return quarantine(agreements).rescan()


def published(agreements: Agreements) -> list[Any]:
    return list(agreements.traffic.published(*KINDS))[1:]


def test_a_copy_is_neither_read_nor_confirmed_until_it_is_scanned(agreements: Agreements, scanner: FakeScanner) -> None:
    application_id = agreements.made()
    uploaded = agreements.upload(application_id)
    assert uploaded.status == Status.AGREEMENT_STATUS_QUARANTINED and not uploaded.signed_copy.scanned
    with refusal(FailedPrecondition, "COPY_QUARANTINED"):
        agreements.pdf(application_id, signed_copy=True)
    for call in (
        lambda: agreements.decide(application_id, approve=True),
        lambda: agreements.upload(application_id),
        lambda: agreements.start(application_id),
    ):
        with refusal(FailedPrecondition, "WRONG_STATUS"):
            call()
    assert not rescan(agreements) and published(agreements) == []
    scanner.away = False
    assert rescan(agreements) and not rescan(agreements)
    [said] = published(agreements)
    assert isinstance(said, events.AgreementUploaded)
    assert agreements.pdf(application_id, signed_copy=True) == PDF
    assert agreements.decide(application_id, approve=True).status == Status.AGREEMENT_STATUS_SIGNED


def test_a_virus_that_is_found_later_sends_the_agreement_back_to_the_customer(
    agreements: Agreements, scanner: FakeScanner
) -> None:
    application_id = agreements.made()
    agreements.upload(application_id, holding(EICAR))
    scanner.away = False
    assert rescan(agreements) and not rescan(agreements)
    back = agreements.read(application_id)
    assert back.status == Status.AGREEMENT_STATUS_GENERATED and not back.HasField("signed_copy")
    assert [key for key in agreements.keys(application_id) if "/copy-" in key] == []
    [said] = published(agreements)
    assert (said.decided_by, said.rejection_reason) == ("", agreement_pb2.COPY_REJECTION_REASON_INFECTED)
    agreements.upload(application_id)
    assert agreements.decide(application_id, approve=True).status == Status.AGREEMENT_STATUS_SIGNED


def test_the_customer_is_notified_of_a_copy_that_an_officer_rejects(agreements: Agreements) -> None:
    application_id = agreements.made()
    agreements.upload(application_id)
    agreements.decide(application_id, approve=False, comment="a page is missing")
    _, said = published(agreements)
    assert said.decided_by == agreements.officer.subject
    assert said.rejection_reason == agreement_pb2.COPY_REJECTION_REASON_NOT_SIGNED
    assert "missing" not in str(said)


def test_a_copy_of_an_application_that_ended_meanwhile_is_judged_too(
    agreements: Agreements, scanner: FakeScanner
) -> None:
    clean, infected = agreements.made(), agreements.made()
    agreements.upload(clean)
    agreements.upload(infected, holding(EICAR))
    for application_id in (clean, infected):
        with context.background("agreement", "agreement.close"):
            agreements.app.close(application_id, agreements.owner.subject)
    scanner.away = False
    assert rescan(agreements) and not rescan(agreements)
    assert agreements.pdf(clean, signed_copy=True) == PDF
    assert [key for key in agreements.keys(infected) if "/copy-" in key] == []
    for application_id in (clean, infected):
        assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_CLOSED


def test_a_verdict_on_a_copy_that_waits_no_more_changes_nothing(agreements: Agreements, scanner: FakeScanner) -> None:
    application_id = agreements.made()
    agreements.upload(application_id)
    with agreements.app.begin() as uow:
        found = {each.application_id: each for each in uow.agreements.quarantined(10)}
    scanner.away = False
    assert rescan(agreements)
    with context.background("agreement", "agreement.rescan"):
        quarantine(agreements)._settle(found, application_id, clean=False)
    assert agreements.read(application_id).status == Status.AGREEMENT_STATUS_UPLOADED
