"""A daily run in a process of its own that kills itself: `python -m tests.integration.repayment.victim <json>`.

The JSON has the database's settings, the business date, the file for the reminders sent, and the moment to die at:
`in loan n` (its work done, its transaction open), `after loan n`, `between calls` or `reminders sent` (not committed).
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from services.repayment import convert
from services.repayment.daily_run import DailyRunner, RunDaily
from services.repayment.dunning import Reminder
from services.repayment.store import UnitOfWork
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.events.avro import Codec
from services.runtime.events.outbox import Outbox
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings
from services.runtime.stores.wrapping import FileWrapping
from services.runtime.tls import TlsSettings
from tests.fakes.clock import DAYS_AHEAD
from tests.fakes.registry import FakeRegistry


def die() -> None:
    """No handler, no clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


class Notices:
    """Appends each reminder's id to a file, which outlives the process."""

    def __init__(self, said: Path, deadly: bool) -> None:
        self._sent, self._deadly = said, deadly

    def remind(self, reminders: Sequence[Reminder]) -> None:
        with self._sent.open("a") as file:
            file.writelines(f"{each.reminder_id}\n" for each in reminders)
        if self._deadly:
            die()


class DyingUnit(UnitOfWork):
    """Dies at the commit of the loan whose turn it is."""

    moment = ""
    lock = threading.Lock()
    count = 0

    def commit(self, why: str = "") -> None:
        if not why:
            super().commit()
            return
        with DyingUnit.lock:
            DyingUnit.count += 1
            number = DyingUnit.count
        if self.moment == f"in loan {number}":
            die()
        super().commit(why)
        if self.moment == f"after loan {number}":
            die()


def main(given: dict[str, Any]) -> None:
    """Runs until it dies, or to the end."""
    settings = {**given["postgres"], "password_file": Path(given["postgres"]["password_file"])}
    tls = TlsSettings(Path(settings.pop("authority_file")))
    database = Postgres(PostgresSettings(**settings, tls=tls), FileWrapping(Path(given["wrapping"])))
    outbox = Outbox("repayment", convert.event_message, Codec(FakeRegistry()))
    DyingUnit.moment = given["moment"]
    notices = Notices(Path(given["sent"]), given["moment"] == "reminders sent")
    runner = DailyRunner(lambda: DyingUnit(database, outbox), SystemClock(), notices, DAYS_AHEAD)
    with context.background("scheduler", "test.victim"):
        while not runner.run(RunDaily(date.fromisoformat(given["day"]), 4)).run.complete:
            if given["moment"] == "between calls":
                die()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
