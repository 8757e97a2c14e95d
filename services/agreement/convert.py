"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.agreement.v1 import agreement_events_pb2 as events_pb2
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.approval.v1 import approval_events_pb2 as approval_pb2
from loanflow.customer.v1 import customer_pb2
from services.agreement import model
from services.agreement.handlers import Approved, ConfirmCopy, SigningStarted, Verification
from services.agreement.model import Agreement, SignedCopy
from services.agreement.ports import Party
from services.papers import formats
from services.runtime.messages import from_message, to_message
from services.terms import from_cost, from_terms, to_terms

_EVENTS: Mapping[type[object], type[Message]] = {
    model.AgreementGenerated: events_pb2.AgreementGenerated,
    model.AgreementSigned: events_pb2.AgreementSigned,
    model.AgreementUploaded: events_pb2.AgreementUploaded,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    extra: dict[str, Message] = {}
    if isinstance(event, model.AgreementGenerated):
        extra["cost"] = from_cost(event.cost, event.currency)
    if isinstance(event, model.AgreementSigned):
        extra["terms"] = from_terms(event.terms)
    return to_message(event, _EVENTS[type(event)], **extra)


def to_approved(event: approval_pb2.ApprovalFinalApproved) -> Approved:
    """The command of an event; LendingError for terms that cannot be."""
    return from_message(event, Approved, terms=to_terms(event.terms))


def to_confirm_copy(request: pb.ConfirmUploadRequest) -> ConfirmCopy:
    """The command of a request."""
    return from_message(request, ConfirmCopy)


def to_party(party: customer_pb2.Party) -> Party:
    """The customer as a party of an agreement."""
    lives = party.address
    return Party(party.full_name, formats.address(lives.street, lives.postal_code, lives.city, lives.country))


def from_agreement(agreement: Agreement) -> agreement_pb2.Agreement:
    """The resource of an agreement that is made."""
    contract = agreement.made
    return to_message(
        agreement,
        agreement_pb2.Agreement,
        terms=from_terms(contract.terms),
        terms_hash=contract.terms_hash,
        cost=from_cost(contract.cost, contract.terms.currency),
        template_version=contract.template_version,
        pdf_sha256=contract.pdf.sha256,
        pdf_size_bytes=contract.pdf.size_bytes,
        signed_copy=_copy(agreement.signed_copy),
        generate_time=contract.generate_time,
        signed_pdf_sha256=agreement.signed_pdf.sha256 if agreement.signed_pdf else "",
    )


def from_signing(signing: SigningStarted) -> agreement_pb2.Signing:
    """The resource of a signing under way."""
    return to_message(signing, agreement_pb2.Signing)


def from_verification(verification: Verification) -> agreement_pb2.Verification:
    """The resource of a verification."""
    agreement = verification.agreement
    return to_message(
        verification,
        agreement_pb2.Verification,
        application_id=agreement.application_id,
        signature=agreement.signature,
    )


def _copy(copy: SignedCopy | None) -> agreement_pb2.SignedCopy | None:
    if copy is None:
        return None
    return to_message(copy, agreement_pb2.SignedCopy, sha256=copy.file.sha256, size_bytes=copy.file.size_bytes)
