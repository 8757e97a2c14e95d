"""gen/docs/gates.md: the gates of every service, joined into one page; what each step needs, from whom, how fresh."""

import importlib
from collections.abc import Iterable, Mapping

from services.catalog import SERVICES, Service
from services.gates import Fact, Gate, Source

NOTE = "<!-- Made by `make gen` from services/*/gates.py; do not edit. -->\n"
# Of these services nothing decides about a loan.
WITHOUT = frozenset({"customer", "notification", "auth"})
INTRODUCTION = """\
# Gates

What has to be true before a step of a loan, who owns that fact, how the gate knows it, and the reason of the
refusal. A test makes each fact false and sees the refusal: `tests/integration/<service>/test_gates.py`."""


def tables() -> Mapping[Service, tuple[Gate, ...]]:
    """The gates of each service that has some, in the order of the catalogue."""
    names = (service for service in SERVICES if service.name not in WITHOUT)
    return {service: importlib.import_module(f"services.{service.name}.gates").GATES for service in names}


def page() -> str:
    """The page."""
    lines = [NOTE, INTRODUCTION, "", "| a fact's source | how fresh it is |", "|---|---|"]
    lines += [f"| {source.name} | {source.value} |" for source in Source]
    for service, gates in tables().items():
        lines += ["", f"## {service.name}"]
        for gate in gates:
            lines += ["", f"### {gate.step}", "", *_about(gate), "", "| fact | owner | source | refusal |"]
            lines += ["|---|---|---|---|", *map(_row, gate.facts)]
    return "\n".join(lines) + "\n"


def _about(gate: Gate) -> Iterable[str]:
    yield f"- Passed by: {', '.join(f'`{each}`' for each in gate.passes) or 'the service itself, in time'}"
    if gate.actions:
        yield f"- Moves the loan: {', '.join(f'`{each}`' for each in gate.actions)}"


def _row(fact: Fact) -> str:
    asked = f" `{fact.ask}`" if fact.ask else ""
    return f"| {fact.name} | {fact.owner} | {fact.source.name}{asked} | `{fact.refusal}` |"
