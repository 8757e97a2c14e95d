import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApprovalStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_STATUS_UNSPECIFIED: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_READY: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_PENDING_INTERNAL: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_PENDING_MANAGEMENT: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_PENDING_FINAL: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_APPROVED: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_REJECTED: _ClassVar[ApprovalStatus]
    APPROVAL_STATUS_CLOSED: _ClassVar[ApprovalStatus]

class ApprovalLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_LEVEL_UNSPECIFIED: _ClassVar[ApprovalLevel]
    APPROVAL_LEVEL_INTERNAL: _ClassVar[ApprovalLevel]
    APPROVAL_LEVEL_MANAGEMENT: _ClassVar[ApprovalLevel]
    APPROVAL_LEVEL_FINAL: _ClassVar[ApprovalLevel]

class ApprovalRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_REJECTION_REASON_UNSPECIFIED: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_AFFORDABILITY: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_TERMS: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_COLLATERAL: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_PROJECT: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_INFORMATION: _ClassVar[ApprovalRejectionReason]
    APPROVAL_REJECTION_REASON_OTHER: _ClassVar[ApprovalRejectionReason]
APPROVAL_STATUS_UNSPECIFIED: ApprovalStatus
APPROVAL_STATUS_READY: ApprovalStatus
APPROVAL_STATUS_PENDING_INTERNAL: ApprovalStatus
APPROVAL_STATUS_PENDING_MANAGEMENT: ApprovalStatus
APPROVAL_STATUS_PENDING_FINAL: ApprovalStatus
APPROVAL_STATUS_APPROVED: ApprovalStatus
APPROVAL_STATUS_REJECTED: ApprovalStatus
APPROVAL_STATUS_CLOSED: ApprovalStatus
APPROVAL_LEVEL_UNSPECIFIED: ApprovalLevel
APPROVAL_LEVEL_INTERNAL: ApprovalLevel
APPROVAL_LEVEL_MANAGEMENT: ApprovalLevel
APPROVAL_LEVEL_FINAL: ApprovalLevel
APPROVAL_REJECTION_REASON_UNSPECIFIED: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_AFFORDABILITY: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_TERMS: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_COLLATERAL: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_PROJECT: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_INFORMATION: ApprovalRejectionReason
APPROVAL_REJECTION_REASON_OTHER: ApprovalRejectionReason

class Approval(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "terms", "terms_hash", "cost", "submitted_by", "submit_time", "decisions", "create_time", "update_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_BY_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: ApprovalStatus
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    submitted_by: str
    submit_time: _timestamp_pb2.Timestamp
    decisions: _containers.RepeatedCompositeFieldContainer[LevelDecision]
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[ApprovalStatus, str]] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., submitted_by: _Optional[str] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decisions: _Optional[_Iterable[_Union[LevelDecision, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LevelDecision(_message.Message):
    __slots__ = ("level", "approved", "decided_by", "comment", "decide_time", "rejection_reason")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    level: ApprovalLevel
    approved: bool
    decided_by: str
    comment: str
    decide_time: _timestamp_pb2.Timestamp
    rejection_reason: ApprovalRejectionReason
    def __init__(self, level: _Optional[_Union[ApprovalLevel, str]] = ..., approved: _Optional[bool] = ..., decided_by: _Optional[str] = ..., comment: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., rejection_reason: _Optional[_Union[ApprovalRejectionReason, str]] = ...) -> None: ...
