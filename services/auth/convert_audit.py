"""Between the contract and what auditors ask for; pure."""

from datetime import datetime

from google.api.httpbody_pb2 import HttpBody

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.audit_trails import FoundRows
from services.auth.ports import Wanted
from services.runtime.errors import InvalidArgument

FILE_TYPE = "application/x-ndjson"


def to_wanted(request: pb.SearchAuditRequest | pb.ExportAuditRequest) -> Wanted:
    """The filter of a request; InvalidArgument for a time that the calendar does not have."""
    return Wanted(
        request.aggregate_type, request.aggregate, request.actor, request.method, request.correlation,
        request.prefix, _moment("time_from", request.time_from), _moment("time_to", request.time_to),
    )  # fmt: skip


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
