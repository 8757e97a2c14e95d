"""Withdrawal from the agreement: what was lent is paid back with interest for the days, by a second arithmetic."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.lending import Frequency, LendingError, LoanTerms, Method, loan_schedule
from services.lending.calendar import add_months
from services.lending.daycount import DayCount
from services.lending.ledger import Account
from services.lending.plan import FeePayment, Plan
from services.lending.rules import LateFee, Rules
from services.lending.schedule import build
from services.lending.transactions import Kind, Parts, Transaction

START = date(2030, 1, 15)
LATE_FEE = LateFee(D(5), D(1), 0, D(25))
DAY = timedelta(days=1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def lent(amount: str = "12000", rate: str = "6", **terms: object) -> Account:
    made = LoanTerms(D(amount), "EUR", D(rate), 12, fee=D("120"), **terms)  # type: ignore[arg-type]
    return Account(loan_schedule(made, START), rules=Rules(late_fee=LATE_FEE))


def withdrawn(account: Account, on: int, days: int = 30) -> Account:
    return account.post(Transaction.withdrawal("w", day(on), days))


def paid(account: Account, on: int, amount: D | str, name: str = "p") -> Account:
    return account.post(Transaction.payment(name, day(on), D(amount)))


def test_the_worked_example_to_the_cent() -> None:
    """12,000 at 6 % from 15 January: a day of the first month costs 12,000 · 6 % / 12 / 31 = 1.9354…"""
    account = withdrawn(lent(), 10)
    owed = account.quote(day(10))
    assert (owed.parts, owed.total) == (Parts(D("0.00"), D("0.00"), D("19.35"), D("12000.00")), D("12019.35"))
    assert account.quote(day(20)).total == D("12038.71")
    assert account.quote(day(20)).per_diem == D("1.94")
    # 31 days of January's period, then 9 of the 28 of February's: 60 + 60 · 9 / 28.
    assert account.quote(day(40)).total == D("12079.29")
    ended = paid(account, 20, "12038.71")
    assert ended.is_settled(date.max)
    assert ended.paid(date.max) == Parts(D("0.00"), D("0.00"), D("38.71"), D("12000.00"))


def test_what_was_paid_before_repays_principal_also_what_the_fee_had_taken() -> None:
    account = paid(lent(), 5, "500")
    assert account.paid(day(5)).fee == D("120")
    back = withdrawn(account, 10)
    # Five days on 12,000, and five on 11,500.
    assert back.quote(day(10)).parts == Parts(D("0.00"), D("0.00"), D("18.95"), D("11500.00"))
    assert back.paid(day(10)) == Parts(D("0.00"), D("0.00"), D("0.00"), D("500.00"))
    assert back.allocations(day(10)) == {"p": Parts(D("0.00"), D("0.00"), D("0.00"), D("500.00"))}


def test_one_amount_is_due_in_place_of_all_instalments() -> None:
    back = withdrawn(lent(), 10)
    [one] = back.instalments(date.max)
    assert (one.number, one.due_date) == (0, day(40))
    assert one.owed == Parts(D("0.00"), D("0.00"), D("79.29"), D("12000.00"))
    assert not back.due(day(39)).total and back.due(day(40)) == one.owed
    assert back.days_past_due(day(40)) == 0 and back.days_past_due(day(43)) == 3
    # Late, it bears interest at the agreed rate and nothing else, however long that takes.
    assert back.due(day(43)).total == back.quote(day(43)).total == D("12085.71")
    assert back.delinquency(day(43)).overdue.total == D("12085.71")
    assert back.late_fees(day(400)) == ()
    assert back.due(day(400)).penalty == 0


def test_late_fees_of_before_fall_away_whenever_they_are_found() -> None:
    account = lent(frequency=Frequency.WEEKLY)
    [fee] = account.late_fees(day(8))
    for charged in (account.post(fee), account):
        back = withdrawn(charged, 9)
        assert back.quote(day(9)).parts.penalty == 0
        assert back.totals(day(9)).penalties == 0
        later = back if fee in back.transactions else back.post(fee)
        assert later.quote(day(9)) == back.quote(day(9))


def test_what_was_paid_beyond_is_credit_and_later_payments_are_refused() -> None:
    """The fee is owed until the withdrawal: who had all but a part of it paid has paid too much by then."""
    back = withdrawn(paid(lent(), 4, "12100"), 10)
    assert back.is_settled(date.max)
    # The interest of four days is 7.74, and that of later days, on nothing, none.
    assert back.credit(date.max) == D("92.26")
    with pytest.raises(LendingError) as refused:
        paid(back, 11, "1", "q")
    assert refused.value.reason == "OVERPAYMENT"
    with pytest.raises(LendingError) as too_much:
        paid(withdrawn(lent(), 10), 20, "12038.72")
    assert too_much.value.limit == "12038.71"


def test_a_payment_that_comes_back_opens_it_again_with_the_interest_of_all_days() -> None:
    ended = paid(withdrawn(lent(), 10), 20, "12038.71")
    entry = ended.transactions[-1]
    bounced = ended.post(Transaction.reversal("r", day(50), entry))
    assert not bounced.is_settled(date.max)
    assert bounced.quote(day(50)).total == withdrawn(lent(), 10).quote(day(50)).total


def test_a_write_off_of_what_is_owed_back() -> None:
    back = withdrawn(lent(), 10)
    given_up = back.post(Transaction.write_off("x", day(45), "insolvent"))
    assert given_up.written_off(day(45)).total == back.quote(day(45)).total
    assert given_up.is_settled(date.max) and not given_up.quote(day(60)).total
    recovered = given_up.post(Transaction.recovery("y", day(60), D(100)))
    assert recovered.totals(day(60)).recovered == 100


@pytest.mark.parametrize("taken", [FeePayment.FINANCED, FeePayment.DEDUCTED])
def test_a_fee_that_was_financed_or_kept_back_is_given_back(taken: FeePayment) -> None:
    plan = Plan(principal=D(1000), annual_rate_percent=D(12), start=START, instalments=12, fee=D(20), fee_payment=taken)
    back = withdrawn(Account(build(plan)), 10)
    got = plan.paid_out
    assert back.quote(day(10)).parts.principal == got
    for posting in back.postings(START, day(10)):
        assert sum(line.debit for line in posting.lines) == sum(line.credit for line in posting.lines)


@pytest.mark.parametrize("entry", [
    Transaction.withdrawal("again", day(12), 30),
    Transaction.rate_change("r", day(12), D(9)),
    Transaction.extension("e", day(12), 2),
    Transaction.penalty("f", day(12), D(5), 1),
])  # fmt: skip
def test_nothing_is_agreed_or_charged_after_it(entry: Transaction) -> None:
    with pytest.raises(LendingError):
        withdrawn(lent(), 10).post(entry)


def test_a_settled_loan_is_not_withdrawn_from() -> None:
    account = lent()
    ended = paid(account, 5, account.quote(day(5)).total)
    with pytest.raises(LendingError):
        withdrawn(ended, 6)
    with pytest.raises(LendingError):
        withdrawn(account, 6, days=0)


# The second arithmetic: day by day, in fractions, with a calendar of its own.

_YEAR = {DayCount.ACT_360: 360, DayCount.ACT_365F: 365, DayCount.PERIOD: 0, DayCount.THIRTY_360: 0}


def of_a_day(which: date, day_count: DayCount, frequency: Frequency) -> Fraction:
    """What part of a year one day is: of the month or week that it is in, or of a year of so many days."""
    if _YEAR[day_count]:
        return Fraction(1, _YEAR[day_count])
    if frequency is Frequency.WEEKLY:
        return Fraction(1, 52) / 7 if day_count is DayCount.PERIOD else Fraction(1, 360)
    months = next(number for number in range(600) if add_months(START, number + 1) > which)
    length = (add_months(START, months + 1) - add_months(START, months)).days
    return Fraction(1, 12) / length


def by_days(amount: D, rate: D, payments: Sequence[tuple[int, D]], until: int, day_count: DayCount,
            frequency: Frequency) -> D:  # fmt: skip
    """The interest of the days up to one: of each on what is not repaid when it begins."""
    found = Fraction(0)
    for number in range(until):
        repaid = sum((Fraction(each) for on, each in payments if on <= number), Fraction(0))
        balance = max(Fraction(amount) - repaid, Fraction(0))
        found += balance * Fraction(rate) / 100 * of_a_day(day(number), day_count, frequency)
    exact = D(found.numerator) / D(found.denominator)
    return exact.quantize(D("0.01"), ROUND_HALF_EVEN)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    amount=st.integers(500, 50_000).map(D),
    rate=st.integers(0, 250).map(lambda tenths: D(tenths) / 10),
    fee=st.integers(0, 400).map(D),
    before=st.lists(st.tuples(st.integers(0, 14), st.integers(1, 20_000)), max_size=3),
    since=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20_000)), max_size=3),
    declared=st.integers(0, 14),
    last=st.integers(0, 90),
    day_count=st.sampled_from(list(_YEAR)),
    frequency=st.sampled_from([Frequency.MONTHLY, Frequency.WEEKLY]),
    method=st.sampled_from(Method),
)  # fmt: skip
def test_what_is_collected_is_principal_and_interest_for_the_days_and_nothing_else(
    amount: D, rate: D, fee: D, before: list[tuple[int, int]], since: list[tuple[int, int]], declared: int, last: int,
    day_count: DayCount, frequency: Frequency, method: Method,
) -> None:  # fmt: skip
    terms = LoanTerms(amount, "EUR", rate, 12, frequency, method, fee, day_count)
    account = Account(loan_schedule(terms, START), rules=Rules(late_fee=LATE_FEE))
    payments: list[tuple[int, D]] = []

    def pay(on: int, wanted: D) -> None:
        nonlocal account
        try:
            account = paid(account, on, wanted, f"p{len(payments)}")
        except LendingError:
            return  # more than is owed
        payments.append((on, wanted))

    for on, cents in before:
        if not account.is_settled(date.max):
            pay(min(on, declared), D(cents))
    if account.is_settled(date.max):
        return  # repaid as agreed: nothing to withdraw from
    account = withdrawn(account, declared)
    for on, cents in sorted(since):
        pay(declared + on, D(cents))
    if not account.is_settled(date.max):
        on = max([declared + last, *(each for each, _ in payments)])
        owed = account.quote(day(on))
        assert owed.parts.penalty == owed.parts.fee == 0
        if owed.total:
            pay(on, owed.total)
    assert account.is_settled(date.max)
    until = max([declared, *(each for each, _ in payments)])
    interest = by_days(amount, rate, payments, until, day_count, frequency)
    collected, kept = sum((each for _, each in payments), D(0)), account.credit(date.max)
    assert collected - kept == amount + interest
    assert account.paid(date.max) == Parts(D("0.00"), D("0.00"), interest, amount.quantize(D("0.01")))
    for posting in account.postings(START, day(until)):
        assert sum(line.debit for line in posting.lines) == sum(line.credit for line in posting.lines)
    rows = [row for row in account.statement(date.min, date.max) if row.kind == Kind.WITHDRAWAL.value]
    assert len(rows) == 1 and not rows[0].amount


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 70), st.integers(1, 6000)), max_size=4), st.integers(0, 14))
def test_a_day_more_costs_no_less_and_the_order_of_posting_does_not_matter(
    made: list[tuple[int, int]], declared: int
) -> None:
    entries = [Transaction.payment(f"p{n}", day(on), D(amount)) for n, (on, amount) in enumerate(made)]
    entries.append(Transaction.withdrawal("w", day(declared), 30))
    accounts = []
    for order in (entries, [entries[-1], *entries[:-1]], [*entries[::-1]]):
        account = lent()
        for entry in order:
            try:
                account = account.post(entry)
            except LendingError:
                break
        else:
            accounts.append(account)
    for one, other in pairwise(accounts):
        assert one.quote(day(80)) == other.quote(day(80))
        assert one.credit(day(80)) == other.credit(day(80))
    for account in accounts:
        totals = [account.quote(day(number)).total for number in range(80, 95)]
        assert totals == sorted(totals)
