"""Between the contract and what auditors ask for; pure."""

from datetime import datetime

from google.api.httpbody_pb2 import HttpBody

from loanflow.auth.v1 import auth_service_pb2 as pb
from loanflow.types.v1 import facet_pb2
from services.auth.audit_trails import FoundRows, SoughtRows
from services.auth.ports import Wanted
from services.runtime.errors import InvalidArgument

FILE_TYPE = "application/x-ndjson"


def to_wanted(request: pb.SearchAuditRequest | pb.ExportAuditRequest) -> Wanted:
    """The filter of a request; InvalidArgument for a time that the calendar does not have."""
    return Wanted(
        request.aggregate_type, request.aggregate, request.actor, request.method, request.correlation,
        request.prefix, _moment("time_from", request.time_from), _moment("time_to", request.time_to),
    )  # fmt: skip


def to_query(request: pb.QueryAuditRequest) -> Wanted:
    """The filter of a search by words; InvalidArgument for a time that the calendar does not have."""
    # A form writes a blank as a plus, which the edge leaves as it is; no word has one.
    words = request.query.replace("+", " ").split()
    return Wanted(
        request.aggregate_type, request.aggregate, request.actor, request.method, request.correlation,
        since=_moment("time_from", request.time_from), until=_moment("time_to", request.time_to),
        actor_kind=request.actor_kind, outcome=request.outcome, query=" ".join(words),
    )  # fmt: skip


def from_sought(sought: SoughtRows) -> pb.QueryAuditResponse:
    """The answer to a search by words."""
    return pb.QueryAuditResponse(
        rows=[each.row for each in sought.found.rows],
        next_page_token=sought.found.next_token,
        total_count=sought.total,
        facets=[
            facet_pb2.Facet(
                field=each.field,
                counts=(facet_pb2.FacetCount(value=value, count=count) for value, count in each.counts),
            )
            for each in sought.facets
        ],
        degraded=bool(sought.degraded),
        degraded_services=sought.degraded,
        unavailable_services=sought.found.unavailable,
    )


def from_found(found: FoundRows) -> pb.SearchAuditResponse:
    """The answer to a search."""
    return pb.SearchAuditResponse(
        rows=[each.row for each in found.rows],
        next_page_token=found.next_token,
        unavailable_services=found.unavailable,
    )


def from_lines(lines: bytes) -> pb.ExportAuditResponse:
    """A part of an export."""
    return pb.ExportAuditResponse(file=HttpBody(content_type=FILE_TYPE, data=lines))


def _moment(field: str, text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidArgument.field(field, "is no moment of the calendar") from None
