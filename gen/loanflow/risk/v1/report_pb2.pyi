import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.risk.v1 import bureau_pb2 as _bureau_pb2
from loanflow.risk.v1 import collateral_pb2 as _collateral_pb2
from loanflow.risk.v1 import decision_pb2 as _decision_pb2
from loanflow.risk.v1 import exposure_pb2 as _exposure_pb2
from loanflow.risk.v1 import income_pb2 as _income_pb2
from loanflow.types.v1 import circumstances_pb2 as _circumstances_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RiskStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_STATUS_UNSPECIFIED: _ClassVar[RiskStatus]
    RISK_STATUS_PENDING: _ClassVar[RiskStatus]
    RISK_STATUS_ASSESSED: _ClassVar[RiskStatus]
    RISK_STATUS_APPROVED: _ClassVar[RiskStatus]
    RISK_STATUS_REJECTED: _ClassVar[RiskStatus]
    RISK_STATUS_CLOSED: _ClassVar[RiskStatus]

class UnscoredReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNSCORED_REASON_UNSPECIFIED: _ClassVar[UnscoredReason]
    UNSCORED_REASON_LEGAL_ENTITY: _ClassVar[UnscoredReason]

class RiskRating(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_RATING_UNSPECIFIED: _ClassVar[RiskRating]
    RISK_RATING_A: _ClassVar[RiskRating]
    RISK_RATING_B: _ClassVar[RiskRating]
    RISK_RATING_C: _ClassVar[RiskRating]
    RISK_RATING_D: _ClassVar[RiskRating]
    RISK_RATING_E: _ClassVar[RiskRating]

class RuleKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_KIND_UNSPECIFIED: _ClassVar[RuleKind]
    RULE_KIND_KNOCK_OUT: _ClassVar[RuleKind]
    RULE_KIND_REFER: _ClassVar[RuleKind]
    RULE_KIND_LIMIT: _ClassVar[RuleKind]
    RULE_KIND_PRICING: _ClassVar[RuleKind]
RISK_STATUS_UNSPECIFIED: RiskStatus
RISK_STATUS_PENDING: RiskStatus
RISK_STATUS_ASSESSED: RiskStatus
RISK_STATUS_APPROVED: RiskStatus
RISK_STATUS_REJECTED: RiskStatus
RISK_STATUS_CLOSED: RiskStatus
UNSCORED_REASON_UNSPECIFIED: UnscoredReason
UNSCORED_REASON_LEGAL_ENTITY: UnscoredReason
RISK_RATING_UNSPECIFIED: RiskRating
RISK_RATING_A: RiskRating
RISK_RATING_B: RiskRating
RISK_RATING_C: RiskRating
RISK_RATING_D: RiskRating
RISK_RATING_E: RiskRating
RULE_KIND_UNSPECIFIED: RuleKind
RULE_KIND_KNOCK_OUT: RuleKind
RULE_KIND_REFER: RuleKind
RULE_KIND_LIMIT: RuleKind
RULE_KIND_PRICING: RuleKind

class Report(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "figures", "indicators", "score", "reasons", "decided_by", "rejection_reason", "reason", "decide_time", "terms", "offers", "challenger", "recommendation", "overrides", "rules", "decision_due_time", "decision_tell_time", "credit_record", "unscored")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    CHALLENGER_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATION_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    DECISION_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECISION_TELL_TIME_FIELD_NUMBER: _ClassVar[int]
    CREDIT_RECORD_FIELD_NUMBER: _ClassVar[int]
    UNSCORED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: RiskStatus
    figures: RiskFigures
    indicators: RiskIndicators
    score: Score
    reasons: _containers.RepeatedCompositeFieldContainer[ScoreReason]
    decided_by: str
    rejection_reason: _decision_pb2.RiskRejectionReason
    reason: str
    decide_time: _timestamp_pb2.Timestamp
    terms: _decision_pb2.AssessedTerms
    offers: _containers.RepeatedCompositeFieldContainer[OfferAssessment]
    challenger: ChallengerScore
    recommendation: _decision_pb2.RiskRecommendation
    overrides: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Override]
    rules: RuleOutcome
    decision_due_time: _timestamp_pb2.Timestamp
    decision_tell_time: _timestamp_pb2.Timestamp
    credit_record: _bureau_pb2.CreditRecordUse
    unscored: UnscoredReason
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[RiskStatus, str]] = ..., figures: _Optional[_Union[RiskFigures, _Mapping]] = ..., indicators: _Optional[_Union[RiskIndicators, _Mapping]] = ..., score: _Optional[_Union[Score, _Mapping]] = ..., reasons: _Optional[_Iterable[_Union[ScoreReason, _Mapping]]] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[_decision_pb2.RiskRejectionReason, str]] = ..., reason: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., terms: _Optional[_Union[_decision_pb2.AssessedTerms, _Mapping]] = ..., offers: _Optional[_Iterable[_Union[OfferAssessment, _Mapping]]] = ..., challenger: _Optional[_Union[ChallengerScore, _Mapping]] = ..., recommendation: _Optional[_Union[_decision_pb2.RiskRecommendation, str]] = ..., overrides: _Optional[_Iterable[_Union[_decision_pb2.Override, _Mapping]]] = ..., rules: _Optional[_Union[RuleOutcome, _Mapping]] = ..., decision_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decision_tell_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., credit_record: _Optional[_Union[_bureau_pb2.CreditRecordUse, str]] = ..., unscored: _Optional[_Union[UnscoredReason, str]] = ...) -> None: ...

class OfferAssessment(_message.Message):
    __slots__ = ("terms", "terms_hash", "debt_to_income_percent", "repayment_capacity", "score", "rating", "assess_time", "unscored")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    DEBT_TO_INCOME_PERCENT_FIELD_NUMBER: _ClassVar[int]
    REPAYMENT_CAPACITY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    ASSESS_TIME_FIELD_NUMBER: _ClassVar[int]
    UNSCORED_FIELD_NUMBER: _ClassVar[int]
    terms: _decision_pb2.AssessedTerms
    terms_hash: str
    debt_to_income_percent: str
    repayment_capacity: _money_pb2.Money
    score: int
    rating: RiskRating
    assess_time: _timestamp_pb2.Timestamp
    unscored: UnscoredReason
    def __init__(self, terms: _Optional[_Union[_decision_pb2.AssessedTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., debt_to_income_percent: _Optional[str] = ..., repayment_capacity: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[RiskRating, str]] = ..., assess_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unscored: _Optional[_Union[UnscoredReason, str]] = ...) -> None: ...

class RiskFigures(_message.Message):
    __slots__ = ("facility_type", "amount", "tenure_months", "project_cost", "monthly_income", "monthly_debts", "collateral_value", "verified_income", "circumstances", "exposure", "total_exposure", "bureau", "income_evidence", "income_difference", "income", "income_basis", "collateral", "counted_collateral_value", "loan_to_value_percent", "for_legal_entity", "counted_debts", "debts_basis", "undeclared_debts", "party_count")
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_COST_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DEBTS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_INCOME_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    BUREAU_FIELD_NUMBER: _ClassVar[int]
    INCOME_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    INCOME_DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    INCOME_FIELD_NUMBER: _ClassVar[int]
    INCOME_BASIS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_FIELD_NUMBER: _ClassVar[int]
    COUNTED_COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    LOAN_TO_VALUE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    FOR_LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    COUNTED_DEBTS_FIELD_NUMBER: _ClassVar[int]
    DEBTS_BASIS_FIELD_NUMBER: _ClassVar[int]
    UNDECLARED_DEBTS_FIELD_NUMBER: _ClassVar[int]
    PARTY_COUNT_FIELD_NUMBER: _ClassVar[int]
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    project_cost: _money_pb2.Money
    monthly_income: _money_pb2.Money
    monthly_debts: _money_pb2.Money
    collateral_value: _money_pb2.Money
    verified_income: _money_pb2.Money
    circumstances: _circumstances_pb2.Circumstances
    exposure: _exposure_pb2.Exposure
    total_exposure: _money_pb2.Money
    bureau: _bureau_pb2.BureauFinding
    income_evidence: _income_pb2.IncomeFinding
    income_difference: _money_pb2.Money
    income: _money_pb2.Money
    income_basis: _income_pb2.IncomeBasis
    collateral: _collateral_pb2.CollateralFinding
    counted_collateral_value: _money_pb2.Money
    loan_to_value_percent: str
    for_legal_entity: bool
    counted_debts: _money_pb2.Money
    debts_basis: _income_pb2.DebtsBasis
    undeclared_debts: _money_pb2.Money
    party_count: int
    def __init__(self, facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., project_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., verified_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., circumstances: _Optional[_Union[_circumstances_pb2.Circumstances, _Mapping]] = ..., exposure: _Optional[_Union[_exposure_pb2.Exposure, _Mapping]] = ..., total_exposure: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., bureau: _Optional[_Union[_bureau_pb2.BureauFinding, _Mapping]] = ..., income_evidence: _Optional[_Union[_income_pb2.IncomeFinding, _Mapping]] = ..., income_difference: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., income_basis: _Optional[_Union[_income_pb2.IncomeBasis, str]] = ..., collateral: _Optional[_Union[_collateral_pb2.CollateralFinding, _Mapping]] = ..., counted_collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., loan_to_value_percent: _Optional[str] = ..., for_legal_entity: _Optional[bool] = ..., counted_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., debts_basis: _Optional[_Union[_income_pb2.DebtsBasis, str]] = ..., undeclared_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., party_count: _Optional[int] = ...) -> None: ...

class RiskIndicators(_message.Message):
    __slots__ = ("annual_rate_percent", "monthly_instalment", "debt_to_income_percent", "repayment_capacity", "collateral_cover_percent", "bureau_score", "stressed_rate_percent", "stressed_instalment", "stressed_debt_to_income_percent", "stressed_repayment_capacity")
    ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    DEBT_TO_INCOME_PERCENT_FIELD_NUMBER: _ClassVar[int]
    REPAYMENT_CAPACITY_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_COVER_PERCENT_FIELD_NUMBER: _ClassVar[int]
    BUREAU_SCORE_FIELD_NUMBER: _ClassVar[int]
    STRESSED_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    STRESSED_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    STRESSED_DEBT_TO_INCOME_PERCENT_FIELD_NUMBER: _ClassVar[int]
    STRESSED_REPAYMENT_CAPACITY_FIELD_NUMBER: _ClassVar[int]
    annual_rate_percent: str
    monthly_instalment: _money_pb2.Money
    debt_to_income_percent: str
    repayment_capacity: _money_pb2.Money
    collateral_cover_percent: str
    bureau_score: int
    stressed_rate_percent: str
    stressed_instalment: _money_pb2.Money
    stressed_debt_to_income_percent: str
    stressed_repayment_capacity: _money_pb2.Money
    def __init__(self, annual_rate_percent: _Optional[str] = ..., monthly_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., debt_to_income_percent: _Optional[str] = ..., repayment_capacity: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_cover_percent: _Optional[str] = ..., bureau_score: _Optional[int] = ..., stressed_rate_percent: _Optional[str] = ..., stressed_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., stressed_debt_to_income_percent: _Optional[str] = ..., stressed_repayment_capacity: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Score(_message.Message):
    __slots__ = ("application_id", "score", "rating", "scorecard_version", "assess_time", "default_probability_percent")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    SCORECARD_VERSION_FIELD_NUMBER: _ClassVar[int]
    ASSESS_TIME_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PROBABILITY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    score: int
    rating: RiskRating
    scorecard_version: str
    assess_time: _timestamp_pb2.Timestamp
    default_probability_percent: str
    def __init__(self, application_id: _Optional[str] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[RiskRating, str]] = ..., scorecard_version: _Optional[str] = ..., assess_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., default_probability_percent: _Optional[str] = ...) -> None: ...

class ChallengerScore(_message.Message):
    __slots__ = ("scorecard_version", "score", "rating", "default_probability_percent")
    SCORECARD_VERSION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PROBABILITY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    scorecard_version: str
    score: int
    rating: RiskRating
    default_probability_percent: str
    def __init__(self, scorecard_version: _Optional[str] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[RiskRating, str]] = ..., default_probability_percent: _Optional[str] = ...) -> None: ...

class ScoreReason(_message.Message):
    __slots__ = ("code", "points", "description", "change")
    CODE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    points: int
    description: str
    change: str
    def __init__(self, code: _Optional[str] = ..., points: _Optional[int] = ..., description: _Optional[str] = ..., change: _Optional[str] = ...) -> None: ...

class RuleOutcome(_message.Message):
    __slots__ = ("rule_set_version", "fired", "max_amount", "min_annual_rate_percent")
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    FIRED_FIELD_NUMBER: _ClassVar[int]
    MAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MIN_ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    fired: _containers.RepeatedCompositeFieldContainer[FiredRule]
    max_amount: _money_pb2.Money
    min_annual_rate_percent: str
    def __init__(self, rule_set_version: _Optional[str] = ..., fired: _Optional[_Iterable[_Union[FiredRule, _Mapping]]] = ..., max_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., min_annual_rate_percent: _Optional[str] = ...) -> None: ...

class FiredRule(_message.Message):
    __slots__ = ("name", "kind", "description", "value", "failed", "on_bureau")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    ON_BUREAU_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: RuleKind
    description: str
    value: str
    failed: bool
    on_bureau: bool
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[RuleKind, str]] = ..., description: _Optional[str] = ..., value: _Optional[str] = ..., failed: _Optional[bool] = ..., on_bureau: _Optional[bool] = ...) -> None: ...
