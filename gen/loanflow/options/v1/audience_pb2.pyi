from google.protobuf import descriptor_pb2 as _descriptor_pb2
from loanflow.options.v1 import caller_pb2 as _caller_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Audience(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIENCE_UNSPECIFIED: _ClassVar[Audience]
    AUDIENCE_STAFF: _ClassVar[Audience]
    AUDIENCE_CUSTOMER: _ClassVar[Audience]
AUDIENCE_UNSPECIFIED: Audience
AUDIENCE_STAFF: Audience
AUDIENCE_CUSTOMER: Audience
AUDIENCE_FIELD_NUMBER: _ClassVar[int]
audience: _descriptor.FieldDescriptor
