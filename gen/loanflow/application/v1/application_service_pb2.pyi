import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.application.v1 import application_pb2 as _application_pb2
from loanflow.application.v1 import commitment_pb2 as _commitment_pb2
from loanflow.application.v1 import dashboard_pb2 as _dashboard_pb2
from loanflow.application.v1 import facility_pb2 as _facility_pb2
from loanflow.application.v1 import party_pb2 as _party_pb2
from loanflow.application.v1 import timeline_pb2 as _timeline_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import idempotency_pb2 as _idempotency_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import circumstances_pb2 as _circumstances_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListFacilitiesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListFacilitiesResponse(_message.Message):
    __slots__ = ("facilities", "next_page_token")
    FACILITIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    facilities: _containers.RepeatedCompositeFieldContainer[_facility_pb2.Facility]
    next_page_token: str
    def __init__(self, facilities: _Optional[_Iterable[_Union[_facility_pb2.Facility, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateApplicationRequest(_message.Message):
    __slots__ = ("customer_id", "project", "facility_type", "amount", "tenure_months", "purpose", "monthly_income", "monthly_debts", "collateral_value", "circumstances", "for_legal_entity")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DEBTS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    FOR_LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    project: _application_pb2.Project
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    purpose: str
    monthly_income: _money_pb2.Money
    monthly_debts: _money_pb2.Money
    collateral_value: _money_pb2.Money
    circumstances: _circumstances_pb2.Circumstances
    for_legal_entity: bool
    def __init__(self, customer_id: _Optional[str] = ..., project: _Optional[_Union[_application_pb2.Project, _Mapping]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., purpose: _Optional[str] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., circumstances: _Optional[_Union[_circumstances_pb2.Circumstances, _Mapping]] = ..., for_legal_entity: _Optional[bool] = ...) -> None: ...

class CreateApplicationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class GetApplicationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class GetApplicationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class UpdateApplicationRequest(_message.Message):
    __slots__ = ("application_id", "project", "facility_type", "amount", "tenure_months", "purpose", "monthly_income", "monthly_debts", "collateral_value", "circumstances", "for_legal_entity")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DEBTS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    FOR_LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    project: _application_pb2.Project
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    purpose: str
    monthly_income: _money_pb2.Money
    monthly_debts: _money_pb2.Money
    collateral_value: _money_pb2.Money
    circumstances: _circumstances_pb2.Circumstances
    for_legal_entity: bool
    def __init__(self, application_id: _Optional[str] = ..., project: _Optional[_Union[_application_pb2.Project, _Mapping]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., purpose: _Optional[str] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., circumstances: _Optional[_Union[_circumstances_pb2.Circumstances, _Mapping]] = ..., for_legal_entity: _Optional[bool] = ...) -> None: ...

class UpdateApplicationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class SetPartiesRequest(_message.Message):
    __slots__ = ("application_id", "parties")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    parties: _containers.RepeatedCompositeFieldContainer[NamedParty]
    def __init__(self, application_id: _Optional[str] = ..., parties: _Optional[_Iterable[_Union[NamedParty, _Mapping]]] = ...) -> None: ...

class NamedParty(_message.Message):
    __slots__ = ("customer_id", "role")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: _party_pb2.PartyRole
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ...) -> None: ...

class SetPartiesResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class ListParticipationsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListParticipationsResponse(_message.Message):
    __slots__ = ("participations", "next_page_token")
    PARTICIPATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    participations: _containers.RepeatedCompositeFieldContainer[_party_pb2.Participation]
    next_page_token: str
    def __init__(self, participations: _Optional[_Iterable[_Union[_party_pb2.Participation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class AnswerParticipationRequest(_message.Message):
    __slots__ = ("application_id", "consent", "consent_version")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    CONSENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    consent: bool
    consent_version: str
    def __init__(self, application_id: _Optional[str] = ..., consent: _Optional[bool] = ..., consent_version: _Optional[str] = ...) -> None: ...

class AnswerParticipationResponse(_message.Message):
    __slots__ = ("participation",)
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    participation: _party_pb2.Participation
    def __init__(self, participation: _Optional[_Union[_party_pb2.Participation, _Mapping]] = ...) -> None: ...

class ListApplicationsRequest(_message.Message):
    __slots__ = ("status", "page_size", "page_token")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    page_size: int
    page_token: str
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApplicationsResponse(_message.Message):
    __slots__ = ("applications", "next_page_token")
    APPLICATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    applications: _containers.RepeatedCompositeFieldContainer[_application_pb2.Application]
    next_page_token: str
    def __init__(self, applications: _Optional[_Iterable[_Union[_application_pb2.Application, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListApplicationStatusesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApplicationStatusesResponse(_message.Message):
    __slots__ = ("statuses", "next_page_token")
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    statuses: _containers.RepeatedCompositeFieldContainer[StatusSummary]
    next_page_token: str
    def __init__(self, statuses: _Optional[_Iterable[_Union[StatusSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class StatusSummary(_message.Message):
    __slots__ = ("application_id", "status", "update_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    status: _application_pb2.ApplicationStatus
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SubmitApplicationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class SubmitApplicationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class WithdrawApplicationRequest(_message.Message):
    __slots__ = ("application_id", "reason")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    reason: str
    def __init__(self, application_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class WithdrawApplicationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class GetTimelineRequest(_message.Message):
    __slots__ = ("application_id", "page_size", "page_token")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    page_size: int
    page_token: str
    def __init__(self, application_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetTimelineResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_timeline_pb2.TimelineEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[_timeline_pb2.TimelineEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListLoansRequest(_message.Message):
    __slots__ = ("status", "facility_type", "customer_id", "create_date_from", "create_date_to", "page_size", "page_token")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_DATE_FROM_FIELD_NUMBER: _ClassVar[int]
    CREATE_DATE_TO_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    facility_type: str
    customer_id: str
    create_date_from: str
    create_date_to: str
    page_size: int
    page_token: str
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., facility_type: _Optional[str] = ..., customer_id: _Optional[str] = ..., create_date_from: _Optional[str] = ..., create_date_to: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListLoansResponse(_message.Message):
    __slots__ = ("loans", "next_page_token")
    LOANS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    loans: _containers.RepeatedCompositeFieldContainer[_application_pb2.Application]
    next_page_token: str
    def __init__(self, loans: _Optional[_Iterable[_Union[_application_pb2.Application, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDashboardRequest(_message.Message):
    __slots__ = ("create_date_from", "create_date_to")
    CREATE_DATE_FROM_FIELD_NUMBER: _ClassVar[int]
    CREATE_DATE_TO_FIELD_NUMBER: _ClassVar[int]
    create_date_from: str
    create_date_to: str
    def __init__(self, create_date_from: _Optional[str] = ..., create_date_to: _Optional[str] = ...) -> None: ...

class GetDashboardResponse(_message.Message):
    __slots__ = ("dashboard",)
    DASHBOARD_FIELD_NUMBER: _ClassVar[int]
    dashboard: _dashboard_pb2.Dashboard
    def __init__(self, dashboard: _Optional[_Union[_dashboard_pb2.Dashboard, _Mapping]] = ...) -> None: ...

class AuthorizeActivationRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class AuthorizeActivationResponse(_message.Message):
    __slots__ = ("application",)
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    application: _application_pb2.Application
    def __init__(self, application: _Optional[_Union[_application_pb2.Application, _Mapping]] = ...) -> None: ...

class CheckOngoingRequest(_message.Message):
    __slots__ = ("application_id", "decider_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDER_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    decider_id: str
    def __init__(self, application_id: _Optional[str] = ..., decider_id: _Optional[str] = ...) -> None: ...

class CheckOngoingResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: _application_pb2.ApplicationStatus
    def __init__(self, status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ...) -> None: ...

class CheckDeciderRequest(_message.Message):
    __slots__ = ("application_id", "decider_id")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDER_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    decider_id: str
    def __init__(self, application_id: _Optional[str] = ..., decider_id: _Optional[str] = ...) -> None: ...

class CheckDeciderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListCommitmentsRequest(_message.Message):
    __slots__ = ("customer_ids", "page_size", "page_token")
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, customer_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCommitmentsResponse(_message.Message):
    __slots__ = ("commitments", "next_page_token")
    COMMITMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    commitments: _containers.RepeatedCompositeFieldContainer[_commitment_pb2.Commitment]
    next_page_token: str
    def __init__(self, commitments: _Optional[_Iterable[_Union[_commitment_pb2.Commitment, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
