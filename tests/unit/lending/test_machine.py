"""A loan account under any sequence of entries: what must hold after each of them, whatever came before."""

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.lending import LendingError, LoanTerms, Method, loan_schedule
from services.lending.daycount import DayCount
from services.lending.ledger import Account
from services.lending.rules import Allocation, Component, LateFee, Overpayment, Rules
from services.lending.transactions import Effect, Kind, Parts, Transaction

START = date(2024, 1, 31)
EVER = START + timedelta(days=4000)
days = st.integers(0, 420).map(lambda n: START + timedelta(days=n))
amounts = st.one_of(st.integers(1, 60_000), st.sampled_from([20_000, 250_000])).map(lambda cents: D(cents) / 100)
orders = st.sampled_from(
    [tuple(Component), (Component.INTEREST, Component.PRINCIPAL, Component.FEE, Component.PENALTY)]
)


class LoanAccount(RuleBasedStateMachine):
    """Posts whatever Hypothesis thinks of; refusals are fine as long as nothing changes."""

    @initialize(
        method=st.sampled_from(Method),
        day_count=st.sampled_from([DayCount.PERIOD, DayCount.ACT_365F, DayCount.ACT_ACT_ISDA]),
        rate=st.sampled_from(["0", "5.5", "24"]),
        allocation=st.sampled_from(Allocation),
        overpayment=st.sampled_from(Overpayment),
        order=orders,
    )
    def open(
        self, method: Method, day_count: DayCount, rate: str, allocation: Allocation, overpayment: Overpayment,
        order: tuple[Component, ...],
    ) -> None:  # fmt: skip
        terms = LoanTerms(D("1200"), "EUR", D(rate), 6, method=method, fee=D("30"), day_count=day_count)
        rules = Rules(order, allocation, overpayment, LateFee(D("5"), D("2"), 3, D("9")))
        self.account = Account(loan_schedule(terms, START), rules=rules)
        self.number = 0

    def post(self, transaction: Transaction) -> None:
        before = self.account.transactions
        with suppress(LendingError):
            self.account = self.account.post(transaction)
        assert self.account.transactions in (before, (*before, transaction))

    def id(self) -> str:
        self.number += 1
        return f"t{self.number}"

    @rule(day=days, amount=amounts, effect=st.sampled_from(Effect))
    def pay(self, day: date, amount: D, effect: Effect) -> None:
        self.post(Transaction.payment(self.id(), day, amount, effect))

    @rule(day=days)
    def pay_off(self, day: date) -> None:
        quote = self.account.quote(day)
        last = max((entry.value_date for entry in self.account.transactions), default=START)
        if quote.total and day >= last:
            self.post(Transaction.payment(self.id(), day, quote.total))
            assert self.account.is_settled(day) and self.account.is_settled(EVER)

    @rule(which=st.integers(0, 30), later=st.integers(0, 90))
    def reverse(self, which: int, later: int) -> None:
        if self.account.transactions:
            entry = self.account.transactions[which % len(self.account.transactions)]
            self.post(Transaction.reversal(self.id(), entry.value_date + timedelta(days=later), entry))

    @rule(day=days, amount=amounts, instalment=st.integers(1, 13))
    def penalise(self, day: date, amount: D, instalment: int) -> None:
        self.post(Transaction.penalty(self.id(), day, amount, instalment))

    @rule(day=days)
    def run_late_fees(self, day: date) -> None:
        found = self.account.late_fees(day)
        for fee in found:
            self.post(fee)
        posted = {entry.id for entry in self.account.transactions}
        assert not {fee.id for fee in self.account.late_fees(day)} & posted

    @rule(day=days, amount=amounts, instalment=st.integers(1, 12))
    def waive(self, day: date, amount: D, instalment: int) -> None:
        self.post(Transaction.waiver(self.id(), day, amount, instalment, "goodwill"))

    @rule(day=days, amount=amounts)
    def refund(self, day: date, amount: D) -> None:
        self.post(Transaction.refund(self.id(), day, amount))

    @rule(day=days, rate=st.sampled_from(["0", "3.25", "36"]))
    def change_rate(self, day: date, rate: str) -> None:
        self.post(Transaction.rate_change(self.id(), day, D(rate)))

    @rule(day=days, count=st.integers(1, 6), holiday=st.booleans())
    def stretch(self, day: date, count: int, holiday: bool) -> None:
        make = Transaction.holiday if holiday else Transaction.extension
        self.post(make(self.id(), day, count))

    @precondition(lambda self: self.number > 4)
    @rule(day=days, amount=amounts)
    def give_up_and_recover(self, day: date, amount: D) -> None:
        self.post(Transaction.write_off(self.id(), day, "insolvent"))
        self.post(Transaction.recovery(self.id(), day + timedelta(days=30), amount))

    @invariant()
    def all_money_and_all_principal_is_accounted_for(self) -> None:
        totals = self.account.totals(EVER)
        taken_back = {entry.reverses for entry in self.account.transactions}
        kept = [entry for entry in self.account.transactions if entry.id not in taken_back]
        paid_in = sum(entry.amount for entry in kept if entry.kind is Kind.PAYMENT)
        refunded = sum(entry.amount for entry in kept if entry.kind is Kind.REFUND)
        assert totals.paid.total + totals.credit == paid_in - refunded
        assert totals.paid.principal + totals.unpaid.principal + totals.written_off.principal == D("1200")
        assert totals.recovered <= totals.written_off.total

    @invariant()
    def settled_is_what_has_a_pay_off_of_nothing(self) -> None:
        last = max((entry.value_date for entry in self.account.transactions), default=START)
        quote = self.account.quote(last)
        assert quote.total >= 0 and quote.parts.principal >= 0
        assert (quote.total == 0) is self.account.is_settled(EVER)
        assert quote.per_diem == self.account.quote(last + timedelta(days=1)).total - quote.total

    @invariant()
    def allocations_are_what_was_paid(self) -> None:
        used = self.account.allocations(EVER)
        assert sum(used.values(), Parts()) == self.account.paid(EVER)

    @invariant()
    def nothing_is_below_zero(self) -> None:
        totals = self.account.totals(EVER)
        assert min(*_amounts(totals.unpaid), *_amounts(totals.paid), totals.credit) >= 0
        for state in self.account.instalments(EVER):
            assert min(*_amounts(state.unpaid), *_amounts(state.paid)) >= 0
            assert state.owed.total == state.paid.total + state.unpaid.total

    @invariant()
    def instalments_add_up_and_the_last_balance_is_zero(self) -> None:
        totals, states = self.account.totals(EVER), self.account.instalments(EVER)
        assert sum(state.unpaid.total for state in states) == totals.unpaid.total
        rows = self.account.versions(EVER)[-1].rows
        assert all(row.total == row.principal + row.interest + row.fee for row in rows)
        assert not rows or rows[-1].balance == 0
        assert [row.due_date for row in rows] == sorted(row.due_date for row in rows)

    @invariant()
    def the_order_of_entry_matters_only_within_a_day(self) -> None:
        shuffled = list(self.account.transactions)
        random.Random(self.number).shuffle(shuffled)
        posted = {entry.id: number for number, entry in enumerate(self.account.transactions)}
        days = [entry.value_date for entry in shuffled]
        # Every date has its places, and its entries take them as they were posted.
        by_date = {
            day: sorted((e for e in shuffled if e.value_date == day), key=lambda e: posted[e.id]) for day in days
        }
        shuffled = [by_date[day].pop(0) for day in days]
        other = Account(self.account.schedule, tuple(shuffled), self.account.rules)
        assert other.totals(EVER) == self.account.totals(EVER)
        assert other.instalments(EVER) == self.account.instalments(EVER)

    @invariant()
    def debits_equal_credits(self) -> None:
        for posting in self.account.postings(START, EVER):
            assert sum(line.debit for line in posting.lines) == sum(line.credit for line in posting.lines)


def _amounts(parts: object) -> list[D]:
    return [getattr(parts, component.name.lower()) for component in Component]


LoanAccount.TestCase.settings = settings(
    max_examples=25, stateful_step_count=10, suppress_health_check=list(HealthCheck)
)
TestLoanAccount = LoanAccount.TestCase
