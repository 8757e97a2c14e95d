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
SECOND_FACTOR_UNSPECIFIED: SecondFactor
SECOND_FACTOR_TOTP: SecondFactor
SECOND_FACTOR_PASSKEY: SecondFactor
SECOND_FACTOR_RECOVERY_CODE: SecondFactor

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
