"""What serves webhooks beside the calls: events are handed to those that want them, and what is due is sent."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.notification.ports import Consents, Sender, Signed
from services.notification.store import UnitOfWork
from services.notification.webhook_events import SCOPES
from services.notification.webhook_model import (
    Webhook,
    WebhookAttempt,
    WebhookAttemptResult,
    WebhookDelivery,
    WebhookDeliveryStatus,
)
from services.notification.webhook_store import Turns
from services.runtime.clock import Clock
from services.runtime.errors import Aborted, NotFound, Unavailable
from services.runtime.periodic import Periodic
from services.runtime.retry import on_conflict

log = structlog.get_logger(__name__)
# What one webhook gets before others have their turn.
BATCH = 20
BUDGET = timedelta(seconds=20)
# Longer than a turn: one that a replica died with is another's after this.
TURN = timedelta(seconds=60)
# After turns that failed, doubled each time up to the longest.
FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(minutes=5)
# Threads that send; half of them leave out those that failed last, so that no number of dead addresses takes all.
SENDERS = 4
_ANY_FAILURES = 1 << 30
_LOOKS_SECONDS = 2.0
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WebhookDispatch:
    """What is done, step by step; `chance` gives numbers from 0 to 1."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    turns: Turns
    consents: Consents
    sender: Sender
    chance: Callable[[], float]

    def spread_next(self) -> bool:
        """Makes the deliveries of the event that waits longest, one for each webhook; False when none waits.

        Errors: Unavailable while it cannot be known what the customer agreed to; Aborted when a replica was quicker.
        """
        with self.begin() as uow:
            event = uow.occurrences.first_due()
        if event is None:
            return False
        agreed, now = self.consents.of([event.customer_id]).get(event.customer_id, {}), self.clock.now()
        with self.begin() as uow:
            wanting = uow.webhooks.wanting(event.event_type) if uow.occurrences.take(event.event_id) else []
            for each in wanting:
                if agreed.get(each.client_id, _NONE) & SCOPES[event.event_type]:
                    uow.deliveries.ensure(WebhookDelivery.of(each.webhook_id, event, now))
                    self.turns.wake(each.webhook_id, now)
            uow.commit()
        return True

    def send_next(self, most_failures: int = _ANY_FAILURES) -> bool:
        """Serves the webhook whose turn it is; False when it is none's. Errors as those of `spread_next`."""
        now = self.clock.now()
        webhook_id = self.turns.claim(now, now + TURN, most_failures)
        if webhook_id is None:
            return False
        failed = True
        try:
            failed = not self._serve(webhook_id, now + BUDGET)
        except Unavailable:
            # That it cannot be known who agreed is not the partner's fault, who would rest for it once it can.
            failed = False
            raise
        finally:
            on_conflict(lambda: self._release(webhook_id, failed))
        return True

    def _serve(self, webhook_id: str, until: datetime) -> bool:
        """Sends what is due to a webhook; False as soon as something is not taken."""
        for _ in range(BATCH):
            webhook, delivery = on_conflict(lambda: self._next(webhook_id))
            if webhook is None or delivery is None or self.clock.now() >= until:
                return True
            if not self._send(webhook, delivery):
                return False
        return True

    def _next(self, webhook_id: str) -> tuple[Webhook | None, WebhookDelivery | None]:
        with self.begin() as uow:
            webhook = uow.webhooks.find(webhook_id)
            if webhook is None or not webhook.active:
                return None, None
            delivery = uow.deliveries.next(webhook_id, self.clock.now())
            uow.commit()
        return webhook, delivery

    def _send(self, webhook: Webhook, delivery: WebhookDelivery) -> bool:
        """Whether a delivery is done with, for this turn."""
        if delivery.customer_id and not self._agreed(webhook, delivery):
            on_conflict(lambda: self._withhold(delivery.delivery_id))
            return True
        at = self.clock.now()
        message = Signed(delivery.event_id, at, body_of(delivery), webhook.secrets(at))
        reply = self.sender.send(webhook.url, message)
        attempt, chance = WebhookAttempt(at, reply.result, reply.http_status, reply.duration_ms), self.chance()
        on_conflict(lambda: self._record(delivery.delivery_id, attempt, chance))
        return reply.result is WebhookAttemptResult.TAKEN

    def _agreed(self, webhook: Webhook, delivery: WebhookDelivery) -> bool:
        # Asked again for each try: between two of them a day can pass.
        consents = self.consents.of([delivery.customer_id]).get(delivery.customer_id, {})
        return bool(consents.get(webhook.client_id, _NONE) & SCOPES[delivery.event_type])

    def _record(self, delivery_id: str, attempt: WebhookAttempt, chance: float) -> None:
        with self.begin() as uow:
            delivery = _still(uow, delivery_id)
            if delivery is None:
                return
            delivery.record(attempt, chance)
            if delivery.status is WebhookDeliveryStatus.GIVEN_UP:
                uow.webhooks.get(delivery.webhook_id).give_up(delivery, self.clock.now())
                log.warning("webhook_disabled", webhook_id=delivery.webhook_id, http_status=attempt.http_status)
            uow.commit()

    def _withhold(self, delivery_id: str) -> None:
        with self.begin() as uow:
            if (delivery := _still(uow, delivery_id)) is not None:
                delivery.withhold()
                uow.commit()

    def _release(self, webhook_id: str, failed: bool) -> None:
        with self.begin() as uow:
            webhook = uow.webhooks.find(webhook_id)
        active = webhook is not None and webhook.active
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(self.turns.failures(webhook_id), 10))
        self.turns.release(webhook_id, failed=failed, active=active, rest_until=self.clock.now() + rest)


class WebhookThreads:
    """The threads that do it; the Backgrounds of the server."""

    def __init__(self) -> None:
        self._threads: list[Periodic] = []

    def of(self, dispatch: WebhookDispatch) -> Sequence[Periodic]:
        """Those of a dispatch, to be started."""
        senders = [_ANY_FAILURES if number < SENDERS // 2 else 0 for number in range(SENDERS)]
        self._threads = [
            _thread("spread", dispatch.spread_next),
            *(_thread(f"send-{number}", partial(dispatch.send_next, most)) for number, most in enumerate(senders)),
        ]
        return self._threads

    def wake(self) -> None:
        """Has them look at once."""
        for each in self._threads:
            each.wake()


def body_of(delivery: WebhookDelivery) -> str:
    """What is sent of an event: its id, type and time, and the ids of its objects; the same for each try."""
    time = delivery.event_time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {"id": delivery.event_id, "type": delivery.event_type, "timestamp": time, "data": dict(delivery.object_ids)},
        separators=(",", ":"),
    )


def _still(uow: UnitOfWork, delivery_id: str) -> WebhookDelivery | None:
    """The delivery for a change; None when it is gone with its customer."""
    try:
        return uow.deliveries.get(delivery_id)
    except NotFound:
        return None


def _thread(name: str, step: Callable[[], bool]) -> Periodic:
    def work() -> bool:
        try:
            return step()
        except Aborted:
            # Another replica was quicker; there may be more.
            return True
        except Unavailable as error:
            log.warning("webhooks_wait", cause=error.message)
            return False

    return Periodic("notification", f"notification.webhooks-{name}", work, _LOOKS_SECONDS)
