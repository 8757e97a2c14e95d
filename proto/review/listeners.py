"""listeners.txt: who subscribes to which event, what it does with it and why; held against contract and services.

    kyc.approved
      activation    on_kyc_approved    money goes only to the account that KYC approved

Below an event's type stand its listeners: the service, the use cases that its subscription calls on its `App` (with the
ids of the event and the members of enums among the arguments; `-` for none), and why it must be. The contract names the
same listeners in the event's option, and `make check` calls each subscription with a made-up event to see what it
calls. What the use case then changes is held against the row by tests/unit/listeners.

`partners` are no service: they get an event by webhooks, by any of the scopes that stand in place of the use cases and
in the event's option.
"""

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from google.protobuf.message import Message

from loanflow.options.v1 import event_pb2, scope_pb2
from proto.review.places import Places, rows
from services.catalog import SERVICES

TABLE = "proto/review/listeners.txt"
PARTNERS = "partners"
# Any: protoc's own stubs type extensions as descriptors.
_EVENT: Any = event_pb2.event
_TEXTS = {"currency": "EUR", "day_count": "PERIOD", "holiday_calendar": ""}


@dataclass(frozen=True)
class Row:
    """One listener of an event as the table has it."""

    number: int
    event: str
    service: str
    does: str
    why: str


def read(root: Path) -> list[Row]:
    """The table; ValueError names a row that cannot be read."""
    found: list[Row] = []
    event = ""
    for number, text in rows(root / TABLE):
        if not text.startswith(" "):
            event = text.strip()
            continue
        words = [word.strip() for word in text.strip().split("  ") if word.strip()]
        if len(words) != 3 or not event:
            raise ValueError(f"{TABLE}:{number}: wants: service, what it calls, why; two spaces between them")
        found.append(Row(number, event, *words))
    return found


def contract_listeners() -> dict[str, frozenset[str]]:
    """Event type → the listeners that the contract names."""
    return {kind: frozenset(option.listeners) for kind, option in _options().items()}


def contract_scopes() -> dict[str, str]:
    """Event type → the scopes that let partners have it, as the table writes them."""
    values: Any = scope_pb2.Scope.DESCRIPTOR.values_by_number
    named = {
        kind: sorted(str(values[each].GetOptions().Extensions[scope_pb2.scope_name]) for each in option.scopes)
        for kind, option in _options().items()
    }
    return {kind: " ".join(scopes) for kind, scopes in named.items() if scopes}


def _options() -> dict[str, Any]:
    """The options of all events, by their types."""
    found: dict[str, Any] = {}
    for service in SERVICES:
        module = (
            importlib.import_module(f"{service.package}.{service.name}_events_pb2") if _publishes(service) else None
        )
        for message in module.DESCRIPTOR.message_types_by_name.values() if module else ():
            option = message.GetOptions().Extensions[_EVENT]
            if option.type:
                found[option.type] = option
    return found


def _publishes(service: Any) -> bool:
    return importlib.util.find_spec(f"{service.package}.{service.name}_events_pb2") is not None


def subscribed() -> dict[tuple[str, str], str]:
    """(event type, service) → the use cases that the service's subscription calls, as the table writes them."""
    found: dict[tuple[str, str], str] = {}
    for service in SERVICES:
        app = Mock()
        handlers: Mapping[type[Message], Any] = importlib.import_module(
            f"services.{service.name}.consumer"
        ).subscriptions(app)
        for kind, handle in handlers.items():
            app.reset_mock()
            handle(_filled(kind()))
            calls = [_words(name, arguments) for name, arguments, _ in app.method_calls]
            found[kind.DESCRIPTOR.GetOptions().Extensions[_EVENT].type, service.name] = ", ".join(calls) or "-"
    return found


def differences(root: Path) -> Iterator[str]:
    """What table, contract and services say differently, each as file:line with what to do."""
    try:
        table = read(root)
    except ValueError as error:
        yield str(error)
        return
    places, named, subscriptions = Places(root / "proto"), contract_listeners(), subscribed()
    yield from _of_partners([row for row in table if row.service == PARTNERS], places)
    table = [row for row in table if row.service != PARTNERS]
    reviewed = {(row.event, row.service): row for row in table}
    for kind, listeners in sorted(named.items()):
        for service in sorted(listeners - {row.service for row in table if row.event == kind}):
            yield f"{places.event(kind)}: {service} is a listener of {kind} that was not reviewed: add it to {TABLE}"
    for (kind, service), row in reviewed.items():
        at, consumer = f"{TABLE}:{row.number}, {row.why}", f"services/{service}/consumer.py:1"
        if service not in named.get(kind, ()):
            yield f'{places.event(kind)}: {service} must subscribe to {kind} ({at}): add "{service}" to its listeners'
        elif (kind, service) not in subscriptions:
            yield f"{consumer}: must subscribe to {kind} ({at}): add it to the subscriptions"
        elif subscriptions[kind, service] != row.does:
            yield f"{consumer}: {kind} calls {subscriptions[kind, service]}, not {row.does} as was reviewed ({at})"
    for kind, service in sorted(subscriptions.keys() - reviewed.keys()):
        if service not in named.get(kind, ()):
            where = f"services/{service}/consumer.py:1: subscribes to {kind}, whose option does not name it"
            yield f'{where}: add "{service}" to its listeners and a row to {TABLE}'


def _of_partners(table: list[Row], places: Places) -> Iterator[str]:
    """What table and contract say differently of what partners get."""
    named, reviewed = contract_scopes(), {row.event: row for row in table}
    for kind in sorted(named.keys() - reviewed.keys()):
        yield f"{places.event(kind)}: partners get {kind}, which was not reviewed: add a row for {PARTNERS} to {TABLE}"
    for kind, row in reviewed.items():
        if named.get(kind, "-") != row.does:
            at = f"{TABLE}:{row.number}, {row.why}"
            yield f"{places.event(kind)}: partners get it by {named.get(kind, 'no scope')}, not by {row.does} ({at})"


def _words(name: str, arguments: tuple[Any, ...]) -> str:
    return " ".join([name, *(word for each in arguments for word in _said(each))])


def _said(argument: Any) -> Iterator[str]:
    """An enum's member, the field of the event that an id is, and the ids of a command that other fields gave."""
    if isinstance(argument, Enum):
        yield argument.name
    elif isinstance(argument, str) and argument.startswith("<"):
        yield argument.strip("<>")
    elif is_dataclass(argument):
        for each in fields(argument):
            value = getattr(argument, each.name)
            if isinstance(value, str) and value.startswith("<") and value != f"<{each.name}>":
                yield f"{each.name}={value.strip('<>')}"


def _filled(message: Any) -> Any:
    """The message with something in every field, so that it can be translated."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            continue
        if field.message_type:
            inner = getattr(message, field.name)
            _fill_in(inner.add() if field.is_repeated else inner)
        elif field.is_repeated:
            getattr(message, field.name).append(_value(field))
        else:
            setattr(message, field.name, _value(field))
    return message


def _fill_in(message: Any) -> None:
    if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
        message.FromJsonString("2030-01-01T00:00:00Z")
    else:
        _filled(message)


def _value(field: Any) -> Any:
    if field.enum_type:
        return field.enum_type.values[-1].number
    if field.cpp_type == field.CPPTYPE_STRING:
        if field.name.endswith("_id"):
            return f"<{field.name}>"
        return _TEXTS.get(field.name, "2030-01-01" if field.name.endswith("_date") else "12")
    return field.cpp_type == field.CPPTYPE_BOOL or 12
