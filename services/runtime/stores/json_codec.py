"""Objects of the model as plain JSON data and back: for JSONB columns, Mongo documents and audit snapshots.

Decimals and dates become strings, enums their names, tuples and sets lists; nested dataclasses become dicts.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, TypeVar

from cattrs import Converter

T = TypeVar("T")


def _converter() -> Converter:
    converter = Converter(unstruct_collection_overrides={tuple: list, set: sorted, frozenset: sorted})
    converter.register_unstructure_hook(Decimal, lambda value: format(value, "f"))
    converter.register_structure_hook(Decimal, lambda data, _: Decimal(data))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda data, _: date.fromisoformat(data))
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda data, _: datetime.fromisoformat(data))
    converter.register_unstructure_hook_func(_is_enum, lambda value: value.name)
    converter.register_structure_hook_func(_is_enum, lambda data, kind: kind[data])
    # What is a number too would be taken for one.
    converter.register_structure_hook(IntEnum, lambda data, kind: kind[data])
    return converter


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


_CONVERTER = _converter()


def to_plain(value: Any) -> Any:
    """The value as dicts, lists, strings, numbers, booleans and None."""
    return _CONVERTER.unstructure(value)


def from_plain(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_plain` made `data` of; fields that `data` lacks take their defaults."""
    return _CONVERTER.structure(data, kind)


def reader(kind: Any) -> Callable[[Any], Any]:
    """`from_plain` for one type, which is looked at once."""
    hook = _CONVERTER.get_structure_hook(kind)
    return lambda data: hook(data, kind)
