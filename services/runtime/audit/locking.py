"""`python -m services.runtime.audit.locking`: keeps each service's newest anchor in a bucket, under a retention lock.

One job does it for all services, of what they anchored in the topic; so none of them needs a client of S3 for it. What
is in the bucket can be changed by no one before its time, not by an administrator of Kafka or of the store either.
`--every 60` has it go on, once a minute as the services anchor. Nothing is kept but what the service proved that it
names: others may write to the topic, and what is locked stays for years.

Settings: LOANFLOW_KAFKA_* with the operator's certificate, LOANFLOW_ANCHORS_* (a bucket made with Object Lock),
LOANFLOW_OPENBAO_* (a role that reads the public keys of anchors), and LOANFLOW_RETENTION_YEARS.
"""

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import structlog

from services.runtime import errors
from services.runtime.audit.anchoring import Anchor, AnchorReader
from services.runtime.audit.proving import PublicKeys, is_proven, public_keys
from services.runtime.clock import Clock, SystemClock
from services.runtime.events.kafka import KafkaSettings
from services.runtime.files.objects import Objects, ObjectsSettings
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.loading import load
from services.runtime.secrets.settings import OpenBaoSettings

log = structlog.get_logger(__name__)
_YEAR = timedelta(days=366)
# The clocks of services may be ahead of this one.
_AHEAD = timedelta(minutes=10)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LockingSettings:
    """The topic, the bucket, the public keys of services, and for how many years an anchor cannot be removed."""

    kafka: KafkaSettings
    anchors: ObjectsSettings
    openbao: OpenBaoSettings
    retention_years: int = 10


class LockedAnchors:
    """The anchors in a bucket, each an object of its own: `<service>/<sequence>-<hash>.json`."""

    def __init__(self, bucket: Objects) -> None:
        self._bucket = bucket

    def keep(self, anchor: Anchor, years: int) -> None:
        """Locks an anchor for so many years from when it was made, unless it is there; errors.Unavailable."""
        key = _key(anchor)
        try:
            self._bucket.head(key)
        except errors.NotFound:
            self._bucket.lock(key, anchor.encoded(), anchor.anchor_time + years * _YEAR)

    def of(self, service: str) -> Iterator[Anchor]:
        """The anchors of a service, in their order; what is none is passed over. errors.Unavailable."""
        for key in self._bucket.keys(f"{service}/"):
            try:
                yield Anchor.decoded(b"".join(self._bucket.stream(key)))
            except ValueError:
                continue


class Locking:
    """Keeps what is new in the topic: of each service the newest anchor that it proved; `keys` asks for all keys."""

    def __init__(
        self,
        reader: AnchorReader,
        locked: LockedAnchors,
        keys: Callable[[], PublicKeys],
        years: int,
        clock: Clock | None = None,
    ) -> None:
        self._reader, self._locked, self._keys = reader, locked, keys
        self._years, self._clock = years, clock or SystemClock()
        self._newest: dict[str, datetime] = {}
        self._waiting: dict[str, Anchor] = {}

    def run(self) -> int:
        """Keeps them; how many. errors.Unavailable: what was not kept is tried again the next time.

        What is refused is counted in the log, by the reason.
        """
        self._take()
        count = len(self._waiting)
        for service, anchor in sorted(self._waiting.items()):
            self._locked.keep(anchor, self._years)
            del self._waiting[service]
        return count

    def _take(self) -> None:
        keys, refused = None, Counter[str]()
        for name, anchor in self._reader.new():
            # Asked for when the first is read: whatever key signed these is there by then.
            keys = self._keys() if keys is None else keys
            if reason := self._refusal(name, anchor, keys):
                refused[reason] += 1
        if refused:
            log.warning("anchors are refused", **refused)

    def _refusal(self, name: str, anchor: Anchor, keys: PublicKeys) -> str:
        """Why it is refused; empty when it waits to be kept, or is older than what is kept."""
        now = self._clock.now()
        if anchor.service != name or name not in keys:
            return "unknown_service"
        if anchor.anchor_time > now + _AHEAD:
            return "of_a_time_to_come"
        # An old one's lock may be over by now. Whatever is sent again is no newer than it was.
        if anchor.anchor_time <= self._newest.get(name, _NEVER) or anchor.anchor_time + self._years * _YEAR <= now:
            return ""
        if not is_proven(anchor, keys[name]):
            return "not_proven"
        self._newest[name], self._waiting[name] = anchor.anchor_time, anchor
        return ""


def _key(anchor: Anchor) -> str:
    return f"{anchor.service}/{anchor.sequence:020d}-{sha256(anchor.encoded()).hexdigest()[:16]}.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when anchors could not be kept."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.audit.locking", description=__doc__)
    parser.add_argument("--every", type=float, default=0.0, metavar="SECONDS", help="go on, once in so many seconds")
    given = parser.parse_args(arguments)
    environment, pause = load(LockingSettings), threading.Event()
    with closing(Objects(environment.anchors)) as bucket:
        keys = partial(public_keys, OpenBao(environment.openbao))
        locking = Locking(AnchorReader(environment.kafka), LockedAnchors(bucket), keys, environment.retention_years)
        while True:
            try:
                log.info("anchors are locked", count=locking.run())
            except errors.Unavailable as error:
                log.warning("anchors are not locked", reason=str(error))
                if not given.every:
                    return 1
            if not given.every:
                return 0
            pause.wait(given.every)


if __name__ == "__main__":
    sys.exit(main())
