import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.audit.v1 import audit_row_pb2 as _audit_row_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import facet_pb2 as _facet_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Filter(_message.Message):
    __slots__ = ("aggregate_type", "aggregate_id", "actor", "method", "correlation_id", "prefix", "since", "until", "actor_kind", "outcome", "query")
    AGGREGATE_TYPE_FIELD_NUMBER: _ClassVar[int]
    AGGREGATE_ID_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ACTOR_KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    aggregate_type: str
    aggregate_id: str
    actor: str
    method: str
    correlation_id: str
    prefix: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    actor_kind: str
    outcome: str
    query: str
    def __init__(self, aggregate_type: _Optional[str] = ..., aggregate_id: _Optional[str] = ..., actor: _Optional[str] = ..., method: _Optional[str] = ..., correlation_id: _Optional[str] = ..., prefix: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor_kind: _Optional[str] = ..., outcome: _Optional[str] = ..., query: _Optional[str] = ...) -> None: ...

class Place(_message.Message):
    __slots__ = ("create_time", "entry_id")
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    entry_id: str
    def __init__(self, create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entry_id: _Optional[str] = ...) -> None: ...

class FindRowsRequest(_message.Message):
    __slots__ = ("filter", "after", "limit")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    after: Place
    limit: int
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ..., after: _Optional[_Union[Place, _Mapping]] = ..., limit: _Optional[int] = ...) -> None: ...

class FindRowsResponse(_message.Message):
    __slots__ = ("rows", "reached")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    REACHED_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[_audit_row_pb2.AuditRow]
    reached: Place
    def __init__(self, rows: _Optional[_Iterable[_Union[_audit_row_pb2.AuditRow, _Mapping]]] = ..., reached: _Optional[_Union[Place, _Mapping]] = ...) -> None: ...

class SearchRowsRequest(_message.Message):
    __slots__ = ("filter", "after", "limit")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    after: Place
    limit: int
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ..., after: _Optional[_Union[Place, _Mapping]] = ..., limit: _Optional[int] = ...) -> None: ...

class SearchRowsResponse(_message.Message):
    __slots__ = ("rows", "reached", "total_count", "facets", "degraded")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    REACHED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[_audit_row_pb2.AuditRow]
    reached: Place
    total_count: int
    facets: _containers.RepeatedCompositeFieldContainer[_facet_pb2.Facet]
    degraded: bool
    def __init__(self, rows: _Optional[_Iterable[_Union[_audit_row_pb2.AuditRow, _Mapping]]] = ..., reached: _Optional[_Union[Place, _Mapping]] = ..., total_count: _Optional[int] = ..., facets: _Optional[_Iterable[_Union[_facet_pb2.Facet, _Mapping]]] = ..., degraded: _Optional[bool] = ...) -> None: ...

class StreamChainRequest(_message.Message):
    __slots__ = ("filter",)
    FILTER_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ...) -> None: ...

class StreamChainResponse(_message.Message):
    __slots__ = ("lines",)
    LINES_FIELD_NUMBER: _ClassVar[int]
    lines: bytes
    def __init__(self, lines: _Optional[bytes] = ...) -> None: ...
