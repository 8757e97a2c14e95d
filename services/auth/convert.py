"""Between the contract and the model; pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote_plus

from google.api.httpbody_pb2 import HttpBody

from loanflow.auth.v1 import account_pb2, token_pb2
from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.options.v1 import access_pb2
from services.auth.client_authentication import ASSERTION_TYPE
from services.auth.clients import Client
from services.auth.commands import ClientCredentials, CreateClient, CreateUser, Grant, Invited, Login
from services.auth.convert_people import to_origin
from services.auth.model import Account, Role
from services.auth.role_grants import RoleGrant
from services.auth.scopes import Scope
from services.auth.token_issuer import SCHEME
from services.runtime.calling.terms import ADDRESS, CERTIFICATE, thumbprint
from services.runtime.errors import InvalidArgument
from services.runtime.messages import In, Members, Out

_FORM = "application/x-www-form-urlencoded"
_LOGIN = In(pb.LoginRequest, Login, given={"origin"})
_CREATE_USER = In(pb.CreateUserRequest, CreateUser)
_CREATE_CLIENT = In(pb.CreateClientRequest, CreateClient)
_TOKENS = Out(Grant, token_pb2.Tokens, given={"token_type": str})
_USER = Out(Account, account_pb2.User, given={"roles": list[Role], "holder_id": str})
_ROLE_GRANT = Out(RoleGrant, account_pb2.RoleGrant, given={"roles": list[Role]})
_CLIENT = Out(Client, account_pb2.Client, given={"scopes": list[Scope]})
_ROLES = Members(Role, access_pb2.Role)
_VISIBLE = re.compile(r"[\x21-\x7e]{1,200}")


def to_login(request: pb.LoginRequest, headers: Mapping[str, str]) -> Login:
    """The command of a request."""
    return _LOGIN(request, origin=to_origin(headers))


def to_create_user(request: pb.CreateUserRequest) -> CreateUser:
    """The command of a request."""
    return _CREATE_USER(request)


def to_create_client(request: pb.CreateClientRequest) -> CreateClient:
    """The command of a request."""
    return _CREATE_CLIENT(request)


def to_roles(request: pb.SetUserRolesRequest) -> frozenset[Role]:
    """The roles of a request."""
    return frozenset(map(_ROLES.member, request.roles))


def to_role(request: pb.ListUsersRequest) -> Role | None:
    """The role that filters a list, None for no filter."""
    return _ROLES.get(request.role)


def to_moment(request: pb.GetRevocationsRequest) -> datetime:
    """The moment of a request."""
    return datetime.fromtimestamp(request.since, UTC)


def to_form(form: HttpBody) -> dict[str, str]:
    """The parameters of a form; InvalidArgument when the body is none in UTF-8, or names a parameter twice."""
    if form.content_type.partition(";")[0].strip().lower() not in ("", _FORM):
        raise InvalidArgument.field("form", f"must be {_FORM}")
    try:
        fields = parse_qs(
            form.data.decode(), strict_parsing=True, keep_blank_values=True, errors="strict", max_num_fields=30
        )
    except ValueError:
        raise InvalidArgument.field("form", f"must be {_FORM}") from None
    if repeated := sorted(name for name, values in fields.items() if len(values) > 1):
        raise InvalidArgument.field("form", f"{repeated[0]} is there more than once")
    return {name: values[0] for name, values in fields.items()}


def to_client_credentials(form: HttpBody, headers: Mapping[str, str]) -> ClientCredentials:
    """What a request of a client says: who it is in HTTP Basic, or else in the form; see to_form."""
    values = to_form(form)
    in_form = (values.get("client_id", ""), values.get("client_secret", ""))
    client_id, client_secret = map(_visible, _basic(headers.get("authorization", "")) or in_form)
    return ClientCredentials(
        values.get("grant_type", ""), client_id, client_secret, values.get("scope", ""), _assertion(values),
        headers.get(ADDRESS, ""), thumbprint(headers.get(CERTIFICATE, "")), values,
    )  # fmt: skip


def from_grant(grant: Grant) -> token_pb2.Tokens:
    """The resource of the tokens."""
    return _TOKENS(grant, token_type=SCHEME)


def from_account(account: Account) -> account_pb2.User:
    """The resource of a staff account."""
    return _USER(account, roles=sorted(account.roles, key=lambda role: role.value), holder_id=account.holder_id)


def from_role_grant(grant: RoleGrant) -> account_pb2.RoleGrant:
    """The resource of a grant of roles."""
    return _ROLE_GRANT(grant, roles=sorted(grant.roles, key=lambda role: role.value))


def from_invited(invited: Invited) -> pb.CreateUserResponse:
    """What an invitation comes to."""
    user, grant = from_account(invited.account), from_role_grant(invited.grant)
    return pb.CreateUserResponse(user=user, grant=grant)


def from_client(client: Client) -> account_pb2.Client:
    """The resource of a partner's client."""
    return _CLIENT(client, scopes=[scope for scope in Scope if scope in client.scopes])


def json_body(document: bytes) -> HttpBody:
    """An answer that is a JSON document of another standard."""
    return HttpBody(content_type="application/json", data=document)


def _assertion(values: Mapping[str, str]) -> str:
    """The client's assertion, if any; InvalidArgument beside a secret, or for one of another type."""
    assertion, kind = values.get("client_assertion", ""), values.get("client_assertion_type", "")
    if assertion and values.get("client_secret"):
        raise InvalidArgument.field("client_assertion", "a client proves itself in one way alone")
    if bool(assertion) != bool(kind) or kind not in ("", ASSERTION_TYPE):
        raise InvalidArgument.field("client_assertion_type", f"must be {ASSERTION_TYPE}, with a client_assertion")
    return assertion


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    # RFC 6749 §2.3.1: both are form-encoded inside.
    return unquote_plus(name), unquote_plus(password)


def _visible(text: str) -> str:
    return text if _VISIBLE.fullmatch(text) else ""
