"""Settings: read from the environment once, into frozen dataclasses, or the process does not start.

A field's variable is its path in upper case: `settings.postgres.host` is `LOANFLOW_POSTGRES_HOST`. Secrets are never in
the environment; a field ending in `_file` is the path of a file that must exist.

Ours, not pydantic-settings: frozen dataclasses that other programs walk, files checked by name, and all problems
said at once; and 9 MB less in each of a dozen processes.
"""

import dataclasses
import os
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

S = TypeVar("S")

PREFIX = "LOANFLOW"
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class SettingsError(SystemExit):
    """The environment does not make up the settings; ends the process with 2 when not caught."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(2)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(self.problems)


def load(settings: type[S], environ: Mapping[str, str] = os.environ) -> S:
    """Fills a dataclass, and those nested in it, from the environment.

    Fields may be str, int, float, bool, Decimal, Path, tuple[str, ...] (comma-separated), a Literal of strings, another
    dataclass, or any of these `| None`. SettingsError, after printing it, lists every variable that is missing or
    ill-typed, what a class refuses of its fields together (a ValueError of its `__post_init__`), and each `region`
    that is not among those of `server.residency`.
    """
    problems: list[str] = []
    result = _fill(settings, PREFIX, environ, problems)
    if not problems:
        problems += _misplaced(result, PREFIX, getattr(getattr(result, "server", None), "residency", ()))
    if problems:
        error = SettingsError(problems)
        print(f"settings: {error}", file=sys.stderr)
        raise error
    return typing.cast(S, result)


def _fill(settings: type[Any], prefix: str, environ: Mapping[str, str], problems: list[str]) -> Any:
    hints, before, values = typing.get_type_hints(settings), len(problems), {}
    for field in dataclasses.fields(settings):
        kind, optional = _without_none(hints[field.name])
        name = f"{prefix}_{field.name.upper()}"
        if dataclasses.is_dataclass(kind):
            given = any(key.startswith(f"{name}_") for key in environ)
            if given or not (optional and _has_default(field)):
                values[field.name] = _fill(typing.cast(type[Any], kind), name, environ, problems)
        elif environ.get(name):
            values[field.name] = _read(name, field.name, kind, environ[name], problems)
        elif not _has_default(field):
            problems.append(f"{name} is not set")
    if len(problems) > before:
        return None
    try:
        return settings(**values)
    except ValueError as error:
        # What a class says of its own fields together, such as a connection without encryption.
        problems.append(f"{prefix}_*: {error}")
        return None


def _misplaced(settings: Any, prefix: str, residency: tuple[str, ...]) -> Iterator[str]:
    """Every `region` of a store that is none of those in which personal data may be kept, if there are any such."""
    for field in dataclasses.fields(settings) if residency else ():
        name, value = f"{prefix}_{field.name.upper()}", getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            yield from _misplaced(value, name, residency)
        elif field.name == "region" and value not in residency:
            where = f"is {value}" if value else "is not set"
            yield f"{name} {where}, and {PREFIX}_SERVER_RESIDENCY lets personal data be in {', '.join(residency)} alone"


def _read(name: str, field: str, kind: Any, text: str, problems: list[str]) -> Any:
    choices = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
    if choices:
        if text not in choices:
            problems.append(f"{name} is not one of {', '.join(choices)}")
        return text
    try:
        value = _READERS[kind](text)
    except KeyError:
        raise TypeError(f"{name}: settings of type {kind} are not supported") from None
    except (ValueError, ArithmeticError):
        problems.append(f"{name} is not of type {getattr(kind, '__name__', kind)}")
        return None
    if field.endswith("_file") and not value.is_file():
        problems.append(f"{name} names no file: {text}")
    if field.endswith("_folder") and not value.is_dir():
        problems.append(f"{name} names no folder: {text}")
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text.lower()]


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: _boolean,
    Decimal: Decimal,
    Path: Path,
    tuple[str, ...]: lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
}


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        if len(kinds) == 1:
            return kinds[0], True
    return hint, False


def _has_default(field: "dataclasses.Field[Any]") -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
