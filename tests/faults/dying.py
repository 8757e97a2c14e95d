"""Faults at a moment: a service that is killed there, or held up, see tests.faults.moments."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.platform import Platform
from tests.faults.fault import Act
from tests.faults.replacement import replaced

# A batch of a consumer comes with the load; twice as long as the longest hold-up.
_OVERDUE_SECONDS = 60


def killed_when(moment: str, service: str, times: int = 3) -> Act:
    """Killed at this moment, started anew, and so on."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        module = ["tests.faults.moments", moment, str(chance.randrange(2**32)), service]
        with replaced(platform, service, module=module, times=times):
            yield

    return act


def held_up(moment: str, service: str) -> Act:
    """Held up there."""

    @contextmanager
    def act(platform: Platform, chance: random.Random) -> Iterator[None]:
        module = ["tests.faults.moments", moment, str(chance.randrange(2**32)), service]
        with replaced(platform, service, module=module):
            time.sleep(_OVERDUE_SECONDS)
            yield

    return act
