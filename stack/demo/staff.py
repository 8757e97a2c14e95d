"""The lender's staff: one account for each role of the journeys, so that no person decides twice."""

import secrets
from dataclasses import dataclass

from stack.demo.api import Session


@dataclass(frozen=True)
class Staff:
    """The staff fixture: a session for each of the lender's staff."""

    admin: Session
    officer: Session
    kyc_officer: Session
    kyc_manager: Session
    risk_manager: Session
    internal: Session
    manager: Session
    credit_head: Session


_PARTS = {
    "officer": "OFFICER",
    "kyc_officer": "OFFICER",
    "kyc_manager": "MANAGER",
    "risk_manager": "RISK_MGR",
    "internal": "INTERNAL",
    "manager": "MANAGER",
    "credit_head": "CREDIT_HEAD",
}


def create_staff(edge: Session, admin_email: str, admin_password: str) -> Staff:
    """Creates an account for every part as the administrator, and signs all of them in."""
    admin = edge.sign_in(admin_email, admin_password)
    return Staff(admin=admin, **{part: _create(edge, admin, part, role) for part, role in _PARTS.items()})


def _create(edge: Session, admin: Session, part: str, role: str) -> Session:
    email = f"{part.replace('_', '.')}.{secrets.token_hex(4)}@lender.example"
    password = secrets.token_urlsafe(18)
    name = part.replace("_", " ").title()
    admin.post(
        "/api/v1/auth/users", {"email": email, "password": password, "fullName": name, "roles": [f"ROLE_{role}"]}
    )
    return edge.sign_in(email, password)
