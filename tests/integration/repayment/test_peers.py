"""The calls of the repayment service to its peers, against their contracts on real servers."""

from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest

from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as agreement_pb
from loanflow.agreement.v1.agreement_service_pb2_grpc import AgreementServiceServicer
from loanflow.application.v1 import application_service_pb2 as application_pb
from loanflow.application.v1.application_service_pb2_grpc import ApplicationServiceServicer
from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from services.outsiders import require_outsider
from services.repayment.peers import AgreementPeer, ApplicationPeer, CustomerPeer
from services.repayment.ports import Party, Signed
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied, Unavailable
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import Shared
from tests.fakes.clock import NOON
from tests.fakes.servicers import made
from tests.harness import Mesh, Servers
from tests.integration.conftest import FreshPostgres


class Customers(CustomerServiceServicer):
    """Ada, unless they are erased."""

    erased = False

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: pb.GetPartyRequest, context: grpc.ServicerContext
    ) -> pb.GetPartyResponse:
        if self.erased:
            raise NotFound("no such customer")
        address = customer_pb2.Address(street="A 1", city="Berlin", postal_code="10115", country="DE")
        return pb.GetPartyResponse(party=customer_pb2.Party(full_name="Ada Lovelace", address=address, language="de"))


@pytest.mark.parametrize(
    "erased, party",
    [(False, Party("Ada Lovelace", ("A 1", "10115 Berlin", "Germany"), "de")), (True, Party("", ()))],
)
def test_the_borrower_is_named_until_he_is_erased(
    mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres, erased: bool, party: Any
) -> None:
    servicer, database = made(Customers), fresh_postgres("repayment")
    servicer.erased = erased
    target = client_for.serve(servicer, owners={"customer_id": lambda _: ""}, store=database, name="customer").target
    with clients.channel("customer", target, mesh.identity("repayment")) as channel:
        assert CustomerPeer(channel).party(new_id()) == party


def test_a_customer_service_that_is_away(mesh: Mesh) -> None:
    with (
        clients.channel("customer", "127.0.0.1:9", mesh.identity("repayment")) as channel,
        pytest.raises(Unavailable),
    ):
        CustomerPeer(channel).party(new_id())


class Applications(ApplicationServiceServicer):
    """Everybody is bound by the application that has their id."""

    def CheckDecider(  # noqa: N802 - the name is the contract's
        self, request: application_pb.CheckDeciderRequest, context: grpc.ServicerContext
    ) -> application_pb.CheckDeciderResponse:
        require_outsider(request.decider_id, [request.application_id])
        return application_pb.CheckDeciderResponse()


def test_who_is_bound_is_told_apart_by_the_application_service(
    mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres
) -> None:
    servicer, database, bound = made(Applications), fresh_postgres("repayment"), new_id()
    owners = dict.fromkeys(("application_id", "customer_id"), Shared(lambda _: "", lambda _: ()))
    target = client_for.serve(servicer, owners=owners, store=database, name="application").target
    with clients.channel("application", target, mesh.identity("repayment")) as channel:
        ApplicationPeer(channel).check_decider(bound, new_id())
        with pytest.raises(PermissionDenied) as refused:
            ApplicationPeer(channel).check_decider(bound, bound)
    assert refused.value.reason == "MAKER_CHECKER"


class Agreements(AgreementServiceServicer):
    """Signed by the customer at noon, by the co-borrower an hour later and by the guarantor a day later."""

    status = agreement_pb2.AGREEMENT_STATUS_SIGNED

    def GetAgreement(  # noqa: N802 - the name is the contract's
        self, request: agreement_pb.GetAgreementRequest, context: grpc.ServicerContext
    ) -> agreement_pb.GetAgreementResponse:
        roles = agreement_pb2.SignerRole
        found = agreement_pb2.Agreement(application_id=request.application_id, status=self.status)
        for hours, (customer_id, role) in enumerate((
            (OWNER, roles.SIGNER_ROLE_BORROWER), (PARTNER, roles.SIGNER_ROLE_CO_BORROWER),
            (GUARANTOR, roles.SIGNER_ROLE_GUARANTOR),
        )):  # fmt: skip
            signer = found.signers.add(customer_id=customer_id, role=role)
            signer.signature.sign_time.FromDatetime(NOON + timedelta(hours=hours))
        found.signature.CopyFrom(found.signers[0].signature)
        return agreement_pb.GetAgreementResponse(agreement=found)


OWNER, PARTNER, GUARANTOR = new_id(), new_id(), new_id()


def test_the_agreement_service_says_when_all_had_signed_and_who_owes_the_loan(
    mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres
) -> None:
    servicer, database = made(Agreements), fresh_postgres("repayment")
    owners = {"application_id": Shared(lambda _: "", lambda _: ())}
    target = client_for.serve(servicer, owners=owners, store=database, name="agreement").target
    with clients.channel("agreement", target, mesh.identity("repayment")) as channel:
        last: datetime = NOON + timedelta(hours=2)
        assert AgreementPeer(channel).signed(new_id()) == Signed(last, (PARTNER,))
        servicer.status = agreement_pb2.AGREEMENT_STATUS_SIGNING
        with pytest.raises(FailedPrecondition) as refused:
            AgreementPeer(channel).signed(new_id())
    assert refused.value.reason == "WRONG_STATUS"
