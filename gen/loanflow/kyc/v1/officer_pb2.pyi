from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfficerSkill(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFICER_SKILL_UNSPECIFIED: _ClassVar[OfficerSkill]
    OFFICER_SKILL_ENHANCED_DUE_DILIGENCE: _ClassVar[OfficerSkill]
    OFFICER_SKILL_SANCTIONS: _ClassVar[OfficerSkill]
OFFICER_SKILL_UNSPECIFIED: OfficerSkill
OFFICER_SKILL_ENHANCED_DUE_DILIGENCE: OfficerSkill
OFFICER_SKILL_SANCTIONS: OfficerSkill

class Officer(_message.Message):
    __slots__ = ("officer_id", "skills", "absent_from", "absent_until", "present", "open_reviews", "open_cases")
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    ABSENT_FROM_FIELD_NUMBER: _ClassVar[int]
    ABSENT_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    OPEN_REVIEWS_FIELD_NUMBER: _ClassVar[int]
    OPEN_CASES_FIELD_NUMBER: _ClassVar[int]
    officer_id: str
    skills: _containers.RepeatedScalarFieldContainer[OfficerSkill]
    absent_from: str
    absent_until: str
    present: bool
    open_reviews: int
    open_cases: int
    def __init__(self, officer_id: _Optional[str] = ..., skills: _Optional[_Iterable[_Union[OfficerSkill, str]]] = ..., absent_from: _Optional[str] = ..., absent_until: _Optional[str] = ..., present: _Optional[bool] = ..., open_reviews: _Optional[int] = ..., open_cases: _Optional[int] = ...) -> None: ...
