import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.application.v1 import application_pb2 as _application_pb2
from loanflow.application.v1 import party_pb2 as _party_pb2
from loanflow.options.v1 import event_pb2 as _event_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import circumstances_pb2 as _circumstances_pb2
from loanflow.types.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApplicationCreated(_message.Message):
    __slots__ = ("application_id", "customer_id", "facility_type", "amount", "tenure_months", "create_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationSubmitted(_message.Message):
    __slots__ = ("application_id", "customer_id", "facility_type", "amount", "tenure_months", "project_name", "project_cost", "monthly_income", "monthly_debts", "collateral_value", "submit_time", "circumstances", "parties", "for_legal_entity")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_NAME_FIELD_NUMBER: _ClassVar[int]
    PROJECT_COST_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_INCOME_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DEBTS_FIELD_NUMBER: _ClassVar[int]
    COLLATERAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    FOR_LEGAL_ENTITY_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    project_name: str
    project_cost: _money_pb2.Money
    monthly_income: _money_pb2.Money
    monthly_debts: _money_pb2.Money
    collateral_value: _money_pb2.Money
    submit_time: _timestamp_pb2.Timestamp
    circumstances: _circumstances_pb2.Circumstances
    parties: _containers.RepeatedCompositeFieldContainer[SubmittedParty]
    for_legal_entity: bool
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., project_name: _Optional[str] = ..., project_cost: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_income: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., monthly_debts: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., collateral_value: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., circumstances: _Optional[_Union[_circumstances_pb2.Circumstances, _Mapping]] = ..., parties: _Optional[_Iterable[_Union[SubmittedParty, _Mapping]]] = ..., for_legal_entity: _Optional[bool] = ...) -> None: ...

class SubmittedParty(_message.Message):
    __slots__ = ("customer_id", "role")
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    customer_id: str
    role: _party_pb2.PartyRole
    def __init__(self, customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ...) -> None: ...

class ApplicationPartyInvited(_message.Message):
    __slots__ = ("application_id", "customer_id", "role", "facility_type", "amount", "tenure_months", "invite_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    FACILITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TENURE_MONTHS_FIELD_NUMBER: _ClassVar[int]
    INVITE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    role: _party_pb2.PartyRole
    facility_type: str
    amount: _money_pb2.Money
    tenure_months: int
    invite_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ..., facility_type: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tenure_months: _Optional[int] = ..., invite_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyAnswered(_message.Message):
    __slots__ = ("application_id", "customer_id", "party_customer_id", "role", "status", "answer_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    party_customer_id: str
    role: _party_pb2.PartyRole
    status: _party_pb2.PartyStatus
    answer_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., party_customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ..., status: _Optional[_Union[_party_pb2.PartyStatus, str]] = ..., answer_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyInformed(_message.Message):
    __slots__ = ("application_id", "customer_id", "role", "status", "change_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    role: _party_pb2.PartyRole
    status: _application_pb2.ApplicationStatus
    change_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ..., status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyRefused(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "refuse_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REFUSE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: _application_pb2.ApplicationStatus
    refuse_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., refuse_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyReleased(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "release_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: _application_pb2.ApplicationStatus
    release_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., release_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyWarned(_message.Message):
    __slots__ = ("application_id", "customer_id", "role", "loan_id", "instalment_number", "due_date", "amount_due", "days_past_due", "warn_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    INSTALMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    WARN_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    role: _party_pb2.PartyRole
    loan_id: str
    instalment_number: int
    due_date: str
    amount_due: _money_pb2.Money
    days_past_due: int
    warn_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ..., loan_id: _Optional[str] = ..., instalment_number: _Optional[int] = ..., due_date: _Optional[str] = ..., amount_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., warn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationPartyWithdrawalOverdue(_message.Message):
    __slots__ = ("application_id", "customer_id", "role", "loan_id", "due_date", "amount_due", "per_diem", "days_past_due", "warn_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    PER_DIEM_FIELD_NUMBER: _ClassVar[int]
    DAYS_PAST_DUE_FIELD_NUMBER: _ClassVar[int]
    WARN_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    role: _party_pb2.PartyRole
    loan_id: str
    due_date: str
    amount_due: _money_pb2.Money
    per_diem: _money_pb2.Money
    days_past_due: int
    warn_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., role: _Optional[_Union[_party_pb2.PartyRole, str]] = ..., loan_id: _Optional[str] = ..., due_date: _Optional[str] = ..., amount_due: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., per_diem: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., days_past_due: _Optional[int] = ..., warn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationStatusChanged(_message.Message):
    __slots__ = ("application_id", "customer_id", "from_status", "to_status", "change_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_STATUS_FIELD_NUMBER: _ClassVar[int]
    TO_STATUS_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    from_status: _application_pb2.ApplicationStatus
    to_status: _application_pb2.ApplicationStatus
    change_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., from_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., to_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationRejected(_message.Message):
    __slots__ = ("application_id", "customer_id", "status", "reject_time", "party_customer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REJECT_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    status: _application_pb2.ApplicationStatus
    reject_time: _timestamp_pb2.Timestamp
    party_customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., reject_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., party_customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApplicationClosed(_message.Message):
    __slots__ = ("application_id", "customer_id", "from_status", "close_time", "party_customer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_STATUS_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    from_status: _application_pb2.ApplicationStatus
    close_time: _timestamp_pb2.Timestamp
    party_customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., from_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., party_customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApplicationReopened(_message.Message):
    __slots__ = ("application_id", "customer_id", "reopen_time", "party_customer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REOPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    reopen_time: _timestamp_pb2.Timestamp
    party_customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., reopen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., party_customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApplicationWithdrawalRequested(_message.Message):
    __slots__ = ("application_id", "customer_id", "request_time")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    request_time: _timestamp_pb2.Timestamp
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ApplicationWithdrawn(_message.Message):
    __slots__ = ("application_id", "customer_id", "from_status", "withdraw_time", "party_customer_ids")
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_STATUS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    PARTY_CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    customer_id: str
    from_status: _application_pb2.ApplicationStatus
    withdraw_time: _timestamp_pb2.Timestamp
    party_customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, application_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., from_status: _Optional[_Union[_application_pb2.ApplicationStatus, str]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., party_customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...
