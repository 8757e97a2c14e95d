from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class CommitmentRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMITMENT_ROLE_UNSPECIFIED: _ClassVar[CommitmentRole]
    COMMITMENT_ROLE_BORROWER: _ClassVar[CommitmentRole]
    COMMITMENT_ROLE_CO_BORROWER: _ClassVar[CommitmentRole]
    COMMITMENT_ROLE_GUARANTOR: _ClassVar[CommitmentRole]
COMMITMENT_ROLE_UNSPECIFIED: CommitmentRole
COMMITMENT_ROLE_BORROWER: CommitmentRole
COMMITMENT_ROLE_CO_BORROWER: CommitmentRole
COMMITMENT_ROLE_GUARANTOR: CommitmentRole
