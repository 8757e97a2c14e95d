"""What is said when a class and a message do not fit."""

import sys
from collections.abc import Collection, Iterable
from pathlib import Path

_PACKAGE = Path(__file__).parent
_ROOT = _PACKAGE.parents[2]


class Mismatch(TypeError):
    """A class and a message that were declared as a pair do not fit; says where, which fields, and what to do."""


class Misfit(Exception):
    """Why one field does not fit; `path` leads to it from the field of the pair that holds it."""

    def __init__(self, why: str, path: str = "") -> None:
        super().__init__(why)
        self.why, self.path = why, path

    def within(self, name: str) -> "Misfit":
        """The same, of the message that has this field."""
        return Misfit(self.why, f"{name}.{self.path}" if self.path else name)

    def __str__(self) -> str:
        return f"{self.path}: {self.why}" if self.path else self.why


def refuse(pair: str, misfits: Iterable[Misfit]) -> None:
    """Mismatch when there is any misfit; one line for each, with the place of the declaration."""
    place = declared_at()
    if lines := [f"{place}: {pair}: {each}" for each in misfits]:
        raise Mismatch("\n".join(lines))


def strangers(names: Collection[str], known: Iterable[str], said_as: str, owner: str) -> list[Misfit]:
    """Names of a declaration that are no fields, such as those of a field that has gone."""
    return [
        Misfit(f"is named in {said_as}, but {owner} has no such field: take it out", name)
        for name in sorted(set(names) - set(known))
    ]


def declared_at() -> str:
    """File and line of the nearest caller outside this package."""
    frame = sys._getframe()
    while Path(frame.f_code.co_filename).is_relative_to(_PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    return f"{path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path}:{frame.f_lineno}"
