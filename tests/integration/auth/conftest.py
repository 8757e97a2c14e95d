"""The auth service on a real server and a real database, with a clock that tests move."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from joserfc import jws
from sqlalchemy import text

from loanflow.auth.v1 import account_mail_pb2
from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.audit_trails import AuditTrails
from services.auth.challenges import SecondFactorSteps
from services.auth.handlers import App
from services.auth.hashing import Hashing
from services.auth.key_rotation import RotatingKeys
from services.auth.partners import Clients
from services.auth.passwords import Passwords
from services.auth.peers import OwnTrail
from services.auth.ports import Trail
from services.auth.registrations import REGISTRATION_HOURS
from services.auth.servicer import AuthServicer
from services.auth.staff import Staff
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.runtime import context
from services.runtime.audit.servicer import AuditServicer
from services.runtime.calling.terms import ADDRESS
from services.runtime.context import Caller
from services.runtime.ids import new_id
from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres
from stack.demo.authenticator import Authenticator
from tests.fakes.clock import FakeClock
from tests.harness import ANONYMOUS, AUDIENCE, ISSUER, Servers, customer, service, staff
from tests.integration.conftest import FreshPostgres

PASSWORD = "correct horse battery"
EDGE = "https://edge.example"
# One for all tests: nobody ends its threads before the process.
HASHING = Hashing()


def browser(email: str) -> Authenticator:
    """The browser of the person with this address, with a passkey of their own."""
    return Authenticator(email, EDGE)


@dataclass
class Auth:
    """The service under test, and what tests look at."""

    app: App
    database: Postgres
    cipher: FieldCipher
    clock: FakeClock
    servicer: AuthServicer
    servers: Servers
    # The setting registration_hours.
    hours: int = REGISTRATION_HOURS

    def begin(self) -> UnitOfWork:
        """A unit of work on the same database."""
        return UnitOfWork(self.database, self.cipher)

    def client(self, caller: Caller = ANONYMOUS) -> Any:
        """A stub for the caller."""
        return self.servers(self.servicer, caller, store=self.database)

    def customer(self, email: str, password: str = PASSWORD, customer_id: str = "") -> str:
        """Registers a customer's account; gives its id."""
        request = pb.RegisterAccountRequest(customer_id=customer_id or new_id(), email=email, password=password)
        return str(self.client(service("customer")).RegisterAccount(request).account_id)

    def invite(self, email: str, *roles: str, number: str = "", by: Caller | None = None) -> Any:
        """Invites a member of staff, a new person unless a personnel number is given; the whole answer."""
        request = pb.CreateUserRequest(
            email=email,
            full_name="Otto Officer",
            roles=[f"ROLE_{role}" for role in roles],
            personnel_number=number or new_id()[:13],
        )
        return self.client(by or staff("ADMIN")).CreateUser(request)

    def decide(self, grant: Any, approve: bool = True, by: Caller | None = None) -> Any:
        """Decides on a grant of roles, as another administrator."""
        request = pb.DecideRoleGrantRequest(grant_id=grant.grant_id, approve=approve)
        return self.client(by or staff("ADMIN")).DecideRoleGrant(request).grant

    def invitation(self, email: str) -> str:
        """The token of the mail by which a member of staff joins; mails before it count as gone."""
        post = self.client(service("notification"))
        while (mail := post.TakeAccountMail(pb.TakeAccountMailRequest()).mail).mail_id:
            post.FinishAccountMail(pb.FinishAccountMailRequest(mail_id=mail.mail_id))
            if (mail.email, mail.kind) == (email, account_mail_pb2.ACCOUNT_MAIL_KIND_INVITATION):
                return str(mail.token)
        raise LookupError(f"no invitation is mailed to {email}")

    def join(self, token: str, password: str = PASSWORD) -> str:
        """Accepts an invitation; gives the account's id."""
        request = pb.AcceptInvitationRequest(invitation_token=token, password=password)
        return str(self.client().AcceptInvitation(request).account_id)

    def set_roles(self, account_id: str, *roles: str) -> None:
        """Has one administrator ask for roles, and another one approve."""
        values = [f"ROLE_{role}" for role in roles]
        request = pb.SetUserRolesRequest(account_id=account_id, roles=values)
        answer = self.client(staff("ADMIN")).SetUserRoles(request)
        if answer.HasField("grant"):
            self.decide(answer.grant)

    def user(self, email: str, *roles: str, number: str = "") -> Any:
        """A member of staff who has joined, and has the roles."""
        invited = self.invite(email, *roles, number=number)
        self.decide(invited.grant)
        self.join(self.invitation(email))
        users = self.client(staff("ADMIN")).ListUsers(pb.ListUsersRequest(page_size=100)).users
        return next(user for user in users if user.account_id == invited.user.account_id)

    def login(self, email: str, password: str = PASSWORD) -> Any:
        """Signs in, staff with a passkey; whatever answers last has the tokens."""
        answer = self.ask(email, password)
        return self.prove(answer.challenge, browser(email)) if answer.HasField("challenge") else answer

    def ask(self, email: str, password: str = PASSWORD, device_token: str = "") -> Any:
        """The first half of a sign-in."""
        return self.client().Login(pb.LoginRequest(email=email, password=password, device_token=device_token))

    def prove(self, challenge: Any, authenticator: Authenticator) -> Any:
        """The second half, by a passkey: enrols it when none is there."""
        if challenge.HasField("enrolment"):
            return self.enrol(challenge, passkey=authenticator.create(challenge.enrolment.passkey_options))
        return self.answer(challenge, passkey=authenticator.get(challenge.passkey_options))

    def answer(self, challenge: Any, **proof: Any) -> Any:
        """Answers a challenge."""
        request = pb.AnswerChallengeRequest(challenge_token=challenge.token, **proof)
        return self.client().AnswerChallenge(request)

    def enrol(self, challenge: Any, **proof: Any) -> Any:
        """Enrols by a challenge."""
        request = pb.EnrolSecondFactorRequest(challenge_token=challenge.token, **proof)
        return self.client().EnrolSecondFactor(request)

    def holder(self, answer: Any) -> Caller:
        """Who has signed in, as their access token says it."""
        said = jws.extract_compact(answer.tokens.access_token.encode()).payload
        claims = json.loads(said)
        return replace(
            customer(claims["sub"])
            if claims["kind"] == "customer"
            else staff(*claims["roles"], account_id=claims["sub"]),
            session_id=claims["sid"],
        )

    def mails(self) -> list[Any]:
        """The mails that are due, as the notification service takes them, until none is."""
        post, found = self.client(service("notification")), []
        while (answer := post.TakeAccountMail(pb.TakeAccountMailRequest())).HasField("mail"):
            post.FinishAccountMail(pb.FinishAccountMailRequest(mail_id=answer.mail.mail_id))
            found.append(answer.mail)
        return found

    def started(self, email: str, password: str = PASSWORD, address: str = "") -> str:
        """Has somebody register, from a network address; the id of the customer to be."""
        said = {"email": email, "full_name": "Anna Muster", "phone": "+4915112345678"}
        request = pb.StartRegistrationRequest(customer_id=new_id(), password=password, **said)
        self.client(service("customer")).StartRegistration(request, metadata=[(ADDRESS, address)])
        return str(request.customer_id)

    def proved(self, token: str, password: str = PASSWORD) -> Any:
        """Proves a registration; what was registered with."""
        request = pb.ProveRegistrationRequest(confirmation_token=token, password=password)
        return self.client(service("customer")).ProveRegistration(request)

    def forgotten(self, email: str) -> str:
        """Asks for a reset of the password; the token of the mail, empty when there is none."""
        self.client().RequestPasswordReset(pb.RequestPasswordResetRequest(email=email))
        sent = [mail for mail in self.mails() if mail.token]
        assert [mail.email for mail in sent] in ([], [email])
        return str(sent[0].token) if sent else ""

    def reset(self, token: str, password: str) -> str:
        """Resets the password; the token that makes the device known."""
        request = pb.ResetPasswordRequest(reset_token=token, new_password=password)
        return str(self.client().ResetPassword(request).device_token)

    def disable(self, account_id: str, by: Caller | None = None) -> Any:
        """Disables an account."""
        request = pb.DisableAccountRequest(account_id=account_id, reason="ACCOUNT_DISABLE_REASON_COMPROMISED")
        return self.client(by or staff("ADMIN")).DisableAccount(request).account

    def enable(self, account_id: str, by: Caller | None = None) -> Any:
        """Enables it again."""
        return self.client(by or staff("ADMIN")).EnableAccount(pb.EnableAccountRequest(account_id=account_id)).account

    def refresh(self, token: str) -> Any:
        """Gives the next pair of tokens."""
        return self.client().Refresh(pb.RefreshRequest(refresh_token=token)).tokens

    def everything(self) -> str:
        """All that the database holds, as text."""
        tables = (
            "accounts",
            "sessions",
            "refresh_tokens",
            "sign_in_failures",
            "clients",
            "signing_keys",
            "role_grants",
            "second_factors",
            "sign_in_challenges",
            "factor_resets",
            "consents",
            "authorization_codes",
            "mail_links",
            "account_mails",
            "registrations",
            "confirmation_tokens",
            "known_devices",
            "audit",
        )
        with self.database.engine.connect() as connection:
            return "\n".join(
                str(row) for table in tables for row in connection.execute(text(f"SELECT t::text FROM {table} t"))
            )

    def audit(self, kind: str) -> list[Any]:
        """The audit rows of one kind of aggregate, oldest first."""
        query = text("SELECT * FROM audit WHERE aggregate_type = :kind ORDER BY position")
        with self.database.engine.connect() as connection:
            return list(connection.execute(query, {"kind": kind}).mappings())


def servicer_of(
    app: App, database: Postgres, others: Mapping[str, Trail] | None = None,
    hours: Callable[[], int] = lambda: REGISTRATION_HOURS,
) -> AuthServicer:  # fmt: skip
    """All RPCs on one database, with the audit trails of other services."""
    staff_cases = Staff(app.begin, app.clock, app.passwords)
    all_trails: dict[str, Trail] = {"auth": OwnTrail(AuditServicer("auth", database)), **(others or {})}
    trails = AuditTrails(database, all_trails, lambda text: f"indexed {len(text)}")
    return AuthServicer(app, staff_cases, Clients(app.begin, app.clock, app.issuer, app.keys), trails, hours)


@pytest.fixture
def quick_hasher() -> PasswordHasher:
    """Hashes that cost nothing."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def replica(
    database: Postgres, cipher: FieldCipher, clock: FakeClock, hasher: PasswordHasher, client_for: Servers
) -> Auth:
    """A process of the service, with its keys for tokens."""

    def begin() -> UnitOfWork:
        return UnitOfWork(database, cipher)

    keys = RotatingKeys(begin, clock)
    issuer = Issuer(ISSUER, AUDIENCE, EDGE)
    second = SecondFactorSteps.of(begin, clock, issuer, keys)
    app = App(begin, clock, Passwords(HASHING, hasher), issuer, keys, second)
    with context.background("auth", "test"):
        keys.refresh()
    made = Auth(app, database, cipher, clock, servicer_of(app, database, hours=lambda: made.hours), client_for)
    return made


@pytest.fixture
def auth(quick_hasher: PasswordHasher, fresh_postgres: FreshPostgres, client_for: Servers, tmp_path: Path) -> Auth:
    """The service, with its first key."""
    key_file = tmp_path / "key"
    key_file.write_text(encryption.new_secret())
    return replica(fresh_postgres("auth"), FieldCipher(key_file), FakeClock(), quick_hasher, client_for)
