from buf.validate import validate_pb2 as _validate_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Employment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EMPLOYMENT_UNSPECIFIED: _ClassVar[Employment]
    EMPLOYMENT_PERMANENT: _ClassVar[Employment]
    EMPLOYMENT_TEMPORARY: _ClassVar[Employment]
    EMPLOYMENT_SELF_EMPLOYED: _ClassVar[Employment]
    EMPLOYMENT_OTHER: _ClassVar[Employment]

class Housing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOUSING_UNSPECIFIED: _ClassVar[Housing]
    HOUSING_OWNED: _ClassVar[Housing]
    HOUSING_RENTED: _ClassVar[Housing]
    HOUSING_WITH_PARENTS: _ClassVar[Housing]
    HOUSING_OTHER: _ClassVar[Housing]
EMPLOYMENT_UNSPECIFIED: Employment
EMPLOYMENT_PERMANENT: Employment
EMPLOYMENT_TEMPORARY: Employment
EMPLOYMENT_SELF_EMPLOYED: Employment
EMPLOYMENT_OTHER: Employment
HOUSING_UNSPECIFIED: Housing
HOUSING_OWNED: Housing
HOUSING_RENTED: Housing
HOUSING_WITH_PARENTS: Housing
HOUSING_OTHER: Housing

class Circumstances(_message.Message):
    __slots__ = ("employment_years", "employment", "housing", "monthly_expenses", "assets", "debts")
    EMPLOYMENT_YEARS_FIELD_NUMBER: _ClassVar[int]
    EMPLOYMENT_FIELD_NUMBER: _ClassVar[int]
    HOUSING_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_EXPENSES_FIELD_NUMBER: _ClassVar[int]
    ASSETS_FIELD_NUMBER: _ClassVar[int]
    DEBTS_FIELD_NUMBER: _ClassVar[int]
    employment_years: int
    employment: Employment
    housing: Housing
    monthly_expenses: _money_pb2.Money
    assets: _money_pb2.Money
    debts: _money_pb2.Money
    def __init__(self, employment_years: _Optional[int] = ..., employment: _Optional[_Union[Employment, str]] = ..., housing: _Optional[_Union[Housing, str]] = ..., monthly_expenses: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., assets: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
