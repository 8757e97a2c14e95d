"""Webhooks of partners' programs, what is sent to them, and how often it is tried; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import SplitResult, urlsplit
from uuid import UUID, uuid5

from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound

# The type of a test, which is no event.
PING = "webhook.ping"
MAX_WEBHOOKS = 10
# For how long messages are signed with the secret of before, too.
GRACE = timedelta(days=1)
# For how long events can be replayed, and deliveries are listed.
KEPT = timedelta(days=30)
# Between the tries of a delivery, as the specification recommends (standard-webhooks.md, "Deliverability").
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
_ATTEMPTS_KEPT = 20
_GONE = 410
_HTTPS_PORT = 443
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
# At least two labels, and the last no number: no address of any notation, and no name of this network alone.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$)(?!0x[0-9a-f]*$){_LABEL}")
_LOCAL_HOSTS = ("localhost", "127.0.0.1")


class WebhookStatus(Enum):
    """Whether messages are sent."""

    ACTIVE = "active"
    DISABLED = "disabled"
    DELETED = "deleted"


class WebhookDisableReason(Enum):
    """Why nothing is sent."""

    BY_CLIENT = "by_client"
    GIVEN_UP = "given_up"
    GONE = "gone"


class WebhookDeliveryStatus(Enum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    WITHHELD = "withheld"


class WebhookAttemptResult(Enum):
    """What came of a try."""

    TAKEN = "taken"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    ADDRESS_REFUSED = "address_refused"


@dataclass(frozen=True)
class Occurrence:
    """An event that partners may get: no more of it than its type, its time and the ids of its objects.

    `about` is what events are in order about: the application, or else the customer. `sequence` grows in that order.
    """

    event_id: str
    event_type: str
    event_time: datetime
    customer_id: str
    about: str
    object_ids: Mapping[str, str]
    sequence: int
    create_time: datetime


@dataclass(kw_only=True)
class Webhook(Aggregate):
    """An address of a partner's program, and the types of event that go there.

    Messages are signed with `secret`, and until `previous_secret_end_time` with `previous_secret` besides.
    """

    webhook_id: str
    client_id: str
    url: str
    event_types: tuple[str, ...]
    secret: str
    create_time: datetime
    update_time: datetime
    status: WebhookStatus = WebhookStatus.ACTIVE
    disable_reason: WebhookDisableReason | None = None
    previous_secret: str = ""
    previous_secret_end_time: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether messages are sent."""
        return self.status is WebhookStatus.ACTIVE

    @property
    def deleted(self) -> bool:
        """Whether it is deleted."""
        return self.status is WebhookStatus.DELETED

    def change(self, url: str, event_types: tuple[str, ...], enabled: bool | None, at: datetime) -> None:
        """Takes another address or other types, unless they are empty; enables or disables it, unless that is None."""
        self.url, self.event_types, self.update_time = url or self.url, event_types or self.event_types, at
        if enabled and not self.active:
            self.status, self.disable_reason = WebhookStatus.ACTIVE, None
        elif enabled is False and self.active:
            self._disable(WebhookDisableReason.BY_CLIENT)

    def rotate(self, secret: str, at: datetime) -> None:
        """Takes a new secret; that of before is good for GRACE, and the one before that no longer."""
        self.secret, self.previous_secret, self.previous_secret_end_time = secret, self.secret, at + GRACE
        self.update_time = at

    def secrets(self, at: datetime) -> tuple[str, ...]:
        """What messages are signed with, the newest first."""
        graced = self.previous_secret_end_time is not None and at < self.previous_secret_end_time
        return (self.secret, self.previous_secret) if graced else (self.secret,)

    def give_up(self, delivery: "WebhookDelivery", at: datetime) -> None:
        """Disables it after a delivery that was given up."""
        if self.active:
            self._disable(WebhookDisableReason.GONE if delivery.gone else WebhookDisableReason.GIVEN_UP)
            self.update_time = at

    def delete(self, at: datetime) -> None:
        """Ends it, and forgets its secrets."""
        self.status, self.disable_reason, self.update_time = WebhookStatus.DELETED, None, at
        self.secret, self.previous_secret, self.previous_secret_end_time = "", "", None

    def check_active(self) -> None:
        """FailedPrecondition WRONG_STATUS while nothing is sent."""
        if not self.active:
            raise FailedPrecondition.wrong_status("the webhook", self.status, (WebhookStatus.ACTIVE,))

    def check_owner(self, client_id: str) -> None:
        """NotFound for a program that it does not belong to, and when it is deleted."""
        if self.client_id != client_id or self.deleted:
            raise NotFound(f"webhook {self.webhook_id} does not exist", metadata={"webhook_id": self.webhook_id})

    def _disable(self, reason: WebhookDisableReason) -> None:
        self.status, self.disable_reason = WebhookStatus.DISABLED, reason


@dataclass(frozen=True)
class WebhookAttempt:
    """A try: its HTTP status is 0 without an answer."""

    time: datetime
    result: WebhookAttemptResult
    http_status: int
    duration_ms: int


@dataclass(kw_only=True)
class WebhookDelivery(Aggregate):
    """An event for a webhook. While it is PENDING it is due at `due_time`; `tries` counts since it last began.

    `customer_id` is empty for a test, which is about no customer.
    """

    delivery_id: str
    webhook_id: str
    customer_id: str
    about: str
    sequence: int
    event_id: str
    event_type: str
    event_time: datetime
    object_ids: Mapping[str, str]
    create_time: datetime
    expire_time: datetime
    due_time: datetime | None
    status: WebhookDeliveryStatus = WebhookDeliveryStatus.PENDING
    tries: int = 0
    attempts: tuple[WebhookAttempt, ...] = ()

    @classmethod
    def of(cls, webhook_id: str, event: Occurrence, at: datetime) -> "WebhookDelivery":
        """The one delivery of an event to a webhook: its id follows from theirs."""
        return cls(
            delivery_id=str(uuid5(UUID(webhook_id), event.event_id)), webhook_id=webhook_id,
            customer_id=event.customer_id, about=event.about, sequence=event.sequence, event_id=event.event_id,
            event_type=event.event_type, event_time=event.event_time, object_ids=event.object_ids,
            create_time=at, expire_time=at + KEPT, due_time=at,
        )  # fmt: skip

    @property
    def gone(self) -> bool:
        """Whether the address said that there is nothing any more."""
        return bool(self.attempts) and self.attempts[-1].http_status == _GONE

    def record(self, attempt: WebhookAttempt, chance: float) -> None:
        """Takes a try into account; what was not taken is due again later, by `chance` (0 to 1) sooner or later."""
        if self.status is not WebhookDeliveryStatus.PENDING:
            return
        self.tries, self.attempts = self.tries + 1, (*self.attempts, attempt)[-_ATTEMPTS_KEPT:]
        if attempt.result is WebhookAttemptResult.TAKEN:
            self._end(WebhookDeliveryStatus.DELIVERED)
        elif self.gone or self.tries > len(WAITS):
            self._end(WebhookDeliveryStatus.GIVEN_UP)
        else:
            # Spread, or all that failed together would be tried together.
            self.due_time = attempt.time + WAITS[self.tries - 1] * (0.8 + 0.4 * chance)

    def withhold(self) -> None:
        """The customer does not agree: it is not sent."""
        self._end(WebhookDeliveryStatus.WITHHELD)

    def again(self, at: datetime) -> None:
        """Sends it once more, from the first try on."""
        self.status, self.tries, self.due_time = WebhookDeliveryStatus.PENDING, 0, at
        self.expire_time = at + KEPT

    def _end(self, status: WebhookDeliveryStatus) -> None:
        self.status, self.due_time = status, None


def checked_url(text: str, *, development: bool) -> str:
    """The address in one form; InvalidArgument for one that must not be called. `development` allows this machine."""
    try:
        url = urlsplit(text)
        port, host = url.port, (url.hostname or "").lower()
    except ValueError:
        raise _not_an_address() from None
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    if not plain or "@" in url.netloc or url.fragment or "#" in text or not url.netloc.lower().startswith(host):
        raise _not_an_address()
    if development and host in _LOCAL_HOSTS and url.scheme in ("http", "https"):
        return _written(url, url.scheme, url.netloc)
    if url.scheme != "https" or port not in (None, _HTTPS_PORT) or len(host) > 253 or not _HOST.fullmatch(host):
        raise _not_an_address()
    return _written(url, "https", host)


def checked_types(event_types: Iterable[str], known: Mapping[str, object]) -> tuple[str, ...]:
    """The types of event, in the order of the alphabet; InvalidArgument for one that no partner gets."""
    wanted = sorted(event_types)
    for each in wanted:
        if each not in known:
            raise InvalidArgument.field("event_types", f"no partner gets {each}")
    return tuple(wanted)


def _written(url: SplitResult, scheme: str, netloc: str) -> str:
    return SplitResult(scheme, netloc, url.path or "/", url.query, "").geturl()


def _not_an_address() -> InvalidArgument:
    return InvalidArgument.field("url", "must be https://, the name of a public host, port 443, no user, no fragment")
