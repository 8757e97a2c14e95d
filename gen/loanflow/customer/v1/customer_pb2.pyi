import datetime

from buf.validate import validate_pb2 as _validate_pb2
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

class KycStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KYC_STATUS_UNSPECIFIED: _ClassVar[KycStatus]
    KYC_STATUS_MISSING: _ClassVar[KycStatus]
    KYC_STATUS_SUBMITTED: _ClassVar[KycStatus]
    KYC_STATUS_APPROVED: _ClassVar[KycStatus]
    KYC_STATUS_REJECTED: _ClassVar[KycStatus]

class RelatedRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATED_ROLE_UNSPECIFIED: _ClassVar[RelatedRole]
    RELATED_ROLE_LEGAL_ENTITY: _ClassVar[RelatedRole]
    RELATED_ROLE_DIRECTOR: _ClassVar[RelatedRole]
    RELATED_ROLE_OWNER: _ClassVar[RelatedRole]
    RELATED_ROLE_BENEFICIAL_OWNER: _ClassVar[RelatedRole]

class AuthorityKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUTHORITY_KIND_UNSPECIFIED: _ClassVar[AuthorityKind]
    AUTHORITY_KIND_DIRECTOR: _ClassVar[AuthorityKind]
    AUTHORITY_KIND_PROCURATION: _ClassVar[AuthorityKind]
    AUTHORITY_KIND_POWER_OF_ATTORNEY: _ClassVar[AuthorityKind]
KYC_STATUS_UNSPECIFIED: KycStatus
KYC_STATUS_MISSING: KycStatus
KYC_STATUS_SUBMITTED: KycStatus
KYC_STATUS_APPROVED: KycStatus
KYC_STATUS_REJECTED: KycStatus
RELATED_ROLE_UNSPECIFIED: RelatedRole
RELATED_ROLE_LEGAL_ENTITY: RelatedRole
RELATED_ROLE_DIRECTOR: RelatedRole
RELATED_ROLE_OWNER: RelatedRole
RELATED_ROLE_BENEFICIAL_OWNER: RelatedRole
AUTHORITY_KIND_UNSPECIFIED: AuthorityKind
AUTHORITY_KIND_DIRECTOR: AuthorityKind
AUTHORITY_KIND_PROCURATION: AuthorityKind
AUTHORITY_KIND_POWER_OF_ATTORNEY: AuthorityKind

class Customer(_message.Message):
    __slots__ = ("customer_id", "email", "full_name", "phone", "kyc", "kyc_status", "create_time", "update_time", "kyc_version", "legal_entity", "language")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    KYC_FIELD_NUMBER: _ClassVar[int]
    KYC_STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    email: str
    full_name: str
    phone: str
    kyc: KycDetails
    kyc_status: KycStatus
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    kyc_version: int
    legal_entity: LegalEntity
    language: str
    def __init__(self, customer_id: _Optional[str] = ..., email: _Optional[str] = ..., full_name: _Optional[str] = ..., phone: _Optional[str] = ..., kyc: _Optional[_Union[KycDetails, _Mapping]] = ..., kyc_status: _Optional[_Union[KycStatus, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kyc_version: _Optional[int] = ..., legal_entity: _Optional[_Union[LegalEntity, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class KycDetails(_message.Message):
    __slots__ = ("national_id", "birth_date", "nationality", "address", "employer", "monthly_income", "payout_iban")
    NATIONAL_ID_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    EMPLOYER_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    PAYOUT_IBAN_FIELD_NUMBER: _ClassVar[int]
    national_id: str
    birth_date: str
    nationality: str
    address: Address
    employer: str
    monthly_income: _money_pb2.Money
    payout_iban: str
    def __init__(self, national_id: _Optional[str] = ..., birth_date: _Optional[str] = ..., nationality: _Optional[str] = ..., address: _Optional[_Union[Address, _Mapping]] = ..., employer: _Optional[str] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., payout_iban: _Optional[str] = ...) -> None: ...

class Address(_message.Message):
    __slots__ = ("street", "city", "postal_code", "country")
    STREET_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    street: str
    city: str
    postal_code: str
    country: str
    def __init__(self, street: _Optional[str] = ..., city: _Optional[str] = ..., postal_code: _Optional[str] = ..., country: _Optional[str] = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("customer_id", "full_name", "email", "phone", "address", "birth_date", "nationality", "payout_iban", "kyc_details_complete", "kyc_version", "monthly_income", "legal_entity", "related_subjects", "language")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    PAYOUT_IBAN_FIELD_NUMBER: _ClassVar[int]
    KYC_DETAILS_COMPLETE_FIELD_NUMBER: _ClassVar[int]
    KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    RELATED_SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    full_name: str
    email: str
    phone: str
    address: Address
    birth_date: str
    nationality: str
    payout_iban: str
    kyc_details_complete: bool
    kyc_version: int
    monthly_income: _money_pb2.Money
    legal_entity: LegalEntity
    related_subjects: _containers.RepeatedCompositeFieldContainer[RelatedSubject]
    language: str
    def __init__(self, customer_id: _Optional[str] = ..., full_name: _Optional[str] = ..., email: _Optional[str] = ..., phone: _Optional[str] = ..., address: _Optional[_Union[Address, _Mapping]] = ..., birth_date: _Optional[str] = ..., nationality: _Optional[str] = ..., payout_iban: _Optional[str] = ..., kyc_details_complete: _Optional[bool] = ..., kyc_version: _Optional[int] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., legal_entity: _Optional[_Union[LegalEntity, _Mapping]] = ..., related_subjects: _Optional[_Iterable[_Union[RelatedSubject, _Mapping]]] = ..., language: _Optional[str] = ...) -> None: ...

class RelatedSubject(_message.Message):
    __slots__ = ("role", "full_name", "birth_date", "country")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    role: RelatedRole
    full_name: str
    birth_date: str
    country: str
    def __init__(self, role: _Optional[_Union[RelatedRole, str]] = ..., full_name: _Optional[str] = ..., birth_date: _Optional[str] = ..., country: _Optional[str] = ...) -> None: ...

class LegalEntity(_message.Message):
    __slots__ = ("name", "legal_form", "country", "register", "registration_number", "lei", "address", "directors", "owners", "authority")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LEGAL_FORM_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    REGISTER_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LEI_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DIRECTORS_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    name: str
    legal_form: str
    country: str
    register: str
    registration_number: str
    lei: str
    address: Address
    directors: _containers.RepeatedCompositeFieldContainer[Director]
    owners: _containers.RepeatedCompositeFieldContainer[EntityOwner]
    authority: Authority
    def __init__(self, name: _Optional[str] = ..., legal_form: _Optional[str] = ..., country: _Optional[str] = ..., register: _Optional[str] = ..., registration_number: _Optional[str] = ..., lei: _Optional[str] = ..., address: _Optional[_Union[Address, _Mapping]] = ..., directors: _Optional[_Iterable[_Union[Director, _Mapping]]] = ..., owners: _Optional[_Iterable[_Union[EntityOwner, _Mapping]]] = ..., authority: _Optional[_Union[Authority, _Mapping]] = ...) -> None: ...

class Director(_message.Message):
    __slots__ = ("full_name", "birth_date", "country")
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    full_name: str
    birth_date: str
    country: str
    def __init__(self, full_name: _Optional[str] = ..., birth_date: _Optional[str] = ..., country: _Optional[str] = ...) -> None: ...

class EntityOwner(_message.Message):
    __slots__ = ("name", "is_entity", "birth_date", "country", "share_percent", "controls")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IS_ENTITY_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    SHARE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    CONTROLS_FIELD_NUMBER: _ClassVar[int]
    name: str
    is_entity: bool
    birth_date: str
    country: str
    share_percent: str
    controls: bool
    def __init__(self, name: _Optional[str] = ..., is_entity: _Optional[bool] = ..., birth_date: _Optional[str] = ..., country: _Optional[str] = ..., share_percent: _Optional[str] = ..., controls: _Optional[bool] = ...) -> None: ...

class Authority(_message.Message):
    __slots__ = ("kind", "grantor_name")
    KIND_FIELD_NUMBER: _ClassVar[int]
    GRANTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    kind: AuthorityKind
    grantor_name: str
    def __init__(self, kind: _Optional[_Union[AuthorityKind, str]] = ..., grantor_name: _Optional[str] = ...) -> None: ...
