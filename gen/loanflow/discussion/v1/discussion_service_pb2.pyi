import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.discussion.v1 import discussion_pb2 as _discussion_pb2
from loanflow.discussion.v1 import offer_pb2 as _offer_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StartRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class StartResponse(_message.Message):
    __slots__ = ("discussion",)
    DISCUSSION_FIELD_NUMBER: _ClassVar[int]
    discussion: _discussion_pb2.Discussion
    def __init__(self, discussion: _Optional[_Union[_discussion_pb2.Discussion, _Mapping]] = ...) -> None: ...

class SendOfferRequest(_message.Message):
    __slots__ = ("application_id", "terms", "conditions", "expire_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    terms: _terms_pb2.LoanTerms
    conditions: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., conditions: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SendOfferResponse(_message.Message):
    __slots__ = ("offer",)
    OFFER_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping]] = ...) -> None: ...

class CounterOfferRequest(_message.Message):
    __slots__ = ("application_id", "offer_version", "terms", "conditions", "expire_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    offer_version: int
    terms: _terms_pb2.LoanTerms
    conditions: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., conditions: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CounterOfferResponse(_message.Message):
    __slots__ = ("offer",)
    OFFER_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping]] = ...) -> None: ...

class ListOffersRequest(_message.Message):
    __slots__ = ("application_id", "page_size", "page_token")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    page_size: int
    page_token: str
    def __init__(self, application_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOffersResponse(_message.Message):
    __slots__ = ("offers", "next_page_token", "discussion")
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DISCUSSION_FIELD_NUMBER: _ClassVar[int]
    offers: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Offer]
    next_page_token: str
    discussion: _discussion_pb2.Discussion
    def __init__(self, offers: _Optional[_Iterable[_Union[_offer_pb2.Offer, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., discussion: _Optional[_Union[_discussion_pb2.Discussion, _Mapping]] = ...) -> None: ...

class GetOfferFileRequest(_message.Message):
    __slots__ = ("application_id", "offer_version", "language", "document")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    offer_version: int
    language: _offer_pb2.OfferLanguage
    document: _offer_pb2.OfferDocument
    def __init__(self, application_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., language: _Optional[_Union[_offer_pb2.OfferLanguage, str]] = ..., document: _Optional[_Union[_offer_pb2.OfferDocument, str]] = ...) -> None: ...

class GetOfferFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _httpbody_pb2.HttpBody
    def __init__(self, file: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ...) -> None: ...

class AcceptRequest(_message.Message):
    __slots__ = ("application_id", "offer_version")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    offer_version: int
    def __init__(self, application_id: _Optional[str] = ..., offer_version: _Optional[int] = ...) -> None: ...

class AcceptResponse(_message.Message):
    __slots__ = ("offer", "discussion")
    OFFER_FIELD_NUMBER: _ClassVar[int]
    DISCUSSION_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    discussion: _discussion_pb2.Discussion
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping]] = ..., discussion: _Optional[_Union[_discussion_pb2.Discussion, _Mapping]] = ...) -> None: ...

class DeclineRequest(_message.Message):
    __slots__ = ("application_id", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class DeclineResponse(_message.Message):
    __slots__ = ("discussion",)
    DISCUSSION_FIELD_NUMBER: _ClassVar[int]
    discussion: _discussion_pb2.Discussion
    def __init__(self, discussion: _Optional[_Union[_discussion_pb2.Discussion, _Mapping]] = ...) -> None: ...

class GetAcceptedOfferRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetAcceptedOfferResponse(_message.Message):
    __slots__ = ("offer",)
    OFFER_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping]] = ...) -> None: ...
