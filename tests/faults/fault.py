"""What a fault is: a stretch of time in which something is away, slow, wrong or doubled; healed when its block ends."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.bench.platform import Platform

Act = Callable[[Platform, random.Random], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and the letters of the guarantees that it is aimed at.

    `alerts` are told of it while it lasts, and it is healed once they are. Of one without any `quiet` says why nobody
    need be woken.
    """

    act: Act
    guarantees: str
    quiet: str = ""
    alerts: tuple[str, ...] = ()
    # What it puts on the topics stays there, and is what no service published: nothing can be audited after it.
    litters: bool = False
    # While it lasts callers may be refused; what they were acknowledged holds all the same.
    refuses: bool = False
    # No call may fail, not even once before it succeeds.
    unnoticed: bool = False
    # The longest that one call may take, its repetitions included.
    most_seconds: float | None = None
