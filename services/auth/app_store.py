"""What customers let apps do, in PostgreSQL: consents, and codes of which a hash is kept."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from services.auth.app_authorizations import CODES_KEPT, AuthorizationCode, Consent
from services.auth.model import FIXED_WHYS
from services.auth.secret_columns import SecretRepository
from services.auth.tables import authorization_codes, clients, consents
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.unit_of_work import Row

_NEWEST_FIRST = Keyset((consents.c.grant_time, consents.c.consent_id), descending=True)


class Consents(Mapped[Consent]):
    """The consents, by customer and app."""

    table, key = consents, "consent_id"
    subject, record_class = "account_id", "account"
    fixed_whys = FIXED_WHYS

    def of(self, account_id: str, client_id: str) -> Consent | None:
        """The one that was not withdrawn, for a change; others for the same two wait for this transaction."""
        self._uow.take_advisory_lock(f"consent {account_id} {client_id}", with_next=True)
        same = (consents.c.account_id == account_id, consents.c.client_id == client_id)
        query = select(consents).where(*same, consents.c.withdraw_time.is_(None)).with_for_update()
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))

    def standing(self, account_id: str, page: Page, at: datetime) -> PageResult[Consent]:
        """Those of a customer that stand, newest first."""
        mine = (consents.c.account_id == account_id, consents.c.withdraw_time.is_(None), consents.c.expire_time > at)
        query = select(consents).where(*mine)
        return _NEWEST_FIRST.read(self._uow.connection, query, page, "consents").map(self.loaded)

    def of_customers(self, account_ids: Collection[str], at: datetime) -> list[Consent]:
        """Those of some customers that stand, of clients that are not revoked."""
        join = consents.join(clients, consents.c.client_id == clients.c.client_id)
        query = select(consents).select_from(join).where(
            consents.c.account_id.in_(account_ids), consents.c.withdraw_time.is_(None), consents.c.expire_time > at,
            clients.c.revoke_time.is_(None),
        )  # fmt: skip
        return [self.loaded(dict(row)) for row in self._uow.connection.execute(query).mappings()]

    def withdraw_all(self, account_id: str, at: datetime) -> None:
        """Withdraws every one of an account."""
        query = select(consents).where(consents.c.account_id == account_id, consents.c.withdraw_time.is_(None))
        rows = self._uow.connection.execute(query.order_by(consents.c.consent_id).with_for_update()).mappings().all()
        for row in rows:
            self.tracked(dict(row)).withdraw_time = at


class Codes(SecretRepository[AuthorizationCode]):
    """The codes, by what is kept of them."""

    table, key = authorization_codes, "code_id"
    subject, record_class = "account_id", "account"
    unaudited = apart = ("code_hash", "redirect_uri", "nonce", "code_challenge")

    def assemble(self, row: Row) -> dict[str, Any]:
        """What the code is bound to."""
        return {name: row[name] for name in self.apart}

    def secrets(self, aggregate: AuthorizationCode) -> dict[str, Any]:
        """What the code is bound to."""
        return {name: getattr(aggregate, name) for name in self.apart}

    def of_hash(self, code_hash: str) -> AuthorizationCode | None:
        """The code, for a change; of two requests with one code the second waits for the first."""
        query = select(authorization_codes).where(authorization_codes.c.code_hash == code_hash).with_for_update()
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))

    def forget(self, at: datetime) -> None:
        """Removes codes whose session can run no more without having been refreshed."""
        old = authorization_codes.c.expire_time < at - CODES_KEPT
        self._uow.connection.execute(delete(authorization_codes).where(old))
