import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CollateralType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLLATERAL_TYPE_UNSPECIFIED: _ClassVar[CollateralType]
    COLLATERAL_TYPE_RESIDENTIAL_PROPERTY: _ClassVar[CollateralType]
    COLLATERAL_TYPE_COMMERCIAL_PROPERTY: _ClassVar[CollateralType]
    COLLATERAL_TYPE_VEHICLE: _ClassVar[CollateralType]
    COLLATERAL_TYPE_EQUIPMENT: _ClassVar[CollateralType]
    COLLATERAL_TYPE_LISTED_SHARES: _ClassVar[CollateralType]
    COLLATERAL_TYPE_GOLD: _ClassVar[CollateralType]
    COLLATERAL_TYPE_CASH_DEPOSIT: _ClassVar[CollateralType]
    COLLATERAL_TYPE_OTHER: _ClassVar[CollateralType]

class ValuationSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUATION_SOURCE_UNSPECIFIED: _ClassVar[ValuationSource]
    VALUATION_SOURCE_APPRAISER: _ClassVar[ValuationSource]
    VALUATION_SOURCE_MODEL: _ClassVar[ValuationSource]
    VALUATION_SOURCE_INDEX: _ClassVar[ValuationSource]
    VALUATION_SOURCE_PURCHASE_PRICE: _ClassVar[ValuationSource]
    VALUATION_SOURCE_MARKET_PRICE: _ClassVar[ValuationSource]

class ValuationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUATION_STATUS_UNSPECIFIED: _ClassVar[ValuationStatus]
    VALUATION_STATUS_PROPOSED: _ClassVar[ValuationStatus]
    VALUATION_STATUS_IN_FORCE: _ClassVar[ValuationStatus]
    VALUATION_STATUS_SUPERSEDED: _ClassVar[ValuationStatus]
    VALUATION_STATUS_REJECTED: _ClassVar[ValuationStatus]
COLLATERAL_TYPE_UNSPECIFIED: CollateralType
COLLATERAL_TYPE_RESIDENTIAL_PROPERTY: CollateralType
COLLATERAL_TYPE_COMMERCIAL_PROPERTY: CollateralType
COLLATERAL_TYPE_VEHICLE: CollateralType
COLLATERAL_TYPE_EQUIPMENT: CollateralType
COLLATERAL_TYPE_LISTED_SHARES: CollateralType
COLLATERAL_TYPE_GOLD: CollateralType
COLLATERAL_TYPE_CASH_DEPOSIT: CollateralType
COLLATERAL_TYPE_OTHER: CollateralType
VALUATION_SOURCE_UNSPECIFIED: ValuationSource
VALUATION_SOURCE_APPRAISER: ValuationSource
VALUATION_SOURCE_MODEL: ValuationSource
VALUATION_SOURCE_INDEX: ValuationSource
VALUATION_SOURCE_PURCHASE_PRICE: ValuationSource
VALUATION_SOURCE_MARKET_PRICE: ValuationSource
VALUATION_STATUS_UNSPECIFIED: ValuationStatus
VALUATION_STATUS_PROPOSED: ValuationStatus
VALUATION_STATUS_IN_FORCE: ValuationStatus
VALUATION_STATUS_SUPERSEDED: ValuationStatus
VALUATION_STATUS_REJECTED: ValuationStatus

class CollateralFile(_message.Message):
    __slots__ = ("application_id", "customer_id", "items", "revaluation_due_date", "closed")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    REVALUATION_DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    items: _containers.RepeatedCompositeFieldContainer[Collateral]
    revaluation_due_date: str
    closed: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[Collateral, _Mapping]]] = ..., revaluation_due_date: _Optional[str] = ..., closed: _Optional[bool] = ...) -> None: ...

class Collateral(_message.Message):
    __slots__ = ("collateral_id", "type", "description", "owner_name", "added_by", "add_time", "withdraw_time", "valuations", "revaluation_due_date")
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OWNER_NAME_FIELD_NUMBER: _ClassVar[int]
    ADDED_BY_FIELD_NUMBER: _ClassVar[int]
    ADD_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    VALUATIONS_FIELD_NUMBER: _ClassVar[int]
    REVALUATION_DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    collateral_id: str
    type: CollateralType
    description: str
    owner_name: str
    added_by: str
    add_time: _timestamp_pb2.Timestamp
    withdraw_time: _timestamp_pb2.Timestamp
    valuations: _containers.RepeatedCompositeFieldContainer[Valuation]
    revaluation_due_date: str
    def __init__(self, collateral_id: _Optional[str] = ..., type: _Optional[_Union[CollateralType, str]] = ..., description: _Optional[str] = ..., owner_name: _Optional[str] = ..., added_by: _Optional[str] = ..., add_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valuations: _Optional[_Iterable[_Union[Valuation, _Mapping]]] = ..., revaluation_due_date: _Optional[str] = ...) -> None: ...

class Valuation(_message.Message):
    __slots__ = ("valuation_number", "status", "value", "prior_charges", "lendable_value", "haircut_percent", "table_version", "source", "valuer", "valuation_method", "valuation_date", "document_id", "document_sha256", "recorded_by", "record_time", "settled_by", "settle_time", "reason")
    VALUATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PRIOR_CHARGES_FIELD_NUMBER: _ClassVar[int]
    LENDABLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    HAIRCUT_PERCENT_FIELD_NUMBER: _ClassVar[int]
    TABLE_VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALUER_FIELD_NUMBER: _ClassVar[int]
    VALUATION_METHOD_FIELD_NUMBER: _ClassVar[int]
    VALUATION_DATE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    SETTLED_BY_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    valuation_number: int
    status: ValuationStatus
    value: _money_pb2.Money
    prior_charges: _money_pb2.Money
    lendable_value: _money_pb2.Money
    haircut_percent: str
    table_version: str
    source: ValuationSource
    valuer: str
    valuation_method: str
    valuation_date: str
    document_id: str
    document_sha256: str
    recorded_by: str
    record_time: _timestamp_pb2.Timestamp
    settled_by: str
    settle_time: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, valuation_number: _Optional[int] = ..., status: _Optional[_Union[ValuationStatus, str]] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., prior_charges: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., lendable_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., haircut_percent: _Optional[str] = ..., table_version: _Optional[str] = ..., source: _Optional[_Union[ValuationSource, str]] = ..., valuer: _Optional[str] = ..., valuation_method: _Optional[str] = ..., valuation_date: _Optional[str] = ..., document_id: _Optional[str] = ..., document_sha256: _Optional[str] = ..., recorded_by: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settled_by: _Optional[str] = ..., settle_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class CollateralFinding(_message.Message):
    __slots__ = ("table_version", "as_of_date", "items", "value", "prior_charges", "lendable_value", "stale", "oldest_months")
    TABLE_VERSION_FIELD_NUMBER: _ClassVar[int]
    AS_OF_DATE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PRIOR_CHARGES_FIELD_NUMBER: _ClassVar[int]
    LENDABLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    OLDEST_MONTHS_FIELD_NUMBER: _ClassVar[int]
    table_version: str
    as_of_date: str
    items: _containers.RepeatedCompositeFieldContainer[CountedCollateral]
    value: _money_pb2.Money
    prior_charges: _money_pb2.Money
    lendable_value: _money_pb2.Money
    stale: bool
    oldest_months: int
    def __init__(self, table_version: _Optional[str] = ..., as_of_date: _Optional[str] = ..., items: _Optional[_Iterable[_Union[CountedCollateral, _Mapping]]] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., prior_charges: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., lendable_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., stale: _Optional[bool] = ..., oldest_months: _Optional[int] = ...) -> None: ...

class CountedCollateral(_message.Message):
    __slots__ = ("collateral_id", "type", "valuation_number", "valuation_date", "stale_from_date", "value", "prior_charges", "haircut_percent", "lendable_value")
    COLLATERAL_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VALUATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VALUATION_DATE_FIELD_NUMBER: _ClassVar[int]
    STALE_FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PRIOR_CHARGES_FIELD_NUMBER: _ClassVar[int]
    HAIRCUT_PERCENT_FIELD_NUMBER: _ClassVar[int]
    LENDABLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    collateral_id: str
    type: CollateralType
    valuation_number: int
    valuation_date: str
    stale_from_date: str
    value: _money_pb2.Money
    prior_charges: _money_pb2.Money
    haircut_percent: str
    lendable_value: _money_pb2.Money
    def __init__(self, collateral_id: _Optional[str] = ..., type: _Optional[_Union[CollateralType, str]] = ..., valuation_number: _Optional[int] = ..., valuation_date: _Optional[str] = ..., stale_from_date: _Optional[str] = ..., value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., prior_charges: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., haircut_percent: _Optional[str] = ..., lendable_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
