import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_STATUS_UNSPECIFIED: _ClassVar[DocumentStatus]
    DOCUMENT_STATUS_UPLOADED: _ClassVar[DocumentStatus]
    DOCUMENT_STATUS_VALIDATED: _ClassVar[DocumentStatus]
    DOCUMENT_STATUS_REJECTED: _ClassVar[DocumentStatus]
    DOCUMENT_STATUS_DELETED: _ClassVar[DocumentStatus]

class DocumentRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_REJECTION_REASON_UNSPECIFIED: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_UNREADABLE: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_WRONG_TYPE: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_OUTDATED: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_INCOMPLETE: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_MISMATCH: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_OTHER: _ClassVar[DocumentRejectionReason]
    DOCUMENT_REJECTION_REASON_INFECTED: _ClassVar[DocumentRejectionReason]
DOCUMENT_STATUS_UNSPECIFIED: DocumentStatus
DOCUMENT_STATUS_UPLOADED: DocumentStatus
DOCUMENT_STATUS_VALIDATED: DocumentStatus
DOCUMENT_STATUS_REJECTED: DocumentStatus
DOCUMENT_STATUS_DELETED: DocumentStatus
DOCUMENT_REJECTION_REASON_UNSPECIFIED: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_UNREADABLE: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_WRONG_TYPE: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_OUTDATED: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_INCOMPLETE: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_MISMATCH: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_OTHER: DocumentRejectionReason
DOCUMENT_REJECTION_REASON_INFECTED: DocumentRejectionReason

class Document(_message.Message):
    __slots__ = ("document_id", "application_id", "customer_id", "type", "status", "version", "file_name", "content_type", "size_bytes", "sha256", "scanned", "uploaded_by", "upload_time", "decided_by", "decide_time", "rejection_reason", "reason")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SCANNED_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    application_id: str
    customer_id: str
    type: _document_type_pb2.DocumentType
    status: DocumentStatus
    version: int
    file_name: str
    content_type: str
    size_bytes: int
    sha256: str
    scanned: bool
    uploaded_by: str
    upload_time: _timestamp_pb2.Timestamp
    decided_by: str
    decide_time: _timestamp_pb2.Timestamp
    rejection_reason: DocumentRejectionReason
    reason: str
    def __init__(self, document_id: _Optional[str] = ..., application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., status: _Optional[_Union[DocumentStatus, str]] = ..., version: _Optional[int] = ..., file_name: _Optional[str] = ..., content_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., scanned: _Optional[bool] = ..., uploaded_by: _Optional[str] = ..., upload_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., rejection_reason: _Optional[_Union[DocumentRejectionReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...
