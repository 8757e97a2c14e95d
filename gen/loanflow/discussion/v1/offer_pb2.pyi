import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_STATUS_UNSPECIFIED: _ClassVar[OfferStatus]
    OFFER_STATUS_LIVE: _ClassVar[OfferStatus]
    OFFER_STATUS_SUPERSEDED: _ClassVar[OfferStatus]
    OFFER_STATUS_ACCEPTED: _ClassVar[OfferStatus]
    OFFER_STATUS_DECLINED: _ClassVar[OfferStatus]
    OFFER_STATUS_EXPIRED: _ClassVar[OfferStatus]
    OFFER_STATUS_CLOSED: _ClassVar[OfferStatus]

class OfferParty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_PARTY_UNSPECIFIED: _ClassVar[OfferParty]
    OFFER_PARTY_LENDER: _ClassVar[OfferParty]
    OFFER_PARTY_CUSTOMER: _ClassVar[OfferParty]

class OfferDocument(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_DOCUMENT_UNSPECIFIED: _ClassVar[OfferDocument]
    OFFER_DOCUMENT_OFFER: _ClassVar[OfferDocument]
    OFFER_DOCUMENT_PRECONTRACT: _ClassVar[OfferDocument]

class OfferLanguage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_LANGUAGE_UNSPECIFIED: _ClassVar[OfferLanguage]
    OFFER_LANGUAGE_EN: _ClassVar[OfferLanguage]
    OFFER_LANGUAGE_DE: _ClassVar[OfferLanguage]
    OFFER_LANGUAGE_FR: _ClassVar[OfferLanguage]
    OFFER_LANGUAGE_ES: _ClassVar[OfferLanguage]
    OFFER_LANGUAGE_AR: _ClassVar[OfferLanguage]
OFFER_STATUS_UNSPECIFIED: OfferStatus
OFFER_STATUS_LIVE: OfferStatus
OFFER_STATUS_SUPERSEDED: OfferStatus
OFFER_STATUS_ACCEPTED: OfferStatus
OFFER_STATUS_DECLINED: OfferStatus
OFFER_STATUS_EXPIRED: OfferStatus
OFFER_STATUS_CLOSED: OfferStatus
OFFER_PARTY_UNSPECIFIED: OfferParty
OFFER_PARTY_LENDER: OfferParty
OFFER_PARTY_CUSTOMER: OfferParty
OFFER_DOCUMENT_UNSPECIFIED: OfferDocument
OFFER_DOCUMENT_OFFER: OfferDocument
OFFER_DOCUMENT_PRECONTRACT: OfferDocument
OFFER_LANGUAGE_UNSPECIFIED: OfferLanguage
OFFER_LANGUAGE_EN: OfferLanguage
OFFER_LANGUAGE_DE: OfferLanguage
OFFER_LANGUAGE_FR: OfferLanguage
OFFER_LANGUAGE_ES: OfferLanguage
OFFER_LANGUAGE_AR: OfferLanguage

class Offer(_message.Message):
    __slots__ = ("application_id", "version", "status", "party", "made_by", "terms", "terms_hash", "cost", "conditions", "expire_time", "create_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    version: int
    status: OfferStatus
    party: OfferParty
    made_by: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    conditions: str
    expire_time: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., version: _Optional[int] = ..., status: _Optional[_Union[OfferStatus, str]] = ..., party: _Optional[_Union[OfferParty, str]] = ..., made_by: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., conditions: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
