"""The ledger: payments in every shape, reversals, back-dating, and that all ways lead to the same balance."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending import LendingError, LoanTerms, loan_schedule
from services.lending.ledger import Account
from services.lending.transactions import Kind, Transaction

START = date(2026, 1, 15)
SCHEDULE = loan_schedule(LoanTerms(D("1200"), "EUR", D("12"), 6, fee=D("30")), START)
END = SCHEDULE.rows[-1].due_date
LONG_AFTER = END + timedelta(days=60)


def pay(number: int | str, day: date, amount: D | str) -> Transaction:
    return Transaction.payment(str(number), day, D(amount))


def account(*transactions: Transaction) -> Account:
    result = Account(SCHEDULE)
    for transaction in transactions:
        result = result.post(transaction)
    return result


def on_time() -> list[Transaction]:
    return [pay(row.number, row.due_date, row.total) for row in SCHEDULE.rows]


def test_a_loan_paid_by_its_instalments_ends_at_zero() -> None:
    paid = account(*on_time())
    assert paid.is_settled(END)
    assert paid.paid(END).total == SCHEDULE.total_paid
    assert paid.next_instalment(END) is None


def test_a_loan_paid_by_its_instalments_ahead_of_time_ends_at_zero_without_interest() -> None:
    paid = account(*(pay(row.number, START, row.total) for row in SCHEDULE.rows[:-1]))
    left = paid.quote(START)
    assert left.parts.interest == -paid.paid(START).interest < 0
    with pytest.raises(LendingError, match="more than is owed"):
        paid.post(pay("last", START, SCHEDULE.rows[-1].total))
    ended = paid.post(pay("last", START, left.total))
    assert ended.is_settled(START)
    assert (ended.paid(START).interest, ended.paid(START).principal) == (D(0), D(1200))
    assert ended.payoff(START).total == 0


def test_a_partial_payment_settles_fee_before_interest_before_principal() -> None:
    first = SCHEDULE.rows[0]
    paid = account(pay(1, first.due_date, "35"))
    parts = paid.paid(first.due_date)
    assert (parts.fee, parts.interest, parts.principal) == (D("30"), D("5"), D("0"))
    assert paid.due(first.due_date).total == first.total - 35
    oldest = paid.next_instalment(first.due_date)
    assert oldest is not None and oldest.number == 1


def test_a_larger_payment_goes_on_to_the_next_instalment() -> None:
    first, second = SCHEDULE.rows[:2]
    paid = account(pay(1, first.due_date, first.total + 10))
    following = paid.next_instalment(first.due_date)
    assert following is not None and (following.number, following.paid.total) == (2, D(10))
    assert following.unpaid.total == second.total - 10


def test_payoff_is_principal_and_accrued_interest_and_fees() -> None:
    first, second = SCHEDULE.rows[:2]
    half_way = first.due_date + timedelta(days=14)
    quote = account(pay(1, first.due_date, first.total)).payoff(half_way)
    days = (second.due_date - first.due_date).days
    assert quote.principal == first.balance
    assert quote.interest == (second.interest * 14 / days).quantize(D("0.01"))
    assert account().payoff(START).total == D("1230.00")


def test_closing_on_the_quote_owes_nothing_more() -> None:
    day = START + timedelta(days=45)
    quote = account().payoff(day).total
    closed = account(pay(1, day, quote))
    assert closed.is_settled(day) and closed.is_settled(END)
    assert closed.due(END).total == 0
    assert quote < SCHEDULE.total_paid


def test_more_than_is_owed_is_refused_and_nothing_changes() -> None:
    before = account(*on_time()[:5])
    with pytest.raises(LendingError) as refused:
        before.post(pay("x", END, SCHEDULE.rows[-1].total + D("0.01")))
    assert (refused.value.field_name, refused.value.limit) == ("amount", str(SCHEDULE.rows[-1].total))
    assert len(before.transactions) == 5


def test_the_last_instalment_is_taken_once() -> None:
    paid = account(*on_time())
    with pytest.raises(LendingError, match="more than is owed"):
        paid.post(pay("again", END, SCHEDULE.rows[-1].total))


def test_a_reversed_payment_in_the_middle() -> None:
    payments = on_time()[:3]
    day = payments[-1].value_date + timedelta(days=3)
    paid = account(*payments)
    reversed_ = paid.post(Transaction.reversal("r", day, payments[1]))
    assert reversed_.paid(day) == account(payments[0], payments[2]).paid(day)
    assert reversed_.paid(day - timedelta(days=1)) == paid.paid(day)
    # The third payment now stands for the second instalment, so the third is overdue.
    assert reversed_.days_past_due(day) == 3


def test_a_reversal_reopens_a_settled_loan() -> None:
    payments = on_time()
    reopened = account(*payments).post(Transaction.reversal("r", END, payments[0]))
    assert not reopened.is_settled(END)
    assert reopened.unpaid_total(END) == payments[0].amount


def test_days_past_due_after_back_dating() -> None:
    first = SCHEDULE.rows[0]
    day = first.due_date + timedelta(days=40)
    late = account()
    assert late.days_past_due(day) == 40
    back_dated = late.post(pay(1, first.due_date, first.total))
    assert back_dated.days_past_due(day) == (day - SCHEDULE.rows[1].due_date).days


def test_a_penalty_is_paid_first_also_after_a_back_dated_payment() -> None:
    first = SCHEDULE.rows[0]
    penalty = Transaction.penalty("p", first.due_date + timedelta(days=5), D("7.50"), 1)
    late = account(penalty).post(pay(1, penalty.value_date, "10"))
    assert late.paid(END).penalty == D("7.50")
    # Paid in time after all: the penalty stands until it is waived, and asks for its instalment first.
    early = late.post(pay(2, first.due_date, first.total))
    assert (early.paid(END).penalty, early.due(first.due_date).total) == (D("7.50"), D(0))


def test_statement_has_a_running_balance() -> None:
    payments = on_time()[:2]
    day = payments[-1].value_date
    rows = account(*payments).post(Transaction.reversal("r", day, payments[0])).statement(START, day)
    assert [row.kind for row in rows] == ["DISBURSEMENT", "PAYMENT", "PAYMENT", "REVERSAL"]
    assert rows[0].balance == 1200
    assert rows[1].balance == SCHEDULE.rows[0].balance
    assert rows[2].balance == SCHEDULE.rows[1].balance
    assert rows[3].parts.total == -payments[0].amount
    assert account(*payments).statement(day, END) == account(*payments).statement(START, END)[2:]


@pytest.mark.parametrize(
    ("transaction", "field"),
    [
        (pay(1, START - timedelta(days=1), "10"), "value_date"),
        (pay(1, START, "0"), "amount"),
        (pay(1, START, "-5"), "amount"),
        (pay(1, START, "0.001"), "amount"),
        (pay("first", START, "5"), "id"),
        (Transaction("r", Kind.REVERSAL, START, D("5"), reverses="nothing"), "reverses"),
        (Transaction("r", Kind.REVERSAL, END, D("5"), reverses="first"), "amount"),
        (Transaction("r", Kind.REVERSAL, START, D("10"), reverses="first"), "value_date"),
        (Transaction.penalty("p", END, D("5"), 99), "instalment"),
    ],
)
def test_impossible_transactions_are_refused(transaction: Transaction, field: str) -> None:
    before = account(pay("first", SCHEDULE.rows[0].due_date, "10"))
    with pytest.raises(LendingError) as refused:
        before.post(transaction)
    assert refused.value.field_name == field


def test_a_payment_is_reversed_once() -> None:
    first = pay(1, START, "10")
    reversed_ = account(first, Transaction.reversal("r", START, first))
    with pytest.raises(LendingError, match="reversed already"):
        reversed_.post(Transaction.reversal("r2", START, first))


entries = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300), st.booleans()), max_size=8)


@settings(max_examples=60)
@given(entries, st.permutations(range(8)))
def test_any_order_of_entry_equals_the_ledger_in_value_order(
    drawn: list[tuple[int, int, bool]], order: list[int]
) -> None:
    # One entry a day, so that the value order is the same however they are entered.
    days = {day: (amount, taken_back) for day, amount, taken_back in drawn}
    payments = [pay(day, START + timedelta(days=day), D(amount)) for day, (amount, _) in days.items()]
    wanted = [payments[n] for n in order if n < len(payments)]
    try:
        posted = account(*wanted)
    except LendingError:
        return  # in this order one of them was more than was owed
    for payment in payments:
        if days[int(payment.id)][1]:
            posted = posted.post(Transaction.reversal("r" + payment.id, LONG_AFTER, payment))
    kept = sorted((p for p in payments if not days[int(p.id)][1]), key=lambda p: p.value_date)
    straight = account(*kept)
    assert posted.paid(LONG_AFTER) == straight.paid(LONG_AFTER)
    assert posted.payoff(LONG_AFTER) == straight.payoff(LONG_AFTER)
    assert posted.paid(LONG_AFTER).total == sum(p.amount for p in kept)
    assert posted.outstanding_principal(LONG_AFTER) >= 0
