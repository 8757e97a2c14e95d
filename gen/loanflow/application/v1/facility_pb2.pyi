from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BorrowerKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BORROWER_KIND_UNSPECIFIED: _ClassVar[BorrowerKind]
    BORROWER_KIND_PERSON: _ClassVar[BorrowerKind]
    BORROWER_KIND_COMPANY: _ClassVar[BorrowerKind]

class PaymentComponent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_COMPONENT_UNSPECIFIED: _ClassVar[PaymentComponent]
    PAYMENT_COMPONENT_PENALTY: _ClassVar[PaymentComponent]
    PAYMENT_COMPONENT_FEE: _ClassVar[PaymentComponent]
    PAYMENT_COMPONENT_INTEREST: _ClassVar[PaymentComponent]
    PAYMENT_COMPONENT_PRINCIPAL: _ClassVar[PaymentComponent]

class PaymentAllocation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_ALLOCATION_UNSPECIFIED: _ClassVar[PaymentAllocation]
    PAYMENT_ALLOCATION_OLDEST_DUE_FIRST: _ClassVar[PaymentAllocation]
    PAYMENT_ALLOCATION_BY_COMPONENT: _ClassVar[PaymentAllocation]
BORROWER_KIND_UNSPECIFIED: BorrowerKind
BORROWER_KIND_PERSON: BorrowerKind
BORROWER_KIND_COMPANY: BorrowerKind
PAYMENT_COMPONENT_UNSPECIFIED: PaymentComponent
PAYMENT_COMPONENT_PENALTY: PaymentComponent
PAYMENT_COMPONENT_FEE: PaymentComponent
PAYMENT_COMPONENT_INTEREST: PaymentComponent
PAYMENT_COMPONENT_PRINCIPAL: PaymentComponent
PAYMENT_ALLOCATION_UNSPECIFIED: PaymentAllocation
PAYMENT_ALLOCATION_OLDEST_DUE_FIRST: PaymentAllocation
PAYMENT_ALLOCATION_BY_COMPONENT: PaymentAllocation

class Facility(_message.Message):
    __slots__ = ("code", "name", "currency", "min_amount", "max_amount", "min_tenure_months", "max_tenure_months", "min_rate_percent", "max_rate_percent", "default_rate_percent", "frequency", "method", "fee_percent", "required_documents", "default_tenure_months", "day_count", "rounding", "allocation_order", "allocation", "late_fee", "max_fee_percent", "borrower_kind", "reminder_days")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MIN_TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MAX_TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    MIN_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MAX_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_RATE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    FEE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    DAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROUNDING_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_ORDER_FIELD_NUMBER: _ClassVar[int]
    ALLOCATION_FIELD_NUMBER: _ClassVar[int]
    LATE_FEE_FIELD_NUMBER: _ClassVar[int]
    MAX_FEE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    BORROWER_KIND_FIELD_NUMBER: _ClassVar[int]
    REMINDER_DAYS_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    currency: str
    min_amount: _money_pb2.Money
    max_amount: _money_pb2.Money
    min_tenure_months: int
    max_tenure_months: int
    min_rate_percent: str
    max_rate_percent: str
    default_rate_percent: str
    frequency: _terms_pb2.RepaymentFrequency
    method: _terms_pb2.RepaymentMethod
    fee_percent: str
    required_documents: _containers.RepeatedScalarFieldContainer[_document_type_pb2.DocumentType]
    default_tenure_months: int
    day_count: _terms_pb2.DayCount
    rounding: _terms_pb2.Rounding
    allocation_order: _containers.RepeatedScalarFieldContainer[PaymentComponent]
    allocation: PaymentAllocation
    late_fee: LateFee
    max_fee_percent: str
    borrower_kind: BorrowerKind
    reminder_days: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., currency: _Optional[str] = ..., min_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., max_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., min_tenure_months: _Optional[int] = ..., max_tenure_months: _Optional[int] = ..., min_rate_percent: _Optional[str] = ..., max_rate_percent: _Optional[str] = ..., default_rate_percent: _Optional[str] = ..., frequency: _Optional[_Union[_terms_pb2.RepaymentFrequency, str]] = ..., method: _Optional[_Union[_terms_pb2.RepaymentMethod, str]] = ..., fee_percent: _Optional[str] = ..., required_documents: _Optional[_Iterable[_Union[_document_type_pb2.DocumentType, str]]] = ..., default_tenure_months: _Optional[int] = ..., day_count: _Optional[_Union[_terms_pb2.DayCount, str]] = ..., rounding: _Optional[_Union[_terms_pb2.Rounding, str]] = ..., allocation_order: _Optional[_Iterable[_Union[PaymentComponent, str]]] = ..., allocation: _Optional[_Union[PaymentAllocation, str]] = ..., late_fee: _Optional[_Union[LateFee, _Mapping]] = ..., max_fee_percent: _Optional[str] = ..., borrower_kind: _Optional[_Union[BorrowerKind, str]] = ..., reminder_days: _Optional[_Iterable[int]] = ...) -> None: ...

class LateFee(_message.Message):
    __slots__ = ("flat", "percent_of_overdue", "grace_days", "cap")
    FLAT_FIELD_NUMBER: _ClassVar[int]
    PERCENT_OF_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    GRACE_DAYS_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    flat: _money_pb2.Money
    percent_of_overdue: str
    grace_days: int
    cap: _money_pb2.Money
    def __init__(self, flat: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., percent_of_overdue: _Optional[str] = ..., grace_days: _Optional[int] = ..., cap: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
