"""The information before the agreement, by the form of a law: with an offer, and again with the agreement; pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.law import Pack
from services.lending import LoanCost, LoanTerms, loan_schedule
from services.lending.facility import Facility
from services.lending.ledger import Account
from services.papers import tariffs
from services.papers.documents import Document, lender_values
from services.papers.figures import loan_values, payment_lines
from services.papers.formats import Amount, Value
from services.papers.forms import consent, variables
from services.papers.lender import Lender


@dataclass(frozen=True)
class Informed:
    """Whom the information is for, about which application, and of which day; the figures bind the lender `until`."""

    reference: str
    borrower: str
    borrower_address: tuple[str, ...]
    day: date
    until: date


def precontract(
    whom: Informed, terms: LoanTerms, cost: LoanCost, facility: Facility, law: Pack, lender: Lender, language: str
) -> Document:
    """What is said of these terms for a payout on that day (Directive (EU) 2023/2225, art. 10; 12 CFR 1026.18)."""
    rows = loan_schedule(terms, whom.day)
    per_day = Account(rows).quote(whom.day + timedelta(days=1)).per_diem
    values: dict[str, Value] = {
        "borrower": whom.borrower,
        "borrower_address": whom.borrower_address,
        **lender_values(lender, language),
        **loan_values(terms, cost, rows),
        "late_fee": tariffs.late_fee(facility.late_fee, terms.currency, language),
        "until": whom.until,
        "facility": facility.name,
        "law": law.sources,
        "withdrawal_days": law.withdrawal_days,
        "repay_days": law.repay_days,
        "per_day": Amount(per_day, terms.currency),
        "lender_contact": ", ".join(lender.contact),
        "schedule_lines": payment_lines(rows),
        "consent": consent(language, law.consent)[1],
    }
    wanted = {each.removesuffix("?") for each in variables(law.precontract)}
    said = {name: value for name, value in values.items() if name in wanted}
    return Document(law.precontract, whom.reference, whom.day, said, language, lender)
