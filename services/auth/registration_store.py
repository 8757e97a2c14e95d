"""Registrations that wait, in PostgreSQL: sealed, found by the blind index of their address."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from services.auth.account_tables import registration_tokens, registrations
from services.auth.mail_links import link_invalid
from services.auth.model import normal
from services.auth.registrations import CONFIRMATION_GRACE, MailedToken, Registration, Waiting, making_room
from services.auth.secret_columns import SecretRepository
from services.runtime.stores.unit_of_work import Row

_SEALED = ("email", "full_name", "phone")


class Registrations(SecretRepository[Registration]):
    """The registrations, and the one token that was mailed to each address."""

    table, key = registrations, "registration_id"
    unaudited = ("address_index", "email", "full_name", "phone", "password_hash", "network_index")
    apart = ("email", "full_name", "phone", "password_hash", "network")

    def assemble(self, row: Row) -> dict[str, Any]:
        """Who it is and what proves it. Networks are only ever compared."""
        opened = {name: self.cipher.decrypt(row[name]) for name in _SEALED}
        return {**opened, "password_hash": row["password_hash"], "network": ""}

    def secrets(self, aggregate: Registration) -> dict[str, Any]:
        """Who it is and what proves it."""
        return {
            **{name: self.cipher.encrypt(getattr(aggregate, name)) for name in _SEALED},
            "address_index": self._index(aggregate.email),
            "password_hash": aggregate.password_hash,
            "network_index": self._network(aggregate.network),
        }

    def keep(self, registration: Registration) -> None:
        """Adds one, in place of another of its address when there are too many (registrations.making_room)."""
        index = self._index(registration.email)
        self._uow.take_advisory_lock(f"registrations {index}", with_next=True)
        columns = registrations.c.registration_id, registrations.c.network_index
        query = select(*columns).where(registrations.c.address_index == index)
        rows = self._uow.connection.execute(query.order_by(registrations.c.create_time, columns[0]))
        gone = making_room([Waiting(*row) for row in rows], self._network(registration.network))
        self._uow.connection.execute(delete(registrations).where(registrations.c.registration_id.in_(gone)))
        self.add(registration)

    def waiting(self, address_index: str, at: datetime) -> list[Registration]:
        """Those of an address that may be confirmed still, the newest first, to look at."""
        good = registrations.c.address_index == address_index, registrations.c.expire_time > at
        query = select(registrations).where(*good).order_by(registrations.c.create_time.desc())
        return [self.loaded(dict(row)) for row in self._uow.connection.execute(query).mappings()]

    def keep_token(self, token: MailedToken) -> None:
        """Keeps a token in place of the one that the address had."""
        row = {name: getattr(token, name) for name in ("address_index", "token_hash", "expire_time")}
        made = insert(registration_tokens).values(row)
        again = {name: made.excluded[name] for name in ("token_hash", "expire_time")}
        self._uow.connection.execute(made.on_conflict_do_update(index_elements=["address_index"], set_=again))

    def mailed_token(self, token_hash: str, at: datetime) -> MailedToken:
        """The token, to look at; Unauthenticated LINK_INVALID for one that is not there, or not any more."""
        good = registration_tokens.c.token_hash == token_hash, registration_tokens.c.expire_time > at
        row = self._uow.connection.execute(select(registration_tokens).where(*good)).mappings().one_or_none()
        if row is None:
            raise link_invalid()
        return MailedToken(**row)

    def choose(self, address_index: str, registration_id: str) -> None:
        """Drops every other registration of an address."""
        others = registrations.c.address_index == address_index, registrations.c.registration_id != registration_id
        self._uow.connection.execute(delete(registrations).where(*others))

    def finish(self, email: str, registration_id: str, at: datetime) -> None:
        """Uses token and registration up, once the account is there: soon both are over."""
        index, soon = self._index(email), at + CONFIRMATION_GRACE
        self.choose(index, registration_id)
        for table in (registrations, registration_tokens):
            late = table.c.address_index == index, table.c.expire_time > soon
            self._uow.connection.execute(update(table).where(*late).values(expire_time=soon))

    def drop(self, registration_id: str) -> None:
        """Removes one."""
        self._uow.connection.execute(delete(registrations).where(registrations.c.registration_id == registration_id))

    def forget(self, at: datetime) -> None:
        """Removes what is over."""
        for table in (registrations, registration_tokens):
            self._uow.connection.execute(delete(table).where(table.c.expire_time <= at))

    def _index(self, email: str) -> str:
        return self.cipher.index(normal(email))

    def _network(self, network: str) -> str:
        """The blind index of a network, which is no address."""
        return self.cipher.index(f"network {network}")
