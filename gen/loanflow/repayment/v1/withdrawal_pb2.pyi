import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WithdrawalState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WITHDRAWAL_STATE_UNSPECIFIED: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_NOT_GIVEN: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_POSSIBLE: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_OVER: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_REPAID: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_DECLARED: _ClassVar[WithdrawalState]
    WITHDRAWAL_STATE_SETTLED: _ClassVar[WithdrawalState]
WITHDRAWAL_STATE_UNSPECIFIED: WithdrawalState
WITHDRAWAL_STATE_NOT_GIVEN: WithdrawalState
WITHDRAWAL_STATE_POSSIBLE: WithdrawalState
WITHDRAWAL_STATE_OVER: WithdrawalState
WITHDRAWAL_STATE_REPAID: WithdrawalState
WITHDRAWAL_STATE_DECLARED: WithdrawalState
WITHDRAWAL_STATE_SETTLED: WithdrawalState

class Withdrawal(_message.Message):
    __slots__ = ("loan_id", "state", "last_date", "law", "as_of_date", "principal", "interest", "total", "per_diem", "released", "refund", "due_date", "declare_time", "declared_by")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DATE_FIELD_NUMBER: _ClassVar[int]
    LAW_FIELD_NUMBER: _ClassVar[int]
    AS_OF_DATE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    REFUND_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DECLARE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECLARED_BY_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    state: WithdrawalState
    last_date: str
    law: str
    as_of_date: str
    principal: _money_pb2.Money
    interest: _money_pb2.Money
    total: _money_pb2.Money
    per_diem: _money_pb2.Money
    released: _money_pb2.Money
    refund: _money_pb2.Money
    due_date: str
    declare_time: _timestamp_pb2.Timestamp
    declared_by: str
    def __init__(self, loan_id: _Optional[str] = ..., state: _Optional[_Union[WithdrawalState, str]] = ..., last_date: _Optional[str] = ..., law: _Optional[str] = ..., as_of_date: _Optional[str] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., released: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refund: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[str] = ..., declare_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., declared_by: _Optional[str] = ...) -> None: ...
