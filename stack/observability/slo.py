"""Objectives of journeys, and how fast their error budgets burn: two windows each, as Google's SRE workbook has them.

A budget of thirty days that burns 14.4 times too fast loses 2 % in an hour, 6 times 5 % in six; those wake somebody.
Three times loses 10 % in a day, and once 10 % in three; those can wait for the morning. The short window beside each
has an alert end soon after its cause. Few calls prove nothing: fewer than `LEAST` bad ones are no alert.
"""

from dataclasses import dataclass

from stack.observability.alert import CRITICAL, WARNING, Alert, Course, grows
from stack.observability.journeys import IN_TIME, JOURNEYS, Journey, methods, paths

# What a caller can do nothing about. INVALID_ARGUMENT and its like are answers.
FAILED = "UNKNOWN|INTERNAL|UNAVAILABLE|DEADLINE_EXCEEDED|DATA_LOSS|UNIMPLEMENTED"
LEAST = 5
_AT_EDGE = "at the edge"
_SECONDS = {"5m": 300, "30m": 1800, "1h": 3600, "2h": 7200, "6h": 21_600, "1d": 86_400, "3d": 259_200}
FAST = (("1h", "5m", 14.4), ("6h", "30m", 6))
SLOW = (("1d", "2h", 3), ("3d", "6h", 1))


@dataclass(frozen=True)
class Record:
    """A rule that keeps the value of `expr` under a name of its own, for a journey."""

    name: str
    expr: str
    journey: str


def records() -> list[Record]:
    """All that alerts and boards about journeys are made of."""
    found = []
    for journey in JOURNEYS:
        called, timed = (f'method=~"{methods(paths(journey, streams=each))}"' for each in (True, False))
        every = f'loanflow_grpc_call_seconds_bucket{{{timed}, le="+Inf"}}'
        in_time = f'loanflow_grpc_call_seconds_bucket{{{timed}, le="{journey.seconds}"}}'
        for window in _SECONDS:
            bad = f'loanflow_grpc_calls_total{{{called}, code=~"{FAILED}"}}'
            calls = _rate(f"loanflow_grpc_calls_total{{{called}}}", window)
            slow = f"{_rate(every, window)} - {_rate(in_time, window)}"
            found += _of(journey.name, window, calls=calls, failed=_rate(bad, window),
                         timed=_rate(every, window), slow=slow)  # fmt: skip
        found += [_budget("failed", journey.name, journey.available), _budget("slow", journey.name, IN_TIME)]
    edge = 'envoy_http_conn_manager_prefix="edge"'
    for window in _SECONDS:
        every = _rate(f"envoy_http_downstream_rq_xx{{{edge}}}", window)
        bad = _rate(f'envoy_http_downstream_rq_xx{{{edge}, envoy_response_code_class="5"}}', window)
        found += _of(_AT_EDGE, window, calls=every, failed=bad)
    return [*found, _budget("failed", _AT_EDGE, min(each.available for each in JOURNEYS))]


def _rate(series: str, window: str) -> str:
    return f"sum(rate({series}[{window}]))"


def _of(journey: str, window: str, **kinds: str) -> list[Record]:
    return [Record(f"loanflow:journey_{kind}:rate{window}", expr, journey) for kind, expr in kinds.items()]


def _budget(kind: str, journey: str, objective: float) -> Record:
    return Record(f"loanflow:journey_{kind}_budget:ratio", f"vector({1 - objective:.6g})", journey)


def share(kind: str, window: str) -> str:
    """The share of a journey's calls that failed, or were slow."""
    every = "calls" if kind == "failed" else "timed"
    return f"loanflow:journey_{kind}:rate{window} / loanflow:journey_{every}:rate{window}"


def _burns(kind: str, pairs: tuple[tuple[str, str, float], ...]) -> str:
    def over(window: str, factor: float) -> str:
        return f"{share(kind, window)} > {factor:g} * loanflow:journey_{kind}_budget:ratio"

    return " or ".join(
        f"({over(long, factor)} and {over(brief, factor)}"
        f" and loanflow:journey_{kind}:rate{long} * {_SECONDS[long]} >= {LEAST})"
        for long, brief, factor in pairs
    )


# Of the trials.
_REPAY = next(each for each in JOURNEYS if each.name == "repay")
_LABELS = f'method="{paths(_REPAY, streams=False)[0]}", service="repayment", job="services", instance="repayment:1"'


def _calls(*, failing: float) -> dict[str, Course]:
    return {
        f'loanflow_grpc_calls_total{{code="OK", {_LABELS}}}': grows(1000, 1000 - failing),
        f'loanflow_grpc_calls_total{{code="INTERNAL", {_LABELS}}}': grows(0, failing),
    }


def _timed(journey: Journey, *, slow: float) -> dict[str, Course]:
    series = f"loanflow_grpc_call_seconds_bucket{{{_LABELS}, le="
    return {f'{series}"{journey.seconds}"}}': grows(1000, 1000 - slow), f'{series}"+Inf"}}': grows(1000, 1000)}


_JOURNEY = {"journey": _REPAY.name}
ALERTS: tuple[Alert, ...] = (
    Alert(
        "ErrorBudgetBurnsFast", CRITICAL, _burns("failed", FAST),
        "the journey “{journey}” fails for so many that its error budget is gone within days", "error-budget",
        _calls(failing=50), _JOURNEY, minutes=2, phases=(60, 30, 40),
        faults=("PostgreSQL away", "connections of PostgreSQL taken", "MongoDB killed", "object store away"),
        follows=("StoreDown", "ServiceDown"),
    ),
    Alert(
        "ErrorBudgetBurnsSlowly", WARNING, _burns("failed", SLOW),
        "the journey “{journey}” fails more often than its objective allows", "error-budget",
        _calls(failing=4), _JOURNEY, minutes=30, phases=(120, 240, 480), step=4, follows=("ErrorBudgetBurnsFast",),
    ),
    Alert(
        "LatencyBudgetBurnsFast", CRITICAL, _burns("slow", FAST),
        "the journey “{journey}” is slow for very many", "error-budget",
        _timed(_REPAY, slow=400), _JOURNEY, minutes=2, phases=(60, 30, 40),
        faults=("a slow way to PostgreSQL", "a stalled way to PostgreSQL", "a table locked, the pool held"),
        follows=("StoreDown",),
    ),
    Alert(
        "LatencyBudgetBurnsSlowly", WARNING, _burns("slow", SLOW),
        "the journey “{journey}” is slow more often than its objective allows", "error-budget",
        _timed(_REPAY, slow=80), _JOURNEY, minutes=30, phases=(120, 240, 480), step=4,
        follows=("LatencyBudgetBurnsFast",),
    ),
)  # fmt: skip
