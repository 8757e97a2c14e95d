"""The notice of a refusal in every language of the papers: its frame, the rights by law, and the coded reasons."""

import json
from dataclasses import replace
from typing import Any

import pytest

from services.law import packs
from services.papers import LANGUAGES, Unfit, lender_of
from services.papers.forms import sentence
from services.risk import refusal_notice
from services.risk.bureau_notice import FORM
from services.risk.events import RiskRejectionReason
from services.risk.explanation import PrincipalReason, principal_reasons
from services.risk.model import Report
from services.risk.refusal_notice import document, said_in
from services.risk.refusal_reasons import APPROVAL_CODES, KYC_CODES
from services.risk.refusals import RefusalStage
from services.risk.rules_shipped import shipped_rule_sets
from tests.fakes.readers import data_of, text_of
from tests.unit.risk.test_model import report
from tests.unit.risk.test_refusals import ADA, refused

OTHERS = [each for each in LANGUAGES if each != "en"]
CODES = {*KYC_CODES.values(), *APPROVAL_CODES.values()}
TEXTS = refusal_notice._texts()


def notice(found: Report, law: str, language: str) -> Any:
    return document(found, found.refusal(), ADA, packs()[law], lender_of(), language=language)


@pytest.mark.parametrize("law", packs())
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_all_in_one_language(law: str, language: str) -> None:
    found = refused(RefusalStage.FINAL, "APPROVAL_COLLATERAL", law)
    made = notice(found, law, language)
    values, rights = made.values, packs()[law].rights[language]
    assert values["rights"] == rights.scored + rights.refusal and rights.refusal
    english = notice(found, law, "en").values
    pdf = made.pdf()
    assert data_of(pdf)["language"] == language and "{" not in text_of(pdf)
    if language != "en":
        for part in ("reasons", "rights"):
            assert not {*values[part]} & {*english[part]}, part
        assert values["score"][0] != english["score"][0]


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


def test_a_sentence_that_there_is_not_is_refused_by_name() -> None:
    for key, values in (("nothing", {}), ("score_lowered", {}), ("bureau_copy", {"factor": "x"})):
        with pytest.raises(Unfit, match=f"{FORM} in fr: has no text {key}"):
            sentence(FORM, "fr", key, values)
