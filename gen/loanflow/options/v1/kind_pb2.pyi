from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KIND_UNSPECIFIED: _ClassVar[Kind]
    KIND_EMAIL: _ClassVar[Kind]
    KIND_PERSON_NAME: _ClassVar[Kind]
    KIND_PHONE: _ClassVar[Kind]
    KIND_IBAN: _ClassVar[Kind]
    KIND_CURRENCY: _ClassVar[Kind]
    KIND_COUNTRY: _ClassVar[Kind]
    KIND_NATIONAL_ID: _ClassVar[Kind]
    KIND_DATE: _ClassVar[Kind]
    KIND_LINE: _ClassVar[Kind]
    KIND_TEXT: _ClassVar[Kind]
    KIND_TIME_ZONE: _ClassVar[Kind]
    KIND_LEI: _ClassVar[Kind]
    KIND_REGISTRATION_NUMBER: _ClassVar[Kind]
    KIND_LANGUAGE: _ClassVar[Kind]
KIND_UNSPECIFIED: Kind
KIND_EMAIL: Kind
KIND_PERSON_NAME: Kind
KIND_PHONE: Kind
KIND_IBAN: Kind
KIND_CURRENCY: Kind
KIND_COUNTRY: Kind
KIND_NATIONAL_ID: Kind
KIND_DATE: Kind
KIND_LINE: Kind
KIND_TEXT: Kind
KIND_TIME_ZONE: Kind
KIND_LEI: Kind
KIND_REGISTRATION_NUMBER: Kind
KIND_LANGUAGE: Kind
KIND_FIELD_NUMBER: _ClassVar[int]
kind: _descriptor.FieldDescriptor
KIND_COUNTRY_FIELD_NUMBER: _ClassVar[int]
kind_country: _descriptor.FieldDescriptor
