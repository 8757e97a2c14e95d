"""From a bank statement to an income by month: what is counted, and how; pure, exact decimals.

Only whole months of the calendar are looked at. A credit is income when its purpose or the bank's code says so, or when
the same payer pays about the same in every month; never when it comes from the account's own owner, or is said to be a
loan, cash or interest. The income is the median of the months: a bonus in one of them raises nothing, a month without
pay counts as one. What was taken back counts against what it took back, and so does what goes back to who pays an
income, by account or by name: a payer may have several accounts. Debits go the same way: instalments and rents by their
purpose, anything else by its regularity.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from statistics import median
from typing import Generic, TypeVar

from services.lending.calendar import add_months, month_end
from services.risk.income_finding import IncomeSource, IncomeSourceKind, Obligation, ObligationKind
from services.risk.income_owner import folded, may_be_same_person
from services.risk.statement_record import BankStatement, StatementEntry
from services.runtime.money import Money, minor_unit

# What a regular payment may be above or below its median, in percent of it.
REGULAR_WITHIN_PERCENT = Decimal(20)
# ISO 20022's external purposes: salary, payroll, pension, social security, unemployment or disability, child benefit.
_INCOME_PURPOSES = frozenset({"SALA", "PAYR", "PENS", "SSBE", "BENE", "BECH"})
# A loan, cash, interest, savings: money that comes, and that nobody earns by the month.
_NO_INCOME_PURPOSES = frozenset({"LOAN", "CASH", "INTE", "SAVG"})
# Payments of salaries as the bank books them: received, or within it.
_SALARY_CODES = frozenset({"PMNT-RCDT-SALA", "PMNT-ICDT-SALA"})
# Payments, and what a bank books apart from the domains of ISO 20022: the others are loans, securities, interest, and
# sweeps between accounts. What is paid in at a counter is cash.
_PAYMENTS, _COUNTER = ("PMNT-", "XTND-"), "PMNT-CNTR-"
_OBLIGATION_PURPOSES = {
    "LOAR": ObligationKind.LOAN, "LOAN": ObligationKind.LOAN, "HLRP": ObligationKind.LOAN, "RENT": ObligationKind.RENT,
}  # fmt: skip

Month = tuple[int, int]
# By account and folded name, either of which may be empty, in one month.
_Payee = tuple[str, str, Month]
K = TypeVar("K", IncomeSourceKind, ObligationKind)


@dataclass(frozen=True)
class Derived:
    """What the whole months of a statement come to."""

    month_count: int
    monthly_income: Money
    monthly_obligations: Money
    sources: tuple[IncomeSource, ...]
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True)
class _Stream(Generic[K]):
    """What flows to or from one party, by account or name: by month, nothing where there is nothing.

    `names` are all those that the party has there, folded.
    """

    key: str
    party: str
    kind: K
    months: Mapping[Month, Decimal]
    names: frozenset[str] = frozenset()


def whole_months(from_date: date, to_date: date) -> tuple[Month, ...]:
    """The months of the calendar from their first day to their last that lie within two days."""
    first = from_date if from_date.day == 1 else add_months(from_date, 1, day=1)
    found = []
    while date(first.year, first.month, month_end(first.year, first.month)) <= to_date:
        found.append((first.year, first.month))
        first = add_months(first, 1)
    return tuple(found)


def derive(statement: BankStatement) -> Derived:
    """The income and the obligations of a statement that covers one whole month at least."""
    months = whole_months(statement.from_date, statement.to_date)
    within = [each for each in statement.entries if (each.booking_date.year, each.booking_date.month) in months]
    others = [each for each in within if not _is_own(each, statement)]
    came, went = [each for each in others if _may_be_earned(each)], [each for each in others if not each.incoming]
    incomes = _less(_streams(came, months, _income_kind, IncomeSourceKind.REGULAR), went)
    spent = _streams(went, months, _debt_kind, ObligationKind.REGULAR)
    owed = [each for each in spent if each.kind is not ObligationKind.REGULAR]
    currency = statement.currency
    return Derived(
        len(months),
        _monthly(_totals(incomes, months), currency),
        _monthly(_totals(owed, months), currency),
        tuple(IncomeSource(*each) for each in _listed(incomes, currency)),
        tuple(Obligation(*each) for each in _listed(spent, currency)),
    )


def _is_own(entry: StatementEntry, statement: BankStatement) -> bool:
    """Whether it only moves the owner's own money."""
    if entry.party_account == statement.account:
        return True
    return bool(entry.party) and may_be_same_person(entry.party, statement.owner)


def _may_be_earned(entry: StatementEntry) -> bool:
    code = entry.transaction_code
    paid = not code or (code.startswith(_PAYMENTS) and not code.startswith(_COUNTER))
    return entry.incoming and paid and entry.purpose not in _NO_INCOME_PURPOSES


def _income_kind(entry: StatementEntry) -> IncomeSourceKind | None:
    if entry.purpose in _INCOME_PURPOSES:
        return IncomeSourceKind.PURPOSE
    return IncomeSourceKind.TRANSACTION_CODE if entry.transaction_code in _SALARY_CODES else None


def _debt_kind(entry: StatementEntry) -> ObligationKind | None:
    return _OBLIGATION_PURPOSES.get(entry.purpose)


def _streams(
    entries: Iterable[StatementEntry], months: tuple[Month, ...],
    kind_of: Callable[[StatementEntry], K | None], regular: K,
) -> list[_Stream[K]]:  # fmt: skip
    """The flows that count, by party and by what they are known by, the greatest first."""
    sums: dict[tuple[str, K | None], dict[Month, Decimal]] = defaultdict(lambda: dict.fromkeys(months, Decimal(0)))
    names: dict[str, list[str]] = defaultdict(list)
    for each in entries:
        party, kind = _party(each), kind_of(each)
        # Nobody's regularity can be known.
        if kind is None and not party:
            continue
        names[party].append(each.party)
        sums[party, kind][each.booking_date.year, each.booking_date.month] += each.amount
    found = [
        _Stream(party, names[party][0], kind or regular, by_month, frozenset(map(folded, names[party])))
        for (party, kind), by_month in sums.items()
        if any(by_month.values()) and (kind is not None or _is_regular(by_month))
    ]
    return sorted(found, key=lambda each: (-median(each.months.values()), each.party))


def _less(streams: Iterable[_Stream[K]], went: Iterable[StatementEntry]) -> list[_Stream[K]]:
    """The incomes without what went back to who pays them; not below nothing, and of several of one payer each once."""
    back: dict[_Payee, Decimal] = defaultdict(Decimal)
    known: dict[tuple[str, Month], dict[_Payee, None]] = defaultdict(dict)
    for each in went:
        payee = each.party_account, folded(each.party), (each.booking_date.year, each.booking_date.month)
        back[payee] += each.amount
        for said in payee[:2]:
            known[said, payee[2]][payee] = None
    return [replace(each, months=_lessened(each, back, known)) for each in streams]


def _lessened(
    stream: _Stream[K], back: dict[_Payee, Decimal], known: Mapping[tuple[str, Month], Iterable[_Payee]]
) -> Mapping[Month, Decimal]:
    left, by = {}, {stream.key, *stream.names} - {""}
    for month, amount in stream.months.items():
        payees = dict.fromkeys(each for said in sorted(by) for each in known.get((said, month), ()))
        taken = max(min(amount, sum((back[each] for each in payees), Decimal(0))), Decimal(0))
        left[month] = amount - taken
        for each in payees:
            part = max(min(back[each], taken), Decimal(0))
            back[each] -= part
            taken -= part
    return left


def _party(entry: StatementEntry) -> str:
    return entry.party_account or folded(entry.party)


def _is_regular(by_month: Mapping[Month, Decimal]) -> bool:
    """Whether something came in every month, and about the same."""
    usual = median(by_month.values())
    most = usual * REGULAR_WITHIN_PERCENT / 100
    return usual > 0 and all(abs(each - usual) <= most for each in by_month.values())


def _totals(streams: Iterable[_Stream[K]], months: tuple[Month, ...]) -> list[Decimal]:
    counted = list(streams)
    return [sum((each.months[month] for each in counted), Decimal(0)) for month in months]


def _listed(streams: Iterable[_Stream[K]], currency: str) -> list[tuple[str, K, Money, int]]:
    return [
        (each.party, each.kind, _monthly(each.months.values(), currency), sum(1 for one in each.months.values() if one))
        for each in streams
    ]  # fmt: skip


def _monthly(amounts: Iterable[Decimal], currency: str) -> Money:
    """The median, down to the currency's unit, and nothing where more was taken back than came."""
    found = max(median(amounts), Decimal(0))
    return Money(found.quantize(minor_unit(currency), ROUND_DOWN), currency)
