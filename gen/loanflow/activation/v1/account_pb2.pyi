import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.activation.v1 import disbursement_pb2 as _disbursement_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CancelledBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANCELLED_BY_UNSPECIFIED: _ClassVar[CancelledBy]
    CANCELLED_BY_CUSTOMER: _ClassVar[CancelledBy]
    CANCELLED_BY_STAFF: _ClassVar[CancelledBy]

class AccountStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_STATUS_UNSPECIFIED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_ACTIVE: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_DISBURSED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_CLOSED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_CANCELLED: _ClassVar[AccountStatus]
CANCELLED_BY_UNSPECIFIED: CancelledBy
CANCELLED_BY_CUSTOMER: CancelledBy
CANCELLED_BY_STAFF: CancelledBy
ACCOUNT_STATUS_UNSPECIFIED: AccountStatus
ACCOUNT_STATUS_ACTIVE: AccountStatus
ACCOUNT_STATUS_DISBURSED: AccountStatus
ACCOUNT_STATUS_CLOSED: AccountStatus
ACCOUNT_STATUS_CANCELLED: AccountStatus

class Account(_message.Message):
    __slots__ = ("loan_id", "application_id", "customer_id", "status", "terms", "terms_hash", "cost", "principal_balance", "total_paid", "start_date", "disbursement", "activate_time", "close_time", "update_time", "approved_kyc_version", "cancelled_by", "facility_type")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    DISBURSEMENT_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    APPROVED_KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_BY_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    application_id: str
    customer_id: str
    status: AccountStatus
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    principal_balance: _money_pb2.Money
    total_paid: _money_pb2.Money
    start_date: str
    disbursement: _disbursement_pb2.Disbursement
    activate_time: _timestamp_pb2.Timestamp
    close_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    approved_kyc_version: int
    cancelled_by: CancelledBy
    facility_type: str
    def __init__(self, loan_id: _Optional[str] = ..., application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[AccountStatus, str]] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., start_date: _Optional[str] = ..., disbursement: _Optional[_Union[_disbursement_pb2.Disbursement, _Mapping]] = ..., activate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., approved_kyc_version: _Optional[int] = ..., cancelled_by: _Optional[_Union[CancelledBy, str]] = ..., facility_type: _Optional[str] = ...) -> None: ...
