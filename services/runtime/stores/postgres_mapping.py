"""One declaration for an aggregate in PostgreSQL: the table, the key, and only what is not an attribute by its name."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.runtime.aggregate import Aggregate
from services.runtime.stores import postgres
from services.runtime.stores.json_codec import reader, to_plain
from services.runtime.stores.unit_of_work import LISTENER_VERSIONS, A, Row

# The unit of work keeps them.
_RUNTIME = {LISTENER_VERSIONS, *(field.name for field in dataclasses.fields(Aggregate))}


class _Conversion(NamedTuple):
    """An attribute whose column holds something else, and how one becomes the other."""

    name: str
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


class Mapped(postgres.Repository[A], Generic[A]):
    """Aggregates whose attributes are the columns of the same names; whatever is not has to be named, at import.

    Texts, numbers and times are stored as they are, enums by name, what is in a JSONB or ARRAY column by `json_codec`.
    An attribute is optional if its column may be NULL, and only then. `derived` are columns that `derive` computes,
    `apart` attributes that `assemble` gives or that are never stored, `unaudited` columns that `write` adds.
    """

    derived: ClassVar[tuple[str, ...]] = ()
    apart: ClassVar[tuple[str, ...]] = ()
    unaudited: ClassVar[tuple[str, ...]] = ()
    _model: ClassVar[type[Any]]
    _same: ClassVar[tuple[str, ...]]
    _converted: ClassVar[tuple[_Conversion, ...]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for base in cls.__dict__.get("__orig_bases__", ()):
            model = (typing.get_args(base) or (None,))[0]
            if isinstance(model, type) and issubclass(model, Aggregate):
                cls._model = model
                cls._map()

    def derive(self, aggregate: A) -> Mapping[str, Any]:
        """The columns of `derived`: properties of the aggregate, unless a repository computes them."""
        return {name: getattr(aggregate, name) for name in self.derived}

    def assemble(self, row: Row) -> Mapping[str, Any]:
        """The attributes of `apart` that have no default, or another value than that."""
        return {}

    def to_row(self, aggregate: A) -> dict[str, Any]:
        """The columns of the aggregate, without `version` and those of `unaudited`."""
        row = {name: getattr(aggregate, name) for name in self._same}
        for name, dump, _ in self._converted:
            row[name] = dump(getattr(aggregate, name))
        if self.derived:
            derived = self.derive(aggregate)
            if derived.keys() != set(self.derived):
                raise TypeError(f"{type(self).__name__}.derive gives {sorted(derived)}, not {sorted(self.derived)}")
            row.update(derived)
        return row

    def from_row(self, row: Row) -> A:
        """The aggregate of a row."""
        values = {name: row[name] for name in self._same}
        for name, _, load in self._converted:
            values[name] = load(row[name])
        if self.apart:
            values.update(self.assemble(row))
        made: A = self._model(**values)
        return made

    @classmethod
    def _map(cls) -> None:
        table, hints = cls.table, typing.get_type_hints(cls._model)
        # What the constructor does not take, the model computes.
        attributes = {field.name for field in dataclasses.fields(cls._model) if field.init} - _RUNTIME
        columns = {column.name for column in table.columns} - _RUNTIME
        mapped = attributes - set(cls.apart)
        faults = list(_unnamed(cls, attributes, columns))
        conversions = {}
        for name in mapped & columns - set(cls.derived):
            try:
                conversions[name] = _conversion(table.columns[name], hints[name])
            except TypeError as error:
                faults.append(f"{cls._model.__name__}.{name} {error}")
        if faults:
            raise TypeError(f"{cls.__module__}.{cls.__name__}: " + "; ".join(sorted(faults)))
        cls._same = tuple(sorted(name for name, made in conversions.items() if made is None))
        cls._converted = tuple(_Conversion(name, *made) for name, made in sorted(conversions.items()) if made)


def _unnamed(cls: type[Mapped[Any]], attributes: set[str], columns: set[str]) -> Iterator[str]:
    table: Table = cls.table
    model, apart = cls._model.__name__, set(cls.apart)
    besides = {*cls.derived, *cls.unaudited}
    for name in attributes - columns - apart:
        yield f"{model}.{name} is no column of {table.name}: add the column, or name it in apart"
    for name in columns - besides - (attributes - apart):
        yield f"column {name} of {table.name} is no attribute of {model}: name it in derived or unaudited, or drop it"
    for name in (attributes & besides) - apart:
        yield f"{model}.{name} is a column that is given otherwise: name it in apart, too"
    for name in apart - attributes:
        yield f"apart names {name}, which {model} lacks"
    for name in (besides | {cls.key}) - columns:
        yield f"{table.name} has no column {name}"


def _conversion(column: Column[Any], hint: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    kind, optional = _without_none(hint)
    if optional != column.nullable:
        raise TypeError("may be None, but its column not NULL" if optional else "has a column that may be NULL")
    if isinstance(column.type, JSONB | ARRAY):
        return to_plain, _optional(reader(kind)) if optional else reader(kind)
    stored = column.type.python_type
    if stored is str and isinstance(kind, type) and issubclass(kind, Enum):
        dump, load = attrgetter("name"), kind.__members__.__getitem__
        return (_optional(dump), _optional(load)) if optional else (dump, load)
    if kind is not stored:
        raise TypeError(f"is of {kind}, its column of {stored}")
    return None


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type, and whether it is optional."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return hint, False
    kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
    if len(kinds) != 1:
        raise TypeError(f"is of {hint}, which is more than one type")
    return kinds[0], True


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda data: None if data is None else read(data)
