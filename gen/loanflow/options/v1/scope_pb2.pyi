from google.protobuf import descriptor_pb2 as _descriptor_pb2
from loanflow.options.v1 import caller_pb2 as _caller_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Scope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCOPE_UNSPECIFIED: _ClassVar[Scope]
    SCOPE_APPLICATIONS_READ: _ClassVar[Scope]
    SCOPE_APPLICATIONS_WRITE: _ClassVar[Scope]
    SCOPE_DOCUMENTS_READ: _ClassVar[Scope]
    SCOPE_LOANS_READ: _ClassVar[Scope]
    SCOPE_REGISTRATION_READ: _ClassVar[Scope]
    SCOPE_OPENID: _ClassVar[Scope]
    SCOPE_PROFILE: _ClassVar[Scope]
    SCOPE_EMAIL: _ClassVar[Scope]
    SCOPE_WEBHOOKS_MANAGE: _ClassVar[Scope]
SCOPE_UNSPECIFIED: Scope
SCOPE_APPLICATIONS_READ: Scope
SCOPE_APPLICATIONS_WRITE: Scope
SCOPE_DOCUMENTS_READ: Scope
SCOPE_LOANS_READ: Scope
SCOPE_REGISTRATION_READ: Scope
SCOPE_OPENID: Scope
SCOPE_PROFILE: Scope
SCOPE_EMAIL: Scope
SCOPE_WEBHOOKS_MANAGE: Scope
SCOPE_NAME_FIELD_NUMBER: _ClassVar[int]
scope_name: _descriptor.FieldDescriptor
ACTS_AS_FIELD_NUMBER: _ClassVar[int]
acts_as: _descriptor.FieldDescriptor
