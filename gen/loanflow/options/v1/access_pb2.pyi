from google.protobuf import descriptor_pb2 as _descriptor_pb2
from loanflow.options.v1 import duty_pb2 as _duty_pb2
from loanflow.options.v1 import scope_pb2 as _scope_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_OFFICER: _ClassVar[Role]
    ROLE_MANAGER: _ClassVar[Role]
    ROLE_RISK_MGR: _ClassVar[Role]
    ROLE_INTERNAL: _ClassVar[Role]
    ROLE_CREDIT_HEAD: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]

class RateClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RATE_CLASS_UNSPECIFIED: _ClassVar[RateClass]
    RATE_CLASS_STANDARD: _ClassVar[RateClass]
    RATE_CLASS_SENSITIVE: _ClassVar[RateClass]
    RATE_CLASS_COSTLY: _ClassVar[RateClass]
ROLE_UNSPECIFIED: Role
ROLE_OFFICER: Role
ROLE_MANAGER: Role
ROLE_RISK_MGR: Role
ROLE_INTERNAL: Role
ROLE_CREDIT_HEAD: Role
ROLE_ADMIN: Role
RATE_CLASS_UNSPECIFIED: RateClass
RATE_CLASS_STANDARD: RateClass
RATE_CLASS_SENSITIVE: RateClass
RATE_CLASS_COSTLY: RateClass
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("public", "staff", "roles", "owner", "callers", "rate_class", "scopes")
    PUBLIC_FIELD_NUMBER: _ClassVar[int]
    STAFF_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    CALLERS_FIELD_NUMBER: _ClassVar[int]
    RATE_CLASS_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    public: bool
    staff: bool
    roles: _containers.RepeatedScalarFieldContainer[Role]
    owner: Owner
    callers: _containers.RepeatedScalarFieldContainer[str]
    rate_class: RateClass
    scopes: _containers.RepeatedScalarFieldContainer[_scope_pb2.Scope]
    def __init__(self, public: _Optional[bool] = ..., staff: _Optional[bool] = ..., roles: _Optional[_Iterable[_Union[Role, str]]] = ..., owner: _Optional[_Union[Owner, _Mapping]] = ..., callers: _Optional[_Iterable[str]] = ..., rate_class: _Optional[_Union[RateClass, str]] = ..., scopes: _Optional[_Iterable[_Union[_scope_pb2.Scope, str]]] = ...) -> None: ...

class Owner(_message.Message):
    __slots__ = ("field", "self", "shared")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    SELF_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    field: str
    self: bool
    shared: bool
    def __init__(self_, field: _Optional[str] = ..., self: _Optional[bool] = ..., shared: _Optional[bool] = ...) -> None: ...
