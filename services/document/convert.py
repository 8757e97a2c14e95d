"""Between the contract and the model; pure."""

import uuid
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from loanflow.document.v1 import checklist_pb2, document_pb2
from loanflow.document.v1 import document_events_pb2 as events_pb2
from loanflow.document.v1 import document_service_pb2 as pb
from services.document import model
from services.document.checklist import Checklist
from services.document.handlers import Address, Freeze, Open, PinDocuments, Reject, Store, Validate
from services.document.model import Document, DocumentType, Stage
from services.runtime.errors import InvalidArgument
from services.runtime.files.uploads import Upload
from services.runtime.messages import from_message, to_message

# The form parts of an upload, before its file.
APPLICATION_ID, TYPE = "application_id", "type"
_TYPE_PREFIX = "DOCUMENT_TYPE_"
_EVENTS: Mapping[type[object], type[Message]] = {
    model.DocumentUploaded: events_pb2.DocumentUploaded,
    model.DocumentValidated: events_pb2.DocumentValidated,
    model.DocumentRejected: events_pb2.DocumentRejected,
}


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


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
    return from_message(request, Validate)


def to_reject(request: pb.RejectDocumentRequest) -> Reject:
    """The command of a request."""
    return from_message(request, Reject)


def to_freeze(request: pb.FreezeDocumentsRequest | pb.ReleaseDocumentsRequest) -> Freeze:
    """The command of a request."""
    return from_message(request, Freeze)


def to_pin(request: pb.PinDocumentsRequest) -> PinDocuments:
    """The command of a request."""
    return from_message(request, PinDocuments)


def to_open(event: Any, stage: Stage) -> Open:
    """The command of an event about an application."""
    return Open(event.application_id, event.customer_id, event.facility_type, stage)


def from_document(document: Document) -> document_pb2.Document:
    """The resource of a document."""
    return to_message(document, document_pb2.Document, version=document.document_version, **vars(document.content))


def from_address(address: Address) -> pb.GetDocumentResponse:
    """The resource of a document, and where its content is."""
    return to_message(
        None,
        pb.GetDocumentResponse,
        document=from_document(address.document),
        signed_url=address.url,
        signed_url_expire_time=address.expire_time,
    )


def from_checklist(checklist: Checklist) -> checklist_pb2.Checklist:
    """The resource of a checklist."""
    complete, accepted = not checklist.missing, not checklist.lacking
    return to_message(checklist, checklist_pb2.Checklist, complete=complete, accepted=accepted)
