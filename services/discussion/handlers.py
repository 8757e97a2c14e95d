"""The use cases of the discussion service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.discussion.limits import Assessed
from services.discussion.model import Discussion, Offer, OfferParty, Proposal
from services.discussion.ports import Applications, Risk
from services.discussion.store import UnitOfWork
from services.lending import LoanTerms
from services.lending.facility import facility
from services.retention import expiry_after
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.errors import Aborted, Unavailable
from services.runtime.stores.paging import Page, PageResult

log = structlog.get_logger(__name__)
_SWEEP_BATCH = 50


@dataclass(frozen=True)
class SendOffer:
    """An officer offers; without `expire_time` the offer stands as long as the service's setting says.

    `unset` names the terms that are left to the facility.
    """

    application_id: str
    terms: LoanTerms
    unset: frozenset[str]
    conditions: str
    expire_time: datetime | None


@dataclass(frozen=True)
class Counter:
    """A side answers the live offer with another; `offer_version` 0 answers the latest."""

    application_id: str
    offer_version: int
    terms: LoanTerms
    unset: frozenset[str]
    conditions: str
    expire_time: datetime | None


@dataclass(frozen=True)
class Accept:
    """The customer accepts the version that they have seen."""

    application_id: str
    offer_version: int


@dataclass(frozen=True)
class Decline:
    """The customer declines."""

    application_id: str
    reason: str


@dataclass(frozen=True)
class App:
    """What the service can do. An offer can be answered for `offer_days`, unless it says otherwise."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    offer_days: int
    applications: Applications
    risk: Risk

    def read_ahead(self, application_ids: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other."""
        with self.begin() as uow:
            uow.discussions.read_ahead(application_ids)
            uow.commit()

    def release(self, application_id: str, customer_id: str, facility_type: str, assessed: Assessed) -> None:
        """Makes the discussion of an application that risk released, once; none when it ended meanwhile."""
        with self.begin() as uow:
            if uow.endings.has(application_id) or uow.discussions.find(application_id):
                return
            now = self.clock.now()
            uow.discussions.add(Discussion.release(application_id, customer_id, facility_type, assessed, now))
            uow.commit()

    def start(self, application_id: str) -> Discussion:
        """Opens a discussion."""
        self.read(application_id).start(caller().holder, self.clock.now())
        self.applications.check_ongoing(application_id, caller().holder)
        with self.begin() as uow:
            discussion = uow.discussions.get(application_id)
            discussion.start(caller().holder, self.clock.now())
            uow.commit()
        return discussion

    def send_offer(self, command: SendOffer) -> Discussion:
        """Sends the lender's offer."""
        proposal = self._proposal(command)

        def offer(discussion: Discussion) -> None:
            discussion.offer(proposal, facility(discussion.facility_type), self.clock.now())

        return self._put(command.application_id, offer)

    def counter(self, command: Counter) -> Discussion:
        """Answers the live offer with another."""
        proposal = self._proposal(command)

        def counter(discussion: Discussion) -> None:
            limits = facility(discussion.facility_type)
            discussion.counter(command.offer_version, proposal, limits, self.clock.now())

        return self._put(command.application_id, counter)

    def accept(self, command: Accept) -> Discussion:
        """Accepts the lender's offer."""
        self.read(command.application_id).accept(command.offer_version, caller().holder, self.clock.now())
        self.applications.check_ongoing(command.application_id)
        with self.begin() as uow:
            discussion = uow.discussions.get(command.application_id)
            discussion.accept(command.offer_version, caller().holder, self.clock.now())
            uow.commit()
        return discussion

    def decline(self, command: Decline) -> Discussion:
        """Declines the live offer, and with it the loan."""
        self.read(command.application_id).decline(command.reason, caller().holder, self.clock.now())
        self.applications.check_ongoing(command.application_id)
        with self.begin() as uow:
            discussion = uow.discussions.get(command.application_id)
            discussion.decline(command.reason, caller().holder, self.clock.now())
            uow.commit(why=command.reason)
        return discussion

    def expire_overdue(self) -> int:
        """Ends the discussions whose live offer ran out, a batch at most; returns how many. Replicas do not meet."""
        with self.begin() as uow:
            overdue = uow.discussions.overdue(self.clock.now(), _SWEEP_BATCH)
        return sum(map(self._expire, overdue))

    def end(self, application_id: str) -> None:
        """Closes what is open for an application that ended, and remembers the end where nothing is there yet."""
        with self.begin() as uow:
            uow.endings.record(application_id)
            if uow.discussions.find(application_id):
                uow.discussions.get(application_id).end(self.clock.now())
            uow.commit(why="the application ended")

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it."""
        with self.begin() as uow:
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.commit()

    def read(self, application_id: str) -> Discussion:
        """Reads one discussion."""
        with self.begin() as uow:
            return uow.discussions.read(application_id)

    def accepted_offer(self, application_id: str) -> Offer:
        """Reads which offer was accepted."""
        return self.read(application_id).accepted

    def owner_of(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        return self.read(application_id).customer_id

    def offered(self, application_id: str, version: int) -> Offer | None:
        """Reads one version of the offer; None when there is no such version."""
        with self.begin() as uow:
            return uow.discussions.offered(application_id, version)

    def offers(self, application_id: str, page: Page) -> PageResult[Offer]:
        """Lists the versions of the offer, newest first."""
        with self.begin() as uow:
            return uow.discussions.offers(application_id, page)

    def _expire(self, application_id: str) -> bool:
        """Ends one that is still overdue and not locked; one that breaks is left, and holds up no other."""
        try:
            with self.begin() as uow:
                discussion = uow.discussions.take_overdue(application_id, self.clock.now())
                if discussion is not None:
                    discussion.expire(self.clock.now())
                uow.commit(why="the offer was not answered in time")
            return discussion is not None
        except (Unavailable, Aborted):
            raise
        except Exception:
            log.exception("offer_not_expired", application_id=application_id)
            return False

    def _put(self, application_id: str, put: Callable[[Discussion], None]) -> Discussion:
        """Puts an offer on the table whose terms risk has assessed, of the customer or of staff who are not bound.

        Tried on a copy first: what the discussion itself refuses needs no call.
        """
        trial = self.read(application_id)
        put(trial)
        assert trial.latest is not None, "an offer was just put on the table"
        self.applications.check_ongoing(application_id, "" if caller().owner_id else caller().holder)
        self.risk.assess_offer(application_id, trial.latest.terms)
        with self.begin() as uow:
            discussion = uow.discussions.get(application_id)
            put(discussion)
            uow.commit()
        return discussion

    def _proposal(self, command: SendOffer | Counter) -> Proposal:
        party = OfferParty.CUSTOMER if caller().owner_id else OfferParty.LENDER
        until = command.expire_time or self.clock.now() + timedelta(days=self.offer_days)
        return Proposal(party, caller().holder, command.terms, command.conditions, until, command.unset)
