"""JSON logs on standard output: one object a line, with the call's correlation id, personal data masked.

An object has the field names of OpenTelemetry's log data model (opentelemetry.io/docs/specs/otel/logs/data-model), so
that a collector takes it as it is: `Body` is what happened, `Attributes` are what is known of it.

What is personal the contract says: fields with the option `debug_redact`. Messages are logged through `redacted`; keys
of log lines that are named like such a field are masked as well, at any depth.

Lines of our own go straight to standard output. The standard library's logging, through which those of other libraries
come, would look for the caller, make a record and format it: three times the cost, at every call of every RPC.
"""

import json
import logging
from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

import structlog
from google.protobuf import json_format
from google.protobuf.message import Message
from opentelemetry import trace

from services.runtime import context as request_context
from services.runtime.observing.output import Output

MASK = "***"

# Keys of the machinery's own, never personal even where a field is called alike.
_STRUCTURAL = frozenset(
    ("event", "service", "level", "logger", "timestamp", "method", "correlation_id", "trace_id", "span_id")
)
# Where they stand in the model; what has no place of its own is an attribute.
_PLACES = {"timestamp": "Timestamp", "trace_id": "TraceId", "span_id": "SpanId", "event": "Body"}
_KEPT = frozenset((*_PLACES, "level", "service", "logger"))
# The first number of each range of the model's.
_SEVERITIES = {"debug": 5, "info": 9, "warning": 13, "error": 17, "critical": 21}

_LEVELS = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}
_personal: set[str] = set()
# The same list for good: a logger keeps the one that it was first used with.
_processors: list[Any] = []


class _Lines:
    """Where a logger's lines go."""

    output: ClassVar[Output]

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        self.output.write(line)

    debug = info = warning = error = critical = msg


def configure(service: str, level: str = "INFO") -> None:
    """Sets up logging for the process, the standard library's included."""
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_call,
        lambda _, __, event: {"service": service, **event},
        structlog.processors.format_exc_info,
        mask_personal,
    ]
    _processors[:] = [_drop_below_level, *shared, _line]
    structlog.configure(
        processors=_processors,
        wrapper_class=structlog.make_filtering_bound_logger("NOTSET"),
        logger_factory=_Lines,
        cache_logger_on_first_use=True,
    )
    _Lines.output = Output()
    handler = logging.StreamHandler(_Lines.output)
    # Below that libraries write whatever they handle: tokens that they issue, headers, commands to a store.
    handler.setLevel(logging.INFO)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _, __, event: _json(event),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("httpx", "httpx2", "httpcore", "httpcore2"):
        # A line for every request that a client makes says nothing that the caller's own line does not.
        logging.getLogger(chatty).setLevel(logging.WARNING)


def set_level(level: str) -> None:
    """Has lines of this level and above written from now on; for all of the process, but of libraries none of DEBUG."""
    logging.root.setLevel(level.upper())


def _drop_below_level(_logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The standard library's level counts for both."""
    if _LEVELS[name] < logging.root.level:
        raise structlog.DropEvent
    return event


def _line(_logger: Any, _name: str, event: Mapping[str, Any]) -> str:
    return f"{_json(event)}\n"


def _json(event: Mapping[str, Any]) -> str:
    return json.dumps(_record(event), ensure_ascii=False, default=str)


def _record(event: Mapping[str, Any]) -> dict[str, Any]:
    """The line by the names of the model."""
    level = event["level"]
    return {
        **{place: event[key] for key, place in _PLACES.items() if key in event},
        "SeverityText": level.upper(),
        "SeverityNumber": _SEVERITIES[level],
        "Resource": {"service.namespace": "loanflow", "service.name": event["service"]},
        "InstrumentationScope": {"Name": event["logger"]},
        "Attributes": {key: value for key, value in event.items() if key not in _KEPT},
    }


def learn_personal(file: Any) -> None:
    """Adds the names of personal fields in a file's messages, and in the files it imports, to what is masked."""
    for message in file.message_types_by_name.values():
        _learn_message(message)
    for dependency in file.dependencies:
        if dependency.package.startswith("loanflow."):
            learn_personal(dependency)


def redacted(message: Message) -> dict[str, Any]:
    """The message as JSON data with personal fields masked; for logs, never for callers."""
    plain = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return _mask_message(plain, message.DESCRIPTOR)


def mask_personal(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks values under personal keys, and renders messages redacted."""
    return {key: value if key in _STRUCTURAL else _mask_item(key, value) for key, value in event.items()}


def _learn_message(message: Any) -> None:
    for field in message.fields:
        if field.GetOptions().debug_redact:
            _personal.update((field.name, field.json_name))
    for nested in message.nested_types:
        _learn_message(nested)


def _mask_item(key: Any, value: Any) -> Any:
    return MASK if key in _personal else _mask_value(value)


def _mask_value(value: Any) -> Any:
    if isinstance(value, Message):
        return redacted(value)
    if isinstance(value, Mapping):
        return {key: _mask_item(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mask_value(item) for item in value]
    return value


def _mask_message(plain: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    masked = {}
    for name, value in plain.items():
        field = descriptor.fields_by_name.get(name)
        if field is None:  # a well-known type: its JSON is not its fields
            masked[name] = value
        elif field.GetOptions().debug_redact:
            masked[name] = MASK
        elif field.message_type is None:
            masked[name] = value
        else:
            masked[name] = _mask_nested(value, field.message_type)
    return masked


def _mask_nested(value: Any, descriptor: Any) -> Any:
    if descriptor.GetOptions().map_entry:
        item = descriptor.fields_by_name["value"].message_type
        return {key: _mask_nested(each, item) if item else each for key, each in value.items()}
    if isinstance(value, list):
        return [_mask_nested(each, descriptor) for each in value]
    return _mask_message(value, descriptor) if isinstance(value, dict) else value


def _add_call(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = request_context.current_or_none()
    if context is not None:
        event.setdefault("correlation_id", context.correlation_id)
        event.setdefault("method", context.method)
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    return event
