"""An audit trail as a file that proves itself: lines of JSON, the chain in its order, verified without the service.

    {"service": ..., "export_time": ..., "before": {"sequence": n, "link": hex}}       the first line
    {"sequence": n + 1, "entry_id": ..., "digest": hex, "link": hex, "chain_time": ..., "signature": hex, "row": ...}
    {"end": n}                                                                         the last line

`row` is the row as it is stored, what is personal sealed; null when it is gone, and absent when it was not asked for.
Links without their rows show that nothing was left out between those with one. Times are ISO 8601, `n` is 0 before
the first link.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.runtime.audit.anchoring import Anchor
from services.runtime.audit.chain import GENESIS
from services.runtime.audit.verify import Finding, Piece, verify_links
from services.runtime.stores import audit_search
from services.runtime.stores.audit_rows import AuditEntry, AuditFilter, AuditRow, AuditRows, ChainLink

_PORTION = 500
# A row is chained after it was written, but by another clock.
_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Heading:
    """The first line of an export: of which service, from when, and after which link (number and value) it begins."""

    service: str
    export_time: datetime
    sequence: int
    link: bytes


def lines(service: str, rows: AuditRows, wanted: AuditFilter, now: datetime) -> Iterator[bytes]:
    """The lines of an export, some hundred at a time; errors.Unavailable from the store."""
    before = _before(rows, wanted.since) if wanted.since else None
    after = before.sequence if before else 0
    opening = {"sequence": after, "link": (before.link if before else GENESIS).hex()}
    yield _line({"service": service, "export_time": now.isoformat(), "before": opening})
    while portion := rows.links(after, _PORTION):
        yield b"".join(_line(_written(link, entry, wanted)) for link, entry in portion)
        after = portion[-1][0].sequence
    yield _line({"end": after})


def read(given: Iterable[bytes]) -> tuple[Heading, Iterator[Piece]]:
    """What an export begins with, and its links; ValueError, at once or while they are read, for what is none."""
    found = iter(given)
    try:
        head = json.loads(next(found, b""))
        opening = head["before"]
        heading = Heading(
            str(head["service"]), datetime.fromisoformat(head["export_time"]), int(opening["sequence"]),
            bytes.fromhex(opening["link"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("line 1: this is no export of an audit trail") from error
    return heading, _pieces(found, heading.sequence)


def verify_export(
    service: str, given: Iterable[bytes], anchors: Iterable[Anchor], public_key: bytes | None
) -> tuple[Heading, Iterator[Finding]]:
    """What an export begins with, and every finding in it; ValueError as `read`. Later anchors are not missed in it."""
    heading, pieces = read(given)
    of_then = [each for each in anchors if each.anchor_time <= heading.export_time]
    return heading, verify_links(service, pieces, of_then, public_key, heading)


def _pieces(given: Iterator[bytes], last: int) -> Iterator[Piece]:
    for number, line in enumerate(given, 2):
        try:
            plain = json.loads(line)
            if "end" in plain:
                if plain["end"] != last or next(given, b""):
                    raise ValueError("it ends elsewhere")
                return
            piece = _piece(plain)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {number}: this is no line of an export ({error})") from error
        last = piece.link.sequence
        yield piece
    raise ValueError(f"the export broke off after link {last}: its last line is missing")


def _before(rows: AuditRows, since: datetime) -> ChainLink | None:
    """The last link that was made before that moment, found by halving."""
    head = rows.head()
    low, high, found = 0, head.sequence if head else 0, None
    while low < high:
        middle = (low + high + 1) // 2
        at = rows.links(middle - 1, 1)
        if at and at[0][0].chain_time < since - _SKEW:
            low, found = middle, at[0][0]
        else:
            high = middle - 1
    return found


def _written(link: ChainLink, entry: AuditEntry | None, wanted: AuditFilter) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "sequence": link.sequence, "entry_id": link.entry_id, "digest": link.digest.hex(), "link": link.link.hex(),
        "chain_time": link.chain_time.isoformat(), "signature": link.signature.hex(),
    }  # fmt: skip
    if entry is None:
        plain["row"] = None
    elif audit_search.fits(wanted, entry):
        plain["row"] = {"create_time": entry.create_time.isoformat(), **vars(entry.row)}
    return plain


def _piece(plain: dict[str, Any]) -> Piece:
    link = ChainLink(
        int(plain["sequence"]), str(plain["entry_id"]), bytes.fromhex(plain["digest"]), bytes.fromhex(plain["link"]),
        datetime.fromisoformat(plain["chain_time"]), bytes.fromhex(plain["signature"]),
    )  # fmt: skip
    if plain.get("row") is None:
        return Piece(link, None, is_shown="row" in plain)
    row = dict(plain["row"])
    create_time = datetime.fromisoformat(row.pop("create_time"))
    return Piece(link, AuditEntry(link.entry_id, create_time, AuditRow(**row)))


def _line(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, separators=(",", ":"), default=_text).encode() + b"\n"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
