from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from loanflow.approval.v1 import approval_pb2 as _approval_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubmitRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: _approval_pb2.Approval
    def __init__(self, approval: _Optional[_Union[_approval_pb2.Approval, _Mapping]] = ...) -> None: ...

class DecideInternalRequest(_message.Message):
    __slots__ = ("application_id", "approve", "comment", "rejection_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    approve: bool
    comment: str
    rejection_reason: _approval_pb2.ApprovalRejectionReason
    def __init__(self, application_id: _Optional[str] = ..., approve: _Optional[bool] = ..., comment: _Optional[str] = ..., rejection_reason: _Optional[_Union[_approval_pb2.ApprovalRejectionReason, str]] = ...) -> None: ...

class DecideInternalResponse(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: _approval_pb2.Approval
    def __init__(self, approval: _Optional[_Union[_approval_pb2.Approval, _Mapping]] = ...) -> None: ...

class DecideManagementRequest(_message.Message):
    __slots__ = ("application_id", "approve", "comment", "rejection_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    approve: bool
    comment: str
    rejection_reason: _approval_pb2.ApprovalRejectionReason
    def __init__(self, application_id: _Optional[str] = ..., approve: _Optional[bool] = ..., comment: _Optional[str] = ..., rejection_reason: _Optional[_Union[_approval_pb2.ApprovalRejectionReason, str]] = ...) -> None: ...

class DecideManagementResponse(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: _approval_pb2.Approval
    def __init__(self, approval: _Optional[_Union[_approval_pb2.Approval, _Mapping]] = ...) -> None: ...

class DecideFinalRequest(_message.Message):
    __slots__ = ("application_id", "approve", "comment", "rejection_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    approve: bool
    comment: str
    rejection_reason: _approval_pb2.ApprovalRejectionReason
    def __init__(self, application_id: _Optional[str] = ..., approve: _Optional[bool] = ..., comment: _Optional[str] = ..., rejection_reason: _Optional[_Union[_approval_pb2.ApprovalRejectionReason, str]] = ...) -> None: ...

class DecideFinalResponse(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: _approval_pb2.Approval
    def __init__(self, approval: _Optional[_Union[_approval_pb2.Approval, _Mapping]] = ...) -> None: ...

class GetApprovalRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetApprovalResponse(_message.Message):
    __slots__ = ("approval",)
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    approval: _approval_pb2.Approval
    def __init__(self, approval: _Optional[_Union[_approval_pb2.Approval, _Mapping]] = ...) -> None: ...
