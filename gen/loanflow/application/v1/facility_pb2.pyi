from loanflow.types.v1 import document_type_pb2 as _document_type_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Facility(_message.Message):
    __slots__ = ("code", "name", "currency", "min_amount", "max_amount", "min_tenure_months", "max_tenure_months", "min_rate_percent", "max_rate_percent", "default_rate_percent", "frequency", "method", "fee_percent", "required_documents")
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
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., currency: _Optional[str] = ..., min_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., max_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., min_tenure_months: _Optional[int] = ..., max_tenure_months: _Optional[int] = ..., min_rate_percent: _Optional[str] = ..., max_rate_percent: _Optional[str] = ..., default_rate_percent: _Optional[str] = ..., frequency: _Optional[_Union[_terms_pb2.RepaymentFrequency, str]] = ..., method: _Optional[_Union[_terms_pb2.RepaymentMethod, str]] = ..., fee_percent: _Optional[str] = ..., required_documents: _Optional[_Iterable[_Union[_document_type_pb2.DocumentType, str]]] = ...) -> None: ...
