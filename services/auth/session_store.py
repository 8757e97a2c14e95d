"""What signing in leaves behind, in PostgreSQL: sessions with their tokens, and the failures of each address."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from services.auth.model import normal
from services.auth.revocation_store import FOR_EVER, revoke
from services.auth.sign_ins import FAILURES_KEPT, Session, SessionEnd, SignInFailures
from services.auth.tables import refresh_tokens, sessions, sign_in_failures
from services.runtime.errors import Unauthenticated
from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.unit_of_work import Row, Tracked

# Sessions that are over are kept this long, to answer why.
SESSIONS_KEPT = timedelta(days=7)


class Sessions(Mapped[Session]):
    """The sessions, found by id, by any token they ever had, or by account."""

    table, key = sessions, "session_id"
    apart = ("token_hash",)

    def assemble(self, row: Row) -> dict[str, Any]:
        """Tokens have a table of their own, and are only ever looked for."""
        return {"token_hash": ""}

    def write(self, tracked: Tracked[Session], row: Row, changed: Row) -> None:
        """Writes the session, and its latest token when that is new; revokes its access tokens when it ends."""
        super().write(tracked, row, changed)
        if "generation" in changed:
            token = {name: row[name] for name in ("session_id", "generation")}
            self._uow.insert(refresh_tokens, {"token_hash": tracked.aggregate.token_hash, **token})
        if changed.get("end_time") is not None:
            revoke(self._uow, row["session_id"], FOR_EVER, row["end_time"])

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

    def generation_of(self, token_hash: str) -> int | None:
        """Which of its session's tokens it is or was."""
        query = select(refresh_tokens.c.generation).where(refresh_tokens.c.token_hash == token_hash)
        return self._uow.connection.execute(query).scalar_one_or_none()

    def running(self, account_id: str) -> list[Session]:
        """The account's sessions that have not ended, for a change."""
        query = select(sessions).where(sessions.c.account_id == account_id, sessions.c.end_time.is_(None))
        rows = self._uow.connection.execute(query.order_by(sessions.c.session_id).with_for_update()).mappings().all()
        return [self.tracked(dict(row)) for row in rows]

    def end_all(self, account_id: str, reason: SessionEnd, at: datetime) -> None:
        """Ends every session of the account."""
        for session in self.running(account_id):
            session.end(reason, at)

    def end_of_consent(self, consent_id: str, reason: SessionEnd, at: datetime) -> None:
        """Ends every session that an app has by a consent."""
        query = select(sessions).where(sessions.c.consent_id == consent_id, sessions.c.end_time.is_(None))
        rows = self._uow.connection.execute(query.order_by(sessions.c.session_id).with_for_update()).mappings().all()
        for row in rows:
            self.tracked(dict(row)).end(reason, at)

    def forget(self, at: datetime) -> None:
        """Removes sessions that have long been over, with their tokens."""
        self._uow.connection.execute(delete(sessions).where(sessions.c.expire_time < at - SESSIONS_KEPT))


class Failures(Mapped[SignInFailures]):
    """The failed sign-ins, by address."""

    table, key = sign_in_failures, "address_index"

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        super().__init__(uow)
        self._cipher = cipher

    def seen(self, email: str, at: datetime) -> SignInFailures:
        """The failures of an address, or none yet, to look at."""
        index = self._cipher.index(normal(email))
        row = self._read(index, lock=False)
        return SignInFailures(index, at) if row is None else self.loaded(row)

    def of(self, email: str, at: datetime) -> SignInFailures:
        """The failures of an address, or none yet; holds off other attempts with it until the transaction ends.

        Otherwise a burst of guesses would all be checked before the first of them is counted.
        """
        index = self._cipher.index(normal(email))
        self._uow.take_advisory_lock(index, with_next=True)
        row = self._read(index, lock=True)
        return SignInFailures(index, at) if row is None else self.tracked(row)

    def keep(self, failures: SignInFailures) -> None:
        """Has commit save them, when they are the first of their address."""
        if self._unit.tracked(self, failures.address_index) is None:
            self.add(failures)

    def forget(self, at: datetime) -> None:
        """Removes failures that count no more."""
        self._uow.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last_time < at - FAILURES_KEPT))
