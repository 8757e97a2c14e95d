"""By what a new version of a service is judged, before it takes calls and once it does: Argo's AnalysisTemplates.

Each metric is a query to Prometheus about the pods of that version alone, which began to count at nothing, so that
their totals are what the version did. Limits are those of the alerts and objectives of stack/observability.
"""

from dataclasses import dataclass

from services.catalog import Service
from stack.mesh.environment import Json
from stack.observability import journeys, slo
from stack.observability.events import ALERTS

ARGO = "argoproj.io/v1alpha1"
# Where the platform's Prometheus is, by TLS.
PROMETHEUS = "https://prometheus.observability.svc.cluster.local:9090"
# The label by which it tells the versions of a service apart: their pods' `rollouts-pod-template-hash`.
VERSION = "version"
STANDS, SERVES = "stands", "serves"
# The first look waits until Prometheus has looked at the new pods, too.
DELAY_SECONDS, INTERVAL_SECONDS = 60, 30
# How often each is looked at, and how many of these looks may be bad.
LOOKS = {STANDS: 10, SERVES: 20}
BAD_LOOKS = 2
# A share of calls beyond which somebody is woken: the error budget of thirty days would be gone in two.
_FACTOR = slo.FAST[0][2]
FAILED_SHARE = round(_FACTOR * (1 - max(each.available for each in journeys.JOURNEYS)), 6)
SLOW_SHARE = round(_FACTOR * (1 - journeys.IN_TIME), 6)


@dataclass(frozen=True)
class Metric:
    """`query` names the arguments of its template as Argo does; `holds` is Argo's condition of a good look.

    A query that finds nothing to say has no result, which is good of every metric but the first.
    """

    name: str
    query: str
    holds: str


def seconds_of(template: str) -> int:
    """How long an analysis goes on that ends well."""
    return DELAY_SECONDS + (LOOKS[template] - 1) * INTERVAL_SECONDS


def arguments(template: str, service: Service) -> list[Json]:
    """What a Rollout gives a template."""
    given = {"service": service.name}
    if template == SERVES:
        given |= {"contract": service.proto_service, "seconds": seconds(service)}
    told = [{"name": name, "value": value} for name, value in given.items()]
    return [*told, {"name": VERSION, "valueFrom": {"podTemplateHashValue": "Latest"}}]


def seconds(service: Service) -> str:
    """Within how many seconds a service answers, as the slowest journey that it is part of wants it."""
    own = [journeys.short(path) for path in journeys.access() if path.startswith(f"/{service.proto_service}/")]
    return str(max(journeys.of(rpc).seconds for rpc in own))


def metrics(template: str) -> list[Metric]:
    """What a template looks at: how the version stands by itself, and of one that serves, how its calls go besides."""
    return [*_standing(), *_serving()] if template == SERVES else _standing()


def spec(template: str) -> Json:
    """The spec of a template's object."""
    names = ["service", *(["contract", "seconds"] if template == SERVES else []), VERSION]
    return {
        "args": [{"name": name} for name in names],
        "metrics": [
            {
                "name": each.name,
                "initialDelay": f"{DELAY_SECONDS}s",
                "interval": f"{INTERVAL_SECONDS}s",
                "count": LOOKS[template],
                "failureLimit": BAD_LOOKS,
                "successCondition": each.holds,
                "provider": {"prometheus": {"address": PROMETHEUS, "query": each.query}},
            }
            for each in metrics(template)
        ],
    }


def _standing() -> list[Metric]:
    return [
        # Half of its pods, for the autoscaler may be starting others. Without the label no query finds anything, which
        # is good of every other one.
        Metric("ready", f"avg({_of('loanflow_ready')})", "len(result) > 0 && result[0] >= 0.5"),
        Metric("restarts", f"max(changes({_of('process_start_time_seconds')}[10m]))", _at_most("0")),
        Metric("letters", f"sum({_of('loanflow_events_dead_lettered_total')})", _at_most(str(slo.LEAST - 1))),
        Metric("stalled", f"max({_of('loanflow_consumer_stalled_seconds')})", _at_most(_limit("ConsumerStalled"))),
        Metric("outbox", f"max({_of('loanflow_outbox_oldest_seconds')})", _at_most(_limit("OutboxOld"))),
        # Of both versions, who share the partitions; a backlog of before that grows less is none of the new one's.
        Metric("lag", f"sum({_LAG}) > sum({_LAG} offset 10m)", _at_most(_limit("ConsumerBehind"))),
    ]


def _serving() -> list[Metric]:
    calls, bad = _of("loanflow_grpc_calls_total"), _of("loanflow_grpc_calls_total", f'code=~"{slo.FAILED}"')
    timed = ('method=~"/{{args.contract}}/.+"', f'method!~"{_untimed()}"')
    bucket = "loanflow_grpc_call_seconds_bucket"
    every, in_time = _of(bucket, *timed, 'le="+Inf"'), _of(bucket, *timed, 'le="{{args.seconds}}"')
    return [
        Metric("failed", f"(sum({bad}) >= {slo.LEAST}) / sum({calls})", _at_most(f"{FAILED_SHARE:g}")),
        Metric("slow", f"(sum({every}) - sum({in_time}) >= {slo.LEAST}) / sum({every})", _at_most(f"{SLOW_SHARE:g}")),
    ]


def _of(metric: str, *more: str) -> str:
    """The series of the new version."""
    return f"{metric}{{{', '.join((_SERVICE, _ITS_VERSION, *more))}}}"


_SERVICE, _ITS_VERSION = 'service="{{args.service}}"', f'{VERSION}="{{{{args.{VERSION}}}}}"'
_LAG = f"loanflow_consumer_lag{{{_SERVICE}}}"


def _at_most(limit: str) -> str:
    return f"len(result) == 0 || result[0] <= {limit}"


def _limit(alert: str) -> str:
    """The figure beyond which an alert is told."""
    [expr] = [each.expr for each in ALERTS if each.name == alert]
    return expr.rpartition("> ")[2]


def _untimed() -> str:
    """Streams, which last for as long as their readers like, and what the clock has done, as one regular expression."""
    found = [
        path
        for path, entry in journeys.access().items()
        if entry["server_streaming"] or entry["client_streaming"] or journeys.short(path) in journeys.BY_CLOCK
    ]
    return journeys.methods(found)
