import datetime

from buf.validate import validate_pb2 as _validate_pb2
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
    __slots__ = ("stages", "total_count", "compute_time", "flows", "bands", "queues")
    STAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_TIME_FIELD_NUMBER: _ClassVar[int]
    FLOWS_FIELD_NUMBER: _ClassVar[int]
    BANDS_FIELD_NUMBER: _ClassVar[int]
    QUEUES_FIELD_NUMBER: _ClassVar[int]
    stages: _containers.RepeatedCompositeFieldContainer[StageMetrics]
    total_count: int
    compute_time: _timestamp_pb2.Timestamp
    flows: _containers.RepeatedCompositeFieldContainer[StageFlow]
    bands: _containers.RepeatedCompositeFieldContainer[BandDecisions]
    queues: _containers.RepeatedCompositeFieldContainer[QueueAge]
    def __init__(self, stages: _Optional[_Iterable[_Union[StageMetrics, _Mapping]]] = ..., total_count: _Optional[int] = ..., compute_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., flows: _Optional[_Iterable[_Union[StageFlow, _Mapping]]] = ..., bands: _Optional[_Iterable[_Union[BandDecisions, _Mapping]]] = ..., queues: _Optional[_Iterable[_Union[QueueAge, _Mapping]]] = ...) -> None: ...

class StageFlow(_message.Message):
    __slots__ = ("status", "left_count", "advanced_count", "conversion_percent", "p50_seconds", "p90_seconds", "p95_seconds")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LEFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ADVANCED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONVERSION_PERCENT_FIELD_NUMBER: _ClassVar[int]
    P50_SECONDS_FIELD_NUMBER: _ClassVar[int]
    P90_SECONDS_FIELD_NUMBER: _ClassVar[int]
    P95_SECONDS_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    left_count: int
    advanced_count: int
    conversion_percent: str
    p50_seconds: int
    p90_seconds: int
    p95_seconds: int
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., left_count: _Optional[int] = ..., advanced_count: _Optional[int] = ..., conversion_percent: _Optional[str] = ..., p50_seconds: _Optional[int] = ..., p90_seconds: _Optional[int] = ..., p95_seconds: _Optional[int] = ...) -> None: ...

class BandDecisions(_message.Message):
    __slots__ = ("rating", "approved_count", "rejected_count", "approval_percent", "override_count")
    RATING_FIELD_NUMBER: _ClassVar[int]
    APPROVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_PERCENT_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_COUNT_FIELD_NUMBER: _ClassVar[int]
    rating: str
    approved_count: int
    rejected_count: int
    approval_percent: str
    override_count: int
    def __init__(self, rating: _Optional[str] = ..., approved_count: _Optional[int] = ..., rejected_count: _Optional[int] = ..., approval_percent: _Optional[str] = ..., override_count: _Optional[int] = ...) -> None: ...

class QueueAge(_message.Message):
    __slots__ = ("status", "waiting_count", "oldest_days", "under_1_day", "under_3_days", "under_7_days", "under_30_days", "over_30_days")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WAITING_COUNT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_DAYS_FIELD_NUMBER: _ClassVar[int]
    UNDER_1_DAY_FIELD_NUMBER: _ClassVar[int]
    UNDER_3_DAYS_FIELD_NUMBER: _ClassVar[int]
    UNDER_7_DAYS_FIELD_NUMBER: _ClassVar[int]
    UNDER_30_DAYS_FIELD_NUMBER: _ClassVar[int]
    OVER_30_DAYS_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    waiting_count: int
    oldest_days: int
    under_1_day: int
    under_3_days: int
    under_7_days: int
    under_30_days: int
    over_30_days: int
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., waiting_count: _Optional[int] = ..., oldest_days: _Optional[int] = ..., under_1_day: _Optional[int] = ..., under_3_days: _Optional[int] = ..., under_7_days: _Optional[int] = ..., under_30_days: _Optional[int] = ..., over_30_days: _Optional[int] = ...) -> None: ...

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
