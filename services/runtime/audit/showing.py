"""Between the contract's messages and the audit trail; personal texts are shown as what they are, sealed or erased."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.audit.v1 import audit_row_pb2
from loanflow.audit.v1 import audit_service_pb2 as pb
from loanflow.types.v1 import facet_pb2
from services.runtime.audit.index_query import Sought
from services.runtime.stores.audit_rows import AuditFilter, AuditFound, AuditHit, AuditPlace, AuditRow
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import may_be_sealed

SEALED, ERASED = "sealed", "erased"


def to_filter(message: pb.Filter) -> AuditFilter:
    """The filter of a request."""
    return AuditFilter(
        message.aggregate_type, message.aggregate_id, message.actor, message.method, message.correlation_id,
        message.prefix, _moment(message.since), _moment(message.until), message.actor_kind, message.outcome,
        tuple(message.query.split()),
    )  # fmt: skip


def to_place(request: pb.FindRowsRequest | pb.SearchRowsRequest) -> AuditPlace | None:
    """The place that a request goes on from; None: it begins with the newest row."""
    if not request.HasField("after"):
        return None
    return AuditPlace(request.after.create_time.ToDatetime(UTC), request.after.entry_id)


def from_reached(found: AuditFound) -> pb.Place | None:
    """The message of the place up to which was looked; None: there is nothing beyond."""
    place = found.reached
    return None if place is None else pb.Place(create_time=_timestamp(place.create_time), entry_id=place.entry_id)


def from_sought(sought: Sought, rows: Sequence[audit_row_pb2.AuditRow]) -> pb.SearchRowsResponse:
    """The answer to a search by words."""
    facets = [
        facet_pb2.Facet(field=name, counts=(facet_pb2.FacetCount(value=value, count=count) for value, count in counted))
        for name, counted in sought.counts.items()
    ]
    return pb.SearchRowsResponse(
        rows=rows, reached=from_reached(sought.found), total_count=sought.total, facets=facets, degraded=sought.degraded
    )


def from_hit(service: str, hit: AuditHit, destroyed: Collection[str]) -> audit_row_pb2.AuditRow:
    """The message of a row; `destroyed` are ids of data keys by which nothing is readable any more."""
    row = hit.entry.row
    kind, _, who = row.actor.partition(":")
    return audit_row_pb2.AuditRow(
        service=service, entry_id=hit.entry.entry_id, create_time=_timestamp(hit.entry.create_time), actor_kind=kind,
        actor_id=who, method=row.method, aggregate_type=row.aggregate_type, aggregate_id=row.aggregate_id,
        version=row.version, changes=_changes(row, destroyed), why=_shown(row.why, destroyed),
        correlation_id=row.correlation_id, sequence=hit.sequence, chained=bool(hit.sequence),
    )  # fmt: skip


def key_ids(row: AuditRow) -> set[str]:
    """The ids of the data keys that sealed texts of a row."""
    texts = _texts([row.before, row.after, row.why])
    return {key_id for text in texts if (key_id := key_of(text)) is not None}


def _changes(row: AuditRow, destroyed: Collection[str]) -> Iterator[audit_row_pb2.AuditChange]:
    for name in sorted(row.after):
        earlier = "" if row.before is None else _json(_shown(row.before.get(name), destroyed))
        yield audit_row_pb2.AuditChange(name=name, before=earlier, after=_json(_shown(row.after[name], destroyed)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _shown(value: Any, destroyed: Collection[str]) -> Any:
    """The value with every sealed text on any depth replaced."""
    if isinstance(value, str):
        key_id = key_of(value)
        if key_id is None:
            return SEALED if may_be_sealed(value) else value
        return ERASED if key_id in destroyed else SEALED
    if isinstance(value, list | tuple):
        return [_shown(each, destroyed) for each in value]
    if isinstance(value, Mapping):
        return {name: _shown(each, destroyed) for name, each in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))


def _timestamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def _moment(message: Timestamp) -> datetime | None:
    """The moment of a time that may be absent; the very first moment of all is none that is asked for."""
    return message.ToDatetime(UTC) if message.ByteSize() else None
