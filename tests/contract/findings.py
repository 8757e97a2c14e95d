"""How a static test fails: a line for each finding, which says where it is, what is wrong and what to do."""

from collections.abc import Iterable
from typing import Any, NoReturn

import pytest


def findings(found: Iterable[object], remedy: str = "") -> None:
    """Fails with every finding on a line of its own, each followed by the remedy if one is given."""
    lines = [f"{each}: {remedy}" if remedy else str(each) for each in found]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def same(found: Iterable[object], wanted: Iterable[object], where: str, lacking: str, extra: str) -> None:
    """Fails with what `found` lacks of `wanted`, and with what it has besides; `where` is file:line."""
    there, asked = {str(each) for each in found}, {str(each) for each in wanted}
    lines = [f"{where}: lacks {each}: {lacking}" for each in sorted(asked - there)]
    findings([*lines, *(f"{where}: has {each}: {extra}" for each in sorted(there - asked))])


class Named(dict[str, Any]):
    """A table by names; to ask for one that it lacks fails the test, with the file and what to do."""

    def __init__(self, table: dict[str, Any], where: str, remedy: str) -> None:
        super().__init__(table)
        self._where, self._remedy = where, remedy

    def __missing__(self, name: str) -> NoReturn:
        pytest.fail(f"{self._where}: has no {name}: {self._remedy}", pytrace=False)
