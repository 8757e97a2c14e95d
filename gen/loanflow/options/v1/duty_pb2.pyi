from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Duty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUTY_UNSPECIFIED: _ClassVar[Duty]
    DUTY_DECIDES: _ClassVar[Duty]
    DUTY_GRANTS: _ClassVar[Duty]
DUTY_UNSPECIFIED: Duty
DUTY_DECIDES: Duty
DUTY_GRANTS: Duty
DUTY_FIELD_NUMBER: _ClassVar[int]
duty: _descriptor.FieldDescriptor
