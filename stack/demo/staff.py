"""The lender's staff: two administrators, and an account for each role of the journeys: no one decides twice."""

import secrets
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyotp

from stack import environment, programs
from stack.demo.api import Refused, Session
from stack.demo.mailbox import Mailbox
from stack.layout import Layout, write_private

# Runs a module with its arguments where the auth service is: the command by which the first two are invited.
Invite = Callable[[Layout, Sequence[str]], str]
FIRST_ADMINISTRATOR = "services.auth.first_administrator"
# The subject of the mail by which a member of staff joins.
INVITED = "Your invitation to work here"
# The two who invite the others and give them roles; each has the secrets `<name>-password` and `<name>-passkey`.
ADMINISTRATORS = {"admin@loanflow.example": "admin", "second.admin@loanflow.example": "second-admin"}


@dataclass(frozen=True)
class Staff:
    """The staff fixture: a session for each of the lender's staff."""

    admin: Session
    second_admin: Session
    officer: Session
    kyc_officer: Session
    kyc_manager: Session
    risk_manager: Session
    internal: Session
    manager: Session
    credit_head: Session


_VARIABLES = (
    {"password": "password", "totpSecret": "totp"},
    {"secondPassword": "password", "secondTotpSecret": "totp"},
)
_PARTS = {
    "officer": "OFFICER",
    "kyc_officer": "OFFICER",
    "kyc_manager": "MANAGER",
    "risk_manager": "RISK_MGR",
    "internal": "INTERNAL",
    "manager": "MANAGER",
    "credit_head": "CREDIT_HEAD",
}


def _invite(layout: Layout, words: Sequence[str]) -> str:
    """Runs the module as the auth service of a local stack; what it says."""
    variables = {**programs.environment(), **environment.of_service(layout, "auth")}
    command = [programs.python(), "-m", *words]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"no administrator could be invited: {done.stderr.strip()}")
    return done.stdout


def credentials(layout: Layout) -> dict[str, str]:
    """What both administrators sign in with at a terminal, by the variables of proto/journey.yaml."""
    return {
        variable: (layout.state / "secrets" / f"{name}-{kind}").read_text().strip()
        for name, variables in zip(ADMINISTRATORS.values(), _VARIABLES, strict=True)
        for variable, kind in variables.items()
    }


def create_staff(edge: Session, layout: Layout, invite: Invite = _invite) -> Staff:
    """An account for every part, which one administrator asks for and the other approves; all of them signed in."""
    with ThreadPoolExecutor(len(ADMINISTRATORS)) as pool:
        admin, second = pool.map(lambda email: _administrator(edge, layout, email, invite), ADMINISTRATORS)
    with ThreadPoolExecutor(3) as pool:
        hired = pool.map(lambda part: hire(edge, layout.mails, (admin, second), *part), _PARTS.items())
        parts = dict(zip(_PARTS, hired, strict=True))
    return Staff(admin=admin, second_admin=second, **parts)


def hire(edge: Session, mails: Path, administrators: tuple[Session, Session], part: str, role: str) -> Session:
    """A new member of staff with a role: invited by mail, approved, and joined with a password of their own."""
    asking, approving = administrators
    email, password = f"{part.replace('_', '.')}.{secrets.token_hex(4)}@lender.example", secrets.token_urlsafe(18)
    form = {
        "email": email,
        "fullName": part.replace("_", " ").title(),
        "roles": [f"ROLE_{role}"],
        "personnelNumber": f"P-{secrets.token_hex(4)}",
    }
    invited = asking.post("/api/v1/auth/users", form)
    approve(approving, invited["grant"])
    join(edge, Mailbox(mails, email).token(INVITED), password)
    return edge.sign_in(email, password, passkey=secrets.token_hex(32))


def approve(administrator: Session, grant: dict[str, str]) -> None:
    """Gives the roles that another administrator asked for."""
    administrator.post(f"/api/v1/auth/grants/{grant['grantId']}/decision", {"approve": True})


def join(edge: Session, token: str, password: str) -> None:
    """Accepts an invitation."""
    edge.post("/api/v1/auth/invitations/accept", {"invitationToken": token, "password": password})


def _administrator(edge: Session, layout: Layout, email: str, invite: Invite) -> Session:
    """Signs an administrator in, whom the command invites when this stack has not had them yet."""
    name = ADMINISTRATORS[email]
    password = layout.secret(f"{name}-password").strip()
    passkey = layout.secret(f"{name}-passkey").strip()
    try:
        return _with_app(edge.sign_in(email, password, passkey), layout, name)
    except Refused as refused:
        if refused.reason != "BAD_CREDENTIALS":
            raise
    full_name, number = email.partition("@")[0].replace(".", " ").title(), f"P-{email.partition('@')[0]}"
    join(edge, invite(layout, [FIRST_ADMINISTRATOR, email, full_name, number]).split()[-1], password)
    return _with_app(edge.sign_in(email, password, passkey), layout, name)


def _with_app(administrator: Session, layout: Layout, name: str) -> Session:
    """Has an authenticator app, too, for a person at a terminal: its secret is kept in the state, as `<name>-totp`."""
    kept = layout.state / "secrets" / f"{name}-totp"
    if not kept.exists():
        anyone = Session(administrator.base_url, patience=administrator.patience, client=administrator.client)
        asked = anyone.post("/api/v1/auth/login", administrator.login)
        offered = administrator.prove(asked["challenge"], enrolAnother=True)["challenge"]
        secret = offered["enrolment"]["totpSecret"]
        # The code of the step before, as of a slow hand: that of the present one is good for the next sign-in.
        code = pyotp.TOTP(secret).at(int(time.time()) - 30)
        anyone.post("/api/v1/auth/challenge/enrol", {"challengeToken": offered["token"], "totpCode": code})
        write_private(kept, secret)
    return administrator
