"""The lender's offer as a document: the caller gets the file, made on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from services.discussion.handlers import App
from services.discussion.model import Discussion, Offer, OfferParty
from services.discussion.ports import Customers, Party
from services.law import Pack, pack_of
from services.lending import loan_schedule
from services.lending.facility import facility
from services.papers import Document, Lender, Unprintable, language_of, lender_values
from services.papers.figures import loan_values
from services.papers.formats import Value
from services.papers.precontract import Informed, precontract
from services.runtime.errors import FailedPrecondition, NotFound

_FORM = "offer-v3"


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
        """A document about a lender's offer as a PDF; NotFound, Unavailable, FailedPrecondition TEXT_UNPRINTABLE."""
        discussion = self.app.read(wanted.application_id)
        offer = self.app.offered(wanted.application_id, wanted.offer_version)
        if offer is None or offer.party is not OfferParty.LENDER:
            raise NotFound(f"the lender made no offer {wanted.offer_version} of application {wanted.application_id}")
        party = self.customers.party(discussion.customer_id)
        law = self.law(discussion.facility_type)
        language = language_of(law.language, party.language, self.lender.language, wanted.language)
        made = information if wanted.document is OfferDocument.PRECONTRACT else document
        try:
            return made(discussion, offer, party, self.lender, language, law).pdf()
        except Unprintable as error:
            raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error


def document(discussion: Discussion, offer: Offer, party: Party, lender: Lender, language: str, law: Pack) -> Document:
    """What is offered, what it costs if it starts on the day of the offer, and until when it can be accepted; pure.

    The annual percentage rate is the one that the law of the facility type has printed.
    """
    day = offer.create_time.date()
    said: dict[str, Value] = {"conditions": offer.conditions} if offer.conditions else {}
    if law.disclosure:
        said["disclosure"] = law.sources
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
