"""What the use cases need: of the file store and of other services."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.agreement.events import SignerRole


@dataclass(frozen=True)
class Party:
    """The customer as a party of the agreement: name, address line by line, and the language of their documents."""

    full_name: str
    address: tuple[str, ...]
    language: str = "en"


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
