"""The base of every aggregate: what one transaction changes, with the events that the change gave birth to."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Aggregate:
    """Collects events until the unit of work saves them together with the new state.

    `version` counts the events that the aggregate ever emitted; it is raised when they are saved, never by the model.
    """

    version: int = 0
    events: list[Any] = field(default_factory=list, repr=False, compare=False)

    def _emit(self, event: object) -> None:
        self.events.append(event)
