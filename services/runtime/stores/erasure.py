"""The end of data keys whose time has come, and what is reported of it: a service's background work."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from prometheus_client import Counter

from services.runtime.stores.ports import Store

log = structlog.get_logger(__name__)
DESTROYED = Counter(
    "loanflow_data_keys_destroyed", "Data keys destroyed because their time was over.", ["service", "record_class"]
)


class Erasure:
    """Destroys the data keys of one store that have expired; what is on hold waits."""

    def __init__(self, store: Store, service: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._service, self._now = store, service, now

    def run(self) -> None:
        """One round; what was destroyed is counted by class of record, and logged."""
        with self._store.transaction():
            destroyed = self._store.keys.destroy_expired(self._now())
        for record_class, count in destroyed.items():
            DESTROYED.labels(self._service, record_class).inc(count)
        if destroyed:
            log.info("data_keys_destroyed", **destroyed)
