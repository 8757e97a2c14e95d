"""The loan: which payments it takes, what posting and taking back do, and when it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending import LoanTerms
from services.lending.transactions import Transaction
from services.repayment.events import LoanFullyRepaid, PaymentOverdue, PaymentReversed, PaymentVerified
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.payment import Allocation, PaymentStatus
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.money import Money
from tests.factories.loans import PROOF, START, TERMS, TODAY, euros, open_loan, pay, payment, record
from tests.fakes.clock import NOON


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises((FailedPrecondition, InvalidArgument)) as refused:
        call()
    return refused.value.reason


def test_instalments_paid_ahead_of_time_end_with_what_was_left_and_close() -> None:
    loan = open_loan()
    for row in loan.schedule.rows[:-1]:
        assert loan.status is LoanStatus.OPEN
        pay(loan, f"p{row.number}", row.total)
    last = loan.account.quote(TODAY).total
    assert last < loan.schedule.rows[-1].total
    pay(loan, "last", last)
    assert (loan.status, loan.close_time) == (LoanStatus.CLOSED, NOON)
    assert loan.principal_balance == euros("0")
    # Five months of interest on the whole loan, and the fee: what paying it off at once costs.
    assert loan.total_paid == euros(open_loan().account.quote(TODAY).total)
    lent = euros(str(loan.terms.principal)), loan.start_date, TODAY
    assert loan.events[-1] == LoanFullyRepaid("a1", "l1", "c1", loan.total_paid, TODAY, 1, *lent)
    assert refusal(lambda: record(loan, "more", "1")) == "WRONG_STATUS"


@settings(max_examples=40)
@given(
    st.decimals("100", "50000", places=2),
    st.decimals("0", "25", places=2),
    st.integers(2, 36),
    st.decimals("0", "90", places=2),
)
def test_any_everyday_loan_paid_by_its_instalments_closes(
    principal: Decimal, rate: Decimal, months: int, fee: Decimal
) -> None:
    loan = open_loan(LoanTerms(principal, "EUR", rate, months, fee=fee))
    for row in loan.schedule.rows:
        loan.transactions.append(Transaction.payment(f"p{row.number}", row.due_date, row.total))
    loan.close(NOON)
    assert loan.status is LoanStatus.CLOSED


def test_a_posted_payment_reports_what_it_was_used_for() -> None:
    loan = open_loan()
    pay(loan, "p1", "103.28", START + timedelta(days=31))
    verified = loan.events[-1]
    assert isinstance(verified, PaymentVerified)
    assert verified.allocation == Allocation(euros("0"), euros("20"), euros("6.00"), euros("77.28"))
    assert (verified.principal_balance, verified.total_paid) == (euros("1122.72"), euros("103.28"))
    assert verified.decided_by == "o1"


def test_more_than_is_owed_is_refused_and_what_waits_refuses_nothing() -> None:
    loan = open_loan()
    everything = loan.schedule.total_paid
    assert refusal(lambda: record(loan, "p", everything + Decimal("0.01"))) == "OVERPAYMENT"
    record(loan, "p1", "1000")
    record(loan, "p2", "300")
    loan.accept("p1", "o1", NOON)
    with pytest.raises(FailedPrecondition) as refused:
        loan.accept("p2", "o1", NOON)
    assert refused.value.reason == "OVERPAYMENT"
    record(loan, "p3", refused.value.metadata["payoff"])
    loan.accept("p3", "o1", NOON)
    assert loan.status is LoanStatus.CLOSED
    assert loan.payment("p2").status is PaymentStatus.SUPERSEDED


def test_currency_and_dates_must_fit() -> None:
    loan = open_loan()
    usd = Money(Decimal("5"), "USD")
    assert refusal(lambda: loan.record(payment("p", usd))) == "WRONG_CURRENCY"
    for day in (START - timedelta(days=1), TODAY + timedelta(days=1)):
        assert refusal(lambda day=day: record(loan, "p", "5", day)) == "IMPOSSIBLE_DATE"  # type: ignore[misc]
    assert loan.payments == {}


def test_a_proof_is_needed_to_accept_and_a_reason_to_reject() -> None:
    loan = open_loan()
    loan.record(payment("p", euros("5")))
    assert refusal(lambda: loan.accept("p", "o1", NOON)) == "PROOF_MISSING"
    assert refusal(lambda: loan.reject("p", " ", "o1", NOON)) == "INVALID_FIELD"
    second = replace(PROOF, sha256="1" * 64)
    loan.prove("p", PROOF)
    loan.prove("p", second)
    assert loan.payment("p").proof == second
    with pytest.raises(NotFound):
        loan.accept("other", "o1", NOON)


def test_a_reversed_payment_in_the_middle_has_everything_after_it_computed_again() -> None:
    loan, without = open_loan(), open_loan()
    for number, day in enumerate((START + timedelta(days=31 * n) for n in (1, 2, 3)), 1):
        pay(loan, f"p{number}", "103.28", day)
        if number != 2:
            pay(without, f"p{number}", "103.28", day)
    loan.reverse("p2", "bounced", "o2", NOON)
    assert (loan.principal_balance, loan.total_paid) == (without.principal_balance, without.total_paid)
    said = loan.events[-1]
    assert isinstance(said, PaymentReversed)
    assert (said.principal_balance, said.total_paid, said.decided_by) == (loan.principal_balance, euros("206.56"), "o2")
    payment = loan.payment("p2")
    assert (payment.status, payment.reversed_by) == (PaymentStatus.REVERSED, "o2")
    # What follows is used for the instalment before it now, and so says the history.
    assert loan.allocations == without.allocations
    assert loan.allocations["p3"].interest == euros("11.02") - loan.allocations["p1"].interest + euros("0.49")
    pay(loan, "p4", "103.28")
    assert loan.total_paid == euros("309.84")


def test_overdue_instalments_are_reported_once_each_even_after_a_reversal() -> None:
    loan = open_loan()
    pay(loan, "p1", loan.schedule.rows[0].total, date(2030, 2, 15))
    assert loan.next_run_date == date(2030, 3, 12)
    assert loan.run(date(2030, 3, 15)).overdue == 0
    assert loan.run(date(2030, 4, 20)).overdue == 2
    first, second = loan.events[-2:]
    assert first == PaymentOverdue("a1", "l1", "c1", 2, date(2030, 3, 15), euros("103.28"), 36, date(2030, 4, 20))
    assert isinstance(second, PaymentOverdue)
    assert second.instalment_number == 3
    assert loan.run(date(2030, 4, 21)).overdue == 0
    loan.reverse("p1", "bounced", "o2", NOON)
    assert loan.next_run_date == date(2030, 2, 16)
    assert loan.run(date(2030, 4, 21)).overdue == 1


def test_a_loan_is_closed_only_when_nothing_is_owed() -> None:
    loan = open_loan()
    with pytest.raises(FailedPrecondition) as refused:
        loan.close(NOON)
    assert refused.value.reason == "BALANCE_OUTSTANDING"
    assert refused.value.metadata == {"balance": str(loan.schedule.total_paid)}
    pay(loan, "all", "1245.10")
    loan.events.clear()
    loan.close(NOON)
    assert loan.events == []


def test_a_schedule_that_others_computed_must_be_the_ledgers_own() -> None:
    loan = open_loan()
    loan.check_schedule(loan.schedule.rows, TERMS.hash())
    for rows, said in ((loan.schedule.rows[1:], TERMS.hash()), (loan.schedule.rows, "0" * 64)):
        with pytest.raises(InvalidArgument):
            loan.check_schedule(rows, said)


def with_payment(status: PaymentStatus) -> Loan:
    loan = open_loan()
    record(loan, "p", "50")
    if status is PaymentStatus.WITHDRAWN:
        loan.withdraw("p", NOON)
    elif status is PaymentStatus.SUPERSEDED:
        pay(loan, "payoff", loan.account.payoff(TODAY).total)
    elif status is PaymentStatus.REJECTED:
        loan.reject("p", "no", "o2", NOON)
    elif status is not PaymentStatus.RECEIVED:
        loan.accept("p", "o1", NOON)
    if status is PaymentStatus.REVERSED:
        loan.reverse("p", "no", "o2", NOON)
    loan.events.clear()
    return loan


ACTIONS: dict[str, Callable[[Loan], None]] = {
    "withdraw": lambda loan: loan.withdraw("p", NOON),
    "prove": lambda loan: loan.prove("p", PROOF),
    "accept": lambda loan: loan.accept("p", "o2", NOON),
    "reject": lambda loan: loan.reject("p", "no", "o2", NOON),
    "reverse": lambda loan: loan.reverse("p", "no", "o2", NOON),
}
ALLOWED = {
    PaymentStatus.RECEIVED: {"withdraw", "prove", "accept", "reject"},
    PaymentStatus.VERIFIED: {"reverse"},
    PaymentStatus.REJECTED: set[str](),
    PaymentStatus.REVERSED: set[str](),
    PaymentStatus.WITHDRAWN: set[str](),
    PaymentStatus.SUPERSEDED: set[str](),
}


@pytest.mark.parametrize("status", PaymentStatus)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_in_every_status(status: PaymentStatus, action: str) -> None:
    loan = with_payment(status)
    if action in ALLOWED[status]:
        ACTIONS[action](loan)
        return
    before = loan.payment("p")
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](loan)
    assert refused.value.metadata["status"] == status.name
    assert (loan.payment("p"), loan.events) == (before, [])


@pytest.mark.parametrize("status", [LoanStatus.PENDING, LoanStatus.CLOSED])
def test_only_an_open_loan_takes_payments_and_is_chased(status: LoanStatus) -> None:
    loan = with_payment(PaymentStatus.VERIFIED)
    loan.status = status
    assert refusal(lambda: record(loan, "q", "1")) == "WRONG_STATUS"
    assert refusal(lambda: loan.waive(1, "goodwill", "o2", NOON)) == "WRONG_STATUS"
    assert loan.next_run_date is None
    loan.disburse(None)
    assert loan.status is (LoanStatus.OPEN if status is LoanStatus.PENDING else LoanStatus.CLOSED)
