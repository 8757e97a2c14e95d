"""Chains what was audited, in the service itself: every two seconds, by whichever replica comes first."""

import time

import structlog
from prometheus_client import Counter, Gauge

from services.runtime.audit.chain import Signer, linked
from services.runtime.clock import Clock, SystemClock
from services.runtime.periodic import Periodic
from services.runtime.stores.ports import Store

log = structlog.get_logger(__name__)
_CHAINED = Counter("loanflow_audit_chained", "Audit rows that this replica chained.", ["service"])
_ROUND = Gauge("loanflow_audit_chain_round_time_seconds", "When the last round of chaining ended well.", ["service"])
# What waits is not yet provable; a round with nothing to do costs each service a thousandth of a core.
_SECONDS = 2.0
_BATCH = 500


class Chaining:
    """One service's chain, as it is made on its store; `signer` has its key."""

    def __init__(self, store: Store, signer: Signer, clock: Clock | None = None) -> None:
        self._store, self._signer, self._clock = store, signer, clock or SystemClock()

    def chain(self) -> bool:
        """Chains a batch; True when there may be more."""
        now = self._clock.now()
        count = self._store.audit.chain(lambda head, rows: linked(head, rows, now, self._signer), _BATCH)
        _CHAINED.labels(self._signer.service).inc(count)
        _ROUND.labels(self._signer.service).set(time.time())
        return count == _BATCH

    def periodic(self) -> Periodic:
        """Has it done every two seconds."""
        service = self._signer.service
        return Periodic(service, f"{service}.audit_chain", self.chain, _SECONDS)
