"""What a store keeps beside its aggregates of which a person can be the subject: audit trail and kept answers."""

import re
from collections.abc import Collection

from services.runtime.stores.mongo import Mongo
from services.runtime.stores.postgres import Postgres

_AUDITED = "SELECT count(*) FROM audit WHERE aggregate_id = ANY(%s)"
_ANSWERED = "SELECT count(*) FROM idempotency WHERE split_part(subject, ':', 2) = %s"


def counts(store: Postgres | Mongo, person: str, aggregate_ids: Collection[str]) -> dict[str, int]:
    """How many rows there are, by table or collection."""
    ids = sorted(aggregate_ids)
    if isinstance(store, Postgres):
        with store.transaction() as transaction:
            connection = transaction.connection
            audited = connection.exec_driver_sql(_AUDITED, (ids,)).scalar_one()
            answered = connection.exec_driver_sql(_ANSWERED, (person,)).scalar_one()
    else:
        audited = store.trail.audit.count_documents({"aggregate_id": {"$in": ids}})
        answered = store.database.idempotency.count_documents({"_id": re.compile(f"^[a-z]*:{re.escape(person)}\\b")})
    return {"audit": int(audited), "idempotency": int(answered)}
