import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.risk.v1 import bureau_pb2 as _bureau_pb2
from loanflow.risk.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Explanation(_message.Message):
    __slots__ = ("application_id", "decision", "decide_time", "principal_reasons", "score", "least_score", "greatest_score", "assess_time", "scorecard_version", "key_factors", "terms", "credit_record", "bureau", "bureau_statements")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    LEAST_SCORE_FIELD_NUMBER: _ClassVar[int]
    GREATEST_SCORE_FIELD_NUMBER: _ClassVar[int]
    ASSESS_TIME_FIELD_NUMBER: _ClassVar[int]
    SCORECARD_VERSION_FIELD_NUMBER: _ClassVar[int]
    KEY_FACTORS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CREDIT_RECORD_FIELD_NUMBER: _ClassVar[int]
    BUREAU_FIELD_NUMBER: _ClassVar[int]
    BUREAU_STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    decision: _decision_pb2.RiskDecision
    decide_time: _timestamp_pb2.Timestamp
    principal_reasons: _containers.RepeatedCompositeFieldContainer[PrincipalReason]
    score: int
    least_score: int
    greatest_score: int
    assess_time: _timestamp_pb2.Timestamp
    scorecard_version: str
    key_factors: _containers.RepeatedCompositeFieldContainer[PrincipalReason]
    terms: _decision_pb2.AssessedTerms
    credit_record: _bureau_pb2.CreditRecordUse
    bureau: _bureau_pb2.BureauSource
    bureau_statements: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., decision: _Optional[_Union[_decision_pb2.RiskDecision, str]] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., principal_reasons: _Optional[_Iterable[_Union[PrincipalReason, _Mapping]]] = ..., score: _Optional[int] = ..., least_score: _Optional[int] = ..., greatest_score: _Optional[int] = ..., assess_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scorecard_version: _Optional[str] = ..., key_factors: _Optional[_Iterable[_Union[PrincipalReason, _Mapping]]] = ..., terms: _Optional[_Union[_decision_pb2.AssessedTerms, _Mapping]] = ..., credit_record: _Optional[_Union[_bureau_pb2.CreditRecordUse, str]] = ..., bureau: _Optional[_Union[_bureau_pb2.BureauSource, _Mapping]] = ..., bureau_statements: _Optional[_Iterable[str]] = ...) -> None: ...

class PrincipalReason(_message.Message):
    __slots__ = ("code", "description", "change")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    description: str
    change: str
    def __init__(self, code: _Optional[str] = ..., description: _Optional[str] = ..., change: _Optional[str] = ...) -> None: ...
