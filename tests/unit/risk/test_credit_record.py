"""A bureau's record counts in the score: what it is, what it costs, what is told of it; without one, nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.lending import LoanTerms
from services.lending.facility import facilities
from services.risk.assessment import Assessment
from services.risk.bureau import LOOKED_UP_EVERY, PATIENCE
from services.risk.bureau_notice import adverse_words
from services.risk.bureau_record import (
    BureauAnswer,
    BureauFinding,
    BureauRecord,
    BureauSource,
    CreditRecordUse,
    record_use,
)
from services.risk.characteristics import Characteristic
from services.risk.events import RiskRejectionReason
from services.risk.explanation import explain, rests_on_bureau
from services.risk.figures import Figures
from services.risk.handlers import AssessOffer
from services.risk.model import Report, RiskStatus
from services.risk.refusal_reasons import by_others
from services.risk.refusals import RefusalStage, Refused
from services.risk.rules import Rule, RuleKind
from services.risk.rules_expressions import compiled
from services.risk.rules_facts import facts_of
from services.risk.scorecard import Categories
from services.risk.scorecards import CHALLENGER, CHAMPION, shipped
from services.risk.scoring import assess, assess_offer
from services.runtime.money import Money
from services.runtime.stores.json_codec import from_plain, to_plain
from tests.fakes.clock import NOON
from tests.unit.risk.test_bureau_handlers import KYC_APPROVED, Risk

PERSONAL = facilities()["PERSONAL"]
TABLE, OLDER = shipped()[CHAMPION], shipped()[CHALLENGER]
SOURCE = BureauSource("A Bureau", "P O BOX 1, telephone 1")
CLEAN = BureauRecord(date(2030, 1, 1), 3, 0, 0, 0, 0, 1)
THIN = replace(CLEAN, account_count=0)
ADVERSE = {
    "delinquent_count": "1 account is 30 days overdue or more", "written_off_count": "1 account was written off",
    "collection_count": "1 debt is in collection", "insolvency_count": "1 bankruptcy is on record",
}  # fmt: skip
U = CreditRecordUse


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


FIGURES = Figures("PERSONAL", euros(10000), 36, euros(12500), euros(4000), euros(300), euros(2500))
TERMS = LoanTerms(principal=Decimal(10000), currency="EUR", annual_rate_percent=Decimal("7.5"), tenure_months=36)


def heard(record: BureauRecord | None, answer: BureauAnswer = BureauAnswer.HIT) -> Figures:
    """The figures of somebody of whom a bureau says that."""
    return replace(FIGURES, bureau=BureauFinding(answer, record, None, SOURCE if record else None))


def found(figures: Figures) -> Assessment:
    return assess(figures, PERSONAL, TABLE, NOON, OLDER)


def with_one(name: str) -> BureauRecord:
    """A record with one thing of that kind."""
    count: Any = {name: 1}
    return replace(CLEAN, **count)


def worth(name: str) -> int:
    """What the table gives for a record."""
    each = TABLE.characteristics[Characteristic.CREDIT_RECORD]
    assert isinstance(each, Categories)
    return each.reasons[name].points


@pytest.mark.parametrize("name", ADVERSE)
def test_each_thing_that_is_adverse_costs_what_the_table_says_and_is_a_reason(name: str) -> None:
    without, with_it = found(FIGURES), found(heard(with_one(name)))
    assert with_it.score == without.score + worth("ADVERSE") < without.score
    assert (without.credit_record, with_it.credit_record) == (U.NOT_ASKED, U.ADVERSE)
    assert with_it.reasons[0].code == "CREDIT_RECORD_ADVERSE"
    assert "CREDIT_RECORD_ADVERSE" not in {each.code for each in without.reasons}
    mended = found(heard(CLEAN))
    assert mended.score == without.score + worth("CLEAN") > without.score
    assert "CREDIT_RECORD_ADVERSE" not in {each.code for each in mended.reasons}
    assert adverse_words(with_one(name)) == f"A credit bureau reports: {ADVERSE[name]}."


def test_several_are_told_together_and_cost_once() -> None:
    worst = BureauRecord(date(2030, 1, 1), 5, 2, 1, 3, 2, 0)
    assert found(heard(worst)).score == found(FIGURES).score + worth("ADVERSE")
    assert adverse_words(worst) == (
        "A credit bureau reports: 2 accounts are 30 days overdue or more, 1 account was written off, "
        "3 debts are in collection, 2 bankruptcies are on record."
    )
    assert adverse_words(CLEAN) == ""


@pytest.mark.parametrize("answer", [each for each in BureauAnswer if each is not BureauAnswer.HIT])
def test_without_a_record_the_score_is_that_of_nobody_asked_and_says_why(answer: BureauAnswer) -> None:
    silent = found(heard(None, answer))
    assert silent.score == found(FIGURES).score
    unasked = answer in (BureauAnswer.NO_CONSENT, BureauAnswer.NOT_NEEDED)
    assert silent.credit_record is (U.NOT_ASKED if unasked else U.NO_REPORT)


def test_a_report_without_an_account_says_nothing_and_an_adverse_one_does() -> None:
    assert (found(heard(THIN)).score, found(heard(THIN)).credit_record) == (found(FIGURES).score, U.THIN)
    assert record_use(heard(replace(THIN, insolvency_count=1)).bureau) is U.ADVERSE


def test_a_table_that_looks_at_no_record_says_so() -> None:
    one, other = (assess(each, PERSONAL, OLDER, NOON) for each in (FIGURES, heard(CLEAN)))
    assert (one.score, one.credit_record) == (other.score, U.NOT_ASKED)
    assert other.credit_record is U.NOT_IN_MODEL


def test_what_the_challenger_makes_of_it_is_unchanged() -> None:
    one, other = found(FIGURES).challenger, found(heard(replace(CLEAN, insolvency_count=1))).challenger
    assert one is not None and one == other


def test_an_offer_is_scored_as_its_decision_was() -> None:
    figures = heard(replace(CLEAN, written_off_count=1))
    now, before = (assess_offer(TERMS, figures, TABLE, NOON, on_record) for on_record in (True, False))
    assert now.score == before.score + worth("ADVERSE")
    assert (now.credit_record, before.credit_record) == (U.ADVERSE, None)


def test_an_assessment_of_before_is_read_as_one_that_counted_none() -> None:
    stored = to_plain(found(heard(CLEAN)))
    for name in ("credit_record", "unscored"):
        del stored[name]
    old = from_plain(Assessment, stored)
    assert (old.credit_record, old.unscored, old.known_score) == (None, None, old.score)


@pytest.fixture
def risk(tmp_path: Path) -> Risk:
    return Risk(tmp_path)


def test_the_assessment_that_waited_has_the_record_in_its_score(tmp_path: Path) -> None:
    reports = []
    for name in ("Muster", "Late", "Insolvent", "Nofile"):
        risk = Risk(tmp_path)
        risk.ask(name)
        reports.append(risk.report.assessed())
    clean, late, insolvent, nobody = reports
    assert (clean.credit_record, nobody.credit_record) == (U.CLEAN, U.NO_REPORT)
    assert clean.score - worth("CLEAN") == nobody.score == late.score - worth("ADVERSE")
    assert late.score == insolvent.score


def test_who_is_bound_beside_the_applicant_is_not_asked_about_and_that_is_said(risk: Risk) -> None:
    risk.memory.rows["reports"]["a0"] = replace(risk.report, party_ids=("c2", "c3"))
    risk.ask("Insolvent")
    found = risk.report.assessed()
    assert risk.report.figures.party_count == 2 and len(risk.http.bureau.questions) == 1
    assert facts_of(risk.report.figures, found)["party_count"] == 2
    referring = Rule("JOINT", RuleKind.REFER, "bureau_answer != null && party_count > 0", "Somebody else owes it, too.")
    assert compiled((referring,)).outcome("1", risk.report.figures, found).names(RuleKind.REFER) == ("JOINT",)
    assert not compiled((referring,)).outcome("1", replace(risk.report.figures, party_count=0), found).fired


def test_an_answer_that_comes_after_the_assessment_has_it_made_anew(risk: Risk) -> None:
    risk.ask("Silent")
    risk.http.away = True
    risk.later(PATIENCE)
    before = risk.report.assessed()
    assert (risk.finding.answer, before.credit_record) == (BureauAnswer.UNKNOWN, U.NO_REPORT)
    risk.http.away = False
    risk.later(LOOKED_UP_EVERY)
    after = risk.report.assessed()
    assert (risk.finding.answer, after.credit_record) == (BureauAnswer.HIT, U.CLEAN)
    assert after.score == before.score + worth("CLEAN")
    assert (risk.inquiry.awaited, risk.inquiry.look_time) == (False, None)
    assert len(risk.http.bureau.questions) == 1


def test_an_answer_that_comes_after_the_decision_changes_nothing(risk: Risk) -> None:
    risk.ask("Silent")
    risk.http.away = True
    risk.later(PATIENCE)
    with risk.app.begin() as uow:
        uow.reports.get("a0").approve("fine", "risk", NOON)
        uow.commit()
    decided = risk.report.assessed()
    risk.http.away = False
    risk.later(LOOKED_UP_EVERY)
    assert (risk.report.status, risk.report.assessed()) == (RiskStatus.APPROVED, decided)
    assert risk.inquiry.answer is BureauAnswer.HIT


def test_an_offer_on_a_decision_of_before_is_scored_without_the_record(risk: Risk) -> None:
    risk.ask("Late")
    with risk.app.begin() as uow:
        report = uow.reports.get("a0")
        # As the version of before made it: the bureau was asked, and the score left it out.
        unheard = replace(report.figures, bureau=None)
        report.assessment = replace(assess(unheard, PERSONAL, TABLE, NOON), credit_record=None)
        report.approve("fine", "risk", NOON)
        uow.commit()
    made = risk.app.assess_offer(AssessOffer("a0", TERMS))
    assert made.rating is risk.report.assessed().rating


def rejected(risk: Risk, last_name: str, why: RiskRejectionReason) -> Report:
    risk.ask(last_name)
    report = risk.report
    report.reject(why, "no", "manager2", NOON)
    return report


def test_a_rejection_for_the_score_has_the_record_among_its_reasons_and_names_the_bureau(risk: Risk) -> None:
    explanation = explain(rejected(risk, "Insolvent", RiskRejectionReason.SCORE))
    first = explanation.principal_reasons[0]
    assert first.code == "CREDIT_RECORD_ADVERSE" and first.change
    assert "1 account was written off, 1 debt is in collection, 1 bankruptcy is on record." in first.description
    assert explanation.credit_record is U.ADVERSE
    assert explanation.bureau is not None
    assert explanation.bureau.agency == "EQUIFAX (STAND-IN)"
    said = " ".join(explanation.bureau_statements)
    for each in ("EQUIFAX (STAND-IN)", "8005550100", "did not take the decision", "free copy", "60 days", "dispute"):
        assert each in said


def test_a_clean_record_is_no_reason_and_names_nobody(risk: Risk) -> None:
    report = rejected(risk, "Muster", RiskRejectionReason.SCORE)
    explanation = explain(report)
    assert not rests_on_bureau(report)
    assert (explanation.bureau, explanation.bureau_statements, explanation.credit_record) == (None, (), U.CLEAN)
    assert all(not each.code.startswith("CREDIT_RECORD") for each in explanation.principal_reasons)


@pytest.mark.parametrize("why", RiskRejectionReason)
def test_whatever_the_managers_reason_a_score_that_it_lowered_rests_on_it(risk: Risk, why: RiskRejectionReason) -> None:
    assert rests_on_bureau(rejected(risk, "Late", why))


@pytest.mark.parametrize(("last_name", "stage", "rests"), [
    ("Late", RefusalStage.FINAL, True), ("Late", RefusalStage.KYC, False), ("Muster", RefusalStage.FINAL, False),
])  # fmt: skip
def test_the_refusal_of_a_level_of_approval_rests_on_what_lowered_the_score(
    risk: Risk, last_name: str, stage: RefusalStage, rests: bool
) -> None:
    risk.ask(last_name)
    refused = Refused(stage, ("APPROVAL_TERMS",), "head", (), NOON)
    assert by_others(refused, risk.report) == replace(refused, on_bureau=rests)


def test_a_refusal_before_there_is_a_score_rests_on_none(risk: Risk) -> None:
    risk.consent()
    risk.app.start(KYC_APPROVED)
    refused = Refused(RefusalStage.INTERNAL, ("APPROVAL_TERMS",), "head", (), NOON)
    assert by_others(refused, risk.report) == refused
