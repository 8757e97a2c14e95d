"""From the model's classes to messages."""

import dataclasses
import functools
import operator
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from services.runtime.messages.enums import numbers
from services.runtime.messages.hints import (
    Descriptor,
    Field,
    attributes,
    is_enum,
    is_map,
    is_money,
    is_plain,
    is_text,
    is_timestamp,
    item_of,
    spelled,
    unlike,
    value_of,
    without_none,
)
from services.runtime.messages.mismatch import Misfit, refuse, strangers
from services.runtime.money import Money

T = TypeVar("T")
M = TypeVar("M", bound=Message)
Write = Callable[[Any], Any]


class Out(Generic[T, M]):
    """How an object becomes a message: each field from the attribute or property of its name.

    `parts`: attributes that are themselves objects, whose attributes fill fields that the class lacks; `given`: fields
    that a call brings as keywords, with their types; `unset`: fields that stay empty; `apart`: names of enum members
    that one side lacks. Mismatch at the declaration for any other field that the class lacks, or whose type or enum
    members are not the class's.
    """

    def __init__(
        self, cls: type[T], message_class: type[M], *,
        parts: Collection[str] = (), given: Mapping[str, Any] | None = None, unset: Collection[str] = (),
        apart: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.cls: type[Any] = cls
        self.message_class: type[Message] = message_class
        self._given = dict(given or {})
        self._plan = _Plan(cls, message_class, parts, self._given, unset, frozenset(apart))
        pair = f"Out({spelled(cls)}, {message_class.DESCRIPTOR.full_name})"
        known = message_class.DESCRIPTOR.fields_by_name
        stale = strangers(parts, self._plan.own, "parts", spelled(cls))
        stale += strangers(self._given, known, "given", "the message") + strangers(unset, known, "unset", "the message")
        refuse(pair, [*self._plan.misfits, *stale])

    def __call__(self, obj: T, **given: Any) -> M:
        """The message of an object; TypeError when `given` is not exactly what was declared."""
        if given.keys() != self._given.keys():
            raise TypeError(f"given are {sorted(given)}, and declared {sorted(self._given)}")
        made: M = self._plan.write(obj, given)
        return made


class Outs:
    """Several of them, chosen by the class of the object, such as those of all events of a service."""

    def __init__(self, *outs: Out[Any, Any]) -> None:
        self._outs = {each.cls: each for each in outs}
        self.message_classes: Mapping[type, type[Message]] = {each.cls: each.message_class for each in outs}

    def __call__(self, obj: object, **given: Any) -> Message:
        """The message of an object of one of the classes."""
        made: Message = self._outs[type(obj)](obj, **given)
        return made


class _Plan:
    """What is done for each field, found out once."""

    def __init__(
        self, cls: type, message_class: type[Message], parts: Collection[str], given: Mapping[str, Any],
        unset: Collection[str], apart: frozenset[str],
    ) -> None:  # fmt: skip
        self._message_class: Any = message_class
        self.misfits: list[Misfit] = []
        self.own = attributes(cls)
        sources, changed, paths = _sources(self.own, parts), list[tuple[str, Write]](), dict[str, str]()
        for field in message_class.DESCRIPTOR.fields:
            name = field.name
            if name in unset:
                continue
            try:
                hint = given[name] if name in given else _source(cls, sources, name, paths)
                write = _writer(field, hint, apart)
            except Misfit as misfit:
                self.misfits.append(misfit.within(name))
                continue
            if write is not None:
                changed.append((name, write))
        self._changed, self._names = changed, list(paths)
        # attrgetter gives a tuple only for two or more.
        self._get = operator.attrgetter(*paths.values(), "__class__") if paths else None

    def write(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """The message of an object."""
        values = dict(zip(self._names, self._get(obj), strict=False)) if self._get else {}
        values.update(given)
        for name, write in self._changed:
            if (value := values[name]) is not None:
                values[name] = write(value)
        # Fields whose value is None stay empty.
        return self._message_class(**values)


def _sources(own: dict[str, Any], parts: Collection[str]) -> dict[str, dict[str, Any]]:
    """The types of the attributes of the class and of its parts, by the path to their owner."""
    return {"": own, **{f"{part}.": attributes(without_none(own[part])[0]) for part in parts if part in own}}


def _source(cls: type, sources: Mapping[str, Mapping[str, Any]], name: str, paths: dict[str, str]) -> Any:
    """The type of the attribute that fills a field; notes the path to it."""
    owners = [path for path, known in sources.items() if name in known]
    if not owners:
        raise Misfit(
            f"{spelled(cls)} has no such attribute or property: rename or add it, "
            f'or say given={{"{name}": its type}} or unset={{"{name}"}}'
        )
    if len(owners) > 1:
        raise Misfit(f"{spelled(cls)} has it twice, also in a part: say which with given")
    paths[name] = owners[0] + name
    return sources[owners[0]][name]


@functools.cache
def _nested(cls: type, descriptor: Descriptor, apart: frozenset[str]) -> Write:
    plan = _Plan(cls, GetMessageClass(descriptor), (), {}, (), apart)
    for misfit in plan.misfits:
        raise misfit
    return functools.partial(_written, plan.write)


def _written(write: Callable[[Any, Mapping[str, Any]], Any], obj: Any) -> Any:
    return write(obj, {})


def _writer(field: Field, hint: Any, apart: frozenset[str]) -> Write | None:
    """How a value of this type is written; None when it is stored as it is."""
    kind, _ = without_none(hint)
    if is_map(field):
        key, value = value_of(kind)
        name, write = (
            _key if is_enum(key) else _same,
            _one(field.message_type.fields_by_name["value"], value, apart) or _same,
        )
        return lambda pairs: {name(key): write(item) for key, item in pairs.items()}
    if field.is_repeated:
        each = _one(field, item_of(kind), apart)
        return None if each is None else lambda items: [each(item) for item in items]
    return _one(field, kind, apart)


def _one(field: Field, kind: Any, apart: frozenset[str]) -> Write | None:
    if is_plain(field, kind) or (field.enum_type is not None and getattr(kind, "DESCRIPTOR", None) is field.enum_type):
        return None
    if field.enum_type is not None and is_enum(kind):
        return numbers(field.enum_type, kind, apart).__getitem__
    if is_text(field) and (is_enum(kind) or kind in _TEXTS):
        return _key if is_enum(kind) else _TEXTS[kind]
    if is_timestamp(field) and kind is datetime:
        return _timestamp
    if is_money(field) and kind is Money:
        return functools.partial(_money, GetMessageClass(field.message_type))
    if field.message_type is not None and isinstance(kind, type):
        if issubclass(kind, Message) and kind.DESCRIPTOR.full_name == field.message_type.full_name:
            return None
        if dataclasses.is_dataclass(kind):
            return _nested(kind, field.message_type, apart)
    raise unlike(field, kind)


def _decimal(value: Decimal) -> str:
    return format(value, "f")


_TEXTS: Mapping[Any, Write] = {Decimal: _decimal, date: date.isoformat}


def _timestamp(value: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(value)
    return made


def _money(message_class: Any, value: Money) -> Any:
    return message_class(currency=value.currency, amount=format(value.amount, "f"))


def _key(value: Any) -> Any:
    return value.name


def _same(value: Any) -> Any:
    return value
