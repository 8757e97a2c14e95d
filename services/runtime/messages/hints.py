"""What type hints and descriptors say about a field."""

import collections.abc
import functools
import inspect
import types
import typing
from enum import Enum
from typing import Any, TypeAlias, TypeGuard

from google.protobuf.descriptor import FieldDescriptor

from services.runtime.messages.mismatch import Misfit

# The typing stubs name two unrelated classes for each kind of descriptor; neither fits everywhere.
Field: TypeAlias = Any
Descriptor: TypeAlias = Any

_F = FieldDescriptor
# The proto scalars that values of a Python class are stored in as they are.
_PLAIN: dict[Any, frozenset[int]] = {
    str: frozenset({_F.TYPE_STRING}),
    bytes: frozenset({_F.TYPE_BYTES}),
    bool: frozenset({_F.TYPE_BOOL}),
    float: frozenset({_F.TYPE_DOUBLE, _F.TYPE_FLOAT}),
    int: frozenset({
        _F.TYPE_INT32, _F.TYPE_INT64, _F.TYPE_UINT32, _F.TYPE_UINT64, _F.TYPE_SINT32, _F.TYPE_SINT64,
        _F.TYPE_FIXED32, _F.TYPE_FIXED64, _F.TYPE_SFIXED32, _F.TYPE_SFIXED64,
    }),
}  # fmt: skip
_MANY = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Set)


@functools.cache
def attributes(cls: Any) -> dict[str, Any]:
    """The type of each attribute of a class that holds a value: annotated ones and properties, never methods."""
    found = typing.get_type_hints(cls)
    for name in dir(cls):
        static = inspect.getattr_static(cls, name)
        getter = static.fget if isinstance(static, property) else None
        if isinstance(static, functools.cached_property):
            getter = static.func
        if getter is not None and name not in found and not name.startswith("_"):
            found[name] = typing.get_type_hints(getter).get("return", Any)
    return found


def without_none(hint: Any) -> tuple[Any, bool]:
    """The type of what is there, and whether it may be None."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        if len(kinds) == 1:
            return kinds[0], True
    return hint, False


def item_of(hint: Any) -> Any:
    """The type of the items of a collection; Misfit for anything else."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin not in _MANY or (origin is tuple and inner[1:] != (Ellipsis,)):
        raise Misfit(
            f"is repeated, and {spelled(hint)} is no collection of one type: give it one, such as tuple[X, ...]"
        )
    return inner[0]


def value_of(hint: Any) -> tuple[Any, Any]:
    """The types of the keys and values of a mapping; Misfit for anything else."""
    if typing.get_origin(hint) not in (dict, collections.abc.Mapping):
        raise Misfit(f"is a map, and {spelled(hint)} is none: make it a Mapping")
    key, value = typing.get_args(hint)
    return key, value


def is_map(field: Field) -> bool:
    """Whether a field has keys."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def is_timestamp(field: Field) -> bool:
    """Whether it holds a point in time."""
    return field.message_type is not None and field.message_type.full_name == "google.protobuf.Timestamp"


def is_money(field: Field) -> bool:
    """Whether it holds an amount with its currency, and nothing else."""
    return field.message_type is not None and set(field.message_type.fields_by_name) == {"amount", "currency"}


def is_plain(field: Field, kind: Any) -> bool:
    """Whether a value of this type is the scalar as it is."""
    return field.type in _PLAIN.get(kind, ())


def is_text(field: Field) -> bool:
    """Whether it holds a string."""
    return bool(field.type == _F.TYPE_STRING)


def is_enum(kind: Any) -> TypeGuard[type[Enum]]:
    """Whether a type is an enum of the model."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def unlike(field: Field, kind: Any) -> Misfit:
    """What is said of a field whose type is not its attribute's."""
    kind_of = field.message_type or field.enum_type
    name = kind_of.full_name if kind_of else next(
        name.removeprefix("TYPE_").lower() for name, number in vars(_F).items()
        if name.startswith("TYPE_") and number == field.type
    )  # fmt: skip
    return Misfit(f"is {name} in the message and {spelled(kind)} in the class: make them agree, or convert it by hand")


def spelled(hint: Any) -> str:
    """A type as it is written."""
    return getattr(hint, "__qualname__", "") if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
