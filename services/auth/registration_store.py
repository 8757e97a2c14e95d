"""Registrations that wait, in PostgreSQL: sealed, found by the blind index of their address."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from services.auth.account_tables import confirmation_tokens, registrations
from services.auth.mail_links import link_invalid
from services.auth.model import normal
from services.auth.registrations import CONFIRMATION_GRACE, MailedToken, Registration
from services.auth.secret_columns import SecretRepository
from services.runtime.stores.unit_of_work import Row

_SEALED = ("email", "full_name", "phone")


class Registrations(SecretRepository[Registration]):
    """The registrations, and the tokens that were mailed to their addresses."""

    table, key = registrations, "registration_id"
    unaudited = ("address_index", "email", "full_name", "phone", "password_hash", "network_index")
    apart = ("email", "full_name", "phone", "password_hash")

    def assemble(self, row: Row) -> dict[str, Any]:
        """Who it is and what proves it."""
        return {**{name: self.cipher.decrypt(row[name]) for name in _SEALED}, "password_hash": row["password_hash"]}

    def secrets(self, aggregate: Registration) -> dict[str, Any]:
        """Who it is and what proves it."""
        return {
            **{name: self.cipher.encrypt(getattr(aggregate, name)) for name in _SEALED},
            "address_index": self.index(aggregate.email),
            "password_hash": aggregate.password_hash,
        }

    def newest(self, address_index: str, at: datetime) -> Registration | None:
        """The last one of an address that may be confirmed still, to look at."""
        return self._newest(registrations.c.address_index == address_index, registrations.c.expire_time > at)

    def of_password(self, address_index: str, password_hash: str, at: datetime) -> Registration | None:
        """The last one of an address with this password, hashed with the salt of the address; to look at."""
        found = registrations.c.address_index == address_index, registrations.c.password_hash == password_hash
        return self._newest(*found, registrations.c.expire_time > at)

    def keep_token(self, token: MailedToken) -> None:
        """Keeps a token; those that the address had before stay good, for their mails are on their way or arrived."""
        row = {name: getattr(token, name) for name in ("address_index", "token_hash", "expire_time")}
        self._uow.insert(confirmation_tokens, row)

    def mailed_token(self, token_hash: str, at: datetime) -> MailedToken:
        """The token, to look at; Unauthenticated LINK_INVALID for one that is not there, or not any more."""
        good = confirmation_tokens.c.token_hash == token_hash, confirmation_tokens.c.expire_time > at
        row = self._uow.connection.execute(select(confirmation_tokens).where(*good)).mappings().one_or_none()
        if row is None:
            raise link_invalid()
        return MailedToken(**row)

    def choose(self, address_index: str, registration_id: str) -> None:
        """Drops every other registration of an address."""
        others = registrations.c.address_index == address_index, registrations.c.registration_id != registration_id
        self._uow.connection.execute(delete(registrations).where(*others))

    def finish(self, email: str, registration_id: str, at: datetime) -> None:
        """Uses tokens and registration up, once the account is there: soon all are over."""
        index, soon = self.index(email), at + CONFIRMATION_GRACE
        self.choose(index, registration_id)
        for table in (registrations, confirmation_tokens):
            late = table.c.address_index == index, table.c.expire_time > soon
            self._uow.connection.execute(update(table).where(*late).values(expire_time=soon))

    def drop(self, registration_id: str) -> None:
        """Removes one."""
        self._uow.connection.execute(delete(registrations).where(registrations.c.registration_id == registration_id))

    def forget(self, at: datetime) -> None:
        """Removes what is over."""
        for table in (registrations, confirmation_tokens):
            self._uow.connection.execute(delete(table).where(table.c.expire_time <= at))

    def index(self, email: str) -> str:
        """The blind index of an address."""
        return self.cipher.index(normal(email))

    def _newest(self, *conditions: ColumnElement[bool]) -> Registration | None:
        query = select(registrations).where(*conditions).order_by(registrations.c.create_time.desc()).limit(1)
        row = self._uow.connection.execute(query).mappings().one_or_none()
        return None if row is None else self.loaded(dict(row))
