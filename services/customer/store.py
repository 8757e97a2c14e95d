"""Customers in PostgreSQL, their personal data sealed.

Each customer has a data key of their own, itself sealed under the service's key, and all personal columns are sealed
under it. Rows and audit rows hold nothing else, so an erasure only has to destroy the key. The key and the blind index
of the e-mail address are kept out of `to_row`, and with it out of the audit trail.
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
from services.customer.model import Customer, Identity, KycDetails
from services.runtime.errors import NotFound
from services.runtime.stores import encryption, postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.json_codec import from_plain, to_plain
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.tables import NAMING
from services.runtime.stores.unit_of_work import EventWriter, Row, Tracked

metadata = MetaData(naming_convention=NAMING)

_TIME = DateTime(timezone=True)

# The personal columns are sealed; they, email_index and data_key are NULL once the customer is erased.
customers = Table(
    "customers",
    metadata,
    Column("customer_id", Text, primary_key=True),
    Column("email", Text),
    Column("full_name", Text),
    Column("phone", Text),
    Column("kyc", Text),
    Column("legal_entity", Text),
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
_TEXTS = ("email", "full_name", "phone")
_IDLE = """
    SELECT customer_id FROM customers WHERE idle_since <= %s AND erase_time IS NULL AND NOT EXISTS
        (SELECT FROM data_keys WHERE data_keys.subject = customers.customer_id AND hold <> '')
    ORDER BY idle_since LIMIT %s
"""


class Customers(Mapped[Customer]):
    """The customers, erased ones included."""

    table, key = customers, "customer_id"
    derived = apart = ("email", "full_name", "phone", "kyc", "legal_entity")
    unaudited = ("email_index", "data_key")

    def __init__(self, uow: "UnitOfWork") -> None:
        super().__init__(uow)
        self._cipher = uow.cipher
        self._data_keys: dict[str, str] = {}
        # What a text was last sealed as: the same state has to give the same columns.
        self._ciphertexts: dict[tuple[str, str, str], str] = {}

    def derive(self, aggregate: Customer) -> dict[str, Any]:
        """The personal columns, sealed."""
        customer_id = aggregate.customer_id
        kyc = json.dumps(to_plain(aggregate.kyc)) if aggregate.kyc else ""
        entity = json.dumps(to_plain(aggregate.legal_entity)) if aggregate.legal_entity else ""
        texts = {**{name: getattr(aggregate, name) for name in _TEXTS}, "kyc": kyc, "legal_entity": entity}
        return {name: self._seal(customer_id, name, text) for name, text in texts.items()}

    def assemble(self, row: Row) -> dict[str, Any]:
        """The personal columns, opened."""
        customer_id, data_key = row["customer_id"], row["data_key"]
        if data_key is not None:
            self._data_keys[customer_id] = self._cipher.decrypt(data_key)
        kyc = self._open(customer_id, "kyc", row["kyc"])
        texts = {name: self._open(customer_id, name, row[name]) for name in _TEXTS}
        entity = self._open(customer_id, "legal_entity", row["legal_entity"])
        return {
            **texts,
            "kyc": from_plain(KycDetails, json.loads(kyc)) if kyc else None,
            "legal_entity": from_plain(LegalEntity, json.loads(entity)) if entity else None,
        }

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
        if tracked.before is not None:
            return {}
        # Not drawn yet when there was nothing to seal.
        data_key = self._own_key(customer.customer_id)
        return {"email_index": self._index(customer.email), "data_key": self._cipher.encrypt(data_key)}

    def _seal(self, customer_id: str, column: str, text: str) -> str | None:
        if not text:
            return None
        place = (customer_id, column, text)
        if place not in self._ciphertexts:
            self._ciphertexts[place] = FieldCipher.of_secret(self._own_key(customer_id)).encrypt(text)
        return self._ciphertexts[place]

    def _own_key(self, customer_id: str) -> str:
        return self._data_keys.setdefault(customer_id, encryption.new_secret())

    def _open(self, customer_id: str, column: str, sealed: str | None) -> str:
        if sealed is None:
            return ""
        text = FieldCipher.of_secret(self._data_keys[customer_id]).decrypt(sealed)
        self._ciphertexts[customer_id, column, text] = sealed
        return text

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
