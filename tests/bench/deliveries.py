"""What the delivery of a mail costs beside its provider: taken, sent, noted; alone and of a batch."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from services.notification.delivery import BATCH, Delivery
from services.notification.delivery_queue import Queue
from services.notification.metrics import Flow
from services.notification.model import Channel
from services.notification.notices import RULES
from services.notification.pages import Pages
from services.notification.ports import DeliveryClaim, Message
from services.notification.store import UnitOfWork
from services.notification.unsubscribing import UnsubscribeLinks
from services.papers import lender_of
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.stores.mongo import Mongo
from tests.fakes.parties import FakeParties

_EDGE = "https://edge.example"


class _Takes:
    """A provider, and claims, that take everything at once."""

    def batch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def send(self, message: Message) -> tuple[str, ...]:
        return ()

    def take(self, mail_id: str) -> DeliveryClaim:
        return DeliveryClaim.MINE

    def finish(self, mail_id: str) -> None: ...

    give_back = finish


def deliveries(bench: Any, database: Mongo) -> None:
    """Delivers some of the mails that wait in the database."""
    with _delivery(database) as delivery:

        def deliver(most: int) -> None:
            with context.background("notification", "notification.dispatch"):
                assert delivery.deliver_due(Channel.EMAIL, most) == most, "too few mails wait"

        bench.measure("notification: mail delivered, alone", lambda: deliver(1))
        bench.times = bench.times // BATCH
        bench.measure(f"notification: mail delivered, of a batch of {BATCH}", lambda: deliver(BATCH), BATCH)


@contextmanager
def _delivery(database: Mongo) -> Iterator[Delivery]:
    takes, queue = _Takes(), Queue(database)
    with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
        key.write("a key that signs links and is long enough")
        key.flush()
        yield Delivery(
            lambda: UnitOfWork(database), SystemClock(), queue, FakeParties(), lender_of(),
            {Channel.EMAIL: takes}, takes, lambda: None, RULES, UnsubscribeLinks(Path(key.name), _EDGE), Pages(_EDGE),
            Flow(queue.is_waiting),
        )  # fmt: skip
