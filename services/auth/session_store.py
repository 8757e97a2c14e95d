"""What signing in leaves behind, in PostgreSQL: sessions with their tokens, and the failures of each address."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from services.auth.model import FAILURES_KEPT, Session, SessionEnd, SignInFailures, normal
from services.auth.tables import refresh_tokens, sessions, sign_in_failures
from services.runtime.errors import Unauthenticated
from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.unit_of_work import Row, Tracked

# Sessions that are over are kept this long, to answer why.
SESSIONS_KEPT = timedelta(days=7)


class Sessions(postgres.Repository[Session]):
    """The sessions, found by id, by any token they ever had, or by account."""

    table, key = sessions, "session_id"

    def to_row(self, aggregate: Session) -> dict[str, Any]:
        """The columns of a session; its tokens have a table of their own."""
        return {
            "session_id": aggregate.session_id,
            "account_id": aggregate.account_id,
            "generation": aggregate.generation,
            "create_time": aggregate.create_time,
            "expire_time": aggregate.expire_time,
            "end_time": aggregate.end_time,
            "end_reason": aggregate.end_reason.name if aggregate.end_reason else None,
        }

    def from_row(self, row: Row) -> Session:
        """The session of a row."""
        return Session(
            session_id=row["session_id"],
            account_id=row["account_id"],
            token_hash="",
            generation=row["generation"],
            create_time=row["create_time"],
            expire_time=row["expire_time"],
            end_time=row["end_time"],
            end_reason=SessionEnd[row["end_reason"]] if row["end_reason"] else None,
        )

    def write(self, tracked: Tracked[Session], row: Row, changed: Row) -> None:
        """Writes the session, and its latest token when that is new."""
        super().write(tracked, row, changed)
        if "generation" in changed:
            token = {name: row[name] for name in ("session_id", "generation")}
            self._uow.connection.execute(
                insert(refresh_tokens).values(token_hash=tracked.aggregate.token_hash, **token)
            )

    def of_token(self, token_hash: str) -> tuple[Session, int]:
        """The session for a change, and which of its tokens this is; Unauthenticated REFRESH_TOKEN_INVALID."""
        query = select(refresh_tokens).where(refresh_tokens.c.token_hash == token_hash)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise Unauthenticated("the refresh token is not valid", reason="REFRESH_TOKEN_INVALID")
        return self.get(row["session_id"]), row["generation"]

    def id_of_token(self, token_hash: str) -> str | None:
        """The id of the session that the token belongs or belonged to."""
        query = select(refresh_tokens.c.session_id).where(refresh_tokens.c.token_hash == token_hash)
        return self._uow.connection.execute(query).scalar_one_or_none()

    def running(self, account_id: str) -> list[Session]:
        """The account's sessions that have not ended, for a change."""
        query = select(sessions).where(sessions.c.account_id == account_id, sessions.c.end_time.is_(None))
        rows = self._uow.connection.execute(query.order_by(sessions.c.session_id).with_for_update()).mappings().all()
        return [self.tracked(dict(row)) for row in rows]

    def forget(self, at: datetime) -> None:
        """Removes sessions that have long been over, with their tokens."""
        self._uow.connection.execute(delete(sessions).where(sessions.c.expire_time < at - SESSIONS_KEPT))


class Failures(postgres.Repository[SignInFailures]):
    """The failed sign-ins, by address."""

    table, key = sign_in_failures, "address_index"

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        super().__init__(uow)
        self._cipher = cipher

    def to_row(self, aggregate: SignInFailures) -> dict[str, Any]:
        """The columns of the failures of an address."""
        return {name: getattr(aggregate, name) for name in ("address_index", "last_time", "count", "lock_end_time")}

    def from_row(self, row: Row) -> SignInFailures:
        """The failures of a row."""
        return SignInFailures(row["address_index"], row["last_time"], row["count"], row["lock_end_time"])

    def of(self, email: str, at: datetime) -> SignInFailures:
        """The failures of an address, or none yet; holds off other attempts with it until the transaction ends.

        Otherwise a burst of guesses would all be checked before the first of them is counted.
        """
        index = self._cipher.index(normal(email))
        self._uow.take_advisory_lock(index)
        row = self._read(index, lock=True)
        return SignInFailures(index, at) if row is None else self.tracked(row)

    def keep(self, failures: SignInFailures) -> None:
        """Has commit save them, when they are the first of their address."""
        if self._unit.tracked(self, failures.address_index) is None:
            self.add(failures)

    def forget(self, at: datetime) -> None:
        """Removes failures that count no more."""
        self._uow.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last_time < at - FAILURES_KEPT))
