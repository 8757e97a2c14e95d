"""The customer and notification services as an agreement sees them, in memory."""

from datetime import datetime

from services.agreement.events import SignerRole
from services.agreement.ports import Applied, Party
from services.outsiders import require_outsider
from services.runtime.errors import FailedPrecondition, NotFound, Unavailable

ADA = Party("Ada Lovelace", ("12 St James's Square", "10115 Berlin", "DE"), email="ada@example.org")


class FakeParties:
    """services.agreement.ports.Customers: everyone is `party_`, or who is in `others`, but for those in `erased`.

    `away` plays an outage.
    """

    def __init__(self) -> None:
        self.away = False
        self.party_ = ADA
        self.others: dict[str, Party] = {}
        self.erased: set[str] = set()

    def party(self, customer_id: str) -> Party:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        if customer_id in self.erased:
            raise NotFound(f"customer {customer_id} does not exist")
        return self.others.get(customer_id, self.party_)


class FakeApplications:
    """services.agreement.ports.Applications: all are for a personal loan, with `parties`; those in `ended` are over.

    Who is `bound` decides on none.
    """

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.bound: set[str] = set()
        self.parties: tuple[tuple[str, SignerRole], ...] = ()

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        require_outsider(decider_id, self.bound)
        if application_id in self.ended:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["AGREEMENT_GENERATED"])

    def applied(self, application_id: str) -> Applied:
        return Applied("PERSONAL", self.parties)


class FakeApprovals:
    """services.agreement.ports.Approvals: all terms are approved that a test says; `terms_hash` empty: none is."""

    def __init__(self, terms_hash: str) -> None:
        self.terms_hash = terms_hash

    def approved_terms(self, application_id: str) -> str:
        return self.terms_hash


class FakeMail:
    """services.agreement.ports.Codes: keeps what was sent by application, the last code last; `away` is an outage."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        self.away = False

    def send(self, customer_id: str, application_id: str, code: str, expire_time: datetime) -> str:
        if self.away:
            raise Unavailable("the mail server is out of reach")
        self.codes.setdefault(application_id, []).append(code)
        return "a•••@example.org"
