"""A signing at a provider, as the tests of it go it: by one, or by three, over the service's own RPCs."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from google.api.httpbody_pb2 import HttpBody

from loanflow.agreement.v1 import agreement_pb2
from loanflow.agreement.v1 import agreement_service_pb2 as pb
from services.agreement.events import SignerRole, SigningMethod
from services.agreement.ports import Party
from services.runtime import context
from services.runtime.context import Caller
from stack.servers.provider_apis import Callback
from stack.servers.signing_room import Envelope, SigningRoom
from tests.fakes.signatories import ADA
from tests.fakes.signatures import FakeSignatures
from tests.harness import ANONYMOUS, customer
from tests.integration.agreement.conftest import Agreements


@dataclass
class AtProvider:
    """An agreement whose facility type has a provider; `last_name` is the customer's, by which that goes."""

    agreements: Agreements
    signatures: FakeSignatures
    method: SigningMethod
    last_name: str = "Lovelace"
    guarantor: Caller | None = None
    application_id: str = field(init=False)

    def __post_init__(self) -> None:
        agreements = self.agreements
        agreements.offered["PERSONAL"] = self.method
        agreements.parties.party_ = replace(ADA, full_name=f"Ada {self.last_name}")
        if self.guarantor is not None:
            agreements.applications.parties = ((self.guarantor.subject, SignerRole.GUARANTOR),)
            mary = Party("Mary Somerville", ("1 Dorset Street",), email="mary@example.org")
            agreements.parties.others[self.guarantor.subject] = mary
        self.application_id = agreements.made()

    @property
    def room(self) -> SigningRoom:
        """The envelopes of the provider."""
        apis = self.signatures.apis
        return (apis.docusign if self.method is SigningMethod.DOCUSIGN else apis.adobe).room

    @property
    def envelope(self) -> Envelope:
        """The one envelope that there is."""
        (found,) = self.room.envelopes.values()
        return found

    @property
    def status(self) -> str:
        """How far the agreement is."""
        status: int = self.read().status
        return agreement_pb2.AgreementStatus.Name(status).removeprefix("AGREEMENT_STATUS_")

    @property
    def session(self) -> str:
        """How far the last signing at the provider is."""
        status: int = self.read().session.status
        return agreement_pb2.SigningSessionStatus.Name(status).removeprefix("SIGNING_SESSION_STATUS_")

    def read(self) -> Any:
        """The agreement."""
        return self.agreements.read(self.application_id)

    def begin(self, by: Caller | None = None) -> Any:
        """A signer begins, or goes on."""
        return self.agreements.begin(self.application_id, by)

    def sign(self, by: Caller | None = None) -> str:
        """A signer begins, and does at the provider what becomes of the envelope; where they are led then."""
        return self.signatures.apis.sign(self.begin(by).signing_url)

    def hear(self, *callbacks: Callback) -> None:
        """What the edge does with calls of the provider: those that came since, unless others are given."""
        kept = self.signatures.apis.callbacks
        for each in callbacks or tuple(kept):
            report(self.agreements, self.application_id, each)
        if not callbacks:
            kept.clear()

    def work(self) -> int:
        """A worker does all that is due; how often."""
        rounds = 0
        with context.background("agreement", "agreement.signings"):
            while self.agreements.work.carry_on():
                rounds += 1
                assert rounds < 20, "it never comes to an end"
        return rounds

    def later(self, by: timedelta) -> int:
        """Time passes, and a worker does all that is due then; how often."""
        self.agreements.clock.advance(by)
        return self.work()


def report(agreements: Agreements, application_id: str, callback: Callback) -> None:
    """What the edge does with a call of a provider."""
    headers = tuple((name.lower(), value) for name, value in callback.headers.items() if name.lower() != "content-type")
    client, event = agreements.client(ANONYMOUS), HttpBody(content_type="application/json", data=callback.body)
    if "/docusign/" in callback.url:
        assert callback.url.endswith(f"/api/v1/agreement/callbacks/docusign/{application_id}")
        client.ReportDocusignEvent(
            pb.ReportDocusignEventRequest(application_id=application_id, event=event), metadata=headers
        )
    else:
        client.ReportAdobeSignEvent(pb.ReportAdobeSignEventRequest(event=event), metadata=headers)


def guaranteed(agreements: Agreements, signatures: FakeSignatures, method: SigningMethod) -> AtProvider:
    """An agreement that a guarantor signs, too."""
    return AtProvider(agreements, signatures, method, guarantor=customer())
