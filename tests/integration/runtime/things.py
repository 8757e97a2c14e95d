"""An aggregate of the runtime's own tests, its stores on both databases, and its event, whose contract is made here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from loanflow.options.v1 import event_pb2
from services.runtime.aggregate import Aggregate
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.events.avro import Codec, M
from services.runtime.events.outbox import Outbox
from services.runtime.events.provenance import publisher_of
from services.runtime.events.registry import Undecodable
from services.runtime.ids import new_id
from services.runtime.stores import mongo, mongo_mapping, postgres, postgres_mapping
from services.runtime.stores.archive import ArchivingStore
from services.runtime.stores.mongo_schema import Collection, Field, index

VERSIONS = Path(__file__).parent / "versions"


@dataclass(frozen=True)
class Renamed:
    thing_id: str
    name: str


@dataclass
class Thing(Aggregate):
    thing_id: str
    name: str

    @classmethod
    def new(cls, name: str) -> "Thing":
        thing = cls(new_id(), "")
        thing.rename(name)
        return thing

    def rename(self, name: str) -> None:
        self.name = name
        self._emit(Renamed(self.thing_id, name))


class PostgresThings(postgres_mapping.Mapped[Thing]):
    table = Table(
        "things",
        MetaData(),
        *(Column(name, Text, nullable=False) for name in ("thing_id", "name")),
        Column("version", Integer),
        Column("listener_versions", JSONB),
    )
    key = "thing_id"


class MongoThings(mongo_mapping.Mapped[Thing]):
    collection = Collection(
        "things", tuple(Field(name, str) for name in ("thing_id", "name")), (index("name", unique=True),)
    )
    key = "thing_id"


class PostgresUnit(postgres.UnitOfWork):
    def __init__(self, database: postgres.Postgres, outbox: Outbox) -> None:
        super().__init__(database, outbox)
        self.things = PostgresThings(self)


class MongoUnit(mongo.UnitOfWork):
    def __init__(self, database: mongo.Mongo, outbox: Outbox) -> None:
        super().__init__(database, outbox)
        self.things = MongoThings(self)


class PlainCodec(Codec):
    """Frames without a registry."""

    def __init__(self) -> None:
        self.prepared: list[type[Message]] = []

    def prepare(self, classes: list[type[Message]]) -> None:
        self.prepared = classes

    def encode(self, message: Message) -> bytes:
        return message.SerializeToString()

    def decode(self, frame: bytes, kind: type[M]) -> M:
        message = kind()
        try:
            message.ParseFromString(frame)
        except Exception as error:
            raise Undecodable("not this message") from error
        return message


class TestOutbox(Outbox):
    """The outbox of a service whose contract has one event."""

    __test__ = False

    def __init__(self, event: type[Message]) -> None:
        package = event.DESCRIPTOR.file.package
        super().__init__(
            publisher_of(package),
            lambda born: event(thing_id=born.thing_id, name=born.name),  # type: ignore[attr-defined]
            PlainCodec(),
        )
        self.event, self.topic = event, package

    def topics(self) -> set[str]:
        return {self.event.DESCRIPTOR.file.package}

    def check(self) -> None:
        self.codec.prepare([self.event])


@dataclass
class Backend:
    """A database and how a unit of work on it begins; `rows` looks into one of the runtime's tables."""

    store: ArchivingStore
    outbox: TestOutbox
    begin: Callable[[], Any]
    rows: Callable[[str], list[dict[str, Any]]]

    def create(self, name: str) -> Thing:
        with self.begin() as uow:
            thing = Thing.new(name)
            uow.things.add(thing)
            uow.commit(why="new")
        return thing

    def rename(self, thing_id: str, name: str, why: str = "") -> None:
        with self.begin() as uow:
            uow.things.get(thing_id).rename(name)
            uow.commit(why=why)

    def name(self, thing_id: str) -> str | None:
        with self.begin() as uow:
            thing: Thing | None = uow.things.find(thing_id)
        return thing.name if thing else None


def event_class(kind: str = "thing.renamed") -> type[Message]:
    """The event Renamed, of this type, in a package, and so with a topic, of its own."""
    package = f"test{new_id().replace('-', '')[:12]}.v1"
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    message = file.message_type.add(name="Renamed")
    for number, name in enumerate(("thing_id", "name"), 1):
        message.field.add(name=name, number=number, type=9, label=1)
    extension: Any = event_pb2.event
    message.options.Extensions[extension].type = kind
    message.options.Extensions[extension].key = "thing_id"
    message.options.Extensions[extension].listeners.extend(["listener", f"{package.partition('.')[0]}listener"])
    # Another, which no service of the tests is sent.
    painted = file.message_type.add(name="Painted")
    painted.field.add(name="thing_id", number=1, type=9, label=1)
    painted.options.Extensions[extension].type = "thing.painted"
    painted.options.Extensions[extension].key = "thing_id"
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(f"{package}.Renamed"))


def occasion() -> RequestContext:
    """A call by a member of staff."""
    return RequestContext(Caller(CallerKind.OPERATOR, "s1", frozenset({"OFFICER"})), "corr-1", "/test.v1.S/Do")
