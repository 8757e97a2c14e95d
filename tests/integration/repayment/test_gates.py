"""The gates of the repayment service, each with each of its facts false."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.repayment.gates import GATES
from services.runtime.errors import PermissionDenied
from tests.fakes.scanner import FakeScanner
from tests.gates import Scenarios, facts, refused
from tests.harness import service, staff
from tests.integration.repayment.conftest import Case, Repayment, key

FALSE = Scenarios()
OPEN = "the loan is open: its money was sent, and something is owed"
WAITING = "the payment is not decided"


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(running: Repayment, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, running) == fact.refusal


def officer(running: Repayment, account_id: str) -> Any:
    return running.client(staff("OFFICER", account_id=account_id))


def proved(case: Case, amount: str = "100") -> str:
    """A payment that waits, with its receipt."""
    payment_id = case.record(amount).payment_id
    case.upload(payment_id)
    return payment_id


def reverse(running: Repayment, payment_id: str, by: str) -> None:
    request = pb.ReversePaymentRequest(payment_id=payment_id, reason="returned")
    officer(running, by).ReversePayment(request, metadata=key())


def waive(running: Repayment, case: Case, by: str = "o2") -> None:
    request = pb.WaiveFeeRequest(loan_id=case.loan_id, instalment_number=1, reason="goodwill")
    officer(running, by).WaiveFee(request, metadata=key())


@FALSE.without(OPEN, "record a payment")
def record_before_the_payout(running: Repayment) -> None:
    running.loan(disbursed=False).record("10")


@FALSE.without("not more is paid than is owed", "record a payment")
def record_more_than_is_owed(running: Repayment) -> None:
    running.loan().record("5000")


@FALSE.without("no payment of the same transfer waits or counts", "record a payment")
def record_a_transfer_twice(running: Repayment) -> None:
    case = running.loan()
    case.record("10", reference="RF18 1")
    case.record("10", reference="rf-181")


@FALSE.without("the value date is neither before the loan nor ahead", "record a payment")
def record_a_payment_of_tomorrow(running: Repayment) -> None:
    running.loan().record("10", value_date="2030-06-16")


@FALSE.without(WAITING, "attach a payment's proof")
def prove_what_is_decided(running: Repayment) -> None:
    case = running.loan()
    case.upload(case.pay("100").payment_id)


@FALSE.without(WAITING, "withdraw a payment")
def withdraw_what_is_decided(running: Repayment) -> None:
    case = running.loan()
    case.customer.WithdrawPayment(pb.WithdrawPaymentRequest(payment_id=case.pay("100").payment_id))


@FALSE.without(WAITING, "accept or reject a payment")
def accept_what_is_decided(running: Repayment) -> None:
    case = running.loan()
    case.verify(case.pay("100").payment_id)


@FALSE.without(OPEN, "accept or reject a payment")
def accept_on_a_loan_that_is_not_open(running: Repayment) -> None:
    case = running.loan()
    payment_id = proved(case)
    with running.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE loans SET status = 'CLOSED'")
    case.verify(payment_id)


@FALSE.without("its proof is there", "accept or reject a payment")
def accept_without_a_receipt(running: Repayment) -> None:
    case = running.loan()
    case.verify(case.record("10").payment_id)


@FALSE.without("the virus scanner found nothing in it", "accept or reject a payment")
def accept_a_receipt_that_nobody_has_scanned(running: Repayment) -> None:
    case, scanner = running.loan(), running.app.scanner
    assert isinstance(scanner, FakeScanner)
    scanner.away = True
    case.verify(proved(case))


@FALSE.without(OUTSIDER, "accept or reject a payment")
def accept_ones_own(running: Repayment) -> None:
    case = running.loan()
    running.applications.bound.add("o1")
    payment_id = proved(case)
    with pytest.raises(PermissionDenied):
        case.verify(payment_id, approve=False, reason="it is not legible")
    case.verify(payment_id)


@FALSE.without("by now not more is paid than is owed", "accept or reject a payment")
def accept_what_is_too_much_by_now(running: Repayment) -> None:
    case = running.loan()
    first, second = proved(case, "1000"), proved(case, "999")
    case.verify(first)
    case.verify(second)


@FALSE.without("the payment is verified", "take a payment back")
def reverse_what_waits(running: Repayment) -> None:
    reverse(running, proved(running.loan()), "o2")


@FALSE.without(OUTSIDER, "take a payment back")
def reverse_ones_own(running: Repayment) -> None:
    case = running.loan()
    running.applications.bound.add("o2")
    reverse(running, case.pay("100").payment_id, "o2")


@FALSE.without("the officer did not verify it", "take a payment back")
def reverse_what_one_verified(running: Repayment) -> None:
    reverse(running, running.loan().pay("100").payment_id, "o1")


@FALSE.without(OPEN, "waive a late fee")
def waive_before_the_payout(running: Repayment) -> None:
    waive(running, running.loan(disbursed=False))


@FALSE.without("the late fee is unpaid", "waive a late fee")
def waive_what_was_not_charged(running: Repayment) -> None:
    waive(running, running.loan())


@FALSE.without(OUTSIDER, "waive a late fee")
def waive_ones_own(running: Repayment) -> None:
    case = running.loan(facility_type="PERSONAL")
    running.client(service("scheduler")).RunDaily(pb.RunDailyRequest(business_date="2030-06-15"))
    running.applications.bound.add("o2")
    waive(running, case)


def withdraw(client: Any, case: Case, **values: str) -> None:
    client.DeclareWithdrawal(pb.DeclareWithdrawalRequest(loan_id=case.loan_id, **values), metadata=key())


@FALSE.without(OPEN, "withdraw from the agreement")
def withdraw_before_the_payout(running: Repayment) -> None:
    case = running.loan(disbursed=False, facility_type="PERSONAL")
    withdraw(case.customer, case)


@FALSE.without("the law that the loan follows gives the right", "withdraw from the agreement")
def withdraw_without_a_right(running: Repayment) -> None:
    case = running.loan(facility_type="EQUIPMENT")
    withdraw(case.customer, case)


@FALSE.without("the days from the signature are not over", "withdraw from the agreement")
def withdraw_too_late(running: Repayment) -> None:
    case = running.loan(facility_type="PERSONAL")
    running.agreements.sign_time -= timedelta(days=30)
    withdraw(case.customer, case)


@FALSE.without("a notice in writing is not dated ahead", "withdraw from the agreement")
def record_a_notice_of_tomorrow(running: Repayment) -> None:
    case = running.loan(facility_type="PERSONAL")
    withdraw(case.officer, case, reason="a letter", notice_date="2030-06-16")


@FALSE.without(OUTSIDER, "withdraw from the agreement")
def record_ones_own_notice(running: Repayment) -> None:
    case = running.loan(facility_type="PERSONAL")
    running.applications.bound.add("o1")
    withdraw(case.officer, case, reason="a letter", notice_date="2030-06-15")


@FALSE.without("nothing is owed", "close the loan")
def close_what_is_owed(running: Repayment) -> None:
    case = running.loan()
    running.client(service("scheduler")).CloseLoan(pb.CloseLoanRequest(loan_id=case.loan_id))
