from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StatementEntryKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_ENTRY_KIND_UNSPECIFIED: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_DISBURSEMENT: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_INTEREST: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_FEE: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_PENALTY: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_PAYMENT: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_REVERSAL: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_WAIVER: _ClassVar[StatementEntryKind]
    STATEMENT_ENTRY_KIND_WITHDRAWAL: _ClassVar[StatementEntryKind]

class StatementFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_FORMAT_UNSPECIFIED: _ClassVar[StatementFormat]
    STATEMENT_FORMAT_PDF: _ClassVar[StatementFormat]
    STATEMENT_FORMAT_CSV: _ClassVar[StatementFormat]
    STATEMENT_FORMAT_JSON: _ClassVar[StatementFormat]
    STATEMENT_FORMAT_CAMT_053: _ClassVar[StatementFormat]

class StatementLanguage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_LANGUAGE_UNSPECIFIED: _ClassVar[StatementLanguage]
    STATEMENT_LANGUAGE_EN: _ClassVar[StatementLanguage]
    STATEMENT_LANGUAGE_DE: _ClassVar[StatementLanguage]
    STATEMENT_LANGUAGE_FR: _ClassVar[StatementLanguage]
    STATEMENT_LANGUAGE_ES: _ClassVar[StatementLanguage]
    STATEMENT_LANGUAGE_AR: _ClassVar[StatementLanguage]

class StatementKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATEMENT_KIND_UNSPECIFIED: _ClassVar[StatementKind]
    STATEMENT_KIND_PERIOD: _ClassVar[StatementKind]
    STATEMENT_KIND_YEAR: _ClassVar[StatementKind]
    STATEMENT_KIND_PAYOFF: _ClassVar[StatementKind]
    STATEMENT_KIND_REPAID: _ClassVar[StatementKind]
    STATEMENT_KIND_WITHDRAWAL: _ClassVar[StatementKind]
STATEMENT_ENTRY_KIND_UNSPECIFIED: StatementEntryKind
STATEMENT_ENTRY_KIND_DISBURSEMENT: StatementEntryKind
STATEMENT_ENTRY_KIND_INTEREST: StatementEntryKind
STATEMENT_ENTRY_KIND_FEE: StatementEntryKind
STATEMENT_ENTRY_KIND_PENALTY: StatementEntryKind
STATEMENT_ENTRY_KIND_PAYMENT: StatementEntryKind
STATEMENT_ENTRY_KIND_REVERSAL: StatementEntryKind
STATEMENT_ENTRY_KIND_WAIVER: StatementEntryKind
STATEMENT_ENTRY_KIND_WITHDRAWAL: StatementEntryKind
STATEMENT_FORMAT_UNSPECIFIED: StatementFormat
STATEMENT_FORMAT_PDF: StatementFormat
STATEMENT_FORMAT_CSV: StatementFormat
STATEMENT_FORMAT_JSON: StatementFormat
STATEMENT_FORMAT_CAMT_053: StatementFormat
STATEMENT_LANGUAGE_UNSPECIFIED: StatementLanguage
STATEMENT_LANGUAGE_EN: StatementLanguage
STATEMENT_LANGUAGE_DE: StatementLanguage
STATEMENT_LANGUAGE_FR: StatementLanguage
STATEMENT_LANGUAGE_ES: StatementLanguage
STATEMENT_LANGUAGE_AR: StatementLanguage
STATEMENT_KIND_UNSPECIFIED: StatementKind
STATEMENT_KIND_PERIOD: StatementKind
STATEMENT_KIND_YEAR: StatementKind
STATEMENT_KIND_PAYOFF: StatementKind
STATEMENT_KIND_REPAID: StatementKind
STATEMENT_KIND_WITHDRAWAL: StatementKind

class Statement(_message.Message):
    __slots__ = ("loan_id", "from_date", "to_date", "opening_balance", "closing_balance", "interest_charged", "total_paid", "entries", "next_instalment", "total_due", "principal_balance")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    CLOSING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_CHARGED_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PAID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_INSTALMENT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_DUE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_BALANCE_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    from_date: str
    to_date: str
    opening_balance: _money_pb2.Money
    closing_balance: _money_pb2.Money
    interest_charged: _money_pb2.Money
    total_paid: _money_pb2.Money
    entries: _containers.RepeatedCompositeFieldContainer[StatementEntry]
    next_instalment: _schedule_pb2.Instalment
    total_due: _money_pb2.Money
    principal_balance: _money_pb2.Money
    def __init__(self, loan_id: _Optional[str] = ..., from_date: _Optional[str] = ..., to_date: _Optional[str] = ..., opening_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., closing_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., interest_charged: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[StatementEntry, _Mapping]]] = ..., next_instalment: _Optional[_Union[_schedule_pb2.Instalment, _Mapping]] = ..., total_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., principal_balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class StatementEntry(_message.Message):
    __slots__ = ("value_date", "kind", "payment_id", "instalment_number", "amount", "balance")
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    value_date: str
    kind: StatementEntryKind
    payment_id: str
    instalment_number: int
    amount: _money_pb2.Money
    balance: _money_pb2.Money
    def __init__(self, value_date: _Optional[str] = ..., kind: _Optional[_Union[StatementEntryKind, str]] = ..., payment_id: _Optional[str] = ..., instalment_number: _Optional[int] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., balance: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class YearSummary(_message.Message):
    __slots__ = ("loan_id", "year", "interest_paid", "fee_paid", "penalty_paid", "principal_paid", "opening_principal", "closing_principal")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    INTEREST_PAID_FIELD_NUMBER: _ClassVar[int]
    FEE_PAID_FIELD_NUMBER: _ClassVar[int]
    PENALTY_PAID_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_PAID_FIELD_NUMBER: _ClassVar[int]
    OPENING_PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    CLOSING_PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    year: int
    interest_paid: _money_pb2.Money
    fee_paid: _money_pb2.Money
    penalty_paid: _money_pb2.Money
    principal_paid: _money_pb2.Money
    opening_principal: _money_pb2.Money
    closing_principal: _money_pb2.Money
    def __init__(self, loan_id: _Optional[str] = ..., year: _Optional[int] = ..., interest_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., fee_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., penalty_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., principal_paid: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., opening_principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., closing_principal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...
