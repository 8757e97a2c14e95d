"""Rights that end, end everywhere within seconds: at each service by REST and gRPC, and in what is open."""

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Callable

import grpc
import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceStub
from stack.demo.api import Refused, Session
from stack.demo.journey import LoanJourney
from stack.demo.staff import Staff, approve, hire
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.test_refusals import bearer

SECONDS = 5.0
ID = "00000000-0000-4000-8000-000000000000"
# One call to each service; that the thing is not there, or not theirs, is an answer to somebody who is known.
OF_STAFF = {
    "customer": f"/api/v1/customers/{ID}/profile",
    "application": "/api/v1/applications",
    "document": f"/api/v1/documents/{ID}",
    "kyc": "/api/v1/kyc/queue",
    "risk": f"/api/v1/risk/{ID}/report",
    "discussion": f"/api/v1/discussion/{ID}/offers",
    "approval": f"/api/v1/approval/{ID}",
    "agreement": f"/api/v1/agreement/{ID}",
    "activation": f"/api/v1/activation/{ID}/account",
    "repayment": f"/api/v1/payments/{ID}/history",
}
Ending = Callable[[httpx.Client, Staff, Session], None]
INBOX, LOGOUT = "/api/v1/notifications/inbox", "/api/v1/auth/logout"


def refused_everywhere(raw: httpx.Client, token: str, paths: list[str]) -> None:
    """Within the time every one of them refuses the token, and none takes it again."""
    headers, end = {"authorization": f"Bearer {token}"}, time.monotonic() + SECONDS
    left = list(paths)
    while left and time.monotonic() < end:
        left = [path for path in left if raw.get(path, headers=headers).status_code != 401]
        time.sleep(0.1)
    assert left == []
    assert {raw.get(path, headers=headers).status_code for path in paths} == {401}


@pytest.fixture
def customer(new_journey: NewJourney) -> LoanJourney:
    journey = new_journey()
    journey.register()
    return journey


def _signs_out(raw: httpx.Client, staff: Staff, me: Session) -> None:
    assert raw.post(LOGOUT, json={}, headers=bearer(me)).json()["endedSessions"] >= 1


def _is_disabled(raw: httpx.Client, staff: Staff, me: Session) -> None:
    reason = {"reason": "ACCOUNT_DISABLE_REASON_REQUESTED"}
    staff.admin.post(f"/api/v1/auth/accounts/{me.account_id}/disable", reason)


@pytest.mark.parametrize(("ends", "back"), [(_signs_out, True), (_is_disabled, False)])
def test_a_customer_whose_rights_end_is_out_everywhere(
    customer: LoanJourney, raw: httpx.Client, layout: Layout, staff: Staff, ends: Ending, back: bool
) -> None:
    me = customer.customer
    token, other = me.token, me.again()
    paths = [f"/api/v1/customers/{me.account_id}/profile", INBOX, "/api/v1/applications"]
    url, ended = f"ws://127.0.0.1:{layout.ports.of('edge')}/ws/notifications", threading.Event()
    channel = grpc.insecure_channel(f"127.0.0.1:{layout.ports.of('edge')}")
    stream = NotificationServiceStub(channel).StreamNotifications(
        pb.StreamNotificationsRequest(), metadata=(("authorization", f"Bearer {token}"),), timeout=30
    )

    def follow() -> None:
        with contextlib.suppress(grpc.RpcError):
            list(stream)
        ended.set()

    with connect(url, additional_headers={"authorization": f"Bearer {token}"}) as socket:
        threading.Thread(target=follow, daemon=True).start()
        assert {raw.get(path, headers=bearer(me)).status_code for path in paths} == {200}
        assert not ended.is_set()
        ends(raw, staff, me)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                json.loads(socket.recv(timeout=SECONDS))
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    assert ended.wait(SECONDS)
    channel.close()
    refused_everywhere(raw, token, paths)
    # All sessions went; a new sign-in works at once, or not at all.
    refused_everywhere(raw, other.token, paths)
    if back:
        again = me.again()
        assert {raw.get(path, headers=bearer(again)).status_code for path in paths} == {200}
    else:
        with pytest.raises(Refused, match="BAD_CREDENTIALS"):
            me.again()


def test_other_roles_end_the_tokens_of_the_old_ones_at_every_service(
    edge: Session, raw: httpx.Client, staff: Staff, layout: Layout
) -> None:
    officer = hire(edge, layout.mails, (staff.admin, staff.second_admin), "moving", "OFFICER")
    token, paths = officer.token, list(OF_STAFF.values())
    assert 401 not in {raw.get(path, headers=bearer(officer)).status_code for path in paths}
    asked = staff.admin.put(f"/api/v1/auth/users/{officer.account_id}/roles", {"roles": ["ROLE_MANAGER"]})
    assert 401 not in {raw.get(path, headers=bearer(officer)).status_code for path in paths}
    approve(staff.second_admin, asked["grant"])
    refused_everywhere(raw, token, paths)
    manager = officer.again()
    assert 401 not in {raw.get(path, headers=bearer(manager)).status_code for path in paths}


def test_a_revoked_client_is_out(raw: httpx.Client, staff: Staff) -> None:
    form = {"name": f"Broker {secrets.token_hex(4)}", "scopes": ["SCOPE_REGISTRATION_READ"]}
    made = staff.admin.post("/api/v1/auth/clients", form)
    login = (made["client"]["clientId"], made["clientSecret"])
    token = raw.post("/oauth2/token", data={"grant_type": "client_credentials"}, auth=login).json()["access_token"]
    paths = ["/api/v1/auth/registration"]
    assert {200} == {raw.get(path, headers={"authorization": f"Bearer {token}"}).status_code for path in paths}
    staff.admin.delete(f"/api/v1/auth/clients/{made['client']['clientId']}")
    refused_everywhere(raw, token, paths)
