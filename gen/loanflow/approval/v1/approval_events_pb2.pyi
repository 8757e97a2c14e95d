import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.approval.v1 import approval_pb2 as _approval_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApprovalInternalPassed(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ...) -> None: ...

class ApprovalManagementPassed(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ...) -> None: ...

class ApprovalFinalApproved(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by", "terms", "terms_hash", "cost")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ...) -> None: ...

class ApprovalRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by", "level", "rejection_reason", "earlier_deciders", "reject_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    EARLIER_DECIDERS_FIELD_NUMBER: _ClassVar[int]
    REJECT_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    level: _approval_pb2.ApprovalLevel
    rejection_reason: _approval_pb2.ApprovalRejectionReason
    earlier_deciders: _containers.RepeatedScalarFieldContainer[str]
    reject_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., level: _Optional[_Union[_approval_pb2.ApprovalLevel, str]] = ..., rejection_reason: _Optional[_Union[_approval_pb2.ApprovalRejectionReason, str]] = ..., earlier_deciders: _Optional[_Iterable[str]] = ..., reject_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
