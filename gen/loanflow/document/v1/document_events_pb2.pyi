import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.document.v1 import document_pb2 as _document_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentUploaded(_message.Message):
    __slots__ = ("application_id", "customer_id", "document_id", "document_type", "document_version", "sha256", "uploaded_by", "upload_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    document_id: str
    document_type: _document_type_pb2.DocumentType
    document_version: int
    sha256: str
    uploaded_by: str
    upload_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., document_id: _Optional[str] = ..., document_type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_version: _Optional[int] = ..., sha256: _Optional[str] = ..., uploaded_by: _Optional[str] = ..., upload_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DocumentValidated(_message.Message):
    __slots__ = ("application_id", "customer_id", "document_id", "document_type", "document_version", "decided_by", "validate_time", "handed_in")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    HANDED_IN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    document_id: str
    document_type: _document_type_pb2.DocumentType
    document_version: int
    decided_by: str
    validate_time: _timestamp_pb2.Timestamp
    handed_in: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., document_id: _Optional[str] = ..., document_type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_version: _Optional[int] = ..., decided_by: _Optional[str] = ..., validate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handed_in: _Optional[bool] = ...) -> None: ...

class DocumentRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "document_id", "document_type", "document_version", "decided_by", "rejection_reason", "reject_time", "handed_in")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REJECT_TIME_FIELD_NUMBER: _ClassVar[int]
    HANDED_IN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    document_id: str
    document_type: _document_type_pb2.DocumentType
    document_version: int
    decided_by: str
    rejection_reason: _document_pb2.DocumentRejectionReason
    reject_time: _timestamp_pb2.Timestamp
    handed_in: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., document_id: _Optional[str] = ..., document_type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_version: _Optional[int] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[_document_pb2.DocumentRejectionReason, str]] = ..., reject_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handed_in: _Optional[bool] = ...) -> None: ...
