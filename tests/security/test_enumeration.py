"""Known addresses: every public RPC that takes an address is asked with those of people and with free ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory

from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.options.v1 import kind_pb2
from services.auth.mail_links import MAILS_APART
from services.customer import convert, store
from services.customer.handlers import App
from services.customer.peers import AuthPeer
from services.customer.servicer import CustomerServicer
from services.customer.store import UnitOfWork
from services.runtime import context
from services.runtime.calling import clients
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.serving.interceptors.ownership import yourself
from services.runtime.stores.encryption import FieldCipher
from tests.e2e.contract_calls import Rpc, rpcs
from tests.fakes.registry import FakeRegistry
from tests.harness import ANONYMOUS, Mesh, Servers
from tests.integration.auth.conftest import PASSWORD, Auth
from tests.integration.auth.test_second_factor import refused
from tests.integration.conftest import FreshPostgres

# As long as one another, so that every answer is, too.
KNOWN, FREE, EVES = "anna@example.org", "free@example.org", "the password of a thief"
# Whatever else an answer has must be the same: ids and moments are anyone's.
DRAWN = ("customer_id",)
TRIES = 3
CUSTOMERS = Path(store.__file__).parent / "migrations" / "versions"


def _kinds(descriptor: Any) -> Iterator[str]:
    for field in descriptor.fields:
        yield kind_pb2.Kind.Name(field.GetOptions().Extensions[kind_pb2.kind])


WITH_ADDRESS = [rpc for rpc in rpcs() if rpc.public and "KIND_EMAIL" in _kinds(rpc.method.input_type)]


@dataclass
class Bank:
    """Both services that know addresses, each on its own database, at their ports."""

    auth: Auth
    targets: dict[str, str]
    mesh: Mesh
    customer: Any

    def register(self, email: str) -> str:
        """A customer who has confirmed; the id."""
        said = {"full_name": "Anna Muster", "phone": "+4915112345678"}
        self.customer.Register(pb.RegisterRequest(email=email, password=PASSWORD, **said))
        token = next(mail.token for mail in self.auth.mails() if mail.email == email)
        request = pb.ConfirmEmailRequest(confirmation_token=token, password=PASSWORD)
        return str(self.customer.ConfirmEmail(request).customer.customer_id)

    def ask(self, rpc: Rpc, email: str) -> tuple[Any, ...]:
        """All that a stranger sees of an answer: code, text, what it has, and every header's name and length."""
        request = rpc.request({"email": email, "password": "a wrong password", "full_name": "Eve Evil"})
        with self.mesh.identity("edge").connect("tested", self.targets[rpc.service], []) as channel:
            call: Any = channel.unary_unary(rpc.path, request_serializer=lambda made: made.SerializeToString())
            try:
                body, answer = call.with_call(request, timeout=20)
            except grpc.RpcError as error:
                failed: Any = error
                return failed.code(), failed.details(), _headers(failed)
        return grpc.StatusCode.OK, len(body), _plain(rpc, body), _headers(answer)


def _plain(rpc: Rpc, body: bytes) -> Any:
    message = message_factory.GetMessageClass(rpc.method.output_type).FromString(body)
    for part in (message, *(value for _, value in message.ListFields() if hasattr(value, "DESCRIPTOR"))):
        for name in (*DRAWN, "email"):
            if name in part.DESCRIPTOR.fields_by_name:
                part.ClearField(name)
    return message


def _headers(answer: Any) -> list[tuple[str, int]]:
    found = (*(answer.initial_metadata() or ()), *(answer.trailing_metadata() or ()))
    return sorted((name, len(value)) for name, value in found)


@pytest.fixture
def bank(auth: Auth, mesh: Mesh, client_for: Servers, fresh_postgres: FreshPostgres, tmp_path: Path) -> Iterator[Bank]:
    """The platform, as far as it knows addresses."""
    # By its folder: what the two services ask is looked at in their own tests.
    database, cipher = fresh_postgres(CUSTOMERS), FieldCipher(tmp_path / "key")
    outbox = Outbox("customer", convert.event_message, Codec(FakeRegistry()))
    running = client_for.serve(auth.servicer, store=auth.database)
    with clients.channel(running.name, running.target, mesh.identity("customer")) as channel:
        app = App(lambda: UnitOfWork(database, outbox, cipher), auth.clock, AuthPeer(channel))
        serving = client_for.serve(CustomerServicer(app), owners={"customer_id": yourself}, store=database)
        targets = {"auth": running.target, "customer": serving.target}
        yield Bank(auth, targets, mesh, serving.client(ANONYMOUS))


def a_customer(bank: Bank) -> None:
    bank.register(KNOWN)


def one_who_has_not_confirmed(bank: Bank) -> None:
    bank.auth.started(KNOWN)


def staff(bank: Bank) -> None:
    bank.auth.user(KNOWN, "OFFICER")


def invited(bank: Bank) -> None:
    bank.auth.invite(KNOWN, "OFFICER")


def disabled(bank: Bank) -> None:
    bank.auth.disable(bank.register(KNOWN))


def erased(bank: Bank) -> None:
    with context.background("auth", "test"):
        bank.auth.app.on_customer_erased(bank.register(KNOWN), bank.auth.clock.now())


PEOPLE = [a_customer, one_who_has_not_confirmed, staff, invited, disabled, erased]


def test_the_rpcs_that_take_an_address_are_those_that_are_asked() -> None:
    names = {rpc.method.name for rpc in WITH_ADDRESS}
    assert names >= {"Login", "Register", "RequestPasswordReset", "RequestEmailConfirmation"}


@pytest.mark.tries(len(WITH_ADDRESS) * TRIES)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.__name__)
def test_no_public_rpc_shows_whether_an_address_is_known(bank: Bank, person: Callable[[Bank], None]) -> None:
    person(bank)
    bank.auth.mails()
    bank.auth.clock.advance(MAILS_APART)
    for rpc in WITH_ADDRESS:
        for number in range(TRIES):
            seen, unseen = bank.ask(rpc, KNOWN), bank.ask(rpc, FREE)
            assert seen == unseen, f"{rpc.path}, try {number + 1}: {person.__name__} is answered otherwise"


@pytest.mark.tries(3)
def test_who_registers_with_a_foreign_address_is_confirmed_by_no_click_of_its_owner(bank: Bank) -> None:
    said = {"full_name": "Eve Evil", "phone": "+4915112345678"}
    bank.customer.Register(pb.RegisterRequest(email=KNOWN, password=EVES, **said))
    (mail,) = bank.auth.mails()
    assert "Eve" not in str(mail)
    owners = pb.ConfirmEmailRequest(confirmation_token=mail.token, password=PASSWORD)
    assert refused(bank.customer.ConfirmEmail, owners) == "BAD_CREDENTIALS"
    thiefs = pb.ConfirmEmailRequest(confirmation_token="a token that was never mailed", password=EVES)
    assert refused(bank.customer.ConfirmEmail, thiefs) == "LINK_INVALID"
    reset = auth_pb.ResetPasswordRequest(reset_token=mail.token, new_password=PASSWORD)
    assert refused(bank.auth.client().ResetPassword, reset) == "LINK_INVALID"
    bank.auth.clock.advance(MAILS_APART)
    mine = bank.register(KNOWN)
    assert refused(bank.auth.ask, KNOWN, EVES) == "BAD_CREDENTIALS"
    assert bank.auth.login(KNOWN).account_id == mine
