import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.kyc.v1 import officer_pb2 as _officer_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IdentityPaper(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IDENTITY_PAPER_UNSPECIFIED: _ClassVar[IdentityPaper]
    IDENTITY_PAPER_PASSPORT: _ClassVar[IdentityPaper]
    IDENTITY_PAPER_IDENTITY_CARD: _ClassVar[IdentityPaper]
    IDENTITY_PAPER_RESIDENCE_PERMIT: _ClassVar[IdentityPaper]
    IDENTITY_PAPER_DRIVING_LICENCE: _ClassVar[IdentityPaper]
    IDENTITY_PAPER_UNLIMITED: _ClassVar[IdentityPaper]

class ReviewedRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEWED_ROLE_UNSPECIFIED: _ClassVar[ReviewedRole]
    REVIEWED_ROLE_CO_BORROWER: _ClassVar[ReviewedRole]
    REVIEWED_ROLE_GUARANTOR: _ClassVar[ReviewedRole]

class RiskTier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_TIER_UNSPECIFIED: _ClassVar[RiskTier]
    RISK_TIER_LOW: _ClassVar[RiskTier]
    RISK_TIER_MEDIUM: _ClassVar[RiskTier]
    RISK_TIER_HIGH: _ClassVar[RiskTier]

class InformationNeed(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INFORMATION_NEED_UNSPECIFIED: _ClassVar[InformationNeed]
    INFORMATION_NEED_DOCUMENT: _ClassVar[InformationNeed]
    INFORMATION_NEED_DETAILS: _ClassVar[InformationNeed]
    INFORMATION_NEED_INCOME: _ClassVar[InformationNeed]
    INFORMATION_NEED_PROJECT: _ClassVar[InformationNeed]
    INFORMATION_NEED_OTHER: _ClassVar[InformationNeed]

class ReviewStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVIEW_STATUS_UNSPECIFIED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_PENDING: _ClassVar[ReviewStatus]
    REVIEW_STATUS_ASSIGNED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_VERIFIED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_APPROVED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_REJECTED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_CLOSED: _ClassVar[ReviewStatus]
    REVIEW_STATUS_INFORMATION_REQUESTED: _ClassVar[ReviewStatus]

class Check(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_UNSPECIFIED: _ClassVar[Check]
    CHECK_IDENTITY: _ClassVar[Check]
    CHECK_COMPLIANCE: _ClassVar[Check]
    CHECK_PROJECT_FEASIBILITY: _ClassVar[Check]
    CHECK_DOCUMENTS: _ClassVar[Check]

class CheckResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_RESULT_UNSPECIFIED: _ClassVar[CheckResult]
    CHECK_RESULT_PASSED: _ClassVar[CheckResult]
    CHECK_RESULT_FAILED: _ClassVar[CheckResult]

class Listing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LISTING_UNSPECIFIED: _ClassVar[Listing]
    LISTING_SANCTION: _ClassVar[Listing]
    LISTING_PEP: _ClassVar[Listing]
    LISTING_RELATIVE_OR_CLOSE_ASSOCIATE: _ClassVar[Listing]

class ScreenedRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCREENED_ROLE_UNSPECIFIED: _ClassVar[ScreenedRole]
    SCREENED_ROLE_CUSTOMER: _ClassVar[ScreenedRole]
    SCREENED_ROLE_LEGAL_ENTITY: _ClassVar[ScreenedRole]
    SCREENED_ROLE_DIRECTOR: _ClassVar[ScreenedRole]
    SCREENED_ROLE_OWNER: _ClassVar[ScreenedRole]
    SCREENED_ROLE_BENEFICIAL_OWNER: _ClassVar[ScreenedRole]

class DetailAgreement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DETAIL_AGREEMENT_UNSPECIFIED: _ClassVar[DetailAgreement]
    DETAIL_AGREEMENT_SAME: _ClassVar[DetailAgreement]
    DETAIL_AGREEMENT_NEAR: _ClassVar[DetailAgreement]
    DETAIL_AGREEMENT_DIFFERENT: _ClassVar[DetailAgreement]
    DETAIL_AGREEMENT_UNKNOWN: _ClassVar[DetailAgreement]

class HitOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HIT_OUTCOME_UNSPECIFIED: _ClassVar[HitOutcome]
    HIT_OUTCOME_POSSIBLE: _ClassVar[HitOutcome]
    HIT_OUTCOME_CONFIRMED: _ClassVar[HitOutcome]
    HIT_OUTCOME_RULED_OUT: _ClassVar[HitOutcome]

class ScreeningResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCREENING_RESULT_UNSPECIFIED: _ClassVar[ScreeningResult]
    SCREENING_RESULT_CLEAR: _ClassVar[ScreeningResult]
    SCREENING_RESULT_MATCHED: _ClassVar[ScreeningResult]

class KycRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KYC_REJECTION_REASON_UNSPECIFIED: _ClassVar[KycRejectionReason]
    KYC_REJECTION_REASON_IDENTITY: _ClassVar[KycRejectionReason]
    KYC_REJECTION_REASON_COMPLIANCE: _ClassVar[KycRejectionReason]
    KYC_REJECTION_REASON_PROJECT: _ClassVar[KycRejectionReason]
    KYC_REJECTION_REASON_DOCUMENTS: _ClassVar[KycRejectionReason]
    KYC_REJECTION_REASON_OTHER: _ClassVar[KycRejectionReason]
IDENTITY_PAPER_UNSPECIFIED: IdentityPaper
IDENTITY_PAPER_PASSPORT: IdentityPaper
IDENTITY_PAPER_IDENTITY_CARD: IdentityPaper
IDENTITY_PAPER_RESIDENCE_PERMIT: IdentityPaper
IDENTITY_PAPER_DRIVING_LICENCE: IdentityPaper
IDENTITY_PAPER_UNLIMITED: IdentityPaper
REVIEWED_ROLE_UNSPECIFIED: ReviewedRole
REVIEWED_ROLE_CO_BORROWER: ReviewedRole
REVIEWED_ROLE_GUARANTOR: ReviewedRole
RISK_TIER_UNSPECIFIED: RiskTier
RISK_TIER_LOW: RiskTier
RISK_TIER_MEDIUM: RiskTier
RISK_TIER_HIGH: RiskTier
INFORMATION_NEED_UNSPECIFIED: InformationNeed
INFORMATION_NEED_DOCUMENT: InformationNeed
INFORMATION_NEED_DETAILS: InformationNeed
INFORMATION_NEED_INCOME: InformationNeed
INFORMATION_NEED_PROJECT: InformationNeed
INFORMATION_NEED_OTHER: InformationNeed
REVIEW_STATUS_UNSPECIFIED: ReviewStatus
REVIEW_STATUS_PENDING: ReviewStatus
REVIEW_STATUS_ASSIGNED: ReviewStatus
REVIEW_STATUS_VERIFIED: ReviewStatus
REVIEW_STATUS_APPROVED: ReviewStatus
REVIEW_STATUS_REJECTED: ReviewStatus
REVIEW_STATUS_CLOSED: ReviewStatus
REVIEW_STATUS_INFORMATION_REQUESTED: ReviewStatus
CHECK_UNSPECIFIED: Check
CHECK_IDENTITY: Check
CHECK_COMPLIANCE: Check
CHECK_PROJECT_FEASIBILITY: Check
CHECK_DOCUMENTS: Check
CHECK_RESULT_UNSPECIFIED: CheckResult
CHECK_RESULT_PASSED: CheckResult
CHECK_RESULT_FAILED: CheckResult
LISTING_UNSPECIFIED: Listing
LISTING_SANCTION: Listing
LISTING_PEP: Listing
LISTING_RELATIVE_OR_CLOSE_ASSOCIATE: Listing
SCREENED_ROLE_UNSPECIFIED: ScreenedRole
SCREENED_ROLE_CUSTOMER: ScreenedRole
SCREENED_ROLE_LEGAL_ENTITY: ScreenedRole
SCREENED_ROLE_DIRECTOR: ScreenedRole
SCREENED_ROLE_OWNER: ScreenedRole
SCREENED_ROLE_BENEFICIAL_OWNER: ScreenedRole
DETAIL_AGREEMENT_UNSPECIFIED: DetailAgreement
DETAIL_AGREEMENT_SAME: DetailAgreement
DETAIL_AGREEMENT_NEAR: DetailAgreement
DETAIL_AGREEMENT_DIFFERENT: DetailAgreement
DETAIL_AGREEMENT_UNKNOWN: DetailAgreement
HIT_OUTCOME_UNSPECIFIED: HitOutcome
HIT_OUTCOME_POSSIBLE: HitOutcome
HIT_OUTCOME_CONFIRMED: HitOutcome
HIT_OUTCOME_RULED_OUT: HitOutcome
SCREENING_RESULT_UNSPECIFIED: ScreeningResult
SCREENING_RESULT_CLEAR: ScreeningResult
SCREENING_RESULT_MATCHED: ScreeningResult
KYC_REJECTION_REASON_UNSPECIFIED: KycRejectionReason
KYC_REJECTION_REASON_IDENTITY: KycRejectionReason
KYC_REJECTION_REASON_COMPLIANCE: KycRejectionReason
KYC_REJECTION_REASON_PROJECT: KycRejectionReason
KYC_REJECTION_REASON_DOCUMENTS: KycRejectionReason
KYC_REJECTION_REASON_OTHER: KycRejectionReason

class Review(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "officer_id", "verification", "screening", "decided_by", "rejection_reason", "reason", "submit_time", "assign_time", "decide_time", "information_requests", "risk_tier", "due_time", "escalate_time", "needed_skills", "parties", "identity_renewals")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    SCREENING_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    ASSIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    RISK_TIER_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    NEEDED_SKILLS_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_RENEWALS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: ReviewStatus
    officer_id: str
    verification: Verification
    screening: Screening
    decided_by: str
    rejection_reason: KycRejectionReason
    reason: str
    submit_time: _timestamp_pb2.Timestamp
    assign_time: _timestamp_pb2.Timestamp
    decide_time: _timestamp_pb2.Timestamp
    information_requests: _containers.RepeatedCompositeFieldContainer[InformationRequest]
    risk_tier: RiskTier
    due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    needed_skills: _containers.RepeatedScalarFieldContainer[_officer_pb2.OfficerSkill]
    parties: _containers.RepeatedCompositeFieldContainer[ReviewedParty]
    identity_renewals: _containers.RepeatedCompositeFieldContainer[IdentityRenewal]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[ReviewStatus, str]] = ..., officer_id: _Optional[str] = ..., verification: _Optional[_Union[Verification, _Mapping]] = ..., screening: _Optional[_Union[Screening, _Mapping]] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[KycRejectionReason, str]] = ..., reason: _Optional[str] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., assign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., information_requests: _Optional[_Iterable[_Union[InformationRequest, _Mapping]]] = ..., risk_tier: _Optional[_Union[RiskTier, str]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., needed_skills: _Optional[_Iterable[_Union[_officer_pb2.OfficerSkill, str]]] = ..., parties: _Optional[_Iterable[_Union[ReviewedParty, _Mapping]]] = ..., identity_renewals: _Optional[_Iterable[_Union[IdentityRenewal, _Mapping]]] = ...) -> None: ...

class IdentityRenewal(_message.Message):
    __slots__ = ("customer_id", "expiry_date", "ask_time", "due_time", "escalate_time")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    ASK_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    expiry_date: str
    ask_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    def __init__(self, customer_id: _Optional[str] = ..., expiry_date: _Optional[str] = ..., ask_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReviewedParty(_message.Message):
    __slots__ = ("customer_id", "role", "screening")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCREENING_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: ReviewedRole
    screening: Screening
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[ReviewedRole, str]] = ..., screening: _Optional[_Union[Screening, _Mapping]] = ...) -> None: ...

class PartyVerification(_message.Message):
    __slots__ = ("customer_id", "identity", "compliance", "kyc_version", "identity_document", "identity_expiry_date", "identity_paper")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PAPER_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    identity: CheckResult
    compliance: CheckResult
    kyc_version: int
    identity_document: VerifiedDocument
    identity_expiry_date: str
    identity_paper: IdentityPaper
    def __init__(self, customer_id: _Optional[str] = ..., identity: _Optional[_Union[CheckResult, str]] = ..., compliance: _Optional[_Union[CheckResult, str]] = ..., kyc_version: _Optional[int] = ..., identity_document: _Optional[_Union[VerifiedDocument, _Mapping]] = ..., identity_expiry_date: _Optional[str] = ..., identity_paper: _Optional[_Union[IdentityPaper, str]] = ...) -> None: ...

class InformationRequest(_message.Message):
    __slots__ = ("message", "officer_id", "request_time", "answer", "answer_time", "need")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TIME_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    message: str
    officer_id: str
    request_time: _timestamp_pb2.Timestamp
    answer: str
    answer_time: _timestamp_pb2.Timestamp
    need: InformationNeed
    def __init__(self, message: _Optional[str] = ..., officer_id: _Optional[str] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer: _Optional[str] = ..., answer_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., need: _Optional[_Union[InformationNeed, str]] = ...) -> None: ...

class Verification(_message.Message):
    __slots__ = ("identity", "compliance", "project_feasibility", "documents", "notes", "verified_by", "verify_time", "kyc_version", "verified_documents", "income", "check_evidence", "identity_expiry_date", "parties", "identity_paper")
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FEASIBILITY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_BY_FIELD_NUMBER: _ClassVar[int]
    VERIFY_TIME_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    INCOME_FIELD_NUMBER: _ClassVar[int]
    CHECK_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_EXPIRY_DATE_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_PAPER_FIELD_NUMBER: _ClassVar[int]
    identity: CheckResult
    compliance: CheckResult
    project_feasibility: CheckResult
    documents: CheckResult
    notes: str
    verified_by: str
    verify_time: _timestamp_pb2.Timestamp
    kyc_version: int
    verified_documents: _containers.RepeatedCompositeFieldContainer[VerifiedDocument]
    income: VerifiedIncome
    check_evidence: _containers.RepeatedCompositeFieldContainer[CheckEvidence]
    identity_expiry_date: str
    parties: _containers.RepeatedCompositeFieldContainer[PartyVerification]
    identity_paper: IdentityPaper
    def __init__(self, identity: _Optional[_Union[CheckResult, str]] = ..., compliance: _Optional[_Union[CheckResult, str]] = ..., project_feasibility: _Optional[_Union[CheckResult, str]] = ..., documents: _Optional[_Union[CheckResult, str]] = ..., notes: _Optional[str] = ..., verified_by: _Optional[str] = ..., verify_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kyc_version: _Optional[int] = ..., verified_documents: _Optional[_Iterable[_Union[VerifiedDocument, _Mapping]]] = ..., income: _Optional[_Union[VerifiedIncome, _Mapping]] = ..., check_evidence: _Optional[_Iterable[_Union[CheckEvidence, _Mapping]]] = ..., identity_expiry_date: _Optional[str] = ..., parties: _Optional[_Iterable[_Union[PartyVerification, _Mapping]]] = ..., identity_paper: _Optional[_Union[IdentityPaper, str]] = ...) -> None: ...

class CheckEvidence(_message.Message):
    __slots__ = ("check", "type", "document_id", "version", "sha256")
    CHECK_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    check: Check
    type: _document_type_pb2.DocumentType
    document_id: str
    version: int
    sha256: str
    def __init__(self, check: _Optional[_Union[Check, str]] = ..., type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_id: _Optional[str] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class VerifiedDocument(_message.Message):
    __slots__ = ("type", "document_id", "version", "sha256")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    type: _document_type_pb2.DocumentType
    document_id: str
    version: int
    sha256: str
    def __init__(self, type: _Optional[_Union[_document_type_pb2.DocumentType, str]] = ..., document_id: _Optional[str] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class VerifiedIncome(_message.Message):
    __slots__ = ("applied", "declared", "verified", "reason", "deviation_percent", "relied_on")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DEVIATION_PERCENT_FIELD_NUMBER: _ClassVar[int]
    RELIED_ON_FIELD_NUMBER: _ClassVar[int]
    applied: _money_pb2.Money
    declared: _money_pb2.Money
    verified: _money_pb2.Money
    reason: str
    deviation_percent: str
    relied_on: _money_pb2.Money
    def __init__(self, applied: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., declared: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., verified: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ..., deviation_percent: _Optional[str] = ..., relied_on: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Screening(_message.Message):
    __slots__ = ("result", "list_version", "matched_entries", "screen_time", "score", "ruled_out", "hits", "politically_exposed", "awaits_due_diligence")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    LIST_VERSION_FIELD_NUMBER: _ClassVar[int]
    MATCHED_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    SCREEN_TIME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RULED_OUT_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    POLITICALLY_EXPOSED_FIELD_NUMBER: _ClassVar[int]
    AWAITS_DUE_DILIGENCE_FIELD_NUMBER: _ClassVar[int]
    result: ScreeningResult
    list_version: str
    matched_entries: _containers.RepeatedScalarFieldContainer[str]
    screen_time: _timestamp_pb2.Timestamp
    score: int
    ruled_out: bool
    hits: _containers.RepeatedCompositeFieldContainer[ScreeningHit]
    politically_exposed: bool
    awaits_due_diligence: bool
    def __init__(self, result: _Optional[_Union[ScreeningResult, str]] = ..., list_version: _Optional[str] = ..., matched_entries: _Optional[_Iterable[str]] = ..., screen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., score: _Optional[int] = ..., ruled_out: _Optional[bool] = ..., hits: _Optional[_Iterable[_Union[ScreeningHit, _Mapping]]] = ..., politically_exposed: _Optional[bool] = ..., awaits_due_diligence: _Optional[bool] = ...) -> None: ...

class ScreeningHit(_message.Message):
    __slots__ = ("entry_number", "listed_name", "score", "parts", "date_agreement", "country_agreement", "outcome", "screened_role", "screened_name", "listing")
    ENTRY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LISTED_NAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    DATE_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SCREENED_ROLE_FIELD_NUMBER: _ClassVar[int]
    SCREENED_NAME_FIELD_NUMBER: _ClassVar[int]
    LISTING_FIELD_NUMBER: _ClassVar[int]
    entry_number: str
    listed_name: str
    score: int
    parts: _containers.RepeatedCompositeFieldContainer[PartLikeness]
    date_agreement: DetailAgreement
    country_agreement: DetailAgreement
    outcome: HitOutcome
    screened_role: ScreenedRole
    screened_name: str
    listing: Listing
    def __init__(self, entry_number: _Optional[str] = ..., listed_name: _Optional[str] = ..., score: _Optional[int] = ..., parts: _Optional[_Iterable[_Union[PartLikeness, _Mapping]]] = ..., date_agreement: _Optional[_Union[DetailAgreement, str]] = ..., country_agreement: _Optional[_Union[DetailAgreement, str]] = ..., outcome: _Optional[_Union[HitOutcome, str]] = ..., screened_role: _Optional[_Union[ScreenedRole, str]] = ..., screened_name: _Optional[str] = ..., listing: _Optional[_Union[Listing, str]] = ...) -> None: ...

class PartLikeness(_message.Message):
    __slots__ = ("given", "listed", "score")
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    LISTED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    given: str
    listed: str
    score: int
    def __init__(self, given: _Optional[str] = ..., listed: _Optional[str] = ..., score: _Optional[int] = ...) -> None: ...
