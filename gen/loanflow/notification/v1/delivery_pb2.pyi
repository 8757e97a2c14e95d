import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.notification.v1 import notification_pb2 as _notification_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeliveryFailure(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_FAILURE_UNSPECIFIED: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_OUT_OF_REACH: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_REFUSED_FOR_NOW: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_REFUSED: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_NO_ADDRESS: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_DECLINED: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_BOUNCED: _ClassVar[DeliveryFailure]
    DELIVERY_FAILURE_NO_CUSTOMER: _ClassVar[DeliveryFailure]

class DeliveryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STATE_UNSPECIFIED: _ClassVar[DeliveryState]
    DELIVERY_STATE_UNDER_WAY: _ClassVar[DeliveryState]
    DELIVERY_STATE_DELIVERED: _ClassVar[DeliveryState]
    DELIVERY_STATE_FAILED: _ClassVar[DeliveryState]
DELIVERY_FAILURE_UNSPECIFIED: DeliveryFailure
DELIVERY_FAILURE_OUT_OF_REACH: DeliveryFailure
DELIVERY_FAILURE_REFUSED_FOR_NOW: DeliveryFailure
DELIVERY_FAILURE_REFUSED: DeliveryFailure
DELIVERY_FAILURE_NO_ADDRESS: DeliveryFailure
DELIVERY_FAILURE_DECLINED: DeliveryFailure
DELIVERY_FAILURE_BOUNCED: DeliveryFailure
DELIVERY_FAILURE_NO_CUSTOMER: DeliveryFailure
DELIVERY_STATE_UNSPECIFIED: DeliveryState
DELIVERY_STATE_UNDER_WAY: DeliveryState
DELIVERY_STATE_DELIVERED: DeliveryState
DELIVERY_STATE_FAILED: DeliveryState

class NoticeDelivery(_message.Message):
    __slots__ = ("notification_id", "customer_id", "application_id", "loan_id", "event_type", "channel", "status", "template_version", "attempts", "failure", "create_time", "due_time", "attempt_time", "send_time", "deliver_time", "digest_id")
    NOTIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_TIME_FIELD_NUMBER: _ClassVar[int]
    SEND_TIME_FIELD_NUMBER: _ClassVar[int]
    DELIVER_TIME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_ID_FIELD_NUMBER: _ClassVar[int]
    notification_id: str
    customer_id: str
    application_id: str
    loan_id: str
    event_type: str
    channel: _notification_pb2.Channel
    status: _notification_pb2.NotificationStatus
    template_version: str
    attempts: int
    failure: DeliveryFailure
    create_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    attempt_time: _timestamp_pb2.Timestamp
    send_time: _timestamp_pb2.Timestamp
    deliver_time: _timestamp_pb2.Timestamp
    digest_id: str
    def __init__(self, notification_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., application_id: _Optional[str] = ..., loan_id: _Optional[str] = ..., event_type: _Optional[str] = ..., channel: _Optional[_Union[_notification_pb2.Channel, str]] = ..., status: _Optional[_Union[_notification_pb2.NotificationStatus, str]] = ..., template_version: _Optional[str] = ..., attempts: _Optional[int] = ..., failure: _Optional[_Union[DeliveryFailure, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., send_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deliver_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., digest_id: _Optional[str] = ...) -> None: ...
