"""What is read before the events of a batch are handled, in their transaction: at once what each would ask for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

# Is shown the messages of a batch.
ReadAhead = Callable[[Sequence[Any]], None]


def ids_in(messages: Iterable[Any], field: str) -> set[str]:
    """The ids that messages have in this field; those that lack it have none."""
    return {getattr(message, field, "") for message in messages} - {""}
