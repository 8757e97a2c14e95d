"""The queries of the notification service, each made once: what is watched and explained elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notification import store as notification
from services.notification.delivery_queue import Queue
from services.notification.device_model import Device, DevicePlatform
from services.notification.model import Channel, Notification, NotificationStatus, Occasion, Outcome, QueueState, Text
from services.notification.recipients import Recipient
from services.notification.template_versions import TemplateDecision, TemplateVersion, Wording
from services.notification.webhook_model import Occurrence, Webhook, WebhookDelivery
from services.notification.webhook_store import Turns
from services.runtime import errors
from services.runtime.ids import new_id
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.paging import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def run_notification(mongo: Mongo) -> None:
    """The notifications, what they are about, and the queue."""
    queue, at = Queue(mongo), NOW
    for channel in (Channel.EMAIL, Channel.IN_APP, Channel.EMAIL):
        at += timedelta(seconds=1)
        made = Notification(
            notification_id=new_id(), customer_id="c1", event_id=new_id(), event_type="t", channel=channel,
            status=NotificationStatus.PENDING, text=Text("", "", 1), application_id="a1", loan_id="",
            create_time=at, due_time=at,
        )  # fmt: skip
        with notification.UnitOfWork(mongo) as uow:
            uow.recipients.of("c1")
            uow.occasions.of("a1", "c1")
            at = uow.moments.take("c1", at)
            uow.notifications.add(made)
            for again in (False, True):
                uow.occasions.add(Occasion(made.event_id, "c1", "a1", "t", Outcome.TOLD, at), again=again)
            uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        uow.recipients.read_ahead(["c1", "c2"])
        uow.occasions.read_ahead(["a1", "c1"])
        assert len(uow.occasions.of("a1", "c1").occasions) == 3
    with notification.UnitOfWork(mongo) as uow:
        inbox, unread = uow.notifications.inbox("c1", Page(1), unread_only=True)
        assert (len(inbox.items), inbox.next_token, unread) == (1, "", 1)
        first = uow.notifications.page("c1", Channel.EMAIL, Page(1))
        rest = uow.notifications.page("c1", Channel.EMAIL, Page(1, first.next_token))
        assert (len(rest.items), rest.next_token) == (1, "")
        assert uow.notifications.tried(made.event_id) == {Channel.EMAIL: NotificationStatus.PENDING}
        assert [
            each.notification_id for each in uow.notifications.made_since("c1", "a1", "t", at - timedelta(seconds=0.5))
        ] == [made.notification_id]
        assert uow.notifications.made_since("c1", "a2", "t", at) == []
        logged = uow.notifications.log("c1", "a1", Page(1))
        assert uow.notifications.log("c1", "a1", Page(1, logged.next_token)).items != logged.items
        uow.devices.add(Device(
            device_id=new_id(), customer_id="c1", platform=DevicePlatform.WEB, token="t", token_hash="h",
            create_time=at, update_time=at,
        ))  # fmt: skip
        uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        assert uow.devices.tokens_of("c1") == ("t",) and len(uow.devices.known("h")) == 1
        uow.devices.remove("c1", ("t",), at, at)
        uow.numbers.learn("c1", "i", at)
        assert uow.answers.is_new("h", at) and uow.notifications.last_arrived("c1", Channel.EMAIL) is None
        uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        assert uow.numbers.having("i") == ["c1"] and not uow.answers.is_new("h", at)
        uow.numbers.learn("c1", "j", at)
        uow.numbers.forget("c1", at + timedelta(seconds=1))
        uow.commit()
    due = queue.due(Channel.EMAIL, at, 1)
    (first_due,) = queue.claim(due, at, at + timedelta(seconds=30))
    assert first_due["_id"] != made.notification_id and not queue.is_waiting(Channel.EMAIL, at)
    with notification.UnitOfWork(mongo) as uow:
        known = uow.notifications.queued("c1", Channel.EMAIL, NOW)
        assert [each.queue_state for each in known] == [QueueState.IN_HAND, QueueState.WAITING]
        uow.notifications.put_off([made.notification_id], at, QueueState.GATHERED)
        uow.notifications.get(made.notification_id).fold("d1")
        uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        assert [each.digest_id for each in uow.notifications.folded_into(made.by(Channel.EMAIL, "d1", at))] == ["d1"]
    assert queue.is_to_wait("e2", "a1", at, at, timedelta(seconds=5))
    assert not queue.is_to_wait("e2", "a1", at, at + timedelta(seconds=9), timedelta(seconds=5))
    with notification.UnitOfWork(mongo) as uow:
        uow.recipients.ensure(Recipient(customer_id="c1")).erase(at)
        uow.notifications.delete_of("c1")
        uow.devices.delete_of("c1")
        uow.occasions.delete_of("c1")
        uow.moments.delete_of("c1")
        uow.numbers.delete_of("c1")
        uow.commit()


def run_templates(mongo: Mongo) -> None:
    """The lender's own wordings."""
    for ordinal in (1, 2):
        made = TemplateVersion(
            template_version_id=new_id(), event_type="t", language="en", delivered_version=1, ordinal=ordinal,
            wording=Wording("s", "", "b"), purpose="p", proposed_by="m1",
            propose_time=NOW + timedelta(seconds=ordinal),
        )  # fmt: skip
        with notification.UnitOfWork(mongo) as uow:
            assert len(uow.template_versions.of("t", "en")) == ordinal - 1
            uow.template_versions.add(made)
            uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        for event_type in ("t", ""):
            first = uow.template_versions.latest(event_type, Page(1))
            assert uow.template_versions.latest(event_type, Page(1, first.next_token)).items != first.items
        uow.template_versions.get(made.template_version_id).decide(TemplateDecision.APPROVED, "r", "m2", NOW)
        uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        assert [each.ordinal for each in uow.template_versions.approved()] == [2]
    with pytest.raises(errors.AlreadyExists), notification.UnitOfWork(mongo) as uow:
        again = replace(made, template_version_id=new_id())
        uow.template_versions.add(again)
        uow.commit()


def run_webhooks(mongo: Mongo) -> None:
    """Webhooks, events for them, deliveries and turns."""
    turns, hook_id, later = Turns(mongo), new_id(), NOW + timedelta(minutes=1)
    events = [Occurrence(new_id(), "t", NOW, "c1", "a1", {}, number, NOW) for number in (1, 2)]
    hook = Webhook(
        webhook_id=hook_id, client_id="p1", url="https://a.example/", event_types=("t",), secret="s", create_time=NOW,
        update_time=NOW,
    )  # fmt: skip
    with notification.UnitOfWork(mongo) as uow:
        uow.webhooks.add(hook)
        for event in events:
            uow.occurrences.add(event)
            uow.deliveries.ensure(WebhookDelivery.of(hook_id, event, NOW))
        for _ in range(2):  # made, then changed
            turns.wake(hook_id, NOW)
        uow.commit()
    with notification.UnitOfWork(mongo) as uow:
        assert uow.webhooks.is_wanted("t") and uow.webhooks.count_of("p1") == len(uow.webhooks.wanting("t")) == 1
        assert len(uow.webhooks.page("", Page(1)).items) == len(uow.webhooks.page("p1", Page(1)).items) == 1
        assert uow.occurrences.first_due() == uow.occurrences.find(events[0].event_id) == events[0]
        assert uow.occurrences.take(events[0].event_id) and not uow.occurrences.take(events[0].event_id)
        assert uow.occurrences.since(NOW, ("t",), 5) == events
        first = uow.deliveries.page(hook_id, Page(1))
        assert uow.deliveries.page(hook_id, Page(1, first.next_token)).items != first.items
        uow.deliveries.get(first.items[0].delivery_id).due_time = NOW - timedelta(seconds=1)
        uow.commit()
    assert turns.claim(later, later + timedelta(minutes=1), 0) == hook_id and turns.failures(hook_id) == 0
    with notification.UnitOfWork(mongo) as uow:
        assert uow.deliveries.next(hook_id, later) is not None
        uow.commit()
    turns.release(hook_id, failed=True, active=True, rest_until=later)
    with notification.UnitOfWork(mongo) as uow:
        uow.occurrences.delete_of("c1")
        uow.deliveries.delete_of("c1")
        uow.commit()
