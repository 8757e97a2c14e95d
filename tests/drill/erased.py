"""What an erasure promises (docs/adr/0016), looked up where it is kept: rows without the person, no key, no file.

Read as an administrator would, from the stores themselves. What the law wants kept stays readable until its time: its
key lives, and has an end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from psycopg.rows import dict_row

from services.retention import RULES
from stack.backup import mongo
from stack.demo.api import Refused, Session
from stack.layout import Layout
from stack.servers import objects, postgres

# Of the services whose rows are emptied besides: the table, the column of the person, what says who they are.
OWN_ROWS = {
    "customer": ("customers", "customer_id", ("email", "email_index", "full_name", "phone", "kyc", "data_key")),
    "auth": ("accounts", "account_id", ("email", "email_index", "full_name", "password_hash")),
}
NOT_YET = datetime.max.replace(tzinfo=UTC)
# What a customer who is not erased is found by, in each place that is looked at.
SIGNS = (
    "customers still has",
    "accounts still has",
    "the key of document",
    "is there",
    "sign in",
)
# A sign-in that is refused is refused at once; what is starting may need a moment.
_PATIENCE_SECONDS = 30.0
_KEYS = "SELECT record_class, wrapped, expire_time FROM data_keys WHERE subject = %s"


@dataclass(frozen=True)
class Person:
    """A customer who asked to be erased: what they could do before, and when it was acknowledged."""

    customer_id: str
    application_id: str
    login: dict[str, str]
    erase_time: datetime = NOT_YET


def remains(layout: Layout, edge: Session, person: Person) -> list[str]:
    """What is there of an erased customer, and should not be; each with the place where it is."""
    found = [*_rows(layout, person.customer_id), *_keys(layout, person.customer_id)]
    found += (f"{place} is there" for place in _files(layout, person.application_id))
    try:
        Session(edge.base_url, patience=_PATIENCE_SECONDS, client=edge.client).sign_in(**person.login)
    except Refused as refused:
        if refused.code != httpx.codes.UNAUTHORIZED:
            found.append(f"a sign-in is answered by {refused}")
    else:
        found.append("they can sign in")
    return [f"customer {person.customer_id} is erased, and {each}" for each in found]


def _files(layout: Layout, application_id: str) -> list[str]:
    """The objects that are about an application, by bucket and key."""
    client: Any = objects.client(layout, objects.ADMIN)
    return [
        f"{bucket['Name']}/{each['Key']}"
        for bucket in client.list_buckets()["Buckets"]
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
        for each in page.get("Contents", ())
        if application_id in each["Key"]
    ]


def _rows(layout: Layout, customer_id: str) -> Iterator[str]:
    for service, (table, key, columns) in OWN_ROWS.items():
        with postgres.admin(layout, service) as connection, connection.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(f"SELECT * FROM {table} WHERE {key} = %s", [customer_id]):
                held = [name for name in columns if row[name] is not None]
                if held:
                    yield f"{service}: {table} still has {', '.join(held)}"


def _keys(layout: Layout, customer_id: str) -> Iterator[str]:
    for service in postgres.SERVICES:
        with postgres.admin(layout, service) as connection:
            for key in connection.execute(_KEYS, [customer_id]):
                yield from _alive(service, *key)
    with mongo.collections(layout, "data_keys") as stores:
        for service, keys in stores.items():
            for each in keys.find({"subject": customer_id}):
                yield from _alive(service, each["record_class"], each["wrapped"], each.get("expire_time"))


def _alive(service: str, record_class: str, wrapped: str | None, expire_time: datetime | None) -> Iterator[str]:
    if wrapped is not None and record_class not in RULES:
        yield f"{service}: the key of {record_class} is not destroyed"
    if wrapped is not None and record_class in RULES and expire_time is None:
        yield f"{service}: the key of {record_class}, which the law wants kept, has no end"
