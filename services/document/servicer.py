"""The RPCs of the document service: translate, call one use case, translate back."""

from collections.abc import Callable, Iterator

import grpc
from google.api.httpbody_pb2 import HttpBody

from loanflow.document.v1 import document_service_pb2 as pb
from loanflow.document.v1.document_service_pb2_grpc import DocumentServiceServicer
from services.document import convert
from services.document.handlers import App
from services.document.model import XML
from services.runtime.files import downloads, uploads
from services.runtime.files.uploads import UploadRules
from services.runtime.stores.paging import Page

ACCEPTED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff", XML})


class DocumentServicer(DocumentServiceServicer):
    """loanflow.document.v1.DocumentService."""

    def __init__(self, app: App, max_upload_bytes: Callable[[], int]) -> None:
        self._app, self._max_upload_bytes = app, max_upload_bytes

    def UploadDocument(
        self, request_iterator: Iterator[pb.UploadDocumentRequest], context: grpc.ServicerContext
    ) -> pb.UploadDocumentResponse:
        """A new version of a document."""
        rules = UploadRules(ACCEPTED, self._max_upload_bytes(), (convert.APPLICATION_ID, convert.TYPE))
        document = self._app.store(convert.to_store(uploads.read(request_iterator, rules)))
        return pb.UploadDocumentResponse(document=convert.from_document(document))

    def ListDocuments(
        self, request: pb.ListDocumentsRequest, context: grpc.ServicerContext
    ) -> pb.ListDocumentsResponse:
        """The documents of an application."""
        page = self._app.list_documents(request.application_id, Page.of(request))
        return pb.ListDocumentsResponse(
            documents=map(convert.from_document, page.items), next_page_token=page.next_token
        )

    def GetDocument(self, request: pb.GetDocumentRequest, context: grpc.ServicerContext) -> pb.GetDocumentResponse:
        """One document."""
        return pb.GetDocumentResponse(document=convert.from_document(self._app.read(request.document_id)))

    def GetContent(
        self, request: pb.GetContentRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.GetContentResponse]:
        """The content of a document."""
        document, chunks = self._app.download(request.document_id)
        downloads.attach(context, document.content.file_name)
        for chunk in chunks:
            yield pb.GetContentResponse(file=HttpBody(content_type=document.content.content_type, data=chunk))

    def DeleteDocument(
        self, request: pb.DeleteDocumentRequest, context: grpc.ServicerContext
    ) -> pb.DeleteDocumentResponse:
        """A document removed."""
        document = self._app.delete(request.document_id)
        return pb.DeleteDocumentResponse(document=convert.from_document(document))

    def ValidateDocument(
        self, request: pb.ValidateDocumentRequest, context: grpc.ServicerContext
    ) -> pb.ValidateDocumentResponse:
        """A document accepted."""
        document = self._app.validate(convert.to_validate(request))
        return pb.ValidateDocumentResponse(document=convert.from_document(document))

    def RejectDocument(
        self, request: pb.RejectDocumentRequest, context: grpc.ServicerContext
    ) -> pb.RejectDocumentResponse:
        """A document rejected."""
        document = self._app.reject(convert.to_reject(request))
        return pb.RejectDocumentResponse(document=convert.from_document(document))

    def GetChecklist(self, request: pb.GetChecklistRequest, context: grpc.ServicerContext) -> pb.GetChecklistResponse:
        """What is needed, and what is missing."""
        checklist = self._app.checklist(request.application_id)
        return pb.GetChecklistResponse(checklist=convert.from_checklist(checklist))

    def FreezeDocuments(
        self, request: pb.FreezeDocumentsRequest, context: grpc.ServicerContext
    ) -> pb.FreezeDocumentsResponse:
        """The documents of an application that is handed in."""
        checklist = self._app.freeze(convert.to_freeze(request))
        return pb.FreezeDocumentsResponse(checklist=convert.from_checklist(checklist))

    def ReleaseDocuments(
        self, request: pb.ReleaseDocumentsRequest, context: grpc.ServicerContext
    ) -> pb.ReleaseDocumentsResponse:
        """Documents that may go again."""
        self._app.release(convert.to_freeze(request))
        return pb.ReleaseDocumentsResponse()

    def PinDocuments(self, request: pb.PinDocumentsRequest, context: grpc.ServicerContext) -> pb.PinDocumentsResponse:
        """The documents on which it is decided."""
        checklist = self._app.pin(convert.to_pin(request))
        return pb.PinDocumentsResponse(checklist=convert.from_checklist(checklist))
