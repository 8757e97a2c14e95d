"""A service that is killed at one moment, or held up there: `python -m tests.faults.moments MOMENT SEED kyc`.

What happens just before the moment is the service's own code, unchanged; then the process ends by SIGKILL, after as
many times as the seed says. $FAULTS_LEFT says how often it is still to happen; at 0 the service runs as ever.
"""

import os
import random
import runpy
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import Any
from unittest.mock import patch

from confluent_kafka import Consumer as Client

from services.runtime.events.intake import Intake
from services.runtime.events.kafka import Producer
from services.runtime.events.outbox import Relay

_MOST_TIMES = 12
# The least that Kafka's client takes: that of the session.
_POLL_MS = 6_000


class Countdown:
    """Ends the process at the given time that the moment comes."""

    def __init__(self, chance: random.Random) -> None:
        self._left = chance.randint(1, _MOST_TIMES)
        self._pause = chance.uniform(0, 0.02)

    def __call__(self) -> None:
        """The moment is there."""
        self._left -= 1
        if self._left == 0:
            # What runs beside it, such as the client that sends, may get on a little or not at all.
            time.sleep(self._pause)
            os.kill(os.getpid(), signal.SIGKILL)


def produced(chance: random.Random) -> None:
    """A record is given to the client, and its acknowledgement is not seen."""
    over, send = Countdown(chance), Producer.send

    def then_die(self: Producer, *record: Any) -> None:
        send(self, *record)
        over()

    patch.object(Producer, "send", then_die).start()


def acknowledged(chance: random.Random) -> None:
    """The broker has acknowledged records, and they are still in the outbox."""
    over, settle = Countdown(chance), Relay._settle

    def die_before(self: Relay) -> None:
        if any(error is None for _, error in self._reports):
            over()
        settle(self)

    patch.object(Relay, "_settle", die_before).start()


def handled(chance: random.Random) -> None:
    """The transactions of a batch are committed, and its offsets are not."""
    over, take = Countdown(chance), Intake.take

    def then_die(self: Intake, records: Any) -> Any:
        stuck = take(self, records)
        over()
        return stuck

    patch.object(Intake, "take", then_die).start()


def overdue(chance: random.Random) -> None:
    """A handler takes longer than max.poll.interval.ms, twice: the group goes on without its member."""
    connect, take, due = Client, Intake.take, {chance.randint(2, 5), chance.randint(6, 9)}
    batches = count(1)

    def slowly(self: Intake, records: Any) -> Any:
        if next(batches) in due:
            time.sleep(2.5 * _POLL_MS / 1000)
        return take(self, records)

    def impatient(options: dict[str, Any], **rest: Any) -> Client:
        return connect({**options, "max.poll.interval.ms": _POLL_MS}, **rest)

    patch.object(Intake, "take", slowly).start()
    patch("services.runtime.events.consumer.Client", impatient).start()


MOMENTS: dict[str, Callable[[random.Random], None]] = {
    each.__name__: each for each in (produced, acknowledged, handled, overdue)
}


def main() -> None:
    """Runs the service."""
    moment, seed, service = sys.argv[1:]
    if int(os.environ.get("FAULTS_LEFT", "1")) > 0:
        MOMENTS[moment](random.Random(f"{seed} {os.environ.get('FAULTS_TURN', '0')}"))
    sys.argv = [f"services.{service}"]
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
