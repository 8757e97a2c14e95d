import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.activation.v1 import account_pb2 as _account_pb2
from loanflow.activation.v1 import disbursement_pb2 as _disbursement_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LoanActivated(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "terms", "terms_hash", "start_date", "cost", "facility_type")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    start_date: str
    cost: _schedule_pb2.LoanCost
    facility_type: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., start_date: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., facility_type: _Optional[str] = ...) -> None: ...

class RepaymentScheduleCreated(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "schedule_version", "terms", "terms_hash", "start_date", "instalments", "facility_type")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    schedule_version: int
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    start_date: str
    instalments: _containers.RepeatedCompositeFieldContainer[_schedule_pb2.Instalment]
    facility_type: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., schedule_version: _Optional[int] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., start_date: _Optional[str] = ..., instalments: _Optional[_Iterable[_Union[_schedule_pb2.Instalment, _Mapping]]] = ..., facility_type: _Optional[str] = ...) -> None: ...

class DisbursementInitiated(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "disbursement_id", "amount", "attempt")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DISBURSEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: _money_pb2.Money
    attempt: int
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., disbursement_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., attempt: _Optional[int] = ...) -> None: ...

class DisbursementCompleted(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "disbursement_id", "amount", "bank_reference", "start_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DISBURSEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    BANK_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: _money_pb2.Money
    bank_reference: str
    start_date: str
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., disbursement_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bank_reference: _Optional[str] = ..., start_date: _Optional[str] = ...) -> None: ...

class DisbursementFailed(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "disbursement_id", "amount", "attempt", "failure")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DISBURSEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    disbursement_id: str
    amount: _money_pb2.Money
    attempt: int
    failure: _disbursement_pb2.DisbursementFailure
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., disbursement_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., attempt: _Optional[int] = ..., failure: _Optional[_Union[_disbursement_pb2.DisbursementFailure, str]] = ...) -> None: ...

class LoanCancelled(_message.Message):
    __slots__ = ("application_id", "loan_id", "customer_id", "amount", "cancelled_by", "cancel_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_BY_FIELD_NUMBER: _ClassVar[int]
    CANCEL_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    loan_id: str
    customer_id: str
    amount: _money_pb2.Money
    cancelled_by: _account_pb2.CancelledBy
    cancel_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., cancelled_by: _Optional[_Union[_account_pb2.CancelledBy, str]] = ..., cancel_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
