"""Receipts while the virus scanner is away: stored, neither read nor accepted, and judged later."""

import pytest
from google.protobuf.message import Message

from loanflow.repayment.v1 import payment_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.repayment.quarantine import Quarantine
from services.runtime import context
from services.runtime.errors import FailedPrecondition
from tests.fakes.files import EICAR, PDF, holding
from tests.fakes.scanner import FakeScanner
from tests.integration.repayment.conftest import KINDS, Case, Repayment

STATUS = payment_pb2.PaymentStatus.Name


@pytest.fixture
def scanner(running: Repayment) -> FakeScanner:
    found = running.app.scanner
    assert isinstance(found, FakeScanner)
    found.away = True
    return found


def rescan(running: Repayment) -> bool:
    app = running.app
    with context.background("repayment", "repayment.rescan"):
        return Quarantine(app.begin, app.clock, app.files, app.scanner).rescan()


def content(case: Case, payment_id: str) -> bytes:
    pieces = case.officer.GetProof(pb.GetProofRequest(payment_id=payment_id))
    return b"".join(each.file.data for each in pieces)


def payments(case: Case) -> dict[str, payment_pb2.Payment]:
    found = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    return {each.payment_id: each for each in found}


def published(running: Repayment) -> list[Message]:
    return [each for each in running.traffic.published(*KINDS) if isinstance(each, events.PaymentRejected)]


def test_a_receipt_is_neither_read_nor_accepted_until_it_is_scanned(running: Repayment, scanner: FakeScanner) -> None:
    case = running.loan()
    payment_id = case.record("100").payment_id
    assert not case.upload(payment_id).proof.scanned
    for call in (lambda: content(case, payment_id), lambda: case.verify(payment_id)):
        with pytest.raises(FailedPrecondition) as refused:
            call()
        assert refused.value.reason == "PROOF_QUARANTINED"
    assert not rescan(running)
    scanner.away = False
    assert rescan(running) and not rescan(running)
    assert content(case, payment_id)
    verified = case.verify(payment_id)
    assert (STATUS(verified.status), verified.proof.scanned) == ("PAYMENT_STATUS_VERIFIED", True)


def test_a_virus_that_is_found_later_rejects_the_payment_and_removes_the_receipt(
    running: Repayment, scanner: FakeScanner
) -> None:
    case = running.loan()
    payment_id = case.record("100", reference="T1").payment_id
    case.upload(payment_id, holding(EICAR))
    stored = set(running.bucket.stored)
    scanner.away = False
    assert rescan(running) and not rescan(running)
    [event] = published(running)
    assert (event.payment_id, event.decided_by) == (payment_id, "")  # type: ignore[attr-defined]
    reason = payment_pb2.PAYMENT_REJECTION_REASON_INFECTED
    assert event.rejection_reason == reason  # type: ignore[attr-defined]
    assert stored - set(running.bucket.stored) == stored
    # Its transfer may be recorded anew, with a receipt that is none.
    again = case.record("100", reference="T1").payment_id
    case.upload(again)
    assert STATUS(case.verify(again).status) == "PAYMENT_STATUS_VERIFIED"


@pytest.mark.parametrize("uploaded", [PDF, holding(EICAR)], ids=["clean", "infected"])
def test_a_receipt_of_a_payment_that_was_decided_meanwhile_is_judged_too(
    running: Repayment, scanner: FakeScanner, uploaded: bytes
) -> None:
    case = running.loan()
    rejected, withdrawn = (case.record(amount).payment_id for amount in ("100", "101"))
    for payment_id in (rejected, withdrawn):
        case.upload(payment_id, uploaded)
    case.verify(rejected, approve=False, reason="blurred")
    case.customer.WithdrawPayment(pb.WithdrawPaymentRequest(payment_id=withdrawn))
    before, said = payments(case), len(published(running))
    scanner.away = False
    assert rescan(running) and not rescan(running)
    infected = uploaded is not PDF
    assert len(running.bucket.stored) == (0 if infected else 2)
    for payment_id, now in payments(case).items():
        assert (now.status, now.HasField("proof")) == (before[payment_id].status, not infected)
        if not infected:
            assert now.proof.scanned and content(case, payment_id) == PDF
    assert len(published(running)) == said


def test_a_receipt_that_was_replaced_changes_nothing_any_more(running: Repayment, scanner: FakeScanner) -> None:
    case = running.loan()
    payment_id = case.record("100").payment_id
    case.upload(payment_id, holding(EICAR))
    with running.app.begin() as uow:
        [waiting] = uow.loans.quarantined(10)
    scanner.away = False
    case.upload(payment_id)
    app = running.app
    with context.background("repayment", "repayment.rescan"):
        Quarantine(app.begin, app.clock, app.files, app.scanner)._settle(waiting, clean=False)
    assert published(running) == []
    assert STATUS(case.verify(payment_id).status) == "PAYMENT_STATUS_VERIFIED"
