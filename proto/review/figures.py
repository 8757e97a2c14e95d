"""figures.txt: numbers that callers, partners and operators rely on, held against the code.

    services.auth.signing_keys.TOKEN_LIFETIME    0:15:00    a stolen token is of use no longer

A row has the name of a constant, or of what it holds (`LIMITS[COSTLY]`, `_HASHER.memory_cost`), its value as Python
prints it, and why it is that. Every public number and duration of a module has its row; others may.
"""

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from proto.review.places import rows

TABLE = "proto/review/figures.txt"
FOLDERS = ("services", "envoy")
_PART = re.compile(r"\[(\w+)\]|\.(\w+)")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True)
class Figure:
    """A row of the table."""

    number: int
    name: str
    value: str
    why: str


def read(root: Path) -> list[Figure]:
    """The table; ValueError names a row that cannot be read."""
    found = []
    for number, text in rows(root / TABLE):
        words = [word.strip() for word in text.split("  ") if word.strip()]
        if len(words) != 3:
            raise ValueError(f"{TABLE}:{number}: wants: name, value, why; two spaces between them")
        found.append(Figure(number, *words))
    return found


def constants(root: Path) -> Iterator[tuple[str, str, str]]:
    """Module, name and file:line of every assignment of a public constant."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            if {"migrations", "migration_env"} & set(path.parts) or path.name == "__main__.py":
                continue
            file = path.relative_to(root)
            module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
            for node in ast.parse(path.read_text()).body:
                for target in _targets(node):
                    if _CONSTANT.fullmatch(target):
                        yield module, target, f"{file}:{node.lineno}"


def differences(root: Path) -> list[str]:
    """Where table and code differ, each with its place and what to do."""
    table, found = read(root), []
    known = {row.name: row for row in table}
    for module, name, place in constants(root):
        value = getattr(importlib.import_module(module), name)
        if _is_figure(value) and f"{module}.{name}" not in known:
            found.append(
                f"{place}: {name} is {value}: say why in {TABLE}, or call it _{name} if only this file uses it"
            )
    for row in table:
        try:
            value = _value(row.name)
        except (ImportError, AttributeError, LookupError) as error:
            found.append(f"{TABLE}:{row.number}: {row.name} is not there ({error}): name what is in its place")
            continue
        if str(value) != row.value:
            found.append(f"{TABLE}:{row.number}: {row.name} is {value} now: write the row anew, or take it back")
    return found


def _targets(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for each in targets if isinstance(each, ast.Name)]


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float | Decimal | timedelta) and not isinstance(value, bool)


def _value(name: str) -> Any:
    """What a dotted name stands for: the longest module of it, then attributes and keys."""
    words = name.split("[")[0].split(".")
    cut = next(each for each in range(len(words), 0, -1) if _is_module(".".join(words[:each])))
    found: Any = importlib.import_module(".".join(words[:cut]))
    for key, attribute in _PART.findall(name[len(".".join(words[:cut])) :]):
        found = found[key] if key and isinstance(found, Mapping) else getattr(found, attribute)
    return found


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
