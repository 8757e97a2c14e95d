"""The auditor's questions at any size: what is missing is found wherever portions and runs end, in bounded memory."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack.audit import checks, handled
from stack.audit.handled import Handled, event
from stack.audit.scratch import Scratch, events_in, folder

KINDS = {"a.made": ("one", "two"), "b.made": ("two",), "c.made": ()}


@contextmanager
def opened(
    events: list[tuple[str, str]], received: dict[str, list[str]], aside: set[tuple[str, str]]
) -> Iterator[tuple[Scratch, Handled]]:
    """Events by id and type; each is of an aggregate of its own."""
    with (
        folder() as files,
        closing(Scratch(files / "databases")) as databases,
        closing(events_in(files / "events")) as topics,
    ):
        rows = [
            (event_id, "kyc", kind, event_id, 1, event_id, "c", "t", 0, place)
            for place, (event_id, kind) in enumerate(events)
        ]
        topics.add("events", rows)
        databases.add("listeners", [(kind, listener) for kind, names in KINDS.items() for listener in names])
        databases.add("set_aside", sorted((listener, event("kyc", each)) for listener, each in aside))
        databases.add("aggregates", sorted({("kyc", "reviews", event_id, 1) for event_id, _ in events}))
        databases.add("audited", sorted({("kyc", event_id, 1) for event_id, _ in events}))
        kept = Handled(files / "handled")
        for listener, ids in received.items():
            kept.add(listener, (event("kyc", each) for each in ids))
        databases.attach(topics.file)
        yield databases, kept


events_of_any_order = st.lists(
    st.tuples(st.integers(0, 40).map(lambda n: f"e{n}"), st.sampled_from(sorted(KINDS))), max_size=60
).map(lambda found: list({event_id: (event_id, kind) for event_id, kind in found}.values()))


@settings(max_examples=60, deadline=None)
@given(events_of_any_order, st.randoms(use_true_random=False), st.integers(1, 7), st.integers(1, 7))
def test_what_no_listener_has_is_named_wherever_portions_end(
    events: list[tuple[str, str]], chance: Random, portion: int, run: int
) -> None:
    wanted = {(listener, event_id) for event_id, kind in events for listener in KINDS[kind]}
    missing = {each for each in wanted if chance.random() < 0.3}
    aside = {each for each in missing if chance.random() < 0.5}
    # What it handled long ago is on no topic any more, and what comes again is the same event.
    received = {
        name: [event_id for listener, event_id in wanted - missing if listener == name] + ["e0-old", "z"]
        for name in ("one", "two")
    }
    again = [*events, *chance.choices(events, k=len(events))] if events else []
    chance.shuffle(again)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_PORTION", portion)
        patch.setattr(handled, "_RUN", run)
        patch.setattr(handled, "_CHUNK", 5)
        with opened(again, received, aside) as (databases, kept):
            found = list(checks.effects(databases, kept))
    named = {(text.split(":")[0], text.split()[3]) for text in found}
    assert (named, len(found)) == (missing - aside, len(missing - aside))


def most_bytes(count: int) -> int:
    """What the questions take at most for so many events, by Python's own count."""
    events = [(f"{number:032}", sorted(KINDS)[number % 3]) for number in range(count)]
    received = {name: [event_id for event_id, kind in events if name in KINDS[kind]] for name in ("one", "two")}
    with opened(events, received, set()) as (databases, kept):
        tracemalloc.start()
        try:
            assert not list(checks.violations(databases, kept))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_what_is_asked_takes_no_more_memory_for_more_loans(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's cache and pages, which are not counted, are bounded by its settings."""
    monkeypatch.setattr(checks, "_PORTION", 500)
    monkeypatch.setattr(handled, "_CHUNK", 1_000)
    few, many = most_bytes(2_000), most_bytes(16_000)
    assert many < 1.2 * few, f"{few:,} and {many:,} bytes"


def test_a_file_of_handled_ids_is_read_once(tmp_path: Path) -> None:
    kept = Handled(tmp_path / "handled")
    kept.add_sorted("one", [b"a\nb\n", b"c\n"])
    with kept.read(["one", "two"]) as runs:
        assert runs["two"] == []
        [run] = runs["one"]
        assert [run.up_to(last) for last in ("a", "bb", "bb", "z")] == [["a"], ["b"], [], ["c"]]
