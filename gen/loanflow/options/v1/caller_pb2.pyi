from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class CallerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALLER_KIND_UNSPECIFIED: _ClassVar[CallerKind]
    CALLER_KIND_END_USER: _ClassVar[CallerKind]
    CALLER_KIND_OPERATOR: _ClassVar[CallerKind]
    CALLER_KIND_CLIENT: _ClassVar[CallerKind]
    CALLER_KIND_SERVICE: _ClassVar[CallerKind]
    CALLER_KIND_ANONYMOUS: _ClassVar[CallerKind]
CALLER_KIND_UNSPECIFIED: CallerKind
CALLER_KIND_END_USER: CallerKind
CALLER_KIND_OPERATOR: CallerKind
CALLER_KIND_CLIENT: CallerKind
CALLER_KIND_SERVICE: CallerKind
CALLER_KIND_ANONYMOUS: CallerKind
WORD_FIELD_NUMBER: _ClassVar[int]
word: _descriptor.FieldDescriptor
READERS_FIELD_NUMBER: _ClassVar[int]
readers: _descriptor.FieldDescriptor
