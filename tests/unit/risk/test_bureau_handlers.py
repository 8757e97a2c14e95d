"""The bureau is asked before an assessment, once whatever dies in between; the assessment waits, and not for ever."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.lending.facility import facilities
from services.risk.bureau import LOOKED_UP_AFTER, LOOKED_UP_EVERY, PATIENCE, BureauInquiry, BureauInquiryStatus
from services.risk.bureau_consent import consent_text
from services.risk.bureau_handlers import BureauConsents, BureauInquiries, GiveConsent
from services.risk.bureau_record import BureauAnswer, BureauFinding
from services.risk.events import BureauPurpose, ConsentChannel
from services.risk.figures import Figures
from services.risk.handlers import App, Start
from services.risk.model import Report, RiskStatus
from services.risk.scorecards import CHAMPION, Tables, shipped
from services.runtime.errors import FailedPrecondition
from services.runtime.money import Money
from tests.fakes.applications import FakeApplications, FakeKyc
from tests.fakes.bureau import FakeAnswers, FakeBorrowers, FakeHttp, MemoryBureauFiles, equifax, stand_in
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.memory import Memory
from tests.unit.listeners.services import REPOSITORIES

KYC_APPROVED = Start("a0", "officer", "manager", None)
COST = Money(Decimal("1.85"), "USD")


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


@dataclass
class Risk:
    """The service over a database in memory and the stand-in of a bureau, with an application that was submitted."""

    folder: Path
    http: FakeHttp = field(default_factory=lambda: FakeHttp(stand_in()))
    customers: FakeBorrowers = field(default_factory=FakeBorrowers)
    answers: FakeAnswers = field(default_factory=FakeAnswers)
    clock: FakeClock = field(default_factory=FakeClock)
    looks_up: bool = True
    memory: Memory = field(default_factory=lambda: Memory(
        **{**REPOSITORIES["risk"], "bureau_files": MemoryBureauFiles}
    ))  # fmt: skip

    def __post_init__(self) -> None:
        figures = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(0))
        self.memory.put("reports", Report("a0", "c1", figures, NOON))
        self.begin: Any = self.memory.begin
        self.app = App(
            self.begin, self.clock, facilities(), Tables(shipped()), FakeApplications(), FakeKyc(), asks_bureau=True
        )
        client = equifax(self.http, self.folder, looks_up=self.looks_up)
        self.inquiries = BureauInquiries(self.app, self.customers, client, self.answers, COST)
        self.consents = BureauConsents(self.app)

    def consent(self) -> None:
        """The customer agrees."""
        self.consents.give(GiveConsent("a0", consent_text().version, ConsentChannel.WEB))

    def ask(self, last_name: str = "Muster") -> None:
        """They agree, KYC is approved, and what is to be done is done."""
        self.customers.last_name = last_name
        self.consent()
        self.app.start(KYC_APPROVED)
        self.work()

    def work(self) -> None:
        """Does what is due by now."""
        for _ in range(20):
            if not self.inquiries.carry_on():
                return
        raise AssertionError("it never ends")

    def later(self, after: timedelta) -> None:
        """Time passes, and what is due by then is done."""
        self.clock.advance(after)
        self.work()

    @property
    def report(self) -> Report:
        """The report as it is stored."""
        found: Report = self.memory.rows["reports"]["a0"]
        return found

    @property
    def inquiry(self) -> BureauInquiry:
        """The inquiry as it is stored."""
        found: BureauInquiry | None = self.memory.rows["bureau_files"]["a0"].inquiry(BureauPurpose.ASSESSMENT)
        assert found is not None
        return found

    @property
    def finding(self) -> BureauFinding:
        """What the assessment was made with."""
        assert self.report.status is RiskStatus.ASSESSED
        assert self.report.figures.bureau is not None
        return self.report.figures.bureau


@pytest.fixture
def risk(tmp_path: Path) -> Risk:
    return Risk(tmp_path)


def test_an_assessment_is_made_with_the_score_and_the_record_of_the_bureau(risk: Risk) -> None:
    risk.ask()
    assert risk.finding.answer is BureauAnswer.HIT
    assert risk.finding.score == 781
    assert risk.finding.record is not None
    assert risk.report.assessed().indicators.bureau_score == 781
    assert risk.report.earlier_deciders == ("officer", "manager")


def test_the_assessment_waits_while_the_bureau_is_asked(risk: Risk) -> None:
    risk.consent()
    risk.app.start(KYC_APPROVED)
    assert risk.report.status is RiskStatus.PENDING
    assert not risk.http.bureau.questions


def test_the_answer_is_kept_as_it_came_with_its_cost(risk: Risk) -> None:
    risk.ask()
    outcome = risk.inquiry.outcome
    assert outcome is not None
    assert outcome.stored is not None
    assert (outcome.cost, set(risk.answers.kept)) == (COST, {outcome.stored.key})
    assert b"equifaxUSConsumerCreditReport" in risk.answers.kept[outcome.stored.key]
    assert outcome.bureau_report_id in risk.http.bureau.reports


@pytest.mark.parametrize("last_name", ["Nofile", "Frozen", "Referred", "Refused", "Garbled"])
def test_without_a_report_the_assessment_says_why_and_has_no_score(risk: Risk, last_name: str) -> None:
    risk.ask(last_name)
    assert risk.finding == BureauFinding({
        "Nofile": BureauAnswer.NO_HIT, "Frozen": BureauAnswer.FROZEN, "Referred": BureauAnswer.UNDER_REVIEW,
        "Refused": BureauAnswer.REFUSED, "Garbled": BureauAnswer.UNREADABLE,
    }[last_name])  # fmt: skip
    assert risk.report.assessed().indicators.bureau_score is None
    assert risk.inquiry.outcome is not None
    assert risk.inquiry.outcome.cost == (None if last_name == "Refused" else COST)


def test_what_cannot_be_read_is_named_and_kept(risk: Risk) -> None:
    risk.ask("Garbled")
    assert risk.inquiry.outcome is not None
    assert risk.inquiry.outcome.faulty_field == "consumers.equifaxUSConsumerCreditReport[0].trades"
    assert len(risk.answers.kept) == 1


def test_without_consent_nothing_is_asked_and_the_assessment_is_made_at_once(risk: Risk) -> None:
    risk.app.start(KYC_APPROVED)
    risk.work()
    assert risk.finding == BureauFinding(BureauAnswer.NO_CONSENT)
    assert not risk.http.bureau.questions


def test_a_withdrawal_before_it_is_asked_is_kept(risk: Risk) -> None:
    risk.consent()
    risk.app.start(KYC_APPROVED)
    risk.consents.withdraw("a0")
    risk.work()
    assert risk.finding == BureauFinding(BureauAnswer.NO_CONSENT)
    assert not risk.http.bureau.questions


def test_an_approval_of_kyc_that_comes_twice_asks_once(risk: Risk) -> None:
    risk.consent()
    for _ in range(2):
        risk.app.start(KYC_APPROVED)
    risk.work()
    risk.app.start(KYC_APPROVED)
    risk.work()
    assert len(risk.http.bureau.questions) == 1


def test_it_is_recorded_as_sent_before_it_is_sent(risk: Risk) -> None:
    seen = list[BureauInquiryStatus]()
    risk.http.hears = lambda method, path: seen.append(risk.inquiry.status)
    risk.ask()
    # The token, then the question.
    assert seen == [BureauInquiryStatus.SENT, BureauInquiryStatus.SENT]


def test_an_answer_that_never_arrives_is_looked_up_and_not_asked_for_again(risk: Risk) -> None:
    risk.ask("Silent")
    assert risk.report.status is RiskStatus.PENDING
    assert risk.inquiry.status is BureauInquiryStatus.SENT
    risk.later(LOOKED_UP_AFTER)
    assert risk.finding.answer is BureauAnswer.HIT
    assert len(risk.http.bureau.questions) == 1


def test_a_process_that_dies_when_it_has_sent_looks_up_what_became_of_it(risk: Risk) -> None:
    def die(method: str, path: str) -> None:
        if "reports" in path and method == "POST":
            risk.http.hears = lambda _method, _path: None
            risk.http.call("POST", f"https://bureau.example{path}", *arrived[-1])
            raise KeyboardInterrupt

    arrived = list[Any]()
    original = risk.http.call

    def call(method: str, url: str, headers: Any = None, content: bytes = b"") -> Any:
        arrived.append((headers, content))
        return original(method, url, headers, content)

    risk.http.call = call  # type: ignore[method-assign]
    risk.http.hears = die
    with pytest.raises(KeyboardInterrupt):
        risk.ask()
    assert risk.inquiry.status is BureauInquiryStatus.SENT
    risk.later(LOOKED_UP_AFTER)
    assert risk.finding.answer is BureauAnswer.HIT
    assert len(risk.http.bureau.questions) == 1


def test_a_question_that_the_bureau_does_not_know_goes_out_again_under_its_reference(risk: Risk) -> None:
    risk.ask("Lost")
    reference = risk.inquiry.inquiry_reference
    risk.customers.last_name = "Muster"
    risk.later(LOOKED_UP_AFTER)
    risk.later(LOOKED_UP_AFTER)
    assert risk.finding.answer is BureauAnswer.HIT
    assert (risk.inquiry.inquiry_reference, risk.inquiry.send_count) == (reference, 2)
    assert [each["customerReferenceIdentifier"] for each in risk.http.bureau.questions] == [reference]


def test_a_bureau_that_takes_no_more_is_asked_again_when_it_says(risk: Risk) -> None:
    risk.ask("Busy")
    assert risk.inquiry.status is BureauInquiryStatus.ORDERED
    risk.later(timedelta(seconds=5))
    assert risk.finding.answer is BureauAnswer.HIT


def test_a_bureau_that_is_away_holds_an_application_up_for_a_while_only(risk: Risk) -> None:
    risk.http.away = True
    risk.ask()
    assert risk.report.status is RiskStatus.PENDING
    risk.later(PATIENCE)
    assert risk.finding == BureauFinding(BureauAnswer.UNREACHABLE)
    risk.http.away = False
    risk.later(PATIENCE)
    assert not risk.http.bureau.questions


def test_what_stays_unknown_is_found_later_and_has_the_assessment_made_anew(risk: Risk) -> None:
    risk.ask("Silent")
    risk.http.away = True
    risk.later(PATIENCE)
    assert risk.finding == BureauFinding(BureauAnswer.UNKNOWN)
    risk.http.away = False
    risk.later(LOOKED_UP_EVERY)
    assert risk.inquiry.outcome is not None
    assert risk.inquiry.outcome.cost == COST
    assert risk.finding.answer is BureauAnswer.HIT
    assert len(risk.http.bureau.questions) == 1


def scored() -> float:
    labels = {"scorecard": CHAMPION, "role": "champion"}
    return REGISTRY.get_sample_value("loanflow_risk_score_count", labels) or 0


def test_an_answer_that_comes_after_the_decision_is_kept_and_changes_nothing(risk: Risk) -> None:
    risk.ask("Silent")
    risk.http.away = True
    risk.later(PATIENCE)
    with risk.begin() as uow:
        uow.reports.get("a0").approve("fine", "risk-1", risk.clock.now())
        uow.commit()
    decided, counted = risk.report, scored()
    risk.http.away = False
    risk.app.applications.away = True  # type: ignore[attr-defined]
    risk.later(LOOKED_UP_EVERY)
    assert (risk.inquiry.answer, risk.inquiry.awaited, risk.inquiry.look_time) == (BureauAnswer.HIT, False, None)
    assert risk.report == decided and scored() == counted
    assert risk.report.figures.bureau == BureauFinding(BureauAnswer.UNKNOWN)


def test_two_replicas_with_one_answer_make_one_assessment(risk: Risk) -> None:
    risk.ask("Silent")
    risk.http.away = True
    risk.later(PATIENCE)
    risk.http.away = False
    original, reached = risk.app.exposure, list[str]()

    def exposure(application_id: str) -> Any:
        """The other replica is through while this one asks what else is owed."""
        reached.append(application_id)
        if len(reached) == 1:
            risk.inquiries._assess(application_id, risk.inquiry.inquiry_reference)
        return original(application_id)

    object.__setattr__(risk.app, "exposure", exposure)
    counted = scored()
    risk.later(LOOKED_UP_EVERY)
    assert (len(reached), scored()) == (2, counted + 1)
    assert risk.finding.answer is BureauAnswer.HIT


def test_the_file_of_somebody_else_counts_for_nothing(risk: Risk) -> None:
    subject = risk.customers.subject
    seen = list[Any]()

    def turned(customer_id: str) -> Any:
        """Another birth date than that which was asked about."""
        seen.append(customer_id)
        found = subject(customer_id)
        assert found is not None
        return found if len(seen) == 1 else replace(found, birth_date=found.birth_date.replace(year=1950))

    risk.customers.subject = turned  # type: ignore[method-assign]
    risk.ask("Silent")
    risk.later(LOOKED_UP_AFTER)
    assert risk.finding == BureauFinding(BureauAnswer.UNREADABLE)
    assert risk.inquiry.outcome is not None
    assert risk.inquiry.outcome.faulty_field == "consumers.equifaxUSConsumerCreditReport[0].birthDate"
    assert len(risk.answers.kept) == 1


def test_without_an_agreed_look_up_what_is_unknown_stays_so_and_is_not_asked_again(tmp_path: Path) -> None:
    risk = Risk(tmp_path, looks_up=False)
    risk.ask("Silent")
    assert risk.finding == BureauFinding(BureauAnswer.UNKNOWN)
    risk.later(LOOKED_UP_EVERY)
    assert len(risk.http.bureau.questions) == 1


def test_an_application_that_ended_is_not_asked_about(risk: Risk) -> None:
    risk.consent()
    risk.app.start(KYC_APPROVED)
    risk.app.close("a0")
    risk.work()
    assert risk.inquiry.answer is BureauAnswer.NOT_NEEDED
    assert not risk.http.bureau.questions
    assert risk.report.status is RiskStatus.CLOSED


def test_nobody_asks_about_and_keeps_anything_of_who_was_erased(risk: Risk) -> None:
    risk.consent()
    risk.app.start(KYC_APPROVED)
    risk.customers.erased = True
    risk.work()
    assert (risk.inquiry.answer, risk.http.bureau.questions) == (BureauAnswer.NOT_NEEDED, [])


def test_an_answer_about_who_was_erased_meanwhile_is_not_kept(risk: Risk) -> None:
    risk.answers.erased = True
    risk.ask()
    assert (risk.inquiry.answer, risk.answers.kept) == (BureauAnswer.NOT_NEEDED, {})


def test_there_is_nothing_to_consent_to_without_a_bureau(risk: Risk) -> None:
    consents = BureauConsents(replace(risk.app, asks_bureau=False))
    assert consents.text().version == ""
    with pytest.raises(FailedPrecondition) as refused:
        consents.give(GiveConsent("a0", consent_text().version, ConsentChannel.WEB))
    assert refused.value.reason == "BUREAU_NOT_CONNECTED"


def test_a_consent_comes_too_late_for_what_is_assessed(risk: Risk) -> None:
    risk.app.start(KYC_APPROVED)
    with pytest.raises(FailedPrecondition) as refused:
        risk.consent()
    assert refused.value.reason == "WRONG_STATUS"


def test_a_file_is_empty_before_anything_is_in_it(risk: Risk) -> None:
    assert risk.consents.read("a0").consent is None
    assert risk.memory.rows["bureau_files"] == {}
