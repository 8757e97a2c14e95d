"""The services that this one calls, over the mesh."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import grpc

from loanflow.auth.v1 import auth_service_pb2 as auth_pb
from loanflow.auth.v1 import consent_pb2
from loanflow.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceStub
from services.notification import convert
from services.notification.ports import AccountMail, Party
from services.notification.templates import LANGUAGES
from services.notification.webhook_events import scope_name
from services.papers import formats
from services.runtime.errors import NotFound


class CustomerPeer:
    """ports.Customers at the customer service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustomerServiceStub(channel)

    def party(self, customer_id: str) -> Party:
        """The customer's name and addresses."""
        party = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party
        home = party.address
        lines = formats.address(home.street, home.postal_code, home.city, home.country)
        return Party(party.full_name, party.email, party.phone, lines, party.language)

    def language(self, customer_id: str) -> str:
        """The language of the profile; one without templates, of a newer release, is the lender's."""
        try:
            found = self._stub.GetParty(customer_pb.GetPartyRequest(customer_id=customer_id)).party.language
        except NotFound:
            return ""
        return found if found in LANGUAGES else ""


class AuthPeer:
    """ports.Consents and ports.AccountMails at the auth service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuthServiceStub(channel)

    def of(self, customer_ids: Collection[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By customer, the names of the scopes that each client may use for them now."""
        answer = self._stub.GetConsents(consent_pb2.GetConsentsRequest(customer_ids=sorted(customer_ids)))
        found: defaultdict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for each in answer.consents:
            found[each.customer_id][each.client_id] = frozenset(map(scope_name, each.scopes))
        return found

    def take(self) -> AccountMail | None:
        """The mail that is due longest."""
        answer = self._stub.TakeAccountMail(auth_pb.TakeAccountMailRequest())
        return convert.to_account_mail(answer.mail) if answer.HasField("mail") else None

    def finish(self, mail_id: str) -> None:
        """Says that the mail is gone."""
        self._stub.FinishAccountMail(auth_pb.FinishAccountMailRequest(mail_id=mail_id))
