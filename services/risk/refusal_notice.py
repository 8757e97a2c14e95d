"""The notice of a refusal: lender, decision, principal reasons, score, rights, and where to ask; as a document.

Its content is that of 12 CFR 1002.9 and 15 U.S.C. 1681m, and of Directive (EU) 2023/2225, art. 18: the rights are those
of the law that the facility type follows. Coded reasons and delivered rules are there in every language of the papers
(refusal_texts.json), and so is what the delivered tables of points say of a score (score_texts.json). A rule or a table
that the lender worded is the lender's own sentence, which counts as it was recorded: it stands in the notice as it is.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.law import Pack
from services.papers import Document, Lender
from services.papers.formats import Amount, Value, amount, isolated, number
from services.papers.forms import sentence
from services.risk.assessment import Assessment
from services.risk.bureau import Outcome
from services.risk.bureau_notice import ENGLISH, FORM, statements
from services.risk.bureau_record import BureauSource
from services.risk.explanation import Explanation, PrincipalReason, without_income
from services.risk.model import Report
from services.risk.ports import Party
from services.risk.refusal_reasons import in_words, scored
from services.risk.refusals import Refusal
from services.risk.score_texts import said_of_score

# The delivered rule whose words are those of a reason that is a share of an income, where there is none.
_NO_INCOME = "NO_INCOME"


def document(
    report: Report, refusal: Refusal, party: Party, pack: Pack, lender: Lender, outcome: Outcome | None = None,
    language: str = ENGLISH,
) -> Document:  # fmt: skip
    """The notice in a language of the papers; the same for the same refusal and party.

    `outcome` is what a credit bureau said, where the refusal rests on that.
    """
    factors, rights = scored(refusal, report), pack.rights[language]
    values: dict[str, Value] = {
        "borrower": party.full_name,
        "borrower_address": party.address,
        "amount": Amount(report.figures.amount.amount, report.figures.amount.currency),
        "decided": refusal.decide_time.date(),
        "reasons": tuple(" ".join(filter(None, said_in(each, report, language))) for each in in_words(refusal, report)),
        "rights": rights.refusal if factors is None else rights.scored + rights.refusal,
        "review_days": refusal.review_days,
        "supervisor": lender.supervisor,
        "lender_contact": ", ".join(lender.contact),
    }
    if factors is not None:
        lowered = tuple(said_in(each, report, language)[0] for each in factors)
        values["score"] = _score(report.assessed(), lowered, language)
    if outcome is not None and outcome.source is not None:
        values["bureau"] = _bureau(outcome.source, outcome, language)
    return Document(FORM, report.application_id, refusal.decide_time.date(), values, language, lender)


def said_in(reason: PrincipalReason, report: Report, language: str) -> tuple[str, str]:
    """What a reason says, and what would have to change, in a language; in the model's own where there is no other."""
    texts, delivered = _texts()[language], _texts()[ENGLISH].get(reason.code)
    found = texts.get(reason.code)
    # A rule of that name which the lender has worded otherwise says something else.
    if language == ENGLISH or (delivered is not None and delivered[0] != reason.description):
        return reason.description, reason.change
    if found is None:
        return said_of_score(reason.description, reason.change, language)
    description, change = found
    if report.assessment is not None and without_income(reason.code, report.assessment):
        description = texts[_NO_INCOME][0]
    return description.format_map(_figures(report, language)), change


def _figures(report: Report, language: str) -> Mapping[str, str]:
    """The figures of an assessment as the language writes them."""
    if report.assessment is None:
        return {}
    found = report.assessment.indicators
    left = found.repayment_capacity
    debts, cover = found.debt_to_income_percent, found.collateral_cover_percent
    said = {
        "debts": "" if debts is None else number(debts, language), "left": amount(left.amount, left.currency, language),
        "currency": left.currency, "cover": number(cover, language),
    }  # fmt: skip
    return {name: isolated(text, language) for name, text in said.items()}


def _score(found: Assessment, lowered: tuple[str, ...], language: str) -> tuple[str, ...]:
    said: dict[str, Value] = {
        "points": found.score, "least": Explanation.least_score, "greatest": Explanation.greatest_score,
        "when": found.assess_time.date(), "model": found.scorecard_version,
    }  # fmt: skip
    first = sentence(FORM, language, "score_value", said)
    return (first, *(sentence(FORM, language, "score_lowered", {"factor": each}) for each in lowered))


def _bureau(source: BureauSource, outcome: Outcome, language: str) -> tuple[str, ...]:
    """Whose report it is, the rights to it, and its score: 15 U.S.C. 1681m(a)(2) to (4)."""
    said = [*statements(source, language)]
    if (found := outcome.score) is not None and outcome.record is not None:
        score: dict[str, Value] = {
            "points": found.score, "least": found.least, "greatest": found.greatest,
            "when": outcome.record.report_date, "model": found.model,
        }  # fmt: skip
        said.append(sentence(FORM, language, "bureau_score", score))
        said += [sentence(FORM, language, "bureau_lowered", {"factor": each}) for each in found.factors]
    return tuple(said)


@cache
def _texts() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """What each coded reason and delivered rule says, and what would have to change, by language and code.

    In the model's own language there are the rules alone, whose words are known by it to be the delivered ones.
    """
    found: dict[str, dict[str, tuple[str, str]]] = json.loads(
        Path(__file__).with_name("refusal_texts.json").read_text(encoding="utf-8")
    )
    return found
