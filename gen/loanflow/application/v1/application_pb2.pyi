import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.application.v1 import party_pb2 as _party_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import circumstances_pb2 as _circumstances_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApplicationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPLICATION_STATUS_UNSPECIFIED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_DRAFT: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_SUBMITTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_KYC_REVIEW: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_KYC_APPROVED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_RISK_ASSESSED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_RISK_APPROVED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_OFFER_SENT: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_OFFER_ACCEPTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_INTERNAL_APPROVED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_MANAGEMENT_APPROVED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_FINAL_APPROVED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_AGREEMENT_GENERATED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_AGREEMENT_SIGNED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_ACTIVE: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_DISBURSED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_OFFER_DECLINED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_OFFER_EXPIRED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_CLOSED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_KYC_REJECTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_RISK_REJECTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_APPROVAL_REJECTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_WITHDRAWN: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_INFORMATION_REQUESTED: _ClassVar[ApplicationStatus]
    APPLICATION_STATUS_CANCELLED: _ClassVar[ApplicationStatus]
APPLICATION_STATUS_UNSPECIFIED: ApplicationStatus
APPLICATION_STATUS_DRAFT: ApplicationStatus
APPLICATION_STATUS_SUBMITTED: ApplicationStatus
APPLICATION_STATUS_KYC_REVIEW: ApplicationStatus
APPLICATION_STATUS_KYC_APPROVED: ApplicationStatus
APPLICATION_STATUS_RISK_ASSESSED: ApplicationStatus
APPLICATION_STATUS_RISK_APPROVED: ApplicationStatus
APPLICATION_STATUS_OFFER_SENT: ApplicationStatus
APPLICATION_STATUS_OFFER_ACCEPTED: ApplicationStatus
APPLICATION_STATUS_INTERNAL_APPROVED: ApplicationStatus
APPLICATION_STATUS_MANAGEMENT_APPROVED: ApplicationStatus
APPLICATION_STATUS_FINAL_APPROVED: ApplicationStatus
APPLICATION_STATUS_AGREEMENT_GENERATED: ApplicationStatus
APPLICATION_STATUS_AGREEMENT_SIGNED: ApplicationStatus
APPLICATION_STATUS_ACTIVE: ApplicationStatus
APPLICATION_STATUS_DISBURSED: ApplicationStatus
APPLICATION_STATUS_OFFER_DECLINED: ApplicationStatus
APPLICATION_STATUS_OFFER_EXPIRED: ApplicationStatus
APPLICATION_STATUS_CLOSED: ApplicationStatus
APPLICATION_STATUS_KYC_REJECTED: ApplicationStatus
APPLICATION_STATUS_RISK_REJECTED: ApplicationStatus
APPLICATION_STATUS_APPROVAL_REJECTED: ApplicationStatus
APPLICATION_STATUS_WITHDRAWN: ApplicationStatus
APPLICATION_STATUS_INFORMATION_REQUESTED: ApplicationStatus
APPLICATION_STATUS_CANCELLED: ApplicationStatus

class Application(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "project", "facility_type", "amount", "tenure_months", "purpose", "monthly_income", "monthly_debts", "collateral_value", "create_time", "update_time", "submit_time", "loan_id", "withdrawal_requested", "circumstances", "parties", "for_legal_entity")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DEBTS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWAL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    FOR_LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: ApplicationStatus
    project: Project
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    purpose: str
    monthly_income: _money_pb2.Money
    monthly_debts: _money_pb2.Money
    collateral_value: _money_pb2.Money
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    submit_time: _timestamp_pb2.Timestamp
    loan_id: str
    withdrawal_requested: bool
    circumstances: _circumstances_pb2.Circumstances
    parties: _containers.RepeatedCompositeFieldContainer[_party_pb2.ApplicationParty]
    for_legal_entity: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[ApplicationStatus, str]] = ..., project: _Optional[_Union[Project, _Mapping]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., purpose: _Optional[str] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., loan_id: _Optional[str] = ..., withdrawal_requested: _Optional[bool] = ..., circumstances: _Optional[_Union[_circumstances_pb2.Circumstances, _Mapping]] = ..., parties: _Optional[_Iterable[_Union[_party_pb2.ApplicationParty, _Mapping]]] = ..., for_legal_entity: _Optional[bool] = ...) -> None: ...

class Project(_message.Message):
    __slots__ = ("name", "description", "cost")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    cost: _money_pb2.Money
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
