"""The chain of an audit trail, computed again from what docs/adr/0017 says of it, by no code of the services.

A row is a dict of `entry_id`, `create_time` and the columns of the trail; a link one of `sequence`, `entry_id`,
`digest`, `link`, `chain_time` and `signature`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg.rows import dict_row

from stack.audit.stores import records

Json = dict[str, Any]
Pair = tuple[Json | None, Json | None]
# Rows are chained a second after their commit; one that is older, and in no link, came another way.
_SETTLED = timedelta(seconds=60)
_PORTION = 5000
_COLUMNS = (
    "actor", "method", "aggregate_type", "aggregate_id", "version", "before", "after", "why", "correlation_id",
)  # fmt: skip
# In portions: sorted as a whole, a trail of millions would go to the server's disk and back.
_LINKS = """
    SELECT chain.position::text AS entry_id, audit.position AS there, create_time, actor, method, aggregate_type,
        aggregate_id, version, before, after, why, correlation_id, sequence, digest, link, chain_time, signature
    FROM (SELECT * FROM audit_chain WHERE sequence > %s ORDER BY sequence LIMIT %s) AS chain
        LEFT JOIN audit USING (position)
    ORDER BY sequence
"""
_OTHERS = """
    SELECT audit.position::text AS entry_id, create_time, actor, method, aggregate_type, aggregate_id, version, before,
        after, why, correlation_id
    FROM audit LEFT JOIN audit_chain USING (position)
    WHERE audit_chain.position IS NULL ORDER BY audit.position
"""


def public_key(secret: str) -> bytes:
    """The public half of the key that a service signs with, of its secret."""
    seed = HKDF(SHA256(), length=32, salt=None, info=b"audit chain").derive(secret.strip().encode())
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def of_postgres(connection: Any) -> Iterator[Pair]:
    """Links and rows in the order of the chain, then rows that are in no link."""
    last = None
    while last is None or last:
        last, after = 0, last or 0
        with connection.cursor(row_factory=dict_row, binary=True) as cursor:
            for each in cursor.execute(_LINKS, [after, _PORTION]):
                last = each["sequence"]
                yield each, None if each["there"] is None else each
    yield from ((None, each) for each in records(connection, _OTHERS))


def of_mongo(trail: Any) -> Iterator[Pair]:
    """Links and rows in the order of the chain, then rows that are in no link.

    Each portion is found by a range of times, which both have an index on; a server that has none for `$in` looks
    through everything for each. What is not there, because its time was changed, is asked for by its id.
    """
    for portion in _portions(trail.audit_chain.find().sort("sequence", 1).batch_size(_PORTION)):
        wanted = {each["audit_id"] for each in portion}
        by_id = {each["_id"]: each for each in trail.audit.find(_span(portion)) if each["_id"] in wanted}
        for each in portion:
            row = by_id.get(each["audit_id"]) or trail.audit.find_one({"_id": each["audit_id"]})
            yield {**each, "entry_id": str(each["audit_id"])}, _row(row)
    for portion in _portions(trail.audit.find().sort("create_time", 1).batch_size(_PORTION)):
        known = {each["audit_id"] for each in trail.audit_chain.find(_span(portion), ["audit_id"])}
        for each in portion:
            if each["_id"] not in known and not trail.audit_chain.find_one({"audit_id": each["_id"]}):
                yield None, _row(each)


def _span(portion: list[Json]) -> Json:
    times = [each["create_time"] for each in portion]
    return {"create_time": {"$gte": min(times), "$lte": max(times)}}


def faults(service: str, pairs: Iterable[Pair], key: bytes, anchors: Iterable[bytes], now: datetime) -> Iterator[str]:
    """Whatever is wrong with a trail, each with what it is about."""
    held = {each["sequence"]: each["link"] for each in map(json.loads, anchors) if _is_genuine(service, each, key)}
    before, number, signed = bytes(32), 0, True
    for link, row in pairs:
        if link is None:
            if row is not None and _aware(row["create_time"]) < now - _SETTLED:
                yield f"row {row['entry_id']} ({_what(row)}) is in no link of the chain: inserted"
            continue
        number, expected = link["sequence"], number + 1
        if number != expected:
            yield f"links {expected} to {number - 1} are missing"
        elif _link(before, link) != bytes(link["link"]):
            yield f"link {number} does not follow from the one before it: reordered"
        if row is None:
            yield f"row {link['entry_id']} of link {number} is missing: deleted"
        elif _digest(row) != bytes(link["digest"]):
            yield f"row {link['entry_id']} ({_what(row)}) is not what link {number} was made of: changed"
        before, signed = bytes(link["link"]), bool(link["signature"])
        if signed and not _is_signed(key, service, number, before, bytes(link["signature"])):
            yield f"the signature of link {number} is not that of {service}"
        if held.pop(number, before.hex()) != before.hex():
            yield f"link {number} is not the one that was anchored"
    if not signed:
        yield f"the last link, {number}, is not signed: what followed is cut off"
    yield from (f"the chain ends at {number}, and link {each} was anchored: cut off" for each in held if each > number)
    yield from (f"link {each} was anchored, and is missing" for each in held if each <= number)


def _what(row: Json) -> str:
    return f"{row['method']} on {row['aggregate_type']} {row['aggregate_id']}"


def _digest(row: Json) -> bytes:
    content = {"entry_id": row["entry_id"], "create_time": _time(row["create_time"])}
    content |= {name: row[name] for name in _COLUMNS}
    return hashlib.sha256(_encoded(content).encode()).digest()


def _link(before: bytes, link: Json) -> bytes:
    number, when = link["sequence"].to_bytes(8), _time(link["chain_time"]).encode()
    return hashlib.sha256(before + number + bytes(link["digest"]) + when).digest()


def _is_genuine(service: str, anchor: Json, key: bytes) -> bool:
    if anchor.get("service") != service:
        return False
    link, signature = bytes.fromhex(anchor["link"]), bytes.fromhex(anchor["signature"])
    return _is_signed(key, service, anchor["sequence"], link, signature)


def _is_signed(key: bytes, service: str, number: int, link: bytes, signature: bytes) -> bool:
    message = service.encode() + b"\0" + number.to_bytes(8) + link
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _time(moment: datetime) -> str:
    return _aware(moment).astimezone(UTC).isoformat(timespec="microseconds")


def _aware(moment: datetime) -> datetime:
    """MongoDB's times come without a zone, and are of UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain(value: Any) -> str:
    return _time(value) if isinstance(value, datetime) else str(value)


_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain).encode


def _row(document: Json | None) -> Json | None:
    return None if document is None else {**document, "entry_id": str(document["_id"])}


def _portions(found: Iterable[Json]) -> Iterator[list[Json]]:
    each = iter(found)
    for first in each:
        yield list(chain([first], islice(each, _PORTION - 1)))
