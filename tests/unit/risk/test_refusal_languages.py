"""The notice of a refusal in every language of the papers: its frame, the rights by law, and the coded reasons."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.law import packs
from services.papers import LANGUAGES, Unfit, lender_of
from services.papers.formats import isolated, number
from services.papers.forms import printed, sentence
from services.risk import refusal_notice
from services.risk.assessment import ScoreReason
from services.risk.bureau_notice import FORM, adverse_words
from services.risk.characteristics import Characteristic
from services.risk.events import RiskRejectionReason
from services.risk.explanation import PrincipalReason, principal_reasons
from services.risk.model import Report
from services.risk.refusal_notice import document, said_in
from services.risk.refusal_reasons import APPROVAL_CODES, KYC_CODES
from services.risk.refusals import RefusalStage
from services.risk.rules_shipped import shipped_rule_sets
from services.risk.score_texts import said_of_score, texts
from services.risk.scorecards import shipped
from tests.fakes.readers import data_of, text_of
from tests.unit.risk.test_credit_record import ADVERSE, CLEAN
from tests.unit.risk.test_model import report
from tests.unit.risk.test_refusals import ADA, refused

OTHERS = [each for each in LANGUAGES if each != "en"]
CODES = {*KYC_CODES.values(), *APPROVAL_CODES.values()}
TEXTS = refusal_notice._texts()
LOWERED = (
    ScoreReason("TENURE_LONG", -40, "The loan runs for ten years at most.", ""),
    ScoreReason("FINANCED_SHARE_40_TO_55", -9, "The loan pays for 40 to less than 55 % of what the project costs.", ""),
)


def digits(text: str) -> list[str]:
    """In any order, since a language may have another."""
    return sorted(each for each in text if each.isdigit())


def notice(found: Report, law: str, language: str) -> Any:
    return document(found, found.refusal(), ADA, packs()[law], lender_of(), language=language)


@pytest.mark.parametrize("law", packs())
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_all_in_one_language(law: str, language: str) -> None:
    found = refused(RefusalStage.FINAL, "APPROVAL_COLLATERAL", law)
    found.assessment = replace(found.assessed(), reasons=LOWERED)
    made = notice(found, law, language)
    values, rights = made.values, packs()[law].rights[language]
    assert values["rights"] == rights.scored + rights.refusal and rights.refusal
    english = notice(found, law, "en").values
    pdf = made.pdf()
    assert data_of(pdf)["language"] == language and "{" not in text_of(pdf)
    if language != "en":
        for part in ("reasons", "rights", "score"):
            assert not {*values[part]} & {*english[part]}, part
        assert not any(each.description in line for each in LOWERED for line in values["score"])


def test_the_rights_are_as_many_in_every_language() -> None:
    for pack in packs().values():
        assert pack.rights.keys() == set(LANGUAGES)
        counts = {(len(each.refusal), len(each.scored)) for each in pack.rights.values()}
        assert len(counts) == 1, pack.code


@pytest.mark.parametrize("language", OTHERS)
def test_every_coded_reason_and_delivered_rule_has_its_words(language: str) -> None:
    rules = {each.name: each.description for rules in shipped_rule_sets().values() for each in rules.rules}
    assert {code: found[0] for code, found in TEXTS["en"].items()} == rules
    assert TEXTS[language].keys() == CODES | rules.keys() | {each.name for each in RiskRejectionReason if each.value}
    for description, change in TEXTS[language].values():
        assert description.endswith(".") and (not change or change.endswith("."))
    assert len(TEXTS[language]) == len({json.dumps(each) for each in TEXTS[language].values()})


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rejected", RiskRejectionReason)
def test_figures_are_those_of_the_english_reason(language: str, rejected: RiskRejectionReason) -> None:
    found = report()
    own = principal_reasons(rejected, replace(found.assessed(), reasons=()))[0]
    said, change = said_in(own, found, language)
    digits = [each for each in own.description if each.isdigit()]
    assert [each for each in said if each.isdigit()] == digits and "{" not in said
    assert bool(change) == bool(own.change) and said != own.description


def test_a_rule_that_the_lender_worded_otherwise_stays_in_the_lender_s_words() -> None:
    mine = PrincipalReason("NO_INCOME", "We saw no salary.", "")
    assert said_in(mine, report(), "de") == ("We saw no salary.", "")
    unknown = PrincipalReason("TENURE_LONG", "The loan runs for ten years at most.", "A shorter one.")
    assert said_in(unknown, report(), "de") == (unknown.description, unknown.change)


def test_a_table_that_the_lender_worded_stays_in_the_lender_s_words_and_every_other_is_worded() -> None:
    known = "The loan runs for ten years at most.", "The loan would have to run for less than 61 months."
    assert said_of_score(*known, "de") == (
        "Der Kredit läuft höchstens zehn Jahre.", "Der Kredit müsste weniger als 61 Monate laufen."
    )  # fmt: skip
    for mine in (("We lend for less.", known[1]), (known[0], "A shorter one."), ("", ""), ("We lend for less.", "")):
        assert said_of_score(*mine, "de") == mine
    # Another bound than those of the delivered tables.
    assert said_of_score("The loan runs for 7.5 to less than 9 months.", "", "es")[0] == (
        "El préstamo dura de 7,5 a menos de 9 meses."
    )


@given(st.decimals(0, 999, places=2), st.sampled_from(OTHERS))
def test_a_number_in_a_sentence_is_written_as_the_language_writes_numbers(value: Decimal, language: str) -> None:
    """In whichever sentence it is, also with no decimals, or none that count."""
    bound = value.normalize() if value != value.to_integral_value() else value.to_integral_value()
    for english in texts()[language]:
        if "{}" not in english:
            continue
        told, _ = said_of_score(english.replace("{}", f"{bound:f}"), "", language)
        assert isolated(number(bound, language), language) in told, (english, told)
        point = re.findall(r"\d[.,]\d", told)
        assert {each[1] for each in point} <= {"." if language == "ar" else ","}, told


@pytest.mark.parametrize("language", OTHERS)
def test_the_figures_of_a_rule_are_written_so_too(language: str) -> None:
    found = report()
    shares = replace(found.assessed().indicators, debt_to_income_percent=Decimal("45.5"))
    found.assessment = replace(found.assessed(), indicators=shares)
    own = principal_reasons(RiskRejectionReason.DEBT_TO_INCOME, replace(found.assessed(), reasons=()))[0]
    said, _ = said_in(own, found, language)
    assert isolated(number(Decimal("45.5"), language), language) in said


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_of_every_delivered_table_has_its_words(language: str) -> None:
    tables = (each for table in shipped().values() for each in table.characteristics.values())
    reasons = {reason for each in tables for reason in each.all}
    assert len(reasons) > len(Characteristic)
    for reason in reasons:
        told, change = said_of_score(reason.description, reason.change, language)
        assert told != reason.description and bool(change) == bool(reason.change), reason
        assert digits(told) == digits(reason.description) and digits(change) == digits(reason.change), reason
        assert (told.endswith(".") and change != reason.change) or not change
    printed(language, {"score": texts()[language]})


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("several", [1, 2])
def test_what_a_bureau_s_record_counts_has_its_words(language: str, several: int) -> None:
    counted: Any = dict.fromkeys(ADVERSE, several)
    record = replace(CLEAN, **counted)
    english = f"The credit record has payments that were missed. {adverse_words(record)}"
    told, _ = said_of_score(english, "", language)
    assert digits(told) == digits(english)
    assert not any(word in told for word in ("bureau", "accounts", "debts", "record"))


def test_a_sentence_that_there_is_not_is_refused_by_name() -> None:
    for key, values in (("nothing", {}), ("score_lowered", {}), ("bureau_copy", {"factor": "x"})):
        with pytest.raises(Unfit, match=f"{FORM} in fr: has no text {key}"):
            sentence(FORM, "fr", key, values)
