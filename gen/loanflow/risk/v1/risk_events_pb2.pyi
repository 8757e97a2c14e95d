import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.risk.v1 import bureau_pb2 as _bureau_pb2
from loanflow.risk.v1 import collateral_pb2 as _collateral_pb2
from loanflow.risk.v1 import decision_pb2 as _decision_pb2
from loanflow.risk.v1 import income_pb2 as _income_pb2
from loanflow.risk.v1 import refusal_pb2 as _refusal_pb2
from loanflow.risk.v1 import report_pb2 as _report_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RiskAssessmentCompleted(_message.Message):
    __slots__ = ("application_id", "customer_id", "score", "rating", "debt_to_income_percent", "reason_codes", "scorecard_version", "assess_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    DEBT_TO_INCOME_PERCENT_FIELD_NUMBER: _ClassVar[int]
    REASON_CODES_FIELD_NUMBER: _ClassVar[int]
    SCORECARD_VERSION_FIELD_NUMBER: _ClassVar[int]
    ASSESS_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    score: int
    rating: _report_pb2.RiskRating
    debt_to_income_percent: str
    reason_codes: _containers.RepeatedScalarFieldContainer[str]
    scorecard_version: str
    assess_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[_report_pb2.RiskRating, str]] = ..., debt_to_income_percent: _Optional[str] = ..., reason_codes: _Optional[_Iterable[str]] = ..., scorecard_version: _Optional[str] = ..., assess_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskApprovedForDiscussion(_message.Message):
    __slots__ = ("application_id", "customer_id", "score", "rating", "facility_type", "amount", "tenure_months", "decided_by", "approve_time", "annual_rate_percent", "monthly_instalment", "proposed_by", "override_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    APPROVE_TIME_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    score: int
    rating: _report_pb2.RiskRating
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    decided_by: str
    approve_time: _timestamp_pb2.Timestamp
    annual_rate_percent: str
    monthly_instalment: _money_pb2.Money
    proposed_by: str
    override_reason: _decision_pb2.OverrideReason
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[_report_pb2.RiskRating, str]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., decided_by: _Optional[str] = ..., approve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., annual_rate_percent: _Optional[str] = ..., monthly_instalment: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., proposed_by: _Optional[str] = ..., override_reason: _Optional[_Union[_decision_pb2.OverrideReason, str]] = ...) -> None: ...

class RiskRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "score", "rating", "decided_by", "rejection_reason", "reject_time", "proposed_by", "override_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REJECT_TIME_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    score: int
    rating: _report_pb2.RiskRating
    decided_by: str
    rejection_reason: _decision_pb2.RiskRejectionReason
    reject_time: _timestamp_pb2.Timestamp
    proposed_by: str
    override_reason: _decision_pb2.OverrideReason
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., score: _Optional[int] = ..., rating: _Optional[_Union[_report_pb2.RiskRating, str]] = ..., decided_by: _Optional[str] = ..., rejection_reason: _Optional[_Union[_decision_pb2.RiskRejectionReason, str]] = ..., reject_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_by: _Optional[str] = ..., override_reason: _Optional[_Union[_decision_pb2.OverrideReason, str]] = ...) -> None: ...

class RiskRefusalNoticeIssued(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "stage", "issue_count", "review_until_time", "issue_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REVIEW_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    stage: _refusal_pb2.RefusalStage
    issue_count: int
    review_until_time: _timestamp_pb2.Timestamp
    issue_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., stage: _Optional[_Union[_refusal_pb2.RefusalStage, str]] = ..., issue_count: _Optional[int] = ..., review_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issue_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskRefusalNoticeUndelivered(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "due_time", "tell_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    TELL_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    due_time: _timestamp_pb2.Timestamp
    tell_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tell_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskDecisionDue(_message.Message):
    __slots__ = ("application_id", "customer_id", "decision_due_time", "decision_tell_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECISION_TELL_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    decision_due_time: _timestamp_pb2.Timestamp
    decision_tell_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., decision_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decision_tell_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskReviewDue(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "answer_due_time", "remind_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    REMIND_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    answer_due_time: _timestamp_pb2.Timestamp
    remind_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., answer_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., remind_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskReviewOverdue(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "answer_due_time", "escalate_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    answer_due_time: _timestamp_pb2.Timestamp
    escalate_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., answer_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskReviewRequested(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "request_time", "answer_due_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    ANSWER_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    request_time: _timestamp_pb2.Timestamp
    answer_due_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskReviewDecided(_message.Message):
    __slots__ = ("application_id", "customer_id", "refusal_number", "outcome", "decided_by", "decide_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    refusal_number: int
    outcome: _refusal_pb2.ReviewOutcome
    decided_by: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., refusal_number: _Optional[int] = ..., outcome: _Optional[_Union[_refusal_pb2.ReviewOutcome, str]] = ..., decided_by: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskBureauConsentGiven(_message.Message):
    __slots__ = ("application_id", "customer_id", "consent_version", "channel", "give_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    GIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    consent_version: str
    channel: _bureau_pb2.ConsentChannel
    give_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., consent_version: _Optional[str] = ..., channel: _Optional[_Union[_bureau_pb2.ConsentChannel, str]] = ..., give_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskBureauConsentWithdrawn(_message.Message):
    __slots__ = ("application_id", "customer_id", "withdraw_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskBureauInquirySettled(_message.Message):
    __slots__ = ("application_id", "customer_id", "purpose", "answer", "settle_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    purpose: _bureau_pb2.BureauPurpose
    answer: _bureau_pb2.BureauAnswer
    settle_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., purpose: _Optional[_Union[_bureau_pb2.BureauPurpose, str]] = ..., answer: _Optional[_Union[_bureau_pb2.BureauAnswer, str]] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskIncomeStatementRead(_message.Message):
    __slots__ = ("application_id", "customer_id", "document_id", "document_version", "answer", "read_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    READ_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    document_id: str
    document_version: int
    answer: _income_pb2.IncomeAnswer
    read_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., document_id: _Optional[str] = ..., document_version: _Optional[int] = ..., answer: _Optional[_Union[_income_pb2.IncomeAnswer, str]] = ..., read_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskCollateralAdded(_message.Message):
    __slots__ = ("application_id", "customer_id", "collateral_id", "collateral_type", "added_by", "add_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    ADDED_BY_FIELD_NUMBER: _ClassVar[int]
    ADD_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    collateral_id: str
    collateral_type: _collateral_pb2.CollateralType
    added_by: str
    add_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., collateral_type: _Optional[_Union[_collateral_pb2.CollateralType, str]] = ..., added_by: _Optional[str] = ..., add_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskCollateralWithdrawn(_message.Message):
    __slots__ = ("application_id", "customer_id", "collateral_id", "withdrawn_by", "withdraw_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    collateral_id: str
    withdrawn_by: str
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., withdrawn_by: _Optional[str] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskCollateralValued(_message.Message):
    __slots__ = ("application_id", "customer_id", "collateral_id", "valuation_number", "source", "value", "lendable_value", "in_force", "recorded_by", "record_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    VALUATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LENDABLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    collateral_id: str
    valuation_number: int
    source: _collateral_pb2.ValuationSource
    value: _money_pb2.Money
    lendable_value: _money_pb2.Money
    in_force: bool
    recorded_by: str
    record_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., valuation_number: _Optional[int] = ..., source: _Optional[_Union[_collateral_pb2.ValuationSource, str]] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., lendable_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., in_force: _Optional[bool] = ..., recorded_by: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RiskCollateralValuationSettled(_message.Message):
    __slots__ = ("application_id", "customer_id", "collateral_id", "valuation_number", "confirmed", "settled_by", "settle_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    VALUATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    SETTLED_BY_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    collateral_id: str
    valuation_number: int
    confirmed: bool
    settled_by: str
    settle_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., collateral_id: _Optional[str] = ..., valuation_number: _Optional[int] = ..., confirmed: _Optional[bool] = ..., settled_by: _Optional[str] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
