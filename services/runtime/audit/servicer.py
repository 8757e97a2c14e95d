"""The service of the contract by which a service's audit trail is read; every service has it beside its own."""

from collections.abc import Iterator, Sequence

import grpc

from loanflow.audit.v1 import audit_row_pb2
from loanflow.audit.v1 import audit_service_pb2 as pb
from loanflow.audit.v1.audit_service_pb2_grpc import AuditServiceServicer
from services.runtime.audit import exporting, indexing, showing
from services.runtime.audit.indexing import AuditIndex
from services.runtime.clock import Clock, SystemClock
from services.runtime.stores.audit_rows import AuditHit
from services.runtime.stores.ports import Store


class AuditServicer(AuditServiceServicer):
    """loanflow.audit.v1.AuditService over the trail in `store`. It calls nothing but that and the index, if any."""

    def __init__(self, service: str, store: Store, index: AuditIndex | None = None, clock: Clock | None = None) -> None:
        self._service, self._store, self._index, self._clock = service, store, index, clock or SystemClock()

    def FindRows(self, request: pb.FindRowsRequest, context: grpc.ServicerContext | None) -> pb.FindRowsResponse:
        """Rows, newest first."""
        wanted, after = showing.to_filter(request.filter), showing.to_place(request)
        found = self._store.audit.search(wanted, after, request.limit)
        return pb.FindRowsResponse(rows=self._shown(found.hits), reached=showing.from_reached(found))

    def SearchRows(self, request: pb.SearchRowsRequest, context: grpc.ServicerContext | None) -> pb.SearchRowsResponse:
        """Rows by words, newest first, with counts."""
        wanted, after = showing.to_filter(request.filter), showing.to_place(request)
        sought = indexing.search(self._service, self._store, self._index, wanted, after, request.limit)
        return showing.from_sought(sought, self._shown(sought.found.hits))

    def StreamChain(
        self, request: pb.StreamChainRequest, context: grpc.ServicerContext | None
    ) -> Iterator[pb.StreamChainResponse]:
        """The chain, with the rows that fit."""
        wanted, now = showing.to_filter(request.filter), self._clock.now()
        for lines in exporting.lines(self._service, self._store.audit, wanted, now):
            yield pb.StreamChainResponse(lines=lines)

    def _shown(self, hits: Sequence[AuditHit]) -> list[audit_row_pb2.AuditRow]:
        with self._store.transaction():
            sealed_by = {key_id for hit in hits for key_id in showing.key_ids(hit.entry.row)}
            destroyed = self._store.keys.destroyed(sealed_by)
        return [showing.from_hit(self._service, hit, destroyed) for hit in hits]
