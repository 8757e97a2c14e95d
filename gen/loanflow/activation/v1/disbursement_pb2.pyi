import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DisbursementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISBURSEMENT_STATUS_UNSPECIFIED: _ClassVar[DisbursementStatus]
    DISBURSEMENT_STATUS_INITIATED: _ClassVar[DisbursementStatus]
    DISBURSEMENT_STATUS_COMPLETED: _ClassVar[DisbursementStatus]
    DISBURSEMENT_STATUS_FAILED: _ClassVar[DisbursementStatus]
    DISBURSEMENT_STATUS_CANCELLED: _ClassVar[DisbursementStatus]

class DisbursementFailure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISBURSEMENT_FAILURE_UNSPECIFIED: _ClassVar[DisbursementFailure]
    DISBURSEMENT_FAILURE_REFUSED: _ClassVar[DisbursementFailure]
    DISBURSEMENT_FAILURE_ACCOUNT_INVALID: _ClassVar[DisbursementFailure]
    DISBURSEMENT_FAILURE_BANK_UNREACHABLE: _ClassVar[DisbursementFailure]
    DISBURSEMENT_FAILURE_DETAILS_CHANGED: _ClassVar[DisbursementFailure]
    DISBURSEMENT_FAILURE_NOT_ALLOWED: _ClassVar[DisbursementFailure]
DISBURSEMENT_STATUS_UNSPECIFIED: DisbursementStatus
DISBURSEMENT_STATUS_INITIATED: DisbursementStatus
DISBURSEMENT_STATUS_COMPLETED: DisbursementStatus
DISBURSEMENT_STATUS_FAILED: DisbursementStatus
DISBURSEMENT_STATUS_CANCELLED: DisbursementStatus
DISBURSEMENT_FAILURE_UNSPECIFIED: DisbursementFailure
DISBURSEMENT_FAILURE_REFUSED: DisbursementFailure
DISBURSEMENT_FAILURE_ACCOUNT_INVALID: DisbursementFailure
DISBURSEMENT_FAILURE_BANK_UNREACHABLE: DisbursementFailure
DISBURSEMENT_FAILURE_DETAILS_CHANGED: DisbursementFailure
DISBURSEMENT_FAILURE_NOT_ALLOWED: DisbursementFailure

class Disbursement(_message.Message):
    __slots__ = ("disbursement_id", "loan_id", "status", "amount", "attempts", "bank_reference", "failure", "initiate_time", "complete_time")
    DISBURSEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    BANK_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    INITIATE_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    disbursement_id: str
    loan_id: str
    status: DisbursementStatus
    amount: _money_pb2.Money
    attempts: int
    bank_reference: str
    failure: DisbursementFailure
    initiate_time: _timestamp_pb2.Timestamp
    complete_time: _timestamp_pb2.Timestamp
    def __init__(self, disbursement_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., status: _Optional[_Union[DisbursementStatus, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., attempts: _Optional[int] = ..., bank_reference: _Optional[str] = ..., failure: _Optional[_Union[DisbursementFailure, str]] = ..., initiate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
