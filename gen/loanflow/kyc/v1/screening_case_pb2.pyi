import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.kyc.v1 import due_diligence_pb2 as _due_diligence_pb2
from loanflow.kyc.v1 import review_pb2 as _review_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScreeningCaseStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCREENING_CASE_STATUS_UNSPECIFIED: _ClassVar[ScreeningCaseStatus]
    SCREENING_CASE_STATUS_OPEN: _ClassVar[ScreeningCaseStatus]
    SCREENING_CASE_STATUS_PROPOSED: _ClassVar[ScreeningCaseStatus]
    SCREENING_CASE_STATUS_CLEARED: _ClassVar[ScreeningCaseStatus]
    SCREENING_CASE_STATUS_CONFIRMED: _ClassVar[ScreeningCaseStatus]
    SCREENING_CASE_STATUS_SUPERSEDED: _ClassVar[ScreeningCaseStatus]

class ScreeningTrigger(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCREENING_TRIGGER_UNSPECIFIED: _ClassVar[ScreeningTrigger]
    SCREENING_TRIGGER_PERSON_CHANGED: _ClassVar[ScreeningTrigger]
    SCREENING_TRIGGER_LIST_CHANGED: _ClassVar[ScreeningTrigger]
    SCREENING_TRIGGER_VERIFICATION: _ClassVar[ScreeningTrigger]
    SCREENING_TRIGGER_DAILY: _ClassVar[ScreeningTrigger]

class HitResolution(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HIT_RESOLUTION_UNSPECIFIED: _ClassVar[HitResolution]
    HIT_RESOLUTION_OTHER_BIRTH_DATE: _ClassVar[HitResolution]
    HIT_RESOLUTION_OTHER_COUNTRY: _ClassVar[HitResolution]
    HIT_RESOLUTION_OTHER_NAME: _ClassVar[HitResolution]
    HIT_RESOLUTION_OTHER_DOCUMENT_NUMBER: _ClassVar[HitResolution]
    HIT_RESOLUTION_OTHER_PERSON: _ClassVar[HitResolution]
    HIT_RESOLUTION_TRUE_MATCH: _ClassVar[HitResolution]
SCREENING_CASE_STATUS_UNSPECIFIED: ScreeningCaseStatus
SCREENING_CASE_STATUS_OPEN: ScreeningCaseStatus
SCREENING_CASE_STATUS_PROPOSED: ScreeningCaseStatus
SCREENING_CASE_STATUS_CLEARED: ScreeningCaseStatus
SCREENING_CASE_STATUS_CONFIRMED: ScreeningCaseStatus
SCREENING_CASE_STATUS_SUPERSEDED: ScreeningCaseStatus
SCREENING_TRIGGER_UNSPECIFIED: ScreeningTrigger
SCREENING_TRIGGER_PERSON_CHANGED: ScreeningTrigger
SCREENING_TRIGGER_LIST_CHANGED: ScreeningTrigger
SCREENING_TRIGGER_VERIFICATION: ScreeningTrigger
SCREENING_TRIGGER_DAILY: ScreeningTrigger
HIT_RESOLUTION_UNSPECIFIED: HitResolution
HIT_RESOLUTION_OTHER_BIRTH_DATE: HitResolution
HIT_RESOLUTION_OTHER_COUNTRY: HitResolution
HIT_RESOLUTION_OTHER_NAME: HitResolution
HIT_RESOLUTION_OTHER_DOCUMENT_NUMBER: HitResolution
HIT_RESOLUTION_OTHER_PERSON: HitResolution
HIT_RESOLUTION_TRUE_MATCH: HitResolution

class ScreeningCase(_message.Message):
    __slots__ = ("case_id", "customer_id", "application_id", "status", "trigger", "hit", "entry", "compared", "list_version", "officer_id", "open_time", "due_time", "escalate_time", "resolution", "note", "evidence", "resolved_by", "resolve_time", "needs_second_person", "reviewed_by", "review_time", "review_note", "due_diligence", "awaits_due_diligence", "due_diligence_renewal")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    HIT_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    LIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_BY_FIELD_NUMBER: _ClassVar[int]
    RESOLVE_TIME_FIELD_NUMBER: _ClassVar[int]
    NEEDS_SECOND_PERSON_FIELD_NUMBER: _ClassVar[int]
    REVIEWED_BY_FIELD_NUMBER: _ClassVar[int]
    REVIEW_TIME_FIELD_NUMBER: _ClassVar[int]
    REVIEW_NOTE_FIELD_NUMBER: _ClassVar[int]
    DUE_DILIGENCE_FIELD_NUMBER: _ClassVar[int]
    AWAITS_DUE_DILIGENCE_FIELD_NUMBER: _ClassVar[int]
    DUE_DILIGENCE_RENEWAL_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    customer_id: str
    application_id: str
    status: ScreeningCaseStatus
    trigger: ScreeningTrigger
    hit: _review_pb2.ScreeningHit
    entry: ListedEntry
    compared: ScreenedPerson
    list_version: str
    officer_id: str
    open_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    resolution: HitResolution
    note: str
    evidence: _review_pb2.VerifiedDocument
    resolved_by: str
    resolve_time: _timestamp_pb2.Timestamp
    needs_second_person: bool
    reviewed_by: str
    review_time: _timestamp_pb2.Timestamp
    review_note: str
    due_diligence: _due_diligence_pb2.DueDiligence
    awaits_due_diligence: bool
    due_diligence_renewal: _due_diligence_pb2.DueDiligenceRenewal
    def __init__(self, case_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., application_id: _Optional[str] = ..., status: _Optional[_Union[ScreeningCaseStatus, str]] = ..., trigger: _Optional[_Union[ScreeningTrigger, str]] = ..., hit: _Optional[_Union[_review_pb2.ScreeningHit, _Mapping]] = ..., entry: _Optional[_Union[ListedEntry, _Mapping]] = ..., compared: _Optional[_Union[ScreenedPerson, _Mapping]] = ..., list_version: _Optional[str] = ..., officer_id: _Optional[str] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolution: _Optional[_Union[HitResolution, str]] = ..., note: _Optional[str] = ..., evidence: _Optional[_Union[_review_pb2.VerifiedDocument, _Mapping]] = ..., resolved_by: _Optional[str] = ..., resolve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., needs_second_person: _Optional[bool] = ..., reviewed_by: _Optional[str] = ..., review_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., review_note: _Optional[str] = ..., due_diligence: _Optional[_Union[_due_diligence_pb2.DueDiligence, _Mapping]] = ..., awaits_due_diligence: _Optional[bool] = ..., due_diligence_renewal: _Optional[_Union[_due_diligence_pb2.DueDiligenceRenewal, _Mapping]] = ...) -> None: ...

class ListedEntry(_message.Message):
    __slots__ = ("number", "names", "birth_dates", "countries", "listing", "positions")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATES_FIELD_NUMBER: _ClassVar[int]
    COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    LISTING_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    number: str
    names: _containers.RepeatedScalarFieldContainer[str]
    birth_dates: _containers.RepeatedScalarFieldContainer[str]
    countries: _containers.RepeatedScalarFieldContainer[str]
    listing: _review_pb2.Listing
    positions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, number: _Optional[str] = ..., names: _Optional[_Iterable[str]] = ..., birth_dates: _Optional[_Iterable[str]] = ..., countries: _Optional[_Iterable[str]] = ..., listing: _Optional[_Union[_review_pb2.Listing, str]] = ..., positions: _Optional[_Iterable[str]] = ...) -> None: ...

class ScreenedPerson(_message.Message):
    __slots__ = ("full_name", "birth_date", "countries")
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    COUNTRIES_FIELD_NUMBER: _ClassVar[int]
    full_name: str
    birth_date: str
    countries: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, full_name: _Optional[str] = ..., birth_date: _Optional[str] = ..., countries: _Optional[_Iterable[str]] = ...) -> None: ...
