"""The notice of a refusal by risk: lender, decision, principal reasons, score, rights, and where to ask; as a PDF.

Its content is that of 12 CFR 1002.9 and 15 U.S.C. 1681m, and of Directive (EU) 2023/2225, art. 18: the rights are those
of the law that the facility type follows.
"""

from dataclasses import dataclass

from services.law import Pack, pack_of
from services.papers import Document, Lender, Unprintable
from services.papers.formats import Amount
from services.risk.explanation import Explanation, PrincipalReason
from services.risk.handlers import App
from services.risk.overrides import RiskDecision
from services.risk.ports import Customers, Party
from services.runtime.errors import FailedPrecondition

FORM = "adverse-v2"


@dataclass(frozen=True)
class RefusalNotices:
    """What can be had of them; everything they need is given at the start."""

    app: App
    customers: Customers
    lender: Lender

    def notice(self, application_id: str) -> bytes:
        """The PDF, made on the spot: the same for the same decision, as long as name and address are the same.

        FailedPrecondition WRONG_STATUS when risk did not reject the application, TEXT_UNPRINTABLE when the customer's
        name or address cannot be shown.
        """
        report = self.app.read(application_id)
        explanation = self.app.explain(application_id)
        if explanation.decision is not RiskDecision.REJECTED:
            raise FailedPrecondition.wrong_status("report", report.status, ("REJECTED",))
        party = self.customers.party(report.customer_id)
        try:
            return document(explanation, party, pack_of(report.figures.facility_type), self.lender).pdf()
        except Unprintable as error:
            raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error


def document(explained: Explanation, party: Party, pack: Pack, lender: Lender) -> Document:
    """The notice in English, as the reasons of the tables of points are."""
    assert explained.terms is not None
    amount = explained.terms.amount
    return Document(
        FORM,
        f"Application {explained.application_id}",
        explained.decide_time.date(),
        {
            "borrower": party.full_name,
            "borrower_address": party.address,
            "amount": Amount(amount.amount, amount.currency),
            "decided": explained.decide_time.date(),
            "reasons": tuple(map(_sentence, explained.principal_reasons)),
            "score": _score(explained),
            "rights": pack.refusal_rights,
            "supervisor": lender.supervisor,
            "lender_contact": ", ".join(lender.contact),
        },
        lender=lender,
    )


def _score(explained: Explanation) -> tuple[str, ...]:
    scale = f"from {explained.least_score}, worst, to {explained.greatest_score}, best"
    when = explained.assess_time.date().isoformat()
    first = f"{explained.score}, {scale}; computed on {when} by the model {explained.scorecard_version}."
    return (first, *(f"What lowered it: {each.description}" for each in explained.key_factors))


def _sentence(reason: PrincipalReason) -> str:
    return " ".join(each for each in (reason.description, reason.change) if each)
