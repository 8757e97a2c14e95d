"""The application of a company: reckoned as any other, scored by no table of persons, and decided by a person."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.lending import LoanTerms
from services.lending.facility import facilities
from services.risk import convert
from services.risk.assessment import Assessment, RiskRating, UnscoredReason
from services.risk.bureau_record import BureauAnswer, BureauFinding, BureauRecord, CreditRecordUse
from services.risk.events import (
    RiskApprovedForDiscussion,
    RiskAssessmentCompleted,
    RiskRejected,
    RiskRejectionReason,
)
from services.risk.explanation import explain, rests_on_bureau
from services.risk.figures import Figures
from services.risk.handlers import App, AssessOffer, Decide, Start
from services.risk.income import OrderReading
from services.risk.income_finding import IncomeAnswer, IncomeBasis
from services.risk.income_handlers import IncomeReadings
from services.risk.mandate import excess
from services.risk.model import Report, RiskStatus
from services.risk.overrides import RiskDecision, RiskRecommendation
from services.risk.refusal_reasons import by_risk, scored
from services.risk.rules_facts import facts_of
from services.risk.scorecards import Tables, shipped
from services.risk.scoring import assess
from services.risk.searching import fields
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money
from tests.factories.statements import employed
from tests.fakes.applications import FakeApplications, FakeKyc
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory
from tests.fakes.papers import FakePapers
from tests.unit.listeners.services import REPOSITORIES
from tests.unit.risk.test_income import Customers, MemoryIncomeFiles

KYC_APPROVED = Start("a0", "officer", "manager", None)
TERMS = LoanTerms(principal=Decimal(40000), currency="EUR", annual_rate_percent=Decimal(9), tenure_months=24)
ADDRESSED = Decide("a0", RiskDecision.APPROVED, None, "The accounts are sound.", ("LEGAL_ENTITY",))


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


class Risk:
    """The service over a database in memory, with the application of a company for stock of 40000."""

    def __init__(self, income: int = 9800) -> None:
        self.memory = Memory(**{**REPOSITORIES["risk"], "income_files": MemoryIncomeFiles})
        none = euros(0)
        figures = Figures("WORKING_CAPITAL", euros(40000), 24, euros(44000), euros(income), euros(2100), none)
        self.memory.put("reports", Report("a0", "c1", figures, NOON, for_legal_entity=True))
        self.papers = FakePapers()
        begin: Any = self.memory.begin
        self.app = App(begin, FakeClock(), facilities(), Tables(shipped()), FakeApplications(), FakeKyc())

    @property
    def report(self) -> Report:
        found: Report = self.memory.rows["reports"]["a0"]
        return found

    def assessed(self) -> Assessment:
        """It is, once KYC is approved."""
        self.app.start(KYC_APPROVED)
        return self.report.assessed()

    def decide(self, command: Decide) -> Report:
        with context.bind(RequestContext(Caller(CallerKind.OPERATOR, subject="risk"), method="Decide")):
            return self.app.decide(command)


@pytest.fixture
def risk() -> Risk:
    return Risk()


def test_it_has_figures_and_no_score_rating_probability_or_challenger(risk: Risk) -> None:
    found = risk.assessed()
    assert found.unscored is UnscoredReason.LEGAL_ENTITY
    assert (found.known_score, found.known_rating, found.default_probability_percent) == (None, None, None)
    assert (found.reasons, found.challenger, found.scorecard_version) == ((), None, "")
    person = assess(replace(risk.report.figures, for_legal_entity=False), facilities()["WORKING_CAPITAL"],
                    Tables(shipped()).champion, NOON)  # fmt: skip
    assert found.indicators == person.indicators
    assert person.unscored is None and person.known_score == person.score > 0


def test_a_version_of_before_reads_it_as_the_worst() -> None:
    found = Risk().assessed()
    assert (found.score, found.rating) == (0, RiskRating.E)


def test_events_say_nothing_of_a_score(risk: Risk) -> None:
    found = risk.assessed()
    fresh = Report("a0", "c1", risk.report.figures, NOON, for_legal_entity=True)
    fresh.begin(found)
    fresh.approve("fine", "risk", NOON)
    other = Report("a1", "c1", risk.report.figures, NOON, for_legal_entity=True)
    other.begin(found)
    other.reject(RiskRejectionReason.OTHER, "no", "risk", NOON)
    kinds = RiskAssessmentCompleted, RiskApprovedForDiscussion, RiskAssessmentCompleted, RiskRejected
    events = [*fresh.events, *other.events]
    assert tuple(map(type, events)) == kinds
    for event in events:
        said: Any = convert.event_message(event)
        assert (event.score, event.rating, said.score, said.rating) == (None, None, 0, 0)


def test_resources_and_the_index_say_nothing_of_a_score(risk: Risk) -> None:
    risk.assessed()
    report = risk.report
    resource = convert.from_report(report)
    assert not resource.HasField("score") and not resource.HasField("challenger")
    assert resource.HasField("indicators") and resource.figures.for_legal_entity
    assert resource.unscored == 1
    with pytest.raises(FailedPrecondition) as refused:
        convert.from_score(report)
    assert refused.value.reason == "NOT_SCORED"
    indexed = fields(report, lambda person: person)
    assert (indexed["score"], indexed["score_band"], indexed["rating"]) == (None, None, None)


def test_the_delivered_rules_refer_it_and_an_approval_addresses_that(risk: Risk) -> None:
    risk.assessed()
    assert risk.report.recommendation is RiskRecommendation.REFER
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(replace(ADDRESSED, addressed_rules=()))
    assert (refused.value.reason, refused.value.metadata["rules"]) == ("REFERRAL_UNADDRESSED", "LEGAL_ENTITY")
    report = risk.decide(ADDRESSED)
    assert report.status is RiskStatus.APPROVED
    assert explain(report).score is None
    assert convert.from_explanation(explain(report)).score == 0


def test_the_income_has_to_carry_it_all_the_same() -> None:
    risk = Risk(income=2200)
    risk.assessed()
    assert risk.report.recommendation is RiskRecommendation.REJECT
    with pytest.raises(FailedPrecondition) as refused:
        risk.decide(ADDRESSED)
    assert refused.value.reason == "OVERRIDE_REQUIRED"


def test_it_is_not_rejected_for_a_score_that_there_is_not(risk: Risk) -> None:
    risk.assessed()
    before = replace(risk.report)
    with pytest.raises(FailedPrecondition) as refused:
        risk.report.reject(RiskRejectionReason.SCORE, "low", "risk", NOON)
    assert refused.value.reason == "NOT_SCORED"
    assert risk.report == before


def test_a_rejection_rests_on_what_a_person_saw_and_its_notice_has_no_score(risk: Risk) -> None:
    risk.assessed()
    report = risk.report
    report.reject(RiskRejectionReason.OTHER, "the accounts do not show it", "risk", NOON)
    assert by_risk(report).reason_codes == ("OTHER",)
    report.refuse(by_risk(report), risk.app.law("WORKING_CAPITAL"))
    assert scored(report.refusal(), report) is None


def test_what_a_bureau_says_of_who_acts_for_it_counts_in_no_score(risk: Risk) -> None:
    adverse = BureauFinding(BureauAnswer.HIT, BureauRecord(date(2030, 1, 1), 1, 1, 0, 0, 0, 0))
    risk.report.learn(bureau=adverse)
    assert risk.assessed().credit_record is CreditRecordUse.NOT_IN_MODEL
    risk.report.reject(RiskRejectionReason.OTHER, "no", "risk", NOON)
    assert not rests_on_bureau(risk.report)


def test_offers_are_held_to_its_figures_and_to_no_rating(risk: Risk) -> None:
    risk.assessed()
    report = risk.decide(ADDRESSED)
    made = risk.app.assess_offer(AssessOffer("a0", TERMS))
    assert (made.unscored, made.known_score, made.known_rating) == (UnscoredReason.LEGAL_ENTITY, None, None)
    decided = report.assessed()
    burdened = replace(decided.indicators, monthly_instalment=euros(9000))
    beyond = excess(report.figures, decided, replace(decided, indicators=burdened))
    assert beyond is not None and beyond.limit == "monthly_instalment"


def test_rules_see_a_company_without_a_score(risk: Risk) -> None:
    found = risk.assessed()
    facts = facts_of(risk.report.figures, found)
    assert (facts["for_legal_entity"], facts["score"], facts["rating"]) == (True, None, None)
    assert facts["default_probability_percent"] is None


def test_the_account_of_who_acts_for_it_shows_no_income_of_it(risk: Risk) -> None:
    risk.papers.files["d1"] = "application/xml", employed(date(2030, 3, 1)).xml()
    risk.app.order_reading(OrderReading("a0", "c1", "d1", 1, NOON, True))
    readings = IncomeReadings(risk.app, Customers(), risk.papers)  # type: ignore[arg-type]
    while readings.carry_on():
        pass
    risk.assessed()
    figures = risk.report.figures
    assert figures.income_evidence is not None
    assert figures.income_evidence.answer is IncomeAnswer.NOT_OWNED
    assert (figures.income, figures.income_basis) == (euros(9800), IncomeBasis.DECLARED)
    assert figures.evidenced_instalments is None
