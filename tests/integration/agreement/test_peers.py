"""The calls to customer and notification, against their contracts on real servers; and codes that meet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.application.v1 import application_pb2, party_pb2
from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from loanflow.approval.v1 import approval_pb2
from loanflow.approval.v1 import approval_service_pb2 as approval_pb
from loanflow.approval.v1.approval_service_pb2_grpc import ApprovalServiceServicer
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from loanflow.notification.v1 import notification_service_pb2 as notification_pb
from loanflow.notification.v1.notification_service_pb2_grpc import NotificationServiceServicer
from services.agreement.events import SignerRole
from services.agreement.peers import ApplicationPeer, ApprovalPeer, CustomerPeer, NotificationPeer
from services.agreement.ports import Applied, Party
from services.runtime.calling import clients
from services.runtime.errors import Error, NotFound, Unavailable
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import Shared
from tests.fakes.servicers import made
from tests.harness import Mesh, Servers
from tests.integration.agreement.conftest import Agreements
from tests.integration.conftest import FreshMongo


class Customers(CustomerServiceServicer):
    """Ada, with an address or without."""

    address: Any = None

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: customer_pb.GetPartyRequest, context: grpc.ServicerContext
    ) -> customer_pb.GetPartyResponse:
        party = customer_pb2.Party(full_name="Ada Lovelace", address=self.address, language="de")
        return customer_pb.GetPartyResponse(party=party)


class Applications(ApplicationServiceServicer):
    """A loan for a vehicle, of several; one whom the customer named has declined."""

    def GetApplication(  # noqa: N802 - the name is the contract's
        self, request: application_pb.GetApplicationRequest, context: grpc.ServicerContext
    ) -> application_pb.GetApplicationResponse:
        rows = (
            ("co", "CO_BORROWER", "CONSENTED"),
            ("no", "GUARANTOR", "DECLINED"),
            ("guarantor", "GUARANTOR", "CONSENTED"),
        )
        parties = [
            party_pb2.ApplicationParty(customer_id=each, role=f"PARTY_ROLE_{role}", status=f"PARTY_STATUS_{status}")
            for each, role, status in rows
        ]
        found = application_pb2.Application(
            application_id=request.application_id, facility_type="VEHICLE", parties=parties
        )
        return application_pb.GetApplicationResponse(application=found)


class Approvals(ApprovalServiceServicer):
    """One approval, approved unless a test says otherwise."""

    def __init__(self) -> None:
        approved = approval_pb2.APPROVAL_STATUS_APPROVED
        self.approval: approval_pb2.Approval | None = approval_pb2.Approval(status=approved, terms_hash="ab" * 32)

    def GetApproval(  # noqa: N802 - the name is the contract's
        self, request: approval_pb.GetApprovalRequest, context: grpc.ServicerContext
    ) -> approval_pb.GetApprovalResponse:
        if self.approval is None:
            raise NotFound("no offer was accepted")
        return approval_pb.GetApprovalResponse(approval=self.approval)


class Notifications(NotificationServiceServicer):
    """Keeps what it was asked to send."""

    def __init__(self) -> None:
        self.sent: list[notification_pb.SendOneTimeCodeRequest] = []

    def SendOneTimeCode(  # noqa: N802 - the name is the contract's
        self, request: notification_pb.SendOneTimeCodeRequest, context: grpc.ServicerContext
    ) -> notification_pb.SendOneTimeCodeResponse:
        self.sent.append(request)
        return notification_pb.SendOneTimeCodeResponse(sent_to="a•••@example.org")


@pytest.mark.parametrize(
    "address, lines",
    [
        (
            {"street": "A 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
            ("A 1", "10115 Berlin", "Germany"),
        ),
        (None, ()),
    ],
)
def test_the_party_comes_with_its_address(
    mesh: Mesh, client_for: Servers, fresh_mongo: FreshMongo, address: Any, lines: tuple[str, ...]
) -> None:
    servicer = made(Customers)
    servicer.address = address
    target = client_for.serve(
        servicer, owners={"customer_id": lambda _: ""}, store=fresh_mongo(), name="customer"
    ).target
    with clients.channel("customer", target, mesh.identity("agreement")) as channel:
        assert CustomerPeer(channel).party(new_id()) == Party("Ada Lovelace", lines, "de")


def test_what_is_applied_for_and_by_whom_comes_from_the_application(
    mesh: Mesh, client_for: Servers, fresh_mongo: FreshMongo
) -> None:
    owners = dict.fromkeys(("application_id", "customer_id"), Shared(lambda _: "", lambda _: ()))
    target = client_for.serve(made(Applications), owners=owners, store=fresh_mongo(), name="application").target
    with clients.channel("application", target, mesh.identity("agreement")) as channel:
        bound = ("co", SignerRole.CO_BORROWER), ("guarantor", SignerRole.GUARANTOR)
        assert ApplicationPeer(channel).applied(new_id()) == Applied("VEHICLE", bound)


def test_only_what_all_levels_approved_is_approved(mesh: Mesh, client_for: Servers, fresh_mongo: FreshMongo) -> None:
    servicer = made(Approvals)
    target = client_for.serve(servicer, store=fresh_mongo(), name="approval").target
    with clients.channel("approval", target, mesh.identity("agreement")) as channel:
        assert ApprovalPeer(channel).approved_terms(new_id()) == "ab" * 32
        servicer.approval = approval_pb2.Approval(status=approval_pb2.APPROVAL_STATUS_PENDING_FINAL, terms_hash="ab")
        assert ApprovalPeer(channel).approved_terms(new_id()) == ""
        servicer.approval = None
        assert ApprovalPeer(channel).approved_terms(new_id()) == ""


def test_a_code_is_sent(mesh: Mesh, client_for: Servers, fresh_mongo: FreshMongo) -> None:
    servicer, customer_id, application_id = made(Notifications), new_id(), new_id()
    until = datetime.now(UTC) + timedelta(minutes=10)
    owners = dict.fromkeys(("notification_id", "device_id"), lambda _: "")
    target = client_for.serve(servicer, owners=owners, store=fresh_mongo(), name="notification").target
    with clients.channel("notification", target, mesh.identity("agreement")) as channel:
        assert NotificationPeer(channel).send(customer_id, application_id, "012345", until) == "a•••@example.org"
    (sent,) = servicer.sent
    assert (sent.customer_id, sent.application_id, sent.code) == (customer_id, application_id, "012345")
    assert sent.expire_time.ToDatetime(UTC) == until


def test_peers_that_are_away(mesh: Mesh) -> None:
    with clients.channel("customer", "127.0.0.1:9", mesh.identity("agreement")) as channel:
        with pytest.raises(Unavailable):
            CustomerPeer(channel).party(new_id())
        with pytest.raises(Unavailable):
            NotificationPeer(channel).send(new_id(), new_id(), "012345", datetime.now(UTC))


def test_guesses_that_meet_are_all_counted(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)

    def guess(step: int) -> str:
        try:
            agreements.confirm(application_id, f"{(int(code) + 1 + step) % 10**6:06}")
        except Error as error:
            return error.reason
        return "SIGNED"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(guess, range(8)))
    assert set(said) <= {"CODE_WRONG", "CODE_ATTEMPTS_EXHAUSTED", "WRONG_STATUS", "CONFLICT"}
    assert said.count("CODE_WRONG") == 4 and said.count("CODE_ATTEMPTS_EXHAUSTED") == 1


def test_of_two_confirmations_one_signs_and_no_file_is_left_over(agreements: Agreements) -> None:
    application_id = agreements.made()
    code = agreements.start(application_id)

    def confirm(_: int) -> str:
        try:
            return agreement_pb2.AgreementStatus.Name(agreements.confirm(application_id, code).status)
        except Error as error:
            return error.reason

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(confirm, range(3)))
    assert said.count("AGREEMENT_STATUS_SIGNED") == 1
    assert len([key for key in agreements.keys(application_id) if "/signed-" in key]) == 1
    assert agreements.verify(application_id).intact
