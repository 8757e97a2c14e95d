"""What the use cases are asked for, and what they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.auth.model import Account, Role
from services.auth.role_grants import RoleGrant
from services.auth.scopes import Scope
from services.auth.second_factors import SecondFactor
from services.auth.sign_ins import UNKNOWN, Origin


@dataclass(frozen=True)
class Login:
    """Credentials of a person."""

    email: str
    password: str = field(repr=False)
    device_token: str = field(default="", repr=False)
    origin: Origin = UNKNOWN


@dataclass(frozen=True)
class ChangePassword:
    """The password of before and the next one, with one code of a second factor at most."""

    current_password: str = field(repr=False)
    new_password: str = field(repr=False)
    totp_code: str = field(repr=False)
    recovery_code: str = field(repr=False)


@dataclass(frozen=True)
class ResetPassword:
    """The token of a mail, and the next password."""

    reset_token: str = field(repr=False)
    new_password: str = field(repr=False)


@dataclass(frozen=True)
class ClientCredentials:
    """What a partner's program sent to the token endpoint, from an address and with a certificate."""

    grant_type: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    assertion: str = field(default="", repr=False)
    address: str = ""
    thumbprint: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class CreateUser:
    """A new member of staff, with the roles to be asked for."""

    email: str
    full_name: str
    roles: frozenset[Role]
    personnel_number: str


@dataclass(frozen=True)
class Invited:
    """An account that no one can sign in with yet, and the roles asked for."""

    account: Account
    grant: RoleGrant


@dataclass(frozen=True)
class CreateClient:
    """A new client of a partner."""

    name: str
    scopes: frozenset[Scope]
    networks: list[str]
    requests_per_minute: int
    jwks: str = ""
    certificate_thumbprints: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)
    post_logout_redirect_uris: list[str] = field(default_factory=list)
    public_client: bool = False


@dataclass(frozen=True)
class StartRegistration:
    """What somebody registers with."""

    customer_id: str
    email: str
    password: str = field(repr=False)
    full_name: str
    phone: str


@dataclass(frozen=True)
class ProveRegistration:
    """The token of a mail, and the password of the registration."""

    confirmation_token: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class RegisterAccount:
    """The credentials of a new customer."""

    customer_id: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """The tokens of a session; lifetimes in seconds from now."""

    account_id: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int
    # By which the next sign-in from this device is known; empty when this one was.
    device_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Challenged:
    """What is asked for in place of tokens. The options are JSON; the secret and its address are those of an offer."""

    account_id: str
    token: str = field(repr=False)
    expires_in: int
    methods: tuple[SecondFactor, ...] = ()
    passkey_options: str = field(default="", repr=False)
    enrolment: "Enrolment | None" = None


@dataclass(frozen=True)
class Enrolment:
    """The second factors that are offered."""

    totp_secret: str = field(repr=False)
    totp_uri: str = field(repr=False)
    passkey_options: str = field(repr=False)


@dataclass(frozen=True)
class AnswerChallenge:
    """One proof of a second factor, the others being empty."""

    challenge_token: str = field(repr=False)
    totp_code: str = field(repr=False)
    passkey: str = field(repr=False)
    recovery_code: str = field(repr=False)
    enrol_another: bool
    origin: Origin = UNKNOWN


@dataclass(frozen=True)
class EnrolSecondFactor:
    """The proof of one new second factor, the other being empty."""

    challenge_token: str = field(repr=False)
    totp_code: str = field(repr=False)
    passkey: str = field(repr=False)
    origin: Origin = UNKNOWN


@dataclass(frozen=True)
class Enrolled:
    """The session that begins with an enrolment, and the codes that are given out this once."""

    grant: Grant
    recovery_codes: tuple[str, ...] = field(repr=False)
