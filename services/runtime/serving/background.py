"""What works beside the calls of a server, and how its health is known."""

from typing import Protocol, runtime_checkable


class Background(Protocol):
    """Something that works beside the calls."""

    def start(self) -> None:
        """Begins; raises when it cannot."""
        ...

    def stop(self) -> None:
        """Ends, after what is in hand is done."""
        ...


@runtime_checkable
class Liveness(Protocol):
    """A Background that works in a thread, which can break."""

    def alive(self) -> bool:
        """False when it has ended without `stop`."""
        ...


def name_of(thing: Liveness) -> str:
    """What an operator knows it by; of a kind that there are several of, each has a name."""
    return str(getattr(thing, "name", type(thing).__name__))
