"""Terms that are to be offered, assessed anew: what is kept, what is refused, and on which terms it was decided."""

from typing import Any

import pytest

from loanflow.risk.v1 import risk_events_pb2 as events
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, PermissionDenied
from tests.harness import service
from tests.integration.risk.conftest import OFFICER, RISK_MANAGER, Risk, euros


def test_the_report_says_which_terms_it_is_about(risk: Risk) -> None:
    application_id = risk.submit()
    assert not risk.report(application_id).HasField("terms")
    risk.approve_kyc(application_id)
    terms = risk.report(application_id).terms
    assert (terms.amount.amount, terms.annual_rate_percent, terms.tenure_months) == ("10000.00", "7.9", 36)
    assert terms.monthly_instalment.amount == "312.90"
    risk.decide(application_id)
    _, released = risk.traffic.published(events.RiskAssessmentCompleted, events.RiskApprovedForDiscussion)
    assert (released.annual_rate_percent, released.monthly_instalment.amount) == ("7.9", "312.90")


def test_other_terms_are_assessed_anew_and_kept_once(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.decide(application_id)
    found = risk.assess_offer(application_id)
    assert (found.terms.annual_rate_percent, found.terms.monthly_instalment.amount) == ("7.5", "311.06")
    assert (found.terms.tenure_months, len(found.terms_hash)) == (36, 64)
    risk.assess_offer(application_id, annual_rate_percent="8.1")
    risk.assess_offer(application_id)
    report = risk.report(application_id)
    assert [each.terms.annual_rate_percent for each in report.offers] == ["8.1", "7.5"]
    assert report.offers[1].terms_hash == found.terms_hash
    assert report.terms.annual_rate_percent == "7.9"


@pytest.mark.parametrize(
    "changes", [{"tenure_months": 6}, {"annual_rate_percent": "300"}, {"principal": euros("60000")}]
)
def test_what_is_worse_than_what_was_decided_on_is_refused_and_not_kept(risk: Risk, changes: dict[str, Any]) -> None:
    application_id = risk.assessed(monthly_income=euros("2000"))
    risk.decide(application_id)
    with pytest.raises(InvalidArgument) as refused:
        risk.assess_offer(application_id, **changes)
    assert refused.value.reason == "ASSESSED_LIMIT"
    assert set(refused.value.metadata) == {"limit", "bound"}
    assert not risk.report(application_id).offers


def test_nothing_is_offered_before_it_was_decided(risk: Risk) -> None:
    for application_id in (risk.submit(), risk.assessed()):
        with pytest.raises(FailedPrecondition):
            risk.assess_offer(application_id)


def test_the_income_that_kyc_verified_counts(risk: Risk) -> None:
    declared, verified = risk.submit(), risk.submit()
    risk.approve_kyc(declared)
    risk.approve_kyc(verified, income="1500")
    reports = [risk.report(each) for each in (declared, verified)]
    assert [each.figures.monthly_income.amount for each in reports] == ["4000.00", "4000.00"]
    assert [each.figures.verified_income.amount for each in reports] == ["", "1500.00"]
    assert [each.indicators.debt_to_income_percent for each in reports] == ["15.32", "40.86"]
    assert reports[1].score.score < reports[0].score.score


def test_only_the_discussion_has_offers_assessed(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.decide(application_id)
    for caller in (OFFICER, RISK_MANAGER, service("application")):
        with pytest.raises(PermissionDenied):
            risk.assess_offer(application_id, by=caller)


def test_terms_that_cannot_be_are_named(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.decide(application_id)
    with pytest.raises(Error) as refused:
        risk.assess_offer(application_id, fee={"currency": "CHF", "amount": "1"})
    assert (refused.value.reason, refused.value.violations[0].field) == ("WRONG_CURRENCY", "terms.fee.currency")
