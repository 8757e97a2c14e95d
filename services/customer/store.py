"""Customers in PostgreSQL, their personal data sealed.

All personal columns are sealed by the data key of the customer, so an erasure only has to destroy it. The blind index
of the e-mail address is kept out of `to_row`, and with it out of the audit trail.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.customer.legal_entity import LegalEntity
from services.customer.model import Customer, ErasureReason, Identity, KycDetails
from services.runtime.errors import NotFound
from services.runtime.stores import postgres
from services.runtime.stores.data_keys import key_of
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

metadata = MetaData(naming_convention=NAMING)

_TIME = DateTime(timezone=True)

# The personal columns are sealed; they, email_index and data_key are NULL once the customer is erased. data_key, sealed
# by the service's own key, opens what was sealed before customers' keys were in data_keys, and audit rows of then.
customers = Table(
    "customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("email", Text),
    Column("full_name", Text),
    Column("phone", Text),
    Column("kyc", Text),
    Column("legal_entity", Text),
    Column("language", Text),
    Column("kyc_status", Text, nullable=False),
    Column("running", ARRAY(Text), nullable=False),
    Column("create_time", _TIME, nullable=False),
    Column("update_time", _TIME, nullable=False),
    Column("erase_time", _TIME),
    Column("kyc_version", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("listener_versions", JSONB),
    Column("idle_since", _TIME),
    Column("email_index", Text),
    Column("data_key", Text),
    UniqueConstraint("email_index", name="customers_email"),
    Index("customers_idle", "idle_since", postgresql_where=text("erase_time IS NULL")),
    CheckConstraint(
        "erase_time IS NULL OR (email IS NULL AND full_name IS NULL AND phone IS NULL AND kyc IS NULL"
        " AND email_index IS NULL AND data_key IS NULL)",
        name="customers_erased",
    ),
)


# Of erased customers, for as long as the law wants them known.
identities = Table(
    "identities",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("details", Text, nullable=False),
    Column("version", Integer, nullable=False),
)
_TEXTS = ("email", "full_name", "phone", "language")
_IDLE = """
    SELECT customer_id FROM customers WHERE idle_since <= %s AND erase_time IS NULL AND NOT EXISTS
        (SELECT FROM data_keys WHERE data_keys.subject = customers.customer_id AND hold <> '')
    ORDER BY idle_since LIMIT %s
"""


class Customers(Mapped[Customer]):
    """The customers, erased ones included."""

    table, key = customers, "customer_id"
    subject, record_class = "customer_id", "customer"
    derived = apart = personal = ("email", "full_name", "phone", "kyc", "legal_entity", "language")
    unaudited = ("email_index", "data_key")
    fixed_whys = frozenset(each.value for each in ErasureReason)

    def __init__(self, uow: "UnitOfWork") -> None:
        super().__init__(uow)
        self._cipher = uow.cipher

    def derive(self, aggregate: Customer) -> dict[str, Any]:
        """The personal columns: texts, and JSON of what is more than one."""
        details = {"kyc": aggregate.kyc, "legal_entity": aggregate.legal_entity}
        return {
            **{name: getattr(aggregate, name) or None for name in _TEXTS},
            **{name: json.dumps(to_plain(each)) if each else None for name, each in details.items()},
        }

    def assemble(self, row: Row) -> dict[str, Any]:
        """The personal columns as attributes."""
        kyc, entity = row["kyc"], row["legal_entity"]
        return {
            **{name: row[name] or "" for name in _TEXTS},
            "kyc": from_plain(KycDetails, json.loads(kyc)) if kyc else None,
            "legal_entity": from_plain(LegalEntity, json.loads(entity)) if entity else None,
        }

    def opened(self, row: Row) -> Row:
        """The row with its seals opened, also those of before: by a key in `data_key`, sealed by the service's own."""
        old = [name for name in self.personal if row[name] and key_of(row[name]) is None]
        opened = super().opened(row)
        if not old:
            return opened
        own = FieldCipher.of_secret(self._cipher.decrypt(row["data_key"]))
        return {**opened, **{name: own.decrypt(row[name]) for name in old}}

    def write(self, tracked: Tracked[Customer], row: Row, changed: Row) -> None:
        """Writes the row, with what is never audited."""
        hidden = self._hidden(tracked)
        super().write(tracked, {**row, **hidden}, {**changed, **hidden})

    def read(self, customer_id: str) -> Customer:
        """The customer to look at; errors.NotFound also when erased."""
        found = self.find(customer_id)
        if found is None:
            raise NotFound(f"customer {customer_id} does not exist", metadata={"customer_id": customer_id})
        found.require_present()
        return found

    def known(self, customer_id: str) -> Customer | None:
        """The customer for a change, None for an id that never was a customer's: a registration that did not end."""
        row = self._read(customer_id, lock=True)
        return None if row is None else self.tracked(row)

    def idle(self, since: datetime, limit: int) -> list[str]:
        """Customers for whom nothing has run since then, and who are on no hold, the longest first."""
        return [str(row[0]) for row in self._uow.connection.exec_driver_sql(_IDLE, (since, limit))]

    def holder(self, email: str) -> Customer | None:
        """Who has the address, for a change; keeps it for this transaction."""
        index = self._index(email)
        self._uow.take_advisory_lock(index, with_next=True)
        query = select(customers).where(customers.c.email_index == index).with_for_update()
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))

    def _hidden(self, tracked: Tracked[Customer]) -> dict[str, Any]:
        customer = tracked.aggregate
        if customer.erase_time is not None:
            return {"email_index": None, "data_key": None}
        return {} if tracked.before is not None else {"email_index": self._index(customer.email)}

    def _index(self, email: str) -> str:
        return self._cipher.index(email.strip().lower())


class Identities(Mapped[Identity]):
    """Who erased customers were."""

    table, key = identities, "customer_id"
    subject, record_class = "customer_id", "identity"
    personal = ("details",)


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service."""

    def __init__(self, database: Postgres, outbox: EventWriter, cipher: FieldCipher) -> None:
        super().__init__(database, outbox)
        self.cipher = cipher
        self.customers = Customers(self)
        self.identities = Identities(self)
