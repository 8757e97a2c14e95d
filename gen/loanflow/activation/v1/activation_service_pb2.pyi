from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from loanflow.activation.v1 import account_pb2 as _account_pb2
from loanflow.activation.v1 import disbursement_pb2 as _disbursement_pb2
from loanflow.activation.v1 import schedule_pb2 as _schedule_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import audience_pb2 as _audience_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.types.v1 import schedule_pb2 as _schedule_pb2_1
from loanflow.types.v1 import terms_pb2 as _terms_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TriggerRequest(_message.Message):
    __slots__ = ("application_id",)
    APPLICATION_ID_FIELD_NUMBER: _ClassVar[int]
    application_id: str
    def __init__(self, application_id: _Optional[str] = ...) -> None: ...

class TriggerResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: _account_pb2.Account
    def __init__(self, account: _Optional[_Union[_account_pb2.Account, _Mapping]] = ...) -> None: ...

class GetScheduleRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class GetScheduleResponse(_message.Message):
    __slots__ = ("schedule",)
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    schedule: _schedule_pb2.Schedule
    def __init__(self, schedule: _Optional[_Union[_schedule_pb2.Schedule, _Mapping]] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class GetAccountResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: _account_pb2.Account
    def __init__(self, account: _Optional[_Union[_account_pb2.Account, _Mapping]] = ...) -> None: ...

class DisburseRequest(_message.Message):
    __slots__ = ("loan_id",)
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    def __init__(self, loan_id: _Optional[str] = ...) -> None: ...

class DisburseResponse(_message.Message):
    __slots__ = ("disbursement",)
    DISBURSEMENT_FIELD_NUMBER: _ClassVar[int]
    disbursement: _disbursement_pb2.Disbursement
    def __init__(self, disbursement: _Optional[_Union[_disbursement_pb2.Disbursement, _Mapping]] = ...) -> None: ...

class ConfirmPayeeRequest(_message.Message):
    __slots__ = ("loan_id", "approved_kyc_version")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_KYC_VERSION_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    approved_kyc_version: int
    def __init__(self, loan_id: _Optional[str] = ..., approved_kyc_version: _Optional[int] = ...) -> None: ...

class ConfirmPayeeResponse(_message.Message):
    __slots__ = ("disbursement",)
    DISBURSEMENT_FIELD_NUMBER: _ClassVar[int]
    disbursement: _disbursement_pb2.Disbursement
    def __init__(self, disbursement: _Optional[_Union[_disbursement_pb2.Disbursement, _Mapping]] = ...) -> None: ...

class CancelRequest(_message.Message):
    __slots__ = ("loan_id", "reason")
    LOAN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    loan_id: str
    reason: str
    def __init__(self, loan_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelResponse(_message.Message):
    __slots__ = ("account",)
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: _account_pb2.Account
    def __init__(self, account: _Optional[_Union[_account_pb2.Account, _Mapping]] = ...) -> None: ...

class SimulateRequest(_message.Message):
    __slots__ = ("terms", "start_date")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    terms: _terms_pb2.LoanTerms
    start_date: str
    def __init__(self, terms: _Optional[_Union[_terms_pb2.LoanTerms, _Mapping]] = ..., start_date: _Optional[str] = ...) -> None: ...

class SimulateResponse(_message.Message):
    __slots__ = ("cost", "instalments")
    COST_FIELD_NUMBER: _ClassVar[int]
    INSTALMENTS_FIELD_NUMBER: _ClassVar[int]
    cost: _schedule_pb2_1.LoanCost
    instalments: _containers.RepeatedCompositeFieldContainer[_schedule_pb2_1.Instalment]
    def __init__(self, cost: _Optional[_Union[_schedule_pb2_1.LoanCost, _Mapping]] = ..., instalments: _Optional[_Iterable[_Union[_schedule_pb2_1.Instalment, _Mapping]]] = ...) -> None: ...
