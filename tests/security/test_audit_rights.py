"""The audit trail can be read and added to under a service's own log-in, and nothing else be done to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pymongo
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from services.runtime.ids import new_id
from services.runtime.stores.mongo_schema import TRAIL, trail
from stack.layout import Layout
from stack.servers import mongo

Client = MongoClient[dict[str, Any]]
Documents = pymongo.collection.Collection[dict[str, Any]]
SERVICE = "agreement"


@pytest.fixture
def documents(layout: Layout) -> Iterator[Client]:
    login = {"username": SERVICE, "password": layout.secret(f"mongo-{SERVICE}"), "authSource": SERVICE}
    with mongo.client(layout, **login) as client:
        yield client


def _out(rows: Documents) -> object:
    return list(
        rows.database.client[SERVICE].inbox.aggregate([{"$out": {"db": rows.database.name, "coll": rows.name}}])
    )


def _merge(rows: Documents) -> object:
    into = {"db": rows.database.name, "coll": rows.name}
    return list(rows.database.client[SERVICE].inbox.aggregate([{"$merge": {"into": into}}]))


FORBIDDEN: dict[str, Callable[[Documents], object]] = {
    "update": lambda rows: rows.update_one({}, {"$set": {"actor": "other"}}),
    "replace": lambda rows: rows.replace_one({}, {"actor": "other"}, upsert=True),
    "find and modify": lambda rows: rows.find_one_and_update({}, {"$set": {"actor": "other"}}),
    "find and delete": lambda rows: rows.find_one_and_delete({}),
    "delete": lambda rows: rows.delete_one({}),
    "bulk": lambda rows: rows.bulk_write([pymongo.DeleteMany({})]),
    "drop": lambda rows: rows.drop(),
    "rename": lambda rows: rows.rename("other"),
    "drop the database": lambda rows: rows.database.client.drop_database(rows.database.name),
    "out": _out,
    "merge": _merge,
    "an index that lets rows die": lambda rows: rows.create_index("create_time", expireAfterSeconds=1),
    "drop an index": lambda rows: rows.drop_indexes(),
    "a role with more": lambda rows: rows.database.client[mongo.ADMIN].command(
        "grantPrivilegesToRole", f"{rows.database.name}_writer",
        privileges=[{"resource": {"db": rows.database.name, "collection": ""}, "actions": ["remove"]}],
    ),
    "another role": lambda rows: rows.database.client[SERVICE].command(
        "grantRolesToUser", SERVICE, roles=[{"role": "dbOwner", "db": rows.database.name}]
    ),
}  # fmt: skip


@pytest.mark.parametrize("collection", [each.name for each in TRAIL])
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_on_mongodb_can_only_add_to_its_audit_trail(documents: Client, collection: str, what: str) -> None:
    rows = documents[trail(SERVICE)][collection]
    rows.find_one()
    with pytest.raises(OperationFailure, match="not authorized"):
        FORBIDDEN[what](rows)


def test_what_a_transaction_adds_to_both_databases_is_there_together(documents: Client) -> None:
    """An insert is allowed, and undone with the transaction: nothing is left of the test."""
    mark = new_id()
    with documents.start_session() as session:
        session.start_transaction()
        documents[SERVICE].probe.insert_one({"_id": mark}, session=session)
        documents[trail(SERVICE)].audit.insert_one({"actor": mark}, session=session)
        session.abort_transaction()
    assert documents[trail(SERVICE)].audit.find_one({"actor": mark}) is None
