"""The calls to application and discussion, against their contracts on real servers."""

from typing import Any

import grpc
import pytest

from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from loanflow.discussion.v1 import discussion_service_pb2 as discussion_pb
from loanflow.discussion.v1 import offer_pb2
from loanflow.discussion.v1.discussion_service_pb2_grpc import DiscussionServiceServicer
from services.approval.peers import ApplicationPeer, DiscussionPeer
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import Shared
from tests.harness import Mesh, Servers
from tests.integration.conftest import FreshPostgres
from tests.integration.kyc.test_peers import made

ID = new_id()


class Applications(ApplicationServiceServicer):
    """One application that goes on; all others have ended."""

    def CheckOngoing(  # noqa: N802 - the name is the contract's
        self, request: application_pb.CheckOngoingRequest, context: grpc.ServicerContext
    ) -> application_pb.CheckOngoingResponse:
        if request.application_id != ID:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["SUBMITTED"])
        return application_pb.CheckOngoingResponse()


class Discussions(DiscussionServiceServicer):
    """One accepted offer."""

    def GetAcceptedOffer(  # noqa: N802 - the name is the contract's
        self, request: discussion_pb.GetAcceptedOfferRequest, context: grpc.ServicerContext
    ) -> discussion_pb.GetAcceptedOfferResponse:
        if request.application_id != ID:
            raise FailedPrecondition.wrong_status("discussion", "OFFER_SENT", ["ACCEPTED"])
        return discussion_pb.GetAcceptedOfferResponse(offer=offer_pb2.Offer(terms_hash="ab" * 32))


@pytest.fixture
def channel(mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres) -> Any:
    """`channel(servicer)` reaches it as the approval service does."""

    def opened(servicer: Any) -> grpc.Channel:
        owners = dict.fromkeys(("application_id", "customer_id"), Shared(lambda _: "", lambda _: ()))
        target = client_for.serve(servicer, owners=owners, store=fresh_postgres("approval")).target
        return clients.channel("tested", target, mesh.identity("approval"))

    return opened


def test_whether_an_application_goes_on(channel: Any) -> None:
    with channel(made(Applications)) as opened:
        ApplicationPeer(opened).check_ongoing(ID, new_id())
        with pytest.raises(FailedPrecondition):
            ApplicationPeer(opened).check_ongoing(new_id(), new_id())


def test_which_terms_are_accepted(channel: Any) -> None:
    with channel(made(Discussions)) as opened:
        assert DiscussionPeer(opened).accepted_terms(ID) == "ab" * 32
        with pytest.raises(FailedPrecondition):
            DiscussionPeer(opened).accepted_terms(new_id())
