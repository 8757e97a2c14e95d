"""The rules that are in force until a person puts others in force: a file of the package, checked at the start.

One that cannot be used stops the process by file and line, and those of the version before go on.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from services.risk.rules import Rule, RuleKind, RuleSet, RuleSetStatus
from services.risk.rules_expressions import faults

_FILE = "2026-11-29.json"
# Before any decision of a person.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class BadRules(ValueError):
    """A file of rules cannot be used; the text names file, line, and what is wrong."""


@cache
def shipped_rules() -> RuleSet:
    """The set that the service is delivered with; BadRules."""
    return parse_rules(resources.files(__package__).joinpath("policy", _FILE).read_text(encoding="utf-8"), _FILE)


def parse_rules(text: str, name: str) -> RuleSet:
    """The set of rules of a JSON text; BadRules names the file and the line of what is wrong."""
    try:
        data = json.loads(text)
        rules = tuple(map(_rule, data["rules"]))
        version, title = str(data["rule_set_version"]), str(data["title"])
    except json.JSONDecodeError as error:
        raise BadRules(f"{name}:{error.lineno}: is no JSON: {error.msg}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise BadRules(f"{name}:1: lacks or misstates {error}") from error
    for place, bad in faults(rules):
        raise BadRules(f"{name}:{_line(text, place)}: {bad}")
    if f"{version}.json" != name:
        raise BadRules(f"{name}:1: is of version {version}")
    return RuleSet(version, title, rules, _BEGINNING, "", _BEGINNING, RuleSetStatus.APPROVED)


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(**{**data, "kind": RuleKind[data["kind"]]})


def _line(text: str, place: int) -> int:
    """The line on which the name of the rule at that place stands."""
    named = [number for number, line in enumerate(text.splitlines(), 1) if '"name"' in line]
    return named[place] if place < len(named) else 1
