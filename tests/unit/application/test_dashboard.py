"""The dashboard out of its counts: conversion, percentiles, decisions by band, ages; the spans of a range."""

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.application.dashboard import LOST, dashboard, percentile
from services.application.figures import ALL, BEGINNING, DAY, DECIDED, MONTH, MOVED, STAYED, WAITING, spans
from services.application.status import MOVES, ApplicationStatus

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
S = ApplicationStatus


@given(first=st.none() | DAYS, last=st.none() | DAYS, today=DAYS, asked=DAYS)
def test_each_day_of_a_range_is_in_one_span_and_no_other_is(
    first: date | None, last: date | None, today: date, asked: date
) -> None:
    if first and last and last < first:
        first, last = last, first
    found = 0
    for span, low, high in spans(first, last, today):
        starts = {ALL: BEGINNING, MONTH: asked.replace(day=1), DAY: asked}[span]
        found += low <= starts <= high
    # What comes after tomorrow is not there yet.
    inside = (first or BEGINNING) <= asked <= min(last or date.max, max(today, first or BEGINNING) + timedelta(days=1))
    assert found == (1 if inside or (first is None and last is None) else 0)


@given(first=DAYS, days=st.integers(0, 4000))
def test_a_range_is_made_of_months_and_at_most_two_months_of_days(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    single = sum((high - low).days + 1 for span, low, high in spans(first, last, last) if span == DAY)
    assert single <= 62


@given(lengths=st.lists(st.integers(2, 10_000_000), min_size=1, max_size=60), share=st.sampled_from([50, 90, 95]))
def test_a_percentile_is_not_too_short_and_at_most_a_fifth_too_long(lengths: list[int], share: int) -> None:
    buckets = Counter(math.ceil(4 * math.log2(each)) for each in lengths)
    exact = sorted(lengths)[math.ceil(Decimal(share) / 100 * len(lengths)) - 1]
    assert exact * 0.999 - 1 <= percentile(buckets, Decimal(share) / 100) <= exact * 1.2


def test_who_went_on_and_who_was_lost() -> None:
    counts = [
        (MOVED, "KYC_REVIEW", "KYC_APPROVED", BEGINNING, 5),
        (MOVED, "KYC_REVIEW", "INFORMATION_REQUESTED", BEGINNING, 1),
        (MOVED, "KYC_REVIEW", "KYC_REJECTED", BEGINNING, 1), (MOVED, "KYC_REVIEW", "WITHDRAWN", BEGINNING, 1),
        (STAYED, "KYC_REVIEW", "40", BEGINNING, 7), (STAYED, "KYC_REVIEW", "60", BEGINNING, 1),
    ]  # fmt: skip
    [flow] = dashboard([], counts, NOW).flows
    assert (flow.left_count, flow.advanced_count, str(flow.conversion_percent)) == (8, 6, "75.0")
    assert (flow.p50_seconds, flow.p90_seconds) == (2**10, 2**15)


def test_every_status_that_ends_a_loan_early_is_lost() -> None:
    kept = {each for each in S if each not in LOST}
    onward = {S.CLOSED, S.DISBURSED} | {move.to for move in MOVES.values() if not _is_ending(move.to)}
    assert kept - {S.DRAFT} == onward - LOST


def _is_ending(status: ApplicationStatus) -> bool:
    return not any(status in move.allowed_from for move in MOVES.values())


def test_a_band_has_its_decisions_and_those_against_the_score() -> None:
    decided = {("A", "APPROVED"): 9, ("A", "REJECTED"): 1, ("A", "OVERRIDDEN"): 1, ("E", "REJECTED"): 4}
    found = dashboard([], [(DECIDED, *key, BEGINNING, count) for key, count in decided.items()], NOW).bands
    assert [
        (each.rating, each.approved_count, each.rejected_count, str(each.approval_percent), each.override_count)
        for each in found
    ] == [("A", 9, 1, "90.0", 1), ("E", 0, 4, "0.0", 0)]


@pytest.mark.parametrize(
    ("days", "part"),
    [(0, "under_1_day"), (1, "under_3_days"), (2, "under_3_days"), (3, "under_7_days"), (7, "under_30_days"),
     (29, "under_30_days"), (30, "over_30_days"), (400, "over_30_days")],
)  # fmt: skip
def test_each_age_is_in_its_part(days: int, part: str) -> None:
    since = NOW.date() - timedelta(days=days)
    [queue] = dashboard([], [(WAITING, "SUBMITTED", "", since, 3)], NOW).queues
    parts = ("under_1_day", "under_3_days", "under_7_days", "under_30_days", "over_30_days")
    assert {name: getattr(queue, name) for name in parts if getattr(queue, name)} == {part: 3}
    assert (queue.waiting_count, queue.oldest_days) == (3, days)


def test_nothing_is_said_of_nothing() -> None:
    empty = dashboard([], [], NOW)
    assert (empty.flows, empty.bands, empty.queues, empty.total_count) == ((), (), (), 0)
    assert percentile({}, Decimal("0.5")) == 0
