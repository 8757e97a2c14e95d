"""How slowly a caller may send or read a stream, in one table for the services and the edge."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """The caller's time for a stream: `patience` seconds, and one more for every `rate` bytes; at most `total`.

    Only time that the service waits for the caller counts, whether for the next bytes or until the last are taken. So a
    stream may be silent while there is nothing to say.
    """

    patience: float = 5.0
    rate: int = 8192
    total: float = 120.0

    def allowed(self, size: int) -> float:
        """How many seconds the service may have waited for a peer that has sent, or read, so many bytes."""
        return min(self.patience + size / self.rate, self.total)


PACE = Pace()
