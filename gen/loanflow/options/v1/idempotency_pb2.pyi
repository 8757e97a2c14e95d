from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class IdempotencyKey(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IDEMPOTENCY_KEY_UNSPECIFIED: _ClassVar[IdempotencyKey]
    IDEMPOTENCY_KEY_OPTIONAL: _ClassVar[IdempotencyKey]
    IDEMPOTENCY_KEY_REQUIRED: _ClassVar[IdempotencyKey]
IDEMPOTENCY_KEY_UNSPECIFIED: IdempotencyKey
IDEMPOTENCY_KEY_OPTIONAL: IdempotencyKey
IDEMPOTENCY_KEY_REQUIRED: IdempotencyKey
IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
idempotency_key: _descriptor.FieldDescriptor
