from buf.validate import validate_pb2 as _validate_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DayCount(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DAY_COUNT_UNSPECIFIED: _ClassVar[DayCount]
    DAY_COUNT_PERIOD: _ClassVar[DayCount]
    DAY_COUNT_THIRTY_360: _ClassVar[DayCount]
    DAY_COUNT_THIRTY_360_ISDA: _ClassVar[DayCount]
    DAY_COUNT_THIRTY_E_360: _ClassVar[DayCount]
    DAY_COUNT_ACT_360: _ClassVar[DayCount]
    DAY_COUNT_ACT_364: _ClassVar[DayCount]
    DAY_COUNT_ACT_365F: _ClassVar[DayCount]
    DAY_COUNT_ACT_ACT_ISDA: _ClassVar[DayCount]

class Rounding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUNDING_UNSPECIFIED: _ClassVar[Rounding]
    ROUNDING_HALF_EVEN: _ClassVar[Rounding]
    ROUNDING_HALF_UP: _ClassVar[Rounding]
    ROUNDING_CEILING: _ClassVar[Rounding]
    ROUNDING_FLOOR: _ClassVar[Rounding]

class BusinessDayConvention(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUSINESS_DAY_CONVENTION_UNSPECIFIED: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_NO_ADJUST: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_FOLLOWING: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_MODIFIED_FOLLOWING: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_MODIFIED_FOLLOWING_BI_MONTHLY: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_PRECEDING: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_MODIFIED_PRECEDING: _ClassVar[BusinessDayConvention]
    BUSINESS_DAY_CONVENTION_NEAREST: _ClassVar[BusinessDayConvention]

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
DAY_COUNT_UNSPECIFIED: DayCount
DAY_COUNT_PERIOD: DayCount
DAY_COUNT_THIRTY_360: DayCount
DAY_COUNT_THIRTY_360_ISDA: DayCount
DAY_COUNT_THIRTY_E_360: DayCount
DAY_COUNT_ACT_360: DayCount
DAY_COUNT_ACT_364: DayCount
DAY_COUNT_ACT_365F: DayCount
DAY_COUNT_ACT_ACT_ISDA: DayCount
ROUNDING_UNSPECIFIED: Rounding
ROUNDING_HALF_EVEN: Rounding
ROUNDING_HALF_UP: Rounding
ROUNDING_CEILING: Rounding
ROUNDING_FLOOR: Rounding
BUSINESS_DAY_CONVENTION_UNSPECIFIED: BusinessDayConvention
BUSINESS_DAY_CONVENTION_NO_ADJUST: BusinessDayConvention
BUSINESS_DAY_CONVENTION_FOLLOWING: BusinessDayConvention
BUSINESS_DAY_CONVENTION_MODIFIED_FOLLOWING: BusinessDayConvention
BUSINESS_DAY_CONVENTION_MODIFIED_FOLLOWING_BI_MONTHLY: BusinessDayConvention
BUSINESS_DAY_CONVENTION_PRECEDING: BusinessDayConvention
BUSINESS_DAY_CONVENTION_MODIFIED_PRECEDING: BusinessDayConvention
BUSINESS_DAY_CONVENTION_NEAREST: BusinessDayConvention
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
    __slots__ = ("principal", "annual_rate_percent", "tenure_months", "frequency", "method", "fee", "day_count", "rounding", "business_day_convention", "holiday_calendar", "interest_follows_due_date")
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    DAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROUNDING_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DAY_CONVENTION_FIELD_NUMBER: _ClassVar[int]
    HOLIDAY_CALENDAR_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FOLLOWS_DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    principal: _money_pb2.Money
    annual_rate_percent: str
    tenure_months: int
    frequency: RepaymentFrequency
    method: RepaymentMethod
    fee: _money_pb2.Money
    day_count: DayCount
    rounding: Rounding
    business_day_convention: BusinessDayConvention
    holiday_calendar: str
    interest_follows_due_date: bool
    def __init__(self, principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., annual_rate_percent: _Optional[str] = ..., tenure_months: _Optional[int] = ..., frequency: _Optional[_Union[RepaymentFrequency, str]] = ..., method: _Optional[_Union[RepaymentMethod, str]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., day_count: _Optional[_Union[DayCount, str]] = ..., rounding: _Optional[_Union[Rounding, str]] = ..., business_day_convention: _Optional[_Union[BusinessDayConvention, str]] = ..., holiday_calendar: _Optional[str] = ..., interest_follows_due_date: _Optional[bool] = ...) -> None: ...
