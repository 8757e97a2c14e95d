"""What a dynamic setting is: a name with type, bounds, unit and default; and what a stored version must hold.

A version is `{<name>: {<reader> or "all": <value>}}`: a value for one reader goes before the one for all of them. What
it does not name has the value that the process was started with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Value = str | int | float
Values = Mapping[str, Mapping[str, Value]]
# In a version: the value of every reader that has none of its own.
ALL = "all"


class Refused(ValueError):
    """A version, or one value of it, is not what the declaration allows; the text names the setting and its bounds."""


@dataclass(frozen=True)
class Setting:
    """One dynamic setting.

    `kind` is int, float, or the words to choose from. `low` and `high` bound a number, both included. `default` is what
    holds without a value and without a variable of the process's own; `readers` are the workloads that follow it, and
    `effect` says what changes at once with it.
    """

    name: str
    kind: type[int] | type[float] | tuple[str, ...]
    default: Value
    effect: str
    readers: tuple[str, ...]
    low: float = 0
    high: float = 0
    unit: str = ""

    @property
    def bounds(self) -> str:
        """What it may be, in words."""
        if isinstance(self.kind, tuple):
            return f"one of {', '.join(self.kind)}"
        number = "a whole number" if self.kind is int else "a number"
        return f"{number} from {self.low} to {self.high}{f' {self.unit}' if self.unit else ''}"

    def checked(self, value: Any) -> Value:
        """The value, if it is one; Refused otherwise."""
        if isinstance(self.kind, tuple):
            if isinstance(value, str) and value in self.kind:
                return value
        # A bool is an int to Python, and NaN is within no bounds.
        elif isinstance(value, int if self.kind is int else (int, float)) and not isinstance(value, bool):
            number = self.kind(value)
            if self.low <= number <= self.high:
                return number
        raise Refused(f"{self.name} is {value!r}, and must be {self.bounds}")

    def read(self, text: str) -> Value:
        """The value that a text says; Refused when it says none."""
        if isinstance(self.kind, tuple):
            return self.checked(text)
        try:
            return self.checked(self.kind(text))
        except ValueError as error:
            if isinstance(error, Refused):
                raise
            raise Refused(f"{self.name} is {text!r}, and must be {self.bounds}") from None


class Table:
    """The declared settings, by name."""

    def __init__(self, settings: Iterable[Setting]) -> None:
        self.settings = tuple(settings)
        self._by_name = {setting.name: setting for setting in self.settings}
        if len(self._by_name) < len(self.settings):
            raise ValueError("two dynamic settings have the same name")
        for setting in self.settings:
            setting.checked(setting.default)

    def named(self, name: str) -> Setting:
        """The setting of that name; Refused with all names when there is none."""
        if name not in self._by_name:
            raise Refused(f"{name} is no dynamic setting: there are {', '.join(sorted(self._by_name))}")
        return self._by_name[name]

    def read_by(self, reader: str) -> frozenset[str]:
        """The names of what a workload follows."""
        return frozenset(setting.name for setting in self.settings if reader in setting.readers)

    def checked(self, values: Any) -> Values:
        """The values of a version; Refused when one of them is unknown, of another type, or out of its bounds."""
        if not isinstance(values, Mapping):
            raise Refused("a version of the settings is an object, by their names")
        return {name: self._of_one(self.named(name), found) for name, found in values.items()}

    def _of_one(self, setting: Setting, found: Any) -> Mapping[str, Value]:
        if not isinstance(found, Mapping):
            raise Refused(f"{setting.name} is an object, by its readers or {ALL!r}")
        if strangers := sorted({*found} - {ALL, *setting.readers}):
            raise Refused(f"{setting.name} is not read by {', '.join(strangers)}, but by {', '.join(setting.readers)}")
        return {reader: setting.checked(value) for reader, value in found.items()}
