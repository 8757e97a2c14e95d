import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.application.v1 import application_pb2 as _application_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Dashboard(_message.Message):
    __slots__ = ("stages", "total_count", "compute_time")
    STAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_TIME_FIELD_NUMBER: _ClassVar[int]
    stages: _containers.RepeatedCompositeFieldContainer[StageMetrics]
    total_count: int
    compute_time: _timestamp_pb2.Timestamp
    def __init__(self, stages: _Optional[_Iterable[_Union[StageMetrics, _Mapping]]] = ..., total_count: _Optional[int] = ..., compute_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StageMetrics(_message.Message):
    __slots__ = ("status", "count", "amount", "left_count", "average_duration_seconds", "longest_duration_seconds")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    LEFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    count: int
    amount: _money_pb2.Money
    left_count: int
    average_duration_seconds: int
    longest_duration_seconds: int
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., count: _Optional[int] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., left_count: _Optional[int] = ..., average_duration_seconds: _Optional[int] = ..., longest_duration_seconds: _Optional[int] = ...) -> None: ...
