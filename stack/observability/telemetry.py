"""The configuration of OpenTelemetry's collector: where logs and spans come in, what is masked, and where they go.

Services mask what is personal before they tell it. Here whatever still looks like it is masked once more, in logs and
in spans: the second net, for the line that somebody logs by mistake and for programs that are not ours.
"""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# The profile of a stack that has all that looks at it.
PROFILE = "observability"

# Mail addresses; accounts (ISO 13616); phones; numbers of cards, but not the digits of an id, between what may stand
# around them. In the notation of RE2: what matches, but for its groups, becomes asterisks.
MASKED = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    r"\+[0-9][0-9 ()-]{6,17}[0-9]\b",
    r"(^|[^0-9A-Za-z.-])[0-9]{4}(?:[ -]?[0-9]{4}){2,3}[0-9]{0,3}($|[^0-9A-Za-z-])",
)
MASK = "****"
# As the collector reads them, to which one dollar is the beginning of a variable.
_PATTERNS = tuple(each.replace("$", "$$") for each in MASKED)
# A trace is kept whole when something in it failed or took long; of the others this share.
SLOW_MS, SHARE = 500, 20
# How long a trace waits for its last span before that is decided, and how many wait at once.
DECISION_SECONDS, WAITING = 5, 20_000
_STATUS_ERROR = {"name": "failed", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}}


# The whole URL, with a query in which anything may stand; and who called, by address and program.
_UNWANTED = ("http.url", "url.full", "url.query", "peer.address", "user_agent", "user_agent.original")


@dataclass(frozen=True)
class Collected:
    """Addresses (`host:port`) the collector listens at, URLs it sends to, and the folders it reads and writes."""

    spans: str
    health: str
    figures_port: int
    certificate: str
    key: str
    logs: str
    offsets: str
    log_store: str
    trace_store: str
    share: int = SHARE
    # Where the logs are those of a node's pods, as the kubelet keeps them.
    pods: bool = False
    # Of whom both stores show a certificate, where they do; and where figures are asked for.
    authority: str = ""
    figures_host: str = "127.0.0.1"


LOGS, TRACES = "logs", "traces"


def config(given: Collected, pipelines: tuple[str, ...] = (LOGS, TRACES)) -> Json:
    """What the collector's configuration says: of these pipelines, and what they are made of."""
    whole = _whole(given)
    chosen = {name: whole["service"]["pipelines"][name] for name in pipelines}
    for kind in ("receivers", "processors", "exporters"):
        used = {name for pipeline in chosen.values() for name in pipeline[kind]}
        whole[kind] = {name: made for name, made in whole[kind].items() if name in used}
    # Offsets are those of files.
    if LOGS not in pipelines:
        del whole["extensions"]["file_storage"]
    return {**whole, "service": {**whole["service"], "extensions": list(whole["extensions"]), "pipelines": chosen}}


def _whole(given: Collected) -> Json:
    masked: Json = {"allow_all_keys": True, "blocked_values": list(_PATTERNS), "summary": "silent"}
    unwanted = [{"key": key, "action": "delete"} for key in _UNWANTED]
    trust: Json = {"tls": {"ca_file": given.authority, "min_version": "1.3"}} if given.authority else {}
    return {
        "receivers": {"otlp": {"protocols": {"grpc": _listener(given)}}, "filelog": _files(given)},
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": 192, "spike_limit_mib": 48},
            "attributes": {"actions": unwanted},
            "redaction": masked,
            "tail_sampling": _sampling(given.share),
            "batch": {"timeout": "1s"},
        },
        "exporters": {
            "otlp_http": {"logs_endpoint": f"{given.log_store}/insert/opentelemetry/v1/logs", **trust},
            "zipkin": {"endpoint": f"{given.trace_store}/api/v2/spans", **trust},
        },
        "extensions": {"health_check": {"endpoint": given.health}, "file_storage": {"directory": given.offsets}},
        "service": {
            "extensions": ["health_check", "file_storage"],
            "telemetry": {"metrics": {"readers": [_figures(given)]}, "logs": {"encoding": "json"}},
            "pipelines": {
                LOGS: {
                    "receivers": ["filelog"],
                    "processors": ["memory_limiter", "redaction", "batch"],
                    "exporters": ["otlp_http"],
                },
                TRACES: {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "attributes", "redaction", "tail_sampling", "batch"],
                    "exporters": ["zipkin"],
                },
            },
        },
    }


def _listener(given: Collected) -> Json:
    """The renewer replaces the certificate while the collector runs."""
    tls = {"cert_file": given.certificate, "key_file": given.key, "min_version": "1.3", "reload_interval": "30s"}
    return {"endpoint": given.spans, "tls": tls}


def _sampling(share: int) -> Json:
    """Errors and what was slow are kept, and a share of the rest."""
    slow = {"name": "slow", "type": "latency", "latency": {"threshold_ms": SLOW_MS}}
    rest = {"name": "rest", "type": "probabilistic", "probabilistic": {"sampling_percentage": share}}
    return {
        "decision_wait": f"{DECISION_SECONDS}s",
        "num_traces": WAITING,
        "policies": [_STATUS_ERROR, slow, rest],
    }


def _files(given: Collected) -> Json:
    """Every log of the stack, from where the last collector stopped, masked; lines of the log data model as such."""
    ours = r'body matches "^\\{.*\"Body\": ?\""'
    return {
        **(_of_pods(given.logs) if given.pods else _of_stack(given.logs)),
        "start_at": "beginning",
        "storage": "file_storage",
        "poll_interval": "500ms",
        "operators": [
            *([{"type": "container"}] if given.pods else []),
            # Before they are taken apart: the processor that masks looks into no value that has values.
            *map(_masked, _PATTERNS),
            _moved('resource["k8s.container.name"]', "resource.part") if given.pods else _PART,
            {"type": "json_parser", "if": ours, "parse_from": "body", "parse_to": "attributes", **_QUIET},
            {"type": "router", "routes": [{"output": "time", "expr": "attributes.Body != nil"}], "default": "end"},
            {
                "id": "time",
                "type": "time_parser",
                "parse_from": "attributes.Timestamp",
                "layout_type": "gotime",
                "layout": "2006-01-02T15:04:05.999999999Z07:00",
                **_QUIET,
            },
            {"type": "severity_parser", "parse_from": "attributes.SeverityText", **_QUIET},
            {
                "type": "trace_parser",
                "if": "attributes.TraceId != nil",
                "trace_id": {"parse_from": "attributes.TraceId"},
                "span_id": {"parse_from": "attributes.SpanId"},
                **_QUIET,
            },
            _moved("attributes.Body", "body"),
            *(
                _moved(f'attributes.Resource["{name}"]', f'resource["{name}"]')
                for name in ("service.name", "service.namespace")
            ),
            _moved("attributes.InstrumentationScope.Name", "attributes.logger"),
            *({"type": "remove", "if": f"attributes.{name} != nil", "field": f"attributes.{name}"} for name in _TAKEN),
            {"type": "flatten", "if": "attributes.Attributes != nil", "field": "attributes.Attributes"},
            {"id": "end", "type": "noop"},
        ],
    }


_PART: Json = {
    "type": "regex_parser", "parse_from": 'attributes["log.file.name"]', "regex": r"^(?P<part>.+)\.log$",
    "parse_to": "resource",
}  # fmt: skip


def _of_stack(logs: str) -> Json:
    # Its own would come back as lines about lines.
    return {"include": [f"{logs}/*.log"], "exclude": [f"{logs}/collector.log"]}


def _of_pods(logs: str) -> Json:
    """Of the platform's own pods; a line that containerd has cut is put together again."""
    return {"include": [f"{logs}/loanflow_*/*/*.log"], "include_file_path": True}


def _masked(pattern: str) -> Json:
    return {"type": "regex_replace", "field": "body", "regex": pattern, "replace_with": _REPLACED}


def _moved(source: str, place: str) -> Json:
    return {"type": "move", "from": source, "to": place, **_QUIET}


# What is in the line's own fields by now.
_TAKEN = ("Timestamp", "SeverityText", "SeverityNumber", "TraceId", "SpanId", "Resource", "InstrumentationScope")
_REPLACED = f"$${{1}}{MASK}$${{2}}"
_QUIET = {"on_error": "send_quiet"}


def _figures(given: Collected) -> Json:
    at = {"host": given.figures_host, "port": given.figures_port}
    exporter = {**at, "without_type_suffix": True, "without_units": True}
    return {"pull": {"exporter": {"prometheus": exporter}}}
