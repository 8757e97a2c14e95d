"""What `make audit` costs by the number of loans: `python -m tests.bench.auditing 10000 100000`.

Its own work alone, over events, databases and chains that are made here: seconds of the processor for each question,
and the most memory of the process. Reading the broker and the databases comes to it; both happen beside each other.
"""

import argparse
import hashlib
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from stack.audit import checks, trail
from stack.audit.handled import Handled, event
from stack.audit.scratch import Scratch, events_in, folder

# How many events of a loan that was disbursed are of each service; each has three listeners.
EVENTS = {
    "application": 8, "kyc": 2, "risk": 2, "discussion": 2, "approval": 3, "agreement": 2, "activation": 1,
    "repayment": 1,
}  # fmt: skip
LISTENERS = ("notification", "document", "customer")
STATUSES = (
    "DRAFT SUBMITTED KYC_REVIEW KYC_APPROVED RISK_ASSESSED RISK_APPROVED OFFER_SENT OFFER_ACCEPTED INTERNAL_APPROVED "
    "MANAGEMENT_APPROVED FINAL_APPROVED AGREEMENT_GENERATED AGREEMENT_SIGNED ACTIVE DISBURSED"
).split()
_AUDIT_ROWS = 25
_NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)


def identity(*parts: object) -> str:
    """As random as those of the services."""
    found = hashlib.md5(repr(parts).encode()).hexdigest()
    return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"


def events(loans: int) -> Iterator[tuple[Any, ...]]:
    """The rows of `events`."""
    place = 0
    for loan in range(loans):
        for source, count in EVENTS.items():
            for version in range(1, count + 1):
                place += 1
                event_id, aggregate_id = identity(loan, source, version), identity(loan, source)
                yield (
                    event_id, source, f"{source}.{version}", aggregate_id, version, identity(loan),
                    identity(event_id), f"loanflow.{source}.v1", loan % 12, place,
                )  # fmt: skip


def fill(databases: Scratch, handled: Handled, loans: int) -> None:
    """What the databases hold, all of it sound."""
    kinds = [f"{source}.{version}" for source, count in EVENTS.items() for version in range(1, count + 1)]
    databases.add("listeners", [(kind, listener) for kind in kinds for listener in LISTENERS])
    for listener in LISTENERS:
        handled.add(listener, (event(row[1], row[0]) for row in events(loans)))
    applications = sorted(identity(loan) for loan in range(loans))
    for source, count in EVENTS.items():
        reached = sorted(identity(loan, source) for loan in range(loans))
        databases.add("aggregates", ((source, "rows", each, count) for each in reached))
        databases.add("audited", ((source, each, count) for each in reached))
    moves = list(enumerate(pairwise(STATUSES), 1))
    databases.add("moves", ((each, number, *move) for each in applications for number, move in moves))
    databases.add("statuses", ((each, STATUSES[-1]) for each in applications))
    for level in range(5):
        databases.add("decisions", ((each, f"person {level}", f"level {level}") for each in applications))
    for held_by in ("the ledger", "the payments", "the account"):
        databases.add("paid", ((each, held_by, "10 EUR") for each in applications))


def chain(rows: int) -> Iterator[trail.Pair]:
    """Links of a chain that is whole and rows of them, and last one that is not signed, which is named."""
    row = {
        "entry_id": "1", "create_time": _NOW, "actor": "customer:1", "method": "/loanflow.kyc.v1.KycService/Decide",
        "aggregate_type": "Review", "aggregate_id": identity(1), "version": 3, "before": {"status": "OPEN"},
        "after": {"status": "APPROVED", "update_time": _NOW.isoformat()}, "why": "", "correlation_id": identity(2),
    }  # fmt: skip
    digest, link = trail._digest(row), bytes(32)
    for number in range(1, rows + 1):
        made: dict[str, Any] = {
            "sequence": number, "entry_id": "1", "digest": digest, "chain_time": _NOW, "signature": b"",
        }  # fmt: skip
        made["link"] = link = trail._link(link, made)
        yield made, row


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints what the block cost."""
    began = time.process_time()
    yield
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"    {what:<46} {time.process_time() - began:>6.1f} s {megabytes:>6} MB", flush=True)


def made(files: Path, loans: int) -> None:
    """Makes what is asked of."""
    with closing(events_in(files / "events")) as topics, timed(f"{loans * sum(EVENTS.values()):,} events are kept"):
        topics.add("events", events(loans))
    with closing(Scratch(files / "databases")) as databases, timed("what the databases hold is kept"):
        fill(databases, Handled(files / "handled"), loans)


def asked(files: Path, loans: int) -> None:
    """Asks every question, of which none has an answer."""
    with closing(Scratch(files / "databases", "")) as databases:
        databases.attach(files / "events")
        questions: dict[str, Callable[[], Iterator[object]]] = {
            "E and O": lambda: checks.published(databases),
            "X": lambda: checks.effects(databases, Handled(files / "handled")),
            "S": lambda: checks.statuses(databases), "M": lambda: checks.money(databases),
            "A": lambda: checks.audited(databases),
        }  # fmt: skip
        for letter, question in questions.items():
            with timed(letter):
                assert not list(question())
    with timed(f"the chains of {loans * _AUDIT_ROWS:,} rows"):
        assert len(list(trail.faults("kyc", chain(loans * _AUDIT_ROWS), bytes(32), [], _NOW))) == 1


def main() -> None:
    """For each number of loans, in processes of their own: what one took at most is its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.auditing", description=__doc__)
    parser.add_argument("loans", nargs="*", type=int, default=[10_000, 100_000])
    for loans in parser.parse_args().loans:
        print(f"{loans:,} loans")
        with folder() as files:
            for step in (made, asked):
                process = get_context("spawn").Process(target=step, args=(files, loans))
                process.start()
                process.join()
                assert process.exitcode == 0
            kept = sum(each.stat().st_size for each in files.rglob("*") if each.is_file())
            print(f"    {'in files that are gone afterwards':<46} {'':>8} {kept >> 20:>6} MB", flush=True)


if __name__ == "__main__":
    main()
