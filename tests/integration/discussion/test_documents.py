"""The lender's offer as a document: what it says, in which language, and for whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from loanflow.application.v1.application_events_pb2 import ApplicationWithdrawn
from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_pb2 import Party as PartyMessage
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from loanflow.discussion.v1 import discussion_service_pb2 as pb
from loanflow.discussion.v1.offer_pb2 import OfferLanguage
from services.discussion.model import OfferStatus
from services.discussion.peers import CustomerPeer
from services.discussion.ports import Party
from services.law import packs
from services.papers import LANGUAGES, forms
from services.papers.formats import amount, percent
from services.runtime.calling import clients
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied, Unavailable
from services.runtime.ids import new_id
from tests.fakes.readers import data_of, language_of, text_of
from tests.harness import Mesh, Servers, customer, staff
from tests.integration.discussion.conftest import Case, Discussions, terms


def printed(case: Case, version: int = 1, **more: Any) -> bytes:
    request = pb.GetOfferFileRequest(application_id=case.application_id, offer_version=version, **more)
    file = case.customer.GetOfferFile(request).file
    assert file.content_type == "application/pdf"
    return bytes(file.data)


def test_an_offer_says_its_figures_until_when_it_stands_and_its_conditions(service: Discussions) -> None:
    case = service.opened()
    offer = case.offer(conditions="Salary is paid into an account here.\nSmoking {is} not.")
    pdf = printed(case)
    text = " ".join(text_of(pdf).split())
    for said in ("Ada Lovelace", "12 St James's Square", "Personal loan", "Smoking {is} not.", "Conditions beside"):
        assert said in text, said
    cost = offer.cost
    for money in (offer.terms.principal, cost.total_paid, cost.instalment, cost.total_cost, offer.terms.fee):
        assert amount(Decimal(money.amount), money.currency, "en") in text
    assert percent(Decimal(cost.apr_percent), "en") in text
    assert data_of(pdf)["values"]["version"] == 1
    assert "Conditions beside" not in " ".join(text_of(printed(opened(service))).split())


def opened(service: Discussions) -> Case:
    """Another discussion, with an offer without conditions."""
    case = service.opened()
    case.offer()
    return case


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_is_in_the_language_that_is_asked_for(service: Discussions, language: str) -> None:
    case = opened(service)
    pdf = printed(case, language=f"OFFER_LANGUAGE_{language.upper()}")
    assert data_of(pdf)["language"] == language
    described = PdfReader(BytesIO(pdf)).metadata
    assert described is not None and described.title


def test_an_offer_is_in_the_customer_s_language_unless_another_is_asked_for(service: Discussions) -> None:
    case = opened(service)
    for language in ("de", "ar", ""):
        service.customers.language = language
        assert language_of(printed(case)) == (language or "en")
        assert language_of(printed(case, language="OFFER_LANGUAGE_FR")) == "fr"
    service.follow(replace(packs()["EU"], language="es"))
    assert language_of(printed(case, language="OFFER_LANGUAGE_FR")) == "es"


@pytest.mark.parametrize("law", packs())
def test_the_information_before_the_agreement_can_be_read_before_an_offer_is_accepted(
    service: Discussions, law: str
) -> None:
    case, pack = service.opened(), packs()[law]
    offer = case.offer(terms=terms("10000"))
    service.customers.language = "de"
    service.follow(pack)
    pdf = printed(case, document="OFFER_DOCUMENT_PRECONTRACT")
    said = data_of(pdf)
    assert (language_of(pdf), said["title"]) == ("de", forms.texts(pack.precontract, "de")["title"])
    assert Decimal(said["values"]["principal"]["amount"]) == Decimal(10000)
    assert Decimal(said["values"]["total_paid"]["amount"]) == Decimal(offer.cost.total_paid.amount)
    if "until" in said["values"]:
        assert said["values"]["until"] == offer.expire_time.ToDatetime().date().isoformat()
    # Without a word it is the offer.
    assert printed(case) == printed(case, document="OFFER_DOCUMENT_OFFER") != pdf


def expired(service: Discussions) -> None:
    service.clock.advance(timedelta(days=30))
    assert service.sweep() == 1


# What becomes of an offer, by what happens to it.
ENDS: dict[str, Callable[[Discussions, Case], object]] = {
    "LIVE": lambda *_: None,
    "SUPERSEDED": lambda _, case: case.offer(),
    "ACCEPTED": lambda _, case: case.accept(1),
    "DECLINED": lambda _, case: case.decline(),
    "EXPIRED": lambda service, _: expired(service),
    "CLOSED": lambda service, case: service.take(
        ApplicationWithdrawn(application_id=case.application_id, customer_id=new_id())
    ),
}


@pytest.mark.parametrize("status", [each.name for each in OfferStatus])
def test_the_information_is_made_only_of_an_offer_that_binds_and_the_offer_says_what_it_is(
    service: Discussions, status: str
) -> None:
    case = opened(service)
    ENDS[status](service, case)
    said = data_of(printed(case))
    ended = None if status == "LIVE" else forms.texts("offer-v4", "en")[f"OfferStatus.{status}"]
    found = [each["text"] for each in said["blocks"] if each["kind"] == "text"]
    assert said["values"].get("ended") == (ended and f"OfferStatus.{status}")
    assert (ended or found[0]) == found[0] and ("Accept the offer" in found[-1]) == (status == "LIVE")
    if status in ("LIVE", "ACCEPTED"):
        assert printed(case, document="OFFER_DOCUMENT_PRECONTRACT").startswith(b"%PDF")
        return
    with pytest.raises(FailedPrecondition) as refused:
        printed(case, document="OFFER_DOCUMENT_PRECONTRACT")
    assert (refused.value.reason, refused.value.metadata) == ("OFFER_NOT_OPEN", {"status": status})


def test_an_offer_whose_time_is_over_binds_nobody_before_anybody_has_noted_it(service: Discussions) -> None:
    case = opened(service)
    service.clock.advance(timedelta(days=30))
    assert data_of(printed(case))["values"]["ended"] == "OfferStatus.EXPIRED"
    with pytest.raises(FailedPrecondition) as refused:
        printed(case, document="OFFER_DOCUMENT_PRECONTRACT")
    assert refused.value.metadata == {"status": "EXPIRED"}


def test_offers_can_be_had_in_the_languages_of_papers() -> None:
    codes = [name.rpartition("_")[2].lower() for name, number in OfferLanguage.items() if number]
    assert sorted(codes) == list(LANGUAGES)


def test_each_version_of_the_lender_can_be_had_also_when_all_is_over_and_none_of_the_customer(
    service: Discussions,
) -> None:
    case = service.opened()
    case.offer(terms=terms("10000"))
    case.counter(case.customer)
    case.offer(terms=terms("9500"))
    case.decline()
    principals = [data_of(printed(case, version))["values"]["principal"] for version in (1, 3)]
    assert [Decimal(each["amount"]) for each in principals] == [Decimal(10000), Decimal(9500)]
    for version in (2, 4):
        with pytest.raises(NotFound):
            printed(case, version)


def test_what_cannot_be_printed_or_reached_is_said(service: Discussions) -> None:
    case = opened(service)
    service.customers.name = "Ada \U00012000"
    with pytest.raises(FailedPrecondition) as refused:
        printed(case)
    assert refused.value.reason == "TEXT_UNPRINTABLE"
    service.customers.away = True
    with pytest.raises(Unavailable):
        printed(case)


def test_the_customer_and_officers_alone_get_it(service: Discussions) -> None:
    case = opened(service)
    request = pb.GetOfferFileRequest(application_id=case.application_id, offer_version=1)
    assert service.client(staff("OFFICER")).GetOfferFile(request).file.data
    for caller in (customer(), staff("ADMIN")):
        with pytest.raises(PermissionDenied):
            service.client(caller).GetOfferFile(request)


class _Customers(CustomerServiceServicer):
    """One customer."""

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: customer_pb.GetPartyRequest, context: Any
    ) -> customer_pb.GetPartyResponse:
        if request.customer_id != KNOWN:
            raise NotFound("no such customer")
        party = PartyMessage(full_name="Ada Lovelace", language="de")
        party.address.street, party.address.city, party.address.country = "Hauptstr. 5", "Berlin", "DE"
        party.address.postal_code = "10115"
        return customer_pb.GetPartyResponse(party=party)


KNOWN = new_id()


def test_the_name_comes_from_the_customer_service(service: Discussions, mesh: Mesh, client_for: Servers) -> None:
    customers: type[Any] = _Customers
    for name in vars(CustomerServiceServicer):
        if name[0].isupper() and name not in vars(customers):
            setattr(customers, name, lambda *_: pytest.fail("an unexpected call"))
    target = client_for.serve(customers(), owners={"customer_id": lambda _: ""}, store=service.database).target
    with clients.channel("tested", target, mesh.identity("discussion")) as channel:
        lines = ("Hauptstr. 5", "10115 Berlin", "Germany")
        assert CustomerPeer(channel).party(KNOWN) == Party("Ada Lovelace", lines, "de")
        with pytest.raises(NotFound):
            CustomerPeer(channel).party(new_id())
