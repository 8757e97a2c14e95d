"""The archiver of a stack: a pass a minute, a base a day, and what is older than is kept removed.

usage: python -m stack.backup.archiver BASE STATE

It runs from the first `make backup` on, beside the receiver of PostgreSQL's log, whenever the stack does.
"""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from services.runtime.observing import logging
from stack.backup import take
from stack.backup.parts import FIGURES, first_round
from stack.layout import Layout

log = structlog.get_logger(__name__)
# What is committed is lost when everything is, until the next pass; the goal is five minutes.
PASS_SECONDS = 60.0
BASE_EVERY = timedelta(days=1)
DAYS = 14


def days() -> int:
    """For how many days backups are kept: $LOANFLOW_BACKUP_DAYS."""
    return int(os.environ.get("LOANFLOW_BACKUP_DAYS", DAYS))


def main(base: str, state: str) -> None:
    """Goes on until SIGTERM. A pass that fails is made again; its age is in `figures/backup.prom`, for a collector."""
    layout, end = Layout(int(base), Path(state)), threading.Event()
    logging.configure("archiver")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    registry = CollectorRegistry()
    covered = Gauge("loanflow_backup_until_time_seconds", "Up to when everything is backed up.", registry=registry)
    while not end.is_set():
        began = time.monotonic()
        try:
            vault = take.vault_of(layout)
            made = take.advance(layout, vault, base_every=BASE_EVERY)
            if made.base:
                log.info("removed", files=take.prune(vault, days(), datetime.now(UTC)))
            covered.set(made.until.timestamp())
            write_to_textfile(str(layout.figures / FIGURES), registry)
            first_round(layout).touch()
        except Exception as error:
            # Whatever a store's client raises: the next pass takes what this one did not.
            log.error("not backed up", why=repr(error))
        end.wait(max(0.0, PASS_SECONDS - (time.monotonic() - began)))


if __name__ == "__main__":
    main(*sys.argv[1:])
