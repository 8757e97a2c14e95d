"""Every metric and label that an alert, a trial or a panel names is one that is exposed, and what they say is so."""

import re
from collections.abc import Iterator
from functools import cache

import grpc
import pytest

from services import catalog
from services.runtime.events.avro import event_option
from services.runtime.events.inbox import Outcome
from stack.observability import alert as sources
from stack.observability import generate, journeys, rules, slo
from stack.observability.boards import BOARDS
from tests.contract.conftest import ROOT
from tests.contract.exposed import Exposed, of_code
from tests.contract.findings import findings
from tests.contract.promql import Series, parsed
from tests.contract.test_topics import events_of
from tests.faults.faults import FAULTS

LIST, MATRIX = "stack/observability", "tests/faults/faults.py"
REMEDY = "name one that is exposed, by services/runtime, Envoy, the exporters or the auditor"


@cache
def exposed() -> Exposed:
    return of_code()


def queries() -> Iterator[tuple[str, str]]:
    """Where each is, and the query; those of trials as selectors."""
    for each in rules.ALERTS:
        yield f"{LIST}: {each.name}", each.expr
        yield from ((f"{LIST}: the trial of {each.name}", series) for series in each.courses)
    yield from ((f"{LIST}: {each.name} of {each.journey}", each.expr) for each in slo.records())
    for board in BOARDS:
        yield from ((f"{LIST}: {board.title}, {panel.title}", panel.query) for panel in board.panels)


@cache
def kept() -> dict[str, frozenset[str]]:
    """What the rules keep, by name."""
    return {each.name: frozenset({"journey"}) for each in slo.records()}


def values(series: Series) -> dict[str, frozenset[str]]:
    """What the labels of a series can be, where that is known."""
    types = {event_option(kind.DESCRIPTOR).type for name in catalog.BY_NAME for kind in events_of(name)}
    bank = frozenset(re.findall(r'outcome, found = "(\w+)"|outcome = "(\w+)"', bank_source()))
    of_bank = frozenset(word for pair in bank for word in pair if word) | {"unclear"}
    return {
        "method": frozenset(journeys.access()),
        "code": frozenset(code.name for code in grpc.StatusCode),
        "service": frozenset(catalog.BY_NAME),
        "type": frozenset(types),
        "outcome": of_bank if "bank" in series.name else frozenset(each.value for each in Outcome),
        "job": frozenset((sources.SERVICES, sources.EDGE, sources.PARTS, sources.MACHINE, sources.AUDIT,
                          sources.PROMETHEUS, sources.ALERTMANAGER)),
        "le": exposed().bounds.get(series.name, frozenset()),
    }  # fmt: skip


@cache
def bank_source() -> str:
    return (ROOT / "services/activation/bank.py").read_text()


def wrong(where: str, query: str, there: dict[str, frozenset[str]]) -> Iterator[str]:
    """What a query asks for that is not there."""
    series, grouped = parsed(query)
    known = frozenset[str]()
    for each in series:
        if each.name.startswith("envoy_"):
            # Held against a running one in test_observed_edge.py.
            known |= grouped
            continue
        if each.name not in there:
            yield f"{where}: {each.name}"
            continue
        known |= there[each.name]
        for label, sign, value in each.matchers:
            if label not in there[each.name]:
                yield f"{where}: {each.name} has no label {label}"
            possible = values(each).get(label, frozenset())
            if possible and not _met(sign, value, possible):
                yield f'{where}: {each.name} has never {label}{sign}"{value}"'
    yield from (f"{where}: no series has the label {label}" for label in grouped - known - {"le"})


def _met(sign: str, value: str, possible: frozenset[str]) -> bool:
    """Whether each alternative of a matcher can be met."""
    if "~" not in sign:
        return value in possible
    return all(any(re.fullmatch(each, one) for one in possible) for each in _alternatives(value))


def _alternatives(expression: str) -> list[str]:
    """`a/(b|c)|d` as a/b, a/c and d."""
    found: list[str] = []
    for outer in re.split(r"\|(?![^(]*\))", expression):
        inner = re.fullmatch(r"(.*)\((.*)\)", outer)
        found += [f"{inner[1]}{each}" for each in inner[2].split("|")] if inner else [outer]
    return found


def test_every_metric_and_label_is_exposed() -> None:
    there = exposed().labels | kept()
    findings((text for where, query in queries() for text in wrong(where, query, there)), REMEDY)


@pytest.mark.parametrize(
    "query, found",
    [
        ("sum(loanflow_dead_leters)", "here: loanflow_dead_leters"),
        ('loanflow_dead_letters{servise="kyc"}', "here: loanflow_dead_letters has no label servise"),
        ('loanflow_dead_letters{service="kyk"}', 'here: loanflow_dead_letters has never service="kyk"'),
        ("max by (servise) (loanflow_dead_letters)", "here: no series has the label servise"),
        ('rate(loanflow_grpc_calls_total{code=~"INTERNAL|LOST"}[5m])',
         'here: loanflow_grpc_calls_total has never code=~"INTERNAL|LOST"'),
        ('rate(loanflow_grpc_call_seconds_bucket{le="0.3"}[5m])',
         'here: loanflow_grpc_call_seconds_bucket has never le="0.3"'),
        ('increase(loanflow_grpc_calls_total{method="/loanflow.kyc.v1.KycService/Verifi"}[1h])',
         'here: loanflow_grpc_calls_total has never method="/loanflow.kyc.v1.KycService/Verifi"'),
        ("loanflow_grpc_calls", "here: loanflow_grpc_calls"),
    ],
)  # fmt: skip
def test_one_that_is_misspelt_is_named(query: str, found: str) -> None:
    assert list(wrong("here", query, exposed().labels)) == [found]


def test_what_is_generated_is_what_the_list_makes() -> None:
    findings(generate.stale())


def test_every_alert_has_a_name_of_its_own_and_counts_on_labels_that_it_has() -> None:
    names = [each.name for each in rules.ALERTS]
    assert sorted(names) == sorted(set(names))
    wanted = [
        f"{LIST}: {each.name} says {{{label}}}, which its trial is not told with"
        for each in rules.ALERTS
        for label in re.findall(r"\{(\w+)\}", each.summary)
        if label not in each.labels
    ]
    findings(wanted)


def test_every_fault_of_the_matrix_has_its_alerts_or_a_reason_why_nobody_need_be_woken() -> None:
    findings(
        f"{MATRIX}: “{name}” has neither alerts nor a reason why it is quiet, or both"
        for name, fault in FAULTS.items()
        if bool(fault.alerts) is bool(fault.quiet)
    )
    told = {(each.name, fault) for each in rules.ALERTS for fault in each.faults}
    played = {(alert, name) for name, fault in FAULTS.items() for alert in fault.alerts}
    findings(f"{LIST}: {alert} does not say that it is told of “{name}”" for alert, name in sorted(played - told))
    findings(f"{MATRIX}: {alert} is told of “{name}”, which is no fault" for alert, name in told if name not in FAULTS)


def test_every_rpc_is_part_of_one_journey() -> None:
    found = [path for each in journeys.JOURNEYS for path in journeys.paths(each)]
    by_clock = [path for path in journeys.access() if journeys.short(path) in journeys.BY_CLOCK]
    assert len(by_clock) == len(journeys.BY_CLOCK)
    assert sorted([*found, *by_clock]) == sorted(journeys.access())
    named = {rpc for each in journeys.JOURNEYS for rpc in each.rpcs if not rpc.endswith(".*")}
    findings(
        sorted(named - {journeys.short(path) for path in journeys.access()}), f"{LIST}/journeys.py: is in no contract"
    )


def test_the_boards_count_events_where_they_are_heard() -> None:
    heard = {
        event_option(kind.DESCRIPTOR).type
        for name in catalog.BY_NAME
        for kind in events_of(name)
        if "notification" in event_option(kind.DESCRIPTOR).listeners
    }
    asked = {
        kind.replace("\\.", ".")
        for _, query in queries()
        for series in parsed(query)[0]
        for label, _, value in series.matchers
        if label == "type" and ("service", "=", "notification") in series.matchers
        for kind in value.split("|")
    }
    findings(sorted(asked - heard), f"{LIST}/boards.py: the notification service does not listen to it")


def test_every_metric_of_ours_is_looked_at() -> None:
    looked = {series.name for _, query in queries() for series in parsed(query)[0]}
    ours = {name for name in exposed().labels if name.startswith("loanflow_") and not name.endswith(("_sum", "_count"))}
    findings(sorted(ours - looked), f"{LIST}/boards.py: no alert and no panel shows it")
