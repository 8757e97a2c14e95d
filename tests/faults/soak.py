"""Load for a long time: `make soak MINUTES=60`. Memory, threads, files and connections of every program stay bounded.

What a program holds after a third of the time, warm by then, is compared with what it holds in the last third: the
least of each, so that what comes and goes does not count. With `KILLS=30` a service is killed every thirty seconds.
"""

import argparse
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psutil

from stack import folders
from stack.layout import Layout
from tests.bench.capacity.table import row
from tests.bench.facts import facts
from tests.bench.platform import Platform
from tests.bench.processes import memory
from tests.faults.checks import check
from tests.faults.load import Load
from tests.faults.processes import SERVICES, killed

BASE, CUSTOMERS = 27000, 6
RESULT = folders.CHECKOUT / "build" / "faults" / "soak.json"
_EVERY_SECONDS = 10.0
# By how much a program may hold more in the end, and how much is noise however little it held.
GROWTH, NOISE = 1.15, {"memory_mb": 12, "threads": 4, "files": 8, "connections": 8}
Sample = Mapping[str, Mapping[str, float]]


def sample(platform: Platform) -> dict[str, dict[str, float]]:
    """What each program holds now: megabytes, threads, open files, its database's connections."""
    roots, found = platform.roots(), dict[str, dict[str, float]]()
    for name, megabytes in memory(roots).items():
        try:
            processes = [psutil.Process(roots[name]), *psutil.Process(roots[name]).children(recursive=True)]
            found[name] = {
                "memory_mb": megabytes,
                "threads": sum(each.num_threads() for each in processes),
                "files": sum(each.num_fds() for each in processes),
            }
        except psutil.Error:
            # It has just ended, and is there again at the next look.
            continue
    query = "SELECT datname, count(*) FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY datname"
    for database, count in platform.sql("application", query):
        if database in found:
            found[database]["connections"] = count
    return found


def grown(samples: Sequence[Sample]) -> dict[str, dict[str, tuple[float, float]]]:
    """What grew beyond bounds, by program: what it held at least in the second third and in the last one."""
    third = len(samples) // 3
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for name, held in summary(samples).items():
        for what, (before, after) in held.items():
            if third and after > GROWTH * before and after - before > NOISE[what]:
                found.setdefault(name, {})[what] = (before, after)
    return found


def summary(samples: Sequence[Sample]) -> dict[str, dict[str, tuple[float, float]]]:
    """The least of the second third and of the last one, by program and what is held."""
    third = len(samples) // 3
    middle, last = samples[third : 2 * third], samples[2 * third :]
    return {
        name: {what: (_least(middle, name, what), _least(last, name, what)) for what in NOISE if what in last[-1][name]}
        for name in (last[-1] if last else ())
    }


def _least(samples: Sequence[Sample], name: str, what: str) -> float:
    return min((each[name][what] for each in samples if what in each.get(name, {})), default=0.0)


def figures(soak: Mapping[str, Any]) -> Iterator[str]:
    """The section of docs/faults.md."""
    kills = f", a service killed every {soak['kill_seconds']:.0f} s" if soak["kill_seconds"] else ""
    yield f"{soak['minutes']:.0f} minutes of the same load{kills}: {soak['acknowledged']:,} calls acknowledged, "
    yield f"{len(soak['problems'])} problems, {len(soak['grown'])} programs that grew beyond {GROWTH - 1:.0%}."
    yield from ("", row("program", *(f"{what.replace('_', ' ')}, then" for what in NOISE)), row("---", *["---:"] * 4))
    for name, held in soak["held"].items():
        cells = (f"{held[what][0]:.0f} → {held[what][1]:.0f}" if what in held else "" for what in NOISE)
        yield row(name, *cells)
    yield ""


def main() -> int:
    """Runs it; 1 when something grew, was lost, or done twice."""
    given = _arguments()
    platform, measured, samples = Platform(Layout.of(given.base)), facts(), list[Sample]()
    shutil.rmtree(platform.layout.state, ignore_errors=True)
    chance, kill = random.Random(given.seed), killed(*SERVICES, times=1)
    try:
        platform.command("up")
        load = Load(platform, CUSTOMERS)
        with load.going_on(given.seed) as found:
            until, next_kill = time.monotonic() + 60 * given.minutes, time.monotonic() + (given.kill_seconds or 1e9)
            while time.monotonic() < until:
                time.sleep(_EVERY_SECONDS)
                samples.append(sample(platform))
                if time.monotonic() > next_kill:
                    next_kill += given.kill_seconds
                    with kill(platform, chance):
                        pass
        platform.settle(180)
        problems = [*check(platform, found).lines, *found.problems]
        load.close()
    finally:
        platform.command("down")
        shutil.rmtree(platform.layout.state, ignore_errors=True)
    much = grown(samples)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "minutes": given.minutes, "kill_seconds": given.kill_seconds, "facts": measured, "problems": problems,
        "acknowledged": len(found.created) + len(found.withdrawn), "grown": much, "held": summary(samples),
        "samples": samples,
    }  # fmt: skip
    RESULT.write_text(json.dumps(kept) + "\n")
    print(f"kept: {RESULT}; {kept['acknowledged']} calls acknowledged, {len(problems)} problems")
    for name, held in summary(samples).items():
        print(f"{name:<14}", "  ".join(f"{what} {before:.0f} → {after:.0f}" for what, (before, after) in held.items()))
    for each in [*problems[:20], *(f"grew: {name} {what}" for name, what in much.items())]:
        print(each)
    return 1 if problems or much else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kill-seconds", type=float, default=0, help="a service is killed so often; 0: none is")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--base", type=int, default=BASE, help="the first port of the stack")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
