"""Rules in CEL, by the C++ implementation of its authors: checked against the types of the facts, then evaluated.

A rule is refused before it can be put in force when it names no fact, is of another type than its kind wants, compares
a fact with what it never is, or cannot be evaluated on an application that lacks what it asks for. What fails on an
application all the same is no clearance: such a rule counts as one that refers it to a person.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

from cel_expr_python import cel

from services.lending.rounding import unit_of
from services.lending.terms import MAX_RATE_PERCENT
from services.risk.assessment import Assessment
from services.risk.bureau_record import BureauAnswer
from services.risk.figures import Figures
from services.risk.rules import FiredRule, Rule, RuleKind, RuleOutcome
from services.risk.rules_facts import FACTS, FactType, Value, facts_of, looks_at_bureau, strays
from services.runtime.money import Money

_TYPES = {FactType.NUMBER: "double", FactType.WHOLE: "int", FactType.TEXT: "string", FactType.FLAG: "bool"}
_WRAPPED = {"double": "DoubleValue", "int": "Int64Value", "string": "StringValue", "bool": "BoolValue"}
# What stands in for a fact while a rule is tried: small, usual and large.
_WITNESSES: Mapping[FactType, tuple[Value, Value, Value]] = {
    FactType.NUMBER: (0.0, 50.0, 1e9), FactType.WHOLE: (0, 50, 10**9), FactType.TEXT: ("", "OTHER", "PERSONAL"),
    FactType.FLAG: (False, True, False),
}  # fmt: skip
# Up to so many facts that can be missing, a rule is tried with each choice of them missing.
_ALL_CHOICES = 6
# Of a fact that is one of so many values, or fewer, they are told.
_NAMED_VALUES = 12
_RATE_UNIT, _MOST = Decimal("0.0001"), Decimal(10**15)
_SAID = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")


@dataclass(eq=False)
class BadRule(Exception):
    """A rule cannot be used: which of its parts (`when`, `value`, `name`), where in it, and why."""

    name: str
    part: str
    line: int
    column: int
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.part} line {self.line}, column {self.column}: {self.why}"


class UnevaluableError(Exception):
    """An expression gives no value on an application."""


class CompiledRules:
    """A set of rules that can be held against applications; BadRule at its making where one is of no use on any.

    What `faults` finds besides was looked for when the set was proposed: by what is checked since then a set that is in
    force does not fail, and a rule of it that does refers.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(rule, *_compiled(rule)) for rule in rules]

    def outcome(self, version: str, figures: Figures, found: Assessment) -> RuleOutcome:
        """What fires on an assessed application, in the order of the rules."""
        facts = facts_of(figures, found)
        fired = tuple(each for each in (self._fired(*one, facts) for one in self._rules) if each is not None)
        limits = [each.value for each in fired if each.kind is RuleKind.LIMIT and each.value is not None]
        rates = [each.value for each in fired if each.kind is RuleKind.PRICING and each.value is not None]
        currency = figures.amount.currency
        most = Money(min(limits).quantize(unit_of(currency), ROUND_FLOOR), currency) if limits else None
        return RuleOutcome(version, fired, most, max(rates).quantize(_RATE_UNIT, ROUND_CEILING) if rates else None)

    def _fired(self, rule: Rule, when: Any, value: Any, facts: Mapping[str, Value]) -> FiredRule | None:
        try:
            if not _evaluated(when, facts):
                return None
            number = None if value is None else _number(rule.kind, value, facts)
        except UnevaluableError:
            return FiredRule(rule.name, RuleKind.REFER, rule.description, failed=True)
        on_bureau = facts["bureau_answer"] == BureauAnswer.HIT.name and looks_at_bureau(rule.when, rule.value)
        return FiredRule(rule.name, rule.kind, rule.description, number, on_bureau=on_bureau)


@lru_cache(maxsize=64)
def compiled(rules: tuple[Rule, ...]) -> CompiledRules:
    """The rules, checked; BadRule. The same ones are checked once."""
    return CompiledRules(rules)


def faults(rules: Sequence[Rule]) -> Iterator[tuple[int, BadRule]]:
    """What is wrong with each rule that cannot be used, by its place."""
    names = set[str]()
    for place, rule in enumerate(rules):
        try:
            if rule.name in names:
                raise BadRule(rule.name, "name", 1, 1, "is there twice")
            names.add(rule.name)
            _try(rule, *_compiled(rule))
        except BadRule as bad:
            yield place, bad


def _compiled(rule: Rule) -> tuple[Any, Any]:
    """Condition and value of a rule; None for the value where its kind has none."""
    valued = rule.kind in (RuleKind.LIMIT, RuleKind.PRICING)
    if bool(rule.value) is not valued:
        wrong = "is missing: a number" if valued else f"is not for a rule of the kind {rule.kind.name}"
        raise BadRule(rule.name, "value", 1, 1, wrong)
    when = _checked(rule.name, "when", rule.when, "BOOL")
    return when, _checked(rule.name, "value", rule.value, "DOUBLE") if valued else None


def _checked(name: str, part: str, text: str, wanted: str) -> Any:
    try:
        kind = _typed().compile(text).return_type().name()
        made = _lenient().compile(text)
    except (RuntimeError, ValueError) as error:
        said = _SAID.search(str(error))
        line, column, why = (int(said[1]), int(said[2]), said[3]) if said else (1, 1, str(error).splitlines()[0])
        raise BadRule(name, part, line, column, why.removesuffix(" (in container '')")) from None
    if kind != wanted:
        raise BadRule(name, part, 1, 1, f"is of type {kind.lower()}, and has to be {wanted.lower()}")
    return made


def _try(rule: Rule, when: Any, value: Any) -> None:
    """Evaluates a rule with what an application can lack missing; BadRule names what it does not ask for first."""
    _check_texts(rule)
    text = f"{rule.when}\n{rule.value}"
    used = [name for name, fact in FACTS.items() if fact.optional and re.search(rf"\b{name}\b", text)]
    counts = range(len(used) + 1) if len(used) <= _ALL_CHOICES else (0, 1, len(used))
    for missing in (choice for count in counts for choice in combinations(used, count)):
        for witness in range(3):
            facts = {name: None if name in missing else _WITNESSES[fact.kind][witness] for name, fact in FACTS.items()}
            part = "when"
            try:
                fires, part = _evaluated(when, facts), "value"
                # A limit of nothing by nothing is one of the witnesses, not of an application.
                if fires and value is not None and missing:
                    _evaluated(value, facts)
            except UnevaluableError as error:
                without = f" without {' and '.join(missing)}: ask `{missing[0]} != null` first" if missing else ""
                raise BadRule(rule.name, part, 1, 1, f"cannot be evaluated{without} ({error})") from None
    if rule.kind is RuleKind.PRICING:
        _check_rate(rule, value)


def _check_texts(rule: Rule) -> None:
    for part, text in (("when", rule.when), ("value", rule.value)):
        for stray in strays(text):
            before, values = text[: stray.place], sorted(FACTS[stray.fact].values)
            line, column = before.count("\n") + 1, stray.place - before.rfind("\n")
            known = f": {', '.join(values)}" if len(values) <= _NAMED_VALUES else ""
            why = f"'{stray.text}' is nothing that {stray.fact} can be{known}"
            raise BadRule(rule.name, part, line, column, why)


def _check_rate(rule: Rule, value: Any) -> None:
    """Refuses a rate that is too high whatever the application: one that is so on some refers those."""
    rates = []
    for witness in range(3):
        with suppress(UnevaluableError):
            rates.append(_evaluated(value, {name: _WITNESSES[fact.kind][witness] for name, fact in FACTS.items()}))
    if rates and min(rates) > MAX_RATE_PERCENT:
        raise BadRule(rule.name, "value", 1, 1, f"is above {MAX_RATE_PERCENT} percent a year, which no loan has")


def _number(kind: RuleKind, expression: Any, facts: Mapping[str, Value]) -> Decimal:
    found, most = Decimal(repr(_evaluated(expression, facts))), MAX_RATE_PERCENT if kind is RuleKind.PRICING else _MOST
    if not 0 <= found <= most:
        raise UnevaluableError("is no amount and no rate")
    return found


def _evaluated(expression: Any, facts: Mapping[str, Value]) -> Any:
    try:
        found = expression.eval(data=facts)
    except RuntimeError as error:
        # It takes more steps than an evaluation may.
        raise UnevaluableError(str(error)) from None
    if found.type() == cel.Type.ERROR:
        raise UnevaluableError(str(found.value()))
    value = found.plain_value()
    if isinstance(value, float) and not math.isfinite(value):
        raise UnevaluableError("is no finite number")
    return value


@cache
def _typed() -> Any:
    """Where types are checked: a fact that can be missing may be compared with null, and nothing else may."""
    kinds = {name: _TYPES[fact.kind] for name, fact in FACTS.items()}
    return cel.NewEnv(
        variables={
            name: cel.Type(f"google.protobuf.{_WRAPPED[kind]}") if FACTS[name].optional else cel.Type(kind)
            for name, kind in kinds.items()
        }
    )


@cache
def _lenient() -> Any:
    """Where rules are evaluated: what can be missing is of its type or null, which only a dynamic variable can be."""
    return cel.NewEnv(
        variables={name: cel.Type.DYN if fact.optional else cel.Type(_TYPES[fact.kind]) for name, fact in FACTS.items()}
    )
