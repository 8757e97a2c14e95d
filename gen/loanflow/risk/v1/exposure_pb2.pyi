from loanflow.types.v1 import commitment_role_pb2 as _commitment_role_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Exposure(_message.Message):
    __slots__ = ("owed", "guaranteed", "connected", "monthly_instalments", "unadded_count", "counted_loans")
    OWED_FIELD_NUMBER: _ClassVar[int]
    GUARANTEED_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    UNADDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    COUNTED_LOANS_FIELD_NUMBER: _ClassVar[int]
    owed: _money_pb2.Money
    guaranteed: _money_pb2.Money
    connected: _money_pb2.Money
    monthly_instalments: _money_pb2.Money
    unadded_count: int
    counted_loans: _containers.RepeatedCompositeFieldContainer[CountedLoan]
    def __init__(self, owed: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., guaranteed: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., connected: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_instalments: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., unadded_count: _Optional[int] = ..., counted_loans: _Optional[_Iterable[_Union[CountedLoan, _Mapping]]] = ...) -> None: ...

class CountedLoan(_message.Message):
    __slots__ = ("application_id", "customer_id", "role", "connected", "outstanding", "monthly_instalment", "by_control")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    BY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    role: _commitment_role_pb2.CommitmentRole
    connected: bool
    outstanding: _money_pb2.Money
    monthly_instalment: _money_pb2.Money
    by_control: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., role: _Optional[_Union[_commitment_role_pb2.CommitmentRole, str]] = ..., connected: _Optional[bool] = ..., outstanding: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., by_control: _Optional[bool] = ...) -> None: ...
