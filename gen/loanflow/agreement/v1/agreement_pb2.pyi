import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SignerRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNER_ROLE_UNSPECIFIED: _ClassVar[SignerRole]
    SIGNER_ROLE_BORROWER: _ClassVar[SignerRole]
    SIGNER_ROLE_CO_BORROWER: _ClassVar[SignerRole]
    SIGNER_ROLE_GUARANTOR: _ClassVar[SignerRole]

class CopyRejectionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COPY_REJECTION_REASON_UNSPECIFIED: _ClassVar[CopyRejectionReason]
    COPY_REJECTION_REASON_NOT_SIGNED: _ClassVar[CopyRejectionReason]
    COPY_REJECTION_REASON_INFECTED: _ClassVar[CopyRejectionReason]

class SigningSessionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNING_SESSION_STATUS_UNSPECIFIED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_ORDERED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_SENT: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_DELIVERED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_REFUSED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_VOIDED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_EXPIRED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_DECLINED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_SIGNED: _ClassVar[SigningSessionStatus]
    SIGNING_SESSION_STATUS_REJECTED: _ClassVar[SigningSessionStatus]

class SealFinding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEAL_FINDING_UNSPECIFIED: _ClassVar[SealFinding]
    SEAL_FINDING_SEALED: _ClassVar[SealFinding]
    SEAL_FINDING_UNSEALED: _ClassVar[SealFinding]
    SEAL_FINDING_UNREADABLE: _ClassVar[SealFinding]
    SEAL_FINDING_NOT_READ: _ClassVar[SealFinding]

class AgreementDocument(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGREEMENT_DOCUMENT_UNSPECIFIED: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_AGREEMENT: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_PRECONTRACT: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_SCHEDULE: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_CERTIFICATE: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_PROVIDER_SIGNED: _ClassVar[AgreementDocument]
    AGREEMENT_DOCUMENT_PROVIDER_CERTIFICATE: _ClassVar[AgreementDocument]

class AgreementStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGREEMENT_STATUS_UNSPECIFIED: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_GENERATED: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_SIGNING: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_UPLOADED: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_SIGNED: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_CLOSED: _ClassVar[AgreementStatus]
    AGREEMENT_STATUS_QUARANTINED: _ClassVar[AgreementStatus]

class SigningMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNING_METHOD_UNSPECIFIED: _ClassVar[SigningMethod]
    SIGNING_METHOD_ONE_TIME_CODE: _ClassVar[SigningMethod]
    SIGNING_METHOD_MANUAL: _ClassVar[SigningMethod]
    SIGNING_METHOD_DOCUSIGN: _ClassVar[SigningMethod]
    SIGNING_METHOD_ADOBE_SIGN: _ClassVar[SigningMethod]
SIGNER_ROLE_UNSPECIFIED: SignerRole
SIGNER_ROLE_BORROWER: SignerRole
SIGNER_ROLE_CO_BORROWER: SignerRole
SIGNER_ROLE_GUARANTOR: SignerRole
COPY_REJECTION_REASON_UNSPECIFIED: CopyRejectionReason
COPY_REJECTION_REASON_NOT_SIGNED: CopyRejectionReason
COPY_REJECTION_REASON_INFECTED: CopyRejectionReason
SIGNING_SESSION_STATUS_UNSPECIFIED: SigningSessionStatus
SIGNING_SESSION_STATUS_ORDERED: SigningSessionStatus
SIGNING_SESSION_STATUS_SENT: SigningSessionStatus
SIGNING_SESSION_STATUS_DELIVERED: SigningSessionStatus
SIGNING_SESSION_STATUS_REFUSED: SigningSessionStatus
SIGNING_SESSION_STATUS_VOIDED: SigningSessionStatus
SIGNING_SESSION_STATUS_EXPIRED: SigningSessionStatus
SIGNING_SESSION_STATUS_DECLINED: SigningSessionStatus
SIGNING_SESSION_STATUS_SIGNED: SigningSessionStatus
SIGNING_SESSION_STATUS_REJECTED: SigningSessionStatus
SEAL_FINDING_UNSPECIFIED: SealFinding
SEAL_FINDING_SEALED: SealFinding
SEAL_FINDING_UNSEALED: SealFinding
SEAL_FINDING_UNREADABLE: SealFinding
SEAL_FINDING_NOT_READ: SealFinding
AGREEMENT_DOCUMENT_UNSPECIFIED: AgreementDocument
AGREEMENT_DOCUMENT_AGREEMENT: AgreementDocument
AGREEMENT_DOCUMENT_PRECONTRACT: AgreementDocument
AGREEMENT_DOCUMENT_SCHEDULE: AgreementDocument
AGREEMENT_DOCUMENT_CERTIFICATE: AgreementDocument
AGREEMENT_DOCUMENT_PROVIDER_SIGNED: AgreementDocument
AGREEMENT_DOCUMENT_PROVIDER_CERTIFICATE: AgreementDocument
AGREEMENT_STATUS_UNSPECIFIED: AgreementStatus
AGREEMENT_STATUS_GENERATED: AgreementStatus
AGREEMENT_STATUS_SIGNING: AgreementStatus
AGREEMENT_STATUS_UPLOADED: AgreementStatus
AGREEMENT_STATUS_SIGNED: AgreementStatus
AGREEMENT_STATUS_CLOSED: AgreementStatus
AGREEMENT_STATUS_QUARANTINED: AgreementStatus
SIGNING_METHOD_UNSPECIFIED: SigningMethod
SIGNING_METHOD_ONE_TIME_CODE: SigningMethod
SIGNING_METHOD_MANUAL: SigningMethod
SIGNING_METHOD_DOCUSIGN: SigningMethod
SIGNING_METHOD_ADOBE_SIGN: SigningMethod

class Agreement(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "terms", "terms_hash", "cost", "template_version", "pdf_sha256", "pdf_size_bytes", "signed_copy", "signature", "generate_time", "update_time", "signed_pdf_sha256", "signers", "session")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_VERSION_FIELD_NUMBER: _ClassVar[int]
    PDF_SHA256_FIELD_NUMBER: _ClassVar[int]
    PDF_SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SIGNED_COPY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    GENERATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNED_PDF_SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: AgreementStatus
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    template_version: str
    pdf_sha256: str
    pdf_size_bytes: int
    signed_copy: SignedCopy
    signature: Signature
    generate_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    signed_pdf_sha256: str
    signers: _containers.RepeatedCompositeFieldContainer[AgreementSigner]
    session: SigningSession
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[AgreementStatus, str]] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., template_version: _Optional[str] = ..., pdf_sha256: _Optional[str] = ..., pdf_size_bytes: _Optional[int] = ..., signed_copy: _Optional[_Union[SignedCopy, _Mapping]] = ..., signature: _Optional[_Union[Signature, _Mapping]] = ..., generate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signed_pdf_sha256: _Optional[str] = ..., signers: _Optional[_Iterable[_Union[AgreementSigner, _Mapping]]] = ..., session: _Optional[_Union[SigningSession, _Mapping]] = ...) -> None: ...

class AgreementSigner(_message.Message):
    __slots__ = ("customer_id", "role", "signature")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: SignerRole
    signature: Signature
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[SignerRole, str]] = ..., signature: _Optional[_Union[Signature, _Mapping]] = ...) -> None: ...

class SignedCopy(_message.Message):
    __slots__ = ("sha256", "size_bytes", "uploaded_by", "upload_time", "scanned")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_TIME_FIELD_NUMBER: _ClassVar[int]
    SCANNED_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    size_bytes: int
    uploaded_by: str
    upload_time: _timestamp_pb2.Timestamp
    scanned: bool
    def __init__(self, sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., uploaded_by: _Optional[str] = ..., upload_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scanned: _Optional[bool] = ...) -> None: ...

class Signature(_message.Message):
    __slots__ = ("method", "signed_by", "confirmed_by", "sign_time")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_BY_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    method: SigningMethod
    signed_by: str
    confirmed_by: str
    sign_time: _timestamp_pb2.Timestamp
    def __init__(self, method: _Optional[_Union[SigningMethod, str]] = ..., signed_by: _Optional[str] = ..., confirmed_by: _Optional[str] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Signing(_message.Message):
    __slots__ = ("application_id", "sent_to", "expire_time", "attempts_left", "consent_version", "consent_text", "document_sha256")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    SENT_TO_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_LEFT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TEXT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    sent_to: str
    expire_time: _timestamp_pb2.Timestamp
    attempts_left: int
    consent_version: str
    consent_text: str
    document_sha256: str
    def __init__(self, application_id: _Optional[str] = ..., sent_to: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempts_left: _Optional[int] = ..., consent_version: _Optional[str] = ..., consent_text: _Optional[str] = ..., document_sha256: _Optional[str] = ...) -> None: ...

class SigningSession(_message.Message):
    __slots__ = ("session_id", "provider", "status", "signers", "order_time", "send_time", "expire_time", "end_time")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    ORDER_TIME_FIELD_NUMBER: _ClassVar[int]
    SEND_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    provider: SigningMethod
    status: SigningSessionStatus
    signers: _containers.RepeatedCompositeFieldContainer[SessionSigner]
    order_time: _timestamp_pb2.Timestamp
    send_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., provider: _Optional[_Union[SigningMethod, str]] = ..., status: _Optional[_Union[SigningSessionStatus, str]] = ..., signers: _Optional[_Iterable[_Union[SessionSigner, _Mapping]]] = ..., order_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., send_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SessionSigner(_message.Message):
    __slots__ = ("customer_id", "role", "sign_time")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: SignerRole
    sign_time: _timestamp_pb2.Timestamp
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[SignerRole, str]] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Verification(_message.Message):
    __slots__ = ("application_id", "intact", "recorded_sha256", "actual_sha256", "signature", "check_time", "seals", "signers", "finding", "signatures", "terms_sha256", "terms_intact", "faults")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    INTACT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_SHA256_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_SHA256_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    SEALS_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    TERMS_SHA256_FIELD_NUMBER: _ClassVar[int]
    TERMS_INTACT_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    intact: bool
    recorded_sha256: str
    actual_sha256: str
    signature: Signature
    check_time: _timestamp_pb2.Timestamp
    seals: _containers.RepeatedCompositeFieldContainer[ElectronicSeal]
    signers: _containers.RepeatedCompositeFieldContainer[AgreementSigner]
    finding: SealFinding
    signatures: _containers.RepeatedCompositeFieldContainer[SignatureEvidence]
    terms_sha256: str
    terms_intact: bool
    faults: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., intact: _Optional[bool] = ..., recorded_sha256: _Optional[str] = ..., actual_sha256: _Optional[str] = ..., signature: _Optional[_Union[Signature, _Mapping]] = ..., check_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., seals: _Optional[_Iterable[_Union[ElectronicSeal, _Mapping]]] = ..., signers: _Optional[_Iterable[_Union[AgreementSigner, _Mapping]]] = ..., finding: _Optional[_Union[SealFinding, str]] = ..., signatures: _Optional[_Iterable[_Union[SignatureEvidence, _Mapping]]] = ..., terms_sha256: _Optional[str] = ..., terms_intact: _Optional[bool] = ..., faults: _Optional[_Iterable[str]] = ...) -> None: ...

class ElectronicSeal(_message.Message):
    __slots__ = ("signer", "certificate_sha256", "seal_time", "intact", "trusted", "timestamped", "level", "authority", "key", "reason", "countersigns")
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_SHA256_FIELD_NUMBER: _ClassVar[int]
    SEAL_TIME_FIELD_NUMBER: _ClassVar[int]
    INTACT_FIELD_NUMBER: _ClassVar[int]
    TRUSTED_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMPED_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    COUNTERSIGNS_FIELD_NUMBER: _ClassVar[int]
    signer: str
    certificate_sha256: str
    seal_time: _timestamp_pb2.Timestamp
    intact: bool
    trusted: bool
    timestamped: bool
    level: str
    authority: str
    key: str
    reason: str
    countersigns: bool
    def __init__(self, signer: _Optional[str] = ..., certificate_sha256: _Optional[str] = ..., seal_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., intact: _Optional[bool] = ..., trusted: _Optional[bool] = ..., timestamped: _Optional[bool] = ..., level: _Optional[str] = ..., authority: _Optional[str] = ..., key: _Optional[str] = ..., reason: _Optional[str] = ..., countersigns: _Optional[bool] = ...) -> None: ...

class SignatureEvidence(_message.Message):
    __slots__ = ("customer_id", "full_name", "role", "method", "sign_time", "document_sha256", "consent_version", "papers")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    SIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    full_name: str
    role: SignerRole
    method: SigningMethod
    sign_time: _timestamp_pb2.Timestamp
    document_sha256: str
    consent_version: str
    papers: _containers.RepeatedCompositeFieldContainer[PaperEvidence]
    def __init__(self, customer_id: _Optional[str] = ..., full_name: _Optional[str] = ..., role: _Optional[_Union[SignerRole, str]] = ..., method: _Optional[_Union[SigningMethod, str]] = ..., sign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., document_sha256: _Optional[str] = ..., consent_version: _Optional[str] = ..., papers: _Optional[_Iterable[_Union[PaperEvidence, _Mapping]]] = ...) -> None: ...

class PaperEvidence(_message.Message):
    __slots__ = ("form", "sha256", "give_time")
    FORM_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    GIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    form: str
    sha256: str
    give_time: _timestamp_pb2.Timestamp
    def __init__(self, form: _Optional[str] = ..., sha256: _Optional[str] = ..., give_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
