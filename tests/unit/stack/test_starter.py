"""The starter: order, and what a failure looks like; the supervisor is a stand-in without processes."""

import threading
from pathlib import Path
from typing import Any, cast

from stack import starter
from stack.layout import Layout
from stack.part import Part
from stack.supervisor import Process, Supervisor


class FakeSupervisor:
    """Runs nothing; `broken` programs end at once."""

    def __init__(self, *broken: str) -> None:
        self.broken, self.started = broken, list[str]()
        self.lock = threading.Lock()

    def start(self, name: str) -> None:
        with self.lock:
            self.started.append(name)

    def stop(self, name: str) -> None:
        pass

    def process(self, name: str) -> Process:
        running = name in self.started and name not in self.broken
        state = "RUNNING" if running else "BACKOFF" if name in self.started else "STOPPED"
        return Process(name, state, 1 if running else 0, 0, "exited too quickly")


def program(name: str, *after: str) -> Part:
    return Part(name, after=after, command=lambda _: [name], ready=lambda _: None)


def start(tmp_path: Path, supervisor: FakeSupervisor, *parts: Part) -> tuple[list[starter.StartError], list[str]]:
    reported: list[str] = []
    problems = starter.start(
        Layout(18000, tmp_path), cast(Supervisor, cast(Any, supervisor)), parts, lambda name, _: reported.append(name)
    )
    return problems, reported


def test_a_part_starts_when_what_it_waits_for_is_ready_and_settled(tmp_path: Path) -> None:
    order: list[str] = []
    first = Part("a", command=lambda _: ["a"], ready=lambda _: None, settle=lambda _: order.append("settled"))
    second = Part("b", after=("a",), settle=lambda _: order.append("b"))
    assert start(tmp_path, FakeSupervisor(), first, second) == ([], ["a", "b"])
    assert order == ["settled", "b"]


def test_a_failure_names_the_part_its_reason_and_its_log_and_stops_what_waits_for_it(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text("cannot bind\n")
    supervisor = FakeSupervisor("a")
    problems, reported = start(tmp_path, supervisor, program("a"), program("b", "a"), program("c"))
    assert reported == ["c"]
    assert "a ended: exited too quickly" in str(problems[0])
    assert "cannot bind" in str(problems[0])
    assert isinstance(problems[1], starter.NotTried)
    assert "b" not in supervisor.started


def test_what_a_step_raises_becomes_the_reason(tmp_path: Path) -> None:
    def fail(_: Layout) -> None:
        raise RuntimeError("no such table")

    problems, _ = start(tmp_path, FakeSupervisor(), Part("migrations", settle=fail))
    assert "migrations: RuntimeError: no such table" in str(problems[0])
