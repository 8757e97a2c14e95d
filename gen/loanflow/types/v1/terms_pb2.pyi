from buf.validate import validate_pb2 as _validate_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RepaymentFrequency(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPAYMENT_FREQUENCY_UNSPECIFIED: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_WEEKLY: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_BIWEEKLY: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_MONTHLY: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_QUARTERLY: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_HALF_YEARLY: _ClassVar[RepaymentFrequency]
    REPAYMENT_FREQUENCY_YEARLY: _ClassVar[RepaymentFrequency]

class RepaymentMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPAYMENT_METHOD_UNSPECIFIED: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_ANNUITY: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_EQUAL_PRINCIPAL: _ClassVar[RepaymentMethod]
    REPAYMENT_METHOD_FLAT: _ClassVar[RepaymentMethod]
REPAYMENT_FREQUENCY_UNSPECIFIED: RepaymentFrequency
REPAYMENT_FREQUENCY_WEEKLY: RepaymentFrequency
REPAYMENT_FREQUENCY_BIWEEKLY: RepaymentFrequency
REPAYMENT_FREQUENCY_MONTHLY: RepaymentFrequency
REPAYMENT_FREQUENCY_QUARTERLY: RepaymentFrequency
REPAYMENT_FREQUENCY_HALF_YEARLY: RepaymentFrequency
REPAYMENT_FREQUENCY_YEARLY: RepaymentFrequency
REPAYMENT_METHOD_UNSPECIFIED: RepaymentMethod
REPAYMENT_METHOD_ANNUITY: RepaymentMethod
REPAYMENT_METHOD_EQUAL_PRINCIPAL: RepaymentMethod
REPAYMENT_METHOD_FLAT: RepaymentMethod

class LoanTerms(_message.Message):
    __slots__ = ("principal", "annual_rate_percent", "tenure_months", "frequency", "method", "fee")
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    principal: _money_pb2.Money
    annual_rate_percent: str
    tenure_months: int
    frequency: RepaymentFrequency
    method: RepaymentMethod
    fee: _money_pb2.Money
    def __init__(self, principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., annual_rate_percent: _Optional[str] = ..., tenure_months: _Optional[int] = ..., frequency: _Optional[_Union[RepaymentFrequency, str]] = ..., method: _Optional[_Union[RepaymentMethod, str]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
