"""Payments over gRPC, on a real database: recorded, proved, decided, posted, taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.repayment.v1 import payment_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.runtime.errors import (
    AlreadyExists,
    Error,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from services.runtime.ids import new_id
from tests.fakes.files import EICAR
from tests.fakes.multipart import PDF, PNG, body, holding, messages
from tests.harness import customer, service, staff
from tests.integration.repayment.conftest import KINDS, Repayment, euros, key, schedule_created

RECEIVED, VERIFIED = payment_pb2.PAYMENT_STATUS_RECEIVED, payment_pb2.PAYMENT_STATUS_VERIFIED
REJECTED, REVERSED = payment_pb2.PAYMENT_STATUS_REJECTED, payment_pb2.PAYMENT_STATUS_REVERSED


def refused(call: Callable[[], object]) -> Error:
    with pytest.raises(Error) as caught:
        call()
    return caught.value


def test_a_payment_goes_from_its_record_to_the_ledger(running: Repayment) -> None:
    case = running.loan()
    made = case.record("123.28", value_date="2030-02-15", reference="rent no more")
    assert (made.status, made.amount, made.value_date) == (RECEIVED, euros("123.28"), "2030-02-15")
    assert (made.application_id, made.customer_id) == (case.ids["application_id"], case.ids["customer_id"])
    proved = case.upload(made.payment_id)
    assert (proved.proof.content_type, proved.proof.size_bytes) == ("application/pdf", len(PDF))
    for who in (case.customer, case.officer):
        pieces = list(who.GetProof(pb.GetProofRequest(payment_id=made.payment_id)))
        assert b"".join(piece.file.data for piece in pieces) == PDF
        assert pieces[0].file.content_type == "application/pdf"
    verified = case.verify(made.payment_id)
    assert (verified.status, verified.decided_by) == (VERIFIED, "o1")
    assert (verified.allocation.interest, verified.allocation.fee) == (euros("6.00"), euros("20.00"))
    received, said = running.traffic.published(*KINDS)
    assert received.payment_id == said.payment_id == made.payment_id
    assert (said.principal_balance, said.total_paid) == (euros("1102.72"), euros("123.28"))
    rows = running.traffic.audit(case.loan_id)
    assert [row["method"].rpartition("/")[2] for row in rows] == [
        "repayment.schedule.created", "disbursement.completed", "RecordPayment", "UploadProof", "VerifyPayment",
    ]  # fmt: skip
    changed = rows[-1]["after"]
    assert set(changed) == {f"payment {made.payment_id}", "transaction 1", "next_run_date"}
    listed = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    assert [payment.status for payment in listed] == [VERIFIED]


def test_the_same_key_never_records_twice(running: Repayment) -> None:
    case = running.loan()
    first = case.record("10", "k1")
    assert case.record("10", "k1") == first
    assert refused(lambda: case.record("11", "k1")).reason == "IDEMPOTENCY_KEY_REUSED"
    request = pb.RecordPaymentRequest(loan_id=case.loan_id, amount=euros("10"))
    assert refused(lambda: case.customer.RecordPayment(request)).reason == "IDEMPOTENCY_KEY_REQUIRED"
    assert running.published() == ["PaymentReceived"]


def test_a_key_records_nothing_again_when_its_answer_is_not_kept_any_more(running: Repayment) -> None:
    case = running.loan()
    first = case.record("10", "k1")
    with running.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE idempotency SET create_time = now() - interval '6 days 23 hours'")
    running.database.tidy()
    assert case.record("10", "k1") == first
    with running.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE idempotency SET create_time = now() - interval '7 days 1 hour'")
    running.database.tidy()
    assert refused(lambda: case.record("10", "k1")).reason == "ALREADY_EXISTS"
    assert refused(lambda: case.record("11", "k1")).reason == "ALREADY_EXISTS"
    assert running.published() == ["PaymentReceived"]
    assert case.record("10", "k2").payment_id != first.payment_id


@pytest.mark.parametrize(
    ("amount", "values", "reason"),
    [
        ("0", {}, "INVALID_FIELD"),
        ("-5", {}, "INVALID_FIELD"),
        ("1.001", {}, "INVALID_FIELD"),
        ("999999999999", {}, "OVERPAYMENT"),
        ("5", {"value_date": "2030-02-31"}, "IMPOSSIBLE_DATE"),
        ("5", {"value_date": "2030-06-16"}, "IMPOSSIBLE_DATE"),
        ("5", {"value_date": "2030-01-14"}, "IMPOSSIBLE_DATE"),
        ("5", {"reference": "x" * 141}, "INVALID_FIELD"),
    ],
)
def test_impossible_payments_leave_nothing(
    running: Repayment, amount: str, values: dict[str, Any], reason: str
) -> None:
    case = running.loan()
    assert refused(lambda: case.record(amount, **values)).reason == reason
    assert running.published() == []


def test_a_payment_in_another_currency_is_refused(running: Repayment) -> None:
    case = running.loan()
    request = pb.RecordPaymentRequest(loan_id=case.loan_id, amount={"currency": "USD", "amount": "5"})
    assert refused(lambda: case.customer.RecordPayment(request, metadata=key())).reason == "WRONG_CURRENCY"


def test_nothing_is_paid_before_the_money_was_sent(running: Repayment) -> None:
    case = running.loan(disbursed=False)
    refusal = refused(lambda: case.record("5"))
    assert (refusal.reason, refusal.metadata["status"]) == ("WRONG_STATUS", "PENDING")
    running.take(activation.DisbursementCompleted(**case.ids))
    running.take(activation.DisbursementCompleted(**case.ids))
    assert case.record("5").status == RECEIVED


def test_a_schedule_that_is_not_the_ledgers_own_is_poison(running: Repayment) -> None:
    ids = {"loan_id": new_id(), "application_id": new_id(), "customer_id": new_id()}
    wrong = schedule_created(ids)
    wrong.instalments[3].interest.amount = "5.00"
    with pytest.raises(InvalidArgument):
        running.take(wrong)
    running.take(schedule_created(ids))
    running.take(schedule_created(ids))
    assert len(running.traffic.audit(ids["loan_id"])) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "FILE_EMPTY"),
        (b"just text", "FILE_TYPE_REFUSED"),
        (holding(b"x" * 10_485_760), "FILE_TOO_LARGE"),
        (holding(EICAR), "FILE_INFECTED"),
    ],
)
def test_a_receipt_that_is_not_taken_is_not_stored(running: Repayment, content: bytes, reason: str) -> None:
    case = running.loan()
    payment_id = case.record("10").payment_id
    pieces = messages(pb.UploadProofRequest, body({}, content), 500_000, payment_id=payment_id)
    assert refused(lambda: case.customer.UploadProof(pieces)).reason == reason
    assert running.bucket.stored == {}
    plain = messages(pb.UploadProofRequest, b"nothing", payment_id=payment_id)
    assert refused(lambda: case.customer.UploadProof(plain)).reason == "UPLOAD_MALFORMED"
    refusal = refused(lambda: case.verify(payment_id))
    assert (refusal.reason, type(refusal)) == ("PROOF_MISSING", FailedPrecondition)


def test_a_receipt_can_be_replaced_until_it_is_decided(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.record("10").payment_id
    case.upload(payment_id)
    assert case.upload(payment_id, PNG + b"\x00" * 50).proof.content_type == "image/png"
    case.verify(payment_id, approve=False, reason="not legible")
    count = len(running.bucket.stored)
    assert refused(lambda: case.upload(payment_id)).reason == "WRONG_STATUS"
    assert len(running.bucket.stored) == count


def test_a_rejection_says_why_and_counts_nothing(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.record("10").payment_id
    assert refused(lambda: case.verify(payment_id, approve=False)).reason == "INVALID_FIELD"
    rejected = case.verify(payment_id, approve=False, reason="not legible")
    assert (rejected.status, rejected.reason, rejected.decided_by) == (REJECTED, "not legible", "o1")
    (own,) = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    assert (own.reason, own.rejection_reason) == ("", payment_pb2.PAYMENT_REJECTION_REASON_UNSPECIFIED)
    assert refused(lambda: case.verify(payment_id)).reason == "WRONG_STATUS"
    assert running.published() == ["PaymentReceived", "PaymentRejected"]


def test_a_reversed_payment_counts_no_more(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.pay("123.28").payment_id
    why = payment_pb2.PAYMENT_REVERSAL_REASON_RETURNED
    reverse = pb.ReversePaymentRequest(payment_id=payment_id, reason="bounced", reversal_reason=why)
    assert refused(lambda: case.officer.ReversePayment(reverse)).reason == "MAKER_CHECKER"
    second = running.client(staff("OFFICER", account_id="o2"))
    undone = second.ReversePayment(reverse, metadata=key("r1")).payment
    assert (undone.status, undone.reversed_by, undone.reason) == (REVERSED, "o2", "bounced")
    assert second.ReversePayment(reverse, metadata=key("r1")).payment == undone
    assert refused(lambda: second.ReversePayment(reverse)).reason == "WRONG_STATUS"
    said = running.traffic.published(*KINDS)[-1]
    assert (said.principal_balance, said.total_paid) == (euros("1200.00"), euros("0.00"))
    assert (undone.reversal_reason, said.reversal_reason) == (why, why)
    with running.app.begin() as uow:
        assert [entry.kind.name for entry in uow.loans.read(case.loan_id).transactions] == ["PAYMENT", "REVERSAL"]


def test_two_payments_at_once_never_both_take_what_is_left(running: Repayment) -> None:
    case = running.loan()
    waiting = [case.record("1000").payment_id for _ in range(4)]
    for payment_id in waiting:
        case.upload(payment_id)
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(case.verify, payment_id) for payment_id in waiting]
    failures = [each.exception() for each in tries if each.exception()]
    assert [getattr(failure, "reason", failure) for failure in failures] == ["OVERPAYMENT"] * 3
    assert running.published() == ["PaymentReceived"] * 4 + ["PaymentVerified"]


def test_one_transfer_recorded_at_once_under_many_keys_counts_once(running: Repayment) -> None:
    case = running.loan()
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(case.record, "100", reference=text) for text in ("RF 18", "rf18", "RF-18", "Rf18")]
    [made] = [each.result() for each in tries if not each.exception()]
    failures = [each.exception() for each in tries if each.exception()]
    assert [(type(each), getattr(each, "reason", "")) for each in failures] == [
        (AlreadyExists, "DUPLICATE_PAYMENT")
    ] * 3
    assert {getattr(each, "metadata", {})["payment_id"] for each in failures} == {made.payment_id}


def test_equal_payments_without_a_reference_are_shown_to_the_officer(running: Repayment) -> None:
    case = running.loan()
    first, second, other = (case.record(amount).payment_id for amount in ("100", "100", "99"))
    listed = case.officer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    alike = {payment.payment_id: list(payment.similar_payment_ids) for payment in listed}
    assert alike == {first: [second], second: [first], other: []}


def test_who_recorded_a_payment_takes_it_back_while_it_waits(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.record("100", reference="RF18").payment_id
    request = pb.WithdrawPaymentRequest(payment_id=payment_id)
    for stranger in (running.client(customer()), case.officer):
        with pytest.raises(PermissionDenied):
            stranger.WithdrawPayment(request)
    withdrawn = case.customer.WithdrawPayment(request).payment
    assert withdrawn.status == payment_pb2.PAYMENT_STATUS_WITHDRAWN
    assert withdrawn.HasField("end_time")
    assert refused(lambda: case.customer.WithdrawPayment(request)).metadata["status"] == "WITHDRAWN"
    assert refused(lambda: case.verify(payment_id)).reason == "WRONG_STATUS"
    verified = case.pay("100", reference="RF18")
    taken = pb.WithdrawPaymentRequest(payment_id=verified.payment_id)
    assert refused(lambda: case.customer.WithdrawPayment(taken)).metadata["status"] == "VERIFIED"
    assert running.published() == ["PaymentReceived", "PaymentWithdrawn", "PaymentReceived", "PaymentVerified"]


def test_only_one_of_many_payments_at_once_takes_the_last_instalment(running: Repayment) -> None:
    case = running.loan()
    rows = running.app.read(case.loan_id).schedule.rows
    for row in rows[:-1]:
        case.pay(str(row.total), value_date="2030-06-15")
    left = str(running.app.read(case.loan_id).account.quote(date(2030, 6, 15)).total)
    with ThreadPoolExecutor(6) as pool:
        tries = [pool.submit(case.pay, left) for _ in range(6)]
    reasons = sorted(getattr(each.exception(), "reason", "taken") for each in tries)
    assert reasons.count("taken") == 1
    assert set(reasons) <= {"taken", "OVERPAYMENT", "WRONG_STATUS"}
    assert running.published().count("LoanFullyRepaid") == 1
    loan = running.app.read(case.loan_id)
    assert loan.total_paid.amount == Decimal("1245.10")
    assert not loan.principal_balance


def test_two_officers_at_once_post_a_payment_once(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.record("100").payment_id
    case.upload(payment_id)
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(case.verify, payment_id) for _ in range(4)]
    assert sum(each.exception() is None for each in tries) == 1
    assert running.published() == ["PaymentReceived", "PaymentVerified"]


def test_everybody_reaches_only_what_is_theirs(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.record("10").payment_id
    stranger = running.client(customer())
    record = pb.RecordPaymentRequest(loan_id=case.loan_id, amount=euros("1"))
    pieces = messages(pb.UploadProofRequest, body({}, PDF), payment_id=payment_id)
    verify = pb.VerifyPaymentRequest(payment_id=payment_id, approve=True)
    reverse = pb.ReversePaymentRequest(payment_id=payment_id, reason="bounced")
    calls: list[Callable[[], object]] = [
        lambda: stranger.RecordPayment(record, metadata=key()),
        lambda: stranger.UploadProof(pieces),
        lambda: stranger.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)),
        lambda: case.customer.VerifyPayment(verify),
        lambda: running.client(staff("MANAGER")).VerifyPayment(verify),
        lambda: running.client(staff("ADMIN")).ReversePayment(reverse),
        lambda: running.client(staff("OFFICER")).RecordPayment(record, metadata=key()),
        lambda: running.client(service("application")).CloseLoan(pb.CloseLoanRequest(loan_id=case.loan_id)),
        lambda: running.client(staff("ADMIN")).RunDaily(pb.RunDailyRequest(business_date="2030-06-15")),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    unknown = pb.ListPaymentsRequest(loan_id=new_id())
    for client in (case.customer, case.officer):
        with pytest.raises(NotFound):
            client.ListPayments(unknown)
    with pytest.raises(NotFound):
        case.verify(new_id())


def test_payments_of_one_moment_are_listed_in_the_order_in_which_they_were_recorded(running: Repayment) -> None:
    case = running.loan()
    made = [case.pay("5").payment_id for _ in range(6)]
    asked = pb.ListPaymentsRequest(loan_id=case.loan_id, page_size=4)
    first = case.customer.ListPayments(asked)
    rest = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id, page_token=first.next_page_token))
    assert [each.payment_id for each in (*first.payments, *rest.payments)] == made[::-1]
    entries = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement.entries
    assert [entry.payment_id for entry in entries if entry.payment_id] == made


def test_the_history_says_what_a_payment_is_used_for_now(running: Repayment) -> None:
    case = running.loan()
    first = case.pay("123.28", value_date="2030-02-15")
    second = case.pay("103.28", value_date="2030-03-15")
    assert (first.allocation.fee, second.allocation.fee) == (euros("20.00"), euros("0.00"))
    reverse = pb.ReversePaymentRequest(payment_id=first.payment_id, reason="bounced")
    running.client(staff("OFFICER", account_id="o2")).ReversePayment(reverse, metadata=key())
    now, undone = case.officer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    assert (now.payment_id, undone.payment_id) == (second.payment_id, first.payment_id)
    assert (now.allocation.fee, now.allocation.interest) == (euros("20.00"), euros("6.00"))
    assert not undone.HasField("allocation")
    back_dated = case.pay("50", value_date="2030-02-10")
    (now,) = (
        each
        for each in case.officer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
        if each.payment_id == second.payment_id
    )
    assert (back_dated.allocation.fee, now.allocation.fee) == (euros("20.00"), euros("0.00"))


def test_the_list_is_paged_newest_first(running: Repayment) -> None:
    case = running.loan()
    made = [case.record(str(amount)).payment_id for amount in (1, 2, 3)]
    first = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id, page_size=2))
    rest = case.officer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id, page_token=first.next_page_token))
    assert {payment.payment_id for payment in (*first.payments, *rest.payments)} == set(made)
    assert (len(first.payments), rest.next_page_token) == (2, "")
    foreign = pb.ListPaymentsRequest(loan_id=running.loan().loan_id, page_token=first.next_page_token)
    assert refused(lambda: case.officer.ListPayments(foreign)).reason == "INVALID_PAGE_TOKEN"
