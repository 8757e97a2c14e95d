"""How many dead letters of a service wait for an operator, by the broker and the store: no counter of a process."""

from prometheus_client import Gauge

from services.runtime.events.claims import Claims
from services.runtime.events.kafka import dead_letters
from services.runtime.events.topics import TopicIds
from services.runtime.stores.archive import ArchivingStore

_WAITING = Gauge("loanflow_dead_letters", "Dead letters that were neither replayed nor discarded.", ["service"])


class Unreplayed:
    """Counts the letters of one service; `ids` asks the broker."""

    def __init__(self, service: str, store: ArchivingStore, ids: TopicIds) -> None:
        self._service, self._store, self._ids = service, store, ids

    def measure(self) -> None:
        """Brings the gauge up to date; errors.Unavailable."""
        topic_id, spans = self._ids.spans(dead_letters(self._service))
        _WAITING.labels(self._service).set(Claims(self._store, topic_id).waiting(spans) if topic_id else 0)
