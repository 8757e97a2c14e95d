import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.application.v1 import application_pb2 as _application_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TimelineEntry(_message.Message):
    __slots__ = ("number", "occur_time", "service", "what", "who", "from_status", "to_status", "why", "correlation_id")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OCCUR_TIME_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    WHAT_FIELD_NUMBER: _ClassVar[int]
    WHO_FIELD_NUMBER: _ClassVar[int]
    FROM_STATUS_FIELD_NUMBER: _ClassVar[int]
    TO_STATUS_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    CORRELATION_ID_FIELD_NUMBER: _ClassVar[int]
    number: int
    occur_time: _timestamp_pb2.Timestamp
    service: str
    what: str
    who: str
    from_status: _application_pb2.ApplicationStatus
    to_status: _application_pb2.ApplicationStatus
    why: str
    correlation_id: str
    def __init__(self, number: _Optional[int] = ..., occur_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., service: _Optional[str] = ..., what: _Optional[str] = ..., who: _Optional[str] = ..., from_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., to_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., why: _Optional[str] = ..., correlation_id: _Optional[str] = ...) -> None: ...
