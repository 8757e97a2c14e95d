"""Whether the audit trail of a service is what was written: whatever was changed is found and named.

Reads in portions, so that a trail of any length takes the same memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from services.runtime.audit import chain
from services.runtime.audit.anchoring import Anchor
from services.runtime.audit.chain import GENESIS
from services.runtime.stores.audit_rows import AuditEntry, AuditRows, ChainLink

_PORTION = 1000
# A row is chained a second after it was written. One that is older and in no link was put in by another way.
_CHAINED_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Finding:
    """What is wrong: `kind` is changed, deleted, inserted, reordered, cut off, unsigned or anchor."""

    kind: str
    sequence: int
    text: str


class Place(Protocol):
    """A link by its number and value."""

    @property
    def sequence(self) -> int:
        """Its number."""
        ...

    @property
    def link(self) -> bytes:
        """Its value; 32 bytes."""
        ...


@dataclass(frozen=True)
class Piece:
    """A link with its row, None when it is gone; or, when `is_shown` is false, a link without what it is of."""

    link: ChainLink
    entry: AuditEntry | None
    is_shown: bool = True


def verify(
    service: str,
    rows: AuditRows,
    anchors: Iterable[Anchor],
    public_key: bytes | None,
    now: datetime | None = None,
) -> Iterator[Finding]:
    """Every finding, in the order of the chain. Without a public key signatures are not looked at."""
    pieces = (Piece(link, entry) for link, entry in _links(rows))
    yield from verify_links(service, pieces, anchors, public_key)
    for entry in rows.unchained((now or datetime.now(UTC)) - _CHAINED_AFTER, _PORTION):
        yield Finding("inserted", 0, f"{_name(entry)} is in no link of the chain")


def verify_links(
    service: str,
    pieces: Iterable[Piece],
    anchors: Iterable[Anchor],
    public_key: bytes | None,
    last: Place | None = None,
) -> Iterator[Finding]:
    """The findings of the links that follow `last`, in their order; None: of the whole chain."""
    begin = last.sequence if last else 0
    waiting = sorted((each for each in anchors if each.sequence > begin), key=lambda each: each.sequence)
    if public_key is not None:
        yield from (_forged(each) for each in waiting if not _is_genuine(each, service, public_key))
    for piece in pieces:
        link = piece.link
        yield from _faults(last, piece)
        if link.signature and public_key is not None and not _is_signed(link, service, public_key):
            yield Finding("unsigned", link.sequence, f"the signature of link {link.sequence} is not the service's")
        while waiting and waiting[0].sequence <= link.sequence:
            yield from _compared(waiting.pop(0), link)
        last = link
    if isinstance(last, ChainLink) and public_key is not None and not last.signature:
        yield Finding("cut off", last.sequence, f"the last link, {last.sequence}, is not signed: what followed is gone")
    reached = last.sequence if last else 0
    for each in waiting:
        text = f"the chain ends at {reached}; the anchor of {each.anchor_time.isoformat()} is of link {each.sequence}"
        yield Finding("cut off", each.sequence, text)


def _links(rows: AuditRows) -> Iterator[tuple[ChainLink, AuditEntry | None]]:
    after = 0
    while portion := rows.links(after, _PORTION):
        yield from portion
        after = portion[-1][0].sequence


def _faults(last: Place | None, piece: Piece) -> Iterator[Finding]:
    link, entry = piece.link, piece.entry
    number, expected = link.sequence, last.sequence + 1 if last else 1
    if number != expected:
        yield Finding("deleted", expected, f"links {expected} to {number - 1} are missing")
    elif chain.link(last.link if last else GENESIS, number, link.digest, link.chain_time) != link.link:
        yield Finding("reordered", number, f"link {number} does not follow from the one before it")
    if not piece.is_shown:
        return
    if entry is None:
        yield Finding("deleted", number, f"the row {link.entry_id} of link {number} is missing")
    elif chain.digest(entry) != link.digest:
        yield Finding("changed", number, f"{_name(entry)} is not what link {number} was made of")


def _compared(anchor: Anchor, link: ChainLink) -> Iterator[Finding]:
    if (anchor.sequence, anchor.link) != (link.sequence, link.link):
        when = anchor.anchor_time.isoformat()
        yield Finding("anchor", anchor.sequence, f"link {anchor.sequence} is not the one that was anchored at {when}")


def _forged(anchor: Anchor) -> Finding:
    text = f"the anchor of {anchor.anchor_time.isoformat()} is not signed by {anchor.service}"
    return Finding("anchor", anchor.sequence, text)


def _is_genuine(anchor: Anchor, service: str, public_key: bytes) -> bool:
    return anchor.service == service and chain.is_signed(
        public_key, service, anchor.sequence, anchor.link, anchor.signature
    )


def _is_signed(link: ChainLink, service: str, public_key: bytes) -> bool:
    return chain.is_signed(public_key, service, link.sequence, link.link, link.signature)


def _name(entry: AuditEntry) -> str:
    row = entry.row
    return f"the row {entry.entry_id} ({row.method} on {row.aggregate_type} {row.aggregate_id})"
