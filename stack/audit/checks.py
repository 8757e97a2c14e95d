"""The questions over what was collected; each answer is a violation, with the ids that it is about."""

from collections.abc import Iterator, Mapping

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
# A version of an aggregate that is neither in its topic nor waits to be sent there.
_LOST = """
    SELECT source, what, aggregate_id, versions.value FROM aggregates, generate AS versions
    WHERE versions.value BETWEEN 1 AND version
        AND NOT EXISTS (SELECT 1 FROM events WHERE events.source = aggregates.source
            AND events.aggregate_id = aggregates.aggregate_id AND events.version = versions.value)
        AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.source = aggregates.source
            AND waiting.aggregate_id = aggregates.aggregate_id AND waiting.version = versions.value)
"""
_UNCOMMITTED = """
    SELECT topic, partition, place, type, aggregate_id, version FROM events
    WHERE version > coalesce((SELECT max(version) FROM aggregates WHERE aggregates.source = events.source
        AND aggregates.aggregate_id = events.aggregate_id), 0)
"""
_TWO_EVENTS = """
    SELECT source, aggregate_id, version, group_concat(DISTINCT event_id) FROM events
    GROUP BY source, aggregate_id, version HAVING count(DISTINCT event_id) > 1
"""
# The first time that each version is in the topic decides.
_DISORDER = """
    SELECT source, aggregate_id, version, partition, place, before, partition_before, place_before FROM (
        SELECT *, lag(version) OVER each AS before, lag(partition) OVER each AS partition_before,
            lag(place) OVER each AS place_before
        FROM (SELECT source, aggregate_id, version, partition, min(place) AS place FROM events
            GROUP BY source, aggregate_id, version, partition)
        WINDOW each AS (PARTITION BY source, aggregate_id ORDER BY version, place))
    WHERE before IS NOT NULL AND (partition <> partition_before OR place < place_before)
"""
# Sorted, the two sides are merged: neither is looked up row by row.
_UNHANDLED = """
    SELECT missing.listener, events.type, events.event_id, events.key FROM (
        SELECT listener, event_id FROM events JOIN listeners USING (type)
        EXCEPT SELECT listener, event_id FROM received ORDER BY listener, event_id) AS missing
    JOIN events USING (event_id)
    WHERE NOT EXISTS (SELECT 1 FROM set_aside WHERE set_aside.listener = missing.listener
        AND set_aside.event_id = missing.event_id)
"""
# An effect that is there twice has changed the same columns twice.
_TWICE = """
    SELECT service, method, what, aggregate_id, changes, births FROM (
        SELECT *, (SELECT count(DISTINCT event_id) FROM events
            WHERE events.type = repeated.method AND events.correlation_id = repeated.correlation_id) AS births
        FROM repeated WHERE method IN (SELECT type FROM listeners))
    WHERE changes > births AND births > 0
"""
_TELEPORTED = """
    SELECT application_id, number, before, from_status FROM (
        SELECT *, lag(to_status, 1, 'DRAFT') OVER (PARTITION BY application_id ORDER BY number) AS before FROM moves)
    WHERE before <> from_status
"""
_ELSEWHERE = """
    SELECT application_id, status, reached FROM (
        SELECT application_id, status, (SELECT to_status FROM moves WHERE moves.application_id = statuses.application_id
            ORDER BY number DESC LIMIT 1) AS reached FROM statuses)
    WHERE status <> reached
"""
_SAME_PERSON = """
    SELECT application_id, person, group_concat(DISTINCT what) FROM decisions WHERE person <> ''
    GROUP BY application_id, person HAVING count(DISTINCT what) > 1
"""
_UNEQUAL = """
    SELECT one.loan_id, one.held_by, one.amount, other.held_by, other.amount FROM paid AS one JOIN paid AS other
        ON one.loan_id = other.loan_id AND one.held_by < other.held_by AND one.amount <> other.amount
"""
_UNAUDITED = """
    SELECT source, what, aggregates.aggregate_id, aggregates.version, audited.version FROM aggregates
        LEFT JOIN audited ON service = source AND audited.aggregate_id = aggregates.aggregate_id
    WHERE aggregates.version IS NOT audited.version
"""


def events(scratch: Scratch) -> Iterator[str]:
    """E."""
    [(most,)] = scratch.ask("SELECT coalesce(max(version), 0) FROM aggregates")
    scratch.add("generate", ((number,) for number in range(1, most + 1)))
    for source, what, aggregate_id, version in scratch.ask(_LOST):
        yield f"{source}: {what} {aggregate_id}: the event of version {version} is in no topic, and does not wait"
    for topic, partition, place, kind, aggregate_id, version in scratch.ask(_UNCOMMITTED):
        yield f"{topic}/{partition}/{place}: {kind} of {aggregate_id}, version {version}, was never committed"
    for source, aggregate_id, version, ids in scratch.ask(_TWO_EVENTS):
        yield f"{source}: {aggregate_id}: version {version} has several events: {ids}"


def effects(scratch: Scratch) -> Iterator[str]:
    """X."""
    for listener, kind, event_id, key in scratch.ask(_UNHANDLED):
        yield f"{listener}: {kind} {event_id} of {key} was not handled, is not parked and no dead letter"
    for service, method, what, aggregate_id, changes, births in scratch.ask(_TWICE):
        yield f"{service}: {what} {aggregate_id}: {method} changed it {changes} times, and happened {births} times"


def order(scratch: Scratch) -> Iterator[str]:
    """O."""
    for source, aggregate_id, version, partition, place, before, other, earlier in scratch.ask(_DISORDER):
        where = f"version {version} at {partition}/{place}, version {before} at {other}/{earlier}"
        yield f"{source}: {aggregate_id} is out of order: {where}"


def statuses(scratch: Scratch) -> Iterator[str]:
    """S."""
    moved = "SELECT application_id, number, from_status, to_status FROM moves WHERE from_status <> to_status"
    for application_id, number, before, after in scratch.ask(moved):
        if after not in LEGAL.get(before, ()):
            yield f"application {application_id}: entry {number} of its timeline goes from {before} to {after}"
    for application_id, number, before, said in scratch.ask(_TELEPORTED):
        yield f"application {application_id}: entry {number} of its timeline begins at {said}, not at {before}"
    for application_id, status, reached in scratch.ask(_ELSEWHERE):
        yield f"application {application_id} is {status}, and its timeline ends at {reached}"
    for application_id, person, what in scratch.ask(_SAME_PERSON):
        yield f"application {application_id}: {person} decided as {what.replace(',', ' and as ')}"


def money(scratch: Scratch) -> Iterator[str]:
    """M."""
    for loan_id, one, amount, other, another in scratch.ask(_UNEQUAL):
        yield f"loan {loan_id}: {one} says {amount}, {other} {another}"


def audited(scratch: Scratch) -> Iterator[str]:
    """A, but for the chains."""
    for source, what, aggregate_id, version, last in scratch.ask(_UNAUDITED):
        yield f"{source}: {what} {aggregate_id} is at version {version}, its last audit row at {last or 'none'}"
