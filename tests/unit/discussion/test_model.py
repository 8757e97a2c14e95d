"""The negotiation: every status with every action, and the rules of offers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from services.discussion import model
from services.discussion.limits import Assessed
from services.discussion.model import Discussion, DiscussionStatus, OfferParty, OfferStatus, Proposal
from services.lending import Frequency, LoanTerms
from services.lending.facility import facility
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument

S = DiscussionStatus
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
PERSONAL = facility("PERSONAL")
ASSESSED = Assessed(Decimal("50000.00"), 84)
TERMS = LoanTerms(Decimal("10000"), "EUR", Decimal("7.5"), 24)


def proposal(party: OfferParty = OfferParty.LENDER, terms: LoanTerms = TERMS) -> Proposal:
    return Proposal(party, party.name.lower(), terms, "", LATER)


def ready(assessed: Assessed = ASSESSED) -> Discussion:
    return Discussion.release("a", "c", "PERSONAL", assessed, NOW)


def opened(assessed: Assessed = ASSESSED) -> Discussion:
    discussion = ready(assessed)
    discussion.start("lender", NOW)
    return discussion


def offered(party: OfferParty = OfferParty.LENDER) -> Discussion:
    discussion = opened()
    discussion.offer(proposal(), PERSONAL, NOW)
    if party is OfferParty.CUSTOMER:
        discussion.counter(1, proposal(party), PERSONAL, NOW)
    return discussion


def ended(how: Callable[[Discussion], None]) -> Discussion:
    discussion = offered()
    how(discussion)
    return discussion


MADE: dict[S, Callable[[], Discussion]] = {
    S.READY: ready,
    S.OPEN: opened,
    S.OFFER_SENT: offered,
    S.ACCEPTED: lambda: ended(lambda each: each.accept(1, "c", NOW)),
    S.DECLINED: lambda: ended(lambda each: each.decline("", "c", NOW)),
    S.EXPIRED: lambda: ended(lambda each: each.expire(LATER)),
    S.CLOSED: lambda: ended(lambda each: each.end(NOW)),
}
ACTIONS: dict[str, Callable[[Discussion], None]] = {
    "start": lambda each: each.start("o", NOW),
    "offer": lambda each: each.offer(proposal(), PERSONAL, NOW),
    "counter": lambda each: each.counter(0, proposal(), PERSONAL, NOW),
    "accept": lambda each: each.accept(1, "c", NOW),
    "decline": lambda each: each.decline("too dear", "c", NOW),
    "expire": lambda each: each.expire(LATER),
}
ALLOWED: dict[tuple[S, str], S] = {
    (S.READY, "start"): S.OPEN,
    (S.OPEN, "offer"): S.OFFER_SENT,
    (S.OFFER_SENT, "offer"): S.OFFER_SENT,
    (S.OFFER_SENT, "counter"): S.OFFER_SENT,
    (S.OFFER_SENT, "accept"): S.ACCEPTED,
    (S.OFFER_SENT, "decline"): S.DECLINED,
    (S.OFFER_SENT, "expire"): S.EXPIRED,
}


@pytest.mark.parametrize(("status", "action"), list(product(S, ACTIONS)))
def test_only_the_moves_of_a_negotiation_are_allowed(status: S, action: str) -> None:
    discussion = MADE[status]()
    if (status, action) in ALLOWED:
        ACTIONS[action](discussion)
        assert discussion.status is ALLOWED[status, action]
        return
    events, before = len(discussion.events), replace(discussion)
    with pytest.raises(FailedPrecondition) as refused:
        ACTIONS[action](discussion)
    no_offer_yet = status in (S.READY, S.OPEN) and action not in ("start", "offer")
    assert refused.value.reason == ("NO_LIVE_OFFER" if no_offer_yet else "WRONG_STATUS")
    assert refused.value.metadata["status"] == status.name
    assert refused.value.metadata["allowed_from"]
    assert (len(discussion.events), discussion) == (events, before)


@pytest.mark.parametrize("status", list(S))
def test_the_end_of_the_application_closes_what_is_open(status: S) -> None:
    discussion = MADE[status]()
    discussion.end(NOW)
    assert discussion.status is (S.CLOSED if status in (S.READY, S.OPEN, S.OFFER_SENT) else status)
    assert discussion.expire_time is None
    if status is S.OFFER_SENT:
        assert discussion.latest is not None
        assert discussion.latest.status is OfferStatus.CLOSED


def test_an_offer_is_shown_with_its_cost_and_published_with_its_terms() -> None:
    discussion = offered()
    offer, said = discussion.latest, discussion.events[-1]
    assert offer is not None
    assert isinstance(said, model.DiscussionOfferSent)
    assert (offer.version, offer.status, offer.made_by) == (1, OfferStatus.LIVE, "lender")
    assert offer.terms_hash == TERMS.hash() == said.terms_hash
    assert (offer.cost.instalments, offer.cost.instalment) == (24, Decimal("450.00"))
    assert (said.terms, said.cost, said.expire_time, said.decided_by) == (TERMS, offer.cost, LATER, "lender")
    assert discussion.expire_time == LATER


def test_a_new_version_supersedes_the_one_before_and_only_it_is_live() -> None:
    discussion = offered()
    dearer = replace(TERMS, annual_rate_percent=Decimal("8"))
    discussion.offer(proposal(terms=dearer), PERSONAL, NOW)
    stored = {offer.version: offer for offer in discussion.unsaved}
    assert [stored[1].status, stored[2].status] == [OfferStatus.SUPERSEDED, OfferStatus.LIVE]
    assert (stored[1].terms, stored[2].terms) == (TERMS, dearer)
    assert discussion.offer_count == 2


def test_who_declines_says_why_and_it_is_reported_of_which_version() -> None:
    discussion = offered()
    discussion.decline("too dear", "c", NOW)
    assert discussion.decline_reason == "too dear"
    assert discussion.events[-1] == model.DiscussionOfferDeclined("a", "c", 1, "c")


def test_the_customer_accepts_what_he_has_seen() -> None:
    discussion = offered()
    discussion.accept(1, "c", NOW)
    assert discussion.events[-1] == model.DiscussionOfferAccepted(
        "a",
        "c",
        1,
        "c",
        "lender",
        TERMS,
        TERMS.hash(),
        discussion.latest.cost,  # type: ignore[union-attr]
    )


def refusal(action: Callable[[], None]) -> str:
    with pytest.raises(Error) as refused:
        action()
    return refused.value.reason


def test_a_version_that_is_not_the_latest_cannot_be_answered() -> None:
    discussion = offered()
    discussion.offer(proposal(), PERSONAL, NOW)
    assert refusal(lambda: discussion.accept(1, "c", NOW)) == "OFFER_OUTDATED"
    assert refusal(lambda: discussion.counter(1, proposal(), PERSONAL, NOW)) == "OFFER_OUTDATED"


def test_the_customers_own_counter_offer_is_answered_by_the_lender() -> None:
    discussion = offered(OfferParty.CUSTOMER)
    assert refusal(lambda: discussion.accept(2, "c", NOW)) == "OFFER_NOT_YOURS_TO_ANSWER"
    discussion.offer(proposal(), PERSONAL, NOW)
    discussion.accept(3, "c", NOW)
    assert discussion.status is S.ACCEPTED


@pytest.mark.parametrize("action", ["offer", "counter", "accept"])
def test_nothing_answers_an_offer_whose_time_is_over(action: str) -> None:
    discussion = offered()
    late: dict[str, Callable[[], None]] = {
        "offer": lambda: discussion.offer(proposal(), PERSONAL, LATER),
        "counter": lambda: discussion.counter(0, proposal(), PERSONAL, LATER),
        "accept": lambda: discussion.accept(1, "c", LATER),
    }
    assert refusal(late[action]) == "OFFER_EXPIRED"
    assert discussion.status is S.OFFER_SENT


def test_an_offer_does_not_expire_before_its_time() -> None:
    discussion = offered()
    assert refusal(lambda: discussion.expire(LATER - timedelta(microseconds=1))) == "WRONG_STATUS"
    discussion.expire(LATER)
    assert discussion.events[-1] == model.DiscussionOfferExpired("a", "c", 1, LATER)


@pytest.mark.parametrize(
    ("changes", "reason", "field", "bound"),
    [
        ({"principal": Decimal("499.99")}, "FACILITY_LIMIT", "principal", "500"),
        ({"principal": Decimal("50000.01")}, "FACILITY_LIMIT", "principal", "50000"),
        ({"tenure_months": 5}, "FACILITY_LIMIT", "tenure_months", "6"),
        ({"tenure_months": 85}, "FACILITY_LIMIT", "tenure_months", "84"),
        ({"annual_rate_percent": Decimal("3.89")}, "FACILITY_LIMIT", "annual_rate_percent", "3.9"),
        ({"annual_rate_percent": Decimal("14.91")}, "FACILITY_LIMIT", "annual_rate_percent", "14.9"),
        ({"fee": Decimal("400.01")}, "FACILITY_LIMIT", "fee", "400.00"),
        ({"currency": "USD"}, "WRONG_CURRENCY", "principal.currency", "EUR"),
    ],
)
def test_terms_outside_the_facility_are_refused_with_the_limit(
    changes: dict[str, object], reason: str, field: str, bound: str
) -> None:
    discussion = opened()
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument) as refused:
        discussion.offer(proposal(terms=terms), PERSONAL, NOW)
    assert (refused.value.reason, refused.value.metadata) == (reason, {"limit": field, "bound": bound})
    assert [each.field for each in refused.value.violations] == [f"terms.{field}"]
    assert (discussion.status, discussion.latest, discussion.unsaved) == (S.OPEN, None, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"principal": Decimal("500")},
        {"principal": Decimal("50000")},
        {"tenure_months": 6},
        {"tenure_months": 84, "frequency": Frequency.QUARTERLY},
        {"annual_rate_percent": Decimal("3.9")},
        {"annual_rate_percent": Decimal("14.9"), "fee": Decimal("400")},
    ],
)
def test_terms_on_the_facilitys_limits_are_offered(changes: dict[str, object]) -> None:
    discussion = opened()
    discussion.offer(proposal(terms=replace(TERMS, **changes)), PERSONAL, NOW)  # type: ignore[arg-type]
    assert discussion.status is S.OFFER_SENT


@pytest.mark.parametrize(
    ("changes", "field", "bound"),
    [
        ({"principal": Decimal("10000.01")}, "principal", "10000.00"),
        ({"tenure_months": 25}, "tenure_months", "24"),
    ],
)
def test_no_side_offers_more_than_risk_assessed(changes: dict[str, object], field: str, bound: str) -> None:
    discussion = opened(Assessed(Decimal("10000.00"), 24))
    beyond = replace(TERMS, **changes)  # type: ignore[arg-type]  # tests name real fields
    discussion.offer(proposal(), PERSONAL, NOW)
    before = replace(discussion)
    for party, answer in product(OfferParty, ("offer", "counter")):
        with pytest.raises(InvalidArgument) as refused:
            if answer == "offer":
                discussion.offer(proposal(party, beyond), PERSONAL, NOW)
            else:
                discussion.counter(1, proposal(party, beyond), PERSONAL, NOW)
        assert (refused.value.reason, refused.value.metadata) == ("ASSESSED_LIMIT", {"limit": field, "bound": bound})
        assert [each.field for each in refused.value.violations] == [f"terms.{field}"]
    assert discussion == before


def test_less_than_risk_assessed_can_be_offered() -> None:
    discussion = opened(Assessed(Decimal("10000.00"), 24))
    discussion.offer(proposal(terms=replace(TERMS, principal=Decimal("9999.99"), tenure_months=23)), PERSONAL, NOW)
    assert discussion.status is S.OFFER_SENT


def test_what_was_released_before_the_assessment_was_kept_has_the_facilitys_limits_alone() -> None:
    discussion = opened()
    discussion.assessed = None
    discussion.offer(proposal(terms=replace(TERMS, principal=PERSONAL.max_amount)), PERSONAL, NOW)
    assert discussion.status is S.OFFER_SENT
