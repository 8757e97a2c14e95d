import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.repayment.v1 import payment_pb2 as _payment_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentReceived(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ...) -> None: ...

class PaymentVerified(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date", "decided_by", "allocation", "principal_balance", "total_paid")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    decided_by: str
    allocation: _payment_pb2.Allocation
    principal_balance: _money_pb2.Money
    total_paid: _money_pb2.Money
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., decided_by: _Optional[str] = ..., allocation: _Optional[_Union[_payment_pb2.Allocation, _Mapping]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class PaymentRejected(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date", "decided_by", "rejection_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    decided_by: str
    rejection_reason: _payment_pb2.PaymentRejectionReason
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[_payment_pb2.PaymentRejectionReason, str]] = ...) -> None: ...

class PaymentWithdrawn(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ...) -> None: ...

class PaymentSuperseded(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ...) -> None: ...

class PaymentReversed(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date", "decided_by", "principal_balance", "total_paid", "reversal_reason", "reopens_loan")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    REOPENS_LOAN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    decided_by: str
    principal_balance: _money_pb2.Money
    total_paid: _money_pb2.Money
    reversal_reason: _payment_pb2.PaymentReversalReason
    reopens_loan: bool
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., decided_by: _Optional[str] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reversal_reason: _Optional[_Union[_payment_pb2.PaymentReversalReason, str]] = ..., reopens_loan: _Optional[bool] = ...) -> None: ...

class PaymentOverdue(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "instalment_number", "due_date", "amount_due", "days_past_due", "business_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    instalment_number: int
    due_date: str
    amount_due: _money_pb2.Money
    days_past_due: int
    business_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., instalment_number: _Optional[int] = ..., due_date: _Optional[str] = ..., amount_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., business_date: _Optional[str] = ...) -> None: ...

class LoanFullyRepaid(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "total_paid", "value_date", "closure_number", "principal", "start_date", "close_date", "withdrawn", "paper_language")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    CLOSURE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    CLOSE_DATE_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    PAPER_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    total_paid: _money_pb2.Money
    value_date: str
    closure_number: int
    principal: _money_pb2.Money
    start_date: str
    close_date: str
    withdrawn: bool
    paper_language: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., closure_number: _Optional[int] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., start_date: _Optional[str] = ..., close_date: _Optional[str] = ..., withdrawn: _Optional[bool] = ..., paper_language: _Optional[str] = ...) -> None: ...

class LoanReopened(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "payment_id", "amount", "value_date", "principal_balance", "amount_due", "closure_number", "reversal_reason", "withdrawn")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    CLOSURE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    payment_id: str
    amount: _money_pb2.Money
    value_date: str
    principal_balance: _money_pb2.Money
    amount_due: _money_pb2.Money
    closure_number: int
    reversal_reason: _payment_pb2.PaymentReversalReason
    withdrawn: bool
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., payment_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., amount_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., closure_number: _Optional[int] = ..., reversal_reason: _Optional[_Union[_payment_pb2.PaymentReversalReason, str]] = ..., withdrawn: _Optional[bool] = ...) -> None: ...

class LoanWithdrawalDeclared(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "declare_time", "principal_balance", "interest", "total", "per_diem", "due_date", "released", "refund", "total_paid", "declared_by")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECLARE_TIME_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    REFUND_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    DECLARED_BY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    declare_time: _timestamp_pb2.Timestamp
    principal_balance: _money_pb2.Money
    interest: _money_pb2.Money
    total: _money_pb2.Money
    per_diem: _money_pb2.Money
    due_date: str
    released: _money_pb2.Money
    refund: _money_pb2.Money
    total_paid: _money_pb2.Money
    declared_by: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., declare_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[str] = ..., released: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refund: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., declared_by: _Optional[str] = ...) -> None: ...

class LoanWithdrawalPartyInformed(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "declare_time", "principal_balance", "interest", "total", "per_diem", "due_date", "released", "refund")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECLARE_TIME_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    REFUND_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    declare_time: _timestamp_pb2.Timestamp
    principal_balance: _money_pb2.Money
    interest: _money_pb2.Money
    total: _money_pb2.Money
    per_diem: _money_pb2.Money
    due_date: str
    released: _money_pb2.Money
    refund: _money_pb2.Money
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., declare_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., due_date: _Optional[str] = ..., released: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refund: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class LoanWithdrawalSettled(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "principal", "interest", "total_paid", "refund", "value_date", "declare_time", "start_date", "close_date", "paper_language")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    REFUND_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DECLARE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    CLOSE_DATE_FIELD_NUMBER: _ClassVar[int]
    PAPER_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    principal: _money_pb2.Money
    interest: _money_pb2.Money
    total_paid: _money_pb2.Money
    refund: _money_pb2.Money
    value_date: str
    declare_time: _timestamp_pb2.Timestamp
    start_date: str
    close_date: str
    paper_language: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refund: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., declare_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_date: _Optional[str] = ..., close_date: _Optional[str] = ..., paper_language: _Optional[str] = ...) -> None: ...

class LoanWithdrawalOverdue(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "due_date", "amount_due", "per_diem", "days_past_due", "business_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    due_date: str
    amount_due: _money_pb2.Money
    per_diem: _money_pb2.Money
    days_past_due: int
    business_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., due_date: _Optional[str] = ..., amount_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., business_date: _Optional[str] = ...) -> None: ...
