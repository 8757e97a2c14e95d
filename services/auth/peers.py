"""The audit trails of the other services, over the mesh, and the own one."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import grpc

from loanflow.audit.v1 import audit_row_pb2
from loanflow.audit.v1 import audit_service_pb2 as pb
from loanflow.audit.v1.audit_service_pb2_grpc import AuditServiceStub
from services.auth.ports import Place, Portion, Shown, Sought, Wanted
from services.runtime.audit.servicer import AuditServicer
from services.runtime.messages import Out

# A trail of a million links takes about a minute; the edge lets no stream last longer than this.
_EXPORT_SECONDS = 170.0
_FILTER, _PLACE = Out(Wanted, pb.Filter), Out(Place, pb.Place)


class TrailPeer:
    """ports.Trail at another service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = AuditServiceStub(channel)

    def find(self, wanted: Wanted, after: Place | None, limit: int) -> Portion:
        """Rows beyond a place."""
        return _portion(self._stub.FindRows(pb.FindRowsRequest(**_asked(wanted, after), limit=limit)))

    def search(self, wanted: Wanted, after: Place | None, limit: int) -> Sought:
        """Rows beyond a place by words, with counts."""
        return _sought(self._stub.SearchRows(pb.SearchRowsRequest(**_asked(wanted, after), limit=limit)))

    def chain(self, wanted: Wanted) -> Iterator[bytes]:
        """The chain as lines."""
        request = pb.StreamChainRequest(filter=_FILTER(wanted))
        return (each.lines for each in self._stub.StreamChain(request, timeout=_EXPORT_SECONDS))


class OwnTrail:
    """ports.Trail of this service itself, which needs no call for it."""

    def __init__(self, servicer: AuditServicer) -> None:
        self._servicer = servicer

    def find(self, wanted: Wanted, after: Place | None, limit: int) -> Portion:
        """Rows beyond a place."""
        return _portion(self._servicer.FindRows(pb.FindRowsRequest(**_asked(wanted, after), limit=limit), None))

    def search(self, wanted: Wanted, after: Place | None, limit: int) -> Sought:
        """Rows beyond a place by words, with counts."""
        return _sought(self._servicer.SearchRows(pb.SearchRowsRequest(**_asked(wanted, after), limit=limit), None))

    def chain(self, wanted: Wanted) -> Iterator[bytes]:
        """The chain as lines."""
        request = pb.StreamChainRequest(filter=_FILTER(wanted))
        return (each.lines for each in self._servicer.StreamChain(request, None))


def _asked(wanted: Wanted, after: Place | None) -> dict[str, Any]:
    return {"filter": _FILTER(wanted), "after": None if after is None else _PLACE(after)}


def _sought(answer: pb.SearchRowsResponse) -> Sought:
    counts = {facet.field: {each.value: each.count for each in facet.counts} for facet in answer.facets}
    return Sought(_portion(answer), answer.total_count, counts, answer.degraded)


def _portion(answer: pb.FindRowsResponse | pb.SearchRowsResponse) -> Portion:
    reached = _place(answer.reached) if answer.HasField("reached") else None
    return Portion(tuple(Shown(_place(row), row) for row in answer.rows), reached)


def _place(message: pb.Place | audit_row_pb2.AuditRow) -> Place:
    return Place(message.create_time.ToDatetime(UTC), message.entry_id)
