"""Who was erased, and which data keys were destroyed: what a restore must not bring back, whatever it goes back to.

Every backup says it of the time before it. A restore destroys those keys again before any service starts, also of
erasures that came after the moment it restores, and has the customer service erase those customers again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from stack.backup import mongo
from stack.layout import Layout
from stack.servers import postgres

_KEYS = "SELECT key_id, destroy_time FROM data_keys WHERE wrapped IS NULL AND destroy_time IS NOT NULL"
_CUSTOMERS = "SELECT customer_id, erase_time FROM customers WHERE erase_time IS NOT NULL"
_DESTROY = """
    UPDATE data_keys SET wrapped = NULL, destroy_time = %s WHERE key_id = %s AND wrapped IS NOT NULL
"""
_OWNER = "customer"


@dataclass
class Erasures:
    """When, in ISO 8601, by service and id of the key, and by customer."""

    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """As JSON."""
        return json.dumps(vars(self)).encode()

    @classmethod
    def decoded(cls, data: bytes) -> "Erasures":
        """The same again."""
        return cls(**json.loads(data))


def united(parts: Iterable[Erasures]) -> Erasures:
    """All of them."""
    found = Erasures()
    for part in parts:
        found.customers |= part.customers
        for service, keys in part.keys.items():
            found.keys.setdefault(service, {}).update(keys)
    return found


def known(layout: Layout) -> Erasures:
    """What the databases say now."""
    found = Erasures()
    for name in postgres.SERVICES:
        with postgres.admin(layout, name) as connection:
            found.keys[name] = {key: _text(at) for key, at in connection.execute(_KEYS)}
            if name == _OWNER:
                found.customers = {customer: _text(at) for customer, at in connection.execute(_CUSTOMERS)}
    with mongo.collections(layout, "data_keys") as stores:
        for name, keys in stores.items():
            gone = keys.find({"wrapped": None}, ["destroy_time"])
            found.keys[name] = {each["_id"]: _text(each["destroy_time"]) for each in gone if each.get("destroy_time")}
    return found


def destroy_again(layout: Layout, erased: Erasures) -> int:
    """Destroys the keys that the restored databases have again; how many."""
    count = 0
    for name in postgres.SERVICES:
        with postgres.admin(layout, name) as connection, connection.cursor() as cursor:
            for key, at in erased.keys.get(name, {}).items():
                count += cursor.execute(_DESTROY, [at, key]).rowcount
    with mongo.collections(layout, "data_keys") as stores:
        for name, keys in stores.items():
            for key, at in erased.keys.get(name, {}).items():
                gone = {"$set": {"wrapped": None, "destroy_time": datetime.fromisoformat(at)}}
                found: Any = keys.find_one({"_id": key})
                if found is not None and found["wrapped"] is not None:
                    count += keys.update_one({"_id": key}, gone).modified_count
    return count


def _text(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
