import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_STATUS_UNSPECIFIED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_RECEIVED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_VERIFIED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_REJECTED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_REVERSED: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_WITHDRAWN: _ClassVar[PaymentStatus]
    PAYMENT_STATUS_SUPERSEDED: _ClassVar[PaymentStatus]

class PrepaymentEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREPAYMENT_EFFECT_UNSPECIFIED: _ClassVar[PrepaymentEffect]
    PREPAYMENT_EFFECT_NEXT_INSTALMENTS: _ClassVar[PrepaymentEffect]
    PREPAYMENT_EFFECT_SHORTER_TERM: _ClassVar[PrepaymentEffect]
    PREPAYMENT_EFFECT_SMALLER_INSTALMENT: _ClassVar[PrepaymentEffect]

class PaymentRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_REJECTION_REASON_UNSPECIFIED: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_UNREADABLE: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_NO_RECEIPT: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_MISMATCH: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_NOT_ARRIVED: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_DUPLICATE: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_OTHER: _ClassVar[PaymentRejectionReason]
    PAYMENT_REJECTION_REASON_INFECTED: _ClassVar[PaymentRejectionReason]

class PaymentReversalReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_REVERSAL_REASON_UNSPECIFIED: _ClassVar[PaymentReversalReason]
    PAYMENT_REVERSAL_REASON_RETURNED: _ClassVar[PaymentReversalReason]
    PAYMENT_REVERSAL_REASON_NOT_ARRIVED: _ClassVar[PaymentReversalReason]
    PAYMENT_REVERSAL_REASON_DUPLICATE: _ClassVar[PaymentReversalReason]
    PAYMENT_REVERSAL_REASON_WRONG_ENTRY: _ClassVar[PaymentReversalReason]
    PAYMENT_REVERSAL_REASON_OTHER: _ClassVar[PaymentReversalReason]
PAYMENT_STATUS_UNSPECIFIED: PaymentStatus
PAYMENT_STATUS_RECEIVED: PaymentStatus
PAYMENT_STATUS_VERIFIED: PaymentStatus
PAYMENT_STATUS_REJECTED: PaymentStatus
PAYMENT_STATUS_REVERSED: PaymentStatus
PAYMENT_STATUS_WITHDRAWN: PaymentStatus
PAYMENT_STATUS_SUPERSEDED: PaymentStatus
PREPAYMENT_EFFECT_UNSPECIFIED: PrepaymentEffect
PREPAYMENT_EFFECT_NEXT_INSTALMENTS: PrepaymentEffect
PREPAYMENT_EFFECT_SHORTER_TERM: PrepaymentEffect
PREPAYMENT_EFFECT_SMALLER_INSTALMENT: PrepaymentEffect
PAYMENT_REJECTION_REASON_UNSPECIFIED: PaymentRejectionReason
PAYMENT_REJECTION_REASON_UNREADABLE: PaymentRejectionReason
PAYMENT_REJECTION_REASON_NO_RECEIPT: PaymentRejectionReason
PAYMENT_REJECTION_REASON_MISMATCH: PaymentRejectionReason
PAYMENT_REJECTION_REASON_NOT_ARRIVED: PaymentRejectionReason
PAYMENT_REJECTION_REASON_DUPLICATE: PaymentRejectionReason
PAYMENT_REJECTION_REASON_OTHER: PaymentRejectionReason
PAYMENT_REJECTION_REASON_INFECTED: PaymentRejectionReason
PAYMENT_REVERSAL_REASON_UNSPECIFIED: PaymentReversalReason
PAYMENT_REVERSAL_REASON_RETURNED: PaymentReversalReason
PAYMENT_REVERSAL_REASON_NOT_ARRIVED: PaymentReversalReason
PAYMENT_REVERSAL_REASON_DUPLICATE: PaymentReversalReason
PAYMENT_REVERSAL_REASON_WRONG_ENTRY: PaymentReversalReason
PAYMENT_REVERSAL_REASON_OTHER: PaymentReversalReason

class Payment(_message.Message):
    __slots__ = ("payment_id", "loan_id", "application_id", "customer_id", "status", "amount", "value_date", "reference", "proof", "allocation", "decided_by", "reason", "reversed_by", "receive_time", "decide_time", "reverse_time", "effect", "rejection_reason", "reversal_reason", "end_time", "similar_payment_ids")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVERSED_BY_FIELD_NUMBER: _ClassVar[int]
    RECEIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVERSE_TIME_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_PAYMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    loan_id: str
    application_id: str
    customer_id: str
    status: PaymentStatus
    amount: _money_pb2.Money
    value_date: str
    reference: str
    proof: Proof
    allocation: Allocation
    decided_by: str
    reason: str
    reversed_by: str
    receive_time: _timestamp_pb2.Timestamp
    decide_time: _timestamp_pb2.Timestamp
    reverse_time: _timestamp_pb2.Timestamp
    effect: PrepaymentEffect
    rejection_reason: PaymentRejectionReason
    reversal_reason: PaymentReversalReason
    end_time: _timestamp_pb2.Timestamp
    similar_payment_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, payment_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[PaymentStatus, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., reference: _Optional[str] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ..., allocation: _Optional[_Union[Allocation, _Mapping]] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ..., reversed_by: _Optional[str] = ..., receive_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reverse_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effect: _Optional[_Union[PrepaymentEffect, str]] = ..., rejection_reason: _Optional[_Union[PaymentRejectionReason, str]] = ..., reversal_reason: _Optional[_Union[PaymentReversalReason, str]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., similar_payment_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Proof(_message.Message):
    __slots__ = ("content_type", "sha256", "size_bytes", "upload_time", "scanned")
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    SCANNED_FIELD_NUMBER: _ClassVar[int]
    content_type: str
    sha256: str
    size_bytes: int
    upload_time: _timestamp_pb2.Timestamp
    scanned: bool
    def __init__(self, content_type: _Optional[str] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., upload_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scanned: _Optional[bool] = ...) -> None: ...

class Allocation(_message.Message):
    __slots__ = ("penalty", "fee", "interest", "principal")
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    penalty: _money_pb2.Money
    fee: _money_pb2.Money
    interest: _money_pb2.Money
    principal: _money_pb2.Money
    def __init__(self, penalty: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
