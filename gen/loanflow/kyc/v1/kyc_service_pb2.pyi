from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from loanflow.kyc.v1 import review_pb2 as _review_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetQueueRequest(_message.Message):
    __slots__ = ("status", "mine", "page_size", "page_token")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MINE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    status: _review_pb2.ReviewStatus
    mine: bool
    page_size: int
    page_token: str
    def __init__(self, status: _Optional[_Union[_review_pb2.ReviewStatus, str]] = ..., mine: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetQueueResponse(_message.Message):
    __slots__ = ("reviews", "next_page_token")
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reviews: _containers.RepeatedCompositeFieldContainer[_review_pb2.Review]
    next_page_token: str
    def __init__(self, reviews: _Optional[_Iterable[_Union[_review_pb2.Review, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetReviewRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetReviewResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class AssignRequest(_message.Message):
    __slots__ = ("application_id", "officer_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    officer_id: str
    def __init__(self, application_id: _Optional[str] = ..., officer_id: _Optional[str] = ...) -> None: ...

class AssignResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class RequestInformationRequest(_message.Message):
    __slots__ = ("application_id", "message", "need")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    message: str
    need: _review_pb2.InformationNeed
    def __init__(self, application_id: _Optional[str] = ..., message: _Optional[str] = ..., need: _Optional[_Union[_review_pb2.InformationNeed, str]] = ...) -> None: ...

class RequestInformationResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class AnswerInformationRequest(_message.Message):
    __slots__ = ("application_id", "answer")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    answer: str
    def __init__(self, application_id: _Optional[str] = ..., answer: _Optional[str] = ...) -> None: ...

class AnswerInformationResponse(_message.Message):
    __slots__ = ("information_request",)
    INFORMATION_REQUEST_FIELD_NUMBER: _ClassVar[int]
    information_request: _review_pb2.InformationRequest
    def __init__(self, information_request: _Optional[_Union[_review_pb2.InformationRequest, _Mapping]] = ...) -> None: ...

class GetInformationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetInformationResponse(_message.Message):
    __slots__ = ("information_request",)
    INFORMATION_REQUEST_FIELD_NUMBER: _ClassVar[int]
    information_request: _review_pb2.InformationRequest
    def __init__(self, information_request: _Optional[_Union[_review_pb2.InformationRequest, _Mapping]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("application_id", "identity", "compliance", "project_feasibility", "documents", "notes", "kyc_version", "verified_income", "income_reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    COMPLIANCE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FEASIBILITY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_INCOME_FIELD_NUMBER: _ClassVar[int]
    INCOME_REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    identity: _review_pb2.CheckResult
    compliance: _review_pb2.CheckResult
    project_feasibility: _review_pb2.CheckResult
    documents: _review_pb2.CheckResult
    notes: str
    kyc_version: int
    verified_income: _money_pb2.Money
    income_reason: str
    def __init__(self, application_id: _Optional[str] = ..., identity: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., compliance: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., project_feasibility: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., documents: _Optional[_Union[_review_pb2.CheckResult, str]] = ..., notes: _Optional[str] = ..., kyc_version: _Optional[int] = ..., verified_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., income_reason: _Optional[str] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("application_id", "customer_approved", "project_approved", "rejection_reason", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_APPROVED_FIELD_NUMBER: _ClassVar[int]
    PROJECT_APPROVED_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_approved: bool
    project_approved: bool
    rejection_reason: _review_pb2.KycRejectionReason
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., customer_approved: _Optional[bool] = ..., project_approved: _Optional[bool] = ..., rejection_reason: _Optional[_Union[_review_pb2.KycRejectionReason, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class DecideResponse(_message.Message):
    __slots__ = ("review",)
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    review: _review_pb2.Review
    def __init__(self, review: _Optional[_Union[_review_pb2.Review, _Mapping]] = ...) -> None: ...

class CheckApprovedRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class CheckApprovedResponse(_message.Message):
    __slots__ = ("kyc_version",)
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    kyc_version: int
    def __init__(self, kyc_version: _Optional[int] = ...) -> None: ...
