from loanflow.types.v1 import commitment_role_pb2 as _commitment_role_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Commitment(_message.Message):
    __slots__ = ("application_id", "bound", "outstanding", "monthly_instalment")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    OUTSTANDING_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    bound: _containers.RepeatedCompositeFieldContainer[BoundPerson]
    outstanding: _money_pb2.Money
    monthly_instalment: _money_pb2.Money
    def __init__(self, application_id: _Optional[str] = ..., bound: _Optional[_Iterable[_Union[BoundPerson, _Mapping]]] = ..., outstanding: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class BoundPerson(_message.Message):
    __slots__ = ("customer_id", "role")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: _commitment_role_pb2.CommitmentRole
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[_commitment_role_pb2.CommitmentRole, str]] = ...) -> None: ...
