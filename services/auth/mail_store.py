"""Mails that are due and the one-time tokens in them, in PostgreSQL: hashes alone, and no address in clear."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from services.auth.account_tables import account_mails, mail_links
from services.auth.mail_links import MAILS_APART, AccountMailKind, MailLink, WaitingMail, link_invalid
from services.auth.model import normal
from services.auth.secret_columns import SecretRepository
from services.runtime import ids
from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.unit_of_work import Row

# Longer than a mail may take to hand over.
LEASE = timedelta(minutes=1)
# How long one that cannot be made waits before the next attempt: the others go out meanwhile.
SET_ASIDE = timedelta(hours=1)
# What no mail server took by then is no news any more.
GIVEN_UP = timedelta(days=1)


class Links(SecretRepository[MailLink]):
    """The one-time tokens."""

    table, key = mail_links, "link_id"
    subject, record_class = "account_id", "account"
    unaudited = apart = ("token_hash",)

    def assemble(self, row: Row) -> dict[str, Any]:
        """What proves it."""
        return {"token_hash": row["token_hash"]}

    def secrets(self, aggregate: MailLink) -> dict[str, Any]:
        """What proves it."""
        return {"token_hash": aggregate.token_hash}

    def looked_at(self, token_hash: str) -> MailLink:
        """The link of a token, to look at; Unauthenticated LINK_INVALID."""
        query = select(mail_links).where(mail_links.c.token_hash == token_hash)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise link_invalid()
        return self.loaded(dict(row))

    def forget(self, at: datetime) -> None:
        """Removes those that are good for nothing any more."""
        self._uow.connection.execute(delete(mail_links).where(mail_links.c.expire_time < at))


class Mails:
    """The mails, by when they are due."""

    def __init__(self, uow: postgres.UnitOfWork, cipher: FieldCipher) -> None:
        self._uow, self._cipher = uow, cipher

    def order(self, kind: AccountMailKind, email: str, at: datetime) -> None:
        """Has a mail go to whichever account has the address; none while one waits, or went out a moment ago.

        Whether there is such an account is not looked at: neither what is written nor how long it takes depends on it.
        """
        row = _row(kind, at) | {"address_index": self._cipher.index(normal(email))}
        found = insert(account_mails).values(row)
        again = {name: found.excluded[name] for name in ("mail_id", "create_time", "due_time", "finish_time")}
        old = account_mails.c.finish_time <= at - MAILS_APART
        self._uow.connection.execute(
            found.on_conflict_do_update(index_elements=["kind", "address_index"], set_=again, where=old)
        )

    def notify(self, kind: AccountMailKind, account_id: str, at: datetime) -> None:
        """Has the holder of an account notified."""
        self._uow.insert(account_mails, _row(kind, at) | {"account_id": account_id})

    def remind(self, kind: AccountMailKind, account_id: str, at: datetime) -> None:
        """The same, unless a mail of the kind waits for them already: it says that there is something, not what."""
        mine = account_mails.c.kind == kind.name, account_mails.c.account_id == account_id
        waits = select(account_mails.c.mail_id).where(*mine, account_mails.c.finish_time.is_(None))
        if self._uow.connection.scalar(waits.limit(1)) is None:
            self.notify(kind, account_id, at)

    def take(self, at: datetime) -> WaitingMail | None:
        """The mail that is due longest, which is due again after the lease."""
        due = (account_mails.c.finish_time.is_(None), account_mails.c.due_time <= at)
        first = select(account_mails.c.mail_id).where(*due).order_by(account_mails.c.due_time).limit(1)
        chosen = first.with_for_update(skip_locked=True).scalar_subquery()
        taken = update(account_mails).where(account_mails.c.mail_id == chosen).values(due_time=at + LEASE)
        row = self._uow.connection.execute(taken.returning(*account_mails.c)).mappings().one_or_none()
        if row is None:
            return None
        whom = {name: row[name] or "" for name in ("account_id", "address_index")}
        return WaitingMail(row["mail_id"], AccountMailKind[row["kind"]], create_time=row["create_time"], **whom)

    def set_aside(self, mail_id: str, at: datetime) -> None:
        """Is due again much later, unless it is given up before."""
        later = update(account_mails).where(account_mails.c.mail_id == mail_id).values(due_time=at + SET_ASIDE)
        self._uow.connection.execute(later)

    def finish(self, mail_id: str, at: datetime) -> None:
        """Is not due any more."""
        done = update(account_mails).where(account_mails.c.mail_id == mail_id).values(finish_time=at)
        self._uow.connection.execute(done)

    def forget(self, at: datetime) -> None:
        """Removes what went out, and what nothing came of."""
        for over in (account_mails.c.finish_time <= at - MAILS_APART, account_mails.c.create_time < at - GIVEN_UP):
            self._uow.connection.execute(delete(account_mails).where(over))


def _row(kind: AccountMailKind, at: datetime) -> dict[str, Any]:
    return {
        "mail_id": ids.new_id(), "kind": kind.name, "account_id": None, "address_index": None, "create_time": at,
        "due_time": at, "finish_time": None,
    }  # fmt: skip
