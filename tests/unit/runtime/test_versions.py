"""Versions across restores: what is written, what old records mean, and what is no incarnation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.events import versions
from services.runtime.events.event import Event
from services.runtime.events.gate import followed
from services.runtime.events.outbox import FOLLOWS
from services.runtime.events.registry import Undecodable

# A record as it was written before there were incarnations; its bytes stay on topics for as long as these are kept.
OLD = (
    (b"ce_specversion", b"1.0"),
    (b"ce_id", b"0198a6a0-0000-7000-8000-000000000001"),
    (b"ce_type", b"kyc.approved"),
    (b"ce_source", b"kyc"),
    (b"ce_time", b"2026-01-31T12:00:00.000001+00:00"),
    (b"ce_subject", b"0198a6a0-0000-7000-8000-000000000002"),
    (b"ce_aggregatetype", b"Review"),
    (b"ce_aggregateid", b"0198a6a0-0000-7000-8000-000000000002"),
    (b"ce_aggregateversion", b"7"),
    (b"ce_actor", b"staff:1"),
    (b"ce_correlationid", b"corr-1"),
    (b"content-type", b"application/avro"),
    (b"ce_follows", b"risk=3,approval=5"),
)
numbers = st.integers(1, 2**31 - 2)


def read(**more: str) -> Event:
    headers = {name.decode(): text.decode() for name, text in OLD} | more
    return Event.read("loanflow.kyc.v1", headers["ce_subject"], headers, b"")


def test_records_of_before_are_of_the_first_incarnation() -> None:
    event = read()
    assert (event.incarnation, event.ordinal) == (0, 7)
    assert [followed(event.headers, name, event.ordinal) for name in ("risk", "approval", "other")] == [3, 5, 0]


def test_the_first_incarnation_writes_what_was_written_before() -> None:
    assert versions.headers_of(0) == {}
    assert versions.named({"risk": 3, "approval": 5}).encode() == dict(OLD)[b"ce_follows"]


@given(st.tuples(numbers, numbers), st.tuples(numbers, numbers))
def test_a_later_incarnation_is_later_whatever_the_versions(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (versions.ordinal(*one) < versions.ordinal(*other)) == (one < other)
    assert versions.ordinal(0, one[1]) == one[1] < versions.ordinal(1, 1)


@given(st.integers(0, 2**31 - 1), numbers)
def test_what_an_event_follows_is_read_as_it_was_written(incarnation: int, version: int) -> None:
    place = versions.ordinal(incarnation, version)
    headers = {FOLLOWS: versions.named({"other": 1, "risk": place, "approval": 2})}
    assert followed(headers, "risk", place + 1) == place
    # No event follows itself, or a later one.
    assert followed(headers, "risk", place) == place - 1


@pytest.mark.parametrize("text", ["", "-1", "01", "1.5", "x", "4294967296", "\u0661", "1\n"])
def test_what_is_no_incarnation_is_no_event(text: str) -> None:
    with pytest.raises(Undecodable):
        read(ce_incarnation=text)


def test_an_incarnation_is_never_used_twice() -> None:
    first = versions.raised("", 1_800_000_000.0)
    assert first == 30_000_000
    assert versions.raised(str(first), 1_800_000_010.0) == first + 1
    # The same backup again: it notes none, as before.
    assert versions.raised("", 1_800_000_060.0) == first + 1
    assert versions.raised("7", 0.0) == 8
