"""Processor time and memory by process, out of /proc: exact on a noisy machine, where times are not.

A process is named as the stack names it; its children, and those of them that have ended, count with it. So
`postgres` is the whole server, and `postgres/kyc` the part of it that worked in that database.
"""

import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_TICK = os.sysconf("SC_CLK_TCK")
_BACKEND = re.compile(r"postgres: (\S+) (\S+) 127\.")
Roots = Callable[[], Mapping[str, int]]


@dataclass
class Window:
    """What a stretch of time cost: its wall seconds, and the processor seconds of each process in it.

    `machine` is the processor seconds of the whole machine, with those of programs that are none of ours.
    """

    wall: float = 0.0
    busy: dict[str, float] = field(default_factory=dict)
    machine: float = 0.0

    @property
    def total(self) -> float:
        """The processor seconds of all processes; the parts of PostgreSQL are in the whole."""
        return sum(seconds for name, seconds in self.busy.items() if "/" not in name)

    def others(self, generator_seconds: float) -> float:
        """How many cores other programs kept from the platform and its load."""
        return round(max(0.0, self.machine - self.total - generator_seconds) / max(self.wall, 0.001), 2)

    def micros_per(self, count: int) -> dict[str, int]:
        """Microseconds of processor for each of `count` things that were done, by process, the costliest first."""
        each = {name: round(seconds * 1e6 / max(count, 1)) for name, seconds in self.busy.items()}
        each["all"] = round(self.total * 1e6 / max(count, 1))
        return dict(sorted(((name, us) for name, us in each.items() if us), key=lambda pair: -pair[1]))


@contextmanager
def window(roots: Roots) -> Iterator[Window]:
    """Measures what the block costs; processes that began or ended meanwhile count from or up to then."""
    found, before, machine, begun = Window(), _seconds(roots()), _machine(), time.monotonic()
    yield found
    after, found.machine, found.wall = _seconds(roots()), _machine() - machine, time.monotonic() - begun
    found.busy = {name: max(0.0, seconds - before.get(name, 0.0)) for name, seconds in after.items()}


def memory(roots: Mapping[str, int]) -> dict[str, float]:
    """Megabytes of each process with its children; a page that several share counts once in all (PSS)."""
    found = {}
    for name, pid in roots.items():
        try:
            root = psutil.Process(pid)
            found[name] = round(
                sum(each.memory_full_info().pss for each in (root, *root.children(recursive=True))) / 2**20, 1
            )
        except psutil.Error:
            continue
    return found


def _seconds(roots: Mapping[str, int]) -> dict[str, float]:
    """The processor seconds so far, by the names of the roots; parts of PostgreSQL by database."""
    children, own = defaultdict(list), {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _read(entry / "stat")):
            fields = stat.rpartition(")")[2].split()
            children[int(fields[1])].append(int(entry.name))
            # Those that ended and were waited for are in the second pair.
            own[int(entry.name)] = sum(int(fields[number]) for number in (11, 12, 13, 14)) / _TICK
    found: dict[str, float] = defaultdict(float)
    for name, root in roots.items():
        waiting = [root]
        while waiting:
            pid = waiting.pop()
            found[name] += own.get(pid, 0.0)
            waiting += children[pid]
            if name == "postgres" and (backend := _BACKEND.match(_read(Path(f"/proc/{pid}/cmdline")))):
                found[f"postgres/{backend[2]}"] += own.get(pid, 0.0)
    return found


def _machine() -> float:
    """The processor seconds of all programs since the machine started; neither idle nor waiting for a disk."""
    user, nice, system, _idle, _waiting, *rest = map(int, _read(Path("/proc/stat")).split("\n")[0].split()[1:9])
    return (user + nice + system + sum(rest)) / _TICK


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        # It has ended meanwhile.
        return ""
