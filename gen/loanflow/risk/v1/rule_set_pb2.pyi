import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.risk.v1 import report_pb2 as _report_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleSetStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_SET_STATUS_UNSPECIFIED: _ClassVar[RuleSetStatus]
    RULE_SET_STATUS_PROPOSED: _ClassVar[RuleSetStatus]
    RULE_SET_STATUS_APPROVED: _ClassVar[RuleSetStatus]
    RULE_SET_STATUS_REJECTED: _ClassVar[RuleSetStatus]

class RuleVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_VERDICT_UNSPECIFIED: _ClassVar[RuleVerdict]
    RULE_VERDICT_CLEAR: _ClassVar[RuleVerdict]
    RULE_VERDICT_REFERRED: _ClassVar[RuleVerdict]
    RULE_VERDICT_LIMITED: _ClassVar[RuleVerdict]
    RULE_VERDICT_KNOCKED_OUT: _ClassVar[RuleVerdict]
RULE_SET_STATUS_UNSPECIFIED: RuleSetStatus
RULE_SET_STATUS_PROPOSED: RuleSetStatus
RULE_SET_STATUS_APPROVED: RuleSetStatus
RULE_SET_STATUS_REJECTED: RuleSetStatus
RULE_VERDICT_UNSPECIFIED: RuleVerdict
RULE_VERDICT_CLEAR: RuleVerdict
RULE_VERDICT_REFERRED: RuleVerdict
RULE_VERDICT_LIMITED: RuleVerdict
RULE_VERDICT_KNOCKED_OUT: RuleVerdict

class RuleSet(_message.Message):
    __slots__ = ("rule_set_version", "status", "title", "rules", "in_force_time", "proposed_by", "propose_time", "simulation", "decided_by", "reason", "decide_time")
    RULE_SET_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    SIMULATION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    rule_set_version: str
    status: RuleSetStatus
    title: str
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    in_force_time: _timestamp_pb2.Timestamp
    proposed_by: str
    propose_time: _timestamp_pb2.Timestamp
    simulation: Simulation
    decided_by: str
    reason: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, rule_set_version: _Optional[str] = ..., status: _Optional[_Union[RuleSetStatus, str]] = ..., title: _Optional[str] = ..., rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., in_force_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., proposed_by: _Optional[str] = ..., propose_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., simulation: _Optional[_Union[Simulation, _Mapping]] = ..., decided_by: _Optional[str] = ..., reason: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("name", "kind", "when", "description", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: _report_pb2.RuleKind
    when: str
    description: str
    value: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[_report_pb2.RuleKind, str]] = ..., when: _Optional[str] = ..., description: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class Simulation(_message.Message):
    __slots__ = ("looked_at", "changed", "approvals_ruled_out", "changes", "simulated_by", "simulate_time")
    LOOKED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_RULED_OUT_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_BY_FIELD_NUMBER: _ClassVar[int]
    SIMULATE_TIME_FIELD_NUMBER: _ClassVar[int]
    looked_at: int
    changed: int
    approvals_ruled_out: int
    changes: _containers.RepeatedCompositeFieldContainer[SimulatedChange]
    simulated_by: str
    simulate_time: _timestamp_pb2.Timestamp
    def __init__(self, looked_at: _Optional[int] = ..., changed: _Optional[int] = ..., approvals_ruled_out: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[SimulatedChange, _Mapping]]] = ..., simulated_by: _Optional[str] = ..., simulate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SimulatedChange(_message.Message):
    __slots__ = ("application_id", "approved", "before", "after", "fired")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    FIRED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    approved: bool
    before: RuleVerdict
    after: RuleVerdict
    fired: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., approved: _Optional[bool] = ..., before: _Optional[_Union[RuleVerdict, str]] = ..., after: _Optional[_Union[RuleVerdict, str]] = ..., fired: _Optional[_Iterable[str]] = ...) -> None: ...
