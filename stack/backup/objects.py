"""The object store's part of a backup: every object once, by bucket, key and tag; and which of them were there when.

What services store they never write over, so that a copy of an object is good for every later backup. Objects under a
retention lock get their lock back.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from stack.backup.vault import Kept, Vault
from stack.layout import Layout
from stack.servers import objects

_CHUNK = 1024 * 1024
_NOT_LOCKED = ("NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "NoSuchKey", "InvalidRequest")


@dataclass(frozen=True)
class Stored:
    """An object: where it is kept sealed, and what it has besides its content."""

    bucket: str
    key: str
    tag: str
    kept: Kept
    content_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    locked_until: str = ""

    @property
    def name(self) -> str:
        """Of the sealed file."""
        return f"objects/{hashlib.sha256(repr((self.bucket, self.key, self.tag)).encode()).hexdigest()}"


@dataclass(frozen=True)
class Change:
    """What a backup has of the object store: what came, and what has gone, since the one before."""

    came: tuple[Stored, ...]
    gone: tuple[tuple[str, str], ...]

    def encoded(self) -> bytes:
        """As JSON."""
        return json.dumps({"came": [asdict(each) for each in self.came], "gone": self.gone}).encode()

    @classmethod
    def decoded(cls, data: bytes) -> "Change":
        """The same again."""
        found = json.loads(data)
        came = tuple(Stored(**{**each, "kept": Kept(**each["kept"])}) for each in found["came"])
        return cls(came, tuple((bucket, key) for bucket, key in found["gone"]))


Index = dict[tuple[str, str], Stored]


def played(changes: Iterable[Change]) -> Index:
    """What was there after the last of these changes, beginning with those of a base."""
    found: Index = {}
    for change in changes:
        found |= {(each.bucket, each.key): each for each in change.came}
        for place in change.gone:
            found.pop(place, None)
    return found


def seal_new(layout: Layout, vault: Vault, known: Index) -> Change:
    """Seals what is not known yet, and says what came and what has gone."""
    client: Any = objects.client(layout, objects.ADMIN)
    present = dict(_listed(client))
    came = [
        _sealed(client, vault, *place, tag)
        for place, tag in present.items()
        if place not in known or known[place].tag != tag
    ]
    return Change(tuple(came), tuple(place for place in known if place not in present))


def put_back(layout: Layout, vault: Vault, index: Index) -> int:
    """Stores objects in buckets that are made and empty; how many."""
    client: Any = objects.client(layout, objects.ADMIN)
    for each in index.values():
        with vault.opened(each.name) as file:
            body = file.read()
        more: dict[str, Any] = {}
        if each.locked_until and datetime.fromisoformat(each.locked_until) > datetime.now(UTC):
            until = datetime.fromisoformat(each.locked_until)
            more = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        client.put_object(
            Bucket=each.bucket, Key=each.key, Body=body, ContentType=each.content_type or "application/octet-stream",
            Metadata=dict(each.metadata), **more,
        )  # fmt: skip
    return len(index)


def _sealed(client: Any, vault: Vault, bucket: str, key: str, tag: str) -> Stored:
    found = client.get_object(Bucket=bucket, Key=key)
    made = Stored(
        bucket, key, tag, Kept("", 0), found.get("ContentType", ""), found.get("Metadata", {}),
        _locked_until(client, bucket, key),
    )  # fmt: skip
    kept = vault.put(made.name, iter(lambda: found["Body"].read(_CHUNK), b""))
    return Stored(**{**vars(made), "kept": kept})


def _locked_until(client: Any, bucket: str, key: str) -> str:
    if bucket != objects.bucket(objects.ANCHORS):
        return ""
    try:
        found = client.get_object_retention(Bucket=bucket, Key=key)["Retention"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_LOCKED:
            raise
        return ""
    return str(found["RetainUntilDate"].isoformat())


def _listed(client: Any) -> Iterator[tuple[tuple[str, str], str]]:
    for bucket in client.list_buckets()["Buckets"]:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for each in page.get("Contents", ()):
                yield (bucket["Name"], each["Key"]), each["ETag"]
