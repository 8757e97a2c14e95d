"""The grants of roles in PostgreSQL."""

from datetime import datetime

from sqlalchemy import select

from services.auth.role_grants import RoleGrant, RoleGrantStatus
from services.auth.tables import role_grants
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset

_OLDEST_GRANT = Keyset((role_grants.c.request_time, role_grants.c.grant_id))
_PENDING = RoleGrantStatus.PENDING.name


class RoleGrants(Mapped[RoleGrant]):
    """The grants of roles."""

    table, key = role_grants, "grant_id"
    subject, record_class = "account_id", "account"

    def pending_of(self, account_id: str) -> RoleGrant | None:
        """The grant that waits for an account, for a change."""
        query = select(role_grants).where(role_grants.c.account_id == account_id, role_grants.c.status == _PENDING)
        row = self._uow.connection.execute(query.with_for_update()).mappings().one_or_none()
        return None if row is None else self.tracked(dict(row))

    def asked_by(self, person: str) -> list[RoleGrant]:
        """Those that a person asked for and that wait, for a change."""
        waits = (role_grants.c.requested_by == person, role_grants.c.status == _PENDING)
        query = select(role_grants).where(*waits).order_by(role_grants.c.grant_id).with_for_update()
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]

    def pending(self, page: Page, at: datetime) -> PageResult[RoleGrant]:
        """Those that wait and have not expired, oldest first."""
        query = select(role_grants).where(role_grants.c.status == _PENDING, role_grants.c.expire_time > at)
        return _OLDEST_GRANT.read(self._uow.connection, query, page, "grants").map(self.loaded)
