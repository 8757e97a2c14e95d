"""Runbooks are gone by, command for command: what is wrong is seen, named with its page, mended, and seen no more.

In CI those that alerts tell of, as each command is a program that starts; all of them by `make runbooks`.
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from services.runtime.events.avro import event_classes, event_option
from services.runtime.events.kafka import Producer
from services.runtime.ids import new_id
from stack import business_days, folders, programs
from stack.layout import Layout
from stack.observability import doctor, rules
from stack.parts import table
from stack.servers import kafka
from stack.supervisor import Supervisor
from tests.runbooks import Fill, Runbook
from tests.waiting import until

WHY = 'a trial of the page "dynamic settings"'
# Pages that nobody goes by here, and why.
NOT_PLAYED = {
    "audit-chain": "tests/integration/runtime/test_audit_chain.py; its commands are tests/e2e/test_audit.py",
    "backup-old": "make drill, on a stack of its own",
    "clock": "moves the clock of a machine",
    "failed-deploy": "in a cluster: tests/contract/test_switch.py",
    "disk-full": "tests/faults/disks.py, which fills one",
    "lost-topic": "tests/faults, on a stack of its own; tests/integration/runtime/test_republish.py",
    "messages": "waits for a provider; tests/integration/notification/test_flow.py",
    "monitoring": "of a stack with the profile observability",
    "old-logs": "of a stack with the profile observability: tests/telemetry/test_archive.py",
    "out-of-resources": "tests/faults, with limits of their own, which needs the right to set those of others",
    "payouts": "over REST: tests/e2e/test_payee.py",
    "refusal-notices": "over REST: tests/integration/risk",
    "refusal-reviews": "over REST: tests/integration/risk",
    "restore": "make drill, on a stack of its own",
    "revaluations": "over REST: tests/integration/risk",
    "risk-model": "tests/training",
    "search": "of a stack with the profile search",
    "tampering": "has backups to look into: make drill",
    "signing": "over REST: tests/e2e/test_signed_at_provider.py",
}  # fmt: skip


@dataclass(frozen=True)
class Play:
    """A page, what goes wrong for it, and the alert that is told meanwhile; `fills` as Runbook has them."""

    page: str
    fault: Callable[[Layout], None] = lambda _: None
    alert: str = ""
    fills: Mapping[str, Fill] = field(default_factory=dict)


def stopped(name: str) -> Callable[[Layout], None]:
    """A part ends, and does not come again by itself."""
    return lambda layout: Supervisor(layout, table()).stop(name)


def poisoned(layout: Layout) -> None:
    """On a topic is what only one service is to handle, and which nothing can read."""
    kinds = (event_option(kind.DESCRIPTOR) for kind in event_classes("application"))
    kind = next(each.type for each in kinds if [*each.listeners] == ["notification"])
    headers = {
        "ce_specversion": "1.0", "ce_id": new_id(), "ce_type": kind, "ce_source": "application",
        "ce_time": "2026-11-28T10:00:00+00:00", "ce_subject": new_id(), "ce_aggregatetype": "application",
        "ce_aggregateid": new_id(), "ce_aggregateversion": "1", "ce_actor": "service:application",
        "ce_correlationid": new_id(), "content-type": "application/avro",
    }  # fmt: skip
    producer = Producer(kafka.client(layout, "application"))
    producer.deliver("loanflow.application.v1", new_id(), b"no Avro", headers)
    producer.close()


def spoken(layout: Layout, *words: str) -> str:
    """What the stack's command says."""
    command = [programs.python(), "-m", "stack", "--base", str(layout.base), *words]
    return subprocess.run(
        command, env=programs.environment(), cwd=folders.CHECKOUT, capture_output=True, text=True, check=True
    ).stdout


def waiting(layout: Layout) -> str:
    """The place of a letter that waits; one that was replayed comes again at another."""

    def first() -> str:
        lines = spoken(layout, "events", "letters", "list", "notification").splitlines()
        return next((line.split()[0] for line in lines if line.endswith("[waits]")), "")

    return until(first, "a dead letter that waits")


def one_set(layout: Layout) -> None:
    """Somebody sets what they should not have."""
    for level in ("INFO", "DEBUG"):
        spoken(layout, "settings", "set", "log_level", level, "--reader", "kyc", "--why", WHY)


def before_last(layout: Layout) -> str:
    """The version before the one in force."""
    lines = spoken(layout, "settings", "history").splitlines()
    return [line.split()[0] for line in lines if not line.startswith(" ")][1]


PLAYS = (
    Play("service-down", stopped("kyc"), "ServiceDown"),
    Play("part-down", stopped("redis"), "RedisDown", {"postgres": "redis"}),
    Play("key-service", stopped("openbao"), "KeyServiceDown"),
    Play("scanner", stopped("clamav")),
    Play(
        "dead-letters", poisoned, "DeadLetters", {"kyc": "notification", "3/17": waiting, "ID": lambda _: new_id()}
    ),
    Play("dynamic-settings", one_set, fills={"12": before_last}),
    Play("overload"),
    Play("error-budget"),
    Play("daily-run", fills={"2027-01-31": lambda layout: business_days.latest(layout).isoformat()}),
    Play("outbox"),
    Play("lag"),
    Play("certificate"),
)  # fmt: skip


def told(layout: Layout) -> dict[str, str]:
    """The alerts that `make doctor` tells, with their pages."""
    return {alert.name: alert.runbook for alert, _ in doctor.found(doctor.look(layout), time.time())[0]}


IN_CI = tuple(each for each in PLAYS if each.alert)


@pytest.mark.parametrize("play", IN_CI if os.environ.get("CI") else PLAYS, ids=lambda play: play.page)
def test_a_page_finds_and_mends_what_it_is_about(play: Play, layout: Layout) -> None:
    page = Runbook(play.page, layout, play.fills)
    play.fault(layout)
    try:
        if play.alert:
            assert until(lambda: told(layout).get(play.alert), play.alert) == play.page
        for command in page.commands("Look"):
            looked = page.run(command)
            # What it looks at may be away; then it says so.
            assert (looked.stdout or looked.returncode) and "usage:" not in looked.stdout, f"{command}: {looked.stdout}"
        for section in ("Act", "Verify"):
            for command in page.commands(section):
                done = page.run(command)
                assert done.returncode == 0, f"{command}: {done.stdout}"
    finally:
        spoken(layout, "up")
    until(lambda: play.alert not in told(layout), f"an end of {play.alert}")


def test_every_page_is_played_or_says_where_it_is() -> None:
    pages = {each.stem for each in (folders.CHECKOUT / rules.RUNBOOKS).glob("*.md")}
    played = {each.page for each in PLAYS}
    assert pages == played | NOT_PLAYED.keys()
    assert not played & NOT_PLAYED.keys()
