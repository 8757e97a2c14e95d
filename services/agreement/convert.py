"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.protobuf.message import Message

from loanflow.agreement.v1 import agreement_events_pb2 as events_pb2
from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from loanflow.application.v1 import application_pb2, party_pb2
from loanflow.approval.v1 import approval_events_pb2 as approval_pb2
from loanflow.customer.v1 import customer_pb2
from loanflow.types.v1 import schedule_pb2, terms_pb2
from services.agreement import events
from services.agreement.commands import Approved, ConfirmCopy, ConfirmSigning, SigningStarted, Verification
from services.agreement.contract import SignedCopy
from services.agreement.evidence import Informed, SignaturePage
from services.agreement.leaflets import AgreementDocument
from services.agreement.model import Agreement
from services.agreement.ports import Applied, Party
from services.agreement.sessions import SigningSession
from services.agreement.signature_pages import Origin
from services.agreement.signers import Signature, Signer
from services.agreement.verify import NOTHING
from services.papers import formats
from services.papers.seals import Seal
from services.runtime.calling.terms import ADDRESS
from services.runtime.messages import OTHERS, In, Members, Out, Outs
from services.terms import from_cost, from_terms, to_terms

_DEVICE_CHARACTERS = 200
_EVENTS = Outs(
    Out(events.AgreementGenerated, events_pb2.AgreementGenerated, given={"cost": schedule_pb2.LoanCost}),
    Out(events.AgreementSigned, events_pb2.AgreementSigned, given={"terms": terms_pb2.LoanTerms}),
    Out(events.AgreementPartySigned, events_pb2.AgreementPartySigned),
    Out(events.AgreementUploaded, events_pb2.AgreementUploaded),
    Out(events.AgreementCopyRejected, events_pb2.AgreementCopyRejected),
)
_APPROVED = In(approval_pb2.ApprovalFinalApproved, Approved, given={"terms"}, ignored=OTHERS)
_CONFIRM_COPY = In(pb.ConfirmUploadRequest, ConfirmCopy)
_CONFIRM_SIGNING = In(pb.ConfirmSigningRequest, ConfirmSigning)
_AGREEMENT = Out(
    Agreement, agreement_pb2.Agreement, parts={"made"}, apart={"AWAITED"},
    given={
        "terms": terms_pb2.LoanTerms, "cost": schedule_pb2.LoanCost,
        "pdf_sha256": str, "pdf_size_bytes": int, "signed_copy": agreement_pb2.SignedCopy, "signed_pdf_sha256": str,
        "session": agreement_pb2.SigningSession,
    },
)  # fmt: skip
_SESSION = Out(SigningSession, agreement_pb2.SigningSession)
_ROLE = Members(events.SignerRole, party_pb2.PartyRole, apart={"BORROWER"})
_SIGNING = Out(SigningStarted, agreement_pb2.Signing)
_VERIFICATION = Out(
    Verification,
    agreement_pb2.Verification,
    given={
        "application_id": str, "signature": Signature, "seals": list[agreement_pb2.ElectronicSeal],
        "signers": tuple[Signer, ...], "signatures": list[agreement_pb2.SignatureEvidence], "terms_sha256": str,
        "terms_intact": bool, "faults": tuple[str, ...],
    },
)  # fmt: skip
_SEAL = Out(Seal, agreement_pb2.ElectronicSeal)
_METHOD = Members(events.SigningMethod, agreement_pb2.SigningMethod)
_EVIDENCE = Out(
    SignaturePage,
    agreement_pb2.SignatureEvidence,
    given={
        "method": agreement_pb2.SigningMethod, "document_sha256": str, "consent_version": str,
        "papers": list[agreement_pb2.PaperEvidence],
    },
)  # fmt: skip
_PAPER = Out(Informed, agreement_pb2.PaperEvidence)
_SIGNED_COPY = Out(SignedCopy, agreement_pb2.SignedCopy, given={"sha256": str, "size_bytes": int})


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    extra: dict[str, Message] = {}
    if isinstance(event, events.AgreementGenerated):
        extra["cost"] = from_cost(event.cost, event.currency)
    if isinstance(event, events.AgreementSigned):
        extra["terms"] = from_terms(event.terms)
    return _EVENTS(event, **extra)


def to_approved(event: approval_pb2.ApprovalFinalApproved) -> Approved:
    """The command of an event; LendingError for terms that cannot be."""
    return _APPROVED(event, terms=to_terms(event.terms))


def to_confirm_copy(request: pb.ConfirmUploadRequest) -> ConfirmCopy:
    """The command of a request."""
    return _CONFIRM_COPY(request)


def to_confirm_signing(request: pb.ConfirmSigningRequest) -> ConfirmSigning:
    """The command of a request."""
    return _CONFIRM_SIGNING(request)


def to_document(request: pb.GetPdfRequest) -> AgreementDocument:
    """The document that is asked for; the agreement itself unless the request says otherwise."""
    name = agreement_pb2.AgreementDocument.Name(request.document).removeprefix("AGREEMENT_DOCUMENT_")
    return AgreementDocument[name] if request.document else AgreementDocument.AGREEMENT


def to_origin(headers: Mapping[str, str]) -> Origin:
    """From where a call comes, by its headers: nothing that cannot be printed."""
    named = " ".join("".join(each if each.isprintable() else " " for each in headers.get("user-agent", "")).split())
    return Origin("".join(each for each in named if each.isascii())[:_DEVICE_CHARACTERS], headers.get(ADDRESS, ""))


def to_applied(application: application_pb2.Application) -> Applied:
    """What was applied for; a party counts as long as they have not declined, which ends an application."""
    bound = [each for each in application.parties if each.status != party_pb2.PARTY_STATUS_DECLINED]
    return Applied(application.facility_type, tuple((each.customer_id, _ROLE.member(each.role)) for each in bound))


def to_party(party: customer_pb2.Party) -> Party:
    """The customer as a party of an agreement."""
    home = party.address
    lines = formats.address(home.street, home.postal_code, home.city, home.country)
    return Party(party.full_name, lines, party.language, party.email)


def from_agreement(agreement: Agreement) -> agreement_pb2.Agreement:
    """The resource of an agreement that is made."""
    contract = agreement.made
    return _AGREEMENT(
        agreement,
        terms=from_terms(contract.terms),
        cost=from_cost(contract.cost, contract.terms.currency),
        pdf_sha256=contract.pdf.sha256,
        pdf_size_bytes=contract.pdf.size_bytes,
        signed_copy=_copy(agreement.signed_copy),
        signed_pdf_sha256=agreement.signed_pdf.sha256 if agreement.signed_pdf else "",
        session=from_session(agreement.sessions[-1]) if agreement.sessions else None,
    )


def from_session(session: SigningSession) -> agreement_pb2.SigningSession:
    """The resource of a signing at a provider."""
    return _SESSION(session)


def from_signing(signing: SigningStarted) -> agreement_pb2.Signing:
    """The resource of a signing under way."""
    return _SIGNING(signing)


def from_verification(verification: Verification) -> agreement_pb2.Verification:
    """The resource of a verification."""
    agreement, report = verification.agreement, verification.copy_report or NOTHING
    return _VERIFICATION(
        verification,
        application_id=agreement.application_id,
        signature=agreement.signature,
        seals=[_SEAL(each) for each in report.seals],
        signers=agreement.signers,
        signatures=[_evidence(each) for each in report.pages],
        terms_sha256=report.terms.get("sha256", ""),
        terms_intact=report.terms_hold,
        faults=report.faults,
    )


def _evidence(page: SignaturePage) -> agreement_pb2.SignatureEvidence:
    """What a PDF says of a signature; of one by a method that is none of ours, nothing of that."""
    known = page.method in events.SigningMethod.__members__
    return _EVIDENCE(
        page,
        method=_METHOD.number(events.SigningMethod[page.method]) if known else 0,
        document_sha256=page.pdf_sha256,
        consent_version="" if page.provider else page.consent,
        papers=[_PAPER(each) for each in page.informed],
    )


def _copy(copy: SignedCopy | None) -> agreement_pb2.SignedCopy | None:
    if copy is None:
        return None
    return _SIGNED_COPY(copy, sha256=copy.file.sha256, size_bytes=copy.file.size_bytes)
