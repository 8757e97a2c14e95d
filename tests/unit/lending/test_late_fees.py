"""Allocation by product, late fees, waivers, delinquency and credit: also after back-dated entries."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from services.lending import LendingError, LoanTerms, loan_schedule
from services.lending.facility import facilities
from services.lending.ledger import Account
from services.lending.rules import Allocation, Bucket, Component, LateFee, Overpayment, Rules
from services.lending.transactions import Kind, Transaction

START = date(2026, 1, 15)
EVER = date(2100, 1, 1)
SCHEDULE = loan_schedule(LoanTerms(D("1200"), "EUR", D("12"), 6, fee=D("30")), START)
FIRST, SECOND = SCHEDULE.rows[:2]
FEE = LateFee(flat=D("5"), percent_of_overdue=D("1"), grace_days=3, cap=D("7"))
LATE_ON = FIRST.due_date + timedelta(days=4)


def account(*transactions: Transaction, **rules: object) -> Account:
    result = Account(SCHEDULE, rules=Rules(**{"late_fee": FEE, **rules}))  # type: ignore[arg-type]
    for transaction in transactions:
        result = result.post(transaction)
    return result


def pay(id: str, day: date, amount: D | str) -> Transaction:
    return Transaction.payment(id, day, D(amount))


def test_a_late_fee_is_charged_once_after_the_days_of_grace() -> None:
    loan = account()
    assert loan.late_fees(LATE_ON - timedelta(days=1)) == ()
    (fee,) = loan.late_fees(LATE_ON)
    assert (fee.id, fee.kind, fee.value_date, fee.instalment) == ("late-fee/1", Kind.LATE_FEE, LATE_ON, 1)
    assert fee.amount == D("7")  # 5 and 1 % of 237.06, at most 7
    # Whenever it is asked, the fee is the same; once it is posted it is not asked for again.
    assert loan.late_fees(LATE_ON + timedelta(days=20)) == (fee,)
    charged = loan.post(fee)
    assert charged.late_fees(LATE_ON + timedelta(days=20)) == ()
    assert charged.due(LATE_ON).penalty == D("7")
    with pytest.raises(LendingError, match="has its late fee already"):
        charged.post(Transaction.late_fee("again", LATE_ON + timedelta(days=1), D("7"), 1))


def test_a_late_fee_is_of_what_is_overdue() -> None:
    loan = account(pay("p", FIRST.due_date, FIRST.total - 100), late_fee=LateFee(percent_of_overdue=D("2.5")))
    assert [fee.amount for fee in loan.late_fees(FIRST.due_date + timedelta(days=1))] == [D("2.50")]


def test_a_payment_that_came_late_still_costs_the_fee() -> None:
    loan = account(pay("p", LATE_ON, FIRST.total))
    assert loan.late_fees(EVER)[0].instalment == 1
    in_grace = account(pay("p", LATE_ON - timedelta(days=1), FIRST.total))
    assert [fee.instalment for fee in in_grace.late_fees(SECOND.due_date)] == []


def test_penalty_after_a_back_dated_payment() -> None:
    loan = account()
    late = loan.post(loan.late_fees(LATE_ON)[0])
    assert late.paid(EVER).penalty == 0 and late.due(LATE_ON).penalty == D("7")
    # The money had come in time after all: the fee falls away by itself, and comes back with the payment's reversal.
    payment = pay("p", FIRST.due_date, FIRST.total)
    in_time = late.post(payment)
    assert in_time.due(LATE_ON).total == 0 and in_time.totals(EVER).penalties == 0
    assert in_time.days_past_due(LATE_ON) == 0
    bounced = in_time.post(Transaction.reversal("r", LATE_ON, payment))
    assert bounced.due(LATE_ON) == late.due(LATE_ON)


def test_a_payment_that_bounced_makes_the_instalment_late() -> None:
    payment = pay("p", FIRST.due_date, FIRST.total)
    loan = account(payment, Transaction.reversal("r", LATE_ON + timedelta(days=9), payment))
    assert loan.late_fees(LATE_ON + timedelta(days=8)) == ()
    assert [fee.value_date for fee in loan.late_fees(LATE_ON + timedelta(days=9))] == [LATE_ON]


def test_a_waiver_has_a_reason_and_gives_up_no_more_than_is_unpaid() -> None:
    loan = account()
    late = loan.post(loan.late_fees(LATE_ON)[0])
    waived = late.post(Transaction.waiver("w", LATE_ON, D("7"), 1, "first time"))
    assert waived.due(LATE_ON).penalty == 0 and waived.late_fees(LATE_ON) == ()
    for waiver, field in (
        (Transaction.waiver("w", LATE_ON, D("7"), 1, ""), "reason"),
        (Transaction.waiver("w", LATE_ON, D("7.01"), 1, "too much"), "amount"),
        (Transaction.waiver("w", LATE_ON, D("1"), 9, "no such"), "instalment"),
    ):
        with pytest.raises(LendingError) as refused:
            late.post(waiver)
        assert refused.value.field_name == field


@pytest.mark.parametrize(
    ("transaction", "field"),
    [
        (Transaction.late_fee("f", FIRST.due_date, D("5"), 1), "value_date"),
        (Transaction.late_fee("f", LATE_ON, D("5"), 7), "instalment"),
        (Transaction.late_fee("f", LATE_ON, D("0"), 1), "amount"),
    ],
)
def test_impossible_late_fees_are_refused(transaction: Transaction, field: str) -> None:
    with pytest.raises(LendingError) as refused:
        account().post(transaction)
    assert refused.value.field_name == field


@pytest.mark.parametrize(
    "wrong",
    [
        {"flat": D("-1")},
        {"percent_of_overdue": D("101")},
        {"percent_of_overdue": D("NaN")},
        {"grace_days": -1},
        {"cap": D("-1")},
    ],
)
def test_impossible_rules_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(LendingError) as refused:
        LateFee(**wrong)  # type: ignore[arg-type]
    assert [refused.value.field_name] == list(wrong)
    with pytest.raises(LendingError):
        Rules(order=(Component.FEE, Component.FEE, Component.INTEREST, Component.PRINCIPAL))


def test_oldest_due_first_settles_an_instalment_and_then_the_next() -> None:
    paid = account(pay("p", SECOND.due_date, FIRST.total + 5)).paid(EVER)
    assert (paid.fee, paid.interest, paid.principal) == (D("30"), FIRST.interest + 5, FIRST.principal)


def test_by_component_settles_interest_of_all_that_is_due_before_principal() -> None:
    loan = account(pay("p", SECOND.due_date, "50"), allocation=Allocation.BY_COMPONENT)
    paid = loan.paid(EVER)
    assert (paid.fee, paid.interest, paid.principal) == (D("30"), D("20"), D("0"))
    assert [state.paid.interest for state in loan.instalments(EVER)[:2]] == [FIRST.interest, 20 - FIRST.interest]


def test_the_order_of_components_is_the_product_s() -> None:
    order = (Component.INTEREST, Component.PRINCIPAL, Component.FEE, Component.PENALTY)
    paid = account(pay("p", FIRST.due_date, FIRST.total - 30), order=order).paid(EVER)
    assert (paid.fee, paid.interest, paid.principal) == (D("0"), FIRST.interest, FIRST.principal)


def test_delinquency_after_back_dating() -> None:
    day = FIRST.due_date + timedelta(days=95)
    loan = account()
    worst = loan.delinquency(day)
    assert (worst.days_past_due, worst.bucket) == (95, Bucket.DAYS_90_UP)
    assert worst.overdue.total == sum(row.total for row in SCHEDULE.rows if row.due_date < day)
    better = loan.post(pay("p", FIRST.due_date, FIRST.total)).delinquency(day)
    assert (better.days_past_due, better.bucket) == ((day - SECOND.due_date).days, Bucket.DAYS_60_89)


def test_buckets() -> None:
    names = [Bucket.of(days).name for days in (0, 1, 29, 30, 59, 60, 89, 90, 400)]
    assert names == [
        "CURRENT", "DAYS_1_29", "DAYS_1_29", "DAYS_30_59", "DAYS_30_59", "DAYS_60_89", "DAYS_60_89",
        "DAYS_90_UP", "DAYS_90_UP",
    ]  # fmt: skip


def test_overpayment_is_credit_that_is_refunded() -> None:
    day = FIRST.due_date
    payoff = account().payoff(day).total
    loan = account(pay("p", day, payoff + 50), overpayment=Overpayment.CREDIT)
    assert loan.is_settled(day) and loan.credit(day) == 50
    with pytest.raises(LendingError) as refused:
        loan.post(Transaction.refund("r", day, D("50.01")))
    assert (refused.value.field_name, refused.value.limit) == ("amount", "50.00")
    refunded = loan.post(Transaction.refund("r", day, D("50")))
    assert refunded.credit(day) == 0 and refunded.credit(day - timedelta(days=1)) == 0
    # The payment cannot be taken back while its excess is with the customer again.
    with pytest.raises(LendingError, match="credit balance"):
        refunded.post(Transaction.reversal("x", day, loan.transactions[0]))
    assert loan.post(Transaction.reversal("x", day, loan.transactions[0])).credit(day) == 0


def test_credit_pays_what_is_charged_later() -> None:
    day = FIRST.due_date
    loan = account(pay("p", day, account().payoff(day).total + 50), overpayment=Overpayment.CREDIT)
    charged = loan.post(Transaction.penalty("c", day + timedelta(days=3), D("20"), 1))
    assert charged.is_settled(EVER) and charged.credit(EVER) == 30 and charged.paid(EVER).penalty == 20


def test_every_facility_has_rules() -> None:
    orders = {name: each.rules.order for name, each in facilities().items()}
    assert orders["PERSONAL"] == tuple(Component) and orders["WORKING_CAPITAL"][-1] is Component.PENALTY
    assert all(each.rules.late_fee and each.rules.late_fee.cap for each in facilities().values())
