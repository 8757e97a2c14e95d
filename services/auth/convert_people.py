"""Between the contract and the model, for what people do about their accounts; pure."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from loanflow.auth.v1 import account_mail_pb2, account_pb2, session_pb2
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.commands import ChangePassword, ProveRegistration, RegisterAccount, ResetPassword, StartRegistration
from services.auth.mail_links import AccountMail
from services.auth.model import Account, AccountDisableReason
from services.auth.registrations import Registration
from services.auth.sign_ins import Origin, Session
from services.runtime.calling.terms import ADDRESS
from services.runtime.messages import In, Members, Out
from services.runtime.stores.paging import PageResult

# As much of what a program calls itself as is kept, and as much of an address as names a network, not a person.
DEVICE_CHARACTERS, IPV4_PREFIX, IPV6_PREFIX = 120, 24, 48
_CHANGE = In(pb.ChangePasswordRequest, ChangePassword)
_RESET = In(pb.ResetPasswordRequest, ResetPassword)
_START = In(pb.StartRegistrationRequest, StartRegistration)
_PROVE = In(pb.ProveRegistrationRequest, ProveRegistration)
_REGISTER = In(pb.RegisterAccountRequest, RegisterAccount)
_PROVED = Out(Registration, pb.ProveRegistrationResponse, given={"customer_id": str})
_ACCOUNT = Out(Account, account_pb2.Account)
_SESSION = Out(Session, session_pb2.Session, given={"current": bool})
_MAIL = Out(AccountMail, account_mail_pb2.AccountMail)
_REASONS = Members(AccountDisableReason, account_pb2.AccountDisableReason)


def to_change(request: pb.ChangePasswordRequest) -> ChangePassword:
    """The command of a request."""
    return _CHANGE(request)


def to_reset(request: pb.ResetPasswordRequest) -> ResetPassword:
    """The command of a request."""
    return _RESET(request)


def to_start(request: pb.StartRegistrationRequest) -> StartRegistration:
    """The command of a request."""
    return _START(request)


def to_prove(request: pb.ProveRegistrationRequest) -> ProveRegistration:
    """The command of a request."""
    return _PROVE(request)


def to_register_account(request: pb.RegisterAccountRequest) -> RegisterAccount:
    """The command of a request."""
    return _REGISTER(request)


def from_proved(registration: Registration) -> pb.ProveRegistrationResponse:
    """What was registered with."""
    return _PROVED(registration, customer_id=registration.registration_id)


def to_reason(request: pb.DisableAccountRequest) -> AccountDisableReason:
    """Why an account is disabled."""
    return _REASONS.member(request.reason)


def to_origin(headers: Mapping[str, str]) -> Origin:
    """From where a call comes, by its headers: nothing that cannot be printed, and no whole address."""
    named = " ".join("".join(each if each.isprintable() else " " for each in headers.get("user-agent", "")).split())
    return Origin(named[:DEVICE_CHARACTERS], _network(headers.get(ADDRESS, "")))


def from_account(account: Account) -> account_pb2.Account:
    """The resource of an account."""
    return _ACCOUNT(account)


def from_sessions(page: PageResult[Session], current: str) -> list[session_pb2.Session]:
    """The resources of sessions, of which one may be the caller's."""
    return [_SESSION(each, current=each.session_id == current) for each in page.items]


def from_mail(mail: AccountMail | None) -> pb.TakeAccountMailResponse:
    """The mail, if there is one."""
    return pb.TakeAccountMailResponse(mail=_MAIL(mail) if mail else None)


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    plain: IPv4Address | IPv6Address = getattr(found, "ipv4_mapped", None) or found
    prefix = IPV4_PREFIX if plain.version == 4 else IPV6_PREFIX
    return str(ip_network(f"{plain}/{prefix}", strict=False))
