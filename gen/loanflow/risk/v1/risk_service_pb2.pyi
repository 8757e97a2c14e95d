import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.risk.v1 import bureau_pb2 as _bureau_pb2
from loanflow.risk.v1 import collateral_pb2 as _collateral_pb2
from loanflow.risk.v1 import decision_pb2 as _decision_pb2
from loanflow.risk.v1 import explanation_pb2 as _explanation_pb2
from loanflow.risk.v1 import income_pb2 as _income_pb2
from loanflow.risk.v1 import refusal_pb2 as _refusal_pb2
from loanflow.risk.v1 import report_pb2 as _report_pb2
from loanflow.risk.v1 import rule_set_pb2 as _rule_set_pb2
from loanflow.types.v1 import facet_pb2 as _facet_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AssessRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class AssessResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class GetReportRequest(_message.Message):
    __slots__ = ("application_id", "terms_hash")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    terms_hash: str
    def __init__(self, application_id: _Optional[str] = ..., terms_hash: _Optional[str] = ...) -> None: ...

class GetReportResponse(_message.Message):
    __slots__ = ("report", "rules_against")
    REPORT_FIELD_NUMBER: _ClassVar[int]
    RULES_AGAINST_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    rules_against: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ..., rules_against: _Optional[_Iterable[str]] = ...) -> None: ...

class GetScoreRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetScoreResponse(_message.Message):
    __slots__ = ("score",)
    SCORE_FIELD_NUMBER: _ClassVar[int]
    score: _report_pb2.Score
    def __init__(self, score: _Optional[_Union[_report_pb2.Score, _Mapping]] = ...) -> None: ...

class SearchReportsRequest(_message.Message):
    __slots__ = ("query", "status", "rating", "min_score", "max_score", "facility_type", "page_size", "page_token", "reason_code")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    MIN_SCORE_FIELD_NUMBER: _ClassVar[int]
    MAX_SCORE_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    query: str
    status: _report_pb2.RiskStatus
    rating: _report_pb2.RiskRating
    min_score: int
    max_score: int
    facility_type: str
    page_size: int
    page_token: str
    reason_code: str
    def __init__(self, query: _Optional[str] = ..., status: _Optional[_Union[_report_pb2.RiskStatus, str]] = ..., rating: _Optional[_Union[_report_pb2.RiskRating, str]] = ..., min_score: _Optional[int] = ..., max_score: _Optional[int] = ..., facility_type: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class SearchReportsResponse(_message.Message):
    __slots__ = ("reports", "next_page_token", "total_count", "facets", "degraded", "unapplied_filters")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    UNAPPLIED_FILTERS_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[_report_pb2.Report]
    next_page_token: str
    total_count: int
    facets: _containers.RepeatedCompositeFieldContainer[_facet_pb2.Facet]
    degraded: bool
    unapplied_filters: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reports: _Optional[_Iterable[_Union[_report_pb2.Report, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_count: _Optional[int] = ..., facets: _Optional[_Iterable[_Union[_facet_pb2.Facet, _Mapping]]] = ..., degraded: _Optional[bool] = ..., unapplied_filters: _Optional[_Iterable[str]] = ...) -> None: ...

class ProposeRuleSetRequest(_message.Message):
    __slots__ = ("rule_set_version", "title", "rules", "in_force_time")
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_TIME_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    title: str
    rules: _containers.RepeatedCompositeFieldContainer[_rule_set_pb2.Rule]
    in_force_time: _timestamp_pb2.Timestamp
    def __init__(self, rule_set_version: _Optional[str] = ..., title: _Optional[str] = ..., rules: _Optional[_Iterable[_Union[_rule_set_pb2.Rule, _Mapping]]] = ..., in_force_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ProposeRuleSetResponse(_message.Message):
    __slots__ = ("rule_set",)
    RULE_SET_FIELD_NUMBER: _ClassVar[int]
    rule_set: _rule_set_pb2.RuleSet
    def __init__(self, rule_set: _Optional[_Union[_rule_set_pb2.RuleSet, _Mapping]] = ...) -> None: ...

class ListRuleSetsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRuleSetsResponse(_message.Message):
    __slots__ = ("rule_sets", "next_page_token", "in_force_version")
    RULE_SETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_VERSION_FIELD_NUMBER: _ClassVar[int]
    rule_sets: _containers.RepeatedCompositeFieldContainer[_rule_set_pb2.RuleSet]
    next_page_token: str
    in_force_version: str
    def __init__(self, rule_sets: _Optional[_Iterable[_Union[_rule_set_pb2.RuleSet, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., in_force_version: _Optional[str] = ...) -> None: ...

class GetRuleSetRequest(_message.Message):
    __slots__ = ("rule_set_version",)
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    def __init__(self, rule_set_version: _Optional[str] = ...) -> None: ...

class GetRuleSetResponse(_message.Message):
    __slots__ = ("rule_set",)
    RULE_SET_FIELD_NUMBER: _ClassVar[int]
    rule_set: _rule_set_pb2.RuleSet
    def __init__(self, rule_set: _Optional[_Union[_rule_set_pb2.RuleSet, _Mapping]] = ...) -> None: ...

class SimulateRuleSetRequest(_message.Message):
    __slots__ = ("rule_set_version",)
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    def __init__(self, rule_set_version: _Optional[str] = ...) -> None: ...

class SimulateRuleSetResponse(_message.Message):
    __slots__ = ("simulation",)
    SIMULATION_FIELD_NUMBER: _ClassVar[int]
    simulation: _rule_set_pb2.Simulation
    def __init__(self, simulation: _Optional[_Union[_rule_set_pb2.Simulation, _Mapping]] = ...) -> None: ...

class DecideRuleSetRequest(_message.Message):
    __slots__ = ("rule_set_version", "decision", "reason")
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    decision: _decision_pb2.RiskDecision
    reason: str
    def __init__(self, rule_set_version: _Optional[str] = ..., decision: _Optional[_Union[_decision_pb2.RiskDecision, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideRuleSetResponse(_message.Message):
    __slots__ = ("rule_set",)
    RULE_SET_FIELD_NUMBER: _ClassVar[int]
    rule_set: _rule_set_pb2.RuleSet
    def __init__(self, rule_set: _Optional[_Union[_rule_set_pb2.RuleSet, _Mapping]] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("application_id", "decision", "rejection_reason", "reason", "addressed_rules")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ADDRESSED_RULES_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    decision: _decision_pb2.RiskDecision
    rejection_reason: _decision_pb2.RiskRejectionReason
    reason: str
    addressed_rules: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., decision: _Optional[_Union[_decision_pb2.RiskDecision, str]] = ..., rejection_reason: _Optional[_Union[_decision_pb2.RiskRejectionReason, str]] = ..., reason: _Optional[str] = ..., addressed_rules: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class AssessOfferRequest(_message.Message):
    __slots__ = ("application_id", "terms")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    terms: _terms_pb2.LoanTerms
    def __init__(self, application_id: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ...) -> None: ...

class AssessOfferResponse(_message.Message):
    __slots__ = ("assessment",)
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    assessment: _report_pb2.OfferAssessment
    def __init__(self, assessment: _Optional[_Union[_report_pb2.OfferAssessment, _Mapping]] = ...) -> None: ...

class ProposeOverrideRequest(_message.Message):
    __slots__ = ("application_id", "decision", "rejection_reason", "override_reason", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    decision: _decision_pb2.RiskDecision
    rejection_reason: _decision_pb2.RiskRejectionReason
    override_reason: _decision_pb2.OverrideReason
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., decision: _Optional[_Union[_decision_pb2.RiskDecision, str]] = ..., rejection_reason: _Optional[_Union[_decision_pb2.RiskRejectionReason, str]] = ..., override_reason: _Optional[_Union[_decision_pb2.OverrideReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class ProposeOverrideResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class ProposeLimitOverrideRequest(_message.Message):
    __slots__ = ("application_id", "terms", "override_reason", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    terms: _terms_pb2.LoanTerms
    override_reason: _decision_pb2.OverrideReason
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., override_reason: _Optional[_Union[_decision_pb2.OverrideReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class ProposeLimitOverrideResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class SettleOverrideRequest(_message.Message):
    __slots__ = ("application_id", "confirmed", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    confirmed: bool
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., confirmed: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class SettleOverrideResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class GetExplanationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetExplanationResponse(_message.Message):
    __slots__ = ("explanation",)
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    explanation: _explanation_pb2.Explanation
    def __init__(self, explanation: _Optional[_Union[_explanation_pb2.Explanation, _Mapping]] = ...) -> None: ...

class GetRefusalNoticeRequest(_message.Message):
    __slots__ = ("application_id", "refusal_number")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    refusal_number: int
    def __init__(self, application_id: _Optional[str] = ..., refusal_number: _Optional[int] = ...) -> None: ...

class GetRefusalNoticeResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class ListRefusalsRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class ListRefusalsResponse(_message.Message):
    __slots__ = ("refusals",)
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    refusals: _containers.RepeatedCompositeFieldContainer[_refusal_pb2.Refusal]
    def __init__(self, refusals: _Optional[_Iterable[_Union[_refusal_pb2.Refusal, _Mapping]]] = ...) -> None: ...

class ListUndeliveredNoticesRequest(_message.Message):
    __slots__ = ("due_before_time", "page_size", "page_token")
    DUE_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    due_before_time: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, due_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUndeliveredNoticesResponse(_message.Message):
    __slots__ = ("refusals", "next_page_token")
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    refusals: _containers.RepeatedCompositeFieldContainer[_refusal_pb2.Refusal]
    next_page_token: str
    def __init__(self, refusals: _Optional[_Iterable[_Union[_refusal_pb2.Refusal, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RequestRefusalReviewRequest(_message.Message):
    __slots__ = ("application_id", "grounds")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    grounds: str
    def __init__(self, application_id: _Optional[str] = ..., grounds: _Optional[str] = ...) -> None: ...

class RequestRefusalReviewResponse(_message.Message):
    __slots__ = ("refusal",)
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    refusal: _refusal_pb2.Refusal
    def __init__(self, refusal: _Optional[_Union[_refusal_pb2.Refusal, _Mapping]] = ...) -> None: ...

class ListRefusalReviewsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRefusalReviewsResponse(_message.Message):
    __slots__ = ("refusals", "next_page_token")
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    refusals: _containers.RepeatedCompositeFieldContainer[_refusal_pb2.Refusal]
    next_page_token: str
    def __init__(self, refusals: _Optional[_Iterable[_Union[_refusal_pb2.Refusal, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DecideRefusalReviewRequest(_message.Message):
    __slots__ = ("application_id", "outcome", "explanation")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    outcome: _refusal_pb2.ReviewOutcome
    explanation: str
    def __init__(self, application_id: _Optional[str] = ..., outcome: _Optional[_Union[_refusal_pb2.ReviewOutcome, str]] = ..., explanation: _Optional[str] = ...) -> None: ...

class DecideRefusalReviewResponse(_message.Message):
    __slots__ = ("refusal",)
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    refusal: _refusal_pb2.Refusal
    def __init__(self, refusal: _Optional[_Union[_refusal_pb2.Refusal, _Mapping]] = ...) -> None: ...

class ResendRefusalNoticeRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class ResendRefusalNoticeResponse(_message.Message):
    __slots__ = ("refusal",)
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    refusal: _refusal_pb2.Refusal
    def __init__(self, refusal: _Optional[_Union[_refusal_pb2.Refusal, _Mapping]] = ...) -> None: ...

class RecordNoticePostingRequest(_message.Message):
    __slots__ = ("application_id", "post_date", "postal_service", "evidence")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    POST_DATE_FIELD_NUMBER: _ClassVar[int]
    POSTAL_SERVICE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    post_date: str
    postal_service: str
    evidence: str
    def __init__(self, application_id: _Optional[str] = ..., post_date: _Optional[str] = ..., postal_service: _Optional[str] = ..., evidence: _Optional[str] = ...) -> None: ...

class RecordNoticePostingResponse(_message.Message):
    __slots__ = ("refusal",)
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    refusal: _refusal_pb2.Refusal
    def __init__(self, refusal: _Optional[_Union[_refusal_pb2.Refusal, _Mapping]] = ...) -> None: ...

class GetBureauFileRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetBureauFileResponse(_message.Message):
    __slots__ = ("bureau_file", "consent_text", "consent_version")
    BUREAU_FILE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TEXT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    bureau_file: _bureau_pb2.BureauFile
    consent_text: str
    consent_version: str
    def __init__(self, bureau_file: _Optional[_Union[_bureau_pb2.BureauFile, _Mapping]] = ..., consent_text: _Optional[str] = ..., consent_version: _Optional[str] = ...) -> None: ...

class GiveBureauConsentRequest(_message.Message):
    __slots__ = ("application_id", "consent_version", "channel")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    consent_version: str
    channel: _bureau_pb2.ConsentChannel
    def __init__(self, application_id: _Optional[str] = ..., consent_version: _Optional[str] = ..., channel: _Optional[_Union[_bureau_pb2.ConsentChannel, str]] = ...) -> None: ...

class GiveBureauConsentResponse(_message.Message):
    __slots__ = ("bureau_file",)
    BUREAU_FILE_FIELD_NUMBER: _ClassVar[int]
    bureau_file: _bureau_pb2.BureauFile
    def __init__(self, bureau_file: _Optional[_Union[_bureau_pb2.BureauFile, _Mapping]] = ...) -> None: ...

class WithdrawBureauConsentRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class WithdrawBureauConsentResponse(_message.Message):
    __slots__ = ("bureau_file",)
    BUREAU_FILE_FIELD_NUMBER: _ClassVar[int]
    bureau_file: _bureau_pb2.BureauFile
    def __init__(self, bureau_file: _Optional[_Union[_bureau_pb2.BureauFile, _Mapping]] = ...) -> None: ...

class GetIncomeFileRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetIncomeFileResponse(_message.Message):
    __slots__ = ("income_file",)
    INCOME_FILE_FIELD_NUMBER: _ClassVar[int]
    income_file: _income_pb2.IncomeFile
    def __init__(self, income_file: _Optional[_Union[_income_pb2.IncomeFile, _Mapping]] = ...) -> None: ...

class GetCollateralFileRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetCollateralFileResponse(_message.Message):
    __slots__ = ("collateral_file",)
    COLLATERAL_FILE_FIELD_NUMBER: _ClassVar[int]
    collateral_file: _collateral_pb2.CollateralFile
    def __init__(self, collateral_file: _Optional[_Union[_collateral_pb2.CollateralFile, _Mapping]] = ...) -> None: ...

class AddCollateralRequest(_message.Message):
    __slots__ = ("application_id", "type", "description", "owner_name")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_NAME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    type: _collateral_pb2.CollateralType
    description: str
    owner_name: str
    def __init__(self, application_id: _Optional[str] = ..., type: _Optional[_Union[_collateral_pb2.CollateralType, str]] = ..., description: _Optional[str] = ..., owner_name: _Optional[str] = ...) -> None: ...

class AddCollateralResponse(_message.Message):
    __slots__ = ("collateral_file",)
    COLLATERAL_FILE_FIELD_NUMBER: _ClassVar[int]
    collateral_file: _collateral_pb2.CollateralFile
    def __init__(self, collateral_file: _Optional[_Union[_collateral_pb2.CollateralFile, _Mapping]] = ...) -> None: ...

class WithdrawCollateralRequest(_message.Message):
    __slots__ = ("application_id", "collateral_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    collateral_id: str
    def __init__(self, application_id: _Optional[str] = ..., collateral_id: _Optional[str] = ...) -> None: ...

class WithdrawCollateralResponse(_message.Message):
    __slots__ = ("collateral_file",)
    COLLATERAL_FILE_FIELD_NUMBER: _ClassVar[int]
    collateral_file: _collateral_pb2.CollateralFile
    def __init__(self, collateral_file: _Optional[_Union[_collateral_pb2.CollateralFile, _Mapping]] = ...) -> None: ...

class RecordValuationRequest(_message.Message):
    __slots__ = ("application_id", "collateral_id", "value", "prior_charges", "source", "valuer", "valuation_method", "valuation_date", "document_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PRIOR_CHARGES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALUER_FIELD_NUMBER: _ClassVar[int]
    VALUATION_METHOD_FIELD_NUMBER: _ClassVar[int]
    VALUATION_DATE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    collateral_id: str
    value: _money_pb2.Money
    prior_charges: _money_pb2.Money
    source: _collateral_pb2.ValuationSource
    valuer: str
    valuation_method: str
    valuation_date: str
    document_id: str
    def __init__(self, application_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., prior_charges: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., source: _Optional[_Union[_collateral_pb2.ValuationSource, str]] = ..., valuer: _Optional[str] = ..., valuation_method: _Optional[str] = ..., valuation_date: _Optional[str] = ..., document_id: _Optional[str] = ...) -> None: ...

class RecordValuationResponse(_message.Message):
    __slots__ = ("collateral_file",)
    COLLATERAL_FILE_FIELD_NUMBER: _ClassVar[int]
    collateral_file: _collateral_pb2.CollateralFile
    def __init__(self, collateral_file: _Optional[_Union[_collateral_pb2.CollateralFile, _Mapping]] = ...) -> None: ...

class SettleValuationRequest(_message.Message):
    __slots__ = ("application_id", "collateral_id", "valuation_number", "confirmed", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    VALUATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    collateral_id: str
    valuation_number: int
    confirmed: bool
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., valuation_number: _Optional[int] = ..., confirmed: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class SettleValuationResponse(_message.Message):
    __slots__ = ("collateral_file",)
    COLLATERAL_FILE_FIELD_NUMBER: _ClassVar[int]
    collateral_file: _collateral_pb2.CollateralFile
    def __init__(self, collateral_file: _Optional[_Union[_collateral_pb2.CollateralFile, _Mapping]] = ...) -> None: ...

class ListDueRevaluationsRequest(_message.Message):
    __slots__ = ("due_date", "page_size", "page_token")
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    due_date: str
    page_size: int
    page_token: str
    def __init__(self, due_date: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDueRevaluationsResponse(_message.Message):
    __slots__ = ("collateral_files", "next_page_token")
    COLLATERAL_FILES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    collateral_files: _containers.RepeatedCompositeFieldContainer[_collateral_pb2.CollateralFile]
    next_page_token: str
    def __init__(self, collateral_files: _Optional[_Iterable[_Union[_collateral_pb2.CollateralFile, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
