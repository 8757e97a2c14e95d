"""Anchors in the store of objects: the services' own, kept once each, and by no one changed or removed too early."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from services.catalog import BY_NAME
from services.runtime import errors
from services.runtime.audit.anchoring import Anchor, AnchorReader
from services.runtime.audit.locking import LockedAnchors, Locking
from services.runtime.audit.proving import is_proven, prover, public_keys
from services.runtime.audit.settings import anchor_key
from services.runtime.events.kafka import ANCHORS, KafkaSettings, Producer
from services.runtime.files.objects import Objects
from services.runtime.ids import new_id
from stack import pki
from stack.layout import Layout
from stack.servers import objects, openbao
from tests.integration.runtime.bao import Bao

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
    """Of a service; its lock ends soon, at `years` of none. Nobody proved it."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Anchor("kyc", 7, os.urandom(32), b"s" * 64, now + timedelta(minutes=5))


def _admin(layout: Layout) -> "S3Client":
    return objects.client(layout, objects.ADMIN)


def _locking(bao: Bao, bucket: Objects, kafka: KafkaSettings) -> Locking:
    """The job, under the operator's identity, as it is told of no anchor of before."""
    reader = AnchorReader(kafka)
    deque(reader.new(), 0)
    return Locking(reader, LockedAnchors(bucket), lambda: public_keys(bao.client(pki.OPERATOR)), 0)


def _send(kafka: KafkaSettings, name: str, *given: Anchor) -> None:
    producer = Producer(kafka)
    for each in given:
        producer.deliver(ANCHORS, name, each.encoded(), {})
    producer.close()


def _kept(bucket: Objects, link: bytes) -> list[Anchor]:
    """Those of this test; other services, and other tests, anchor there too."""
    return [each for name in ("kyc", "risk") for each in LockedAnchors(bucket).of(name) if each.link == link]


def test_the_newest_anchor_that_a_service_proved_is_kept_once(
    bao: Bao, bucket: Objects, anchor: Anchor, kafka: KafkaSettings
) -> None:
    locking, prove = _locking(bao, bucket, kafka), prover(bao.client("kyc"))
    newest = prove(replace(anchor, sequence=8, anchor_time=anchor.anchor_time + timedelta(seconds=1)))
    _send(kafka, "kyc", prove(anchor), newest)
    assert locking.run() == 1
    assert _kept(bucket, anchor.link) == [newest]
    assert locking.run() == 0, "nothing is new"
    _send(kafka, "kyc", prove(anchor), newest)
    assert locking.run() == 0, "what is sent again is no newer"
    LockedAnchors(bucket).keep(newest, 0)
    assert _kept(bucket, anchor.link) == [newest]


def test_a_service_that_was_taken_over_puts_nothing_into_the_bucket_under_another_name(
    bao: Bao, bucket: Objects, anchor: Anchor, kafka: KafkaSettings
) -> None:
    locking, own = _locking(bao, bucket, kafka), bao.client("risk")
    genuine = prover(bao.client("kyc"))(anchor)
    _send(kafka, "kyc", genuine)
    assert locking.run() == 1
    signed = prover(own)(replace(anchor, service="risk", anchor_time=anchor.anchor_time + timedelta(seconds=9)))
    later = replace(signed, service="kyc", sequence=10**9)
    _send(kafka, "kyc", later, replace(later, attestation=genuine.attestation), replace(later, attestation=""))
    for number in range(100):
        invented = f"invented-{number}"
        _send(kafka, invented, replace(signed, service=invented))
    assert locking.run() == 0
    assert _kept(bucket, anchor.link) == [genuine]
    assert not list(bucket.keys("invented-"))
    with pytest.raises(errors.Unavailable):
        prover(own)(later)
    with pytest.raises(errors.Unavailable):
        public_keys(own)


def test_a_new_version_of_the_key_leaves_earlier_anchors_proven(bao: Bao, anchor: Anchor) -> None:
    prove = prover(bao.client("kyc"))
    before = prove(anchor)
    openbao.rotate(bao.layout, anchor_key("kyc"))
    after, keys = prove(anchor), public_keys(bao.client(pki.OPERATOR))
    assert [each.attestation.split(":")[1] for each in (before, after)] == ["v1", "v2"]
    assert is_proven(before, keys["kyc"])
    assert is_proven(after, keys["kyc"])
    assert not is_proven(after, keys["risk"])
    assert set(keys) == set(BY_NAME), "the keys are those of the table of services"


def test_what_is_locked_stays_whatever_an_administrator_of_the_store_does(
    layout: Layout, bucket: Objects, anchor: Anchor
) -> None:
    """What SeaweedFS does here is what its ADR says; another store is tried by this test as well."""
    anchor = replace(anchor, service=f"tested-{new_id()}")
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
