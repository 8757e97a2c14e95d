"""Prepayments with an effect, changes of rate and term, holidays, write-off: the coming instalments, and only those."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending import Frequency, LendingError, LoanTerms, Method, loan_schedule
from services.lending.daycount import DayCount
from services.lending.ledger import Account, InstalmentState
from services.lending.rules import Overpayment, Rules
from services.lending.transactions import Effect, Parts, Transaction

START = date(2026, 1, 1)
EVER = date(2100, 1, 1)
LOAN = Account(
    loan_schedule(LoanTerms(D("12000"), "EUR", D("6"), 24), START), rules=Rules(overpayment=Overpayment.CREDIT)
)
FIRST = LOAN.schedule.rows[0]


def pay(id: str, day: date, amount: D | str, effect: Effect = Effect.NEXT_INSTALMENTS) -> Transaction:
    return Transaction.payment(id, day, D(amount), effect)


def paid_to_the_end(account: Account) -> Account:
    """The account with every instalment paid on its due date."""
    for state in account.instalments(EVER):
        if state.unpaid.total:
            account = account.post(pay(f"instalment {state.number}", state.due_date, state.unpaid.total))
    assert account.is_settled(EVER) and not account.credit(EVER)
    return account


def coming(account: Account, day: date) -> list[InstalmentState]:
    return [state for state in account.instalments(EVER) if state.due_date > day]


def test_prepayment_shortens_the_term() -> None:
    day = FIRST.due_date
    account = LOAN.post(pay("p", day, FIRST.total + 3000, Effect.SHORTER_TERM))
    states = account.instalments(EVER)
    assert states[0].settled and account.outstanding_principal(day) == FIRST.balance - 3000
    assert len(states) == 18
    assert {state.owed.total for state in states[1:-1]} == {FIRST.total}
    assert states[-1].owed.total <= FIRST.total
    assert [state.due_date for state in states] == [row.due_date for row in LOAN.schedule.rows[:18]]


def test_prepayment_makes_the_instalments_smaller() -> None:
    day = FIRST.due_date
    account = LOAN.post(pay("p", day, FIRST.total + 3000, Effect.SMALLER_INSTALMENT))
    states = account.instalments(EVER)
    wanted = loan_schedule(LoanTerms(FIRST.balance - 3000, "EUR", D("6"), 23), day)
    assert [state.owed.total for state in states[1:]] == [row.total for row in wanted.rows]


def test_prepayment_as_next_instalments_pays_them_in_full() -> None:
    day = FIRST.due_date
    account = LOAN.post(pay("p", day, FIRST.total * 3))
    assert [state.settled for state in account.instalments(day)[:4]] == [True, True, True, False]
    assert len(account.versions(EVER)) == 1


def test_between_due_dates_accrued_interest_is_paid_first() -> None:
    day = FIRST.due_date + timedelta(days=14)
    account = LOAN.post(pay("first", FIRST.due_date, FIRST.total))
    accrued = account.payoff(day).interest
    after = account.post(pay("p", day, "1000", Effect.SMALLER_INSTALMENT))
    parts = after.paid(day) - account.paid(day)
    assert (parts.interest, parts.principal) == (accrued, 1000 - accrued)
    assert after.payoff(day).interest == 0
    # The next instalment's interest is what was paid of it and that of the smaller balance for the days that are left.
    left = ((FIRST.balance - parts.principal) * D("0.06") / 12 * 14 / 28).quantize(D("0.01"))
    assert coming(after, day)[0].owed.interest == accrued + left


@settings(max_examples=25)
@given(
    st.sampled_from(Method),
    st.sampled_from([DayCount.PERIOD, DayCount.ACT_365F]),
    st.integers(1, 500),
    st.integers(100, 2500),
)
def test_both_kinds_of_prepayment_cost_less_than_none(
    method: Method, day_count: DayCount, day: int, extra: int
) -> None:
    terms = LoanTerms(D("12000"), "EUR", D("9"), 24, method=method, day_count=day_count)
    loan = Account(loan_schedule(terms, START), rules=Rules(overpayment=Overpayment.CREDIT))
    on = START + timedelta(days=day)
    for row in loan.schedule.rows:
        if row.due_date <= on:
            loan = loan.post(pay(f"instalment {row.number}", row.due_date, row.total))
    cost = [paid_to_the_end(loan).paid(EVER).interest]
    for effect in (Effect.SMALLER_INSTALMENT, Effect.SHORTER_TERM):
        cost.append(paid_to_the_end(loan.post(pay("p", on, D(extra), effect))).paid(EVER).interest)
    none, smaller, shorter = cost
    assert shorter <= smaller + D("0.05") and smaller < none and shorter < none


def test_two_prepayments_in_one_period() -> None:
    day = FIRST.due_date + timedelta(days=5)
    account = LOAN.post(pay("first", FIRST.due_date, FIRST.total)).post(pay("a", day, "500", Effect.SHORTER_TERM))
    later = day + timedelta(days=10)
    account = account.post(pay("b", later, "500", Effect.SHORTER_TERM))
    assert account.payoff(later).interest == 0
    assert [version.transaction_id for version in account.versions(EVER)] == ["", "a", "b"]
    ended = paid_to_the_end(account)
    assert ended.paid(EVER).principal == 12000


def test_what_was_paid_in_advance_pays_the_new_instalments() -> None:
    ahead, prepaid = pay("ahead", START, FIRST.total), pay("p", START, "2000", Effect.SMALLER_INSTALMENT)
    account = LOAN.post(ahead).post(prepaid)
    first, second = account.instalments(EVER)[:2]
    assert first.settled and first.owed.total < FIRST.total
    assert second.paid.total == FIRST.total - first.owed.total
    assert sum(state.owed.principal for state in account.instalments(EVER)) == 10000
    # Interest is that of the 10,000 that are out, as if nothing had been paid in advance.
    assert [state.owed for state in account.instalments(EVER)] == [
        state.owed for state in LOAN.post(prepaid).instalments(EVER)
    ]


def test_a_rate_change_counts_from_its_day() -> None:
    half = FIRST.due_date - timedelta(days=15)
    account = LOAN.post(Transaction.rate_change("r", half, D("12")))
    first = coming(account, START)[0]
    old = (FIRST.interest * 16 / 31).quantize(D("0.01"))
    assert first.owed.interest == old + (D(12000) * D("0.12") / 12 * 15 / 31).quantize(D("0.01"))
    assert account.instalments(half - timedelta(days=1))[0].owed.total == FIRST.total
    assert {state.owed.total for state in coming(account, START)[:-1]} == {first.owed.total}
    paid_to_the_end(account)


def test_a_rate_change_dated_back_changes_what_follows() -> None:
    second = LOAN.schedule.rows[1]
    account = LOAN.post(pay("1", FIRST.due_date, FIRST.total)).post(pay("2", second.due_date, second.total))
    changed = account.post(Transaction.rate_change("r", FIRST.due_date, D("12")))
    # The second payment is short now: the new second instalment asks for more.
    assert changed.next_instalment(second.due_date).number == 2  # type: ignore[union-attr]
    assert changed.days_past_due(second.due_date + timedelta(days=7)) == 7
    straight = LOAN.post(pay("1", FIRST.due_date, FIRST.total)).post(
        Transaction.rate_change("r", FIRST.due_date, D("12"))
    )
    assert straight.post(pay("2", second.due_date, second.total)).totals(EVER) == changed.totals(EVER)


def test_an_extension_adds_instalments() -> None:
    account = LOAN.post(pay("1", FIRST.due_date, FIRST.total)).post(Transaction.extension("x", FIRST.due_date, 12))
    states = account.instalments(EVER)
    assert (len(states), states[-1].number, states[-1].due_date) == (36, 36, date(2029, 1, 1))
    assert states[1].owed.total < FIRST.total
    paid_to_the_end(account)


def test_a_payment_holiday_moves_instalments_and_their_interest() -> None:
    account = LOAN.post(pay("1", FIRST.due_date, FIRST.total)).post(Transaction.holiday("h", FIRST.due_date, 2))
    states = account.instalments(EVER)
    assert (len(states), states[1].number, states[1].due_date) == (24, 2, date(2026, 5, 1))
    assert states[1].owed.interest == (FIRST.balance * D("0.06") / 12 * 3).quantize(D("0.01"))
    assert account.days_past_due(date(2026, 4, 30)) == 0
    assert states[-1].due_date == date(2028, 3, 1)
    paid_to_the_end(account)


def test_a_holiday_whose_interest_is_more_than_an_instalment() -> None:
    loan = Account(loan_schedule(LoanTerms(D("250000"), "EUR", D("6"), 360), START))
    account = loan.post(Transaction.holiday("h", START, 6))
    states = account.instalments(EVER)
    assert (states[0].owed.principal, states[0].owed.interest) == (D(0), D("8750.00"))
    assert {state.owed.total for state in states[1:-1]} == {states[1].owed.total}
    assert abs(states[-1].owed.total - states[1].owed.total) < 10


def test_a_restructuring_taken_back_never_was() -> None:
    day = FIRST.due_date
    change = Transaction.extension("x", day, 12, "hardship")
    account = LOAN.post(change).post(Transaction.reversal("r", day + timedelta(days=3), change))
    assert account.instalments(EVER) == LOAN.instalments(EVER)
    assert len(account.instalments(day)) == 36


def test_versions_tell_how_the_schedule_came_about() -> None:
    day = FIRST.due_date
    account = LOAN.post(pay("p", day, FIRST.total + 3000, Effect.SHORTER_TERM))
    account = account.post(Transaction.rate_change("r", day + timedelta(days=40), D("5")))
    first, second, third = account.versions(EVER)
    assert first.rows == LOAN.schedule.rows
    assert (second.number, second.from_date, second.transaction_id, len(second.rows)) == (2, day, "p", 18)
    assert third.transaction_id == "r" and third.rows[-1].balance == 0
    assert account.versions(day) == (first, second)


def test_a_write_off_ends_what_is_owed_and_recoveries_are_counted_apart() -> None:
    day = FIRST.due_date + timedelta(days=120)
    payoff = LOAN.payoff(day)
    account = LOAN.post(Transaction.write_off("w", day, "insolvent"))
    assert account.written_off(day) == payoff and account.written_off(day - timedelta(days=1)) == Parts()
    assert account.unpaid_total(EVER) == 0 and account.days_past_due(EVER) == 0
    with pytest.raises(LendingError, match="written off"):
        account.post(pay("late", day + timedelta(days=1), "10"))
    recovered = account.post(Transaction.recovery("c", day + timedelta(days=9), D("500")))
    assert (recovered.totals(EVER).recovered, recovered.paid(EVER).total) == (D("500"), D(0))
    with pytest.raises(LendingError, match="more than what is written off"):
        recovered.post(Transaction.recovery("c2", day + timedelta(days=9), payoff.total))
    # A payment of before the write-off still counts, and less is given up.
    earlier = account.post(pay("found", FIRST.due_date, FIRST.total))
    assert earlier.written_off(EVER).total < payoff.total


@pytest.mark.parametrize(
    ("transaction", "field"),
    [
        (Transaction.rate_change("x", START, D("-1")), "rate_percent"),
        (Transaction.rate_change("x", START, D("NaN")), "rate_percent"),
        (Transaction.rate_change("x", date(2028, 1, 1), D("5")), "value_date"),
        (Transaction.extension("x", START, 0), "count"),
        (Transaction.holiday("x", START, 481), "count"),
        (Transaction.holiday("x", date(2025, 12, 31), 1), "value_date"),
        (Transaction.write_off("x", START, " "), "reason"),
        (Transaction.recovery("x", START, D("1")), "amount"),
        (Transaction.refund("x", START, D("1")), "amount"),
    ],
)
def test_impossible_changes_are_refused(transaction: Transaction, field: str) -> None:
    with pytest.raises(LendingError) as refused:
        LOAN.post(transaction)
    assert refused.value.field_name == field


def test_a_rate_at_which_nothing_is_repaid_before_the_end_is_refused() -> None:
    loan = Account(loan_schedule(LoanTerms(D("10000"), "EUR", D("6"), 240), START))
    with pytest.raises(LendingError) as refused:
        loan.post(Transaction.rate_change("x", START, D("900")))
    assert (refused.value.field_name, refused.value.limit) == ("rate_percent", "900")


@pytest.mark.parametrize("frequency", [Frequency.WEEKLY, Frequency.QUARTERLY])
@pytest.mark.parametrize("method", list(Method))
def test_every_method_and_frequency_can_be_restructured(frequency: Frequency, method: Method) -> None:
    terms = LoanTerms(D("9000"), "EUR", D("8"), 12, frequency, method)
    account = Account(loan_schedule(terms, START), rules=Rules(overpayment=Overpayment.CREDIT))
    account = account.post(pay("p", START + timedelta(days=3), "1000", Effect.SMALLER_INSTALMENT))
    account = account.post(Transaction.holiday("h", START + timedelta(days=9), 1))
    account = account.post(Transaction.rate_change("r", START + timedelta(days=11), D("4")))
    account = account.post(Transaction.extension("e", START + timedelta(days=13), 2))
    assert paid_to_the_end(account).paid(EVER).principal == 9000
