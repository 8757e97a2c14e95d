"""Between the contract and the model; pure."""

import uuid
from dataclasses import replace
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2
from loanflow.document.v1 import checklist_pb2, document_pb2
from loanflow.document.v1 import document_events_pb2 as events_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from services.document import model
from services.document.checklist import Checklist
from services.document.handlers import Freeze, Open, PinDocuments, Reject, Store, Validate
from services.document.model import Document, DocumentType, Stage
from services.runtime.errors import InvalidArgument
from services.runtime.files.uploads import Upload
from services.runtime.messages import In, Out, Outs

# The form parts of an upload, before its file.
APPLICATION_ID, TYPE = "application_id", "type"
_TYPE_PREFIX = "DOCUMENT_TYPE_"
_EVENTS = Outs(
    Out(model.DocumentUploaded, events_pb2.DocumentUploaded),
    Out(model.DocumentValidated, events_pb2.DocumentValidated),
    Out(model.DocumentRejected, events_pb2.DocumentRejected),
)
_VALIDATE = In(pb.ValidateDocumentRequest, Validate)
_REJECT = In(pb.RejectDocumentRequest, Reject)
_FREEZE = In((pb.FreezeDocumentsRequest, pb.ReleaseDocumentsRequest), Freeze)
_PIN = In(pb.PinDocumentsRequest, PinDocuments)
_DOCUMENT = Out(Document, document_pb2.Document, parts={"content"}, given={"version": int})
_CHECKLIST = Out(Checklist, checklist_pb2.Checklist, given={"complete": bool, "accepted": bool})


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_store(upload: Upload) -> Store:
    """The command of an upload; InvalidArgument names the form part that is wrong."""
    application_id, name = upload.fields[APPLICATION_ID].lower(), upload.fields[TYPE].removeprefix(_TYPE_PREFIX)
    try:
        if str(uuid.UUID(application_id)) != application_id:
            raise ValueError(application_id)
    except ValueError:
        raise InvalidArgument.field(APPLICATION_ID, "must be a UUID") from None
    if name not in DocumentType.__members__:
        raise InvalidArgument.field(TYPE, f"must be one of {', '.join(DocumentType.__members__)}")
    return Store(application_id, DocumentType[name], upload)


def to_validate(request: pb.ValidateDocumentRequest) -> Validate:
    """The command of a request."""
    return _VALIDATE(request)


def to_reject(request: pb.RejectDocumentRequest) -> Reject:
    """The command of a request."""
    return _REJECT(request)


def to_freeze(request: pb.FreezeDocumentsRequest | pb.ReleaseDocumentsRequest) -> Freeze:
    """The command of a request."""
    return _FREEZE(request)


def to_pin(request: pb.PinDocumentsRequest) -> PinDocuments:
    """The command of a request."""
    return _PIN(request)


def to_open(event: Any, stage: Stage) -> Open:
    """The command of an event about an application."""
    return Open(event.application_id, event.customer_id, event.facility_type, stage)


def to_submitted(event: application_events_pb2.ApplicationSubmitted) -> Open:
    """The command of a submission, which names who is bound."""
    return replace(to_open(event, Stage.UNDER_WAY), party_ids=tuple(each.customer_id for each in event.parties))


def from_document(document: Document) -> document_pb2.Document:
    """The resource of a document."""
    return _DOCUMENT(document, version=document.document_version)


def from_checklist(checklist: Checklist) -> checklist_pb2.Checklist:
    """The resource of a checklist."""
    complete, accepted = not checklist.missing, not checklist.lacking
    return _CHECKLIST(checklist, complete=complete, accepted=accepted)
