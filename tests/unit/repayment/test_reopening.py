"""A payment that bounces after the loan was closed: the loan is open again, is chased, and is closed once more."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending.facility import facility
from services.lending.rules import Component, Overpayment
from services.lending.transactions import Effect
from services.repayment.dunning import Findings
from services.repayment.events import LoanFullyRepaid, LoanReopened, PaymentOverdue, PaymentReversed, PaymentSuperseded
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.payment import PaymentStatus
from services.repayment.statement import EntryKind, statement
from services.runtime.errors import FailedPrecondition
from tests.factories.loans import PROOF, START, TERMS, TODAY, euros, open_loan, pay, payment, record
from tests.fakes.clock import NOON

# Long after the closure: a direct debit may be returned for thirteen months.
LATER = NOON + timedelta(days=60)


def repaid() -> Loan:
    """A loan that its first instalment and a pay-off settled."""
    loan = open_loan()
    pay(loan, "first", "123.28", date(2030, 2, 15))
    pay(loan, "payoff", loan.account.payoff(TODAY).total)
    assert loan.status is LoanStatus.CLOSED
    loan.events.clear()
    return loan


def pay_later(loan: Loan, payment_id: str, amount: Decimal) -> None:
    """A payment of the later day, accepted."""
    made = payment(payment_id, euros(amount), LATER.date())
    loan.record(replace(made, receive_time=LATER, proof=PROOF))
    loan.accept(payment_id, "o1", LATER)


def test_a_closed_loan_takes_a_bounced_payment_back_and_says_so() -> None:
    loan = repaid()
    loan.reverse("payoff", "returned", "o2", LATER)
    reversal, reopened = loan.events
    assert isinstance(reversal, PaymentReversed)
    due = loan.money(loan.account.due(LATER.date()).total)
    payoff = loan.payment("payoff")
    assert reopened == LoanReopened(
        "a1", "l1", "c1", "payoff", payoff.amount, TODAY, loan.principal_balance, due, closure_number=1
    )
    assert due
    assert (loan.status, loan.close_time, payoff.status) == (LoanStatus.OPEN, None, PaymentStatus.REVERSED)
    assert loan.principal_balance == reversal.principal_balance


def test_what_is_owed_then_is_what_would_be_owed_without_the_payment() -> None:
    loan, without = repaid(), open_loan()
    pay(without, "first", "123.28", date(2030, 2, 15))
    loan.reverse("payoff", "returned", "o2", LATER)
    for day in (LATER.date(), LATER.date() + timedelta(days=100)):
        assert loan.account.due(day) == without.account.due(day)
        assert loan.account.payoff(day) == without.account.payoff(day)
    assert loan.next_run_date == without.next_run_date


def test_the_reopened_loan_is_closed_again_and_counts_its_closures() -> None:
    loan = repaid()
    for closure in (1, 2, 3):
        assert loan.closures == closure
        paid_off = next(each for each in loan.payments.values() if each.status is PaymentStatus.VERIFIED)
        loan.reverse(paid_off.payment_id, "returned", "o2", LATER)
        assert loan.events[-1].closure_number == closure
        pay_later(loan, f"again {closure}", loan.account.payoff(LATER.date()).total)
        said = loan.events[-1]
        assert isinstance(said, LoanFullyRepaid)
        assert (said.closure_number, loan.status, loan.close_time) == (closure + 1, LoanStatus.CLOSED, LATER)


def test_the_last_payment_is_one_that_counts_whatever_came_after_it() -> None:
    loan = open_loan()
    pay(loan, "bounces", "900")
    record(loan, "all", loan.account.payoff(TODAY).total)
    loan.reverse("bounces", "returned", "o2", LATER)
    record(loan, "rest", "900")
    for payment_id in ("all", "rest"):
        loan.accept(payment_id, "o1", LATER)
    closed = loan.events[-1]
    assert isinstance(closed, LoanFullyRepaid)
    assert (closed.value_date, closed.total_paid) == (TODAY, loan.total_paid)


def test_the_daily_run_goes_on_with_a_reopened_loan() -> None:
    loan = open_loan()
    loan.rules = facility("PERSONAL").rules
    loan.run(date(2030, 2, 20))
    assert [*loan.overdue] == [1]
    pay(loan, "payoff", loan.account.payoff(TODAY).total)
    assert loan.run(LATER.date()) == Findings()
    loan.events.clear()
    loan.reverse("payoff", "returned", "o2", LATER)
    found = loan.run(LATER.date())
    numbers = [event.instalment_number for event in loan.events if isinstance(event, PaymentOverdue)]
    # The first one was reported before it was paid; it is owed again, so it is reported again.
    late = [state.number for state in loan.account.instalments(LATER.date()) if state.due_date < LATER.date()]
    assert numbers == late
    assert 1 in numbers
    assert found.late_fees > 0
    assert loan.run(LATER.date()).overdue == 0


def test_what_was_never_settled_is_not_reported_again() -> None:
    loan = open_loan()
    loan.run(date(2030, 4, 20))
    assert [*loan.overdue] == [1, 2, 3]
    pay(loan, "first", loan.account.due(date(2030, 2, 15)).total, date(2030, 4, 21))
    loan.reverse("first", "returned", "o2", LATER)
    assert [*loan.overdue] == [2, 3]


def test_the_statement_shows_closure_return_and_second_closure() -> None:
    loan = repaid()
    loan.reverse("payoff", "returned", "o2", NOON)
    pay(loan, "second", loan.account.payoff(TODAY).total)
    found = statement(loan.account, START, TODAY)
    kinds = [entry.kind for entry in found.entries]
    assert (kinds.count(EntryKind.PAYMENT), kinds.count(EntryKind.REVERSAL)) == (3, 1)
    assert (found.closing_balance, found.total_paid) == (Decimal(0), loan.total_paid.amount)


def test_what_waits_at_the_closure_is_superseded_and_reported_before_the_closure_is() -> None:
    loan = open_loan()
    record(loan, "w1", "10")
    record(loan, "w2", "20")
    pay(loan, "payoff", loan.account.payoff(TODAY).total)
    *superseded, closed = loan.events[-3:]
    assert [(type(event), event.payment_id) for event in superseded] == [
        (PaymentSuperseded, "w1"), (PaymentSuperseded, "w2"),
    ]  # fmt: skip
    assert isinstance(closed, LoanFullyRepaid)
    assert (loan.waiting(), loan.unverified) == ([], euros("0"))
    assert {loan.payment(each).end_time for each in ("w1", "w2")} == {NOON}


def test_a_waiver_that_closes_the_loan_settles_what_waits_too() -> None:
    loan = open_loan(replace(TERMS, tenure_months=1))
    last = (Component.FEE, Component.INTEREST, Component.PRINCIPAL, Component.PENALTY)
    loan.rules = replace(facility("PERSONAL").rules, order=last, overpayment=Overpayment.REFUSE)
    loan.run(date(2030, 2, 28))
    record(loan, "waits", "1")
    pay(loan, "rest", loan.schedule.rows[0].total)
    assert (loan.status, loan.account.totals(TODAY).unpaid.principal) == (LoanStatus.OPEN, Decimal(0))
    loan.waive(1, "goodwill", "o2", NOON)
    assert (loan.status, loan.payment("waits").status) == (LoanStatus.CLOSED, PaymentStatus.SUPERSEDED)
    assert isinstance(loan.events[-1], LoanFullyRepaid) and loan.events[-1].value_date == TODAY
    loan.reverse("rest", "returned", "o2", LATER)
    assert loan.status is LoanStatus.OPEN


@settings(max_examples=60)
@given(st.data())
def test_whatever_happens_nothing_is_stuck(data: st.DataObject) -> None:
    """Any order of payments, verifications, returns and withdrawals: closed means settled, with nothing waiting."""
    loan = open_loan()
    closures = reopenings = 0
    for number in range(data.draw(st.integers(1, 14))):
        loan.events.clear()
        act(loan, data, number)
        closures += sum(isinstance(event, LoanFullyRepaid) for event in loan.events)
        reopenings += sum(isinstance(event, LoanReopened) for event in loan.events)
        closed = loan.status is LoanStatus.CLOSED
        assert closed == loan.account.is_settled(date.max)
        assert (loan.closures, closures - reopenings) == (closures, int(closed))
        assert not (closed and loan.waiting())
        assert closed == (loan.close_time is not None)
        counted = [each.amount.amount for each in loan.payments.values() if each.status is PaymentStatus.VERIFIED]
        assert loan.total_paid.amount == sum(counted)


def act(loan: Loan, data: st.DataObject, number: int) -> None:
    """One thing that somebody does; what is refused changes nothing."""
    payoff = loan.account.payoff(TODAY).total
    choices = ["record", "payoff", *(["accept", "withdraw"] if loan.waiting() else [])]
    verified = [each.payment_id for each in loan.payments.values() if each.status is PaymentStatus.VERIFIED]
    choices += ["reverse"] if verified else []
    chosen = data.draw(st.sampled_from(choices))
    before = len(loan.transactions), dict(loan.payments)
    refused = ""
    try:
        if chosen == "record":
            record(loan, f"p{number}", data.draw(st.decimals("1", "900", places=2)))
        elif chosen == "payoff":
            record(loan, f"p{number}", payoff or Decimal(1))
        elif chosen == "reverse":
            loan.reverse(data.draw(st.sampled_from(verified)), "returned", "o2", NOON)
        else:
            waiting = data.draw(st.sampled_from([each.payment_id for each in loan.waiting()]))
            loan.withdraw(waiting, NOON) if chosen == "withdraw" else loan.accept(waiting, "o1", NOON)
    except FailedPrecondition as failure:
        refused = failure.reason
    assert refused in ("", "OVERPAYMENT", "WRONG_STATUS")
    assert not refused or (len(loan.transactions), loan.payments) == before


def test_a_loan_that_never_was_paid_out_has_nothing_to_take_back() -> None:
    loan = open_loan()
    pay(loan, "p", "5")
    loan.status = LoanStatus.PENDING
    with pytest.raises(FailedPrecondition) as refused:
        loan.reverse("p", "returned", "o2", LATER)
    assert refused.value.metadata == {"status": "PENDING", "allowed_from": "OPEN,CLOSED"}


@settings(max_examples=60)
@given(st.data())
def test_fees_runs_waivers_and_prepayments_stay_possible_around_every_return(data: st.DataObject) -> None:
    """Months go by, with payments of every effect, daily runs, waivers, returns: none is refused, closed is settled."""
    loan = open_loan()
    loan.rules = replace(facility("PERSONAL").rules, overpayment=Overpayment.REFUSE)
    now = datetime.combine(START, time(12), UTC)
    for number in range(data.draw(st.integers(1, 12))):
        now += timedelta(days=data.draw(st.integers(0, 50)))
        happen(loan, data, f"p{number}", now)
        closed = loan.status is LoanStatus.CLOSED
        assert closed == loan.account.is_settled(date.max)
        assert not (closed and loan.waiting())


def happen(loan: Loan, data: st.DataObject, payment_id: str, now: datetime) -> None:
    """What happens on a day, as far as it can."""
    chosen = data.draw(st.sampled_from(["pay", "payoff", "reverse", "run", "waive"]))
    verified = [each.payment_id for each in loan.payments.values() if each.status is PaymentStatus.VERIFIED]
    charged = [state.number for state in loan.account.instalments(date.max) if state.unpaid.penalty]
    payoff = loan.account.payoff(now.date()).total
    if chosen == "run":
        loan.run(now.date())
    elif chosen == "reverse" and verified:
        loan.reverse(data.draw(st.sampled_from(verified)), "returned", "o2", now)
    elif chosen == "waive" and charged and loan.status is LoanStatus.OPEN:
        loan.waive(charged[0], "goodwill", "o2", now)
    elif chosen in ("pay", "payoff") and payoff:
        part = data.draw(st.decimals("0.01", max(payoff - Decimal("0.01"), Decimal("0.01")), places=2))
        effect = data.draw(st.sampled_from(Effect))
        made = payment(payment_id, euros(payoff if chosen == "payoff" else part), now.date(), effect)
        loan.record(replace(made, receive_time=now, proof=PROOF))
        loan.accept(payment_id, "o1", now)
        assert chosen == "pay" or loan.status is LoanStatus.CLOSED
