"""The tables of points at work: the one that decides, the one beside it, and what is counted of both."""

from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY

from loanflow.risk.v1 import report_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.score_store import Scores
from services.risk.scorecards import CHALLENGER, CHAMPION, NO_CHALLENGER, Tables, shipped
from tests.harness import service
from tests.integration.risk.conftest import Risk, euros

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def choose(risk: Risk, champion: str, challenger: str) -> None:
    """Has the settings name other tables, while the service runs."""
    object.__setattr__(risk.app, "tables", Tables(shipped(), lambda: champion, lambda: challenger))


def assess_anew(risk: Risk, application_id: str) -> report_pb2.Report:
    request = pb.AssessRequest(application_id=application_id)
    report: report_pb2.Report = risk.client(service("scheduler")).Assess(request).report
    return report


def test_the_challengers_score_is_recorded_and_decides_nothing(risk: Risk) -> None:
    application_id = risk.assessed()
    report = risk.report(application_id)
    assert (report.score.scorecard_version, report.challenger.scorecard_version) == (CHAMPION, CHALLENGER)
    assert 0 < float(report.score.default_probability_percent) < 100
    assert report.challenger.score == 795 and not report.challenger.default_probability_percent
    choose(risk, CHAMPION, NO_CHALLENGER)
    alone = assess_anew(risk, application_id)
    assert alone.score.score == report.score.score and not alone.HasField("challenger")
    choose(risk, CHALLENGER, CHAMPION)
    changed = assess_anew(risk, application_id)
    assert (changed.score.score, changed.challenger.score) == (795, report.score.score)
    assert changed.challenger.default_probability_percent == report.score.default_probability_percent


def test_an_offer_goes_by_the_table_of_its_decision(risk: Risk) -> None:
    application_id = risk.assessed()
    risk.decide(application_id)
    by_champion = risk.assess_offer(application_id)
    choose(risk, CHALLENGER, NO_CHALLENGER)
    assert risk.assess_offer(application_id).score == by_champion.score
    assert risk.report(risk.assessed()).score.scorecard_version == CHALLENGER


def test_circumstances_that_are_stated_count(risk: Risk) -> None:
    stated = {"employment_years": 20, "employment": "EMPLOYMENT_PERMANENT", "housing": "HOUSING_OWNED",
              "monthly_expenses": euros("600"), "assets": euros("90000"), "debts": euros("0")}  # fmt: skip
    silent, good = risk.report(risk.assessed()), risk.report(risk.assessed(circumstances=stated))
    new = risk.report(risk.assessed(circumstances={**stated, "employment_years": 0}))
    assert good.figures.circumstances.assets.amount == "90000.00" and not silent.figures.HasField("circumstances")
    assert good.score.score > silent.score.score > 0 and good.score.score > new.score.score
    assert "EMPLOYMENT_YEARS_BELOW_1" in [reason.code for reason in new.reasons]
    assert all(reason.points < 0 and reason.change for reason in new.reasons) and len(new.reasons) <= 4


def test_scores_are_there_for_monitoring_by_role_and_table(risk: Risk) -> None:
    earlier = risk.assessed()
    at = risk.clock.now() + timedelta(seconds=1)
    later = risk.assessed()
    risk.submit()
    database = risk.traffic.database
    scored = Scores(database).since(LONG_AGO)
    expected = {(each, role, version) for each in (earlier, later)
                for role, version in (("champion", CHAMPION), ("challenger", CHALLENGER))}  # fmt: skip
    assert {each[:3] for each in scored} == expected
    assert {each[0] for each in Scores(database).since(at)} == {later}
    score = risk.report(later).score.score
    assert (later, "champion", CHAMPION, score) in scored and (later, "challenger", CHALLENGER, 795) in scored


def test_assessments_are_counted_by_table_and_role(risk: Risk) -> None:
    def counted(role: str, version: str) -> float:
        return REGISTRY.get_sample_value("loanflow_risk_score_count", {"role": role, "scorecard": version}) or 0

    before = counted("champion", CHAMPION), counted("challenger", CHALLENGER)
    risk.assessed()
    assert (counted("champion", CHAMPION), counted("challenger", CHALLENGER)) == tuple(each + 1 for each in before)
