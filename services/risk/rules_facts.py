"""What rules can look at: the facts of an application and its assessment, each with its name and type; pure.

Amounts are numbers in the application's currency, shares and rates percent, times months or years. A fact that an
application can lack is null there; a rule asks for that first.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from services.circumstances import Circumstances, Employment, Housing
from services.currencies import DECIMALS
from services.lending.facility import facilities
from services.risk.assessment import Assessment, RiskRating
from services.risk.bureau_record import BureauAnswer, CreditRecordUse
from services.risk.characteristics import share
from services.risk.figures import Figures
from services.risk.income_finding import DebtsBasis, IncomeAnswer, IncomeBasis
from services.runtime.money import Money

Value = float | int | str | bool | None
# A plain text of CEL; its quotes are one group, what is in them the next.
_TEXT = r"""(?<!['"])(['"])([^'"\\]+)['"](?!['"])"""


class FactType(Enum):
    """The type of a fact, as CEL has it: double, int, string, bool."""

    NUMBER = auto()
    WHOLE = auto()
    TEXT = auto()
    FLAG = auto()


@dataclass(frozen=True)
class Fact:
    """One fact: its type, whether an application can lack it, where it comes from, and all that a text can be."""

    kind: FactType
    of: Callable[[Figures, Assessment], Decimal | Money | int | str | bool | None]
    optional: bool = False
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stray:
    """A text that a fact is compared with and never is, and where in the expression that stands."""

    fact: str
    text: str
    place: int


def _stated(name: str) -> Callable[[Figures, Assessment], Money | int | None]:
    def read(figures: Figures, _: Assessment) -> Money | int | None:
        found: Money | int | None = getattr(figures.circumstances or Circumstances(), name)
        return found

    return read


def _beside(name: str) -> Callable[[Figures, Assessment], Money | int | None]:
    def read(figures: Figures, _: Assessment) -> Money | int | None:
        found: Money | int | None = None if figures.exposure is None else getattr(figures.exposure, name)
        return found

    return read


def _answer(figures: Figures) -> str | None:
    return None if figures.bureau is None else figures.bureau.answer.name


def _shown(figures: Figures) -> str | None:
    return None if figures.income_evidence is None else figures.income_evidence.answer.name


def _in_percent_of_declared(figures: Figures) -> Decimal | None:
    difference = figures.income_difference
    return None if difference is None else share(difference, figures.monthly_income)


def _secured(name: str) -> Callable[[Figures, Assessment], Money | int | bool | None]:
    def read(figures: Figures, _: Assessment) -> Money | int | bool | None:
        found: Money | int | bool | None = None if figures.collateral is None else getattr(figures.collateral, name)
        return found

    return read


def _obligations(figures: Figures) -> Money | None:
    found = figures.income_evidence
    counts = found is not None and found.counted(figures.amount.currency) is not None
    return found.evidence.monthly_obligations if counts and found is not None and found.evidence is not None else None


def _outgoings(figures: Figures) -> Money | None:
    found = figures.income_evidence
    return None if found is None else found.outgoings(figures.amount.currency)


def _reported(name: str) -> Callable[[Figures, Assessment], int | None]:
    def read(figures: Figures, _: Assessment) -> int | None:
        record = None if figures.bureau is None else figures.bureau.record
        found: int | None = None if record is None else getattr(record, name)
        return found

    return read


def _named(name: str) -> Callable[[Figures, Assessment], str | None]:
    def read(figures: Figures, _: Assessment) -> str | None:
        found: Enum | None = getattr(figures.circumstances or Circumstances(), name)
        return None if found is None else found.name

    return read


def _names(kinds: type[Enum]) -> frozenset[str]:
    return frozenset(kinds.__members__)


_N, _W, _T, _F = FactType.NUMBER, FactType.WHOLE, FactType.TEXT, FactType.FLAG
FACTS: Mapping[str, Fact] = {
    "facility_type": Fact(_T, lambda figures, _: figures.facility_type, values=frozenset(facilities())),
    "amount": Fact(_N, lambda figures, _: figures.amount),
    "currency": Fact(_T, lambda figures, _: figures.amount.currency, values=frozenset(DECIMALS)),
    "tenure_months": Fact(_W, lambda figures, _: figures.tenure_months),
    "project_cost": Fact(_N, lambda figures, _: figures.project_cost),
    "monthly_income": Fact(_N, lambda figures, _: figures.income),
    "income_verified": Fact(_F, lambda figures, _: figures.verified_income is not None),
    "declared_income": Fact(_N, lambda figures, _: figures.monthly_income),
    "monthly_debts": Fact(_N, lambda figures, _: figures.monthly_debts),
    "total_exposure": Fact(_N, lambda figures, _: figures.total_exposure, True),
    "exposure_elsewhere": Fact(_N, _beside("elsewhere"), True),
    "owed_elsewhere": Fact(_N, _beside("owed"), True),
    "guaranteed_elsewhere": Fact(_N, _beside("guaranteed"), True),
    "connected_elsewhere": Fact(_N, _beside("connected"), True),
    "instalments_elsewhere": Fact(_N, _beside("monthly_instalments"), True),
    "unadded_loans": Fact(_W, _beside("unadded_count"), True),
    "collateral_value": Fact(_N, lambda figures, _: figures.counted_collateral_value),
    "collateral_cover_percent": Fact(_N, lambda _, found: found.indicators.collateral_cover_percent),
    "annual_rate_percent": Fact(_N, lambda _, found: found.indicators.annual_rate_percent),
    "monthly_instalment": Fact(_N, lambda _, found: found.indicators.monthly_instalment),
    "debt_to_income_percent": Fact(_N, lambda _, found: found.indicators.debt_to_income_percent, True),
    "repayment_capacity": Fact(_N, lambda _, found: found.indicators.repayment_capacity),
    "stressed_rate_percent": Fact(_N, lambda _, found: found.indicators.stressed_rate_percent, True),
    "stressed_instalment": Fact(_N, lambda _, found: found.indicators.stressed_instalment, True),
    "stressed_debt_to_income_percent": Fact(
        _N, lambda _, found: found.indicators.stressed_debt_to_income_percent, True
    ),
    "stressed_repayment_capacity": Fact(_N, lambda _, found: found.indicators.stressed_repayment_capacity, True),
    "bureau_answer": Fact(_T, lambda figures, _: _answer(figures), True, _names(BureauAnswer)),
    "bureau_score": Fact(_W, lambda _, found: found.indicators.bureau_score, True),
    "bureau_accounts": Fact(_W, _reported("account_count"), True),
    "bureau_delinquent_accounts": Fact(_W, _reported("delinquent_count"), True),
    "bureau_written_off_accounts": Fact(_W, _reported("written_off_count"), True),
    "bureau_collections": Fact(_W, _reported("collection_count"), True),
    "bureau_insolvencies": Fact(_W, _reported("insolvency_count"), True),
    "bureau_recent_inquiries": Fact(_W, _reported("recent_inquiry_count"), True),
    "income_basis": Fact(_T, lambda figures, _: figures.income_basis.name, values=_names(IncomeBasis)),
    "income_evidence": Fact(_T, lambda figures, _: _shown(figures), True, _names(IncomeAnswer)),
    "income_evidenced": Fact(_N, lambda figures, _: figures.evidenced_income, True),
    "income_difference": Fact(_N, lambda figures, _: figures.income_difference, True),
    "income_difference_percent": Fact(_N, lambda figures, _: _in_percent_of_declared(figures), True),
    "obligations_evidenced": Fact(_N, lambda figures, _: _obligations(figures), True),
    "instalments_evidenced": Fact(_N, lambda figures, _: figures.evidenced_instalments, True),
    "debts_undeclared": Fact(_N, lambda figures, _: figures.undeclared_debts, True),
    "outgoings_evidenced": Fact(_N, lambda figures, _: _outgoings(figures), True),
    "debts_counted": Fact(_N, lambda figures, _: figures.counted_debts),
    "debts_basis": Fact(_T, lambda figures, _: figures.debts_basis.name, values=_names(DebtsBasis)),
    "credit_record": Fact(
        _T, lambda _, found: found.credit_record and found.credit_record.name, True, _names(CreditRecordUse)
    ),
    "loan_to_value": Fact(_N, lambda figures, _: figures.loan_to_value_percent, True),
    "lendable_value": Fact(_N, _secured("lendable_value"), True),
    "collateral_stale": Fact(_F, _secured("stale"), True),
    "collateral_age_months": Fact(_W, _secured("oldest_months"), True),
    "party_count": Fact(_W, lambda figures, _: figures.party_count),
    "for_legal_entity": Fact(_F, lambda figures, _: figures.for_legal_entity),
    "score": Fact(_W, lambda _, found: found.known_score, True),
    "rating": Fact(_T, lambda _, found: found.known_rating and found.known_rating.name, True, _names(RiskRating)),
    "default_probability_percent": Fact(_N, lambda _, found: found.default_probability_percent, True),
    "employment": Fact(_T, _named("employment"), True, _names(Employment)),
    "employment_years": Fact(_W, _stated("employment_years"), True),
    "housing": Fact(_T, _named("housing"), True, _names(Housing)),
    "monthly_expenses": Fact(_N, _stated("monthly_expenses"), True),
    "assets": Fact(_N, _stated("assets"), True),
    "debts": Fact(_N, _stated("debts"), True),
}


def facts_of(figures: Figures, found: Assessment) -> Mapping[str, Value]:
    """The facts of an assessed application by name; numbers as floats, which compare with literals as decimals do."""
    return {name: _plain(fact.of(figures, found)) for name, fact in FACTS.items()}


def looks_at_bureau(*expressions: str) -> bool:
    """Whether any of these expressions names a fact that a credit bureau reports."""
    return any(re.search(r"\b(bureau_|credit_record\b)", each) for each in expressions)


def strays(expression: str) -> Iterator[Stray]:
    """The texts that the facts of an expression are compared with, by ==, != or in a list, and never are.

    An escape or another form of a text is not looked into.
    """
    for name, fact in FACTS.items():
        if not fact.values:
            continue
        for place, text in _compared(name, expression):
            if text not in fact.values:
                yield Stray(name, text, place)


def _compared(name: str, expression: str) -> Iterator[tuple[int, str]]:
    alone = rf"(?<![\w.]){name}(?![\w.])"
    for found in re.finditer(rf"{alone}\s*[=!]=\s*{_TEXT}|{_TEXT}\s*[=!]=\s*{alone}", expression):
        group = 2 if found[2] is not None else 4
        yield found.start(group), found[group]
    for listed in re.finditer(rf"{alone}\s+in\s*\[([^\]]*)\]", expression):
        yield from ((listed.start(1) + each.start(2), each[2]) for each in re.finditer(_TEXT, listed[1]))


def _plain(value: Decimal | Money | int | str | bool | None) -> Value:
    if isinstance(value, Money):
        value = value.amount
    return float(value) if isinstance(value, Decimal) else value
