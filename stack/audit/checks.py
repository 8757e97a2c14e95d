"""The questions over what was collected; each answer is a violation, with the ids that it is about.

Each reads what it asks of once, in one order, side by side: twice as many loans take twice as long, and no more memory.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from stack.audit.handled import Handled
from stack.audit.scratch import Scratch

# The lifecycle as the platform's description has it: where a loan may go from each status.
LEGAL: Mapping[str, frozenset[str]] = {
    status: frozenset(following.split())
    for status, following in {
        "DRAFT": "SUBMITTED WITHDRAWN",
        "SUBMITTED": "KYC_REVIEW WITHDRAWN",
        "KYC_REVIEW": "INFORMATION_REQUESTED KYC_APPROVED KYC_REJECTED WITHDRAWN",
        "INFORMATION_REQUESTED": "KYC_REVIEW WITHDRAWN",
        "KYC_APPROVED": "RISK_ASSESSED WITHDRAWN",
        "RISK_ASSESSED": "RISK_APPROVED RISK_REJECTED WITHDRAWN",
        "RISK_APPROVED": "OFFER_SENT WITHDRAWN",
        "OFFER_SENT": "OFFER_SENT OFFER_ACCEPTED OFFER_DECLINED OFFER_EXPIRED WITHDRAWN",
        "OFFER_ACCEPTED": "INTERNAL_APPROVED APPROVAL_REJECTED WITHDRAWN",
        "INTERNAL_APPROVED": "MANAGEMENT_APPROVED APPROVAL_REJECTED WITHDRAWN",
        "MANAGEMENT_APPROVED": "FINAL_APPROVED APPROVAL_REJECTED WITHDRAWN",
        "FINAL_APPROVED": "AGREEMENT_GENERATED WITHDRAWN",
        "AGREEMENT_GENERATED": "AGREEMENT_SIGNED WITHDRAWN",
        "AGREEMENT_SIGNED": "ACTIVE WITHDRAWN",
        "ACTIVE": "DISBURSED CANCELLED",
        "DISBURSED": "CLOSED",
        "OFFER_DECLINED": "CLOSED",
        "OFFER_EXPIRED": "CLOSED",
        "CLOSED": "DISBURSED",
    }.items()
}
# What an aggregate has reached (0), what of it waits to be sent (1), what is in its topic (2): sorted once, read once.
_PUBLISHED = """
    SELECT source, aggregate_id, 0 AS kind, version, 0 AS place, 0 AS partition, what AS text, 0 AS number
        FROM aggregates
    UNION ALL SELECT source, aggregate_id, 1, version, 0, 0, '', 0 FROM waiting
    UNION ALL SELECT source, aggregate_id, 2, version, place, partition, event_id, rowid FROM events
    ORDER BY source, aggregate_id, kind, version, place
"""
_PLACE = "SELECT topic, partition, place, type, aggregate_id, version FROM events WHERE rowid = ?"
_SORTED = "SELECT source || ' ' || event_id AS event, type, key FROM events ORDER BY event"
_SET_ASIDE = "SELECT 1 FROM set_aside WHERE listener = ? AND event = ?"
_PORTION = 20_000
# An effect that is there twice has changed the same columns twice.
_TWICE = """
    WITH births AS MATERIALIZED (
        SELECT events.type, events.correlation_id, count(DISTINCT event_id) AS births
        FROM events JOIN (SELECT DISTINCT method, correlation_id FROM repeated) AS wanted
            ON wanted.method = events.type AND wanted.correlation_id = events.correlation_id
        GROUP BY events.type, events.correlation_id)
    SELECT service, method, what, aggregate_id, changes, births
    FROM repeated JOIN births ON births.type = method AND births.correlation_id = repeated.correlation_id
    WHERE changes > births AND method IN (SELECT type FROM listeners)
"""
_MOVES = """
    SELECT application_id, number, from_status, to_status, status FROM moves LEFT JOIN statuses USING (application_id)
    ORDER BY application_id, number
"""
_SAME_PERSON = """
    SELECT application_id, person, group_concat(DISTINCT what) FROM decisions WHERE person <> ''
    GROUP BY application_id, person HAVING count(DISTINCT what) > 1
"""
_UNEQUAL = """
    SELECT one.loan_id, one.held_by, one.amount, other.held_by, other.amount FROM paid AS one JOIN paid AS other
        ON one.loan_id = other.loan_id AND one.held_by < other.held_by AND one.amount <> other.amount
"""
_WITHDRAWN = "SELECT loan_id, entries, charges, short FROM withdrawn ORDER BY loan_id"
_UNAUDITED = """
    SELECT source, what, aggregates.aggregate_id, aggregates.version, audited.version FROM aggregates
        LEFT JOIN audited ON service = source AND audited.aggregate_id = aggregates.aggregate_id
    WHERE aggregates.version IS NOT audited.version
"""


def published(scratch: Scratch) -> Iterator[tuple[str, str]]:
    """E and O, by letter: what is in the topics beside what the aggregates have reached."""
    for (source, aggregate_id), rows in groupby(scratch.ask(_PUBLISHED), itemgetter(0, 1)):
        reached, waiting, records = list[tuple[str, int]](), set[int](), list[_Record]()
        for _, _, kind, version, place, partition, text, number in rows:
            match kind:
                case 0:
                    reached.append((text, version))
                case 1:
                    waiting.add(version)
                case _:
                    records.append(_Record(version, place, partition, text, number))
        ids = _ids(records)
        for what, last in reached:
            for version in range(1, last + 1):
                if version not in ids and version not in waiting:
                    where = f"{source}: {what} {aggregate_id}"
                    yield "E", f"{where}: the event of version {version} is in no topic, and does not wait"
        committed = max((last for _, last in reached), default=0)
        yield from (("E", _uncommitted(scratch, each)) for each in records if each.version > committed)
        for version, each in ids.items():
            if len(each) > 1:
                listed = ",".join(sorted(each))
                yield "E", f"{source}: {aggregate_id}: version {version} has several events: {listed}"
        yield from (("O", f"{source}: {aggregate_id} is out of order: {where}") for where in _disorder(records))


class _Record(NamedTuple):
    version: int
    place: int
    partition: int
    event_id: str
    number: int


def _ids(records: list[_Record]) -> dict[int, set[str]]:
    """The events of each version."""
    found: dict[int, set[str]] = {}
    for each in records:
        found.setdefault(each.version, set()).add(each.event_id)
    return found


def _uncommitted(scratch: Scratch, record: _Record) -> str:
    [(topic, partition, place, kind, aggregate_id, version)] = scratch.ask(_PLACE, record.number)
    return f"{topic}/{partition}/{place}: {kind} of {aggregate_id}, version {version}, was never committed"


def _disorder(records: list[_Record]) -> Iterator[str]:
    """The first time that each version is in a partition decides."""
    before, seen = None, set[tuple[int, int]]()
    for each in records:
        if (each.version, each.partition) in seen:
            continue
        seen.add((each.version, each.partition))
        if before and (each.partition != before.partition or each.place < before.place):
            yield (
                f"version {each.version} at {each.partition}/{each.place}, "
                f"version {before.version} at {before.partition}/{before.place}"
            )
        before = each


def effects(scratch: Scratch, handled: Handled) -> Iterator[str]:
    """X."""
    wanted = dict[str, set[str]]()
    for kind, listener in scratch.ask("SELECT type, listener FROM listeners"):
        wanted.setdefault(listener, set()).add(kind)
    with handled.read(wanted) as runs:
        for portion in _portions(scratch.ask(_SORTED)):
            by_kind, last = dict[str, set[str]](), portion[-1][0]
            for event, kind, _ in portion:
                by_kind.setdefault(kind, set()).add(event)
            for listener, kinds in wanted.items():
                missing = set[str]().union(*(by_kind[kind] for kind in kinds & by_kind.keys()))
                for run in runs[listener]:
                    missing.difference_update(run.up_to(last))
                if missing:
                    yield from _unhandled(scratch, listener, missing, portion)
    for service, method, what, aggregate_id, changes, births in scratch.ask(_TWICE):
        yield f"{service}: {what} {aggregate_id}: {method} changed it {changes} times, and happened {births} times"


def _unhandled(scratch: Scratch, listener: str, missing: set[str], portion: list[tuple[Any, ...]]) -> Iterator[str]:
    about = {event: (kind, key) for event, kind, key in portion if event in missing}
    for event, (kind, key) in about.items():
        if not [*scratch.ask(_SET_ASIDE, listener, event)]:
            yield f"{listener}: {kind} {event} of {key} was not handled, is not parked and no dead letter"


def _portions(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, sorted by their first column, in portions; what has the same first column is in one of them."""
    kept: list[tuple[Any, ...]] = []
    while more := list(islice(rows, _PORTION)):
        kept += more
        last = kept[-1][0]
        whole = next((place for place in range(len(kept) - 1, -1, -1) if kept[place][0] != last), -1) + 1
        if whole:
            yield kept[:whole]
        kept = kept[whole:]
    if kept:
        yield kept


def statuses(scratch: Scratch) -> Iterator[str]:
    """S."""
    for application_id, moves in groupby(scratch.ask(_MOVES), itemgetter(0)):
        reached, status = "DRAFT", None
        for _, number, before, after, now in moves:
            if before != after and after not in LEGAL.get(before, ()):
                yield f"application {application_id}: entry {number} of its timeline goes from {before} to {after}"
            if before != reached:
                where = f"application {application_id}: entry {number} of its timeline"
                yield f"{where} begins at {before}, not at {reached}"
            reached, status = after, now
        if status not in (reached, None):
            yield f"application {application_id} is {status}, and its timeline ends at {reached}"
    for application_id, person, what in scratch.ask(_SAME_PERSON):
        yield f"application {application_id}: {person} decided as {what.replace(',', ' and as ')}"


def money(scratch: Scratch) -> Iterator[str]:
    """M."""
    for loan_id, one, amount, other, another in scratch.ask(_UNEQUAL):
        yield f"loan {loan_id}: {one} says {amount}, {other} {another}"
    for loan_id, entries, charges, short in scratch.ask(_WITHDRAWN):
        if entries != 1:
            yield f"loan {loan_id}: was withdrawn from, and its ledger says so {entries} times"
        if charges:
            yield f"loan {loan_id}: {charges} entries after the withdrawal are no payments"
        if short:
            yield f"loan {loan_id}: is closed after a withdrawal, and less was paid back than was lent"


def audited(scratch: Scratch) -> Iterator[str]:
    """A, but for the chains."""
    for source, what, aggregate_id, version, last in scratch.ask(_UNAUDITED):
        yield f"{source}: {what} {aggregate_id} is at version {version}, its last audit row at {last or 'none'}"


def violations(scratch: Scratch, handled: Handled) -> Iterator[tuple[str, str]]:
    """All of them, by letter."""
    yield from published(scratch)
    yield from (("X", text) for text in effects(scratch, handled))
    for letter, check in (("S", statuses), ("M", money), ("A", audited)):
        yield from ((letter, text) for text in check(scratch))
