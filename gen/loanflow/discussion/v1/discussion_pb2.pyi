import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DiscussionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISCUSSION_STATUS_UNSPECIFIED: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_READY: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_OPEN: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_OFFER_SENT: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_ACCEPTED: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_DECLINED: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_EXPIRED: _ClassVar[DiscussionStatus]
    DISCUSSION_STATUS_CLOSED: _ClassVar[DiscussionStatus]
DISCUSSION_STATUS_UNSPECIFIED: DiscussionStatus
DISCUSSION_STATUS_READY: DiscussionStatus
DISCUSSION_STATUS_OPEN: DiscussionStatus
DISCUSSION_STATUS_OFFER_SENT: DiscussionStatus
DISCUSSION_STATUS_ACCEPTED: DiscussionStatus
DISCUSSION_STATUS_DECLINED: DiscussionStatus
DISCUSSION_STATUS_EXPIRED: DiscussionStatus
DISCUSSION_STATUS_CLOSED: DiscussionStatus

class Discussion(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "officer_id", "offer_count", "create_time", "update_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: DiscussionStatus
    officer_id: str
    offer_count: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[DiscussionStatus, str]] = ..., officer_id: _Optional[str] = ..., offer_count: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
