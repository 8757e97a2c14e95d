"""Dataclasses as protobuf messages and back, field by equal name, by walking descriptor and type hints.

Decimal ↔ decimal string, Money ↔ the message with `currency` and `amount`, date ↔ ISO string, datetime ↔ Timestamp,
enum member ↔ the value of the prefixed proto enum with its name; nested and repeated alike.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.runtime.errors import InvalidArgument
from services.runtime.money import Money

M = TypeVar("M", bound=Message)
T = TypeVar("T")
# The typing stubs name two unrelated classes for each kind of descriptor; neither fits everywhere.
Field: TypeAlias = Any
EnumType: TypeAlias = Any


def to_message(obj: Any, message_class: type[M], **extra: Any) -> M:
    """A message filled from the attributes of `obj`; `extra` overrides them, fields that neither has stay empty."""
    message = message_class()
    _fill(message, obj, extra)
    return message


def from_message(message: Message, cls: type[T], **extra: Any) -> T:
    """An instance of dataclass `cls` filled from the message; `extra` overrides fields or gives those it lacks.

    InvalidArgument names the field whose text is no such value, or that is absent and not optional in `cls`.
    """
    return _build(message, cls, extra, "")


def enum_prefix(enum: EnumType) -> str:
    """What the names of an enum's values start with, such as `COLOUR_`."""
    zero: str = enum.values_by_number[0].name
    return zero.removesuffix("UNSPECIFIED")


def _fill(message: Message, obj: Any, extra: Mapping[str, Any]) -> None:
    for field in message.DESCRIPTOR.fields:
        value = extra[field.name] if field.name in extra else getattr(obj, field.name, None)
        if value is None or callable(value):
            continue
        if _is_map(field):
            _set_map(getattr(message, field.name), field, value)
        elif field.is_repeated:
            _set_repeated(getattr(message, field.name), field, value)
        elif field.message_type is not None:
            _set_message(getattr(message, field.name), value)
        else:
            setattr(message, field.name, _scalar(field, value))


def _set_map(target: Any, field: Field, value: Mapping[Any, Any]) -> None:
    entry = field.message_type.fields_by_name["value"]
    for key, item in value.items():
        name = key.name if isinstance(key, Enum) else key
        if entry.message_type is not None:
            _set_message(target[name], item)
        else:
            target[name] = _scalar(entry, item)


def _set_repeated(target: Any, field: Field, value: Iterable[Any]) -> None:
    for item in value:
        if field.message_type is not None:
            _set_message(target.add(), item)
        else:
            target.append(_scalar(field, item))


def _set_message(target: Message, value: Any) -> None:
    # An empty submessage is still present.
    target.SetInParent()
    if isinstance(value, Message):
        target.CopyFrom(value)
    elif isinstance(value, datetime):
        typing.cast(Timestamp, target).FromDatetime(value)
    elif isinstance(value, Money):
        _fill(target, None, {"currency": value.currency, "amount": value.amount})
    else:
        _fill(target, value, {})


def _scalar(field: Field, value: Any) -> Any:
    if field.enum_type is not None:
        return value if isinstance(value, int) else _enum_number(field.enum_type, value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _enum_number(enum: EnumType, value: Enum | str) -> int:
    name = value.name if isinstance(value, Enum) else value
    number: int = enum.values_by_name[enum_prefix(enum) + name].number
    return number


@functools.cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(message: Message, cls: type[T], extra: Mapping[str, Any], path: str) -> T:
    hints, known, values = _hints(typing.cast(Any, cls)), message.DESCRIPTOR.fields_by_name, dict(extra)
    for each in dataclasses.fields(typing.cast(Any, cls)):
        if each.init and each.name not in extra and each.name in known:
            values[each.name] = _field(message, known[each.name], hints[each.name], f"{path}{each.name}")
    return cls(**values)


def _field(message: Message, field: Field, hint: Any, path: str) -> Any:
    kind, optional = _without_none(hint)
    value = getattr(message, field.name)
    if _is_map(field):
        item = typing.get_args(kind)[1]
        return {key: _value(value[key], field.message_type.fields_by_name["value"], item, path) for key in value}
    if field.is_repeated:
        item = (typing.get_args(kind) or (Any,))[0]
        items = (_value(each, field, item, f"{path}[{n}]") for n, each in enumerate(value))
        return (typing.get_origin(kind) if typing.get_origin(kind) in (list, set, frozenset) else tuple)(items)
    absent = not message.HasField(field.name) if field.has_presence else optional and not value
    if absent and optional:
        return None
    if absent and field.message_type is not None:
        raise InvalidArgument.field(path, "is required")
    return _value(value, field, kind, path)


def _value(value: Any, field: Field, kind: Any, path: str) -> Any:
    try:
        return _convert(value, field, kind, path)
    except (ValueError, InvalidOperation):
        reason = "IMPOSSIBLE_DATE" if kind is date else ""
        raise InvalidArgument.field(path, _DESCRIPTIONS.get(kind, "is not valid"), reason=reason) from None


_DESCRIPTIONS: Mapping[Any, str] = {
    Decimal: "must be a decimal number",
    date: "must be a date such as 2030-01-31",
    Money: "must be an amount with no more decimals than its currency has",
}


def _convert(value: Any, field: Field, kind: Any, path: str) -> Any:
    if kind is Money:
        return Money(Decimal(value.amount), value.currency)
    if kind is Decimal:
        return Decimal(value)
    if kind is datetime:
        return typing.cast(Timestamp, value).ToDatetime(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(value, field, kind, path)
    if dataclasses.is_dataclass(kind):
        return _build(value, typing.cast(type[Any], kind), {}, f"{path}.")
    return value


def _member(value: Any, field: Field, kind: type[Enum], path: str) -> Enum:
    if field.enum_type is None:
        name = value
    elif value in field.enum_type.values_by_number:
        name = field.enum_type.values_by_number[value].name.removeprefix(enum_prefix(field.enum_type))
    else:
        name = ""
    if name not in kind.__members__:
        raise InvalidArgument.field(path, "must be one of " + ", ".join(kind.__members__))
    return kind[name]


def _is_map(field: Field) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        if len(kinds) == 1:
            return kinds[0], True
    return hint, False
