import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LoanStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOAN_STATUS_UNSPECIFIED: _ClassVar[LoanStatus]
    LOAN_STATUS_OPEN: _ClassVar[LoanStatus]
    LOAN_STATUS_CLOSED: _ClassVar[LoanStatus]
    LOAN_STATUS_PENDING: _ClassVar[LoanStatus]
    LOAN_STATUS_CANCELLED: _ClassVar[LoanStatus]

class DelinquencyBucket(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELINQUENCY_BUCKET_UNSPECIFIED: _ClassVar[DelinquencyBucket]
    DELINQUENCY_BUCKET_CURRENT: _ClassVar[DelinquencyBucket]
    DELINQUENCY_BUCKET_DAYS_1_29: _ClassVar[DelinquencyBucket]
    DELINQUENCY_BUCKET_DAYS_30_59: _ClassVar[DelinquencyBucket]
    DELINQUENCY_BUCKET_DAYS_60_89: _ClassVar[DelinquencyBucket]
    DELINQUENCY_BUCKET_DAYS_90_UP: _ClassVar[DelinquencyBucket]
LOAN_STATUS_UNSPECIFIED: LoanStatus
LOAN_STATUS_OPEN: LoanStatus
LOAN_STATUS_CLOSED: LoanStatus
LOAN_STATUS_PENDING: LoanStatus
LOAN_STATUS_CANCELLED: LoanStatus
DELINQUENCY_BUCKET_UNSPECIFIED: DelinquencyBucket
DELINQUENCY_BUCKET_CURRENT: DelinquencyBucket
DELINQUENCY_BUCKET_DAYS_1_29: DelinquencyBucket
DELINQUENCY_BUCKET_DAYS_30_59: DelinquencyBucket
DELINQUENCY_BUCKET_DAYS_60_89: DelinquencyBucket
DELINQUENCY_BUCKET_DAYS_90_UP: DelinquencyBucket

class Loan(_message.Message):
    __slots__ = ("loan_id", "application_id", "customer_id", "status", "principal_balance", "total_paid", "create_time", "close_time")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    application_id: str
    customer_id: str
    status: LoanStatus
    principal_balance: _money_pb2.Money
    total_paid: _money_pb2.Money
    create_time: _timestamp_pb2.Timestamp
    close_time: _timestamp_pb2.Timestamp
    def __init__(self, loan_id: _Optional[str] = ..., application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[LoanStatus, str]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Outstanding(_message.Message):
    __slots__ = ("loan_id", "as_of_date", "status", "principal_balance", "interest_due", "fee_due", "penalty_due", "total_due", "days_past_due", "next_instalment", "unverified_payments", "bucket")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_DATE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_DUE_FIELD_NUMBER: _ClassVar[int]
    FEE_DUE_FIELD_NUMBER: _ClassVar[int]
    PENALTY_DUE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_DUE_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    NEXT_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    as_of_date: str
    status: LoanStatus
    principal_balance: _money_pb2.Money
    interest_due: _money_pb2.Money
    fee_due: _money_pb2.Money
    penalty_due: _money_pb2.Money
    total_due: _money_pb2.Money
    days_past_due: int
    next_instalment: _schedule_pb2.Instalment
    unverified_payments: _money_pb2.Money
    bucket: DelinquencyBucket
    def __init__(self, loan_id: _Optional[str] = ..., as_of_date: _Optional[str] = ..., status: _Optional[_Union[LoanStatus, str]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fee_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., penalty_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., next_instalment: _Optional[_Union[_schedule_pb2.Instalment, _Mapping]] = ..., unverified_payments: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bucket: _Optional[_Union[DelinquencyBucket, str]] = ...) -> None: ...

class Payoff(_message.Message):
    __slots__ = ("loan_id", "date", "principal", "interest", "fee", "penalty", "total", "per_diem")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    date: str
    principal: _money_pb2.Money
    interest: _money_pb2.Money
    fee: _money_pb2.Money
    penalty: _money_pb2.Money
    total: _money_pb2.Money
    per_diem: _money_pb2.Money
    def __init__(self, loan_id: _Optional[str] = ..., date: _Optional[str] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fee: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., penalty: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class DailyRun(_message.Message):
    __slots__ = ("business_date", "complete", "loans_done", "instalments_overdue", "start_time", "complete_time", "loans_failed", "late_fees_charged", "reminders_made")
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    LOANS_DONE_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TIME_FIELD_NUMBER: _ClassVar[int]
    LOANS_FAILED_FIELD_NUMBER: _ClassVar[int]
    LATE_FEES_CHARGED_FIELD_NUMBER: _ClassVar[int]
    REMINDERS_MADE_FIELD_NUMBER: _ClassVar[int]
    business_date: str
    complete: bool
    loans_done: int
    instalments_overdue: int
    start_time: _timestamp_pb2.Timestamp
    complete_time: _timestamp_pb2.Timestamp
    loans_failed: int
    late_fees_charged: int
    reminders_made: int
    def __init__(self, business_date: _Optional[str] = ..., complete: _Optional[bool] = ..., loans_done: _Optional[int] = ..., instalments_overdue: _Optional[int] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., complete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., loans_failed: _Optional[int] = ..., late_fees_charged: _Optional[int] = ..., reminders_made: _Optional[int] = ...) -> None: ...
