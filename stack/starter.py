"""Starts parts in their order, as many at a time as the order allows, and says which one failed and why."""

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from stack.layout import Layout
from stack.part import Part
from stack.supervisor import Supervisor

READY_SECONDS = 90
LOG_LINES = 25
POLL_SECONDS = 0.1


class StartError(Exception):
    """A part did not start; the text says why and ends with the last lines of its log."""


class NotTried(StartError):
    """A part was not tried, because one that it waits for did not start."""


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """One command at a time starts, stops or restores a stack."""
    with (layout.state / "command.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(
    layout: Layout, supervisor: Supervisor, parts: Iterable[Part], report: Callable[[str, float], None]
) -> list[StartError]:
    """Starts the parts and waits until all are ready; gives what went wrong, in the order of the table.

    `report` gets a part's name and the seconds since the beginning, as each becomes ready. What a part waits for and is
    not among `parts` is taken to be ready.
    """
    began, futures = time.monotonic(), dict[str, Future[None]]()

    def bring_up(part: Part, before: list[Future[None]]) -> None:
        wait(before)
        if any(future.exception() for future in before):
            raise NotTried(f"{part.name} was not started: {', '.join(part.after)} must be up before")
        _start_one(layout, supervisor, part)
        report(part.name, time.monotonic() - began)

    parts = list(parts)
    with ThreadPoolExecutor(max_workers=len(parts) or 1) as pool:
        for part in parts:
            futures[part.name] = pool.submit(bring_up, part, [futures[name] for name in part.after if name in futures])
    return [error for future in futures.values() if isinstance(error := future.exception(), StartError)]


def _start_one(layout: Layout, supervisor: Supervisor, part: Part) -> None:
    try:
        if part.command:
            if not supervisor.process(part.name).pid:
                if part.prepare:
                    part.prepare(layout)
                if part.account:
                    part.account.give(layout)
                supervisor.start(part.name)
            _wait_ready(layout, supervisor, part)
        if part.settle:
            part.settle(layout)
    except StartError:
        raise
    except Exception as error:
        # Whatever a part's client raises, the user gets the part's name, the reason and its log.
        raise StartError(
            f"{part.name}: {type(error).__name__}: {error}{log_tail(layout.logs / f'{part.name}.log')}"
        ) from error


def _wait_ready(layout: Layout, supervisor: Supervisor, part: Part) -> None:
    deadline, last = time.monotonic() + READY_SECONDS, "no answer"
    while True:
        process = supervisor.process(part.name)
        try:
            if part.ready and process.pid:
                part.ready(layout)
                return
        except Exception as error:
            last = f"{type(error).__name__}: {error}"
        if process.failed:
            supervisor.stop(part.name)
            raise StartError(f"{part.name} ended: {process.why}{log_tail(layout.logs / f'{part.name}.log')}")
        if time.monotonic() > deadline:
            tail = log_tail(layout.logs / f"{part.name}.log")
            raise StartError(f"{part.name} was not ready after {READY_SECONDS} s ({last}){tail}")
        time.sleep(POLL_SECONDS)


def log_tail(log: Path) -> str:
    """The last lines of a log, indented below a heading; empty when there is none."""
    if not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "".join(f"\n    {line[:400]}" for line in [f"last lines of {log}:", *lines]) if lines else ""
