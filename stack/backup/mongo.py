"""MongoDB's part of a backup: a snapshot of the server's files, and of its oplog what came since.

SecantusDB makes the snapshot itself, at a checkpoint; MongoDB's own way is one of its disk, or `mongodump --oplog`. The
oplog is read as with any of them. A transaction's entries share one timestamp, and are there together or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import bson
from bson import Timestamp

from stack.backup.vault import Kept, Vault
from stack.layout import Layout
from stack.servers import mongo

Entry = dict[str, Any]
# Entries get their time before their commit: what came in late is read again, and known by its timestamp.
OVERLAP = timedelta(seconds=60)
_CHUNK = 1024 * 1024
_PORTION = 5000


class Gap(Exception):
    """The oplog does not reach back to the backup before: only a new base covers what is missing."""


def version(layout: Layout) -> str:
    """The server's version."""
    with _admin(layout) as client:
        return str(client.server_info()["version"])


def copy(layout: Layout, vault: Vault, name: str) -> Kept:
    """Seals a snapshot; until then it is where the data is: the server can write nowhere else. Writers wait for it."""
    path = layout.folder("mongo") / "backup.tar.gz"
    try:
        with _admin(layout) as client:
            client.admin.command("secantusAdmin.backupArchive", outputPath=str(path))
        path.chmod(0o600)
        with path.open("rb") as file:
            return vault.put(name, iter(lambda: file.read(_CHUNK), b""))
    finally:
        path.unlink(missing_ok=True)


def seal_oplog(layout: Layout, vault: Vault, name: str, since: datetime) -> Kept:
    """Seals what the oplog has of this time and later; Gap when it has lost some of it already."""
    with _admin(layout) as client:
        oplog = client.local["oplog.rs"]
        oldest = oplog.find_one(sort=[("$natural", 1)])
        if oldest is None or oldest["ts"].as_datetime() > since:
            raise Gap(f"the oplog of MongoDB begins later than {since.isoformat()}")
        entries = oplog.find({"ts": {"$gte": _timestamp(since - OVERLAP)}})
        return vault.put(name, (bson.encode(entry) for entry in entries))


def _timestamp(moment: datetime) -> Timestamp:
    return Timestamp(int(moment.timestamp()), 0)


def _admin(layout: Layout) -> Any:
    return mongo.client(layout, username=mongo.ADMIN, password=layout.secret("mongo-admin"))


@contextmanager
def collections(layout: Layout, name: str) -> Iterator[dict[str, Any]]:
    """The collection of this name in the database of each service."""
    with _admin(layout) as client:
        yield {service: client[service][name] for service in mongo.DATABASES}
