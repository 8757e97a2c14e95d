from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.repayment.v1 import loan_pb2 as _loan_pb2
from loanflow.repayment.v1 import payment_pb2 as _payment_pb2
from loanflow.repayment.v1 import statement_pb2 as _statement_pb2
from loanflow.repayment.v1 import withdrawal_pb2 as _withdrawal_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordPaymentRequest(_message.Message):
    __slots__ = ("loan_id", "amount", "value_date", "reference", "effect")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    amount: _money_pb2.Money
    value_date: str
    reference: str
    effect: _payment_pb2.PrepaymentEffect
    def __init__(self, loan_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., value_date: _Optional[str] = ..., reference: _Optional[str] = ..., effect: _Optional[_Union[_payment_pb2.PrepaymentEffect, str]] = ...) -> None: ...

class RecordPaymentResponse(_message.Message):
    __slots__ = ("payment",)
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    payment: _payment_pb2.Payment
    def __init__(self, payment: _Optional[_Union[_payment_pb2.Payment, _Mapping]] = ...) -> None: ...

class UploadProofRequest(_message.Message):
    __slots__ = ("payment_id", "file")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    file: _httpbody_pb2.HttpBody
    def __init__(self, payment_id: _Optional[str] = ..., file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class UploadProofResponse(_message.Message):
    __slots__ = ("payment",)
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    payment: _payment_pb2.Payment
    def __init__(self, payment: _Optional[_Union[_payment_pb2.Payment, _Mapping]] = ...) -> None: ...

class GetProofRequest(_message.Message):
    __slots__ = ("payment_id",)
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    def __init__(self, payment_id: _Optional[str] = ...) -> None: ...

class GetProofResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class WithdrawPaymentRequest(_message.Message):
    __slots__ = ("payment_id",)
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    def __init__(self, payment_id: _Optional[str] = ...) -> None: ...

class WithdrawPaymentResponse(_message.Message):
    __slots__ = ("payment",)
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    payment: _payment_pb2.Payment
    def __init__(self, payment: _Optional[_Union[_payment_pb2.Payment, _Mapping]] = ...) -> None: ...

class VerifyPaymentRequest(_message.Message):
    __slots__ = ("payment_id", "approve", "reason", "rejection_reason")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    approve: bool
    reason: str
    rejection_reason: _payment_pb2.PaymentRejectionReason
    def __init__(self, payment_id: _Optional[str] = ..., approve: _Optional[bool] = ..., reason: _Optional[str] = ..., rejection_reason: _Optional[_Union[_payment_pb2.PaymentRejectionReason, str]] = ...) -> None: ...

class VerifyPaymentResponse(_message.Message):
    __slots__ = ("payment",)
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    payment: _payment_pb2.Payment
    def __init__(self, payment: _Optional[_Union[_payment_pb2.Payment, _Mapping]] = ...) -> None: ...

class ReversePaymentRequest(_message.Message):
    __slots__ = ("payment_id", "reason", "reversal_reason")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_REASON_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    reason: str
    reversal_reason: _payment_pb2.PaymentReversalReason
    def __init__(self, payment_id: _Optional[str] = ..., reason: _Optional[str] = ..., reversal_reason: _Optional[_Union[_payment_pb2.PaymentReversalReason, str]] = ...) -> None: ...

class ReversePaymentResponse(_message.Message):
    __slots__ = ("payment",)
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    payment: _payment_pb2.Payment
    def __init__(self, payment: _Optional[_Union[_payment_pb2.Payment, _Mapping]] = ...) -> None: ...

class WaiveFeeRequest(_message.Message):
    __slots__ = ("loan_id", "instalment_number", "reason")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    instalment_number: int
    reason: str
    def __init__(self, loan_id: _Optional[str] = ..., instalment_number: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class WaiveFeeResponse(_message.Message):
    __slots__ = ("waived", "outstanding")
    WAIVED_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    waived: _money_pb2.Money
    outstanding: _loan_pb2.Outstanding
    def __init__(self, waived: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., outstanding: _Optional[_Union[_loan_pb2.Outstanding, _Mapping]] = ...) -> None: ...

class ListPaymentsRequest(_message.Message):
    __slots__ = ("loan_id", "page_size", "page_token")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    page_size: int
    page_token: str
    def __init__(self, loan_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPaymentsResponse(_message.Message):
    __slots__ = ("payments", "next_page_token")
    PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    payments: _containers.RepeatedCompositeFieldContainer[_payment_pb2.Payment]
    next_page_token: str
    def __init__(self, payments: _Optional[_Iterable[_Union[_payment_pb2.Payment, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetOutstandingRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class GetOutstandingResponse(_message.Message):
    __slots__ = ("outstanding",)
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    outstanding: _loan_pb2.Outstanding
    def __init__(self, outstanding: _Optional[_Union[_loan_pb2.Outstanding, _Mapping]] = ...) -> None: ...

class GetPayoffRequest(_message.Message):
    __slots__ = ("loan_id", "date")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    date: str
    def __init__(self, loan_id: _Optional[str] = ..., date: _Optional[str] = ...) -> None: ...

class GetPayoffResponse(_message.Message):
    __slots__ = ("payoff",)
    PAYOFF_FIELD_NUMBER: _ClassVar[int]
    payoff: _loan_pb2.Payoff
    def __init__(self, payoff: _Optional[_Union[_loan_pb2.Payoff, _Mapping]] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("loan_id", "from_date", "to_date")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    from_date: str
    to_date: str
    def __init__(self, loan_id: _Optional[str] = ..., from_date: _Optional[str] = ..., to_date: _Optional[str] = ...) -> None: ...

class GetStatementResponse(_message.Message):
    __slots__ = ("statement",)
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    statement: _statement_pb2.Statement
    def __init__(self, statement: _Optional[_Union[_statement_pb2.Statement, _Mapping]] = ...) -> None: ...

class GetStatementFileRequest(_message.Message):
    __slots__ = ("loan_id", "from_date", "to_date", "format", "kind", "year", "language")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    from_date: str
    to_date: str
    format: _statement_pb2.StatementFormat
    kind: _statement_pb2.StatementKind
    year: int
    language: _statement_pb2.StatementLanguage
    def __init__(self, loan_id: _Optional[str] = ..., from_date: _Optional[str] = ..., to_date: _Optional[str] = ..., format: _Optional[_Union[_statement_pb2.StatementFormat, str]] = ..., kind: _Optional[_Union[_statement_pb2.StatementKind, str]] = ..., year: _Optional[int] = ..., language: _Optional[_Union[_statement_pb2.StatementLanguage, str]] = ...) -> None: ...

class GetStatementFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class GetYearRequest(_message.Message):
    __slots__ = ("loan_id", "year")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    year: int
    def __init__(self, loan_id: _Optional[str] = ..., year: _Optional[int] = ...) -> None: ...

class GetYearResponse(_message.Message):
    __slots__ = ("summary",)
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    summary: _statement_pb2.YearSummary
    def __init__(self, summary: _Optional[_Union[_statement_pb2.YearSummary, _Mapping]] = ...) -> None: ...

class GetWithdrawalRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class GetWithdrawalResponse(_message.Message):
    __slots__ = ("withdrawal",)
    WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    withdrawal: _withdrawal_pb2.Withdrawal
    def __init__(self, withdrawal: _Optional[_Union[_withdrawal_pb2.Withdrawal, _Mapping]] = ...) -> None: ...

class DeclareWithdrawalRequest(_message.Message):
    __slots__ = ("loan_id", "notice_date", "reason")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    NOTICE_DATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    notice_date: str
    reason: str
    def __init__(self, loan_id: _Optional[str] = ..., notice_date: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DeclareWithdrawalResponse(_message.Message):
    __slots__ = ("withdrawal",)
    WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    withdrawal: _withdrawal_pb2.Withdrawal
    def __init__(self, withdrawal: _Optional[_Union[_withdrawal_pb2.Withdrawal, _Mapping]] = ...) -> None: ...

class CloseLoanRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class CloseLoanResponse(_message.Message):
    __slots__ = ("loan",)
    LOAN_FIELD_NUMBER: _ClassVar[int]
    loan: _loan_pb2.Loan
    def __init__(self, loan: _Optional[_Union[_loan_pb2.Loan, _Mapping]] = ...) -> None: ...

class RunDailyRequest(_message.Message):
    __slots__ = ("business_date", "max_loans")
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    MAX_LOANS_FIELD_NUMBER: _ClassVar[int]
    business_date: str
    max_loans: int
    def __init__(self, business_date: _Optional[str] = ..., max_loans: _Optional[int] = ...) -> None: ...

class RunDailyResponse(_message.Message):
    __slots__ = ("daily_run",)
    DAILY_RUN_FIELD_NUMBER: _ClassVar[int]
    daily_run: _loan_pb2.DailyRun
    def __init__(self, daily_run: _Optional[_Union[_loan_pb2.DailyRun, _Mapping]] = ...) -> None: ...
