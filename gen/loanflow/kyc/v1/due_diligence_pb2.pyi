import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.kyc.v1 import review_pb2 as _review_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DueDiligenceStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUE_DILIGENCE_STATUS_UNSPECIFIED: _ClassVar[DueDiligenceStatus]
    DUE_DILIGENCE_STATUS_RECORDED: _ClassVar[DueDiligenceStatus]
    DUE_DILIGENCE_STATUS_APPROVED: _ClassVar[DueDiligenceStatus]
    DUE_DILIGENCE_STATUS_RETURNED: _ClassVar[DueDiligenceStatus]

class MoneySource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MONEY_SOURCE_UNSPECIFIED: _ClassVar[MoneySource]
    MONEY_SOURCE_EMPLOYMENT: _ClassVar[MoneySource]
    MONEY_SOURCE_BUSINESS: _ClassVar[MoneySource]
    MONEY_SOURCE_INVESTMENTS: _ClassVar[MoneySource]
    MONEY_SOURCE_PROPERTY: _ClassVar[MoneySource]
    MONEY_SOURCE_INHERITANCE_OR_GIFT: _ClassVar[MoneySource]
    MONEY_SOURCE_PENSION_OR_BENEFITS: _ClassVar[MoneySource]
    MONEY_SOURCE_OTHER: _ClassVar[MoneySource]
DUE_DILIGENCE_STATUS_UNSPECIFIED: DueDiligenceStatus
DUE_DILIGENCE_STATUS_RECORDED: DueDiligenceStatus
DUE_DILIGENCE_STATUS_APPROVED: DueDiligenceStatus
DUE_DILIGENCE_STATUS_RETURNED: DueDiligenceStatus
MONEY_SOURCE_UNSPECIFIED: MoneySource
MONEY_SOURCE_EMPLOYMENT: MoneySource
MONEY_SOURCE_BUSINESS: MoneySource
MONEY_SOURCE_INVESTMENTS: MoneySource
MONEY_SOURCE_PROPERTY: MoneySource
MONEY_SOURCE_INHERITANCE_OR_GIFT: MoneySource
MONEY_SOURCE_PENSION_OR_BENEFITS: MoneySource
MONEY_SOURCE_OTHER: MoneySource

class DueDiligence(_message.Message):
    __slots__ = ("wealth_source", "wealth_note", "funds_source", "funds_note", "evidence", "recorded_by", "record_time", "status", "reviewed_by", "review_time", "review_note")
    WEALTH_SOURCE_FIELD_NUMBER: _ClassVar[int]
    WEALTH_NOTE_FIELD_NUMBER: _ClassVar[int]
    FUNDS_SOURCE_FIELD_NUMBER: _ClassVar[int]
    FUNDS_NOTE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_BY_FIELD_NUMBER: _ClassVar[int]
    REVIEW_TIME_FIELD_NUMBER: _ClassVar[int]
    REVIEW_NOTE_FIELD_NUMBER: _ClassVar[int]
    wealth_source: MoneySource
    wealth_note: str
    funds_source: MoneySource
    funds_note: str
    evidence: _review_pb2.VerifiedDocument
    recorded_by: str
    record_time: _timestamp_pb2.Timestamp
    status: DueDiligenceStatus
    reviewed_by: str
    review_time: _timestamp_pb2.Timestamp
    review_note: str
    def __init__(self, wealth_source: _Optional[_Union[MoneySource, str]] = ..., wealth_note: _Optional[str] = ..., funds_source: _Optional[_Union[MoneySource, str]] = ..., funds_note: _Optional[str] = ..., evidence: _Optional[_Union[_review_pb2.VerifiedDocument, _Mapping]] = ..., recorded_by: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[DueDiligenceStatus, str]] = ..., reviewed_by: _Optional[str] = ..., review_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., review_note: _Optional[str] = ...) -> None: ...

class DueDiligenceRenewal(_message.Message):
    __slots__ = ("ask_time", "found")
    ASK_TIME_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    ask_time: _timestamp_pb2.Timestamp
    found: DueDiligence
    def __init__(self, ask_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., found: _Optional[_Union[DueDiligence, _Mapping]] = ...) -> None: ...
