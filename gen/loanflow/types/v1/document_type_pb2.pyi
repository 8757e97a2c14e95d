from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_TYPE_UNSPECIFIED: _ClassVar[DocumentType]
    DOCUMENT_TYPE_IDENTITY: _ClassVar[DocumentType]
    DOCUMENT_TYPE_PROOF_OF_ADDRESS: _ClassVar[DocumentType]
    DOCUMENT_TYPE_PROOF_OF_INCOME: _ClassVar[DocumentType]
    DOCUMENT_TYPE_BANK_STATEMENT: _ClassVar[DocumentType]
    DOCUMENT_TYPE_TAX_RETURN: _ClassVar[DocumentType]
    DOCUMENT_TYPE_PROJECT_PLAN: _ClassVar[DocumentType]
    DOCUMENT_TYPE_QUOTE: _ClassVar[DocumentType]
    DOCUMENT_TYPE_COLLATERAL: _ClassVar[DocumentType]
    DOCUMENT_TYPE_FINANCIAL_STATEMENT: _ClassVar[DocumentType]
    DOCUMENT_TYPE_BUSINESS_REGISTRATION: _ClassVar[DocumentType]
    DOCUMENT_TYPE_OTHER: _ClassVar[DocumentType]
DOCUMENT_TYPE_UNSPECIFIED: DocumentType
DOCUMENT_TYPE_IDENTITY: DocumentType
DOCUMENT_TYPE_PROOF_OF_ADDRESS: DocumentType
DOCUMENT_TYPE_PROOF_OF_INCOME: DocumentType
DOCUMENT_TYPE_BANK_STATEMENT: DocumentType
DOCUMENT_TYPE_TAX_RETURN: DocumentType
DOCUMENT_TYPE_PROJECT_PLAN: DocumentType
DOCUMENT_TYPE_QUOTE: DocumentType
DOCUMENT_TYPE_COLLATERAL: DocumentType
DOCUMENT_TYPE_FINANCIAL_STATEMENT: DocumentType
DOCUMENT_TYPE_BUSINESS_REGISTRATION: DocumentType
DOCUMENT_TYPE_OTHER: DocumentType
