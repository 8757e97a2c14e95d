"""Between the contract's messages and the audit trail; personal texts are shown as what they are, sealed or erased."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.audit.v1 import audit_row_pb2
from loanflow.audit.v1 import audit_service_pb2 as pb
from services.runtime.stores.audit_rows import AuditFilter, AuditHit, AuditPlace, AuditRow
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import may_be_sealed

SEALED, ERASED = "sealed", "erased"


def to_filter(message: pb.Filter) -> AuditFilter:
    """The filter of a request."""
    return AuditFilter(
        message.aggregate_type, message.aggregate_id, message.actor, message.method, message.correlation_id,
        message.prefix, _moment(message.since), _moment(message.until),
    )  # fmt: skip


def to_place(request: pb.FindRowsRequest) -> AuditPlace | None:
    """The place that a request goes on from; None: it begins with the newest row."""
    if not request.HasField("after"):
        return None
    return AuditPlace(request.after.create_time.ToDatetime(UTC), request.after.entry_id)


def from_place(place: AuditPlace) -> pb.Place:
    """The message of a place."""
    return pb.Place(create_time=_timestamp(place.create_time), entry_id=place.entry_id)


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
