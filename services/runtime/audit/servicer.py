"""The service of the contract by which a service's audit trail is read; every service has it beside its own."""

from collections.abc import Iterator

import grpc

from loanflow.audit.v1 import audit_service_pb2 as pb
from loanflow.audit.v1.audit_service_pb2_grpc import AuditServiceServicer
from services.runtime.audit import exporting, showing
from services.runtime.clock import Clock, SystemClock
from services.runtime.stores.ports import Store


class AuditServicer(AuditServiceServicer):
    """loanflow.audit.v1.AuditService over the trail in `store`. It calls nothing but the store."""

    def __init__(self, service: str, store: Store, clock: Clock | None = None) -> None:
        self._service, self._store, self._clock = service, store, clock or SystemClock()

    def FindRows(self, request: pb.FindRowsRequest, context: grpc.ServicerContext | None) -> pb.FindRowsResponse:
        """Rows, newest first."""
        wanted, after = showing.to_filter(request.filter), showing.to_place(request)
        found = self._store.audit.search(wanted, after, request.limit)
        with self._store.transaction():
            sealed_by = {key_id for hit in found.hits for key_id in showing.key_ids(hit.entry.row)}
            destroyed = self._store.keys.destroyed(sealed_by)
        rows = [showing.from_hit(self._service, hit, destroyed) for hit in found.hits]
        reached = None if found.reached is None else showing.from_place(found.reached)
        return pb.FindRowsResponse(rows=rows, reached=reached)

    def StreamChain(
        self, request: pb.StreamChainRequest, context: grpc.ServicerContext | None
    ) -> Iterator[pb.StreamChainResponse]:
        """The chain, with the rows that fit."""
        wanted, now = showing.to_filter(request.filter), self._clock.now()
        for lines in exporting.lines(self._service, self._store.audit, wanted, now):
            yield pb.StreamChainResponse(lines=lines)
