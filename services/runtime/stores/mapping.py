"""Aggregates whose attributes are stored under their own names; whatever is not has to be named, or the import fails.

The same for both databases: postgres_mapping.py holds a model against a table, mongo_mapping.py against a collection.
"""

import dataclasses
import types
import typing
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from services.runtime.aggregate import Aggregate
from services.runtime.stores import unit_of_work
from services.runtime.stores.data_keys import DataKey
from services.runtime.stores.json_codec import reader, to_plain
from services.runtime.stores.sealing import Paths
from services.runtime.stores.unit_of_work import LISTENER_VERSIONS, A, Row

T = TypeVar("T")
# What `json_codec` makes of a value: dicts, lists, texts, numbers; times as text.
JSON = dict
# The unit of work keeps them.
_RUNTIME = {LISTENER_VERSIONS, *(field.name for field in dataclasses.fields(Aggregate))}


@dataclass(frozen=True)
class Stored:
    """A column or a field: the type of the value in it, and whether that may be NULL."""

    kind: type
    nullable: bool = False


@dataclass(frozen=True)
class Storage:
    """A table with its columns or a collection with its fields; `part` is the word for one of them."""

    name: str
    part: str
    parts: Mapping[str, Stored]


@dataclass(frozen=True)
class FileReference:
    """A file that belongs to an aggregate: where it is in the service's bucket, and its recorded hash (hex)."""

    key: str
    sha256: str


class _Conversion(NamedTuple):
    """An attribute that is stored as something else, and how one becomes the other."""

    name: str
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


class Form(Generic[T]):
    """How objects of a dataclass become rows of a storage and back; TypeError names each attribute without a place.

    Texts, numbers and times are stored as they are, enums by name, and what is JSON by `json_codec`. An attribute is
    optional if its column may be NULL, and only then. `module` and `owner` say in messages where it is declared;
    `derived`, `apart` and `unaudited` are those of Mapped.
    """

    def __init__(
        self,
        module: str,
        owner: str,
        model: type[T],
        storage: Storage,
        *,
        key: str,
        derived: Collection[str] = (),
        apart: Collection[str] = (),
        unaudited: Collection[str] = (),
    ) -> None:
        self.model, hints = model, typing.get_type_hints(model)
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(model)  # type: ignore[arg-type]
        # What the constructor does not take, the model computes.
        attributes = {field.name for field in fields if field.init} - _RUNTIME
        parts = storage.parts.keys() - _RUNTIME
        faults = list(_unnamed(model.__name__, storage, attributes, (derived, apart, unaudited), key))
        conversions = {}
        for name in (attributes - set(apart)) & parts - set(derived):
            try:
                conversions[name] = _conversion(storage, name, hints[name])
            except TypeError as error:
                faults.append(f"{model.__name__}.{name} {error}")
        if faults:
            raise TypeError(f"{module.replace('.', '/')}.py: {owner}: " + "; ".join(sorted(faults)))
        self._same = tuple(sorted(name for name, made in conversions.items() if made is None))
        self._converted = tuple(_Conversion(name, *made) for name, made in sorted(conversions.items()) if made)

    def dump(self, thing: T) -> dict[str, Any]:
        """What is stored of an object under its own names."""
        row = {name: getattr(thing, name) for name in self._same}
        for name, dump, _ in self._converted:
            row[name] = dump(getattr(thing, name))
        return row

    def load(self, row: Row) -> dict[str, Any]:
        """The attributes that a row has under their own names."""
        values = {name: row[name] for name in self._same}
        for name, _, load in self._converted:
            values[name] = load(row[name])
        return values


class Mapped(unit_of_work.Repository[A], Generic[A]):
    """Aggregates by a Form, made when the class is; a service's own class names table or collection, and the key.

    `derived` are columns that `derive` computes, `apart` attributes that `assemble` gives or that are never stored,
    `unaudited` columns that `write` adds.

    What is stored about a person says whose it is: `subject` is the attribute with that person's id, `record_class` the
    class of record whose data key seals it, `personal` the paths of its texts (sealing.py), and `parts` those of the
    rows of other tables that `write` adds and `sealed_part` seals. `fixed_whys` are reasons that outlive the key.
    """

    derived: ClassVar[tuple[str, ...]] = ()
    apart: ClassVar[tuple[str, ...]] = ()
    unaudited: ClassVar[tuple[str, ...]] = ()
    subject: ClassVar[str] = ""
    personal: ClassVar[tuple[str, ...]] = ()
    fixed_whys: ClassVar[frozenset[str]] = frozenset()
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    form: ClassVar[Form[Any]]
    paths: ClassVar[Paths]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for base in cls.__dict__.get("__orig_bases__", ()):
            model = (typing.get_args(base) or (None,))[0]
            if isinstance(model, type) and issubclass(model, Aggregate):
                cls.form = cls.form_of(model)
                cls.paths = Paths(cls.storage().name, cls.personal)
                cls._check_subject()

    @classmethod
    @abstractmethod
    def storage(cls) -> Storage:
        """Where the aggregates are kept."""

    @classmethod
    def form_of(cls, model: type[Aggregate]) -> Form[Any]:
        """The form of a model in this repository's storage; TypeError."""
        names = {"derived": cls.derived, "apart": cls.apart, "unaudited": cls.unaudited}
        return Form(cls.__module__, cls.__name__, model, cls.storage(), key=cls.key, **names)

    @classmethod
    def _check_subject(cls) -> None:
        attributes = {field.name for field in dataclasses.fields(cls.form.model)}
        faults = [f"subject is {cls.subject!r}, no attribute of its model"] if cls.subject not in attributes else []
        faults += [] if cls.record_class else ["record_class is empty"]
        faults += [
            f"personal names {path}, which is stored nowhere"
            for path in cls.personal
            if "*" not in path and path.partition(".")[0] not in {*cls.storage().parts, *cls.apart}
        ]
        named = cls.personal or cls.parts or cls.subject or cls.record_class
        if named and faults:
            raise TypeError(f"{cls.__module__.replace('.', '/')}.py: {cls.__name__}: " + "; ".join(faults))

    @abstractmethod
    def about(self, column: str, person: str) -> list[A]:
        """The aggregates with a person's id in that column, to look at, by their ids."""

    @abstractmethod
    def ids(self) -> list[str]:
        """The ids of all that is stored, in their order."""

    def seal_older(self, key: str) -> bool:
        """Seals what was stored of a row before a data key sealed it, no change to audit; whether there was any."""
        row = self._read(key, lock=True)
        if row is None or self.paths.all_sealed(row):
            return False
        data_key = self._unit.data_keys.of(str(row[self.subject]), self.record_class)
        self._update(key, self.paths.seal(self.paths.columns(self.opened(row)), data_key, key), row)
        return True

    def files(self, aggregate: A) -> Sequence[FileReference]:
        """The files that belong to an aggregate."""
        return ()

    def sealed(self, aggregate: A, columns: Row) -> dict[str, Any]:
        """The columns with what is personal sealed by the subject's key."""
        if not self.paths.in_use(columns):
            return dict(columns)
        return self.paths.seal(columns, self._data_key(aggregate), self._id(aggregate))

    def opened(self, row: Row) -> Row:
        """The row with its seals opened; what was sealed by a key that is destroyed is empty."""
        key_ids = self.paths.key_ids(row)
        return self.paths.open(row, self._unit.data_keys.by_id(key_ids), str(row[self.key])) if key_ids else row

    def sealed_why(self, aggregate: A, why: str) -> str:
        """The reason, sealed where the aggregate is about a person."""
        if not why or not self.subject or why in self.fixed_whys:
            return why
        return self._data_key(aggregate).seal(why, f"audit.why\n{self._id(aggregate)}")

    def sealed_part(self, table: str, aggregate: A, row: Row) -> dict[str, Any]:
        """A row of one of the tables of `parts`, sealed like the aggregate's own."""
        paths = Paths(table, self.parts[table])
        return paths.seal(row, self._data_key(aggregate), self._id(aggregate)) if paths.in_use(row) else dict(row)

    def opened_part(self, table: str, key: str, row: Row) -> Row:
        """A row of one of the tables of `parts` as it was before `sealed_part`; `key` is the aggregate's id."""
        paths = Paths(table, self.parts[table])
        key_ids = paths.key_ids(row)
        return paths.open(row, self._unit.data_keys.by_id(key_ids), key) if key_ids else row

    def _data_key(self, aggregate: A) -> DataKey:
        return self._unit.data_keys.of(str(getattr(aggregate, self.subject)), self.record_class)

    def _id(self, aggregate: A) -> str:
        return str(getattr(aggregate, self.key))

    def derive(self, aggregate: A) -> Mapping[str, Any]:
        """The columns of `derived`: properties of the aggregate, unless a repository computes them."""
        return {name: getattr(aggregate, name) for name in self.derived}

    def assemble(self, row: Row) -> Mapping[str, Any]:
        """The attributes of `apart` that have no default, or another value than that."""
        return {}

    def to_row(self, aggregate: A) -> dict[str, Any]:
        """The columns of the aggregate, without `version` and those of `unaudited`."""
        row = self.form.dump(aggregate)
        if self.derived:
            derived = self.derive(aggregate)
            if derived.keys() != set(self.derived):
                raise TypeError(f"{type(self).__name__}.derive gives {sorted(derived)}, not {sorted(self.derived)}")
            row.update(derived)
        return row

    def from_row(self, row: Row) -> A:
        """The aggregate of a row."""
        values = self.form.load(row)
        if self.apart:
            values.update(self.assemble(row))
        made: A = self.form.model(**values)
        return made


def _unnamed(
    model: str,
    storage: Storage,
    attributes: set[str],
    named: tuple[Collection[str], Collection[str], Collection[str]],
    key: str,
) -> Iterator[str]:
    derived, apart, unaudited = (set(each) for each in named)
    part, parts, besides = storage.part, storage.parts.keys() - _RUNTIME, derived | unaudited
    for name in attributes - parts - apart:
        yield f"{model}.{name} is no {part} of {storage.name}: add the {part}, or name it in apart"
    for name in parts - besides - (attributes - apart):
        yield (
            f"{part} {name} of {storage.name} is no attribute of {model}: name it in derived or unaudited, or drop it"
        )
    for name in (attributes & besides) - apart:
        yield f"{model}.{name} is a {part} that is given otherwise: name it in apart, too"
    for name in apart - attributes:
        yield f"apart names {name}, which {model} lacks"
    for name in (besides | {key}) - parts:
        yield f"{storage.name} has no {part} {name}"


def _conversion(storage: Storage, name: str, hint: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    (kind, optional), stored, part = _without_none(hint), storage.parts[name], storage.part
    if optional != stored.nullable:
        raise TypeError(f"may be None, but its {part} not NULL" if optional else f"has a {part} that may be NULL")
    if stored.kind is JSON:
        return to_plain, _optional(reader(kind)) if optional else reader(kind)
    if stored.kind is str and isinstance(kind, type) and issubclass(kind, Enum):
        dump, load = attrgetter("name"), kind.__members__.__getitem__
        return (_optional(dump), _optional(load)) if optional else (dump, load)
    if kind is not stored.kind:
        raise TypeError(f"is of {kind}, its {part} of {stored.kind}")
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
