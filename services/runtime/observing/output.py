"""Standard output that holds no one up: with a pipe that no one reads, lines are dropped and counted, and calls go on.

What reads the pipe, a supervisor or the node's container runtime, may stand still, or be slower than lines come. Each
thread that wrote would then wait in its call. The audit trail is in the database; a log line is not worth a call.
"""

import os
import select
import stat
import sys
import threading
from contextlib import suppress

from prometheus_client import Counter

DROPPED = Counter("loanflow_log_lines_dropped", "Lines of the log that no one read in time.")
_OUT = 1
# A reader that is only busy gets as long; while it stands still, no further line waits.
_PATIENCE_MS = 100


class Output:
    """Whole lines to standard output, whichever threads write them; a file-like object for the standard library."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe = _Pipe() if _is_pipe() else None

    def write(self, line: str) -> None:
        """Writes a line, its end included."""
        with self._lock:
            if self._pipe is None:
                sys.stdout.write(line)
                sys.stdout.flush()
            elif not self._pipe.write(line.encode(errors="replace")):
                DROPPED.inc()

    def flush(self) -> None:
        """Nothing waits."""


class _Pipe:
    """The pipe that standard output is; not safe between threads."""

    def __init__(self) -> None:
        self._descriptor = _own_descriptor()
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLOUT)
        self._stands_still = self._cut = False

    def write(self, line: bytes) -> bool:
        """Whether the line went out, whole."""
        if self._cut:
            line = b"\n" + line
        for start in range(0, len(line), select.PIPE_BUF):
            # So much goes in at once or not at all.
            if not self._put(line[start : start + select.PIPE_BUF]):
                self._cut, self._stands_still = self._cut or start > 0, True
                return False
            self._cut = False
        self._stands_still = False
        return True

    def _put(self, piece: bytes) -> bool:
        # It is full, or what read it has ended.
        with suppress(OSError):
            if self._poll.poll(0 if self._stands_still else _PATIENCE_MS):
                os.write(self._descriptor, piece)
                return True
        return False


def _is_pipe() -> bool:
    try:
        # Where something else takes what is written, such as a test, it gets it.
        return sys.stdout.fileno() == _OUT and stat.S_ISFIFO(os.fstat(_OUT).st_mode)
    except (AttributeError, OSError, ValueError):
        return False


def _own_descriptor() -> int:
    """Opened once more, so that no one else who writes there finds it non-blocking; where that is refused, itself."""
    try:
        return os.open(f"/proc/self/fd/{_OUT}", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return _OUT
