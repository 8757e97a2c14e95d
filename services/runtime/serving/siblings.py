"""More processes of a service behind its one port, where a machine has more cores than one interpreter can use.

The system shares connections among the processes that listen on the port (SO_REUSEPORT). Each is a whole one, with its
own pool of database connections: relays divide the outbox among them by leases, consumers the topics by their group.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

from services.runtime.serving.settings import ServerSettings
from services.runtime.settings import PREFIX

# From the metrics port of the first process to that of the next: past all that the table of services gives away.
METRICS_STEP = 300


class Sibling:
    """The process with a number from 1 on; a Background of the first, which is number 0."""

    def __init__(self, settings: ServerSettings, number: int) -> None:
        self.name = f"process {number}"
        self._patience = settings.drain + settings.grace + 10
        self._environment = {
            **os.environ,
            f"{PREFIX}_SERVER_PROCESSES": "1",
            f"{PREFIX}_SERVER_SIBLING": "true",
            f"{PREFIX}_SERVER_METRICS_PORT": str(settings.metrics_port + number * METRICS_STEP),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the same program again; the pipe to it says that this process runs."""
        command = [sys.executable, *sys.orig_argv[1:]]
        self._process = subprocess.Popen(command, env=self._environment, stdin=subprocess.PIPE)

    def alive(self) -> bool:
        """False when it has ended."""
        return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """Asks it to drain and end, and does not wait."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Ends it, by force when it takes longer than it may."""
        if self._process is None:
            return
        self.end()
        try:
            self._process.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def when_first_ends(end: Callable[[], None]) -> None:
    """In a sibling: calls `end` when the first process is gone, however it went."""

    def wait() -> None:
        sys.stdin.buffer.read()
        end()

    threading.Thread(target=wait, name="sibling", daemon=True).start()
