"""Questions as JSON lines, {"id", "kind", "inputs"}, each with its answer: after a bad line the next one goes on.

Strict JSON (RFC 8259): UTF-8, no NaN or Infinity, no number that is out of range, no name twice in an object.
"""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from services.lending.answers import answer
from services.lending.errors import LendingError

_MAX_DIGITS = 400
_SHAPE = 'a question is {"id", "kind", "inputs"}'


def replies(lines: Iterable[bytes | str]) -> Iterator[str]:
    """One line of JSON for each line that is not blank: {"id", "result"}, or {"id", "error"} with what is at fault.

    `id` is the question's, and null where the line is no question at all.
    """
    for line in lines:
        if line.strip():
            yield _reply(line)


def _reply(line: bytes | str) -> str:
    identity: Any = None
    try:
        identity = _identity(line)
        question = _parse(line)
        return json.dumps({"id": identity, "result": answer(_named(question, "kind"), _named(question, "inputs"))})
    except LendingError as error:
        reply = {"error": str(error), "field": error.field_name, "limit": error.limit}
    except Exception as error:  # one line never ends the batch, whatever is wrong with it
        reply = {"error": f"has no answer: {type(error).__name__}", "field": "", "limit": ""}
    return json.dumps({"id": identity, **reply})


def _identity(line: bytes | str) -> Any:
    """The question's id where there is one that can be said again; a line that is bad otherwise may have it, too."""
    try:
        identity = json.loads(_text(line), parse_constant=_NoNumber)["id"]
        json.dumps([identity, identity], allow_nan=False)  # one level deeper than it will stand in the reply
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return identity


def _parse(line: bytes | str) -> dict[str, Any]:
    try:
        question = json.loads(
            _text(line),
            object_pairs_hook=_object,
            parse_constant=_NoNumber,
            parse_float=_number,
            parse_int=_whole,
        )
    except RecursionError as error:
        raise LendingError("line", "is nested too deeply") from error
    except ValueError as error:
        raise LendingError("line", f"is no JSON: {str(error)[:200]}") from error
    if not isinstance(question, dict):
        raise LendingError("line", f"must be an object: {_SHAPE}")
    return question


def _text(line: bytes | str) -> str:
    return line if isinstance(line, str) else line.decode("utf-8")


def _named(question: dict[str, Any], name: str) -> Any:
    if name not in question:
        raise LendingError(name, f"is missing: {_SHAPE}")
    return question[name]


class _NoNumber:
    """What stands in the place of a number but is none: the input that has it is then refused under its name."""

    def __init__(self, text: str) -> None:
        """Whatever the text is."""


def _number(text: str) -> float | _NoNumber:
    value = float(text)
    return value if math.isfinite(value) else _NoNumber(text)


def _whole(text: str) -> int | _NoNumber:
    return int(text) if len(text) <= _MAX_DIGITS else _NoNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"an object has {name[:40]} twice")
        found[name] = value
    return found
