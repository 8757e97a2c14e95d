"""The use cases of partners' webhooks: made, changed, tried and replayed by the program that they belong to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.notification.ports import Consents
from services.notification.store import UnitOfWork
from services.notification.webhook_events import SCOPES
from services.notification.webhook_model import (
    MAX_WEBHOOKS,
    PING,
    Occurrence,
    Webhook,
    WebhookDelivery,
    checked_types,
    checked_url,
)
from services.notification.webhook_sender import new_secret
from services.notification.webhook_store import Turns
from services.runtime import context, ids
from services.runtime.clock import Clock
from services.runtime.context import CallerKind
from services.runtime.errors import FailedPrecondition
from services.runtime.stores.paging import Page, PageResult

# How many events one call replays.
REPLAYED_AT_ONCE = 100


@dataclass(frozen=True)
class ChangeWebhook:
    """What is to change of a webhook; what is empty, or None, stays."""

    webhook_id: str
    url: str
    event_types: tuple[str, ...]
    enabled: bool | None


@dataclass(frozen=True)
class Replayed:
    """How many deliveries wait to be sent again, and from when on the others can be replayed; None: there are none."""

    count: int
    continue_time: datetime | None


@dataclass(frozen=True)
class WebhookApp:
    """What can be done with webhooks; `development` allows this machine's addresses, `wake` has them served at once."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    turns: Turns
    consents: Consents
    wake: Callable[[], None]
    development: bool = False

    def create(self, url: str, event_types: tuple[str, ...]) -> tuple[Webhook, str]:
        """Makes a webhook of the calling program; its secret is given out here and never again."""
        at, client_id, secret = self._now(), context.caller().program, new_secret()
        made = Webhook(
            webhook_id=ids.new_id(), client_id=client_id, url=checked_url(url, development=self.development),
            event_types=checked_types(event_types, SCOPES), secret=secret, create_time=at, update_time=at,
        )  # fmt: skip
        with self.begin() as uow:
            if uow.webhooks.count_of(client_id) >= MAX_WEBHOOKS:
                raise FailedPrecondition(f"there are {MAX_WEBHOOKS} webhooks already", reason="TOO_MANY_WEBHOOKS")
            uow.webhooks.add(made)
            uow.commit()
        return made, secret

    def page(self, client_id: str, page: Page) -> PageResult[Webhook]:
        """Lists the calling program's webhooks, or for staff those of any program, newest first."""
        with self.begin() as uow:
            return uow.webhooks.page(_own() or client_id, page)

    def change(self, command: ChangeWebhook) -> Webhook:
        """Changes a webhook; enabled again, it goes on with what waits."""
        url = checked_url(command.url, development=self.development) if command.url else ""
        with self.begin() as uow:
            webhook = self._webhook(uow, command.webhook_id)
            webhook.change(url, checked_types(command.event_types, SCOPES), command.enabled, self._now())
            self._wake(uow, webhook)
            uow.commit()
        return webhook

    def delete(self, webhook_id: str) -> Webhook:
        """Ends a webhook."""
        with self.begin() as uow:
            webhook = self._webhook(uow, webhook_id)
            webhook.delete(self._now())
            uow.commit()
        return webhook

    def rotate(self, webhook_id: str) -> tuple[Webhook, str]:
        """Gives a webhook a new secret, which is given out here and never again."""
        secret = new_secret()
        with self.begin() as uow:
            webhook = self._webhook(uow, webhook_id)
            webhook.rotate(secret, self._now())
            uow.commit()
        return webhook, secret

    def ping(self, webhook_id: str) -> WebhookDelivery:
        """Sends a test."""
        at, test_id = self._now(), ids.new_id()
        with self.begin() as uow:
            webhook = self._webhook(uow, webhook_id)
            webhook.check_active()
            test = Occurrence(test_id, PING, at, "", test_id, {}, 0, at)
            delivery = uow.deliveries.ensure(WebhookDelivery.of(webhook_id, test, at))
            self._wake(uow, webhook)
            uow.commit()
        return delivery

    def deliveries(self, webhook_id: str, page: Page) -> PageResult[WebhookDelivery]:
        """Lists what was and is to be sent to a webhook, newest first."""
        with self.begin() as uow:
            webhook = uow.webhooks.read(webhook_id)
            webhook.check_owner(_own() or webhook.client_id)
            return uow.deliveries.page(webhook_id, page)

    def replay(self, webhook_id: str, event_id: str, since: datetime | None) -> Replayed:
        """Sends an event again, or all since a time, as far as the customers agree."""
        with self.begin() as uow:
            webhook = self._webhook(uow, webhook_id)
            webhook.check_active()
            found = _replayable(uow, webhook, event_id, since)
        wanted, rest = self._agreed(webhook, found[:REPLAYED_AT_ONCE]), found[REPLAYED_AT_ONCE:]
        with self.begin() as uow:
            for each in wanted:
                uow.deliveries.ensure(WebhookDelivery.of(webhook_id, each, self._now())).again(self._now())
            self._wake(uow, webhook)
            uow.commit()
        return Replayed(len(wanted), rest[0].create_time if rest else None)

    def _now(self) -> datetime:
        # In milliseconds, as it is stored: what is answered is what is listed later.
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _agreed(self, webhook: Webhook, events: list[Occurrence]) -> list[Occurrence]:
        consents = self.consents.of({each.customer_id for each in events}) if events else {}
        none: frozenset[str] = frozenset()
        return [
            each for each in events
            if consents.get(each.customer_id, {}).get(webhook.client_id, none) & SCOPES[each.event_type]
        ]  # fmt: skip

    def _webhook(self, uow: UnitOfWork, webhook_id: str) -> Webhook:
        """A webhook of the calling program, for a change; NotFound for any other."""
        webhook = uow.webhooks.get(webhook_id)
        webhook.check_owner(context.caller().program)
        return webhook

    def _wake(self, uow: UnitOfWork, webhook: Webhook) -> None:
        self.turns.wake(webhook.webhook_id, self._now())
        uow.transaction.after_commit(self.wake)


def _replayable(uow: UnitOfWork, webhook: Webhook, event_id: str, since: datetime | None) -> list[Occurrence]:
    if since is not None:
        return uow.occurrences.since(since, webhook.event_types, REPLAYED_AT_ONCE + 1)
    event = uow.occurrences.find(event_id)
    return [event] if event is not None and event.event_type in webhook.event_types else []


def _own() -> str:
    """The calling program, which sees its own alone; empty for staff."""
    caller = context.caller()
    return caller.program if caller.kind is CallerKind.CLIENT else ""
