"""The collections of a service in MongoDB, each declared once: its fields and its indexes; what tables.py is there."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import OperationFailure

from services.runtime.stores.mapping import Storage, Stored

INBOX_KEPT_SECONDS = 30 * 86_400
ANSWERS_KEPT_SECONDS = 7 * 86_400
_NAMESPACE_EXISTS = 48
# Not the absence of a default: None is one.
_REQUIRED = object()
# What the runtime keeps in each document beside its fields.
_OWN = frozenset({"_id", "version", "revision"})


@dataclass(frozen=True)
class Field:
    """A field of every document, with the type of its value: str, int, bool, datetime (in milliseconds) or JSON.

    `default` is what documents hold that were written before there was such a field.
    """

    name: str
    kind: type
    nullable: bool = False
    default: Any = field(default=_REQUIRED)


@dataclass(frozen=True)
class Collection:
    """A collection; without fields when no class of a model is stored in it.

    TypeError for a field that has the name of what the runtime keeps in each document.
    """

    name: str
    fields: tuple[Field, ...] = ()
    indexes: tuple[IndexModel, ...] = ()

    def __post_init__(self) -> None:
        if taken := sorted(_OWN.intersection(each.name for each in self.fields)):
            raise TypeError(f"{self.name} has a field {', '.join(taken)}, which the runtime keeps there itself")

    @cached_property
    def storage(self) -> Storage:
        """What a model is held against."""
        return Storage(self.name, "field", {each.name: Stored(each.kind, each.nullable) for each in self.fields})

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The fields that older documents lack."""
        return {each.name: each.default for each in self.fields if each.default is not _REQUIRED}

    def create(self, database: Database[dict[str, Any]]) -> None:
        """Makes the collection, which not all servers do inside a transaction, and the indexes that are missing."""
        try:
            # Without a look whether it is there: another replica can come between.
            database.create_collection(self.name, check_exists=False)
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:
                raise
        if self.indexes:
            database[self.name].create_indexes(list(self.indexes))


def index(*names: str, **options: Any) -> IndexModel:
    """An index on fields, smallest first; on one with a minus largest first. The options are pymongo's."""
    return IndexModel(
        [(name.removeprefix("-"), -ASCENDING if name[0] == "-" else ASCENDING) for name in names], **options
    )


# The runtime's own, in every service's database; the audit trail is in one beside it.
AUDIT = Collection(
    "audit",
    indexes=(
        index("aggregate_id", "aggregate_type"),
        index("create_time"),
        index("actor", "create_time"),
        index("method", "create_time"),
        index("correlation_id"),
    ),
)
AUDIT_CHAIN = Collection(
    "audit_chain", indexes=(index("sequence", unique=True), index("audit_id", unique=True), index("create_time"))
)
AUDIT_END = Collection("audit_end")
OUTBOX = Collection("outbox", indexes=(index("shard", "create_time", "version"),))
OUTBOX_ARCHIVE = Collection(
    "outbox_archive",
    # Each document says itself when it goes, by the setting of the day on which it was written.
    indexes=(index("create_time", "version", "_id"), index("expire_time", expireAfterSeconds=0)),
)
OUTBOX_STATE = Collection("outbox_state", indexes=(index("name"),))
OUTBOX_LEASE = Collection("outbox_lease", indexes=(index("_id", "revision"),))
INBOX = Collection("inbox", indexes=(index("receive_time", expireAfterSeconds=INBOX_KEPT_SECONDS),))
INBOX_POSITION = Collection("inbox_position")
PARKED = Collection("parked", indexes=(index("key"), index("aggregate")))
IDEMPOTENCY = Collection("idempotency", indexes=(index("create_time", expireAfterSeconds=ANSWERS_KEPT_SECONDS),))
DATA_KEYS = Collection(
    "data_keys", indexes=(index("subject", "record_class", unique=True), index("key_id"), index("expire_time"))
)
RUNTIME = (
    AUDIT_END, OUTBOX, OUTBOX_ARCHIVE, OUTBOX_STATE, OUTBOX_LEASE, INBOX, INBOX_POSITION, PARKED, IDEMPOTENCY,
    DATA_KEYS,
)  # fmt: skip
TRAIL = (AUDIT, AUDIT_CHAIN)


def trail(database: str) -> str:
    """The name of the database with the audit trail of a service whose database this is."""
    return f"{database}_audit"
