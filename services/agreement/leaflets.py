"""What is printed beside an agreement: the information before it, its schedule, the signature's certificate."""

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum, auto

from services.agreement.contract import StoredFile
from services.agreement.model import Agreement
from services.agreement.pdf import role_word, said_method
from services.agreement.ports import Party
from services.law import Pack
from services.lending import loan_schedule
from services.lending.facility import Facility
from services.lending.ledger import Account
from services.papers import Document, Lender, lender_values, tariffs
from services.papers.figures import loan_values, payment_lines, schedule_values
from services.papers.formats import Amount, Value, Word
from services.papers.forms import consent, variables

# For so long the figures of an offer that became an agreement bind the lender.
_BINDING = timedelta(days=14)


class AgreementDocument(Enum):
    """A document about an agreement."""

    AGREEMENT = auto()
    PRECONTRACT = auto()
    SCHEDULE = auto()
    CERTIFICATE = auto()
    PROVIDER_SIGNED = auto()
    PROVIDER_CERTIFICATE = auto()


def precontract(agreement: Agreement, party: Party, facility: Facility, lender: Lender, law: Pack) -> Document:
    """The information before the agreement, by the form of the law that the facility type follows."""
    contract, language = agreement.made, party.language
    day, terms = contract.generate_time.date(), contract.terms
    rows = loan_schedule(terms, day)
    per_day = Account(rows).quote(day + timedelta(days=1)).per_diem
    values: dict[str, Value] = {
        **_parties(party, lender),
        **loan_values(terms, contract.cost, rows),
        "late_fee": tariffs.late_fee(facility.late_fee, terms.currency, language),
        "until": day + _BINDING,
        "facility": facility.name,
        "law": law.sources,
        "withdrawal_days": law.withdrawal_days,
        "repay_days": law.repay_days,
        "per_day": Amount(per_day, terms.currency),
        "lender_contact": ", ".join(lender.contact),
        "schedule_lines": payment_lines(rows),
        "consent": consent(language, law.consent)[1],
    }
    return _document(law.precontract, agreement, party, lender, values)


def schedule(agreement: Agreement, party: Party, facility: Facility, lender: Lender, law: Pack) -> Document:
    """The schedule for a payout on the date of the agreement."""
    contract = agreement.made
    day = contract.generate_time.date()
    rows = loan_schedule(contract.terms, day)
    values: dict[str, Value] = {
        **_parties(party, lender),
        **loan_values(contract.terms, contract.cost, rows),
        **schedule_values(rows),
        "start": day,
    }
    return _document("schedule-v1", agreement, party, lender, values)


def certificate(agreement: Agreement, signed: StoredFile, parties: Sequence[Party], lender: Lender) -> Document:
    """That the agreement was signed, by whom, when and how; the parties are in the order of its signers."""
    party, *_ = parties
    rows = tuple(
        row
        for signer, each in zip(agreement.signers, parties, strict=True)
        if (signature := signer.signature) is not None
        for row in (
            (role_word(signer.role), each.full_name),
            (Word("method"), said_method(signature.method)),
            (Word("time"), signature.sign_time),
            (Word("account"), signature.signed_by),
        )
    )
    values: dict[str, Value] = {
        **_parties(party, lender),
        "document": f"agreement-{agreement.application_id}.pdf",
        "document_sha256": signed.sha256,
        "rows": rows,
    }
    return _document("certificate-v2", agreement, party, lender, values)


def _parties(party: Party, lender: Lender) -> dict[str, Value]:
    own: dict[str, Value] = {"borrower": party.full_name, "borrower_address": party.address}
    return {**own, **lender_values(lender, party.language)}


def _document(form: str, agreement: Agreement, party: Party, lender: Lender, values: dict[str, Value]) -> Document:
    wanted = {each.removesuffix("?") for each in variables(form)}
    said = {name: value for name, value in values.items() if name in wanted}
    return Document(form, agreement.application_id, agreement.made.generate_time.date(), said, party.language, lender)
