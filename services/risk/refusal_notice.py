"""The notice of a refusal: lender, decision, principal reasons, score, rights, and where to ask; as a document.

Its content is that of 12 CFR 1002.9 and 15 U.S.C. 1681m, and of Directive (EU) 2023/2225, art. 18: the rights are those
of the law that the facility type follows.
"""

from services.law import Pack
from services.papers import Document, Lender
from services.papers.formats import Amount, Value
from services.risk.assessment import Assessment
from services.risk.bureau import Outcome
from services.risk.bureau_notice import statements
from services.risk.bureau_record import BureauSource
from services.risk.explanation import Explanation, PrincipalReason
from services.risk.model import Report
from services.risk.ports import Party
from services.risk.refusal_reasons import in_words, scored
from services.risk.refusals import Refusal

FORM = "adverse-v4"


def document(
    report: Report, refusal: Refusal, party: Party, pack: Pack, lender: Lender, outcome: Outcome | None = None
) -> Document:
    """The notice in English, as the reasons of the tables of points are; the same for the same refusal and party.

    `outcome` is what a credit bureau said, where the refusal rests on that.
    """
    factors = scored(refusal, report)
    values: dict[str, Value] = {
        "borrower": party.full_name,
        "borrower_address": party.address,
        "amount": Amount(report.figures.amount.amount, report.figures.amount.currency),
        "decided": refusal.decide_time.date(),
        "reasons": tuple(map(_sentence, in_words(refusal, report))),
        "rights": pack.refusal_rights if factors is None else pack.scored_rights + pack.refusal_rights,
        "review_days": refusal.review_days,
        "supervisor": lender.supervisor,
        "lender_contact": ", ".join(lender.contact),
    }
    if factors is not None:
        values["score"] = _score(report.assessed(), factors)
    if outcome is not None and outcome.source is not None:
        values["bureau"] = _bureau(outcome.source, outcome)
    about = f"Application {report.application_id}"
    return Document(FORM, about, refusal.decide_time.date(), values, lender=lender)


def _score(found: Assessment, factors: tuple[PrincipalReason, ...]) -> tuple[str, ...]:
    scale = f"from {Explanation.least_score}, worst, to {Explanation.greatest_score}, best"
    when = found.assess_time.date().isoformat()
    first = f"{found.score}, {scale}; computed on {when} by the model {found.scorecard_version}."
    return (first, *(f"What lowered it: {each.description}" for each in factors))


def _bureau(source: BureauSource, outcome: Outcome) -> tuple[str, ...]:
    """Whose report it is, the rights to it, and its score: 15 U.S.C. 1681m(a)(2) to (4)."""
    said = [*statements(source)]
    if (found := outcome.score) is not None and outcome.record is not None:
        when = outcome.record.report_date.isoformat()
        scale = f"from {found.least}, worst, to {found.greatest}, best"
        said.append(f"Its score is {found.score}, {scale}; computed on {when} by its model {found.model}.")
        said += [f"What lowered that score: {each}" for each in found.factors]
    return tuple(said)


def _sentence(reason: PrincipalReason) -> str:
    return " ".join(each for each in (reason.description, reason.change) if each)
