import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.agreement.v1 import agreement_pb2 as _agreement_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgreementGenerated(_message.Message):
    __slots__ = ("application_id", "customer_id", "terms_hash", "pdf_sha256", "cost")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    PDF_SHA256_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    terms_hash: str
    pdf_sha256: str
    cost: _schedule_pb2.LoanCost
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., terms_hash: _Optional[str] = ..., pdf_sha256: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ...) -> None: ...

class AgreementPartySigned(_message.Message):
    __slots__ = ("application_id", "customer_id", "signer_customer_id", "role", "remaining_count", "sign_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNER_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_COUNT_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    signer_customer_id: str
    role: _agreement_pb2.SignerRole
    remaining_count: int
    sign_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., signer_customer_id: _Optional[str] = ..., role: _Optional[_Union[_agreement_pb2.SignerRole, str]] = ..., remaining_count: _Optional[int] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AgreementSigned(_message.Message):
    __slots__ = ("application_id", "customer_id", "method", "decided_by", "terms", "terms_hash", "pdf_sha256", "sign_time", "party_customer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    PDF_SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    method: _agreement_pb2.SigningMethod
    decided_by: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    pdf_sha256: str
    sign_time: _timestamp_pb2.Timestamp
    party_customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., method: _Optional[_Union[_agreement_pb2.SigningMethod, str]] = ..., decided_by: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., pdf_sha256: _Optional[str] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., party_customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class AgreementUploaded(_message.Message):
    __slots__ = ("application_id", "customer_id", "uploaded_by", "sha256")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    uploaded_by: str
    sha256: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., uploaded_by: _Optional[str] = ..., sha256: _Optional[str] = ...) -> None: ...

class AgreementCopyRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by", "sha256", "rejection_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    sha256: str
    rejection_reason: _agreement_pb2.CopyRejectionReason
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., sha256: _Optional[str] = ..., rejection_reason: _Optional[_Union[_agreement_pb2.CopyRejectionReason, str]] = ...) -> None: ...
