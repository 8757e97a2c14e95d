from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from loanflow.document.v1 import checklist_pb2 as _checklist_pb2
from loanflow.document.v1 import document_pb2 as _document_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UploadDocumentRequest(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class UploadDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class ListDocumentsRequest(_message.Message):
    __slots__ = ("application_id", "page_size", "page_token")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    page_size: int
    page_token: str
    def __init__(self, application_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDocumentsResponse(_message.Message):
    __slots__ = ("documents", "next_page_token")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[_document_pb2.Document]
    next_page_token: str
    def __init__(self, documents: _Optional[_Iterable[_Union[_document_pb2.Document, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class GetDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class GetContentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class GetContentResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class DeleteDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class DeleteDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class ValidateDocumentRequest(_message.Message):
    __slots__ = ("document_id", "reason")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    reason: str
    def __init__(self, document_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ValidateDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class RejectDocumentRequest(_message.Message):
    __slots__ = ("document_id", "rejection_reason", "reason")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    rejection_reason: _document_pb2.DocumentRejectionReason
    reason: str
    def __init__(self, document_id: _Optional[str] = ..., rejection_reason: _Optional[_Union[_document_pb2.DocumentRejectionReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class RejectDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ...) -> None: ...

class GetChecklistRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetChecklistResponse(_message.Message):
    __slots__ = ("checklist",)
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    checklist: _checklist_pb2.Checklist
    def __init__(self, checklist: _Optional[_Union[_checklist_pb2.Checklist, _Mapping]] = ...) -> None: ...

class FreezeDocumentsRequest(_message.Message):
    __slots__ = ("application_id", "freeze_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    freeze_id: str
    def __init__(self, application_id: _Optional[str] = ..., freeze_id: _Optional[str] = ...) -> None: ...

class FreezeDocumentsResponse(_message.Message):
    __slots__ = ("checklist",)
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    checklist: _checklist_pb2.Checklist
    def __init__(self, checklist: _Optional[_Union[_checklist_pb2.Checklist, _Mapping]] = ...) -> None: ...

class ReleaseDocumentsRequest(_message.Message):
    __slots__ = ("application_id", "freeze_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    FREEZE_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    freeze_id: str
    def __init__(self, application_id: _Optional[str] = ..., freeze_id: _Optional[str] = ...) -> None: ...

class ReleaseDocumentsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PinDocumentsRequest(_message.Message):
    __slots__ = ("application_id", "documents")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    documents: _containers.RepeatedCompositeFieldContainer[_checklist_pb2.PinnedDocument]
    def __init__(self, application_id: _Optional[str] = ..., documents: _Optional[_Iterable[_Union[_checklist_pb2.PinnedDocument, _Mapping]]] = ...) -> None: ...

class PinDocumentsResponse(_message.Message):
    __slots__ = ("checklist",)
    CHECKLIST_FIELD_NUMBER: _ClassVar[int]
    checklist: _checklist_pb2.Checklist
    def __init__(self, checklist: _Optional[_Union[_checklist_pb2.Checklist, _Mapping]] = ...) -> None: ...
