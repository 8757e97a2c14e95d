import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.kyc.v1 import due_diligence_pb2 as _due_diligence_pb2
from loanflow.kyc.v1 import officer_pb2 as _officer_pb2
from loanflow.kyc.v1 import review_pb2 as _review_pb2
from loanflow.kyc.v1 import screening_case_pb2 as _screening_case_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QueueOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUEUE_ORDER_UNSPECIFIED: _ClassVar[QueueOrder]
    QUEUE_ORDER_AGE: _ClassVar[QueueOrder]
    QUEUE_ORDER_RISK: _ClassVar[QueueOrder]
    QUEUE_ORDER_DUE: _ClassVar[QueueOrder]
QUEUE_ORDER_UNSPECIFIED: QueueOrder
QUEUE_ORDER_AGE: QueueOrder
QUEUE_ORDER_RISK: QueueOrder
QUEUE_ORDER_DUE: QueueOrder

class GetQueueRequest(_message.Message):
    __slots__ = ("status", "mine", "page_size", "page_token", "order", "escalated", "identity_renewal")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MINE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_RENEWAL_FIELD_NUMBER: _ClassVar[int]
    status: _review_pb2.ReviewStatus
    mine: bool
    page_size: int
    page_token: str
    order: QueueOrder
    escalated: bool
    identity_renewal: bool
    def __init__(self, status: _Optional[_Union[_review_pb2.ReviewStatus, str]] = ..., mine: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order: _Optional[_Union[QueueOrder, str]] = ..., escalated: _Optional[bool] = ..., identity_renewal: _Optional[bool] = ...) -> None: ...

class GetQueueResponse(_message.Message):
    __slots__ = ("reviews", "next_page_token")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[_review_pb2.Review]
    next_page_token: str
    def __init__(self, reviews: _Optional[_Iterable[_Union[_review_pb2.Review, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetReviewRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetReviewResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class AssignRequest(_message.Message):
    __slots__ = ("application_id", "officer_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    officer_id: str
    def __init__(self, application_id: _Optional[str] = ..., officer_id: _Optional[str] = ...) -> None: ...

class AssignResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class RequestInformationRequest(_message.Message):
    __slots__ = ("application_id", "message", "need")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    message: str
    need: _review_pb2.InformationNeed
    def __init__(self, application_id: _Optional[str] = ..., message: _Optional[str] = ..., need: _Optional[_Union[_review_pb2.InformationNeed, str]] = ...) -> None: ...

class RequestInformationResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class AnswerInformationRequest(_message.Message):
    __slots__ = ("application_id", "answer")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    answer: str
    def __init__(self, application_id: _Optional[str] = ..., answer: _Optional[str] = ...) -> None: ...

class AnswerInformationResponse(_message.Message):
    __slots__ = ("information_request",)
    INFORMATION_REQUEST_FIELD_NUMBER: _ClassVar[int]
    information_request: _review_pb2.InformationRequest
    def __init__(self, information_request: _Optional[_Union[_review_pb2.InformationRequest, _Mapping]] = ...) -> None: ...

class GetInformationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetInformationResponse(_message.Message):
    __slots__ = ("information_request",)
    INFORMATION_REQUEST_FIELD_NUMBER: _ClassVar[int]
    information_request: _review_pb2.InformationRequest
    def __init__(self, information_request: _Optional[_Union[_review_pb2.InformationRequest, _Mapping]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("application_id", "identity", "compliance", "project_feasibility", "documents", "notes", "kyc_version", "verified_income", "income_reason", "evidence", "identity_expiry_date", "parties", "identity_paper")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FEASIBILITY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_INCOME_FIELD_NUMBER: _ClassVar[int]
    INCOME_REASON_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PAPER_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    identity: _review_pb2.CheckResult
    compliance: _review_pb2.CheckResult
    project_feasibility: _review_pb2.CheckResult
    documents: _review_pb2.CheckResult
    notes: str
    kyc_version: int
    verified_income: _money_pb2.Money
    income_reason: str
    evidence: _containers.RepeatedCompositeFieldContainer[NamedEvidence]
    identity_expiry_date: str
    parties: _containers.RepeatedCompositeFieldContainer[PartyChecks]
    identity_paper: _review_pb2.IdentityPaper
    def __init__(self, application_id: _Optional[str] = ..., identity: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., compliance: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., project_feasibility: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., documents: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., notes: _Optional[str] = ..., kyc_version: _Optional[int] = ..., verified_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., income_reason: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[NamedEvidence, _Mapping]]] = ..., identity_expiry_date: _Optional[str] = ..., parties: _Optional[_Iterable[_Union[PartyChecks, _Mapping]]] = ..., identity_paper: _Optional[_Union[_review_pb2.IdentityPaper, str]] = ...) -> None: ...

class VerifyPartyRequest(_message.Message):
    __slots__ = ("application_id", "checks")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    checks: PartyChecks
    def __init__(self, application_id: _Optional[str] = ..., checks: _Optional[_Union[PartyChecks, _Mapping]] = ...) -> None: ...

class VerifyPartyResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class RenewIdentityRequest(_message.Message):
    __slots__ = ("application_id", "customer_id", "document_id", "identity_paper", "identity_expiry_date")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PAPER_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    document_id: str
    identity_paper: _review_pb2.IdentityPaper
    identity_expiry_date: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., document_id: _Optional[str] = ..., identity_paper: _Optional[_Union[_review_pb2.IdentityPaper, str]] = ..., identity_expiry_date: _Optional[str] = ...) -> None: ...

class RenewIdentityResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class PartyChecks(_message.Message):
    __slots__ = ("customer_id", "identity", "compliance", "kyc_version", "identity_document_id", "identity_expiry_date", "identity_paper")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PAPER_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    identity: _review_pb2.CheckResult
    compliance: _review_pb2.CheckResult
    kyc_version: int
    identity_document_id: str
    identity_expiry_date: str
    identity_paper: _review_pb2.IdentityPaper
    def __init__(self, customer_id: _Optional[str] = ..., identity: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., compliance: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., kyc_version: _Optional[int] = ..., identity_document_id: _Optional[str] = ..., identity_expiry_date: _Optional[str] = ..., identity_paper: _Optional[_Union[_review_pb2.IdentityPaper, str]] = ...) -> None: ...

class NamedEvidence(_message.Message):
    __slots__ = ("check", "document_id", "version")
    CHECK_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    check: _review_pb2.Check
    document_id: str
    version: int
    def __init__(self, check: _Optional[_Union[_review_pb2.Check, str]] = ..., document_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("application_id", "customer_approved", "project_approved", "rejection_reason", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_APPROVED_FIELD_NUMBER: _ClassVar[int]
    PROJECT_APPROVED_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_approved: bool
    project_approved: bool
    rejection_reason: _review_pb2.KycRejectionReason
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., customer_approved: _Optional[bool] = ..., project_approved: _Optional[bool] = ..., rejection_reason: _Optional[_Union[_review_pb2.KycRejectionReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class CheckApprovedRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class CheckApprovedResponse(_message.Message):
    __slots__ = ("kyc_version",)
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    kyc_version: int
    def __init__(self, kyc_version: _Optional[int] = ...) -> None: ...

class ListScreeningCasesRequest(_message.Message):
    __slots__ = ("status", "mine", "customer_id", "page_size", "page_token")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MINE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    status: _screening_case_pb2.ScreeningCaseStatus
    mine: bool
    customer_id: str
    page_size: int
    page_token: str
    def __init__(self, status: _Optional[_Union[_screening_case_pb2.ScreeningCaseStatus, str]] = ..., mine: _Optional[bool] = ..., customer_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListScreeningCasesResponse(_message.Message):
    __slots__ = ("cases", "next_page_token")
    CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[_screening_case_pb2.ScreeningCase]
    next_page_token: str
    def __init__(self, cases: _Optional[_Iterable[_Union[_screening_case_pb2.ScreeningCase, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetScreeningCaseRequest(_message.Message):
    __slots__ = ("case_id",)
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    def __init__(self, case_id: _Optional[str] = ...) -> None: ...

class GetScreeningCaseResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class AssignScreeningCaseRequest(_message.Message):
    __slots__ = ("case_id", "officer_id")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    officer_id: str
    def __init__(self, case_id: _Optional[str] = ..., officer_id: _Optional[str] = ...) -> None: ...

class AssignScreeningCaseResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class ResolveScreeningCaseRequest(_message.Message):
    __slots__ = ("case_id", "resolution", "document_id", "note")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    resolution: _screening_case_pb2.HitResolution
    document_id: str
    note: str
    def __init__(self, case_id: _Optional[str] = ..., resolution: _Optional[_Union[_screening_case_pb2.HitResolution, str]] = ..., document_id: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class ResolveScreeningCaseResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class ReviewScreeningCaseRequest(_message.Message):
    __slots__ = ("case_id", "agreed", "note")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    agreed: bool
    note: str
    def __init__(self, case_id: _Optional[str] = ..., agreed: _Optional[bool] = ..., note: _Optional[str] = ...) -> None: ...

class ReviewScreeningCaseResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class RecordDueDiligenceRequest(_message.Message):
    __slots__ = ("case_id", "wealth_source", "wealth_note", "funds_source", "funds_note", "document_id")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    WEALTH_SOURCE_FIELD_NUMBER: _ClassVar[int]
    WEALTH_NOTE_FIELD_NUMBER: _ClassVar[int]
    FUNDS_SOURCE_FIELD_NUMBER: _ClassVar[int]
    FUNDS_NOTE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    wealth_source: _due_diligence_pb2.MoneySource
    wealth_note: str
    funds_source: _due_diligence_pb2.MoneySource
    funds_note: str
    document_id: str
    def __init__(self, case_id: _Optional[str] = ..., wealth_source: _Optional[_Union[_due_diligence_pb2.MoneySource, str]] = ..., wealth_note: _Optional[str] = ..., funds_source: _Optional[_Union[_due_diligence_pb2.MoneySource, str]] = ..., funds_note: _Optional[str] = ..., document_id: _Optional[str] = ...) -> None: ...

class RecordDueDiligenceResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class ReviewDueDiligenceRequest(_message.Message):
    __slots__ = ("case_id", "agreed", "note", "record_time")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    agreed: bool
    note: str
    record_time: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., agreed: _Optional[bool] = ..., note: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReviewDueDiligenceResponse(_message.Message):
    __slots__ = ("case",)
    CASE_FIELD_NUMBER: _ClassVar[int]
    case: _screening_case_pb2.ScreeningCase
    def __init__(self, case: _Optional[_Union[_screening_case_pb2.ScreeningCase, _Mapping]] = ...) -> None: ...

class ListOfficersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOfficersResponse(_message.Message):
    __slots__ = ("officers",)
    OFFICERS_FIELD_NUMBER: _ClassVar[int]
    officers: _containers.RepeatedCompositeFieldContainer[_officer_pb2.Officer]
    def __init__(self, officers: _Optional[_Iterable[_Union[_officer_pb2.Officer, _Mapping]]] = ...) -> None: ...

class UpdateOfficerRequest(_message.Message):
    __slots__ = ("officer_id", "skills", "absent_from", "absent_until")
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    ABSENT_FROM_FIELD_NUMBER: _ClassVar[int]
    ABSENT_UNTIL_FIELD_NUMBER: _ClassVar[int]
    officer_id: str
    skills: _containers.RepeatedScalarFieldContainer[_officer_pb2.OfficerSkill]
    absent_from: str
    absent_until: str
    def __init__(self, officer_id: _Optional[str] = ..., skills: _Optional[_Iterable[_Union[_officer_pb2.OfficerSkill, str]]] = ..., absent_from: _Optional[str] = ..., absent_until: _Optional[str] = ...) -> None: ...

class UpdateOfficerResponse(_message.Message):
    __slots__ = ("officer",)
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    officer: _officer_pb2.Officer
    def __init__(self, officer: _Optional[_Union[_officer_pb2.Officer, _Mapping]] = ...) -> None: ...

class RunScreeningRequest(_message.Message):
    __slots__ = ("business_date", "max_customers")
    BUSINESS_DATE_FIELD_NUMBER: _ClassVar[int]
    MAX_CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    business_date: str
    max_customers: int
    def __init__(self, business_date: _Optional[str] = ..., max_customers: _Optional[int] = ...) -> None: ...

class RunScreeningResponse(_message.Message):
    __slots__ = ("customers_screened", "customers_failed", "cases_opened", "escalated", "complete", "papers_asked", "due_diligence_asked")
    CUSTOMERS_SCREENED_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_FAILED_FIELD_NUMBER: _ClassVar[int]
    CASES_OPENED_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    PAPERS_ASKED_FIELD_NUMBER: _ClassVar[int]
    DUE_DILIGENCE_ASKED_FIELD_NUMBER: _ClassVar[int]
    customers_screened: int
    customers_failed: int
    cases_opened: int
    escalated: int
    complete: bool
    papers_asked: int
    due_diligence_asked: int
    def __init__(self, customers_screened: _Optional[int] = ..., customers_failed: _Optional[int] = ..., cases_opened: _Optional[int] = ..., escalated: _Optional[int] = ..., complete: _Optional[bool] = ..., papers_asked: _Optional[int] = ..., due_diligence_asked: _Optional[int] = ...) -> None: ...
