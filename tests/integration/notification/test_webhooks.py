"""Webhooks over the real service and MongoDB: what a partner gets, how often, signed by what, and what is kept."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from standardwebhooks.webhooks import WebhookVerificationError

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1 import webhook_pb2
from services.notification.ports import Reply, Signed
from services.notification.webhook_dispatch import BATCH
from services.notification.webhook_model import MAX_WEBHOOKS, WAITS, WebhookAttemptResult
from services.runtime import context
from services.runtime.errors import (
    Aborted,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from services.runtime.ids import new_id
from tests.fakes.webhook_receiver import FakeReceiver
from tests.harness import program, staff
from tests.integration.notification.conftest import Service
from tests.integration.notification.hooks import VERIFIED, Partner, receiver

D = webhook_pb2.WebhookDeliveryStatus.Name
R = webhook_pb2.WebhookAttemptResult.Name


@pytest.fixture
def partner(running: Service) -> Partner:
    # What a request says is held against the true time: nothing is replayed from the future.
    running.clock.moment = datetime.now(UTC) - timedelta(days=20)
    return Partner(running)


@pytest.fixture
def address() -> Iterator[FakeReceiver]:
    with receiver() as made:
        yield made


def replay(partner: Partner, webhook_id: str, **which: Any) -> pb.ReplayWebhookResponse:
    answer: pb.ReplayWebhookResponse = partner.stub.ReplayWebhook(
        pb.ReplayWebhookRequest(webhook_id=webhook_id, **which)
    )
    return answer


def test_a_partner_gets_what_it_wants_signed_and_without_anything_personal(
    partner: Partner, address: FakeReceiver
) -> None:
    # What is signed is held against the true time.
    partner.service.clock.moment = datetime.now(UTC)
    made = partner.create(address.url())
    event_id = partner.pays()
    partner.serve()
    [got] = address.received
    assert got.message_id == event_id
    said = json.loads(got.body)
    assert said == {
        "id": event_id, "type": VERIFIED, "timestamp": said["timestamp"],
        "data": {
            "application_id": partner.service.application_id, "customer_id": partner.service.customer_id,
            "loan_id": "11111111-1111-4111-8111-111111111111", "payment_id": "22222222-2222-4222-8222-222222222222",
        },
    }  # fmt: skip
    assert got.verified(made.secret) == said
    with pytest.raises(WebhookVerificationError):
        got.verified("whsec_" + "A" * 43 + "=")
    [delivery] = partner.deliveries(made.webhook.webhook_id)
    assert (D(delivery.status), delivery.event_id) == ("WEBHOOK_DELIVERY_STATUS_DELIVERED", event_id)
    assert [(R(each.result), each.http_status) for each in delivery.attempts] == [("WEBHOOK_ATTEMPT_RESULT_TAKEN", 200)]
    assert not delivery.HasField("due_time")


def test_an_event_that_comes_twice_is_delivered_once(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url())
    published = new_id()
    event_id = partner.pays(published)
    partner.serve()
    # The inbox drops what comes again; and were it to come through, it is the same delivery.
    with pytest.raises(Aborted):
        partner.pays(published)
    partner.serve()
    assert address.ids() == [event_id]


def test_an_id_that_another_publisher_gave_hides_no_event(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url(), VERIFIED, "application.submitted")
    partner.consents.agree(partner.service.customer_id, partner.client_id, "applications.read", "loans.read")
    published = new_id()
    ids = [partner.service.happens(application.ApplicationSubmitted, published), partner.pays(published)]
    partner.serve()
    assert sorted(address.ids()) == sorted(ids) and len(set(ids)) == 2


def test_two_secrets_sign_after_a_rotation_and_one_a_day_later(partner: Partner, address: FakeReceiver) -> None:
    made = partner.create(address.url())
    rotated = partner.stub.RotateWebhookSecret(pb.RotateWebhookSecretRequest(webhook_id=made.webhook.webhook_id))
    assert rotated.secret != made.secret and rotated.webhook.HasField("previous_secret_end_time")
    signed: list[Signed] = []

    class Keeping:
        def send(self, url: str, message: Signed) -> Reply:
            signed.append(message)
            return Reply(WebhookAttemptResult.TAKEN, 200, 1)

    partner.pays()
    partner.serve(partner.with_sender(Keeping()))
    partner.service.clock.advance(timedelta(days=1))
    partner.pays()
    partner.serve(partner.with_sender(Keeping()))
    assert [each.secrets for each in signed] == [(rotated.secret, made.secret), (rotated.secret,)]


def test_a_secret_is_kept_sealed_and_said_once(partner: Partner, address: FakeReceiver) -> None:
    made = partner.create(address.url())
    partner.stub.RotateWebhookSecret(pb.RotateWebhookSecretRequest(webhook_id=made.webhook.webhook_id))
    kept = str(partner.service.rows("webhooks")) + str(partner.service.rows("audit"))
    assert made.secret not in kept and made.secret.removeprefix("whsec_") not in kept
    assert made.secret not in str(partner.get(made.webhook.webhook_id))


def test_only_what_the_customer_agreed_to_goes_out(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url(), VERIFIED, "application.submitted")
    other = Partner(partner.service)
    other.consents.agree(partner.service.customer_id, other.client_id, "applications.read")
    with receiver() as elsewhere:
        other.create(elsewhere.url(), VERIFIED, "application.submitted")
        partner.service.happens(application.ApplicationSubmitted)
        event_id = partner.pays()
        partner.serve()
        assert address.ids() == [event_id]
        assert [json.loads(each.body)["type"] for each in elsewhere.received] == ["application.submitted"]


def test_what_no_partner_may_have_is_not_kept(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url())
    partner.service.happens(kyc.KycApproved, kyc_version=1)
    partner.service.happens(application.ApplicationSubmitted)
    assert partner.service.rows("webhook_events") == []


def test_a_consent_that_is_withdrawn_holds_back_what_waits(partner: Partner, address: FakeReceiver) -> None:
    made, address.status = partner.create(address.url()), 500
    partner.pays()
    partner.serve()
    partner.consents.agree(partner.service.customer_id, partner.client_id)
    partner.service.clock.advance(WAITS[0] * 2)
    partner.serve()
    [delivery] = partner.deliveries(made.webhook.webhook_id)
    assert D(delivery.status) == "WEBHOOK_DELIVERY_STATUS_WITHHELD" and len(address.received) == 1
    assert replay(partner, made.webhook.webhook_id, event_id=delivery.event_id).replayed_count == 0


def test_nothing_is_lost_while_it_cannot_be_known_who_agreed(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url())
    event_id, partner.consents.away = partner.pays(), True
    with pytest.raises(Unavailable):
        partner.serve()
    partner.consents.away = False
    partner.serve()
    assert address.ids() == [event_id]


def test_who_did_nothing_wrong_does_not_rest_once_it_can_be_known_who_agreed(
    partner: Partner, address: FakeReceiver
) -> None:
    partner.create(address.url())
    event_id = partner.pays()
    with context.background("notification", "notification.webhooks"):
        assert partner.dispatch.spread_next()
        partner.consents.away = True
        for _ in range(3):
            with pytest.raises(Unavailable):
                partner.dispatch.send_next()
        partner.consents.away = False
        # A thread that leaves alone those that failed serves it at once.
        assert partner.dispatch.send_next(most_failures=0)
    assert address.ids() == [event_id]


def test_what_is_not_taken_is_tried_later_and_then_disables_the_webhook(
    partner: Partner, address: FakeReceiver
) -> None:
    made, address.status = partner.create(address.url()), 503
    webhook_id, event_id = made.webhook.webhook_id, partner.pays()
    for wait in (*WAITS, timedelta(0)):
        partner.serve()
        partner.service.clock.advance(wait + timedelta(minutes=5))
    assert address.ids() == [event_id] * (len(WAITS) + 1)
    [delivery] = partner.deliveries(webhook_id)
    assert D(delivery.status) == "WEBHOOK_DELIVERY_STATUS_GIVEN_UP"
    assert {each.http_status for each in delivery.attempts} == {503}
    listed = partner.get(webhook_id)
    assert webhook_pb2.WebhookStatus.Name(listed.status) == "WEBHOOK_STATUS_DISABLED"
    assert webhook_pb2.WebhookDisableReason.Name(listed.disable_reason) == "WEBHOOK_DISABLE_REASON_GIVEN_UP"
    for call in (
        lambda: partner.stub.PingWebhook(pb.PingWebhookRequest(webhook_id=webhook_id)),
        lambda: replay(partner, webhook_id, event_id=event_id),
    ):
        with pytest.raises(FailedPrecondition) as refused:
            call()
        assert refused.value.reason == "WRONG_STATUS"
    missed, address.status = partner.pays(), 200
    partner.serve()
    partner.stub.UpdateWebhook(pb.UpdateWebhookRequest(webhook_id=webhook_id, enabled=True))
    since = Timestamp()
    since.FromDatetime(partner.service.clock.now() - timedelta(minutes=1))
    assert replay(partner, webhook_id, since_time=since).replayed_count == 1
    partner.serve()
    assert address.ids()[-1] == missed


def test_events_about_one_application_come_in_order_though_the_first_is_tried_again(
    partner: Partner, address: FakeReceiver
) -> None:
    partner.create(address.url())
    address.statuses = [500]
    first = partner.pays()
    partner.serve()
    second = partner.pays(version=2)
    partner.serve()
    assert address.ids() == [first]
    partner.service.clock.advance(WAITS[0] * 2)
    partner.serve()
    partner.service.clock.advance(WAITS[0])
    partner.serve()
    assert address.ids() == [first, first, second]


def test_events_of_one_moment_come_in_the_order_of_their_versions(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url())
    ids = [partner.pays(version=version) for version in range(1, 6)]
    partner.serve()
    assert address.ids() == ids


def test_one_who_does_not_answer_has_a_turn_like_others_and_no_more(partner: Partner, address: FakeReceiver) -> None:
    other, slow = Partner(partner.service), []

    class Slow:
        def send(self, url: str, message: Signed) -> Reply:
            if "slow" in url:
                slow.append(message.message_id)
                partner.service.clock.advance(timedelta(seconds=10))
                return Reply(WebhookAttemptResult.NO_ANSWER, 0, 10_000)
            return partner.sender.send(url, message)

    dispatch = partner.with_sender(Slow())
    partner.create(address.url("/slow"))
    other.create(address.url("/quick"))
    for version in range(BATCH):
        partner.pays(version=version)
    partner.serve(dispatch)
    assert len(address.received) == BATCH and len(slow) <= 3
    # Threads that leave alone those that failed find nothing to do, and the others are not kept from it.
    assert not dispatch.send_next(most_failures=0)


def test_a_test_is_sent_whatever_the_types(partner: Partner, address: FakeReceiver) -> None:
    made = partner.create(address.url(), "loan.activated")
    delivery = partner.stub.PingWebhook(pb.PingWebhookRequest(webhook_id=made.webhook.webhook_id)).delivery
    partner.serve()
    [got] = address.received
    assert (got.message_id, json.loads(got.body)["type"]) == (delivery.event_id, "webhook.ping")


def test_events_are_replayed_by_one_and_by_time_under_their_own_ids(partner: Partner, address: FakeReceiver) -> None:
    made, ids = partner.create(address.url()), []
    for version in range(3):
        ids.append(partner.pays(version=version))
        partner.service.clock.advance(timedelta(minutes=1))
    partner.serve()
    webhook_id, since = made.webhook.webhook_id, Timestamp()
    since.FromDatetime(partner.service.clock.now() - timedelta(minutes=2))
    assert replay(partner, webhook_id, since_time=since).replayed_count == 2
    assert replay(partner, webhook_id, event_id=ids[0]).replayed_count == 1
    assert replay(partner, webhook_id, event_id=new_id()).replayed_count == 0
    for wrong in ({}, {"event_id": ids[0], "since_time": since}):
        with pytest.raises(InvalidArgument):
            replay(partner, webhook_id, **wrong)
    partner.serve()
    assert sorted(address.ids()) == sorted([*ids, *ids])
    assert [len(each.attempts) for each in partner.deliveries(webhook_id)] == [2, 2, 2]


def test_a_webhook_is_changed_and_deleted_by_its_program(partner: Partner, address: FakeReceiver) -> None:
    partner.service.clock.moment = partner.service.clock.moment.replace(microsecond=123_456)
    made = partner.create(address.url())
    webhook_id = made.webhook.webhook_id
    assert partner.get(webhook_id) == made.webhook
    change = pb.UpdateWebhookRequest(webhook_id=webhook_id, url=address.url("/new"), event_types=["loan.activated"])
    changed = partner.stub.UpdateWebhook(change).webhook
    assert (changed.url, list(changed.event_types)) == (address.url("/new"), ["loan.activated"])
    disabled = partner.stub.UpdateWebhook(pb.UpdateWebhookRequest(webhook_id=webhook_id, enabled=False)).webhook
    assert webhook_pb2.WebhookDisableReason.Name(disabled.disable_reason) == "WEBHOOK_DISABLE_REASON_BY_CLIENT"
    with pytest.raises(InvalidArgument):
        partner.stub.UpdateWebhook(pb.UpdateWebhookRequest(webhook_id=webhook_id, url="http://10.0.0.1/"))
    partner.stub.DeleteWebhook(pb.DeleteWebhookRequest(webhook_id=webhook_id))
    assert not partner.stub.ListWebhooks(pb.ListWebhooksRequest()).webhooks
    partner.pays()
    partner.serve()
    assert address.received == [] and partner.service.rows("webhook_events") == []


def test_every_change_is_audited(partner: Partner, address: FakeReceiver) -> None:
    made = partner.create(address.url())
    named = {"webhook_id": made.webhook.webhook_id}
    event_id = partner.pays()
    partner.serve()
    partner.stub.UpdateWebhook(pb.UpdateWebhookRequest(**named, event_types=[VERIFIED, "loan.activated"]))
    partner.stub.RotateWebhookSecret(pb.RotateWebhookSecretRequest(**named))
    partner.stub.PingWebhook(pb.PingWebhookRequest(**named))
    replay(partner, made.webhook.webhook_id, event_id=event_id)
    partner.stub.DeleteWebhook(pb.DeleteWebhookRequest(**named))
    methods = {each["method"].rpartition("/")[2] for each in partner.service.rows("audit")}
    assert methods >= {
        "CreateWebhook", "UpdateWebhook", "RotateWebhookSecret", "PingWebhook", "ReplayWebhook", "DeleteWebhook",
        "notification.webhooks",
    }  # fmt: skip


def test_there_are_only_so_many_for_a_program(partner: Partner, address: FakeReceiver) -> None:
    for _ in range(MAX_WEBHOOKS):
        partner.create(address.url())
    with pytest.raises(FailedPrecondition) as refused:
        partner.create(address.url())
    assert refused.value.reason == "TOO_MANY_WEBHOOKS"
    first = partner.stub.ListWebhooks(pb.ListWebhooksRequest(page_size=4))
    rest = partner.stub.ListWebhooks(pb.ListWebhooksRequest(page_token=first.next_page_token))
    assert len({each.webhook_id for each in (*first.webhooks, *rest.webhooks)}) == MAX_WEBHOOKS
    with pytest.raises(InvalidArgument) as wrong:
        partner.stub.ListWebhooks(pb.ListWebhooksRequest(page_token="x"))
    assert wrong.value.reason == "INVALID_PAGE_TOKEN"


def test_a_program_has_its_own_alone_and_an_administrator_sees_all(partner: Partner, address: FakeReceiver) -> None:
    made, other = partner.create(address.url()), Partner(partner.service)
    named = {"webhook_id": made.webhook.webhook_id}
    for call in (
        lambda: other.stub.UpdateWebhook(pb.UpdateWebhookRequest(**named, enabled=False)),
        lambda: other.stub.DeleteWebhook(pb.DeleteWebhookRequest(**named)),
        lambda: other.stub.RotateWebhookSecret(pb.RotateWebhookSecretRequest(**named)),
        lambda: other.stub.PingWebhook(pb.PingWebhookRequest(**named)),
        lambda: other.deliveries(made.webhook.webhook_id),
        lambda: replay(other, made.webhook.webhook_id, event_id=new_id()),
    ):
        with pytest.raises(NotFound):
            call()
    assert not other.stub.ListWebhooks(pb.ListWebhooksRequest(client_id=partner.client_id)).webhooks
    admin = partner.service.client(staff("ADMIN"))
    listed = admin.ListWebhooks(pb.ListWebhooksRequest(client_id=partner.client_id)).webhooks
    assert [each.webhook_id for each in listed] == [made.webhook.webhook_id]
    assert len(admin.ListWebhooks(pb.ListWebhooksRequest()).webhooks) == 1
    assert list(admin.ListWebhookDeliveries(pb.ListWebhookDeliveriesRequest(**named)).deliveries) == []
    stranger = partner.service.client(program("loans.read", client_id=partner.client_id))
    with pytest.raises(PermissionDenied):
        stranger.ListWebhooks(pb.ListWebhooksRequest())


def test_what_is_about_an_erased_customer_goes(partner: Partner, address: FakeReceiver) -> None:
    partner.create(address.url())
    partner.pays()
    partner.serve()
    partner.service.happens(CustomerErased)
    assert partner.service.rows("webhook_events") == partner.service.rows("webhook_deliveries") == []
    partner.pays()
    assert partner.service.rows("webhook_events") == []
