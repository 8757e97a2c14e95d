import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IncomeAnswer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCOME_ANSWER_UNSPECIFIED: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_READ: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_UNREADABLE: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_NOT_STRUCTURED: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_NOT_OWNED: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_TOO_SHORT: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_OUTDATED: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_OTHER_CURRENCY: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_NO_DOCUMENT: _ClassVar[IncomeAnswer]
    INCOME_ANSWER_NONE: _ClassVar[IncomeAnswer]

class IncomeSourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCOME_SOURCE_KIND_UNSPECIFIED: _ClassVar[IncomeSourceKind]
    INCOME_SOURCE_KIND_PURPOSE: _ClassVar[IncomeSourceKind]
    INCOME_SOURCE_KIND_TRANSACTION_CODE: _ClassVar[IncomeSourceKind]
    INCOME_SOURCE_KIND_REGULAR: _ClassVar[IncomeSourceKind]

class ObligationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OBLIGATION_KIND_UNSPECIFIED: _ClassVar[ObligationKind]
    OBLIGATION_KIND_LOAN: _ClassVar[ObligationKind]
    OBLIGATION_KIND_RENT: _ClassVar[ObligationKind]
    OBLIGATION_KIND_REGULAR: _ClassVar[ObligationKind]

class IncomeBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCOME_BASIS_UNSPECIFIED: _ClassVar[IncomeBasis]
    INCOME_BASIS_DECLARED: _ClassVar[IncomeBasis]
    INCOME_BASIS_VERIFIED: _ClassVar[IncomeBasis]
    INCOME_BASIS_EVIDENCED: _ClassVar[IncomeBasis]

class DebtsBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEBTS_BASIS_UNSPECIFIED: _ClassVar[DebtsBasis]
    DEBTS_BASIS_DECLARED: _ClassVar[DebtsBasis]
    DEBTS_BASIS_OWED_HERE: _ClassVar[DebtsBasis]
    DEBTS_BASIS_EVIDENCED: _ClassVar[DebtsBasis]
INCOME_ANSWER_UNSPECIFIED: IncomeAnswer
INCOME_ANSWER_READ: IncomeAnswer
INCOME_ANSWER_UNREADABLE: IncomeAnswer
INCOME_ANSWER_NOT_STRUCTURED: IncomeAnswer
INCOME_ANSWER_NOT_OWNED: IncomeAnswer
INCOME_ANSWER_TOO_SHORT: IncomeAnswer
INCOME_ANSWER_OUTDATED: IncomeAnswer
INCOME_ANSWER_OTHER_CURRENCY: IncomeAnswer
INCOME_ANSWER_NO_DOCUMENT: IncomeAnswer
INCOME_ANSWER_NONE: IncomeAnswer
INCOME_SOURCE_KIND_UNSPECIFIED: IncomeSourceKind
INCOME_SOURCE_KIND_PURPOSE: IncomeSourceKind
INCOME_SOURCE_KIND_TRANSACTION_CODE: IncomeSourceKind
INCOME_SOURCE_KIND_REGULAR: IncomeSourceKind
OBLIGATION_KIND_UNSPECIFIED: ObligationKind
OBLIGATION_KIND_LOAN: ObligationKind
OBLIGATION_KIND_RENT: ObligationKind
OBLIGATION_KIND_REGULAR: ObligationKind
INCOME_BASIS_UNSPECIFIED: IncomeBasis
INCOME_BASIS_DECLARED: IncomeBasis
INCOME_BASIS_VERIFIED: IncomeBasis
INCOME_BASIS_EVIDENCED: IncomeBasis
DEBTS_BASIS_UNSPECIFIED: DebtsBasis
DEBTS_BASIS_DECLARED: DebtsBasis
DEBTS_BASIS_OWED_HERE: DebtsBasis
DEBTS_BASIS_EVIDENCED: DebtsBasis

class IncomeFile(_message.Message):
    __slots__ = ("application_id", "customer_id", "readings", "in_force_document_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    readings: _containers.RepeatedCompositeFieldContainer[IncomeReading]
    in_force_document_id: str
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., readings: _Optional[_Iterable[_Union[IncomeReading, _Mapping]]] = ..., in_force_document_id: _Optional[str] = ...) -> None: ...

class IncomeReading(_message.Message):
    __slots__ = ("document_id", "document_version", "order_time", "read_time", "answer", "fault", "evidence", "income_sources", "obligations", "account_owner")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    ORDER_TIME_FIELD_NUMBER: _ClassVar[int]
    READ_TIME_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    INCOME_SOURCES_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_OWNER_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    document_version: int
    order_time: _timestamp_pb2.Timestamp
    read_time: _timestamp_pb2.Timestamp
    answer: IncomeAnswer
    fault: StatementFault
    evidence: IncomeEvidence
    income_sources: _containers.RepeatedCompositeFieldContainer[IncomeSource]
    obligations: _containers.RepeatedCompositeFieldContainer[Obligation]
    account_owner: str
    def __init__(self, document_id: _Optional[str] = ..., document_version: _Optional[int] = ..., order_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., read_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer: _Optional[_Union[IncomeAnswer, str]] = ..., fault: _Optional[_Union[StatementFault, _Mapping]] = ..., evidence: _Optional[_Union[IncomeEvidence, _Mapping]] = ..., income_sources: _Optional[_Iterable[_Union[IncomeSource, _Mapping]]] = ..., obligations: _Optional[_Iterable[_Union[Obligation, _Mapping]]] = ..., account_owner: _Optional[str] = ...) -> None: ...

class StatementFault(_message.Message):
    __slots__ = ("element", "line", "problem")
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    element: str
    line: int
    problem: str
    def __init__(self, element: _Optional[str] = ..., line: _Optional[int] = ..., problem: _Optional[str] = ...) -> None: ...

class IncomeEvidence(_message.Message):
    __slots__ = ("document_id", "document_version", "sha256", "statement_numbers", "from_date", "to_date", "month_count", "monthly_income", "monthly_obligations", "read_time")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    MONTH_COUNT_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    READ_TIME_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    document_version: int
    sha256: str
    statement_numbers: _containers.RepeatedScalarFieldContainer[str]
    from_date: str
    to_date: str
    month_count: int
    monthly_income: _money_pb2.Money
    monthly_obligations: _money_pb2.Money
    read_time: _timestamp_pb2.Timestamp
    def __init__(self, document_id: _Optional[str] = ..., document_version: _Optional[int] = ..., sha256: _Optional[str] = ..., statement_numbers: _Optional[_Iterable[str]] = ..., from_date: _Optional[str] = ..., to_date: _Optional[str] = ..., month_count: _Optional[int] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_obligations: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., read_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IncomeSource(_message.Message):
    __slots__ = ("payer", "kind", "monthly_amount", "month_count")
    PAYER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MONTH_COUNT_FIELD_NUMBER: _ClassVar[int]
    payer: str
    kind: IncomeSourceKind
    monthly_amount: _money_pb2.Money
    month_count: int
    def __init__(self, payer: _Optional[str] = ..., kind: _Optional[_Union[IncomeSourceKind, str]] = ..., monthly_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., month_count: _Optional[int] = ...) -> None: ...

class Obligation(_message.Message):
    __slots__ = ("payee", "kind", "monthly_amount", "month_count")
    PAYEE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MONTH_COUNT_FIELD_NUMBER: _ClassVar[int]
    payee: str
    kind: ObligationKind
    monthly_amount: _money_pb2.Money
    month_count: int
    def __init__(self, payee: _Optional[str] = ..., kind: _Optional[_Union[ObligationKind, str]] = ..., monthly_amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., month_count: _Optional[int] = ...) -> None: ...

class IncomeFinding(_message.Message):
    __slots__ = ("answer", "evidence", "monthly_instalments", "monthly_outgoings")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_OUTGOINGS_FIELD_NUMBER: _ClassVar[int]
    answer: IncomeAnswer
    evidence: IncomeEvidence
    monthly_instalments: _money_pb2.Money
    monthly_outgoings: _money_pb2.Money
    def __init__(self, answer: _Optional[_Union[IncomeAnswer, str]] = ..., evidence: _Optional[_Union[IncomeEvidence, _Mapping]] = ..., monthly_instalments: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_outgoings: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
