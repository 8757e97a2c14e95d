import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.notification.v1 import notification_pb2 as _notification_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NoticeLanguage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NOTICE_LANGUAGE_UNSPECIFIED: _ClassVar[NoticeLanguage]
    NOTICE_LANGUAGE_AR: _ClassVar[NoticeLanguage]
    NOTICE_LANGUAGE_DE: _ClassVar[NoticeLanguage]
    NOTICE_LANGUAGE_EN: _ClassVar[NoticeLanguage]
    NOTICE_LANGUAGE_ES: _ClassVar[NoticeLanguage]
    NOTICE_LANGUAGE_FR: _ClassVar[NoticeLanguage]
NOTICE_LANGUAGE_UNSPECIFIED: NoticeLanguage
NOTICE_LANGUAGE_AR: NoticeLanguage
NOTICE_LANGUAGE_DE: NoticeLanguage
NOTICE_LANGUAGE_EN: NoticeLanguage
NOTICE_LANGUAGE_ES: NoticeLanguage
NOTICE_LANGUAGE_FR: NoticeLanguage

class Preferences(_message.Message):
    __slots__ = ("preferences", "update_time", "available_channels", "time_zone", "language", "daily_digest")
    PREFERENCES_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    DAILY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    preferences: _containers.RepeatedCompositeFieldContainer[Preference]
    update_time: _timestamp_pb2.Timestamp
    available_channels: _containers.RepeatedScalarFieldContainer[_notification_pb2.Channel]
    time_zone: str
    language: NoticeLanguage
    daily_digest: DailyDigest
    def __init__(self, preferences: _Optional[_Iterable[_Union[Preference, _Mapping]]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., available_channels: _Optional[_Iterable[_Union[_notification_pb2.Channel, str]]] = ..., time_zone: _Optional[str] = ..., language: _Optional[_Union[NoticeLanguage, str]] = ..., daily_digest: _Optional[_Union[DailyDigest, _Mapping]] = ...) -> None: ...

class DailyDigest(_message.Message):
    __slots__ = ("channels",)
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedScalarFieldContainer[_notification_pb2.Channel]
    def __init__(self, channels: _Optional[_Iterable[_Union[_notification_pb2.Channel, str]]] = ...) -> None: ...

class Preference(_message.Message):
    __slots__ = ("event_type", "channels", "mandatory")
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    MANDATORY_FIELD_NUMBER: _ClassVar[int]
    event_type: str
    channels: _containers.RepeatedScalarFieldContainer[_notification_pb2.Channel]
    mandatory: bool
    def __init__(self, event_type: _Optional[str] = ..., channels: _Optional[_Iterable[_Union[_notification_pb2.Channel, str]]] = ..., mandatory: _Optional[bool] = ...) -> None: ...
