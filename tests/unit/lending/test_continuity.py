"""What is promised is what happens: however a loan is paid back, it costs what paying its pay-off at once costs."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.lending import LendingError
from services.lending.calendar import Convention, Unit
from services.lending.daycount import DayCount
from services.lending.ledger import Account
from services.lending.plan import FeePayment, FirstPeriod, FlatLevel, Plan
from services.lending.rounding import Rounding, unit_of
from services.lending.rules import Allocation, Component, LateFee, Overpayment, Rules
from services.lending.schedule import build
from services.lending.terms import Method
from services.lending.transactions import Effect, Parts, Transaction

START = date(2026, 1, 31)
NEXT = Effect.NEXT_INSTALMENTS
days = st.integers(0, 500)


@st.composite
def loans(draw: st.DrawFn) -> Account:
    """A loan of any shape, with its product's rules."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    instalments = draw(st.integers(1, 14))
    unit = draw(st.sampled_from(Unit))
    interest_only = draw(st.integers(0, min(3, instalments - 1)))
    plan = Plan(
        principal=D(draw(st.integers(500, 60000))), start=START,
        annual_rate_percent=D(draw(st.sampled_from(["0", "3.5", "12", "40"]))),
        instalments=instalments, every=draw(st.integers(1, 3)), unit=unit, currency=currency,
        method=draw(st.sampled_from(Method)), day_count=draw(st.sampled_from(DayCount)),
        rounding=draw(st.sampled_from(Rounding)), flat_level=draw(st.sampled_from(FlatLevel)),
        interest_only=interest_only, balloon_percent=D(draw(st.sampled_from([0, 0, 30]))),
        down_payment_percent=D(draw(st.sampled_from([0, 0, 20]))), fee=D(draw(st.sampled_from([0, 25]))),
        fee_payment=draw(st.sampled_from([FeePayment.APART, FeePayment.FINANCED])),
        convention=draw(st.sampled_from(Convention)), interest_follows=draw(st.booleans()),
    )  # fmt: skip
    if draw(st.booleans()):
        first_due = START + timedelta(days=draw(st.integers(1, 200)))
        with suppress(LendingError):  # a broken period needs a whole one after it
            plan = replace(plan, first_due=first_due, first_period=draw(st.sampled_from(FirstPeriod)))
    order = draw(st.sampled_from([tuple(Component), (Component.PRINCIPAL, Component.INTEREST, *list(Component)[:2])]))
    rules = Rules(order, draw(st.sampled_from(Allocation)), Overpayment.REFUSE, LateFee(D(5), D(2), 3, D(9)))
    try:
        return Account(build(plan), rules=rules)
    except LendingError:
        assume(False)
        raise


@dataclass(frozen=True)
class Past:
    """What happened to a loan before it is paid off; what the loan cannot have is left out."""

    entries: tuple[Transaction, ...]

    def of(self, account: Account) -> Account:
        for entry in self.entries:
            try:
                account = account.post(entry)
            except LendingError:
                continue
        return account


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    made: list[Transaction] = []
    for number in range(draw(st.integers(0, 5))):
        day, name = START + timedelta(days=draw(st.integers(0, 250))), f"past {number}"
        kind = draw(st.sampled_from(["pay", "pay", "penalty", "rate", "holiday", "extension", "reversal", "waiver"]))
        amount = D(draw(st.integers(1, 3000)))
        if kind == "pay":
            made.append(Transaction.payment(name, day, amount, draw(st.sampled_from(Effect))))
        elif kind == "penalty":
            made.append(Transaction.penalty(name, day, D(7), draw(st.integers(1, 6))))
        elif kind == "waiver":
            made.append(Transaction.waiver(name, day, D(7), draw(st.integers(1, 6)), "goodwill"))
        elif kind == "rate":
            made.append(Transaction.rate_change(name, day, D(draw(st.integers(0, 30)))))
        elif kind == "reversal" and made:
            made.append(Transaction.reversal(name, max(day, made[-1].value_date), made[-1]))
        elif kind in ("holiday", "extension"):
            made.append(getattr(Transaction, kind)(name, day, draw(st.integers(1, 3))))
    return Past(tuple(made))


def last_day(account: Account) -> date:
    return max((entry.value_date for entry in account.transactions), default=START)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(loans(), pasts(), days, st.lists(st.tuples(st.integers(1, 999), st.sampled_from(Effect)), max_size=4))
def test_parts_and_then_the_quote_cost_what_the_quote_costs(
    account: Account, past: Past, later: int, parts: list[tuple[int, Effect]]
) -> None:
    account = past.of(account)
    day = last_day(account) + timedelta(days=later)
    cent, whole = unit_of(account.schedule.currency), account.quote(day).total
    assume(whole > 0)
    at_once = account.post(Transaction.payment("at once", day, whole))
    left = whole
    for number, (share, effect) in enumerate(parts):
        part = (left * share / 1000).quantize(cent, ROUND_DOWN)
        if 0 < part < left:
            account, left = account.post(Transaction.payment(f"part {number}", day, part, effect)), left - part
            assert account.quote(day).total == left
            assert not account.is_settled(date.max) and account.unpaid_total(date.max) > 0
    ended = account.post(Transaction.payment("rest", day, left))
    assert ended.paid(date.max) == at_once.paid(date.max)
    assert ended.is_settled(date.max) and ended.quote(day + timedelta(days=99)).total == 0
    used = sum(ended.allocations(date.max).values(), Parts())
    assert used == ended.paid(date.max)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(loans(), pasts(), days, st.integers(1, 999), days)
def test_what_is_paid_in_advance_lessens_every_later_quote_by_itself(
    account: Account, past: Past, later: int, share: int, wait: int
) -> None:
    account = past.of(account)
    day = last_day(account) + timedelta(days=later)
    cent, whole = unit_of(account.schedule.currency), account.quote(day).total
    amount = (whole * share / 1000).quantize(cent, ROUND_DOWN)
    assume(amount > 0)
    paid, then = account.post(Transaction.payment("p", day, amount, NEXT)), day + timedelta(days=wait)
    assert paid.quote(then).total == account.quote(then).total - amount
    # What changes the schedule afterwards changes it alike: money paid in advance is no part of it.
    for entry in (Transaction.rate_change("r", then, D("7.25")), Transaction.holiday("h", then, 2)):
        try:
            account, paid = account.post(entry), paid.post(entry)
        except LendingError:
            continue
    end = then + timedelta(days=45)
    assert paid.quote(end).total == account.quote(end).total - amount


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(loans(), pasts(), days)
def test_the_per_diem_is_what_a_day_more_costs(account: Account, past: Past, later: int) -> None:
    account = past.of(account)
    day = last_day(account) + timedelta(days=later)
    today, tomorrow = account.quote(day), account.quote(day + timedelta(days=1))
    assert today.per_diem == tomorrow.total - today.total >= 0


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(loans(), pasts(), days, st.sampled_from(Effect), st.booleans())
def test_a_cent_less_leaves_a_cent_and_a_cent_more_is_no_interest(
    account: Account, past: Past, later: int, effect: Effect, credited: bool
) -> None:
    account = past.of(account)
    day = last_day(account) + timedelta(days=later)
    cent, whole = unit_of(account.schedule.currency), account.quote(day).total
    assume(whole > cent)
    short = account.post(Transaction.payment("short", day, whole - cent, effect))
    assert short.quote(day).total == cent and not short.is_settled(date.max)
    with pytest.raises(LendingError) as refused:
        account.post(Transaction.payment("more", day, whole + cent, effect))
    assert (refused.value.reason, refused.value.limit) == ("OVERPAYMENT", str(whole))
    if credited:
        lenient = replace(account, rules=replace(account.rules, overpayment=Overpayment.CREDIT))
        kept = lenient.post(Transaction.payment("more", day, whole + cent, effect))
        assert kept.credit(date.max) - lenient.credit(date.max) == cent
        assert kept.paid(date.max) == account.post(Transaction.payment("q", day, whole)).paid(date.max)


@pytest.mark.parametrize("effect", Effect)
def test_interest_taken_in_advance_is_given_back_in_the_quote(effect: Effect) -> None:
    """5,000 at 9.9 % over a year, two instalments on the first day: no day has passed, so no interest is owed."""
    plan = Plan(principal=D(5000), annual_rate_percent=D("9.9"), start=START, instalments=12, fee=D(50))
    account = Account(build(plan))
    assert account.quote(START).total == D("5050.00")
    for number in (1, 2):
        account = account.post(Transaction.payment(str(number), START, D("489.35"), effect))
    quote = account.quote(START)
    assert quote.total == D("5050.00") - 2 * D("489.35")
    taken = account.paid(START).interest
    assert quote.parts.interest == -taken and (taken > 0) is (effect is NEXT)
    ended = account.post(Transaction.payment("rest", START, quote.total))
    assert ended.paid(START) == Parts(D("0.00"), D("50.00"), D("0.00"), D("5000.00"))
    assert ended.allocations(START)["rest"] == quote.parts


def test_the_order_of_a_day_is_the_order_of_posting_whatever_the_ids_are() -> None:
    plan = Plan(principal=D(12000), annual_rate_percent=D(12), start=START, instalments=12)
    day = START + timedelta(days=40)
    payments = [(D("1066.19"), NEXT), (D(3000), Effect.SHORTER_TERM), (D(5000), Effect.SMALLER_INSTALMENT)]
    ends = set()
    for ids in ("abc", "acb", "bac", "bca", "cab", "cba"):
        account = Account(build(plan))
        for name, (amount, effect) in zip(ids, payments, strict=True):
            account = account.post(Transaction.payment(name, day, amount, effect))
        ends.add((account.quote(day + timedelta(days=90)), account.instalments(date.max)))
        assert [row.transaction_id for row in account.statement(day, day)] == list(ids)
    assert len(ends) == 1


def test_a_late_fee_comes_before_the_money_of_its_day_whenever_it_is_found() -> None:
    plan = Plan(principal=D(1200), annual_rate_percent=D(12), start=START, instalments=6)
    account = Account(build(plan), rules=Rules(late_fee=LateFee(D(5))))
    first = account.schedule.rows[0]
    late = Transaction.payment("late", first.due_date + timedelta(days=1), first.total)
    (fee,) = account.late_fees(late.value_date)
    for entries in ((late, fee), (fee, late)):
        after = account.post(entries[0]).post(entries[1])
        assert after.paid(late.value_date).penalty == D("5.00")
        assert [row.kind for row in after.statement(late.value_date, date.max)] == ["LATE_FEE", "PAYMENT"]
