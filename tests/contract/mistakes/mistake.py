"""One mistake, and where another test makes one."""

from dataclasses import dataclass

from tests.contract.mistakes.checks import Check
from tests.contract.mistakes.tree import Edit


@dataclass(frozen=True)
class Mistake:
    """`check` stops it with a line that has `said`, besides file and line."""

    what: str
    edits: tuple[Edit, ...]
    check: Check
    said: str


@dataclass(frozen=True)
class Elsewhere:
    """A mistake that the test with this id makes."""

    what: str
    test: str


def mistake(what: str, file: str, old: str, new: str, check: Check, said: str) -> Mistake:
    """A mistake that is one change of one file."""
    return Mistake(what, (Edit(file, old, new),), check, said)
