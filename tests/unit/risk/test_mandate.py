"""Offers at other terms than were assessed: each is assessed on its own, and is no worse than what was decided on."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.facility import facilities
from services.lending.terms import Frequency, LoanTerms, Method
from services.risk.assessment import Assessment
from services.risk.figures import Figures
from services.risk.mandate import DEBT_TO_INCOME_POINTS, require_mandate
from services.risk.scorecards import Tables, shipped
from services.risk.scoring import assess, assess_offer
from services.runtime.errors import InvalidArgument
from services.runtime.money import Money

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
