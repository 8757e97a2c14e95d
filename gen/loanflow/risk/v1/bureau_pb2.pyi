import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentChannel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_CHANNEL_UNSPECIFIED: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_WEB: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_MOBILE_APP: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_IN_PERSON: _ClassVar[ConsentChannel]

class BureauPurpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUREAU_PURPOSE_UNSPECIFIED: _ClassVar[BureauPurpose]
    BUREAU_PURPOSE_ASSESSMENT: _ClassVar[BureauPurpose]

class BureauInquiryStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUREAU_INQUIRY_STATUS_UNSPECIFIED: _ClassVar[BureauInquiryStatus]
    BUREAU_INQUIRY_STATUS_ORDERED: _ClassVar[BureauInquiryStatus]
    BUREAU_INQUIRY_STATUS_SENT: _ClassVar[BureauInquiryStatus]
    BUREAU_INQUIRY_STATUS_SETTLED: _ClassVar[BureauInquiryStatus]

class BureauAnswer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUREAU_ANSWER_UNSPECIFIED: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_HIT: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_NO_HIT: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_FROZEN: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_UNDER_REVIEW: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_REFUSED: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_UNREADABLE: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_UNREACHABLE: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_UNKNOWN: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_NO_CONSENT: _ClassVar[BureauAnswer]
    BUREAU_ANSWER_NOT_NEEDED: _ClassVar[BureauAnswer]

class CreditRecordUse(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDIT_RECORD_USE_UNSPECIFIED: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_CLEAN: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_ADVERSE: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_THIN: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_NO_REPORT: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_NOT_ASKED: _ClassVar[CreditRecordUse]
    CREDIT_RECORD_USE_NOT_IN_MODEL: _ClassVar[CreditRecordUse]
CONSENT_CHANNEL_UNSPECIFIED: ConsentChannel
CONSENT_CHANNEL_WEB: ConsentChannel
CONSENT_CHANNEL_MOBILE_APP: ConsentChannel
CONSENT_CHANNEL_IN_PERSON: ConsentChannel
BUREAU_PURPOSE_UNSPECIFIED: BureauPurpose
BUREAU_PURPOSE_ASSESSMENT: BureauPurpose
BUREAU_INQUIRY_STATUS_UNSPECIFIED: BureauInquiryStatus
BUREAU_INQUIRY_STATUS_ORDERED: BureauInquiryStatus
BUREAU_INQUIRY_STATUS_SENT: BureauInquiryStatus
BUREAU_INQUIRY_STATUS_SETTLED: BureauInquiryStatus
BUREAU_ANSWER_UNSPECIFIED: BureauAnswer
BUREAU_ANSWER_HIT: BureauAnswer
BUREAU_ANSWER_NO_HIT: BureauAnswer
BUREAU_ANSWER_FROZEN: BureauAnswer
BUREAU_ANSWER_UNDER_REVIEW: BureauAnswer
BUREAU_ANSWER_REFUSED: BureauAnswer
BUREAU_ANSWER_UNREADABLE: BureauAnswer
BUREAU_ANSWER_UNREACHABLE: BureauAnswer
BUREAU_ANSWER_UNKNOWN: BureauAnswer
BUREAU_ANSWER_NO_CONSENT: BureauAnswer
BUREAU_ANSWER_NOT_NEEDED: BureauAnswer
CREDIT_RECORD_USE_UNSPECIFIED: CreditRecordUse
CREDIT_RECORD_USE_CLEAN: CreditRecordUse
CREDIT_RECORD_USE_ADVERSE: CreditRecordUse
CREDIT_RECORD_USE_THIN: CreditRecordUse
CREDIT_RECORD_USE_NO_REPORT: CreditRecordUse
CREDIT_RECORD_USE_NOT_ASKED: CreditRecordUse
CREDIT_RECORD_USE_NOT_IN_MODEL: CreditRecordUse

class BureauFile(_message.Message):
    __slots__ = ("application_id", "customer_id", "consent", "inquiries")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    INQUIRIES_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    consent: BureauConsent
    inquiries: _containers.RepeatedCompositeFieldContainer[BureauInquiry]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., consent: _Optional[_Union[BureauConsent, _Mapping]] = ..., inquiries: _Optional[_Iterable[_Union[BureauInquiry, _Mapping]]] = ...) -> None: ...

class BureauConsent(_message.Message):
    __slots__ = ("consent_version", "channel", "give_time", "withdraw_time")
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    GIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    consent_version: str
    channel: ConsentChannel
    give_time: _timestamp_pb2.Timestamp
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, consent_version: _Optional[str] = ..., channel: _Optional[_Union[ConsentChannel, str]] = ..., give_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BureauInquiry(_message.Message):
    __slots__ = ("purpose", "inquiry_reference", "status", "order_time", "send_time", "send_count", "answer", "settle_time", "cost", "faulty_field", "bureau_report_id", "record", "score", "source", "answer_sha256")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    INQUIRY_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ORDER_TIME_FIELD_NUMBER: _ClassVar[int]
    SEND_TIME_FIELD_NUMBER: _ClassVar[int]
    SEND_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    FAULTY_FIELD_FIELD_NUMBER: _ClassVar[int]
    BUREAU_REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_SHA256_FIELD_NUMBER: _ClassVar[int]
    purpose: BureauPurpose
    inquiry_reference: str
    status: BureauInquiryStatus
    order_time: _timestamp_pb2.Timestamp
    send_time: _timestamp_pb2.Timestamp
    send_count: int
    answer: BureauAnswer
    settle_time: _timestamp_pb2.Timestamp
    cost: _money_pb2.Money
    faulty_field: str
    bureau_report_id: str
    record: BureauRecord
    score: BureauScore
    source: BureauSource
    answer_sha256: str
    def __init__(self, purpose: _Optional[_Union[BureauPurpose, str]] = ..., inquiry_reference: _Optional[str] = ..., status: _Optional[_Union[BureauInquiryStatus, str]] = ..., order_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., send_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., send_count: _Optional[int] = ..., answer: _Optional[_Union[BureauAnswer, str]] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., faulty_field: _Optional[str] = ..., bureau_report_id: _Optional[str] = ..., record: _Optional[_Union[BureauRecord, _Mapping]] = ..., score: _Optional[_Union[BureauScore, _Mapping]] = ..., source: _Optional[_Union[BureauSource, _Mapping]] = ..., answer_sha256: _Optional[str] = ...) -> None: ...

class BureauFinding(_message.Message):
    __slots__ = ("answer", "record", "score", "source")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    answer: BureauAnswer
    record: BureauRecord
    score: int
    source: BureauSource
    def __init__(self, answer: _Optional[_Union[BureauAnswer, str]] = ..., record: _Optional[_Union[BureauRecord, _Mapping]] = ..., score: _Optional[int] = ..., source: _Optional[_Union[BureauSource, _Mapping]] = ...) -> None: ...

class BureauRecord(_message.Message):
    __slots__ = ("report_date", "account_count", "delinquent_count", "written_off_count", "collection_count", "insolvency_count", "recent_inquiry_count")
    REPORT_DATE_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_COUNT_FIELD_NUMBER: _ClassVar[int]
    DELINQUENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_OFF_COUNT_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    INSOLVENCY_COUNT_FIELD_NUMBER: _ClassVar[int]
    RECENT_INQUIRY_COUNT_FIELD_NUMBER: _ClassVar[int]
    report_date: str
    account_count: int
    delinquent_count: int
    written_off_count: int
    collection_count: int
    insolvency_count: int
    recent_inquiry_count: int
    def __init__(self, report_date: _Optional[str] = ..., account_count: _Optional[int] = ..., delinquent_count: _Optional[int] = ..., written_off_count: _Optional[int] = ..., collection_count: _Optional[int] = ..., insolvency_count: _Optional[int] = ..., recent_inquiry_count: _Optional[int] = ...) -> None: ...

class BureauScore(_message.Message):
    __slots__ = ("score", "model", "least", "greatest", "factors")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    GREATEST_FIELD_NUMBER: _ClassVar[int]
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    score: int
    model: str
    least: int
    greatest: int
    factors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, score: _Optional[int] = ..., model: _Optional[str] = ..., least: _Optional[int] = ..., greatest: _Optional[int] = ..., factors: _Optional[_Iterable[str]] = ...) -> None: ...

class BureauSource(_message.Message):
    __slots__ = ("agency", "reached_at")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    REACHED_AT_FIELD_NUMBER: _ClassVar[int]
    agency: str
    reached_at: str
    def __init__(self, agency: _Optional[str] = ..., reached_at: _Optional[str] = ...) -> None: ...
