import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RefusalReviewStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_REVIEW_STATUS_UNSPECIFIED: _ClassVar[RefusalReviewStatus]
    REFUSAL_REVIEW_STATUS_WAITING: _ClassVar[RefusalReviewStatus]
    REFUSAL_REVIEW_STATUS_DUE: _ClassVar[RefusalReviewStatus]
    REFUSAL_REVIEW_STATUS_OVERDUE: _ClassVar[RefusalReviewStatus]
    REFUSAL_REVIEW_STATUS_ANSWERED: _ClassVar[RefusalReviewStatus]
    REFUSAL_REVIEW_STATUS_LAPSED: _ClassVar[RefusalReviewStatus]

class ReviewOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_OUTCOME_UNSPECIFIED: _ClassVar[ReviewOutcome]
    REVIEW_OUTCOME_UPHELD: _ClassVar[ReviewOutcome]
    REVIEW_OUTCOME_OVERTURNED: _ClassVar[ReviewOutcome]

class RefusalStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_STAGE_UNSPECIFIED: _ClassVar[RefusalStage]
    REFUSAL_STAGE_KYC: _ClassVar[RefusalStage]
    REFUSAL_STAGE_RISK: _ClassVar[RefusalStage]
    REFUSAL_STAGE_INTERNAL: _ClassVar[RefusalStage]
    REFUSAL_STAGE_MANAGEMENT: _ClassVar[RefusalStage]
    REFUSAL_STAGE_FINAL: _ClassVar[RefusalStage]

class RefusalNoticeStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_NOTICE_STATUS_UNSPECIFIED: _ClassVar[RefusalNoticeStatus]
    REFUSAL_NOTICE_STATUS_DUE: _ClassVar[RefusalNoticeStatus]
    REFUSAL_NOTICE_STATUS_ISSUED: _ClassVar[RefusalNoticeStatus]
    REFUSAL_NOTICE_STATUS_DELIVERED: _ClassVar[RefusalNoticeStatus]
    REFUSAL_NOTICE_STATUS_FAILED: _ClassVar[RefusalNoticeStatus]
    REFUSAL_NOTICE_STATUS_VOID: _ClassVar[RefusalNoticeStatus]
REFUSAL_REVIEW_STATUS_UNSPECIFIED: RefusalReviewStatus
REFUSAL_REVIEW_STATUS_WAITING: RefusalReviewStatus
REFUSAL_REVIEW_STATUS_DUE: RefusalReviewStatus
REFUSAL_REVIEW_STATUS_OVERDUE: RefusalReviewStatus
REFUSAL_REVIEW_STATUS_ANSWERED: RefusalReviewStatus
REFUSAL_REVIEW_STATUS_LAPSED: RefusalReviewStatus
REVIEW_OUTCOME_UNSPECIFIED: ReviewOutcome
REVIEW_OUTCOME_UPHELD: ReviewOutcome
REVIEW_OUTCOME_OVERTURNED: ReviewOutcome
REFUSAL_STAGE_UNSPECIFIED: RefusalStage
REFUSAL_STAGE_KYC: RefusalStage
REFUSAL_STAGE_RISK: RefusalStage
REFUSAL_STAGE_INTERNAL: RefusalStage
REFUSAL_STAGE_MANAGEMENT: RefusalStage
REFUSAL_STAGE_FINAL: RefusalStage
REFUSAL_NOTICE_STATUS_UNSPECIFIED: RefusalNoticeStatus
REFUSAL_NOTICE_STATUS_DUE: RefusalNoticeStatus
REFUSAL_NOTICE_STATUS_ISSUED: RefusalNoticeStatus
REFUSAL_NOTICE_STATUS_DELIVERED: RefusalNoticeStatus
REFUSAL_NOTICE_STATUS_FAILED: RefusalNoticeStatus
REFUSAL_NOTICE_STATUS_VOID: RefusalNoticeStatus

class Refusal(_message.Message):
    __slots__ = ("application_id", "refusal_number", "stage", "reason_codes", "decide_time", "due_time", "notice_status", "notice_sha256", "issue_time", "issue_count", "deliver_time", "review", "review_until_time", "on_bureau", "tell_time", "posting")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODES_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    NOTICE_STATUS_FIELD_NUMBER: _ClassVar[int]
    NOTICE_SHA256_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ISSUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    DELIVER_TIME_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    REVIEW_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    ON_BUREAU_FIELD_NUMBER: _ClassVar[int]
    TELL_TIME_FIELD_NUMBER: _ClassVar[int]
    POSTING_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    refusal_number: int
    stage: RefusalStage
    reason_codes: _containers.RepeatedScalarFieldContainer[str]
    decide_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    notice_status: RefusalNoticeStatus
    notice_sha256: str
    issue_time: _timestamp_pb2.Timestamp
    issue_count: int
    deliver_time: _timestamp_pb2.Timestamp
    review: RefusalReview
    review_until_time: _timestamp_pb2.Timestamp
    on_bureau: bool
    tell_time: _timestamp_pb2.Timestamp
    posting: NoticePosting
    def __init__(self, application_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., stage: _Optional[_Union[RefusalStage, str]] = ..., reason_codes: _Optional[_Iterable[str]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., notice_status: _Optional[_Union[RefusalNoticeStatus, str]] = ..., notice_sha256: _Optional[str] = ..., issue_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issue_count: _Optional[int] = ..., deliver_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., review: _Optional[_Union[RefusalReview, _Mapping]] = ..., review_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., on_bureau: _Optional[bool] = ..., tell_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., posting: _Optional[_Union[NoticePosting, _Mapping]] = ...) -> None: ...

class NoticePosting(_message.Message):
    __slots__ = ("post_date", "postal_service", "evidence", "recorded_by", "record_time")
    POST_DATE_FIELD_NUMBER: _ClassVar[int]
    POSTAL_SERVICE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    post_date: str
    postal_service: str
    evidence: str
    recorded_by: str
    record_time: _timestamp_pb2.Timestamp
    def __init__(self, post_date: _Optional[str] = ..., postal_service: _Optional[str] = ..., evidence: _Optional[str] = ..., recorded_by: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RefusalReview(_message.Message):
    __slots__ = ("request_time", "grounds", "outcome", "explanation", "decide_time", "status", "due_time", "remind_time", "escalate_time", "decided_by")
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    REMIND_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    request_time: _timestamp_pb2.Timestamp
    grounds: str
    outcome: ReviewOutcome
    explanation: str
    decide_time: _timestamp_pb2.Timestamp
    status: RefusalReviewStatus
    due_time: _timestamp_pb2.Timestamp
    remind_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    decided_by: str
    def __init__(self, request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., grounds: _Optional[str] = ..., outcome: _Optional[_Union[ReviewOutcome, str]] = ..., explanation: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[RefusalReviewStatus, str]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., remind_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ...) -> None: ...
