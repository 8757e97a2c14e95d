import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WebhookStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_STATUS_UNSPECIFIED: _ClassVar[WebhookStatus]
    WEBHOOK_STATUS_ACTIVE: _ClassVar[WebhookStatus]
    WEBHOOK_STATUS_DISABLED: _ClassVar[WebhookStatus]
    WEBHOOK_STATUS_DELETED: _ClassVar[WebhookStatus]

class WebhookDisableReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_DISABLE_REASON_UNSPECIFIED: _ClassVar[WebhookDisableReason]
    WEBHOOK_DISABLE_REASON_BY_CLIENT: _ClassVar[WebhookDisableReason]
    WEBHOOK_DISABLE_REASON_GIVEN_UP: _ClassVar[WebhookDisableReason]
    WEBHOOK_DISABLE_REASON_GONE: _ClassVar[WebhookDisableReason]

class WebhookDeliveryStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_DELIVERY_STATUS_UNSPECIFIED: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_PENDING: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_DELIVERED: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_GIVEN_UP: _ClassVar[WebhookDeliveryStatus]
    WEBHOOK_DELIVERY_STATUS_WITHHELD: _ClassVar[WebhookDeliveryStatus]

class WebhookAttemptResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEBHOOK_ATTEMPT_RESULT_UNSPECIFIED: _ClassVar[WebhookAttemptResult]
    WEBHOOK_ATTEMPT_RESULT_TAKEN: _ClassVar[WebhookAttemptResult]
    WEBHOOK_ATTEMPT_RESULT_REFUSED: _ClassVar[WebhookAttemptResult]
    WEBHOOK_ATTEMPT_RESULT_NO_ANSWER: _ClassVar[WebhookAttemptResult]
    WEBHOOK_ATTEMPT_RESULT_ADDRESS_REFUSED: _ClassVar[WebhookAttemptResult]
WEBHOOK_STATUS_UNSPECIFIED: WebhookStatus
WEBHOOK_STATUS_ACTIVE: WebhookStatus
WEBHOOK_STATUS_DISABLED: WebhookStatus
WEBHOOK_STATUS_DELETED: WebhookStatus
WEBHOOK_DISABLE_REASON_UNSPECIFIED: WebhookDisableReason
WEBHOOK_DISABLE_REASON_BY_CLIENT: WebhookDisableReason
WEBHOOK_DISABLE_REASON_GIVEN_UP: WebhookDisableReason
WEBHOOK_DISABLE_REASON_GONE: WebhookDisableReason
WEBHOOK_DELIVERY_STATUS_UNSPECIFIED: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_PENDING: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_DELIVERED: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_GIVEN_UP: WebhookDeliveryStatus
WEBHOOK_DELIVERY_STATUS_WITHHELD: WebhookDeliveryStatus
WEBHOOK_ATTEMPT_RESULT_UNSPECIFIED: WebhookAttemptResult
WEBHOOK_ATTEMPT_RESULT_TAKEN: WebhookAttemptResult
WEBHOOK_ATTEMPT_RESULT_REFUSED: WebhookAttemptResult
WEBHOOK_ATTEMPT_RESULT_NO_ANSWER: WebhookAttemptResult
WEBHOOK_ATTEMPT_RESULT_ADDRESS_REFUSED: WebhookAttemptResult

class Webhook(_message.Message):
    __slots__ = ("webhook_id", "client_id", "url", "event_types", "status", "disable_reason", "create_time", "update_time", "previous_secret_end_time")
    WEBHOOK_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DISABLE_REASON_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_SECRET_END_TIME_FIELD_NUMBER: _ClassVar[int]
    webhook_id: str
    client_id: str
    url: str
    event_types: _containers.RepeatedScalarFieldContainer[str]
    status: WebhookStatus
    disable_reason: WebhookDisableReason
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    previous_secret_end_time: _timestamp_pb2.Timestamp
    def __init__(self, webhook_id: _Optional[str] = ..., client_id: _Optional[str] = ..., url: _Optional[str] = ..., event_types: _Optional[_Iterable[str]] = ..., status: _Optional[_Union[WebhookStatus, str]] = ..., disable_reason: _Optional[_Union[WebhookDisableReason, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., previous_secret_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WebhookDelivery(_message.Message):
    __slots__ = ("delivery_id", "webhook_id", "event_id", "event_type", "status", "attempts", "create_time", "due_time")
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    WEBHOOK_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    delivery_id: str
    webhook_id: str
    event_id: str
    event_type: str
    status: WebhookDeliveryStatus
    attempts: _containers.RepeatedCompositeFieldContainer[WebhookAttempt]
    create_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    def __init__(self, delivery_id: _Optional[str] = ..., webhook_id: _Optional[str] = ..., event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., status: _Optional[_Union[WebhookDeliveryStatus, str]] = ..., attempts: _Optional[_Iterable[_Union[WebhookAttempt, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WebhookAttempt(_message.Message):
    __slots__ = ("time", "result", "http_status", "duration_ms")
    TIME_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    result: WebhookAttemptResult
    http_status: int
    duration_ms: int
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., result: _Optional[_Union[WebhookAttemptResult, str]] = ..., http_status: _Optional[int] = ..., duration_ms: _Optional[int] = ...) -> None: ...
