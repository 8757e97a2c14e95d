"""What commands of the service share that run beside it, with its settings."""

from collections.abc import Sequence

from services.runtime.stores.ports import OutboxRow


class NoEvents:
    """An EventWriter of a process that publishes nothing."""

    def rows(
        self, aggregate_type: str, aggregate_id: str, version: int, events: Sequence[object], sent: dict[str, int]
    ) -> list[OutboxRow]:
        """None, of no events."""
        return []

    def wake(self) -> None:
        """There is nothing to send."""
