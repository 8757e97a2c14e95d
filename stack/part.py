"""What a part of a stack is: a program that runs, or a step that is done at every start."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from stack import accounts
from stack.layout import Layout

# Longer than the services' drain; what does not end by then is killed.
STOP_SECONDS = 20


class Stage(IntEnum):
    """When a part is stopped: the highest stage first, so that services can still finish what they began."""

    PARTS = 1
    SERVICES = 2
    EDGE = 3


@dataclass(frozen=True)
class Part:
    """A program that runs, or, without `command`, a step that is done once at every start.

    Started by root it runs under `user`, which is known to the machine, or `account`, a number of its own. It starts
    when all of `after` are ready and settled. `ready` returns when it answers, else it raises. `install` brings what
    not every stack needs; it raises install.InstallError.
    """

    name: str
    stage: Stage = Stage.PARTS
    after: tuple[str, ...] = ()
    command: Callable[[Layout], list[str]] | None = None
    prepare: Callable[[Layout], None] | None = None
    ready: Callable[[Layout], None] | None = None
    settle: Callable[[Layout], None] | None = None
    environment: Callable[[Layout], dict[str, str]] | None = None
    user: str | None = None
    account: accounts.Account | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = STOP_SECONDS
    install: Callable[[], None] | None = None
