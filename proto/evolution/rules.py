"""Rules on fields, compared: what became tighter, and what became looser. A change that cannot be ordered is both."""

from collections.abc import Iterator, Mapping
from typing import Any

RULES, OF_MESSAGE, KIND = "buf.validate.field", "buf.validate.message", "loanflow.options.v1.kind"
_LEAST = frozenset({"gt", "gte", "min_len", "min_bytes", "min_items", "min_pairs"})
_MOST = frozenset({"lt", "lte", "max_len", "max_bytes", "max_items", "max_pairs"})
TIGHTER, LOOSER = "tighter", "looser"


def flat(options: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of a field by their path, such as `string.max_len` or `repeated.items.string.uuid`."""
    found = dict(_leaves("", options.get(RULES, {})))
    if KIND in options:
        found["kind"] = options[KIND]
    return found


def of_message(options: Mapping[str, Any]) -> dict[str, Any]:
    """The rules over several fields of a message by their path, such as `cel.decide.rejection_reason`."""
    return dict(_leaves("", options.get(OF_MESSAGE, {})))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(direction, what it is) of every rule that differs, TIGHTER and LOOSER, both where it cannot be ordered."""
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path):
            continue
        for direction in _directions(path.rpartition(".")[2], old.get(path), new.get(path)):
            yield direction, f"{path} was {_shown(old.get(path))} and is {_shown(new.get(path))}"


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif path.rpartition(".")[2] == "cel":
        for rule in value:
            yield f"{path}.{rule.get('id', rule['expression'])}", rule["expression"]
    else:
        yield path, tuple(value) if isinstance(value, list) else value


def _directions(name: str, old: Any, new: Any) -> tuple[str, ...]:
    if name == "ignore":
        # To ignore a rule for some values is to loosen it.
        return (TIGHTER,) if new is None else (LOOSER,) if old is None else (TIGHTER, LOOSER)
    if old is None or new is None:
        return (TIGHTER,) if old is None else (LOOSER,)
    if name in _LEAST | _MOST and isinstance(old, int | float | str) and _number(old) is not None:
        raised = float(new) > float(old)
        return (TIGHTER,) if raised is (name in _LEAST) else (LOOSER,)
    if name in ("in", "not_in"):
        more = set(new) > set(old)
        if more or set(new) < set(old):
            return (TIGHTER,) if more is (name == "not_in") else (LOOSER,)
    return TIGHTER, LOOSER


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _shown(value: Any) -> str:
    return "not there" if value is None else str(value)
