"""What the use cases need of others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.repayment.dunning import Reminder


class Files(Protocol):
    """Where receipts are stored; services.runtime.files.sealed.SealedFiles is one."""

    def upload(self, key: str, subject: str, chunks: Iterable[bytes], content_type: str) -> int:
        """Stores the chunks, about a subject; what they raise is raised, and nothing is stored then."""
        ...

    def stream(self, key: str, sha256: str) -> Iterator[bytes]:
        """The content with that hash in chunks; errors.NotFound, and errors.DataLoss when it is another."""
        ...

    def delete(self, key: str) -> None:
        """Removes a file, if it is there."""
        ...


@dataclass(frozen=True)
class Party:
    """The customer as a statement names them: name, and address line by line; both empty once they are erased.

    `language` is that of their papers, empty for the lender's.
    """

    full_name: str
    address: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True)
class LoanAccount:
    """An account as the activation service, which opens it, says at this moment; `status` is a name of the contract."""

    status: str
    customer_id: str
    terms_hash: str
    start_date: str
    facility_type: str = ""

    @property
    def has_money(self) -> bool:
        """Whether its money was sent."""
        return self.status in ("DISBURSED", "CLOSED")


class Accounts(Protocol):
    """The activation service, as far as a ledger needs it."""

    def account(self, loan_id: str) -> LoanAccount | None:
        """The account of a loan; None when there is none. errors.Unavailable."""
        ...


class Applications(Protocol):
    """The application service, as far as a decision on a loan needs it."""

    def check_decider(self, application_id: str, decider_id: str) -> None:
        """PermissionDenied MAKER_CHECKER when the member of staff is bound by the loan. errors.Unavailable."""
        ...


@dataclass(frozen=True)
class Signed:
    """A signed agreement: when the last of all had signed it, and who owes the loan beside the customer."""

    sign_time: datetime
    co_borrowers: tuple[str, ...] = ()


class Agreements(Protocol):
    """The agreement service, as far as a withdrawal needs it."""

    def signed(self, application_id: str) -> Signed:
        """The agreement of an application; FailedPrecondition WRONG_STATUS until it is signed. errors.Unavailable."""
        ...


class Customers(Protocol):
    """The customer service, as far as a statement needs it."""

    def party(self, customer_id: str) -> Party:
        """Returns the customer's name and address. errors.Unavailable."""
        ...


class Notices(Protocol):
    """The notification service, as far as the daily run needs it."""

    def remind(self, reminders: Sequence[Reminder]) -> None:
        """Sends customers reminders of what falls due, each once. errors.Unavailable."""
        ...
