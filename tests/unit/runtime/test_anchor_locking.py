"""Which anchors are taken out of a topic that every service may write: those that the service they name proved."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from services.runtime import errors
from services.runtime.audit.anchoring import Anchor, AnchorReader
from services.runtime.audit.locking import LockedAnchors, Locking
from services.runtime.audit.proving import PublicKeys, is_proven
from tests.fakes.clock import FakeClock

NOW = datetime(2030, 1, 1, tzinfo=UTC)
KYC, KYC_BEFORE, RISK = (Ed25519PrivateKey.from_private_bytes(bytes([each]) * 32) for each in (1, 2, 3))
KEYS: PublicKeys = {
    "kyc": {1: KYC_BEFORE.public_key().public_bytes_raw(), 2: KYC.public_key().public_bytes_raw()},
    "risk": {1: RISK.public_key().public_bytes_raw()},
}


def proven(anchor: Anchor, key: Ed25519PrivateKey, version: int) -> Anchor:
    signature = base64.b64encode(key.sign(anchor.claimed())).decode()
    return replace(anchor, attestation=f"vault:v{version}:{signature}")


def of(service: str, sequence: int, minutes: int = 0) -> Anchor:
    return Anchor(service, sequence, bytes(32), b"signature", NOW + timedelta(minutes=minutes))


OLDER, NEWEST = (proven(of("kyc", number, number), KYC, 2) for number in (1, 2))


class Topic(AnchorReader):
    """What services wrote, under which key of a record."""

    def __init__(self) -> None:
        self.records: list[tuple[str, Anchor]] = []

    def new(self) -> Iterator[tuple[str, Anchor]]:
        while self.records:
            yield self.records[0]
            self.records.pop(0)


class Bucket(LockedAnchors):
    """What was locked."""

    def __init__(self) -> None:
        self.kept: list[Anchor] = []

    def keep(self, anchor: Anchor, years: int) -> None:
        if anchor not in self.kept:
            self.kept.append(anchor)


class Job:
    """The job on that topic and bucket; `keys` may be taken away."""

    def __init__(self) -> None:
        self.topic, self.bucket = Topic(), Bucket()
        self.keys: PublicKeys | None = KEYS
        self.locking = Locking(self.topic, self.bucket, self._keys, 10, FakeClock(NOW))

    def _keys(self) -> PublicKeys:
        if self.keys is None:
            raise errors.Unavailable("the key service does not answer")
        return self.keys

    def run(self, *written: Anchor, name: str = "") -> dict[str, int]:
        """Has it look at what was written; what it refused, by reason."""
        self.topic.records += [(name or each.service, each) for each in written]
        with capture_logs() as logs:
            self.locking.run()
        found = [each for each in logs if each["event"] == "anchors are refused"]
        return {key: count for each in found for key, count in each.items() if key not in ("event", "log_level")}


@pytest.fixture
def job() -> Job:
    return Job()


def test_the_newest_that_a_service_proved_is_kept_and_once(job: Job) -> None:
    mine = proven(of("risk", 5), RISK, 1)
    assert job.run(OLDER, NEWEST, mine) == {}
    assert job.run(NEWEST, mine) == {}
    assert job.bucket.kept == [NEWEST, mine]


FORGED = {
    "an invented service": (proven(of("invented", 3), RISK, 1), "", "unknown_service"),
    "another's record": (NEWEST, "risk", "unknown_service"),
    "no attestation": (replace(NEWEST, attestation=""), "", "not_proven"),
    "another's signature": (proven(of("kyc", 3, 3), RISK, 1), "", "not_proven"),
    "a version that is none": (replace(NEWEST, attestation=NEWEST.attestation.replace("v2", "v3")), "", "not_proven"),
    "another version": (replace(NEWEST, attestation=NEWEST.attestation.replace("v2", "v1")), "", "not_proven"),
    "a later time": (replace(NEWEST, anchor_time=NEWEST.anchor_time + timedelta(minutes=5)), "", "not_proven"),
    "another link": (replace(NEWEST, link=b"l" * 32), "", "not_proven"),
    "another head": (replace(NEWEST, sequence=9), "", "not_proven"),
    "another service's name": (replace(proven(of("risk", 3), RISK, 1), service="kyc"), "", "not_proven"),
    "something after it": (replace(NEWEST, attestation=NEWEST.attestation + "\n"), "", "not_proven"),
    "a time to come": (proven(of("kyc", 3, 60), KYC, 2), "", "of_a_time_to_come"),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_is_not_the_services_is_refused_and_counted(job: Job, case: str) -> None:
    forged, name, reason = FORGED[case]
    assert job.run(forged, name=name) == {reason: 1}
    assert job.bucket.kept == []
    assert job.run(OLDER) == {}
    assert job.bucket.kept == [OLDER], "what was forged displaced what is genuine"


def test_a_flood_of_forged_anchors_leaves_the_bucket_as_it_was(job: Job) -> None:
    job.run(NEWEST)
    names = [of(f"invented-{number}", 1) for number in range(500)]
    later = [proven(of("kyc", number, 3), RISK, 1) for number in range(3, 503)]
    assert job.run(*names, *later) == {"unknown_service": 500, "not_proven": 500}
    assert job.bucket.kept == [NEWEST]


def test_an_older_one_that_is_sent_again_displaces_nothing(job: Job) -> None:
    job.run(NEWEST, OLDER)
    job.run(OLDER, NEWEST, OLDER)
    assert job.bucket.kept == [NEWEST]


def test_after_a_rotation_of_the_key_earlier_anchors_verify(job: Job) -> None:
    before = proven(of("kyc", 1), KYC_BEFORE, 1)
    assert is_proven(before, KEYS["kyc"])
    assert job.run(before) == {}
    assert job.run(NEWEST) == {}
    assert job.bucket.kept == [before, NEWEST]


def test_while_keys_cannot_be_asked_for_nothing_is_lost_or_taken_unseen(job: Job) -> None:
    job.keys = None
    with pytest.raises(errors.Unavailable):
        job.run(NEWEST)
    assert job.bucket.kept == []
    job.keys = KEYS
    job.run()
    assert job.bucket.kept == [NEWEST]


def test_an_anchor_whose_lock_is_over_is_left_where_it_is(job: Job) -> None:
    assert job.run(proven(replace(of("kyc", 1), anchor_time=NOW - timedelta(days=3_700)), KYC, 2)) == {}
    assert job.bucket.kept == []


def test_a_proof_is_carried_by_the_record() -> None:
    assert is_proven(Anchor.decoded(NEWEST.encoded()), KEYS["kyc"])
