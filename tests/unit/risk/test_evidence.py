"""What evidence is to an assessment: the lower income, the valuations that were used, and what rules see of both."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.lending.facility import facilities
from services.risk.collateral import Collateral, CollateralFile
from services.risk.collateral_finding import CollateralFinding, CollateralType
from services.risk.collateral_valuation import Evidence, ValuationSource, Valued
from services.risk.figures import Figures
from services.risk.income_finding import IncomeAnswer, IncomeBasis, IncomeEvidence, IncomeFinding
from services.risk.rules import RuleKind
from services.risk.rules_facts import Value, facts_of
from services.risk.rules_holding import held, holding
from services.risk.rules_shipped import shipped_rule_sets, shipped_rules
from services.risk.scorecards import Tables, shipped
from services.risk.scoring import assess
from services.runtime.money import Money
from tests.fakes.clock import NOON

TABLE = Tables(shipped()).champion
NEW = ("INCOME_NOT_SHOWN", "VALUATION_TOO_OLD", "LOAN_ABOVE_VALUE")


def euros(amount: int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


FIGURES = Figures("EQUIPMENT", euros(50000), 36, euros(62500), euros(4000), euros(300), euros(10000))


def shown(amount: int, answer: IncomeAnswer = IncomeAnswer.READ, currency: str = "EUR") -> IncomeFinding:
    """What a statement shows."""
    evidence = IncomeEvidence(
        "d1", 1, "0" * 64, ("S-1",), date(2030, 3, 1), date(2030, 5, 31), 3, euros(amount, currency),
        euros(1150, currency), NOON,
    )  # fmt: skip
    return IncomeFinding(answer, evidence)


def secured(amount: int = 100000, charges: int = 0, confirmed: bool = True) -> CollateralFinding:
    """A machine that was valued today."""
    file = CollateralFile("a0", "c1", "EUR")
    file.add_item(Collateral("i1", CollateralType.EQUIPMENT, "A lathe", "Ada Lovelace", "c1", NOON))
    valued = Valued(euros(amount), euros(charges), ValuationSource.APPRAISER, "An Appraiser", "", NOON.date())
    file.record_valuation("i1", valued, Evidence("d1", "0" * 64), "officer", NOON)
    if confirmed:
        file.settle_valuation("i1", 1, True, "", "second", NOON)
    found = file.finding(NOON)
    assert found is not None
    return found


def facts(figures: Figures) -> Mapping[str, Value]:
    return facts_of(figures, assess(figures, facilities()["EQUIPMENT"], TABLE, NOON))


@pytest.mark.parametrize(
    "verified, evidence, income, basis",
    [
        (None, None, 4000, IncomeBasis.DECLARED), (3500, None, 3500, IncomeBasis.VERIFIED),
        (None, shown(3000), 3000, IncomeBasis.EVIDENCED), (3500, shown(3000), 3000, IncomeBasis.EVIDENCED),
        (None, shown(5000), 4000, IncomeBasis.DECLARED), (3500, shown(3500), 3500, IncomeBasis.VERIFIED),
        (5000, shown(4500), 4500, IncomeBasis.EVIDENCED),
        (None, shown(3000, IncomeAnswer.OUTDATED), 4000, IncomeBasis.DECLARED),
        (None, shown(3000, IncomeAnswer.OTHER_CURRENCY, "USD"), 4000, IncomeBasis.DECLARED),
        (None, shown(3000, currency="USD"), 4000, IncomeBasis.DECLARED),
        (None, IncomeFinding(IncomeAnswer.NONE), 4000, IncomeBasis.DECLARED),
    ],
)  # fmt: skip
def test_the_income_is_the_lowest_number_that_counts_and_says_which(
    verified: int | None, evidence: IncomeFinding | None, income: int, basis: IncomeBasis
) -> None:
    stated = None if verified is None else euros(verified)
    figures = replace(FIGURES, verified_income=stated, income_evidence=evidence)
    assert (figures.income, figures.income_basis) == (euros(income), basis)


def test_affordability_goes_by_the_lower_income() -> None:
    with_evidence = replace(FIGURES, income_evidence=shown(2000))
    before, after = (assess(each, facilities()["EQUIPMENT"], TABLE, NOON) for each in (FIGURES, with_evidence))
    assert before.indicators.debt_to_income_percent is not None
    assert after.indicators.debt_to_income_percent is not None
    assert after.indicators.debt_to_income_percent > before.indicators.debt_to_income_percent
    assert after.indicators.repayment_capacity == before.indicators.repayment_capacity - euros(2000)
    assert after.score <= before.score


def test_rules_see_what_is_declared_what_is_shown_and_by_how_much_they_differ() -> None:
    seen = facts(replace(FIGURES, income_evidence=shown(3000)))
    assert (seen["declared_income"], seen["income_evidenced"], seen["monthly_income"]) == (4000.0, 3000.0, 3000.0)
    assert (seen["income_difference"], seen["income_difference_percent"]) == (1000.0, 25.0)
    assert (seen["income_basis"], seen["income_evidence"], seen["obligations_evidenced"]) == (
        "EVIDENCED",
        "READ",
        1150.0,
    )
    more = facts(replace(FIGURES, income_evidence=shown(5000)))
    assert (more["income_difference"], more["income_basis"]) == (-1000.0, "DECLARED")
    old = facts(replace(FIGURES, income_evidence=shown(3000, IncomeAnswer.OUTDATED)))
    assert (old["income_evidence"], old["income_evidenced"], old["obligations_evidenced"]) == ("OUTDATED", None, None)
    none = facts(FIGURES)
    assert {none[name] for name in ("income_evidence", "income_evidenced", "income_difference")} == {None}


def test_rules_see_what_a_loan_is_secured_by() -> None:
    seen = facts(replace(FIGURES, collateral=secured(100000, 25000)))
    assert (seen["loan_to_value"], seen["lendable_value"], seen["collateral_stale"]) == (75.0, 35000.0, False)
    assert (seen["collateral_value"], seen["collateral_cover_percent"], seen["collateral_age_months"]) == (
        35000.0,
        70.0,
        0,
    )
    waiting = facts(replace(FIGURES, collateral=secured(confirmed=False)))
    assert (waiting["loan_to_value"], waiting["collateral_stale"], waiting["collateral_value"]) == (None, True, 10000.0)
    none = facts(FIGURES)
    assert {
        none[name] for name in ("loan_to_value", "lendable_value", "collateral_stale", "collateral_age_months")
    } == {None}


def fired(figures: Figures, days: int = 0) -> set[str]:
    """Which of the new delivered rules fire, so many days after the assessment."""
    found = assess(figures, facilities()["EQUIPMENT"], TABLE, NOON)
    outcome = holding(shipped_rules(), NOON + timedelta(days=days))(figures, found)
    assert not any(each.failed for each in outcome.fired)
    return {each.name for each in outcome.fired if each.kind is RuleKind.REFER} & set(NEW)


def test_as_delivered_a_large_difference_refers_and_refuses_nothing() -> None:
    assert fired(replace(FIGURES, income_evidence=shown(3199))) == {"INCOME_NOT_SHOWN"}
    assert not fired(replace(FIGURES, income_evidence=shown(3200)))
    assert not fired(FIGURES)
    assert all(each.kind is RuleKind.REFER for each in shipped_rules().rules if each.name in NEW)


def test_as_delivered_an_old_valuation_refers_and_a_missing_one_what_has_to_be_secured() -> None:
    young = replace(FIGURES, collateral=secured())
    assert not fired(young)
    assert fired(young, days=190) == {"VALUATION_TOO_OLD"}
    unsecured = replace(FIGURES, facility_type="WORKING_CAPITAL")
    assert fired(replace(unsecured, collateral=secured()), days=190) == {"VALUATION_TOO_OLD"}
    assert not fired(replace(unsecured, collateral=secured(confirmed=False)))
    assert fired(replace(FIGURES, collateral=secured(confirmed=False))) == {"VALUATION_TOO_OLD"}
    assert fired(replace(FIGURES, collateral=secured(49999))) == {"LOAN_ABOVE_VALUE"}
    assert fired(replace(FIGURES, collateral=secured(0, confirmed=False))) == {"LOAN_ABOVE_VALUE"}


def test_the_rules_before_know_nothing_of_it() -> None:
    before = shipped_rule_sets()["2026-11-30-exposure"]
    assert not {each.name for each in before.rules} & set(NEW)
    assert {each.name for each in before.rules} < {each.name for each in shipped_rules().rules}
    worst = replace(FIGURES, income_evidence=shown(3000), collateral=secured(confirmed=False))
    found = assess(worst, facilities()["EQUIPMENT"], TABLE, NOON)
    assert not {each.name for each in held(before, worst, found).fired} & set(NEW)
