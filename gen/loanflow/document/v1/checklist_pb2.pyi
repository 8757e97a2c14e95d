from buf.validate import validate_pb2 as _validate_pb2
from loanflow.document.v1 import document_pb2 as _document_pb2
from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Checklist(_message.Message):
    __slots__ = ("application_id", "facility_type", "items", "missing", "complete", "accepted")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    facility_type: str
    items: _containers.RepeatedCompositeFieldContainer[ChecklistItem]
    missing: _containers.RepeatedScalarFieldContainer[_document_type_pb2.DocumentType]
    complete: bool
    accepted: bool
    def __init__(self, application_id: _Optional[str] = ..., facility_type: _Optional[str] = ..., items: _Optional[_Iterable[_Union[ChecklistItem, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[_document_type_pb2.DocumentType, str]]] = ..., complete: _Optional[bool] = ..., accepted: _Optional[bool] = ...) -> None: ...

class PinnedDocument(_message.Message):
    __slots__ = ("type", "document_id", "version", "sha256")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    type: _document_type_pb2.DocumentType
    document_id: str
    version: int
    sha256: str
    def __init__(self, type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_id: _Optional[str] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class ChecklistItem(_message.Message):
    __slots__ = ("type", "document_id", "status", "version", "sha256", "scanned", "accepted")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SCANNED_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    type: _document_type_pb2.DocumentType
    document_id: str
    status: _document_pb2.DocumentStatus
    version: int
    sha256: str
    scanned: bool
    accepted: bool
    def __init__(self, type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_id: _Optional[str] = ..., status: _Optional[_Union[_document_pb2.DocumentStatus, str]] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ..., scanned: _Optional[bool] = ..., accepted: _Optional[bool] = ...) -> None: ...
