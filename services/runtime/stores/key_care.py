"""What a service does in the background for its data keys: the expired are destroyed, the others wrapped anew."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from prometheus_client import Counter

from services.runtime.stores.ports import Store

log = structlog.get_logger(__name__)
DESTROYED = Counter(
    "loanflow_data_keys_destroyed", "Data keys destroyed because their time was over.", ["service", "record_class"]
)


class KeyCare:
    """Looks after the data keys of one store."""

    def __init__(self, store: Store, service: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._service, self._now = store, service, now

    def erase(self) -> None:
        """Destroys what has expired, unless it is on hold; counted by class of record, and logged."""
        with self._store.transaction():
            destroyed = self._store.keys.destroy_expired(self._now())
        for record_class, count in destroyed.items():
            DESTROYED.labels(self._service, record_class).inc(count)
        if destroyed:
            log.info("data_keys_destroyed", **destroyed)

    def rewrap(self) -> None:
        """Wraps all keys anew that are not under the newest wrapping key, some at a time."""
        place = ""
        while True:
            with self._store.transaction():
                place = self._store.keys.rewrap(place)
            if not place:
                return
