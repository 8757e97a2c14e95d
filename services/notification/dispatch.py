"""The threads that deliver what waits: one for each channel, so that none waits for the provider of another."""

import threading
from collections.abc import Collection

import structlog

from services.notification.delivery import Delivery
from services.notification.model import Channel
from services.runtime import context
from services.runtime.errors import Aborted, Unavailable

log = structlog.get_logger(__name__)
_LONGEST_WAIT = 5.0
# What a provider asks for is believed up to here; then it is asked again.
_LONGEST_ASKED = 60.0


class Dispatchers:
    """One for each channel that leaves the platform; `wake` has those of some, or all, look at once."""

    def __init__(self) -> None:
        self._all: dict[Channel, Dispatcher] = {}

    def wake(self, channels: Collection[Channel] = frozenset(Channel)) -> None:
        """Something is due at once that goes by one of the channels."""
        for each in {*channels} & self._all.keys():
            self._all[each].wake()

    def of(self, delivery: Delivery) -> list["Dispatcher"]:
        """Makes them."""
        self._all = {channel: Dispatcher(delivery, channel) for channel in delivery.providers}
        return [*self._all.values()]


class Dispatcher:
    """Delivers what goes by one channel as soon as it is woken, and looks every `seconds` besides; a Background.

    While something that it needs is out of reach it waits, longer each time, or as long as a provider asks for, and
    nothing is lost.
    """

    def __init__(self, delivery: Delivery, channel: Channel, seconds: float = 0.5) -> None:
        self.name = f"dispatcher-{channel.value}"
        self._delivery, self._channel, self._seconds = delivery, channel, seconds
        self._failures = 0
        self._woken, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def wake(self) -> None:
        """Has it look at once."""
        self._woken.set()

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def alive(self) -> bool:
        """False when the thread has ended."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Ends after the messages in hand."""
        self._end.set()
        self._woken.set()
        self._thread.join(15)

    def _run(self) -> None:
        while not self._end.is_set():
            self._woken.clear()
            try:
                self._round()
                self._failures = 0
                self._woken.wait(self._seconds)
            except Aborted:
                # Another replica was quicker.
                continue
            except Unavailable as error:
                log.warning("delivery_waits", channel=self._channel.name, cause=error.message)
                self._back_off(error.retry_after)
            except Exception:
                # Whatever it was, the thread must live: without it nothing would ever be sent again.
                log.exception("delivery_broke")
                self._back_off()

    def _round(self) -> None:
        with context.background("notification", "notification.dispatch"):
            while not self._end.is_set() and self._delivery.deliver_due(self._channel):
                pass

    def _back_off(self, asked: float = 0.0) -> None:
        self._failures += 1
        own = min(_LONGEST_WAIT, self._seconds * 2 ** min(self._failures, 8))
        self._end.wait(max(own, min(_LONGEST_ASKED, asked)))
