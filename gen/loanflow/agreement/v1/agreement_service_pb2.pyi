from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from loanflow.agreement.v1 import agreement_pb2 as _agreement_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerateRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GenerateResponse(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: _agreement_pb2.Agreement
    def __init__(self, agreement: _Optional[_Union[_agreement_pb2.Agreement, _Mapping]] = ...) -> None: ...

class GetAgreementRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetAgreementResponse(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: _agreement_pb2.Agreement
    def __init__(self, agreement: _Optional[_Union[_agreement_pb2.Agreement, _Mapping]] = ...) -> None: ...

class GetPdfRequest(_message.Message):
    __slots__ = ("application_id", "signed_copy", "document")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNED_COPY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    signed_copy: bool
    document: _agreement_pb2.AgreementDocument
    def __init__(self, application_id: _Optional[str] = ..., signed_copy: _Optional[bool] = ..., document: _Optional[_Union[_agreement_pb2.AgreementDocument, str]] = ...) -> None: ...

class GetPdfResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class StartSigningRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class StartSigningResponse(_message.Message):
    __slots__ = ("signing",)
    SIGNING_FIELD_NUMBER: _ClassVar[int]
    signing: _agreement_pb2.Signing
    def __init__(self, signing: _Optional[_Union[_agreement_pb2.Signing, _Mapping]] = ...) -> None: ...

class ConfirmSigningRequest(_message.Message):
    __slots__ = ("application_id", "code", "consent_version", "document_sha256")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    code: str
    consent_version: str
    document_sha256: str
    def __init__(self, application_id: _Optional[str] = ..., code: _Optional[str] = ..., consent_version: _Optional[str] = ..., document_sha256: _Optional[str] = ...) -> None: ...

class ConfirmSigningResponse(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: _agreement_pb2.Agreement
    def __init__(self, agreement: _Optional[_Union[_agreement_pb2.Agreement, _Mapping]] = ...) -> None: ...

class BeginProviderSigningRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class BeginProviderSigningResponse(_message.Message):
    __slots__ = ("session", "signing_url")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    SIGNING_URL_FIELD_NUMBER: _ClassVar[int]
    session: _agreement_pb2.SigningSession
    signing_url: str
    def __init__(self, session: _Optional[_Union[_agreement_pb2.SigningSession, _Mapping]] = ..., signing_url: _Optional[str] = ...) -> None: ...

class ReportDocusignEventRequest(_message.Message):
    __slots__ = ("application_id", "event")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    event: _httpbody_pb2.HttpBody
    def __init__(self, application_id: _Optional[str] = ..., event: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class ReportDocusignEventResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReportAdobeSignEventRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _httpbody_pb2.HttpBody
    def __init__(self, event: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class ReportAdobeSignEventResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConfirmAdobeSignWebhookRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConfirmAdobeSignWebhookResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UploadSignedRequest(_message.Message):
    __slots__ = ("application_id", "file")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    file: _httpbody_pb2.HttpBody
    def __init__(self, application_id: _Optional[str] = ..., file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class UploadSignedResponse(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: _agreement_pb2.Agreement
    def __init__(self, agreement: _Optional[_Union[_agreement_pb2.Agreement, _Mapping]] = ...) -> None: ...

class ConfirmUploadRequest(_message.Message):
    __slots__ = ("application_id", "approve", "comment", "sha256", "signer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGNER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    approve: bool
    comment: str
    sha256: str
    signer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., approve: _Optional[bool] = ..., comment: _Optional[str] = ..., sha256: _Optional[str] = ..., signer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ConfirmUploadResponse(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: _agreement_pb2.Agreement
    def __init__(self, agreement: _Optional[_Union[_agreement_pb2.Agreement, _Mapping]] = ...) -> None: ...

class VerifyAgreementRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class VerifyAgreementResponse(_message.Message):
    __slots__ = ("verification",)
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    verification: _agreement_pb2.Verification
    def __init__(self, verification: _Optional[_Union[_agreement_pb2.Verification, _Mapping]] = ...) -> None: ...
