"""Base ports for what tests start by themselves, beside every stack that runs and every other run of the tests."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from stack.ports import SPAN, Ports

# Above those of the demo and of the tests, below that of `stack.migration`.
_BASES = range(29_000, 18_000, -SPAN)
_HOST = "127.0.0.1"


@contextmanager
def own_base() -> Iterator[int]:
    """A base none of whose ports is taken, reserved as long as the block lasts."""
    for base in _BASES:
        with closing(socket.socket()) as claim:
            # No part has the last port of a span.
            if _binds(claim, base + SPAN - 1) and all(map(_free, Ports(base).all().values())):
                yield base
                return
    raise OSError("every base port is taken")


def _binds(claim: socket.socket, port: int) -> bool:
    try:
        claim.bind((_HOST, port))
    except OSError:
        return False
    return True


def _free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        # A port that was served a moment ago can be served again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, port)
