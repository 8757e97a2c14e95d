"""The rules that are in force until a person puts others in force: files of the package, each a version.

A version never changes: offers are held against that of their decision, however long ago that was. What the lender is
to have from now on is another file. One that cannot be used is refused by file and line.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from services.risk.rules import Rule, RuleKind, RuleSet, RuleSetStatus
from services.risk.rules_expressions import faults

# Before any decision of a person.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class BadRules(ValueError):
    """A file of rules cannot be used; the text names file, line, and what is wrong."""


@cache
def shipped_rule_sets() -> Mapping[str, RuleSet]:
    """The sets that the service is delivered with, by version, the latest last; BadRules."""
    folder = resources.files(__package__).joinpath("policy")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".json")), key=lambda each: each.name)
    found = (parse_rules(each.read_text(encoding="utf-8"), each.name) for each in files)
    return {each.rule_set_version: each for each in found}


def shipped_rules() -> RuleSet:
    """The delivered set that is in force where no person put another in force: the latest; BadRules."""
    return [*shipped_rule_sets().values()][-1]


def parse_rules(text: str, name: str) -> RuleSet:
    """The set of rules of a JSON text; BadRules names the file and the line of what is wrong."""
    try:
        data = json.loads(text)
        rules = tuple(map(_rule, data["rules"]))
        version, title = str(data["rule_set_version"]), str(data["title"])
    except json.JSONDecodeError as error:
        raise BadRules(f"{name}:{error.lineno}: is no JSON: {error.msg}") from error
    except RecursionError as error:
        raise BadRules(f"{name}:1: is too deep for rules") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
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
