"""What signing in leaves behind, in PostgreSQL: sessions with their tokens, and failures by address or known device."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, select, update

from services.auth.account_tables import known_devices, mail_links
from services.auth.revocation_store import FOR_EVER, revoke
from services.auth.secret_columns import SecretRepository
from services.auth.sign_ins import FAILURES_KEPT, Attempts, Session, SessionEnd, SignInFailures
from services.auth.tables import (
    authorization_codes,
    refresh_tokens,
    sessions,
    sign_in_challenges,
    sign_in_failures,
)
from services.runtime.errors import NotFound, Unauthenticated
from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres_mapping import Mapped
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.unit_of_work import Row, Tracked

# Sessions that are over are kept this long, to answer why.
SESSIONS_KEPT = timedelta(days=7)
_NEWEST_FIRST = Keyset((sessions.c.create_time, sessions.c.session_id), descending=True)


class Sessions(SecretRepository[Session]):
    """The sessions, found by id, by any token they ever had, or by account."""

    table, key = sessions, "session_id"
    subject, record_class = "account_id", "account"
    unaudited = personal = ("device", "network")
    # A session ends, whether the key service answers or not.
    lasting = True
    apart = ("token_hash", "device", "network")

    def assemble(self, row: Row) -> dict[str, Any]:
        """Where it comes from. Tokens have a table of their own, and are only ever looked for."""
        return {"token_hash": "", **{name: row[name] or "" for name in self.personal}}

    def secrets(self, aggregate: Session) -> dict[str, Any]:
        """Where it comes from."""
        return {name: getattr(aggregate, name) or None for name in self.personal}

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

    def page(self, account_id: str, page: Page, at: datetime) -> PageResult[Session]:
        """The account's sessions that run, newest first."""
        query = select(sessions).where(
            sessions.c.account_id == account_id, sessions.c.end_time.is_(None), sessions.c.expire_time > at
        )
        return _NEWEST_FIRST.read(self._uow.connection, query, page, f"sessions:{account_id}").map(self.loaded)

    def running_one(self, account_id: str, session_id: str, at: datetime) -> Session:
        """One of the account's sessions that run, for a change; NotFound for another account's, or one that is over."""
        row = self._read(session_id, lock=True)
        session = None if row is None else self.tracked(row)
        if session is None or session.account_id != account_id or not session.runs(at):
            raise NotFound(f"no session {session_id} runs")
        return session

    def running(self, account_id: str) -> list[Session]:
        """The account's sessions that have not ended, for a change."""
        query = select(sessions).where(sessions.c.account_id == account_id, sessions.c.end_time.is_(None))
        rows = self._uow.connection.execute(query.order_by(sessions.c.session_id).with_for_update()).mappings().all()
        return [self.tracked(dict(row)) for row in rows]

    def end_all(self, account_id: str, reason: SessionEnd, at: datetime, *, but: str = "") -> int:
        """Ends what end_open ends, and whatever helps to begin another; says how many ended.

        Mailed tokens and known devices may be of anyone with the credentials, as what is half begun.
        """
        self._delete(account_id, mail_links, known_devices)
        return self.end_open(account_id, reason, at, but=but)

    def end_open(self, account_id: str, reason: SessionEnd, at: datetime, *, but: str = "") -> int:
        """Ends every session of the account, but one, and sign-ins and grants to apps that are half begun."""
        self._delete(account_id, sign_in_challenges, authorization_codes)
        return sum(session.end(reason, at) for session in self.running(account_id) if session.session_id != but)

    def forget_origins(self, account_id: str) -> None:
        """Removes where the sessions of the account come from that have not ended, unless their key is on hold.

        `end_open` has locked them.
        """
        if self._unit.data_keys.is_held(account_id):
            return
        open_ones = sessions.c.account_id == account_id, sessions.c.end_time.is_(None)
        self._uow.connection.execute(update(sessions).where(*open_ones).values(dict.fromkeys(self.personal)))

    def _delete(self, account_id: str, *tables: Table) -> None:
        for table in tables:
            self._uow.connection.execute(delete(table).where(table.c.account_id == account_id))

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
    """The failed attempts, by kind and name."""

    table, key = sign_in_failures, "address_index"

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        super().__init__(uow)
        self._cipher = cipher

    def seen(self, attempts: Attempts, at: datetime) -> SignInFailures:
        """The failures under a name, or none yet, to look at."""
        index = self._index(attempts)
        row = self._read(index, lock=False)
        return SignInFailures(index, at) if row is None else self.loaded(row)

    def of(self, attempts: Attempts, at: datetime) -> SignInFailures:
        """The failures under a name, or none yet; holds off other attempts with it until the transaction ends.

        Otherwise a burst of guesses would all be checked before the first of them is counted.
        """
        index = self._index(attempts)
        self._uow.take_advisory_lock(index, with_next=True)
        row = self._read(index, lock=True)
        return SignInFailures(index, at) if row is None else self.tracked(row)

    def count(self, failures: SignInFailures, at: datetime) -> None:
        """Counts a failed attempt, which commit saves, the first of its name too."""
        failures.add(at)
        if self._unit.tracked(self, failures.address_index) is None:
            self.add(failures)

    def forget(self, at: datetime) -> None:
        """Removes failures that count no more."""
        self._uow.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.last_time < at - FAILURES_KEPT))

    def _index(self, attempts: Attempts) -> str:
        return self._cipher.index(f"failures of {attempts.key}")
