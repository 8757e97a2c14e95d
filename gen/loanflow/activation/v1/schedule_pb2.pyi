from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Schedule(_message.Message):
    __slots__ = ("loan_id", "version", "start_date", "cost", "instalments")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    version: int
    start_date: str
    cost: _schedule_pb2.LoanCost
    instalments: _containers.RepeatedCompositeFieldContainer[_schedule_pb2.Instalment]
    def __init__(self, loan_id: _Optional[str] = ..., version: _Optional[int] = ..., start_date: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., instalments: _Optional[_Iterable[_Union[_schedule_pb2.Instalment, _Mapping]]] = ...) -> None: ...
