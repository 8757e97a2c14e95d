"""The call to the application service, against its contract on a real server; and uploads that meet."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from loanflow.application.v1 import application_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from services.document.model import Stage
from services.document.peers import ApplicationPeer
from services.document.ports import ApplicationFacts
from services.runtime import clients
from services.runtime.errors import NotFound, Unavailable
from services.runtime.ids import new_id
from tests.harness import Mesh, Servers
from tests.integration.conftest import FreshMongo
from tests.integration.document.conftest import Documents


class Applications(ApplicationServiceServicer):
    """One application, in a status of the test's choice."""

    def __init__(self) -> None:
        self.application_id, self.status = new_id(), application_pb2.APPLICATION_STATUS_DRAFT

    def GetApplication(  # noqa: N802 - the name is the contract's
        self, request: pb.GetApplicationRequest, context: grpc.ServicerContext
    ) -> pb.GetApplicationResponse:
        if request.application_id != self.application_id:
            raise NotFound("no such application")
        found = application_pb2.Application(
            application_id=self.application_id, customer_id="c1", facility_type="PERSONAL", status=self.status
        )
        return pb.GetApplicationResponse(application=found)


def made(servicer: type[Any]) -> Any:
    """A servicer with every method of its contract, of which all but its own fail."""
    for name in vars(servicer.__base__):
        if name[0].isupper() and name not in vars(servicer):
            setattr(servicer, name, lambda *_: pytest.fail("nobody asked for this"))
    return servicer()


@pytest.mark.parametrize(
    "status, stage",
    [
        ("DRAFT", Stage.DRAFT),
        ("SUBMITTED", Stage.UNDER_WAY),
        ("DISBURSED", Stage.UNDER_WAY),
        ("KYC_REJECTED", Stage.ENDED),
        ("WITHDRAWN", Stage.ENDED),
        ("CLOSED", Stage.ENDED),
    ],
)
def test_an_application_is_asked_for(
    mesh: Mesh, client_for: Servers, fresh_mongo: FreshMongo, status: str, stage: Stage
) -> None:
    servicer = made(Applications)
    servicer.status = application_pb2.ApplicationStatus.Value(f"APPLICATION_STATUS_{status}")
    owners = {"application_id": lambda _: "c1"}
    target = client_for.serve(servicer, owners=owners, store=fresh_mongo(), name="application").target
    with clients.channel("application", target, mesh.identity("document")) as channel:
        peer = ApplicationPeer(channel)
        wanted = ApplicationFacts(servicer.application_id, "c1", "PERSONAL", stage)
        assert peer.facts(servicer.application_id) == wanted
        with pytest.raises(NotFound):
            peer.facts(new_id())


def test_an_application_service_that_is_away(mesh: Mesh) -> None:
    channel = clients.channel("application", "127.0.0.1:9", mesh.identity("document"), 1.0)
    with channel, pytest.raises(Unavailable):
        ApplicationPeer(channel).facts(new_id())


def test_uploads_that_meet_get_versions_of_their_own(documents: Documents) -> None:
    application_id = documents.draft()
    documents.client()
    with ThreadPoolExecutor(6) as pool:
        uploaded = list(pool.map(lambda _: documents.upload(application_id), range(12)))
    assert sorted(each.version for each in uploaded) == list(range(1, 13))
    assert len(documents.stored()) == 12
