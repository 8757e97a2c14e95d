import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SecondFactor(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SECOND_FACTOR_UNSPECIFIED: _ClassVar[SecondFactor]
    SECOND_FACTOR_TOTP: _ClassVar[SecondFactor]
    SECOND_FACTOR_PASSKEY: _ClassVar[SecondFactor]
    SECOND_FACTOR_RECOVERY_CODE: _ClassVar[SecondFactor]

class SecondFactorResetStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SECOND_FACTOR_RESET_STATUS_UNSPECIFIED: _ClassVar[SecondFactorResetStatus]
    SECOND_FACTOR_RESET_STATUS_PENDING: _ClassVar[SecondFactorResetStatus]
    SECOND_FACTOR_RESET_STATUS_APPROVED: _ClassVar[SecondFactorResetStatus]
    SECOND_FACTOR_RESET_STATUS_REJECTED: _ClassVar[SecondFactorResetStatus]
SECOND_FACTOR_UNSPECIFIED: SecondFactor
SECOND_FACTOR_TOTP: SecondFactor
SECOND_FACTOR_PASSKEY: SecondFactor
SECOND_FACTOR_RECOVERY_CODE: SecondFactor
SECOND_FACTOR_RESET_STATUS_UNSPECIFIED: SecondFactorResetStatus
SECOND_FACTOR_RESET_STATUS_PENDING: SecondFactorResetStatus
SECOND_FACTOR_RESET_STATUS_APPROVED: SecondFactorResetStatus
SECOND_FACTOR_RESET_STATUS_REJECTED: SecondFactorResetStatus

class SignInChallenge(_message.Message):
    __slots__ = ("token", "expires_in", "methods", "passkey_options", "enrolment")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_FIELD_NUMBER: _ClassVar[int]
    METHODS_FIELD_NUMBER: _ClassVar[int]
    PASSKEY_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ENROLMENT_FIELD_NUMBER: _ClassVar[int]
    token: str
    expires_in: int
    methods: _containers.RepeatedScalarFieldContainer[SecondFactor]
    passkey_options: str
    enrolment: Enrolment
    def __init__(self, token: _Optional[str] = ..., expires_in: _Optional[int] = ..., methods: _Optional[_Iterable[_Union[SecondFactor, str]]] = ..., passkey_options: _Optional[str] = ..., enrolment: _Optional[_Union[Enrolment, _Mapping]] = ...) -> None: ...

class Enrolment(_message.Message):
    __slots__ = ("totp_secret", "totp_uri", "passkey_options")
    TOTP_SECRET_FIELD_NUMBER: _ClassVar[int]
    TOTP_URI_FIELD_NUMBER: _ClassVar[int]
    PASSKEY_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    totp_secret: str
    totp_uri: str
    passkey_options: str
    def __init__(self, totp_secret: _Optional[str] = ..., totp_uri: _Optional[str] = ..., passkey_options: _Optional[str] = ...) -> None: ...

class SecondFactorReset(_message.Message):
    __slots__ = ("reset_id", "account_id", "status", "requested_by", "request_time", "expire_time", "decided_by", "decide_time")
    RESET_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    reset_id: str
    account_id: str
    status: SecondFactorResetStatus
    requested_by: str
    request_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    decided_by: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, reset_id: _Optional[str] = ..., account_id: _Optional[str] = ..., status: _Optional[_Union[SecondFactorResetStatus, str]] = ..., requested_by: _Optional[str] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
