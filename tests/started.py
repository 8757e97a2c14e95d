"""Programs that a test starts by itself, beside or without a stack: each runs until the block ends."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from stack import programs
from stack.layout import Layout
from tests.waiting import until


@contextmanager
def started(
    layout: Layout, name: str, command: Sequence[str], ready: Callable[[Layout], None], stop_seconds: float = 20
) -> Iterator[subprocess.Popen[bytes]]:
    """It is ready; what it says is in `<name>.out` beside the state, and in the error when it does not get so.

    One that does not end in so many seconds is killed.
    """
    said = layout.state / f"{name}.out"
    # Nobody else on the machine reads it: a stack's own folder may be passed through.
    said.touch(0o600)
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, env=programs.environment(), stdout=output, stderr=subprocess.STDOUT, cwd=layout.state
        )
    try:
        until(lambda: _answers(layout, ready), lambda: f"{name}: {said.read_text()[-2000:]}")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(layout: Layout, ready: Callable[[Layout], None]) -> bool:
    try:
        ready(layout)
    except OSError:
        return False
    return True
