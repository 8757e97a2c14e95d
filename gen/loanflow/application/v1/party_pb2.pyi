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

class PartyRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTY_ROLE_UNSPECIFIED: _ClassVar[PartyRole]
    PARTY_ROLE_CO_BORROWER: _ClassVar[PartyRole]
    PARTY_ROLE_GUARANTOR: _ClassVar[PartyRole]

class PartyStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTY_STATUS_UNSPECIFIED: _ClassVar[PartyStatus]
    PARTY_STATUS_INVITED: _ClassVar[PartyStatus]
    PARTY_STATUS_CONSENTED: _ClassVar[PartyStatus]
    PARTY_STATUS_DECLINED: _ClassVar[PartyStatus]
PARTY_ROLE_UNSPECIFIED: PartyRole
PARTY_ROLE_CO_BORROWER: PartyRole
PARTY_ROLE_GUARANTOR: PartyRole
PARTY_STATUS_UNSPECIFIED: PartyStatus
PARTY_STATUS_INVITED: PartyStatus
PARTY_STATUS_CONSENTED: PartyStatus
PARTY_STATUS_DECLINED: PartyStatus

class ApplicationParty(_message.Message):
    __slots__ = ("customer_id", "role", "status", "consent_version", "invite_time", "answer_time")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    INVITE_TIME_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TIME_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: PartyRole
    status: PartyStatus
    consent_version: str
    invite_time: _timestamp_pb2.Timestamp
    answer_time: _timestamp_pb2.Timestamp
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[PartyRole, str]] = ..., status: _Optional[_Union[PartyStatus, str]] = ..., consent_version: _Optional[str] = ..., invite_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Participation(_message.Message):
    __slots__ = ("application_id", "party", "facility_type", "amount", "tenure_months", "consent_text", "consent_version")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TEXT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    party: ApplicationParty
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    consent_text: str
    consent_version: str
    def __init__(self, application_id: _Optional[str] = ..., party: _Optional[_Union[ApplicationParty, _Mapping]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., consent_text: _Optional[str] = ..., consent_version: _Optional[str] = ...) -> None: ...
