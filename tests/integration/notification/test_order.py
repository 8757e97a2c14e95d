"""Notices come in the order of the lifecycle, at whatever speeds the topics of its events are consumed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import application_pb2
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.preferences_pb2 import Preference
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.notification.consumer import read_ahead, subscriptions
from services.notification.notices import ENDINGS, LED_TO, NOTICES
from services.runtime.events.avro import event_option
from services.runtime.events.consumer import Consumer
from services.runtime.events.event import Event
from services.runtime.events.inbox import Inbox
from services.runtime.events.kafka import KafkaSettings
from services.runtime.ids import new_id
from services.runtime.tls import MutualTlsSettings
from tests.fakes.clock import NOON
from tests.integration.notification.conftest import Service
from tests.integration.runtime.test_any_bytes import Record
from tests.integration.runtime.things import PlainCodec

PATIENCE = timedelta(seconds=30)
OFFERED: list[type[Message]] = [
    customer.CustomerRegistered, application.ApplicationCreated, application.ApplicationSubmitted,
    kyc.KycVerificationStarted, kyc.ProjectValidated, kyc.KycApproved, risk.RiskApprovedForDiscussion,
    discussion.DiscussionOfferSent,
]  # fmt: skip
REPAID: list[type[Message]] = [
    *OFFERED, discussion.DiscussionOfferAccepted, approval.ApprovalInternalPassed, approval.ApprovalManagementPassed,
    approval.ApprovalFinalApproved, agreement.AgreementGenerated, agreement.AgreementSigned, activation.LoanActivated,
    activation.DisbursementInitiated, activation.DisbursementCompleted, repayment.PaymentReceived,
    repayment.PaymentVerified, repayment.LoanFullyRepaid,
]  # fmt: skip
JOURNEYS: dict[str, list[type[Message]]] = {
    "repaid": REPAID,
    "expired": [*OFFERED, discussion.DiscussionOfferExpired],
    "withdrawn": [*OFFERED, application.ApplicationWithdrawn],
    "kyc rejected": [*OFFERED[:5], kyc.KycRejected],
    "risk rejected": [*OFFERED[:6], risk.RiskRejected],
    "approval rejected": [*REPAID[:10], approval.ApprovalRejected],
    "documents": [*OFFERED[:3], document.DocumentValidated, document.DocumentRejected],
}


@dataclass
class Listening:
    """The consumer of the service, without broker and thread."""

    running: Service

    def __post_init__(self) -> None:
        self.app = replace(self.running.app, patience=PATIENCE)
        self.letters: list[Any] = []
        ahead = partial(read_ahead, self.app)
        inbox = Inbox("notification", self.running.database, PlainCodec(), subscriptions(self.app), ahead)
        broker: Any = self
        self.consumer = Consumer(KafkaSettings("nowhere", MutualTlsSettings(plaintext=True)), inbox, broker)

    def deliver(self, *letter: Any) -> None:
        self.letters.append(letter)

    def hear(self, event: Event) -> None:
        self.running.clock.advance(timedelta(milliseconds=20))
        self.consumer.intake.work(event)

    def hear_together(self, events: list[Event]) -> None:
        """As records of one poll."""
        self.running.clock.advance(timedelta(milliseconds=20))
        records: list[Any] = [
            Record(
                [(name, text.encode()) for name, text in event.headers.items()], event.key.encode(), event.value,
                (event.topic, 0, number),
            )
            for number, event in enumerate(events)
        ]  # fmt: skip
        assert not self.consumer.intake.take(records)

    def sweep(self) -> None:
        """As often as it takes until nothing waits any more, or 30 times."""
        for _ in range(30):
            if not self.running.rows("parked"):
                return
            self.consumer.intake.try_parked()

    def kinds(self) -> list[str]:
        """The customer's inbox, oldest first."""
        found = self.running.client().ListInbox(pb.ListInboxRequest(page_size=100)).notifications
        return [each.event_type for each in reversed(found)]


def types(journey: list[type[Message]]) -> list[str]:
    return [str(event_option(kind.DESCRIPTOR).type) for kind in journey]


def events(running: Service, journey: list[type[Message]]) -> Iterator[Event]:
    """A journey's events as their services publish them, a second apart; versions count by topic."""
    versions: defaultdict[str, int] = defaultdict(int)
    for number, kind in enumerate(journey):
        source = kind.DESCRIPTOR.file.package.split(".")[1]
        versions[source] += 1
        known = {"customer_id": running.customer_id, "application_id": running.application_id, "handed_in": True,
                 "from_status": application_pb2.APPLICATION_STATUS_OFFER_SENT}  # fmt: skip
        message = kind(**{name: value for name, value in known.items() if name in kind.DESCRIPTOR.fields_by_name})
        key = str(getattr(message, event_option(kind.DESCRIPTOR).key))
        headers = {
            "ce_id": new_id(), "ce_type": event_option(kind.DESCRIPTOR).type, "ce_source": source, "ce_subject": key,
            "ce_time": (NOON + timedelta(seconds=number)).isoformat(), "ce_aggregatetype": "Thing",
            "ce_aggregateid": key, "ce_aggregateversion": str(versions[source]), "ce_actor": f"service:{source}",
            "ce_correlationid": "corr-1",
        }  # fmt: skip
        yield Event.read(kind.DESCRIPTOR.file.package, key, headers, message.SerializeToString())


def shuffled(journey: list[Event], random: Random) -> list[Event]:
    """Topics at different speeds: each in its order, some far ahead of others."""
    topics: defaultdict[str, list[Event]] = defaultdict(list)
    for event in journey:
        topics[event.topic].append(event)
    speeds = {topic: random.choice([1, 1, 5, 100]) for topic in topics}
    found = []
    while waiting := [topic for topic, left in topics.items() if left]:
        topic = random.choices(waiting, [speeds[each] for each in waiting])[0]
        found.append(topics[topic].pop(0))
    return found


@pytest.fixture
def listening(running: Service) -> Listening:
    return Listening(running)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(JOURNEYS)), random=st.randoms(use_true_random=False))
def test_the_order_is_that_of_the_journey_at_any_speeds(listening: Listening, name: str, random: Random) -> None:
    running = listening.running
    running.customer_id, running.application_id = new_id(), new_id()
    coming = shuffled(list(events(running, JOURNEYS[name])), random)
    while coming:
        size = random.choice([1, 1, 2, 5, 20])
        if size == 1:
            listening.hear(coming[0])
        else:
            listening.hear_together(coming[:size])
        coming = coming[size:]
    listening.sweep()
    assert listening.kinds() == types(JOURNEYS[name])
    assert listening.letters == []
    assert [row for row in running.rows("parked") if row["key"] == running.application_id] == []


def test_an_expired_offer_is_not_notified_before_the_application(listening: Listening) -> None:
    journey = list(events(listening.running, JOURNEYS["expired"]))
    late = [event for event in journey if event.meta.source == "application"]
    for event in (each for each in journey if each not in late):
        listening.hear(event)
    listening.sweep()
    assert listening.kinds() == ["customer.registered"]
    for event in late:
        listening.hear(event)
    listening.sweep()
    assert listening.kinds() == types(JOURNEYS["expired"])


def test_nothing_is_held_for_ever_and_what_was_held_is_notified_in_its_order(listening: Listening) -> None:
    """A topic that never comes (or an event that no handler takes) delays the others by the patience, no more."""
    journey = list(events(listening.running, JOURNEYS["expired"]))
    late = [event for event in journey if event.meta.source not in ("application", "customer")]
    for event in sorted(late, key=lambda each: -each.meta.time.timestamp() if each.meta.aggregate_version == 1 else 0):
        listening.hear(event)
    listening.sweep()
    assert listening.kinds() == []
    listening.running.clock.advance(PATIENCE)
    listening.sweep()
    assert listening.kinds() == types(JOURNEYS["expired"])[3:]


def test_a_notice_that_is_not_wanted_holds_up_no_other(listening: Listening) -> None:
    request = pb.UpdatePreferencesRequest(preferences=[Preference(event_type="kyc.approved")])
    listening.running.client().UpdatePreferences(request)
    for event in events(listening.running, OFFERED):
        listening.hear(event)
    assert listening.kinds() == [each for each in types(OFFERED) if each != "kyc.approved"]


@pytest.mark.parametrize("ending", sorted(ENDINGS, key=str), ids=lambda kind: kind.DESCRIPTOR.name)
def test_nothing_is_notified_of_what_a_stage_had_under_way_when_the_application_ended(
    running: Service, ending: Any
) -> None:
    running.happens(ending)
    overtaken = [notice for notice in NOTICES if ending is not notice.event and notice.overtaken_by]
    for notice in overtaken:
        running.happens(notice.event)
    assert [each.event_type for each in running.inbox()] == types([ending])
    outcomes = {row["outcome"] for row in running.rows("occasions") if row["event_type"] not in types([ending])}
    assert outcomes == {"OVERTAKEN"}
    running.application_id = new_id()
    running.happens(application.ApplicationSubmitted)
    assert "application.submitted" in {each.event_type for each in running.inbox()}


def test_the_confirmed_end_and_where_money_went_are_notified_whatever_was_notified_before(running: Service) -> None:
    kinds: list[Any] = [
        kyc.KycRejected, application.ApplicationWithdrawn, activation.LoanCancelled, activation.DisbursementCompleted,
        repayment.PaymentReversed,
    ]  # fmt: skip
    for kind in kinds:
        running.happens(kind)
    assert [each.event_type for each in reversed(running.inbox())] == types(kinds)


def test_every_topic_that_is_notified_is_in_order_with_the_others() -> None:
    """The first notice of a topic names one of another topic; that of the customer begins."""
    topics: defaultdict[str, list[Any]] = defaultdict(list)
    for notice in NOTICES:
        topics[notice.event.DESCRIPTOR.file.package].append(notice)
    led = {each for notices in topics.values() for each in notices if each.after is not None}
    assert {next(iter(led & set(notices))).event.DESCRIPTOR.file.package for notices in topics.values()
            if led & set(notices)} == set(topics) - {"loanflow.customer.v1"}  # fmt: skip
    assert all(each.after.DESCRIPTOR.file.package != each.event.DESCRIPTOR.file.package for each in led)
    names = {notice.event for notice in NOTICES}
    assert {each.after for each in led} | set(LED_TO.values()) <= names
