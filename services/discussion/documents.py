"""The lender's offer as a document: the caller gets the file, made on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from services.discussion.handlers import App
from services.discussion.model import Discussion, Offer, OfferParty, OfferStatus
from services.discussion.ports import Customers, Party
from services.law import Pack, pack_of
from services.lending import loan_schedule
from services.lending.facility import facility
from services.papers import Document, Lender, Unprintable, language_of, lender_values
from services.papers.figures import loan_values
from services.papers.formats import Value, Word
from services.papers.precontract import Informed, precontract
from services.runtime.errors import FailedPrecondition, NotFound

_FORM = "offer-v4"


class OfferDocument(Enum):
    """A document about an offer."""

    OFFER = auto()
    PRECONTRACT = auto()


@dataclass(frozen=True)
class PrintOffer:
    """A document about a version of the offer that a caller wants; without a `language` it is in the customer's."""

    application_id: str
    offer_version: int
    language: str
    document: OfferDocument = OfferDocument.OFFER


@dataclass(frozen=True)
class Documents:
    """What the service can print; everything it needs is given at the start, `law` by facility type."""

    app: App
    customers: Customers
    lender: Lender
    law: Callable[[str], Pack] = pack_of

    def printed(self, wanted: PrintOffer) -> bytes:
        """A document about a lender's offer as a PDF; NotFound, Unavailable, FailedPrecondition TEXT_UNPRINTABLE.

        The information before the agreement says that its figures bind the lender: of an offer that does not, it is
        refused, FailedPrecondition OFFER_NOT_OPEN.
        """
        discussion, now = self.app.read(wanted.application_id), self.app.clock.now()
        offer = self.app.offered(wanted.application_id, wanted.offer_version)
        if offer is None or offer.party is not OfferParty.LENDER:
            raise NotFound(f"the lender made no offer {wanted.offer_version} of application {wanted.application_id}")
        informs = wanted.document is OfferDocument.PRECONTRACT
        if informs:
            offer.check_binding(now)
        party = self.customers.party(discussion.customer_id)
        law = self.law(discussion.facility_type)
        language = language_of(law.language, party.language, self.lender.language, wanted.language)
        about = discussion, offer, party, self.lender, language, law
        try:
            return (information(*about) if informs else document(*about, now)).pdf()
        except Unprintable as error:
            raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error


def document(
    discussion: Discussion, offer: Offer, party: Party, lender: Lender, language: str, law: Pack, now: datetime
) -> Document:
    """What is offered, what it costs if it starts on the day of the offer, and until when it can be accepted; pure.

    The annual percentage rate is the one that the law of the facility type has printed. What was offered stays to be
    read as it was, and one that nobody can accept any more says first what has become of it.
    """
    day, status = offer.create_time.date(), offer.status_at(now)
    said: dict[str, Value] = {"conditions": offer.conditions} if offer.conditions else {}
    if law.disclosure:
        said["disclosure"] = law.sources
    if status is not OfferStatus.LIVE:
        said["ended"] = Word.of(status)
    values: dict[str, Value] = {
        **lender_values(lender, language),
        **loan_values(offer.terms, offer.cost, loan_schedule(offer.terms, day), law.rate),
        "borrower": party.full_name,
        "borrower_address": party.address,
        "facility": facility(discussion.facility_type).name,
        "version": offer.version,
        "until": offer.expire_time,
        **said,
    }
    return Document(_FORM, discussion.application_id, day, values, language, lender)


def information(
    discussion: Discussion, offer: Offer, party: Party, lender: Lender, language: str, law: Pack
) -> Document:
    """The information before the agreement, for a payout on the day of the offer, as long as that stands; pure."""
    day, until = offer.create_time.date(), offer.expire_time.date()
    whom = Informed(discussion.application_id, party.full_name, party.address, day, until)
    return precontract(whom, offer.terms, offer.cost, facility(discussion.facility_type), law, lender, language)
