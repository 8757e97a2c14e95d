"""Statements of whole lives of a loan: paid, late, waived, returned, withdrawn from, repaid, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.lending import LoanTerms, Method
from services.lending.facility import facility
from services.lending.transactions import Effect
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.payment import Payment, PaymentStatus
from services.repayment.quotes import paid_in, payoff
from services.repayment.statement import Statement, statement
from services.repayment.withdrawal import Given, Notice, WithdrawalRight
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money, minor_unit
from tests.factories.loans import PROOF, START

PRODUCTS = st.builds(
    lambda currency, method, rate: LoanTerms(
        Decimal(1200), currency, Decimal(rate), 12, fee=Decimal(20), method=method
    ),
    st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(Method), st.sampled_from(["0", "6", "29.9"]),
)  # fmt: skip
Step = Callable[["Life"], object]


@dataclass
class Life:
    """A loan, and the day that it is; a step that the loan refuses is none."""

    loan: Loan
    day: date = START

    @property
    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)

    def goes_on(self, days: int) -> None:
        """The daily run posts what is late, day by day."""
        for _ in range(days):
            self.day += timedelta(days=1)
            if self.loan.status is LoanStatus.OPEN:
                for each in self.loan.account.late_fees(self.day):
                    self.loan.transactions.append(self.loan._post(each).transactions[-1])

    def pays(self, amount: Money, days_ago: int, effect: Effect) -> None:
        number, day = len(self.loan.payments) + 1, max(START, self.day - timedelta(days=days_ago))
        names = f"p{number}", PaymentStatus.RECEIVED
        made = Payment(*names, amount, day, f"ref {number}", f"key {number}", self.now, effect)
        self.loan.record(made)
        self.loan.prove(made.payment_id, PROOF)
        self.loan.accept(made.payment_id, "o1", self.now)

    def returns(self, which: int) -> None:
        verified = [each for each in self.loan.payments.values() if each.status is PaymentStatus.VERIFIED]
        if verified:
            self.loan.reverse(verified[which % len(verified)].payment_id, "returned", "o2", self.now)

    def is_repaid(self) -> None:
        if owed := payoff(self.loan, self.day).total:
            self.pays(owed, 0, Effect.NEXT_INSTALMENTS)

    def is_withdrawn_from(self) -> None:
        signed = datetime(START.year, START.month, START.day, 9, tzinfo=UTC)
        self.loan.declare_withdrawal(Given(WithdrawalRight("a law", 14, 30), signed), Notice("c1", self.now, self.day))


def steps(most_days_ago: int) -> st.SearchStrategy[list[tuple[int, Step]]]:
    """What happens, each so many days after what was before it."""
    paid = st.builds(
        lambda amount, ago, effect: lambda life: life.pays(life.loan.money(Decimal(amount)), ago, effect),
        st.integers(1, 500), st.integers(0, most_days_ago), st.sampled_from(Effect),
    )  # fmt: skip
    others = st.one_of(
        st.builds(lambda which: lambda life: life.returns(which), st.integers(0, 5)),
        st.builds(lambda number: lambda life: life.loan.waive(number, "why", "o1", life.now), st.integers(1, 12)),
        st.just(Life.is_repaid), st.just(Life.is_withdrawn_from),
    )  # fmt: skip
    return st.lists(st.tuples(st.integers(0, 60), st.one_of(paid, others)), max_size=7)


def lived(terms: LoanTerms, happens: list[tuple[int, Step]], *, each: Callable[[Life], None] = lambda _: None) -> Life:
    """A life; `each` looks at it before each step."""
    opened = datetime(START.year, START.month, START.day, tzinfo=UTC)
    rules = facility("PERSONAL").rules
    life = Life(Loan("l1", "a1", "c1", LoanStatus.OPEN, terms, START, opened, rules=rules))
    for days, step in happens:
        life.goes_on(days)
        each(life)
        try:
            step(life)
        except (FailedPrecondition, InvalidArgument):
            continue
    return life


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(PRODUCTS, steps(40), st.sets(st.integers(0, 420), min_size=2, max_size=5))
def test_statements_join_whatever_happened_and_each_year_s_certificate_is_that_of_its_statement(
    terms: LoanTerms, happens: list[tuple[int, Step]], ends: set[int]
) -> None:
    loan, unit = lived(terms, happens).loan, minor_unit(terms.currency)
    days = [START - timedelta(days=1), *(START + timedelta(days=end) for end in sorted(ends))]
    parts = [statement(loan.account, before + timedelta(days=1), day) for before, day in pairwise(days)]
    for before, after in pairwise(parts):
        assert after.opening_balance == before.closing_balance
    for part in parts:
        assert part.closing_balance == part.opening_balance + sum(entry.amount for entry in part.entries)
        assert part.closing_balance == statement(loan.account, START, part.to_date).closing_balance
        assert all(entry.amount == entry.amount.quantize(unit) for entry in part.entries)
    for year in range(START.year, START.year + 3):
        first, last = date(year, 1, 1), date(year, 12, 31)
        paid = paid_in(loan, year)
        kept = loan.account.credit(last) - loan.account.credit(first - timedelta(days=1))
        total = paid.interest_paid + paid.fee_paid + paid.penalty_paid + paid.principal_paid
        assert statement(loan.account, first, last).total_paid == total.amount + kept
        lent = loan.money(terms.principal if year == START.year else Decimal(0))
        assert paid.opening_principal + lent - paid.principal_paid == paid.closing_principal


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(PRODUCTS, steps(0))
def test_what_is_not_dated_back_changes_no_statement_of_the_days_before(
    terms: LoanTerms, happens: list[tuple[int, Step]]
) -> None:
    taken = list[Statement]()
    life = lived(
        terms, happens, each=lambda life: taken.append(statement(life.loan.account, START, life.day - timedelta(1)))
    )
    for before in taken:
        now = statement(life.loan.account, START, before.to_date)
        # What is paid next is known better later.
        assert replace(now, next_instalment=None) == replace(before, next_instalment=None)
