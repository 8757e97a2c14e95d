"""What the use cases need: of the file store and of other services."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.agreement.events import SignerRole
from services.agreement.sessions import Signed, SigningSessionStatus
from services.runtime.errors import Unavailable


@dataclass(frozen=True)
class Party:
    """The customer as a party of the agreement: name, address line by line, and the language of their papers.

    That is empty for the lender's. `email` is where a provider of signatures knows them by.
    """

    full_name: str
    address: tuple[str, ...]
    language: str = ""
    email: str = ""


class Customers(Protocol):
    """The customer service, as far as an agreement needs it."""

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and address."""
        ...


@dataclass(frozen=True)
class Applied:
    """What was applied for: the code of the facility type, and who is bound beside the customer, by their ids."""

    facility_type: str
    parties: tuple[tuple[str, SignerRole], ...] = ()


class Applications(Protocol):
    """The application service, as far as an agreement needs it."""

    def applied(self, application_id: str) -> Applied:
        """What was applied for, and by whom. errors.NotFound."""
        ...

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        """FailedPrecondition WRONG_STATUS when it has ended, also while the event of the end is still on its way.

        PermissionDenied MAKER_CHECKER when the member of staff of `decider_id` is bound by the loan.
        """
        ...


class Approvals(Protocol):
    """The approval service, as far as an agreement needs it."""

    def approved_terms(self, application_id: str) -> str:
        """The hash of the terms that all levels approved; empty while they have not."""
        ...


class Codes(Protocol):
    """The notification service, as far as an agreement needs it."""

    def send(self, customer_id: str, application_id: str, code: str, expire_time: datetime) -> str:
        """Sends a one-time code; where it went, masked. errors.Unavailable when it could not be sent."""
        ...


class Files(Protocol):
    """The file store; services.runtime.files.sealed.SealedFiles."""

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores the chunks, about a subject; what they raise is raised, and nothing is stored then."""
        ...

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content with that hash in chunks; errors.NotFound, and errors.DataLoss when it is another."""
        ...

    def hash_now(self, key: str) -> str:
        """The hash of the content as it is stored now; empty when it is gone."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...


@dataclass(frozen=True)
class EnvelopeSigner:
    """Who signs an envelope: `place` says when it is their turn, from 1 on."""

    place: int
    customer_id: str
    full_name: str
    email: str


@dataclass(frozen=True)
class Envelope:
    """What is sent to a provider: one PDF, and who signs it, one after another.

    `reference` is ours, by which it is looked up. It can be signed for so many days, until `expire_time`.
    `callback_url` is where it is reported, for providers that are told so with each envelope, and `return_url` where a
    signer is led when they are done.
    """

    reference: str
    title: str
    content: bytes
    signers: tuple[EnvelopeSigner, ...]
    days: int
    expire_time: datetime
    callback_url: str
    return_url: str


@dataclass(frozen=True)
class EnvelopeState:
    """How far a provider has an envelope: `signed` says who signed when, by place, as far as it says."""

    status: SigningSessionStatus
    signed: Mapping[int, Signed] = field(default_factory=dict)


@dataclass(frozen=True)
class ProviderReport:
    """What a provider reports by itself: of which envelope, and how far it has it; None of what does not count."""

    envelope_id: str
    status: SigningSessionStatus | None


class Untaken(Unavailable):
    """The provider has not taken an envelope, as it says itself, or cannot have: it can be sent again."""


class EnvelopeRefused(Exception):
    """The provider refuses an envelope for good; its text is the provider's own code, and nothing about a person."""


class SigningProvider(Protocol):
    """A provider of electronic signatures. Each call is one that its documents have; errors.Unavailable at any.

    What says nothing about an envelope leaves it as it is: silence, an error of theirs, an answer of another shape.
    """

    def send(self, envelope: Envelope) -> str:
        """Sends an envelope; the provider's id of it. Untaken, EnvelopeRefused; at any other error nobody knows."""
        ...

    def look_up(self, reference: str) -> str | None:
        """The provider's id of the envelope of our reference; None when it has none."""
        ...

    def state(self, envelope_id: str) -> EnvelopeState:
        """How far it is."""
        ...

    def signing_url(self, envelope_id: str, signer: EnvelopeSigner, return_url: str) -> str:
        """Where a signer signs now, for some minutes; empty when it is not to be had at present.

        FailedPrecondition SIGNING_OUT_OF_TURN while somebody else has to sign first.
        """
        ...

    def void(self, envelope_id: str) -> None:
        """Has nobody sign it any more; nothing happens to one that is over."""
        ...

    def signed_document(self, envelope_id: str) -> bytes:
        """The PDF that all signed."""
        ...

    def completion_certificate(self, envelope_id: str) -> bytes:
        """The provider's record of who signed it, when and from where, as a PDF."""
        ...

    def report(self, body: bytes, headers: Mapping[str, str]) -> ProviderReport:
        """What a call of the provider says; errors.Unauthenticated, and errors.InvalidArgument for another shape."""
        ...

    def close(self) -> None:
        """Ends the connections."""
        ...
