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
from services.papers import Document, Lender, lender_values
from services.papers.figures import loan_values, schedule_values
from services.papers.formats import Value, Word
from services.papers.forms import variables
from services.papers.precontract import Informed
from services.papers.precontract import precontract as information

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
    """The information before the agreement, by the form of the law that the facility type follows, in its language."""
    contract, day = agreement.made, agreement.made.generate_time.date()
    whom = Informed(agreement.application_id, party.full_name, party.address, day, day + _BINDING)
    return information(whom, contract.terms, contract.cost, facility, law, lender, contract.language)


def schedule(agreement: Agreement, party: Party, facility: Facility, lender: Lender, law: Pack) -> Document:
    """The schedule for a payout on the date of the agreement."""
    contract = agreement.made
    day = contract.generate_time.date()
    rows = loan_schedule(contract.terms, day)
    values: dict[str, Value] = {
        **_parties(party, lender, contract.language),
        **loan_values(contract.terms, contract.cost, rows),
        **schedule_values(rows),
        "start": day,
    }
    return _document("schedule-v1", agreement, lender, values)


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
        **_parties(party, lender, agreement.made.language),
        "document": f"agreement-{agreement.application_id}.pdf",
        "document_sha256": signed.sha256,
        "rows": rows,
    }
    return _document("certificate-v2", agreement, lender, values)


def _parties(party: Party, lender: Lender, language: str) -> dict[str, Value]:
    own: dict[str, Value] = {"borrower": party.full_name, "borrower_address": party.address}
    return {**own, **lender_values(lender, language)}


def _document(form: str, agreement: Agreement, lender: Lender, values: dict[str, Value]) -> Document:
    """The document in the language of the agreement, whatever the customer has chosen since."""
    made, wanted = agreement.made, {each.removesuffix("?") for each in variables(form)}
    said = {name: value for name, value in values.items() if name in wanted}
    return Document(form, agreement.application_id, made.generate_time.date(), said, made.language, lender)
