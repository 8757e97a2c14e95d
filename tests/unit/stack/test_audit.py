"""Each letter of the auditor: a sound platform passes, and one thing that is broken by hand is named with its ids."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services import catalog
from services.application.status import MOVES, ApplicationStatus
from stack.audit import __main__ as command
from stack.audit import checks, trail
from stack.audit.collect import _listeners
from stack.audit.handled import Handled
from stack.audit.scratch import Scratch, events_in, folder
from stack.folders import CHECKOUT
from stack.layout import Layout

Rows = dict[str, list[tuple[Any, ...]]]


def sound() -> Rows:
    """A review with two events, of which application handled one and notification both, and a loan that was paid."""
    return {
        "events": [
            ("e1", "kyc", "kyc.verification.started", "a1", 1, "a1", "c1", "loanflow.kyc.v1", 3, 10),
            ("e2", "kyc", "kyc.approved", "a1", 2, "a1", "c2", "loanflow.kyc.v1", 3, 14),
        ],
        "listeners": [("kyc.verification.started", "application"), ("kyc.approved", "application"),
                      ("kyc.approved", "risk")],
        "aggregates": [("kyc", "reviews", "a1", 3)],
        "waiting": [("kyc", "a1", 3)],
        "received": [("application", "kyc e1"), ("application", "kyc e2"), ("risk", "kyc e2")],
        "changes": [
            ("kyc", "/kyc/Assign", "Review", "a1", 1, "c1", "status"),
            ("kyc", "/kyc/Decide", "Review", "a1", 3, "c2", "status"),
            ("application", "kyc.approved", "Application", "a1", 3, "c2", "taken"),
            ("application", "kyc.approved", "Application", "a1", 4, "c2", "status"),
        ],
        "moves": [("a1", 1, "DRAFT", "DRAFT"), ("a1", 2, "DRAFT", "SUBMITTED"), ("a1", 4, "SUBMITTED", "KYC_REVIEW"),
                  ("a1", 6, "KYC_REVIEW", "KYC_APPROVED")],
        "statuses": [("a1", "KYC_APPROVED")],
        "decisions": [("a1", "p1", "kyc officer"), ("a1", "p2", "risk manager")],
        "paid": [("l1", "the ledger", "10.5 EUR"), ("l1", "the account", "10.5 EUR")],
        "withdrawn": [("l1", 1, 0, 0)],
    }  # fmt: skip


@pytest.fixture
def empty() -> Iterator[Scratch]:
    with (
        folder() as files,
        closing(Scratch(files / "databases")) as made,
        closing(events_in(files / "events")) as events,
    ):
        made.attach(events.file)
        yield made


def violations(made: Scratch, rows: Rows) -> dict[str, list[str]]:
    changes, handled = rows.pop("changes"), Handled(made.file.with_name("handled"))
    for listener, event in rows.pop("received"):
        handled.add(listener, [event])
    for table, each in rows.items():
        made.add(table, each)
    for service in {service for service, *_ in changes}:
        made.add("changes", [each for name, *each in changes if name == service])
        made.sum_up(service)
    found: dict[str, list[str]] = {}
    for letter, text in checks.violations(made, handled):
        found.setdefault(letter, []).append(text)
    return found


def test_a_sound_platform_has_none(empty: Scratch) -> None:
    assert violations(empty, sound()) == {}


def test_an_event_that_is_sent_twice_is_no_violation(empty: Scratch) -> None:
    rows = sound()
    rows["events"].append((*rows["events"][0][:-1], 12))
    assert violations(empty, rows) == {}


def _lost(rows: Rows) -> None:
    del rows["events"][1], rows["received"][1:]


def _waits_no_more(rows: Rows) -> None:
    rows["waiting"].clear()


def _ghost(rows: Rows) -> None:
    rows["aggregates"].clear()
    rows["waiting"].clear()


def _two_of_a_version(rows: Rows) -> None:
    rows["events"].append(("e9", *rows["events"][1][1:-1], 15))
    rows["received"] += [("application", "kyc e9"), ("risk", "kyc e9")]


def _not_handled(rows: Rows) -> None:
    rows["received"].remove(("risk", "kyc e2"))


def _two_effects(rows: Rows) -> None:
    rows["changes"].append(("application", "kyc.approved", "Application", "a1", 5, "c2", "status"))


def _disorder(rows: Rows) -> None:
    rows["events"] = [(*each[:-1], place) for each, place in zip(rows["events"], (14, 10), strict=True)]


def _two_partitions(rows: Rows) -> None:
    rows["events"][1] = (*rows["events"][1][:-2], 4, 14)


def _illegal(rows: Rows) -> None:
    rows["moves"][3] = ("a1", 6, "KYC_REVIEW", "DISBURSED")
    rows["statuses"] = [("a1", "DISBURSED")]


def _jump(rows: Rows) -> None:
    del rows["moves"][2]


def _other_status(rows: Rows) -> None:
    rows["statuses"] = [("a1", "CLOSED")]


def _same_person(rows: Rows) -> None:
    rows["decisions"][1] = ("a1", "p1", "risk manager")


def _cent(rows: Rows) -> None:
    rows["paid"][0] = ("l1", "the ledger", "10.51 EUR")


def _withdrawn_in_name_alone(rows: Rows) -> None:
    rows["withdrawn"] = [("l1", 0, 0, False)]


def _charged_after_all(rows: Rows) -> None:
    rows["withdrawn"] = [("l1", 1, 2, False)]


def _closed_too_early(rows: Rows) -> None:
    rows["withdrawn"] = [("l1", 1, 0, True)]


def _no_audit(rows: Rows) -> None:
    del rows["changes"][1]


@pytest.mark.parametrize(
    ("break_it", "letter", "said"),
    [
        (_lost, "E", "kyc: reviews a1: the event of version 2 is in no topic, and does not wait"),
        (_waits_no_more, "E", "kyc: reviews a1: the event of version 3 is in no topic, and does not wait"),
        (_ghost, "E", "loanflow.kyc.v1/3/10: kyc.verification.started of a1, version 1, was never committed"),
        (_two_of_a_version, "E", "kyc: a1: version 2 has several events: e2,e9"),
        (_not_handled, "X", "risk: kyc.approved kyc e2 of a1 was not handled, is not parked and no dead letter"),
        (_two_effects, "X", "application: Application a1: kyc.approved changed it 2 times, and happened 1 times"),
        (_disorder, "O", "kyc: a1 is out of order: version 2 at 3/10, version 1 at 3/14"),
        (_two_partitions, "O", "kyc: a1 is out of order: version 2 at 4/14, version 1 at 3/10"),
        (_illegal, "S", "application a1: entry 6 of its timeline goes from KYC_REVIEW to DISBURSED"),
        (_jump, "S", "application a1: entry 6 of its timeline begins at KYC_REVIEW, not at SUBMITTED"),
        (_other_status, "S", "application a1 is CLOSED, and its timeline ends at KYC_APPROVED"),
        (_same_person, "S", "application a1: p1 decided as kyc officer and as risk manager"),
        (_cent, "M", "loan l1: the account says 10.5 EUR, the ledger 10.51 EUR"),
        (_withdrawn_in_name_alone, "M", "loan l1: was withdrawn from, and its ledger says so 0 times"),
        (_charged_after_all, "M", "loan l1: 2 entries after the withdrawal are no payments"),
        (_closed_too_early, "M", "loan l1: is closed after a withdrawal, and less was paid back than was lent"),
        (_no_audit, "A", "kyc: reviews a1 is at version 3, its last audit row at 1"),
    ],
)
def test_what_is_broken_is_named(empty: Scratch, break_it: Callable[[Rows], None], letter: str, said: str) -> None:
    rows = sound()
    break_it(rows)
    found = violations(empty, rows)
    assert said in found[letter]
    assert list(found) == [letter], found


def test_the_auditors_lifecycle_is_that_of_the_application_service() -> None:
    """Two writers: the one of the auditor is not made of the other."""
    expected: dict[str, set[str]] = {}
    for move in MOVES.values():
        for status in move.allowed_from:
            expected.setdefault(status.name, set()).add(move.to.name)
    assert {status: set(following) for status, following in checks.LEGAL.items()} == expected
    assert {status.name for status in ApplicationStatus} >= set(checks.LEGAL)


def test_who_has_to_handle_an_event_is_a_service() -> None:
    found = list(_listeners(CHECKOUT / "proto" / "review" / "listeners.txt"))
    assert ("kyc.approved", "application") in found
    assert {listener for _, listener in found} <= catalog.BY_NAME.keys()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's zone is none of UTC's."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("zone", [UTC, None])
def test_a_row_in_no_link_is_named_once_it_had_time_to_get_one(zone: Any) -> None:
    """MongoDB's times have no zone."""
    now = datetime(2030, 1, 15, 12, tzinfo=UTC)
    what = {"method": "m", "aggregate_type": "Review", "aggregate_id": "a"}
    rows = [
        (None, {"entry_id": name, "create_time": (now - timedelta(seconds=age)).replace(tzinfo=zone), **what})
        for name, age in (("old", 120), ("new", 30))
    ]
    found = list(trail.faults("kyc", rows, bytes(32), [], now))
    assert found == ["row old (m on Review a) is in no link of the chain: inserted"]


@pytest.mark.usefixtures("elsewhere")
def test_times_are_of_utc_whatever_the_machine_says() -> None:
    moment = datetime(2030, 1, 15, 12, tzinfo=UTC)
    assert trail._time(moment) == trail._time(moment.replace(tzinfo=None)) == "2030-01-15T12:00:00.000000+00:00"


def test_an_audit_leaves_its_figures_where_they_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(18000, tmp_path)
    monkeypatch.setattr(Layout, "of", lambda base: layout)
    monkeypatch.setattr(command, "audit", lambda layout: {"M": ["one"], "A": []})
    monkeypatch.setattr("sys.argv", ["stack.audit"])
    assert command.main() == 1
    text = (layout.figures / "audit.prom").read_text()
    assert 'loanflow_audit_violations{letter="M"} 1.0' in text
    assert "loanflow_audit_end_time_seconds 1" in text
