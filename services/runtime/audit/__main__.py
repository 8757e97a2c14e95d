"""`python -m services.runtime.audit <service>`: verifies a service's audit trail; exits with 1 when it was changed.

With `--export FILE` it verifies what was exported over REST in place of the database, which it needs no more then;
`--public-key HEX` (as `--show-public-key` prints it) stands in for the key file.

Settings: those of the service's store (LOANFLOW_POSTGRES_* or LOANFLOW_MONGO_*), LOANFLOW_AUDIT_KEY_FILE, and
LOANFLOW_KAFKA_* with the operator's certificate and LOANFLOW_ANCHORS_* (a bucket), from where the anchors are; without
one of them those are not looked at.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from services.runtime import settings
from services.runtime.audit import exporting
from services.runtime.audit.anchoring import Anchor, anchors
from services.runtime.audit.chain import Signer
from services.runtime.audit.locking import LockedAnchors
from services.runtime.audit.opening import StoreEnvironment, opened
from services.runtime.audit.settings import AuditSettings
from services.runtime.audit.verify import Finding, verify
from services.runtime.events.kafka import KafkaSettings
from services.runtime.files.objects import Objects, ObjectsSettings
from services.runtime.secrets.loading import load
from services.runtime.stores.mongo import Mongo
from services.runtime.stores.postgres import Postgres


@dataclass(frozen=True)
class _Environment(StoreEnvironment):
    audit: AuditSettings | None = None
    kafka: KafkaSettings | None = None
    anchors: ObjectsSettings | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.audit", description="Verifies an audit trail.")
    parser.add_argument("service")
    parser.add_argument("--export", type=Path, metavar="FILE", help="verify what was exported, not the database")
    parser.add_argument("--public-key", type=bytes.fromhex, metavar="HEX", help="in place of the key file")
    parser.add_argument("--show-public-key", action="store_true", help="print it, for those who verify exports")
    given = parser.parse_args(arguments)
    environment = load(_Environment)
    key = given.public_key or _public_key(given.service, environment)
    if given.show_public_key:
        print(key.hex())
        return 0
    anchored = _anchored(given.service, environment)
    if given.export:
        return _verify_export(given.service, given.export, anchored, key)
    return _verify_store(given.service, opened(environment), anchored, key)


def _anchored(service: str, environment: _Environment) -> list[Anchor]:
    """The anchors of the topic and of the bucket; those that are in both, once."""
    found = list(anchors(environment.kafka, service)) if environment.kafka else []
    if environment.anchors:
        with closing(Objects(environment.anchors)) as bucket:
            found += LockedAnchors(bucket).of(service)
    return list(dict.fromkeys(found))


def _public_key(service: str, environment: _Environment) -> bytes:
    if environment.audit is None:
        raise settings.SettingsError(["LOANFLOW_AUDIT_KEY_FILE is not set, and no --public-key is given"])
    return Signer(service, environment.audit.key_file).public_key


def _verify_store(service: str, store: Postgres | Mongo, anchored: list[Anchor], key: bytes) -> int:
    try:
        head = store.audit.head()
        count = _printed(service, verify(service, store.audit, anchored, key))
    finally:
        store.close()
    rows = head.sequence if head else 0
    print(f"{service}: {rows} rows are chained, {len(anchored)} anchors, {count} findings")
    return 1 if count else 0


def _verify_export(service: str, file: Path, anchored: list[Anchor], key: bytes) -> int:
    with file.open("rb") as lines:
        try:
            heading, findings = exporting.verify_export(service, lines, anchored, key)
            count = _printed(service, findings)
        except ValueError as error:
            print(f"{file}: {error}")
            return 1
    begin = f"links after {heading.sequence} as of {heading.export_time.isoformat()}"
    print(f"{service}: {begin}, {len(anchored)} anchors, {count} findings")
    return 1 if count else 0


def _printed(service: str, findings: Iterable[Finding]) -> int:
    count = 0
    for finding in findings:
        count += 1
        print(f"{service}: {finding.kind}: {finding.text}")
    return count


if __name__ == "__main__":
    sys.exit(main())
