"""From messages to the model's classes."""

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import Message

from services.runtime.errors import InvalidArgument
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
Read = Callable[[Any], Any]
# From the message and the value of the field.
Step = Callable[[Any, Any], Any]
# As `ignored`: the message is another service's, which may grow; what is read of it is in the class.
OTHERS: Final = frozenset({"*"})


class In(Generic[T]):
    """How a message becomes an instance of a dataclass: each field of the class from the message's field of its name.

    `parts`: fields of the class that are dataclasses filled from the same message; `given`: those that a call brings as
    keywords; `unset`: those left at their default; `usual`: those
    at their default when the message says nothing; `ignored`: fields of the message that are used otherwise, or OTHERS.
    Mismatch at the declaration for anything else that only one has. With several message classes, each is checked.
    """

    def __init__(
        self, message_class: type[Message] | tuple[type[Message], ...], cls: type[T], *,
        parts: Collection[str] = (), given: Collection[str] = (), unset: Collection[str] = (),
        usual: Collection[str] = (), ignored: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._given = frozenset(given)
        classes = message_class if isinstance(message_class, tuple) else (message_class,)
        self._plans = {
            each: _Plan(each.DESCRIPTOR, cls, parts, frozenset(given) | set(unset), frozenset(ignored), usual)
            for each in classes
        }
        own = {field.name for field in dataclasses.fields(cls) if field.init}  # type: ignore[arg-type]
        for each, plan in self._plans.items():
            pair = f"In({each.DESCRIPTOR.full_name}, {spelled(cls)})"
            stale = [
                misfit
                for said_as, names in (("parts", parts), ("given", given), ("unset", unset), ("usual", usual))
                for misfit in strangers(names, own, said_as, spelled(cls))
            ]
            used = {name for one in classes for name in one.DESCRIPTOR.fields_by_name} | OTHERS
            stale += strangers(ignored, used, "ignored", each.DESCRIPTOR.full_name)
            refuse(pair, [*plan.misfits, *stale])

    def __call__(self, message: Message, **given: Any) -> T:
        """The instance of a message; TypeError when `given` is not exactly what was declared.

        InvalidArgument names the field whose text is no such value, or that is absent and not optional in the class.
        """
        if given.keys() != self._given:
            raise TypeError(f"given are {sorted(given)}, and declared {sorted(self._given)}")
        try:
            made: T = self._plans[type(message)].read(message, given)
        except _RefusedError as refused:
            raise InvalidArgument.field(refused.path, refused.why, reason=refused.reason) from None
        return made


class _RefusedError(Exception):
    def __init__(self, why: str, reason: str = "", path: str = "") -> None:
        super().__init__(why)
        self.why, self.reason, self.path = why, reason, path

    def within(self, name: str) -> "_RefusedError":
        inner = self.path
        path = f"{name}.{inner}" if inner and not inner.startswith("[") else f"{name}{inner}"
        return _RefusedError(self.why, self.reason, path)


class _Plan:
    """What is done for each field, found out once."""

    def __init__(
        self,
        descriptor: Descriptor,
        cls: Any,
        parts: Collection[str],
        elsewhere: Collection[str],
        ignored: Collection[str],
        usual: Collection[str] = (),
    ) -> None:
        self._cls, self.misfits = cls, list[Misfit]()
        self._steps: list[tuple[str, Step]] = []
        self._parts: list[tuple[str, _Plan]] = []
        self.known = {field.name for field in dataclasses.fields(cls) if field.init}
        hints, fields = attributes(cls), descriptor.fields_by_name
        own = {field.name: field.default for field in dataclasses.fields(cls)}
        for name in [name for name in own if name in self.known - set(elsewhere)]:
            try:
                if name in parts:
                    self._add_part(name, descriptor, hints[name])
                elif name in fields:
                    step = _step(fields[name], hints[name])
                    self._steps.append((name, _or_usual(step, own[name]) if name in usual else step))
                else:
                    raise Misfit(_no_source(descriptor, cls, name))
            except Misfit as misfit:
                self.misfits.append(misfit.within(name))
        for name in sorted(set(fields.keys()) - self.known - set(ignored)) if ignored != OTHERS else ():
            self.misfits.append(
                Misfit(f'{spelled(cls)} has no such field: rename or add it, or say ignored={{"{name}"}}', name)
            )

    def _add_part(self, name: str, descriptor: Descriptor, cls: Any) -> None:
        part = _Plan(descriptor, cls, (), (), OTHERS)
        self.misfits += [misfit.within(name) for misfit in part.misfits]
        self.known |= part.known
        self._parts.append((name, part))

    def read(self, message: Any, given: Mapping[str, Any]) -> Any:
        """The instance of a message."""
        values, name = dict(given), ""
        try:
            for name, step in self._steps:
                values[name] = step(message, getattr(message, name))
        except _RefusedError as refused:
            raise refused.within(name) from None
        for name, part in self._parts:
            values[name] = part.read(message, {})
        return self._cls(**values)


def _no_source(descriptor: Descriptor, cls: Any, name: str) -> str:
    return (
        f"{descriptor.full_name} has no field for this one of {spelled(cls)}: rename it, "
        f'or say given={{"{name}"}}, or unset={{"{name}"}} when its default is meant'
    )


@functools.cache
def _nested(cls: type, descriptor: Descriptor) -> Read:
    plan = _Plan(descriptor, cls, (), (), frozenset())
    for misfit in plan.misfits:
        raise misfit
    return lambda message: plan.read(message, {})


def _or_usual(step: Step, default: Any) -> Step:
    return lambda message, value: step(message, value) if value else default


def _step(field: Field, hint: Any) -> Step:
    """How a field is read, from the message and the field's value."""
    kind, optional = without_none(hint)
    if is_map(field):
        return _map(field, kind)
    if field.is_repeated:
        return _items(field, kind)
    read, name = _one(field, kind), field.name
    if not field.has_presence:
        return (lambda _, value: read(value) if value else None) if optional else (lambda _, value: read(value))
    if optional:
        return lambda message, value: read(value) if message.HasField(name) else None
    if field.message_type is None:
        return lambda _, value: read(value)

    def required(message: Any, value: Any) -> Any:
        if not message.HasField(name):
            raise _RefusedError("is required")
        return read(value)

    return required


def _map(field: Field, kind: Any) -> Step:
    _, item = value_of(kind)
    read = _one(field.message_type.fields_by_name["value"], item)
    return lambda _, values: {key: read(values[key]) for key in values}


def _items(field: Field, kind: Any) -> Step:
    read = _one(field, item_of(kind))
    collect: Any = next((each for each in (list, set, frozenset) if str(kind).startswith(each.__name__)), tuple)

    def items(_: Any, values: Any) -> Any:
        found = []
        for value in values:
            try:
                found.append(read(value))
            except _RefusedError as refused:
                raise refused.within(f"[{len(found)}]") from None
        return collect(found)

    return items


def _one(field: Field, kind: Any) -> Read:
    if is_plain(field, kind):
        return _same
    if is_text(field) and kind in (Decimal, date):
        return _decimal if kind is Decimal else _date
    if is_timestamp(field) and kind is datetime:
        return lambda value: value.ToDatetime(UTC)
    if is_money(field) and kind is Money:
        return _money
    if is_enum(kind) and (field.enum_type is not None or is_text(field)):
        return _members(field, kind)
    if field.message_type is not None and dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _nested(kind, field.message_type)
    raise unlike(field, kind)


def _members(field: Field, kind: Any) -> Read:
    if field.enum_type is None:
        known: dict[Any, Any] = dict(kind.__members__)
    else:
        known = {number: member for member, number in numbers(field.enum_type, kind).items()}

    def member(value: Any) -> Any:
        if value not in known:
            raise _RefusedError("must be one of " + ", ".join(kind.__members__))
        return known[value]

    return member


def _decimal(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        raise _RefusedError("must be a decimal number") from None


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _RefusedError("must be a date such as 2030-01-31", "IMPOSSIBLE_DATE") from None


def _money(value: Any) -> Money:
    try:
        return Money(Decimal(value.amount), value.currency)
    except (ValueError, InvalidOperation):
        raise _RefusedError("must be an amount with no more decimals than its currency has") from None


def _same(value: Any) -> Any:
    return value
