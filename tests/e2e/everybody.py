"""Who may call: the anonymous, customers, each staff role, a partner's program, every service; and what they own."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from loanflow.options.v1 import caller_pb2, scope_pb2
from stack import pki
from stack.demo.api import Session
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff
from tests.e2e.contract_calls import Rpc

UNAUTHENTICATED, DENIED, IN = "UNAUTHENTICATED", "PERMISSION_DENIED", ""
EDGE = "edge"
STAFF_ROLES = ("OFFICER", "MANAGER", "RISK_MGR", "INTERNAL", "CREDIT_HEAD", "ADMIN")


def _of_programs() -> Iterator[str]:
    for value in scope_pb2.Scope.DESCRIPTOR.values:
        options: Any = value.GetOptions()
        if options.Extensions[scope_pb2.acts_as] == caller_pb2.CALLER_KIND_CLIENT:
            yield options.Extensions[scope_pb2.scope_name]


# All that a program of a partner can be given by itself.
PARTNERS_SCOPES = frozenset(_of_programs())


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, or a workload without one; the objects of the requests are the customer `owner`'s."""

    name: str
    token: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    customer: bool = False
    owner: bool = False
    workload: str = EDGE

    def expected(self, rpc: Rpc) -> str:
        """The code with which the contract refuses this caller; empty when it lets them in."""
        if self.workload != EDGE:
            return IN if self.workload in rpc.callers else DENIED
        if rpc.public:
            return IN
        if not self.token:
            return DENIED if rpc.internal else UNAUTHENTICATED
        if self.customer:
            return IN if rpc.owner_self or (rpc.owner_field and self.owner) else DENIED
        return IN if rpc.roles & self.roles or rpc.scopes & self.scopes else DENIED


def the_callers(journey: LoanJourney, foreign: LoanJourney, staff: Staff, partner: str) -> Iterator[Caller]:
    """All of them, with the tokens of their sessions."""
    sessions = {
        "OFFICER": staff.officer, "MANAGER": staff.manager, "RISK_MGR": staff.risk_manager, "INTERNAL": staff.internal,
        "CREDIT_HEAD": staff.credit_head, "ADMIN": staff.admin,
    }  # fmt: skip
    assert tuple(sessions) == STAFF_ROLES
    tokens = {role: session.token for role, session in sessions.items()}
    yield from callers_with(journey.customer.token, foreign.customer.token, partner, tokens)


def callers_with(owner: str, other: str, partner: str, staff: Mapping[str, str]) -> Iterator[Caller]:
    """Who there is to call, by these tokens; `staff` has one for each role."""
    yield Caller("anonymous")
    yield Caller("the owner", owner, customer=True, owner=True)
    yield Caller("another customer", other, customer=True)
    for role, token in staff.items():
        yield Caller(role, token, frozenset({role}))
    yield Caller("partner", partner, scopes=PARTNERS_SCOPES)
    for workload in pki.WORKLOADS:
        if workload != EDGE:
            yield Caller(f"service {workload}", workload=workload)


def borrow(journey: LoanJourney) -> None:
    """Goes on until the loan is paid out."""
    journey.register()
    journey.apply()
    journey.agree()
    journey.sign()


def belongings(journey: LoanJourney) -> dict[str, str]:
    """An object of the customer's for every field by which the contract asks for an owner."""
    customer, money = journey.customer, journey.money(Decimal("10"))
    journey.await_notice("application.created")
    payment = customer.post("/api/v1/payments", {"loanId": journey.loan_id, "amount": money, "reference": "first"})
    devices = "/api/v1/notifications/devices"
    customer.post(devices, {"pushToken": f"a-device:{journey.loan_id}", "platform": "DEVICE_PLATFORM_WEB"})
    return {
        "customer_id": customer.account_id,
        "device_id": customer.get(devices)["devices"][0]["deviceId"],
        "application_id": journey.application_id,
        "loan_id": journey.loan_id,
        "payment_id": payment["payment"]["paymentId"],
        "document_id": customer.get(f"/api/v1/documents/{journey.application_id}/list")["documents"][0]["documentId"],
        "notification_id": customer.get("/api/v1/notifications/inbox")["notifications"][0]["notificationId"],
    }


def partners_token(admin: Session, url: str) -> str:
    """What a partner's program gets for its id and secret."""
    form = {"name": f"Partner {secrets.token_hex(4)}", "scopes": list(scope_pb2.Scope.keys()[1:])}
    made = admin.post("/api/v1/auth/clients", form)
    login = (made["client"]["clientId"], made["clientSecret"])
    answer = httpx.post(f"{url}/oauth2/token", data={"grant_type": "client_credentials"}, auth=login)
    return str(answer.json()["access_token"])
