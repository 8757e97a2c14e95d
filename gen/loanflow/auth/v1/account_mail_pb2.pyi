import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountMailKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_MAIL_KIND_UNSPECIFIED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_PASSWORD_RESET: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_PASSWORD_CHANGED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_ACCOUNT_DISABLED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_ACCOUNT_ENABLED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_EMAIL_CONFIRMATION: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_ALREADY_REGISTERED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_INVITATION: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_REVIEW_DUE: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_REVIEW_OVERDUE: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_NOTICE_UNDELIVERED: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_DECISION_DUE: _ClassVar[AccountMailKind]
    ACCOUNT_MAIL_KIND_KYC_OVERDUE: _ClassVar[AccountMailKind]
ACCOUNT_MAIL_KIND_UNSPECIFIED: AccountMailKind
ACCOUNT_MAIL_KIND_PASSWORD_RESET: AccountMailKind
ACCOUNT_MAIL_KIND_PASSWORD_CHANGED: AccountMailKind
ACCOUNT_MAIL_KIND_ACCOUNT_DISABLED: AccountMailKind
ACCOUNT_MAIL_KIND_ACCOUNT_ENABLED: AccountMailKind
ACCOUNT_MAIL_KIND_EMAIL_CONFIRMATION: AccountMailKind
ACCOUNT_MAIL_KIND_ALREADY_REGISTERED: AccountMailKind
ACCOUNT_MAIL_KIND_INVITATION: AccountMailKind
ACCOUNT_MAIL_KIND_REVIEW_DUE: AccountMailKind
ACCOUNT_MAIL_KIND_REVIEW_OVERDUE: AccountMailKind
ACCOUNT_MAIL_KIND_NOTICE_UNDELIVERED: AccountMailKind
ACCOUNT_MAIL_KIND_DECISION_DUE: AccountMailKind
ACCOUNT_MAIL_KIND_KYC_OVERDUE: AccountMailKind

class AccountMail(_message.Message):
    __slots__ = ("mail_id", "kind", "email", "full_name", "token", "expire_time", "customer_id")
    MAIL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    mail_id: str
    kind: AccountMailKind
    email: str
    full_name: str
    token: str
    expire_time: _timestamp_pb2.Timestamp
    customer_id: str
    def __init__(self, mail_id: _Optional[str] = ..., kind: _Optional[_Union[AccountMailKind, str]] = ..., email: _Optional[str] = ..., full_name: _Optional[str] = ..., token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., customer_id: _Optional[str] = ...) -> None: ...
