"""Faults of disks: the folder of a part is a small one of its own in memory, and something else fills it up."""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stack.starter import StartError
from tests.bench.platform import Platform
from tests.faults.fault import Act
from tests.faults.processes import start

_MEGABYTE, _START_SECONDS = 2**20, 90.0
_LEFT = 48 * _MEGABYTE


def full(part: str, seconds: float) -> Act:
    """The disk under a part is full for a while; needs root, who alone may mount one."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        folder = platform.layout.state / part
        with _small(platform, part, folder):
            ballast = folder / "ballast"
            _fill(ballast)
            time.sleep(seconds * chance.uniform(0.8, 1.2))
            ballast.unlink()
            _await(platform, part)
            yield

    return act


@contextmanager
def _small(platform: Platform, part: str, folder: Path) -> Iterator[None]:
    """What the folder holds is on a disk with little more room than that for the block, and then back where it was."""
    kept = folder.with_name(f"{folder.name}.kept")
    platform.supervisor.stop(part)
    used = int(_run("du", "-s", "--block-size=1", str(folder)).split()[0])
    folder.rename(kept)
    folder.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={used + used // 10 + _LEFT},mode=0700", "tmpfs", str(folder))
    try:
        _copy(kept, folder)
        start(platform, part)
        yield
    finally:
        platform.supervisor.stop(part)
        shutil.rmtree(kept)
        kept.mkdir()
        _copy(folder, kept)
        _run("umount", str(folder))
        folder.rmdir()
        kept.rename(folder)
        start(platform, part)


def _await(platform: Platform, part: str) -> None:
    """What ended for want of room is started again by the supervisor, or has given up by now."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return start(platform, part)
        except StartError:
            if time.monotonic() > deadline:
                raise


def _copy(source: Path, target: Path) -> None:
    # Owners, modes and holes in files stay.
    _run("cp", "-a", "--sparse=always", f"{source}/.", str(target))


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(_MEGABYTE // 4))
    # To the last byte.
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(512))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
