import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.notification.v1 import notification_pb2 as _notification_pb2
from loanflow.notification.v1 import preferences_pb2 as _preferences_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TemplateVersionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEMPLATE_VERSION_STATUS_UNSPECIFIED: _ClassVar[TemplateVersionStatus]
    TEMPLATE_VERSION_STATUS_PROPOSED: _ClassVar[TemplateVersionStatus]
    TEMPLATE_VERSION_STATUS_APPROVED: _ClassVar[TemplateVersionStatus]
    TEMPLATE_VERSION_STATUS_REJECTED: _ClassVar[TemplateVersionStatus]
    TEMPLATE_VERSION_STATUS_WITHDRAWN: _ClassVar[TemplateVersionStatus]

class TemplateDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEMPLATE_DECISION_UNSPECIFIED: _ClassVar[TemplateDecision]
    TEMPLATE_DECISION_APPROVED: _ClassVar[TemplateDecision]
    TEMPLATE_DECISION_REJECTED: _ClassVar[TemplateDecision]
TEMPLATE_VERSION_STATUS_UNSPECIFIED: TemplateVersionStatus
TEMPLATE_VERSION_STATUS_PROPOSED: TemplateVersionStatus
TEMPLATE_VERSION_STATUS_APPROVED: TemplateVersionStatus
TEMPLATE_VERSION_STATUS_REJECTED: TemplateVersionStatus
TEMPLATE_VERSION_STATUS_WITHDRAWN: TemplateVersionStatus
TEMPLATE_DECISION_UNSPECIFIED: TemplateDecision
TEMPLATE_DECISION_APPROVED: TemplateDecision
TEMPLATE_DECISION_REJECTED: TemplateDecision

class Template(_message.Message):
    __slots__ = ("event_type", "mandatory", "channels", "variables", "required_variables", "in_force")
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    MANDATORY_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    VARIABLES_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_VARIABLES_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    event_type: str
    mandatory: bool
    channels: _containers.RepeatedScalarFieldContainer[_notification_pb2.Channel]
    variables: _containers.RepeatedScalarFieldContainer[str]
    required_variables: _containers.RepeatedScalarFieldContainer[str]
    in_force: _containers.RepeatedCompositeFieldContainer[WordingInForce]
    def __init__(self, event_type: _Optional[str] = ..., mandatory: _Optional[bool] = ..., channels: _Optional[_Iterable[_Union[_notification_pb2.Channel, str]]] = ..., variables: _Optional[_Iterable[str]] = ..., required_variables: _Optional[_Iterable[str]] = ..., in_force: _Optional[_Iterable[_Union[WordingInForce, _Mapping]]] = ...) -> None: ...

class Digest(_message.Message):
    __slots__ = ("count", "page_url", "notices")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    PAGE_URL_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    count: int
    page_url: str
    notices: _containers.RepeatedCompositeFieldContainer[DigestLine]
    def __init__(self, count: _Optional[int] = ..., page_url: _Optional[str] = ..., notices: _Optional[_Iterable[_Union[DigestLine, _Mapping]]] = ...) -> None: ...

class DigestLine(_message.Message):
    __slots__ = ("create_time", "subject")
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    subject: str
    def __init__(self, create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., subject: _Optional[str] = ...) -> None: ...

class WordingInForce(_message.Message):
    __slots__ = ("language", "template_version")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    language: _preferences_pb2.NoticeLanguage
    template_version: str
    def __init__(self, language: _Optional[_Union[_preferences_pb2.NoticeLanguage, str]] = ..., template_version: _Optional[str] = ...) -> None: ...

class Wording(_message.Message):
    __slots__ = ("subject", "short_text", "body")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SHORT_TEXT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    subject: str
    short_text: str
    body: str
    def __init__(self, subject: _Optional[str] = ..., short_text: _Optional[str] = ..., body: _Optional[str] = ...) -> None: ...

class TemplateVersion(_message.Message):
    __slots__ = ("template_version_id", "event_type", "language", "template_version", "status", "wording", "purpose", "proposed_by", "propose_time", "decided_by", "reason", "decide_time", "withdrawn_by", "withdraw_reason", "withdraw_time")
    TEMPLATE_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    WORDING_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_REASON_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    template_version_id: str
    event_type: str
    language: _preferences_pb2.NoticeLanguage
    template_version: str
    status: TemplateVersionStatus
    wording: Wording
    purpose: str
    proposed_by: str
    propose_time: _timestamp_pb2.Timestamp
    decided_by: str
    reason: str
    decide_time: _timestamp_pb2.Timestamp
    withdrawn_by: str
    withdraw_reason: str
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, template_version_id: _Optional[str] = ..., event_type: _Optional[str] = ..., language: _Optional[_Union[_preferences_pb2.NoticeLanguage, str]] = ..., template_version: _Optional[str] = ..., status: _Optional[_Union[TemplateVersionStatus, str]] = ..., wording: _Optional[_Union[Wording, _Mapping]] = ..., purpose: _Optional[str] = ..., proposed_by: _Optional[str] = ..., propose_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_by: _Optional[str] = ..., withdraw_reason: _Optional[str] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
