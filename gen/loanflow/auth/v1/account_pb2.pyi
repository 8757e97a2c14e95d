import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loanflow.options.v1 import access_pb2 as _access_pb2
from loanflow.options.v1 import kind_pb2 as _kind_pb2
from loanflow.options.v1 import scope_pb2 as _scope_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountDisableReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_DISABLE_REASON_UNSPECIFIED: _ClassVar[AccountDisableReason]
    ACCOUNT_DISABLE_REASON_LEFT: _ClassVar[AccountDisableReason]
    ACCOUNT_DISABLE_REASON_COMPROMISED: _ClassVar[AccountDisableReason]
    ACCOUNT_DISABLE_REASON_MISUSE: _ClassVar[AccountDisableReason]
    ACCOUNT_DISABLE_REASON_REQUESTED: _ClassVar[AccountDisableReason]
    ACCOUNT_DISABLE_REASON_OTHER: _ClassVar[AccountDisableReason]

class RoleGrantStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_GRANT_STATUS_UNSPECIFIED: _ClassVar[RoleGrantStatus]
    ROLE_GRANT_STATUS_PENDING: _ClassVar[RoleGrantStatus]
    ROLE_GRANT_STATUS_APPROVED: _ClassVar[RoleGrantStatus]
    ROLE_GRANT_STATUS_REJECTED: _ClassVar[RoleGrantStatus]

class ClientAuthentication(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLIENT_AUTHENTICATION_UNSPECIFIED: _ClassVar[ClientAuthentication]
    CLIENT_AUTHENTICATION_SECRET: _ClassVar[ClientAuthentication]
    CLIENT_AUTHENTICATION_PRIVATE_KEY: _ClassVar[ClientAuthentication]
    CLIENT_AUTHENTICATION_CERTIFICATE: _ClassVar[ClientAuthentication]
    CLIENT_AUTHENTICATION_NONE: _ClassVar[ClientAuthentication]
ACCOUNT_DISABLE_REASON_UNSPECIFIED: AccountDisableReason
ACCOUNT_DISABLE_REASON_LEFT: AccountDisableReason
ACCOUNT_DISABLE_REASON_COMPROMISED: AccountDisableReason
ACCOUNT_DISABLE_REASON_MISUSE: AccountDisableReason
ACCOUNT_DISABLE_REASON_REQUESTED: AccountDisableReason
ACCOUNT_DISABLE_REASON_OTHER: AccountDisableReason
ROLE_GRANT_STATUS_UNSPECIFIED: RoleGrantStatus
ROLE_GRANT_STATUS_PENDING: RoleGrantStatus
ROLE_GRANT_STATUS_APPROVED: RoleGrantStatus
ROLE_GRANT_STATUS_REJECTED: RoleGrantStatus
CLIENT_AUTHENTICATION_UNSPECIFIED: ClientAuthentication
CLIENT_AUTHENTICATION_SECRET: ClientAuthentication
CLIENT_AUTHENTICATION_PRIVATE_KEY: ClientAuthentication
CLIENT_AUTHENTICATION_CERTIFICATE: ClientAuthentication
CLIENT_AUTHENTICATION_NONE: ClientAuthentication

class User(_message.Message):
    __slots__ = ("account_id", "email", "full_name", "roles", "create_time", "update_time", "holder_id", "join_time", "disable_time")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    HOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    JOIN_TIME_FIELD_NUMBER: _ClassVar[int]
    DISABLE_TIME_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    email: str
    full_name: str
    roles: _containers.RepeatedScalarFieldContainer[_access_pb2.Role]
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    holder_id: str
    join_time: _timestamp_pb2.Timestamp
    disable_time: _timestamp_pb2.Timestamp
    def __init__(self, account_id: _Optional[str] = ..., email: _Optional[str] = ..., full_name: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[_access_pb2.Role, str]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., holder_id: _Optional[str] = ..., join_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disable_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("account_id", "create_time", "disable_time", "disable_reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISABLE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISABLE_REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    create_time: _timestamp_pb2.Timestamp
    disable_time: _timestamp_pb2.Timestamp
    disable_reason: AccountDisableReason
    def __init__(self, account_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disable_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disable_reason: _Optional[_Union[AccountDisableReason, str]] = ...) -> None: ...

class RoleGrant(_message.Message):
    __slots__ = ("grant_id", "account_id", "roles", "status", "requested_by", "request_time", "expire_time", "decided_by", "decide_time")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    account_id: str
    roles: _containers.RepeatedScalarFieldContainer[_access_pb2.Role]
    status: RoleGrantStatus
    requested_by: str
    request_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    decided_by: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, grant_id: _Optional[str] = ..., account_id: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[_access_pb2.Role, str]]] = ..., status: _Optional[_Union[RoleGrantStatus, str]] = ..., requested_by: _Optional[str] = ..., request_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Client(_message.Message):
    __slots__ = ("client_id", "name", "create_time", "revoke_time", "scopes", "networks", "requests_per_minute", "authentication", "jwks", "certificate_thumbprints", "redirect_uris", "post_logout_redirect_uris")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    NETWORKS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATION_FIELD_NUMBER: _ClassVar[int]
    JWKS_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_THUMBPRINTS_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URIS_FIELD_NUMBER: _ClassVar[int]
    POST_LOGOUT_REDIRECT_URIS_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    name: str
    create_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    scopes: _containers.RepeatedScalarFieldContainer[_scope_pb2.Scope]
    networks: _containers.RepeatedScalarFieldContainer[str]
    requests_per_minute: int
    authentication: ClientAuthentication
    jwks: str
    certificate_thumbprints: _containers.RepeatedScalarFieldContainer[str]
    redirect_uris: _containers.RepeatedScalarFieldContainer[str]
    post_logout_redirect_uris: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, client_id: _Optional[str] = ..., name: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scopes: _Optional[_Iterable[_Union[_scope_pb2.Scope, str]]] = ..., networks: _Optional[_Iterable[str]] = ..., requests_per_minute: _Optional[int] = ..., authentication: _Optional[_Union[ClientAuthentication, str]] = ..., jwks: _Optional[str] = ..., certificate_thumbprints: _Optional[_Iterable[str]] = ..., redirect_uris: _Optional[_Iterable[str]] = ..., post_logout_redirect_uris: _Optional[_Iterable[str]] = ...) -> None: ...
