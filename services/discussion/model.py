"""A negotiation: versions of an offer, of which the latest alone can be live. Pure Python, no I/O, no clock."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from services.discussion.limits import Assessed, priced
from services.lending import LoanCost, LoanTerms
from services.lending.facility import Facility
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition


class DiscussionStatus(Enum):
    """Where a negotiation stands."""

    READY = auto()
    OPEN = auto()
    OFFER_SENT = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    EXPIRED = auto()
    CLOSED = auto()


class OfferStatus(Enum):
    """Whether an offer is live, and if not, what ended it."""

    LIVE = auto()
    SUPERSEDED = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    EXPIRED = auto()
    CLOSED = auto()


class OfferParty(Enum):
    """A side of the negotiation."""

    LENDER = auto()
    CUSTOMER = auto()


@dataclass(frozen=True)
class Proposal:
    """What one side puts on the table: terms, conditions in words, and until when it can be answered.

    `unset` names the terms that are left to the facility: `frequency`, `method`, `fee`.
    """

    party: OfferParty
    made_by: str
    terms: LoanTerms
    conditions: str
    expire_time: datetime
    unset: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Offer:
    """One version of what is on the table; nothing of it but its status ever changes."""

    version: int
    status: OfferStatus
    party: OfferParty
    made_by: str
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    conditions: str
    expire_time: datetime
    create_time: datetime

    def status_at(self, at: datetime) -> OfferStatus:
        """What it is at a time: one that can no longer be answered is EXPIRED before anybody has noted that."""
        return OfferStatus.EXPIRED if self.status is OfferStatus.LIVE and at >= self.expire_time else self.status

    def check_binding(self, at: datetime) -> None:
        """Refuses OFFER_NOT_OPEN, metadata `status`, what binds nobody: an offer neither live nor accepted."""
        if (status := self.status_at(at)) not in (OfferStatus.LIVE, OfferStatus.ACCEPTED):
            text = f"offer {self.version} is {status.name}; it binds nobody any more"
            raise FailedPrecondition(text, reason="OFFER_NOT_OPEN", metadata={"status": status.name})


@dataclass(frozen=True)
class DiscussionOfferSent:
    """An offer or a counter-offer is on the table."""

    application_id: str
    customer_id: str
    offer_version: int
    party: OfferParty
    decided_by: str
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost
    expire_time: datetime


@dataclass(frozen=True)
class DiscussionOfferAccepted:
    """The customer accepted an offer of the lender."""

    application_id: str
    customer_id: str
    offer_version: int
    decided_by: str
    offered_by: str
    terms: LoanTerms
    terms_hash: str
    cost: LoanCost


@dataclass(frozen=True)
class DiscussionOfferDeclined:
    """The customer declined."""

    application_id: str
    customer_id: str
    offer_version: int
    decided_by: str


@dataclass(frozen=True)
class DiscussionOfferExpired:
    """The live offer was not answered in time."""

    application_id: str
    customer_id: str
    offer_version: int
    expire_time: datetime


_S = DiscussionStatus
_BEFORE_OFFERS = (_S.READY, _S.OPEN)
_UNENDED = (_S.READY, _S.OPEN, _S.OFFER_SENT)


@dataclass
class Discussion(Aggregate):
    """The negotiation over one application."""

    application_id: str
    customer_id: str
    facility_type: str
    status: DiscussionStatus
    create_time: datetime
    update_time: datetime
    officer_id: str = ""
    offer_count: int = 0
    decline_reason: str = ""
    latest: Offer | None = None
    assessed: Assessed | None = None
    """What no offer goes beyond; None for those released before it was kept."""
    unsaved: list[Offer] = field(default_factory=list, compare=False)
    """Offers that are new or whose status changed, not stored yet."""

    @classmethod
    def release(
        cls, application_id: str, customer_id: str, facility_type: str, assessed: Assessed, at: datetime
    ) -> "Discussion":
        """Makes the discussion of an application that risk released."""
        return cls(application_id, customer_id, facility_type, DiscussionStatus.READY, at, at, assessed=assessed)

    def start(self, officer_id: str, at: datetime) -> None:
        """Opens it; who opens it is its officer."""
        self._require(DiscussionStatus.READY)
        self.officer_id = officer_id
        self._move(DiscussionStatus.OPEN, at)

    def offer(self, proposal: Proposal, facility: Facility, at: datetime) -> None:
        """Puts an offer of the lender on the table, in the place of the one before."""
        self._require(DiscussionStatus.OPEN, DiscussionStatus.OFFER_SENT)
        if self.latest is not None:
            _require_in_time(self.latest, at)
        self._put(proposal, facility, at)

    def counter(self, answered_version: int, proposal: Proposal, facility: Facility, at: datetime) -> None:
        """Answers the live offer with another; `answered_version` 0 answers the latest, whichever it is."""
        live = self._live()
        if answered_version:
            _require_latest(live, answered_version)
        _require_in_time(live, at)
        self._put(proposal, facility, at)

    def accept(self, version: int, by: str, at: datetime) -> None:
        """Accepts the lender's live offer for the customer, by the version that they have seen."""
        live = self._live()
        _require_latest(live, version)
        if live.party is not OfferParty.LENDER:
            raise FailedPrecondition(
                "the live offer is the customer's own; the lender answers it", reason="OFFER_NOT_YOURS_TO_ANSWER"
            )
        _require_in_time(live, at)
        self._close_offer(live, OfferStatus.ACCEPTED)
        self._move(DiscussionStatus.ACCEPTED, at)
        self._emit(
            DiscussionOfferAccepted(
                self.application_id, self.customer_id, live.version, by, live.made_by, live.terms, live.terms_hash,
                live.cost,
            )
        )  # fmt: skip

    @property
    def accepted(self) -> Offer:
        """The offer that was accepted; refuses a discussion without one."""
        self._require(DiscussionStatus.ACCEPTED)
        assert self.latest is not None, "what was accepted is the latest offer"
        return self.latest

    def decline(self, reason: str, by: str, at: datetime) -> None:
        """Declines for the customer, whichever offer is live."""
        live = self._live()
        self.decline_reason = reason
        self._close_offer(live, OfferStatus.DECLINED)
        self._move(DiscussionStatus.DECLINED, at)
        self._emit(DiscussionOfferDeclined(self.application_id, self.customer_id, live.version, by))

    def expire(self, at: datetime) -> None:
        """Ends it when the live offer's time is over."""
        live = self._live()
        if at < live.expire_time:
            raise FailedPrecondition(f"offer {live.version} can still be answered", reason="WRONG_STATUS")
        self._close_offer(live, OfferStatus.EXPIRED)
        self._move(DiscussionStatus.EXPIRED, at)
        self._emit(DiscussionOfferExpired(self.application_id, self.customer_id, live.version, live.expire_time))

    def end(self, at: datetime) -> None:
        """Closes it because the application ended elsewhere; one that has its own end keeps it."""
        if self.status not in _UNENDED:
            return
        if self.latest is not None:
            self._close_offer(self.latest, OfferStatus.CLOSED)
        self._move(DiscussionStatus.CLOSED, at)

    @property
    def expire_time(self) -> datetime | None:
        """Until when the live offer can be answered; None when no offer is live."""
        return self.latest.expire_time if self.latest and self.latest.status is OfferStatus.LIVE else None

    def _put(self, proposal: Proposal, facility: Facility, at: datetime) -> None:
        terms, cost = priced(proposal.terms, proposal.unset, facility, self.assessed, at.date())
        if self.latest is not None:
            self._close_offer(self.latest, OfferStatus.SUPERSEDED)
        self.offer_count += 1
        offer = Offer(
            self.offer_count, OfferStatus.LIVE, proposal.party, proposal.made_by, terms, terms.hash(),
            cost, proposal.conditions, proposal.expire_time, at,
        )  # fmt: skip
        self._keep(offer)
        self._move(DiscussionStatus.OFFER_SENT, at)
        self._emit(
            DiscussionOfferSent(
                self.application_id, self.customer_id, offer.version, offer.party, offer.made_by, offer.terms,
                offer.terms_hash, cost, offer.expire_time,
            )
        )  # fmt: skip

    def _live(self) -> Offer:
        if self.status in _BEFORE_OFFERS:
            raise FailedPrecondition(
                f"discussion is {self.status.name}; no offer was sent yet",
                reason="NO_LIVE_OFFER",
                metadata={"status": self.status.name, "allowed_from": DiscussionStatus.OFFER_SENT.name},
            )
        self._require(DiscussionStatus.OFFER_SENT)
        assert self.latest is not None, "a discussion with an offer out has a latest offer"
        return self.latest

    def _close_offer(self, offer: Offer, status: OfferStatus) -> None:
        self._keep(replace(offer, status=status))

    def _keep(self, offer: Offer) -> None:
        self.latest = offer
        self.unsaved.append(offer)

    def _move(self, status: DiscussionStatus, at: datetime) -> None:
        self.status, self.update_time = status, at

    def _require(self, *allowed: DiscussionStatus) -> None:
        if self.status not in allowed:
            raise FailedPrecondition.wrong_status("discussion", self.status, allowed)


def _require_latest(live: Offer, version: int) -> None:
    if version != live.version:
        raise FailedPrecondition(
            f"version {version} is not the latest, which is {live.version}",
            reason="OFFER_OUTDATED",
            metadata={"latest": str(live.version)},
        )


def _require_in_time(live: Offer, at: datetime) -> None:
    if at >= live.expire_time:
        raise FailedPrecondition(
            f"the time to answer offer {live.version} is over",
            reason="OFFER_EXPIRED",
            metadata={"expire_time": live.expire_time.isoformat()},
        )
