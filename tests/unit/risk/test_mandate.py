"""Offers at other terms than were assessed: each is assessed on its own, and is no worse than what was decided on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending.facility import facilities
from services.lending.terms import Frequency, LoanTerms, Method
from services.risk.assessment import Assessment
from services.risk.collateral_finding import CollateralFinding, CollateralType, CountedCollateral
from services.risk.events import OverrideReason
from services.risk.figures import Figures
from services.risk.mandate import DEBT_TO_INCOME_POINTS, outdated, require_mandate, require_secured, require_within
from services.risk.model import Report
from services.risk.overrides import Override, RiskDecision, RiskRecommendation
from services.risk.rules import RuleKind, RuleOutcome, RuleSet
from services.risk.rules_holding import held
from services.risk.rules_shipped import shipped_rules
from services.risk.scorecards import Tables, shipped
from services.risk.scoring import assess, assess_offer
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money
from tests.unit.risk.test_rules import FIGURES as RULED
from tests.unit.risk.test_rules import report as ruled
from tests.unit.risk.test_rules import rule, rule_set

NOW = datetime(2030, 1, 2, tzinfo=UTC)
TABLE = Tables(shipped()).champion
PERSONAL = facilities()["PERSONAL"]
ASKED = PERSONAL.default_terms(Decimal(10000), 36)


def euros(amount: Decimal | int | str) -> Money:
    return Money(Decimal(amount), "EUR")


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(2000), euros(300), euros(2500))


def offered(terms: LoanTerms, figures: Figures = FIGURES) -> Assessment:
    return assess_offer(terms, figures, TABLE, NOW)


def decided(figures: Figures = FIGURES) -> Assessment:
    return assess(figures, PERSONAL, TABLE, NOW)


def refusal(terms: LoanTerms, figures: Figures = FIGURES) -> dict[str, str]:
    with pytest.raises(InvalidArgument) as refused:
        require_mandate(figures, decided(figures), offered(terms, figures))
    assert refused.value.reason == "ASSESSED_LIMIT"
    return refused.value.metadata


def test_the_terms_that_were_assessed_are_within_the_decision() -> None:
    assert offered(ASKED) == decided()
    require_mandate(FIGURES, decided(), offered(ASKED))


def test_a_shorter_loan_costs_more_a_month_and_may_be_beyond() -> None:
    # 10,000 over 12 months are 869.57 a month, with 300 of other debts 58 % of 2,000, where 31 % were decided on.
    shorter = replace(ASKED, tenure_months=12)
    assert offered(shorter).indicators.monthly_instalment > decided().indicators.monthly_instalment
    assert refusal(shorter)["limit"] in ("rating", "debt_to_income_percent")


def test_a_dearer_loan_may_be_beyond() -> None:
    dearer = replace(ASKED, annual_rate_percent=Decimal("200"))
    assert refusal(dearer)["limit"] in ("rating", "debt_to_income_percent")


def test_what_leaves_nothing_to_pay_from_is_beyond_however_good_the_rating() -> None:
    # Income that just covers what was decided on; a rate a little above leaves less than nothing.
    instalment = decided().indicators.monthly_instalment
    tight = replace(FIGURES, monthly_income=instalment + euros(300))
    slightly = replace(ASKED, annual_rate_percent=Decimal("8.0"))
    assert refusal(slightly, tight) == {"limit": "monthly_instalment", "bound": str(instalment.amount)}


def test_another_frequency_is_the_same_burden_by_month() -> None:
    for frequency in (Frequency.QUARTERLY, Frequency.MONTHLY, Frequency.WEEKLY):
        require_mandate(FIGURES, decided(), offered(replace(ASKED, frequency=frequency)))


def test_another_method_is_assessed_by_its_own_first_instalment() -> None:
    equal = replace(ASKED, method=Method.EQUAL_PRINCIPAL)
    assert offered(equal).indicators.monthly_instalment > decided().indicators.monthly_instalment


def test_an_income_that_kyc_verified_counts_in_place_of_the_declared_one() -> None:
    lower = replace(FIGURES, verified_income=euros(1000))
    assert decided(lower) == decided(replace(FIGURES, monthly_income=euros(1000)))
    assert decided(lower).indicators.debt_to_income_percent != decided().indicators.debt_to_income_percent


def test_terms_in_another_currency_cannot_be_assessed() -> None:
    with pytest.raises(InvalidArgument) as refused:
        offered(replace(ASKED, currency="CHF"))
    assert refused.value.reason == "WRONG_CURRENCY"


@given(
    st.decimals("3.9", "14.9", places=1), st.integers(6, 36), st.integers(500, 10000), st.integers(700, 6000),
    st.sampled_from(Method),
)  # fmt: skip
def test_nothing_within_the_mandate_is_worse_than_what_was_decided_on(
    rate: Decimal, tenure: int, amount: int, income: int, method: Method
) -> None:
    figures = replace(FIGURES, monthly_income=euros(income))
    terms = replace(
        ASKED, principal=Decimal(amount), annual_rate_percent=rate, tenure_months=tenure, method=method, fee=Decimal(0)
    )
    before, after = decided(figures), offered(terms, figures)
    try:
        require_mandate(figures, before, after)
    except InvalidArgument:
        return
    assert after.rating.value <= before.rating.value
    was, now = before.indicators, after.indicators
    assert was.debt_to_income_percent is not None and now.debt_to_income_percent is not None
    assert now.debt_to_income_percent <= was.debt_to_income_percent + DEBT_TO_INCOME_POINTS
    no_greater = now.monthly_instalment.amount <= was.monthly_instalment.amount
    assert no_greater or now.repayment_capacity.amount >= 0


REFERS = rule_set(rule("amount > 10000.0", RuleKind.REFER))
LARGER = replace(ASKED, principal=Decimal("10000.01"))


def approved(figures: Figures, rules: RuleSet, addressed: tuple[str, ...] = ()) -> Report:
    made = ruled(figures, rules)
    made.approve("fine", "risk", NOW, addressed)
    return made


def within(made: Report, rules: RuleSet, terms: LoanTerms) -> None:
    require_within(made, rules, made.figures, terms, offered(terms, made.figures))


def test_what_a_rule_refers_is_offered_only_when_somebody_has_looked_at_it() -> None:
    made = approved(RULED, REFERS)
    within(made, REFERS, ASKED)
    with pytest.raises(InvalidArgument) as refused:
        within(made, REFERS, LARGER)
    assert (refused.value.reason, refused.value.metadata) == ("ASSESSED_LIMIT", {"limit": "rule", "bound": "ONE"})
    always = rule_set(rule("amount > 9000.0", RuleKind.REFER))
    within(approved(RULED, always, ("ONE",)), always, LARGER)
    require_within(made, None, RULED, LARGER, offered(LARGER, RULED))


def test_two_people_let_through_what_a_rule_refers_and_just_that() -> None:
    made = approved(RULED, REFERS)
    proposal = Override(
        RiskDecision.APPROVED, OverrideReason.GUARANTEE, "a deed", RiskRecommendation.REFER, "clerk", NOW, None,
        made.terms, LARGER.hash(), "rule",
    )  # fmt: skip
    made.propose_limit(proposal)
    with pytest.raises(InvalidArgument):
        within(made, REFERS, LARGER)
    made.settle(True, "seen", "second", NOW)
    within(made, REFERS, LARGER)
    with pytest.raises(InvalidArgument):
        within(made, REFERS, replace(LARGER, principal=Decimal(10001)))


def test_a_larger_loan_on_the_same_collateral_is_looked_at() -> None:
    """It is not what has become of the collateral: the amount is what rises above its value."""
    made = approved(replace(RULED, collateral=secured(10000)), shipped_rules())
    within(made, shipped_rules(), ASKED)
    with pytest.raises(InvalidArgument) as refused:
        within(made, shipped_rules(), LARGER)
    assert refused.value.metadata == {"limit": "rule", "bound": "LOAN_ABOVE_VALUE"}


@settings(max_examples=40)
@given(st.integers(1000, 20000), st.integers(6, 84), st.decimals("1", "30", places=1))
def test_whatever_is_offered_no_rule_refers_it_that_nobody_has_addressed(
    amount: int, tenure: int, rate: Decimal
) -> None:
    terms = replace(ASKED, principal=Decimal(amount), tenure_months=tenure, annual_rate_percent=rate)
    rules = rule_set(
        rule("amount > 12000.0", RuleKind.REFER, name="A"), rule("tenure_months > 48", RuleKind.REFER, name="B"),
        rule("monthly_instalment > 400.0", RuleKind.REFER, name="C"), rule("amount > 1.0", RuleKind.REFER, name="D"),
    )  # fmt: skip
    made = approved(RULED, rules, ("D",))
    figures = replace(RULED, amount=euros(amount), tenure_months=tenure)
    if {*held(rules, figures, offered(terms, RULED)).names(RuleKind.REFER)} - {"D"}:
        with pytest.raises(InvalidArgument):
            within(made, rules, terms)


def secured(value: int = 40000, age_days: int = 0) -> CollateralFinding:
    """A vehicle of that value, looked at so many days after its valuation, which is good for ninety."""
    valued = NOW.date()
    item = CountedCollateral(
        "i1", CollateralType.VEHICLE, 1, valued, valued + timedelta(days=90), euros(value), euros(0), Decimal(40),
        euros(value * 6 // 10),
    )  # fmt: skip
    return CollateralFinding("2026-11-30", valued + timedelta(days=age_days), (item,))


def came_up(
    now: CollateralFinding | None, then: CollateralFinding | None, addressed: RuleOutcome | None = None
) -> set[str]:
    """What stands against a loan that was decided on with `then` by what secures it `now`."""
    figures, rules = replace(FIGURES, collateral=then), shipped_rules()
    before = held(rules, figures, decided()) if addressed is None else addressed
    return set(outdated(rules, before, figures, now, decided()))


def test_what_secures_a_loan_is_held_to_the_rules_of_its_decision_until_it_is_paid_out() -> None:
    assert came_up(secured(), secured()) == came_up(secured(41000, 89), secured()) == set()
    assert came_up(secured(age_days=90), secured()) == {"VALUATION_TOO_OLD"}
    assert came_up(secured(9999), secured()) == came_up(secured(0), secured()) == {"LOAN_ABOVE_VALUE"}
    assert came_up(secured(9999, 90), secured()) == {"LOAN_ABOVE_VALUE", "VALUATION_TOO_OLD"}
    assert came_up(secured(9999), None) == {"LOAN_ABOVE_VALUE"}, "valued only after the decision"


def test_what_stood_against_it_at_the_decision_or_was_addressed_by_it_is_not_asked_again() -> None:
    assert came_up(secured(9000), secured(9999)) == set()
    at_the_decision = held(shipped_rules(), replace(FIGURES, collateral=secured(age_days=90)), decided())
    assert came_up(secured(age_days=95), secured(), at_the_decision) == set()
    assert came_up(None, secured()) == set()
    assert outdated(None, None, FIGURES, secured(0), decided()) == ()


def test_terms_that_are_not_secured_any_more_are_refused_by_the_rule() -> None:
    require_secured(())
    with pytest.raises(InvalidArgument) as refused:
        require_secured(("LOAN_ABOVE_VALUE", "VALUATION_TOO_OLD"))
    assert (refused.value.reason, refused.value.metadata) == (
        "ASSESSED_LIMIT", {"limit": "rule", "bound": "LOAN_ABOVE_VALUE"},
    )  # fmt: skip
