import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.discussion.v1 import offer_pb2 as _offer_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DiscussionOfferSent(_message.Message):
    __slots__ = ("application_id", "customer_id", "offer_version", "party", "decided_by", "terms", "terms_hash", "cost", "expire_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    offer_version: int
    party: _offer_pb2.OfferParty
    decided_by: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., party: _Optional[_Union[_offer_pb2.OfferParty, str]] = ..., decided_by: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DiscussionOfferAccepted(_message.Message):
    __slots__ = ("application_id", "customer_id", "offer_version", "decided_by", "offered_by", "terms", "terms_hash", "cost")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    OFFERED_BY_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TERMS_HASH_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    offer_version: int
    decided_by: str
    offered_by: str
    terms: _terms_pb2.LoanTerms
    terms_hash: str
    cost: _schedule_pb2.LoanCost
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., decided_by: _Optional[str] = ..., offered_by: _Optional[str] = ..., terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., terms_hash: _Optional[str] = ..., cost: _Optional[_Union[_schedule_pb2.LoanCost, _Mapping]] = ...) -> None: ...

class DiscussionOfferDeclined(_message.Message):
    __slots__ = ("application_id", "customer_id", "offer_version", "decided_by")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    offer_version: int
    decided_by: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., decided_by: _Optional[str] = ...) -> None: ...

class DiscussionOfferExpired(_message.Message):
    __slots__ = ("application_id", "customer_id", "offer_version", "expire_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    offer_version: int
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., offer_version: _Optional[int] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
