from buf.validate import validate_pb2 as _validate_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Instalment(_message.Message):
    __slots__ = ("number", "due_date", "principal", "interest", "fee", "total", "balance")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    number: int
    due_date: str
    principal: _money_pb2.Money
    interest: _money_pb2.Money
    fee: _money_pb2.Money
    total: _money_pb2.Money
    balance: _money_pb2.Money
    def __init__(self, number: _Optional[int] = ..., due_date: _Optional[str] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class LoanCost(_message.Message):
    __slots__ = ("instalment", "instalments", "first_due_date", "last_due_date", "total_interest", "total_cost", "total_paid", "apr_percent", "effective_rate_percent")
    INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    FIRST_DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_INTEREST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    APR_PERCENT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    instalment: _money_pb2.Money
    instalments: int
    first_due_date: str
    last_due_date: str
    total_interest: _money_pb2.Money
    total_cost: _money_pb2.Money
    total_paid: _money_pb2.Money
    apr_percent: str
    effective_rate_percent: str
    def __init__(self, instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., instalments: _Optional[int] = ..., first_due_date: _Optional[str] = ..., last_due_date: _Optional[str] = ..., total_interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., apr_percent: _Optional[str] = ..., effective_rate_percent: _Optional[str] = ...) -> None: ...
