"""Anchors in the store of objects: kept once each, and by no one changed or removed before their time."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from services.runtime import errors
from services.runtime.audit.anchoring import Anchor, AnchorReader
from services.runtime.audit.locking import LockedAnchors, Locking
from services.runtime.events.kafka import ANCHORS, KafkaSettings, Producer
from services.runtime.files.objects import Objects
from services.runtime.ids import new_id
from stack.layout import Layout
from stack.servers import objects

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = objects.bucket(objects.ANCHORS)


@pytest.fixture
def bucket(layout: Layout) -> Iterator[Objects]:
    found = Objects(objects.settings(layout, objects.ANCHORS))
    yield found
    found.close()


@pytest.fixture
def anchor() -> Anchor:
    """Of a service of this test alone; its lock ends soon, at `years` of none."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Anchor(f"tested-{new_id()}", 7, b"l" * 32, b"s" * 64, now + timedelta(minutes=5))


def _admin(layout: Layout) -> "S3Client":
    return objects.client(layout, objects.ADMIN)


def test_the_newest_anchor_of_a_service_is_kept_once(bucket: Objects, anchor: Anchor, kafka: KafkaSettings) -> None:
    producer, locked = Producer(kafka), LockedAnchors(bucket)
    locking = Locking(AnchorReader(kafka), locked, 0)
    newest, forged = replace(anchor, sequence=8), replace(anchor, sequence=9, service="another")
    for each in (
        anchor,
        newest,
        forged,
        replace(anchor, sequence=9, anchor_time=anchor.anchor_time + timedelta(days=9)),
    ):
        producer.deliver(ANCHORS, anchor.service, each.encoded(), {})
    producer.close()
    assert locking.run() >= 1
    assert list(locked.of(anchor.service)) == [newest]
    assert locking.run() == 0, "nothing is new"
    locked.keep(newest, 0)
    assert list(locked.of(anchor.service)) == [newest]


def test_what_is_locked_stays_whatever_an_administrator_of_the_store_does(
    layout: Layout, bucket: Objects, anchor: Anchor
) -> None:
    """What SeaweedFS does here is what its ADR says; another store is tried by this test as well."""
    locked, s3 = LockedAnchors(bucket), _admin(layout)
    locked.keep(anchor, 0)
    [key] = bucket.keys(f"{anchor.service}/")
    found = s3.head_object(Bucket=BUCKET, Key=key)
    assert (found["ObjectLockMode"], found["ObjectLockRetainUntilDate"]) == ("COMPLIANCE", anchor.anchor_time)
    version = found["VersionId"]
    with pytest.raises(ClientError):
        s3.delete_object(Bucket=BUCKET, Key=key, VersionId=version)
    with pytest.raises(ClientError):
        sooner = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(seconds=30)}
        s3.put_object_retention(Bucket=BUCKET, Key=key, VersionId=version, Retention=sooner)  # type: ignore[arg-type]
    with pytest.raises(ClientError):
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    # Something newer may be put over it; the locked version is there.
    with suppress(ClientError):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"another")
    body = s3.get_object(Bucket=BUCKET, Key=key, VersionId=version)["Body"].read()
    assert Anchor.decoded(body) == anchor


def test_a_bucket_without_locks_takes_none(layout: Layout, anchor: Anchor) -> None:
    plain = Objects(objects.settings(layout, "document"))
    with pytest.raises(errors.Unavailable):
        LockedAnchors(plain).keep(anchor, 0)
    plain.close()
