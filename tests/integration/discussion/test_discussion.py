"""The negotiation over gRPC, on a real database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.discussion.v1 import discussion_events_pb2 as events
from loanflow.discussion.v1 import discussion_pb2, offer_pb2
from loanflow.discussion.v1 import discussion_service_pb2 as pb
from loanflow.types.v1 import terms_pb2
from loanflow.types.v1.money_pb2 import Money
from services.discussion.model import Discussion
from services.lending import LoanTerms
from services.lending.facility import facility
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from services.runtime.events.avro import Codec
from services.runtime.ids import new_id
from services.runtime.periodic import Periodic
from services.terms import to_terms
from tests.harness import customer, staff
from tests.integration.discussion.conftest import Case, Discussions, reason, stamp, terms
from tests.sealed import why
from tests.waiting import PATIENCE_SECONDS, until


def test_an_offer_is_made_countered_improved_and_accepted(service: Discussions, codec: Codec) -> None:
    case = service.opened()
    first = case.offer(conditions="insurance needed", expire_time=stamp(service.in_days(7)))
    assert (first.version, first.status, first.party) == (
        1, offer_pb2.OFFER_STATUS_LIVE, offer_pb2.OFFER_PARTY_LENDER,
    )  # fmt: skip
    assert (first.made_by, first.conditions) == (case.officer_id, "insurance needed")
    assert (first.cost.instalment.amount, first.cost.instalments) == ("450.00", 24)
    # The fee that the officer did not speak of is the facility's: one percent.
    assert (first.terms.fee.amount, first.terms_hash) == ("100.00", to_terms(first.terms).hash())
    assert (first.cost.apr_percent, first.cost.effective_rate_percent) == ("8.83", "7.76")
    counter = case.counter(case.customer, 1)
    assert (counter.version, counter.party) == (2, offer_pb2.OFFER_PARTY_CUSTOMER)
    assert counter.expire_time == stamp(service.in_days(14))
    better = case.counter(case.officer, 2, terms=terms("9500"))
    answer = case.accept(3)
    assert answer.offer.status == offer_pb2.OFFER_STATUS_ACCEPTED
    assert answer.offer.terms_hash == better.terms_hash
    assert answer.discussion.status == discussion_pb2.DISCUSSION_STATUS_ACCEPTED
    listed = case.listed()
    assert [each.version for each in listed.offers] == [3, 2, 1]
    superseded = offer_pb2.OFFER_STATUS_SUPERSEDED
    assert [each.status for each in listed.offers] == [offer_pb2.OFFER_STATUS_ACCEPTED, superseded, superseded]
    assert listed.offers[2] == offer_pb2.Offer(**{**_fields(first), "status": superseded})
    assert service.published() == ["discussion.offer.sent"] * 3 + ["discussion.offer.accepted"]
    said = codec.decode(service.rows("outbox")[-1]["payload"], events.DiscussionOfferAccepted)
    assert said.offered_by == case.officer_id
    assert said.decided_by == said.customer_id == answer.discussion.customer_id
    assert (said.terms, said.cost) == (better.terms, better.cost)
    accepted = LoanTerms(Decimal("9500"), "EUR", Decimal("7.5"), 24, fee=Decimal("95"))
    assert said.terms_hash == accepted.hash()


def _fields(message: Message) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}


def test_a_change_leaves_its_audit_row_and_its_event_with_the_version(service: Discussions) -> None:
    case = service.opened()
    case.offer()
    audit = service.rows("audit")
    assert [row["method"].rpartition("/")[2] for row in audit] == ["event", "Start", "SendOffer"]
    sent = audit[-1]
    assert (sent["actor"], sent["aggregate_id"]) == (f"staff:{case.officer_id}", case.application_id)
    assert (sent["before"]["status"], sent["after"]["status"]) == ("OPEN", "OFFER_SENT")
    assert sent["before"]["latest"] is None
    assert sent["after"]["latest"]["terms"]["principal"] == "10000"
    (row,) = service.rows("outbox")
    assert (row["key"], row["version"], row["topic"]) == (case.application_id, 1, "loanflow.discussion.v1")
    assert row["headers"]["ce_correlationid"] == sent["correlation_id"]


def test_a_declined_offer_ends_it(service: Discussions) -> None:
    case = service.opened()
    case.offer()
    assert case.decline("too dear").discussion.status == discussion_pb2.DISCUSSION_STATUS_DECLINED
    assert case.listed().offers[0].status == offer_pb2.OFFER_STATUS_DECLINED
    assert service.published()[-1] == "discussion.offer.declined"
    assert why(service.database, service.rows("audit")[-1]) == "too dear"
    assert b"too dear" not in service.rows("outbox")[-1]["payload"]


def _calls(case: Case) -> dict[str, tuple[Callable[[Any], object], Message]]:
    named: dict[str, Any] = {"application_id": case.application_id}
    return {
        "start": (case.officer.Start, pb.StartRequest(**named)),
        "offer": (case.officer.SendOffer, pb.SendOfferRequest(terms=terms(), **named)),
        "counter": (case.customer.CounterOffer, pb.CounterOfferRequest(terms=terms(), **named)),
        "accept": (case.customer.Accept, pb.AcceptRequest(offer_version=1, **named)),
        "decline": (case.customer.Decline, pb.DeclineRequest(**named)),
    }


@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        ("READY", {"offer": "WRONG_STATUS", "counter": "NO_LIVE_OFFER", "accept": "NO_LIVE_OFFER"}),
        ("OPEN", {"start": "WRONG_STATUS", "decline": "NO_LIVE_OFFER"}),
        ("DECLINED", dict.fromkeys(("start", "offer", "counter", "accept", "decline"), "WRONG_STATUS")),
    ],
)
def test_moves_that_the_status_does_not_know_are_refused(
    service: Discussions, status: str, reasons: dict[str, str]
) -> None:
    case = service.released() if status == "READY" else service.opened()
    if status == "DECLINED":
        case.offer()
        case.decline()
    before = service.rows("discussions"), service.rows("offers"), service.rows("outbox"), service.rows("audit")
    for action, expected in reasons.items():
        assert reason(*_calls(case)[action]) == expected
    assert (
        service.rows("discussions"), service.rows("offers"), service.rows("outbox"), service.rows("audit")
    ) == before  # fmt: skip


def test_only_the_latest_offer_of_the_lender_is_accepted(service: Discussions) -> None:
    case = service.opened()
    case.offer()
    case.offer(terms=terms("11000"))
    with pytest.raises(FailedPrecondition) as refused:
        case.accept(1)
    assert (refused.value.reason, refused.value.metadata) == ("OFFER_OUTDATED", {"latest": "2"})
    with pytest.raises(FailedPrecondition) as refused:
        case.counter(case.customer, 1)
    assert refused.value.reason == "OFFER_OUTDATED"
    case.counter(case.customer)
    with pytest.raises(FailedPrecondition) as refused:
        case.accept(3)
    assert refused.value.reason == "OFFER_NOT_YOURS_TO_ANSWER"


def test_an_overdue_offer_is_refused_before_the_sweep_and_ended_by_it(service: Discussions, codec: Codec) -> None:
    case, other = service.opened(), service.opened()
    case.offer(expire_time=stamp(service.in_days(1)))
    other.offer()
    service.clock.advance(timedelta(days=1))
    assert [reason(*_calls(case)[each]) for each in ("offer", "counter", "accept")] == ["OFFER_EXPIRED"] * 3
    assert (service.sweep(), service.sweep()) == (1, 0)
    listed = case.listed()
    assert listed.discussion.status == discussion_pb2.DISCUSSION_STATUS_EXPIRED
    assert listed.offers[0].status == offer_pb2.OFFER_STATUS_EXPIRED
    assert other.listed().discussion.status == discussion_pb2.DISCUSSION_STATUS_OFFER_SENT
    row = service.rows("outbox")[-1]
    said = codec.decode(row["payload"], events.DiscussionOfferExpired)
    assert (said.application_id, said.offer_version) == (case.application_id, 1)
    assert said.expire_time == listed.offers[0].expire_time
    assert row["headers"]["ce_actor"] == "service:discussion"


def test_sweeps_of_several_replicas_do_not_meet(service: Discussions) -> None:
    for _ in range(6):
        case = service.opened()
        case.offer(expire_time=stamp(service.in_days(1)))
    service.clock.advance(timedelta(days=2))
    with ThreadPoolExecutor(4) as pool:
        swept = sum(pool.map(lambda _: service.sweep(), range(4)))
    assert swept == 6
    assert service.published().count("discussion.offer.expired") == 6


def test_an_acceptance_in_hand_is_left_alone_by_the_sweep(service: Discussions) -> None:
    case = service.opened()
    case.offer(expire_time=stamp(service.in_days(1)))
    with service.app.begin() as uow:
        uow.discussions.get(case.application_id)
        service.clock.advance(timedelta(days=2))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(service.sweep).result(PATIENCE_SECONDS) == 0


def test_one_that_breaks_holds_up_no_other(service: Discussions, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (service.opened() for _ in range(3))
    for days, case in enumerate((first, second, third), 1):
        case.offer(expire_time=stamp(service.in_days(days)))
    expire = Discussion.expire

    def breaks(discussion: Discussion, at: datetime) -> None:
        if discussion.application_id == first.application_id:
            raise ArithmeticError("of this one alone")
        expire(discussion, at)

    monkeypatch.setattr(Discussion, "expire", breaks)
    service.clock.advance(timedelta(days=4))
    assert service.sweep() == 2
    monkeypatch.undo()
    assert service.sweep() == 1


def test_the_sweeps_thread_outlives_a_failure(service: Discussions) -> None:
    case = service.opened()
    case.offer(expire_time=stamp(service.in_days(1)))
    begin, failed = service.app.begin, threading.Event()

    def failing() -> Any:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("the first round fails")
        return begin()

    object.__setattr__(service.app, "begin", failing)
    service.clock.advance(timedelta(days=1))
    sweep = Periodic("discussion", "discussion.sweep", service.app.expire_overdue, 0.01)
    sweep.start()
    until(lambda: "discussion.offer.expired" in service.published())
    sweep.stop()
    assert failed.is_set()
    assert service.published()[-1] == "discussion.offer.expired"


@pytest.mark.parametrize(
    ("changes", "code", "field", "metadata"),
    [
        ({"amount": "499.99"}, "FACILITY_LIMIT", "terms.principal", {"limit": "principal", "bound": "500"}),
        ({"amount": "50000.01"}, "FACILITY_LIMIT", "terms.principal", {"limit": "principal", "bound": "50000"}),
        ({"tenure_months": 5}, "FACILITY_LIMIT", "terms.tenure_months", {"limit": "tenure_months", "bound": "6"}),
        (
            {"annual_rate_percent": "3.8999"}, "FACILITY_LIMIT", "terms.annual_rate_percent",
            {"limit": "annual_rate_percent", "bound": "3.9"},
        ),
        (
            {"day_count": "DAY_COUNT_ACT_360"}, "FACILITY_LIMIT", "terms.day_count",
            {"limit": "day_count", "bound": "PERIOD"},
        ),
        ({"tenure_months": 90}, "FACILITY_LIMIT", "terms.tenure_months", {"limit": "tenure_months", "bound": "84"}),
        (
            {"annual_rate_percent": "15"}, "FACILITY_LIMIT", "terms.annual_rate_percent",
            {"limit": "annual_rate_percent", "bound": "14.9"},
        ),
        (
            {"fee": Money(currency="EUR", amount="10000")}, "FACILITY_LIMIT", "terms.fee",
            {"limit": "fee", "bound": "400.00"},
        ),
        (
            {"principal": Money(currency="USD", amount="10000")}, "WRONG_CURRENCY", "terms.principal.currency",
            {"limit": "principal.currency", "bound": "EUR"},
        ),
        (
            {"fee": Money(currency="USD", amount="5")}, "WRONG_CURRENCY", "terms.fee.currency",
            {"limit": "fee.currency", "bound": "EUR"},
        ),
        ({"amount": "1000.001"}, "IMPOSSIBLE_TERMS", "terms.principal", {"limit": "principal", "bound": "2"}),
        (
            {"frequency": terms_pb2.REPAYMENT_FREQUENCY_QUARTERLY, "tenure_months": 25}, "IMPOSSIBLE_TERMS",
            "terms.tenure_months", {"limit": "tenure_months", "bound": "3"},
        ),
        ({"annual_rate_percent": "seven"}, "INVALID_FIELD", "terms.annual_rate_percent", {}),
        ({"tenure_months": 0}, "INVALID_FIELD", "terms.tenure_months", {}),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_offered_are_refused_with_field_and_limit(
    service: Discussions, changes: dict[str, Any], code: str, field: str, metadata: dict[str, str]
) -> None:
    case = service.opened()
    with pytest.raises(InvalidArgument) as refused:
        case.offer(terms=terms(**changes))
    assert (refused.value.reason, refused.value.metadata) == (code, metadata)
    assert [each.field for each in refused.value.violations] == [field]
    assert service.rows("offers") == []


@pytest.mark.parametrize(
    ("changes", "limit", "bound"),
    [({"amount": "10000.01"}, "principal", "10000.00"), ({"tenure_months": 25}, "tenure_months", "24")],
)
def test_no_side_offers_more_than_risk_assessed(
    service: Discussions, changes: dict[str, Any], limit: str, bound: str
) -> None:
    case = service.opened(amount="10000.00", tenure_months=24)
    case.offer()
    for send in (case.offer, partial(case.counter, case.customer), partial(case.counter, case.officer)):
        with pytest.raises(InvalidArgument) as refused:
            send(terms=terms(**changes))
        assert (refused.value.reason, refused.value.metadata) == ("ASSESSED_LIMIT", {"limit": limit, "bound": bound})
        assert [each.field for each in refused.value.violations] == [f"terms.{limit}"]
    assert [each.version for each in case.listed().offers] == [1]


def test_what_was_released_before_the_assessment_was_kept_has_the_facilitys_limits_alone(service: Discussions) -> None:
    case = service.opened(amount="6000.00", tenure_months=12)
    with service.database.engine.begin() as connection:
        connection.execute(text("UPDATE discussions SET assessed = NULL"))
    assert case.offer(terms=terms("50000", tenure_months=84)).version == 1


def test_what_an_offer_does_not_say_is_as_the_facility_has_it(service: Discussions) -> None:
    case = service.opened(facility_type="EQUIPMENT")
    bare = terms_pb2.LoanTerms(
        principal=Money(currency="EUR", amount="40000"), annual_rate_percent="6.5", tenure_months=24
    )
    made, limits = case.offer(terms=bare), facility("EQUIPMENT")
    assert to_terms(made.terms) == LoanTerms(
        Decimal(40000), "EUR", Decimal("6.5"), 24, limits.frequency, limits.method, limits.fee_for(Decimal(40000)),
        limits.day_count, limits.rounding,
    )  # fmt: skip
    bare.fee.CopyFrom(Money(currency="EUR", amount="0"))
    bare.frequency = terms_pb2.REPAYMENT_FREQUENCY_MONTHLY
    countered = case.counter(case.customer, made.version, terms=bare)
    assert (countered.terms.fee.amount, countered.cost.instalments) == ("0.00", 24)
    bare.tenure_months = 25
    bare.frequency = terms_pb2.REPAYMENT_FREQUENCY_UNSPECIFIED
    with pytest.raises(InvalidArgument) as refused:
        case.offer(terms=bare)
    assert [each.field for each in refused.value.violations] == ["terms.tenure_months"]


@pytest.mark.parametrize("days", [-1, 91])
def test_an_offer_ends_in_the_future_but_not_too_far(service: Discussions, days: int) -> None:
    case = service.opened()
    with pytest.raises(InvalidArgument) as refused:
        case.offer(expire_time=stamp(service.in_days(days)))
    assert [each.field for each in refused.value.violations] == ["expire_time"]


def test_each_sees_and_does_only_what_is_his(service: Discussions) -> None:
    case = service.opened()
    case.offer()
    stranger, manager = service.client(customer()), service.client(staff("MANAGER"))
    named: dict[str, Any] = {"application_id": case.application_id}
    for client, expected in ((stranger, "NOT_OWNER"), (manager, "ACCESS_DENIED")):
        assert reason(client.ListOffers, pb.ListOffersRequest(**named)) == expected
        assert reason(client.CounterOffer, pb.CounterOfferRequest(terms=terms(), **named)) == expected
        assert reason(client.Accept, pb.AcceptRequest(offer_version=1, **named)) == expected
    assert reason(case.officer.Accept, pb.AcceptRequest(offer_version=1, **named)) == "ACCESS_DENIED"
    with pytest.raises(PermissionDenied):
        case.customer.SendOffer(pb.SendOfferRequest(terms=terms(), **named))
    with pytest.raises(NotFound):
        case.customer.ListOffers(pb.ListOffersRequest(application_id=new_id()))
    with pytest.raises(NotFound):
        case.officer.Start(pb.StartRequest(application_id=new_id()))


def test_versions_are_listed_in_pages(service: Discussions) -> None:
    case = service.opened()
    for _ in range(3):
        case.offer()
    first = case.listed(page_size=2)
    rest = case.listed(page_size=2, page_token=first.next_page_token)
    assert ([each.version for each in first.offers], [each.version for each in rest.offers]) == ([3, 2], [1])
    assert rest.next_page_token == ""
    other = service.opened()
    with pytest.raises(Error) as refused:
        other.listed(page_token=first.next_page_token)
    assert refused.value.reason == "INVALID_PAGE_TOKEN"


def test_the_same_key_sends_one_offer(service: Discussions) -> None:
    case = service.opened()
    request = pb.SendOfferRequest(application_id=case.application_id, terms=terms())
    key = (("idempotency-key", "offer-1"),)
    assert case.officer.SendOffer(request, metadata=key) == case.officer.SendOffer(request, metadata=key)
    assert len(service.rows("offers")) == 1


@pytest.mark.parametrize(
    "kind", [application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed]
)
def test_the_end_of_the_application_closes_what_is_open(service: Discussions, kind: type[Message]) -> None:
    case = service.opened()
    case.offer()
    for _ in range(2):
        service.take(kind(application_id=case.application_id))
    listed = case.listed()
    assert listed.discussion.status == discussion_pb2.DISCUSSION_STATUS_CLOSED
    assert listed.offers[0].status == offer_pb2.OFFER_STATUS_CLOSED
    assert reason(*_calls(case)["accept"]) == "WRONG_STATUS"
    service.clock.advance(timedelta(days=100))
    assert service.sweep() == 0
