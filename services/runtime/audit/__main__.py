"""`python -m services.runtime.audit <service>`: verifies a service's audit trail; exits with 1 when it was changed.

Settings: those of the service's store (LOANFLOW_POSTGRES_* or LOANFLOW_MONGO_*), LOANFLOW_AUDIT_KEY_FILE, and
LOANFLOW_KAFKA_* with the operator's certificate, from where the anchors are; without it they are not looked at.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.runtime import settings
from services.runtime.audit.anchoring import anchors
from services.runtime.audit.chain import Signer
from services.runtime.audit.settings import AuditSettings
from services.runtime.audit.verify import verify
from services.runtime.events.kafka import KafkaSettings
from services.runtime.secrets.loading import load
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings


@dataclass(frozen=True)
class _Environment:
    audit: AuditSettings
    postgres: PostgresSettings | None = None
    mongo: MongoSettings | None = None
    kafka: KafkaSettings | None = None


def _store(environment: _Environment) -> Postgres | Mongo:
    if environment.postgres is not None:
        return Postgres(environment.postgres)
    if environment.mongo is not None:
        return Mongo(environment.mongo)
    raise settings.SettingsError(["neither LOANFLOW_POSTGRES_HOST nor LOANFLOW_MONGO_HOST is set"])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m services.runtime.audit", description="Verifies an audit trail.")
    parser.add_argument("service")
    service: str = parser.parse_args(arguments).service
    environment = load(_Environment)
    signer, store = Signer(service, environment.audit.key_file), _store(environment)
    try:
        head, count = store.audit.head(), 0
        anchored = list(anchors(environment.kafka, service)) if environment.kafka else []
        for finding in verify(service, store.audit, anchored, signer.public_key):
            count += 1
            print(f"{service}: {finding.kind}: {finding.text}")
    finally:
        store.close()
    rows = head.sequence if head else 0
    print(f"{service}: {rows} rows are chained, {len(anchored)} anchors, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
