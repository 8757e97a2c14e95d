import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OverrideStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERRIDE_STATUS_UNSPECIFIED: _ClassVar[OverrideStatus]
    OVERRIDE_STATUS_PROPOSED: _ClassVar[OverrideStatus]
    OVERRIDE_STATUS_CONFIRMED: _ClassVar[OverrideStatus]
    OVERRIDE_STATUS_DECLINED: _ClassVar[OverrideStatus]
    OVERRIDE_STATUS_LAPSED: _ClassVar[OverrideStatus]

class OverrideReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERRIDE_REASON_UNSPECIFIED: _ClassVar[OverrideReason]
    OVERRIDE_REASON_COMPENSATING_ASSETS: _ClassVar[OverrideReason]
    OVERRIDE_REASON_GUARANTEE: _ClassVar[OverrideReason]
    OVERRIDE_REASON_INCOME_NOT_IN_MODEL: _ClassVar[OverrideReason]
    OVERRIDE_REASON_DATA_INCORRECT: _ClassVar[OverrideReason]
    OVERRIDE_REASON_REPAYMENT_RECORD: _ClassVar[OverrideReason]
    OVERRIDE_REASON_ADVERSE_INFORMATION: _ClassVar[OverrideReason]
    OVERRIDE_REASON_PROJECT: _ClassVar[OverrideReason]
    OVERRIDE_REASON_OTHER: _ClassVar[OverrideReason]

class RiskRecommendation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_RECOMMENDATION_UNSPECIFIED: _ClassVar[RiskRecommendation]
    RISK_RECOMMENDATION_APPROVE: _ClassVar[RiskRecommendation]
    RISK_RECOMMENDATION_REFER: _ClassVar[RiskRecommendation]
    RISK_RECOMMENDATION_REJECT: _ClassVar[RiskRecommendation]

class RiskDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_DECISION_UNSPECIFIED: _ClassVar[RiskDecision]
    RISK_DECISION_APPROVED: _ClassVar[RiskDecision]
    RISK_DECISION_REJECTED: _ClassVar[RiskDecision]

class RiskRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_REJECTION_REASON_UNSPECIFIED: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_DEBT_TO_INCOME: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_REPAYMENT_CAPACITY: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_COLLATERAL: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_CREDIT_HISTORY: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_SCORE: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_OTHER: _ClassVar[RiskRejectionReason]
    RISK_REJECTION_REASON_EXPOSURE: _ClassVar[RiskRejectionReason]
OVERRIDE_STATUS_UNSPECIFIED: OverrideStatus
OVERRIDE_STATUS_PROPOSED: OverrideStatus
OVERRIDE_STATUS_CONFIRMED: OverrideStatus
OVERRIDE_STATUS_DECLINED: OverrideStatus
OVERRIDE_STATUS_LAPSED: OverrideStatus
OVERRIDE_REASON_UNSPECIFIED: OverrideReason
OVERRIDE_REASON_COMPENSATING_ASSETS: OverrideReason
OVERRIDE_REASON_GUARANTEE: OverrideReason
OVERRIDE_REASON_INCOME_NOT_IN_MODEL: OverrideReason
OVERRIDE_REASON_DATA_INCORRECT: OverrideReason
OVERRIDE_REASON_REPAYMENT_RECORD: OverrideReason
OVERRIDE_REASON_ADVERSE_INFORMATION: OverrideReason
OVERRIDE_REASON_PROJECT: OverrideReason
OVERRIDE_REASON_OTHER: OverrideReason
RISK_RECOMMENDATION_UNSPECIFIED: RiskRecommendation
RISK_RECOMMENDATION_APPROVE: RiskRecommendation
RISK_RECOMMENDATION_REFER: RiskRecommendation
RISK_RECOMMENDATION_REJECT: RiskRecommendation
RISK_DECISION_UNSPECIFIED: RiskDecision
RISK_DECISION_APPROVED: RiskDecision
RISK_DECISION_REJECTED: RiskDecision
RISK_REJECTION_REASON_UNSPECIFIED: RiskRejectionReason
RISK_REJECTION_REASON_DEBT_TO_INCOME: RiskRejectionReason
RISK_REJECTION_REASON_REPAYMENT_CAPACITY: RiskRejectionReason
RISK_REJECTION_REASON_COLLATERAL: RiskRejectionReason
RISK_REJECTION_REASON_CREDIT_HISTORY: RiskRejectionReason
RISK_REJECTION_REASON_SCORE: RiskRejectionReason
RISK_REJECTION_REASON_OTHER: RiskRejectionReason
RISK_REJECTION_REASON_EXPOSURE: RiskRejectionReason

class Override(_message.Message):
    __slots__ = ("status", "decision", "rejection_reason", "recommendation", "override_reason", "reason", "proposed_by", "propose_time", "terms", "terms_hash", "limit", "settled_by", "settle_reason", "settle_time")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATION_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    SETTLED_BY_FIELD_NUMBER: _ClassVar[int]
    SETTLE_REASON_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    status: OverrideStatus
    decision: RiskDecision
    rejection_reason: RiskRejectionReason
    recommendation: RiskRecommendation
    override_reason: OverrideReason
    reason: str
    proposed_by: str
    propose_time: _timestamp_pb2.Timestamp
    terms: AssessedTerms
    terms_hash: str
    limit: str
    settled_by: str
    settle_reason: str
    settle_time: _timestamp_pb2.Timestamp
    def __init__(self, status: _Optional[_Union[OverrideStatus, str]] = ..., decision: _Optional[_Union[RiskDecision, str]] = ..., rejection_reason: _Optional[_Union[RiskRejectionReason, str]] = ..., recommendation: _Optional[_Union[RiskRecommendation, str]] = ..., override_reason: _Optional[_Union[OverrideReason, str]] = ..., reason: _Optional[str] = ..., proposed_by: _Optional[str] = ..., propose_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., terms: _Optional[_Union[AssessedTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., limit: _Optional[str] = ..., settled_by: _Optional[str] = ..., settle_reason: _Optional[str] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AssessedTerms(_message.Message):
    __slots__ = ("amount", "annual_rate_percent", "tenure_months", "monthly_instalment")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    amount: _money_pb2.Money
    annual_rate_percent: str
    tenure_months: int
    monthly_instalment: _money_pb2.Money
    def __init__(self, amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., annual_rate_percent: _Optional[str] = ..., tenure_months: _Optional[int] = ..., monthly_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
