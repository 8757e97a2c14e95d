import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.kyc.v1 import review_pb2 as _review_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class KycVerificationStarted(_message.Message):
    __slots__ = ("application_id", "customer_id", "officer_id", "decided_by", "start_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    officer_id: str
    decided_by: str
    start_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., officer_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycInformationRequested(_message.Message):
    __slots__ = ("application_id", "customer_id", "officer_id", "request_number", "need", "request_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    officer_id: str
    request_number: int
    need: _review_pb2.InformationNeed
    request_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., officer_id: _Optional[str] = ..., request_number: _Optional[int] = ..., need: _Optional[_Union[_review_pb2.InformationNeed, str]] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycReviewResumed(_message.Message):
    __slots__ = ("application_id", "customer_id", "request_number", "answered", "resume_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    RESUME_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    request_number: int
    answered: bool
    resume_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., request_number: _Optional[int] = ..., answered: _Optional[bool] = ..., resume_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ProjectValidated(_message.Message):
    __slots__ = ("application_id", "customer_id", "decided_by", "validate_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decided_by: str
    validate_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decided_by: _Optional[str] = ..., validate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycApproved(_message.Message):
    __slots__ = ("application_id", "customer_id", "verified_by", "decided_by", "approve_time", "kyc_version", "monthly_income", "parties")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVE_TIME_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    verified_by: str
    decided_by: str
    approve_time: _timestamp_pb2.Timestamp
    kyc_version: int
    monthly_income: _money_pb2.Money
    parties: _containers.RepeatedCompositeFieldContainer[ApprovedParty]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., verified_by: _Optional[str] = ..., decided_by: _Optional[str] = ..., approve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kyc_version: _Optional[int] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., parties: _Optional[_Iterable[_Union[ApprovedParty, _Mapping]]] = ...) -> None: ...

class ApprovedParty(_message.Message):
    __slots__ = ("customer_id", "kyc_version")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    kyc_version: int
    def __init__(self, customer_id: _Optional[str] = ..., kyc_version: _Optional[int] = ...) -> None: ...

class KycPartyVerified(_message.Message):
    __slots__ = ("application_id", "customer_id", "party_customer_id", "kyc_version", "passed", "verified_by", "verify_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_BY_FIELD_NUMBER: _ClassVar[int]
    VERIFY_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    party_customer_id: str
    kyc_version: int
    passed: bool
    verified_by: str
    verify_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., party_customer_id: _Optional[str] = ..., kyc_version: _Optional[int] = ..., passed: _Optional[bool] = ..., verified_by: _Optional[str] = ..., verify_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "verified_by", "decided_by", "rejection_reason", "reject_time", "kyc_version", "customer_approved")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REJECT_TIME_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_APPROVED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    verified_by: str
    decided_by: str
    rejection_reason: _review_pb2.KycRejectionReason
    reject_time: _timestamp_pb2.Timestamp
    kyc_version: int
    customer_approved: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., verified_by: _Optional[str] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[_review_pb2.KycRejectionReason, str]] = ..., reject_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kyc_version: _Optional[int] = ..., customer_approved: _Optional[bool] = ...) -> None: ...

class KycReviewOverdue(_message.Message):
    __slots__ = ("application_id", "customer_id", "due_time", "escalate_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycCaseOverdue(_message.Message):
    __slots__ = ("case_id", "customer_id", "due_time", "escalate_time")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    customer_id: str
    due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KycIdentityExpiring(_message.Message):
    __slots__ = ("application_id", "customer_id", "party_customer_id", "due_time", "ask_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ASK_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    party_customer_id: str
    due_time: _timestamp_pb2.Timestamp
    ask_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., party_customer_id: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ask_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
