"""Accounts, clients and signing keys in PostgreSQL, and the unit of work with all that the service stores.

What is secret or personal is in columns that `to_row` leaves out, so that no audit row ever shows it. E-mail addresses
and names are sealed by the data key of the account, private keys by the service's own; an address is found by its blind
index.
"""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, distinct, func, select

from services.auth.app_store import Codes, Consents
from services.auth.assertion_store import Assertions
from services.auth.clients import Client
from services.auth.device_store import Devices
from services.auth.factor_store import Challenges, FactorResets, Factors
from services.auth.grant_store import RoleGrants
from services.auth.mail_store import Links, Mails
from services.auth.model import Account, AccountKind, Role, email_taken, normal
from services.auth.registration_store import Registrations
from services.auth.revocation_store import FOR_EVER, Revoked, revoke
from services.auth.secret_columns import SecretRepository
from services.auth.session_store import Failures, Sessions
from services.auth.signing_keys import SigningKey
from services.auth.tables import accounts, clients, signing_keys
from services.runtime.errors import AlreadyExists, NotFound, Unauthenticated
from services.runtime.stores import postgres
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.paging import Page, PageResult
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_paging import Keyset
from services.runtime.stores.unit_of_work import Row, Tracked

_ADMINISTRATORS = "administrators"
_NEWEST_FIRST = Keyset((clients.c.create_time, clients.c.client_id), descending=True)
_OF_INDEX = accounts.c.email_index == bindparam("index")
_CREDENTIALS = select(accounts.c.account_id, accounts.c.password_hash).where(_OF_INDEX)
# One process at a time looks after the keys.
_KEYS = "signing keys"


class Accounts(SecretRepository[Account]):
    """The accounts, found by id or by e-mail address."""

    table, key = accounts, "account_id"
    subject, record_class = "account_id", "account"
    personal = ("email", "full_name", "personnel_number")
    unaudited = (
        "email_index", "email", "full_name", "password_hash", "personnel_index", "personnel_number", "invitation_hash",
    )  # fmt: skip
    apart = ("email", "full_name", "password_hash", "personnel_number", "invitation_hash")

    def write(self, tracked: Tracked[Account], row: Row, changed: Row) -> None:
        """Writes the account, and revokes the access tokens of earlier epochs."""
        super().write(tracked, row, changed)
        if tracked.before is not None and "epoch" in changed:
            revoke(self._uow, row["account_id"], row["epoch"], row["update_time"])

    def assemble(self, row: Row) -> dict[str, Any]:
        """Who it is and how it signs in."""
        return {name: row[name] or "" for name in self.apart}

    def secrets(self, aggregate: Account) -> dict[str, Any]:
        """Who it is and how it signs in; nothing once it is erased."""
        if aggregate.erase_time is not None:
            return dict.fromkeys(self.unaudited)
        number = aggregate.personnel_number
        return {
            "email_index": self.cipher.index(normal(aggregate.email)),
            "email": aggregate.email,
            "full_name": aggregate.full_name,
            "password_hash": aggregate.password_hash,
            "personnel_index": self.cipher.index(_personnel(number)) if number else None,
            "personnel_number": number or None,
            "invitation_hash": aggregate.invitation_hash or None,
        }

    def invited(self, token_hash: str) -> Account:
        """The account of an invitation, for a change; Unauthenticated INVITATION_INVALID."""
        row = self._one(accounts.c.invitation_hash == token_hash, lock=True)
        if row is None:
            raise Unauthenticated("the invitation is not valid", reason="INVITATION_INVALID")
        return self.tracked(row)

    def first_of(self, personnel_number: str) -> str | None:
        """The first account of the person with this number, if any; others with it wait for this transaction."""
        index = self.cipher.index(_personnel(personnel_number))
        self._uow.take_advisory_lock(index, with_next=True)
        # Accounts of before are kept by a number that has what stood between its letters and digits.
        known = {index, self.cipher.index(f"personnel {personnel_number.lower()}")}
        row = self._one(accounts.c.personnel_index.in_(known), lock=False)
        return None if row is None else str(row["first_account_id"] or row["account_id"])

    def roles_beside(self, account: Account) -> frozenset[Role]:
        """The roles that the same person has by other accounts, which are locked; a person is one, however many."""
        same = (accounts.c.first_account_id == account.holder_id) | (accounts.c.account_id == account.holder_id)
        query = select(accounts.c.roles).where(same, accounts.c.account_id != account.account_id)
        rows = self._uow.connection.execute(query.order_by(accounts.c.account_id).with_for_update()).scalars()
        return frozenset(Role[name] for roles in rows for name in roles)

    def holding(self, roles: frozenset[Role]) -> list[str]:
        """The accounts of staff who have joined, and have one of these roles."""
        named = accounts.c.roles.overlap([role.name for role in roles])
        there = accounts.c.join_time.is_not(None), accounts.c.disable_time.is_(None), accounts.c.erase_time.is_(None)
        mine = accounts.c.kind == AccountKind.STAFF.name, named, *there
        return list(self._uow.connection.scalars(select(accounts.c.account_id).where(*mine)))

    def administrators(self) -> int:
        """How many persons who have joined are administrators; others that count wait for this transaction."""
        self._uow.take_advisory_lock(_ADMINISTRATORS, with_next=True)
        holder = func.coalesce(accounts.c.first_account_id, accounts.c.account_id)
        query = select(func.count(distinct(holder))).where(
            accounts.c.kind == AccountKind.STAFF.name,
            accounts.c.roles.contains([Role.ADMIN.name]),
            accounts.c.join_time.is_not(None),
        )
        return int(self._uow.connection.execute(query).scalar_one())

    def credentials(self, email: str) -> tuple[str, str]:
        """Id and password hash of who signs in with the address, empty where no one does; no seal is opened for it.

        Who has an account would be told by how long that takes.
        """
        row = self._uow.connection.execute(_CREDENTIALS, {"index": self.cipher.index(normal(email))}).one_or_none()
        return (row.account_id, row.password_hash or "") if row is not None else ("", "")

    def by_email(self, email: str) -> Account | None:
        """The account that signs in with the address, for a change."""
        return self.of_index(self.cipher.index(normal(email)))

    def of_index(self, address_index: str) -> Account | None:
        """The account whose address has this blind index, for a change."""
        row = self._read_by("email_index", address_index, lock=True)
        return None if row is None else self.tracked(row)

    def may_be_of(self, customer_id: str) -> bool:
        """Whether an account may be made for a customer, who is not erased; an erasure waits for this transaction."""
        return self._unit.data_keys.of(customer_id, self.record_class).secret is not None

    def known(self, account_id: str) -> Account | None:
        """The account for a change, None for a customer who has none; one that is being made is waited for."""
        row = self._read(account_id, lock=True)
        if row is None:
            self._unit.data_keys.of(account_id, self.record_class)
            row = self._read(account_id, lock=True)
        return None if row is None else self.tracked(row)

    def powers(self, account_id: str) -> Account | None:
        """The account to look at for what it may do, without whose it is; no seal is opened for it."""
        row = self._read(account_id, lock=False)
        return None if row is None else self.loaded(self.unopened(row))

    def lock(self, account_id: str) -> None:
        """Has others that change the account, or sign in by it, wait for this transaction; NotFound."""
        if self._read(account_id, lock=True) is None:
            raise self._not_found(account_id)

    def live(self, account_id: str) -> Account:
        """The account for a change; NotFound for one that is erased."""
        account = self.get(account_id)
        if account.erase_time is not None:
            raise NotFound(f"account {account_id} is erased")
        return account

    def list_staff(self, role: Role | None, page: Page) -> PageResult[Account]:
        """Staff by e-mail address, those with a role or all.

        Sealed addresses cannot be sorted by the database; staff are few enough to be sorted here.
        """
        query = select(accounts).where(accounts.c.kind == AccountKind.STAFF.name, accounts.c.erase_time.is_(None))
        if role is not None:
            query = query.where(accounts.c.roles.contains([role.name]))
        found = [self.loaded(dict(row)) for row in self._uow.connection.execute(query).mappings()]
        found.sort(key=lambda account: normal(account.email))
        name = f"users:{role}"
        if after := page.position(name):
            # The token names an account, which may have left this list since, and no address: tokens end up in URLs.
            last = self.find(after[0])
            found = [account for account in found if last and normal(account.email) > normal(last.email)]
        return PageResult.cut(found[: page.size + 1], page, name, lambda account: (account.account_id,))

    def seal_older(self, key: str) -> bool:
        """Destroys the key of one who was erased before accounts had keys, too: nothing is sealed for them any more."""
        row = self._read(key, lock=True)
        if row is not None and row["erase_time"] is not None:
            self._unit.data_keys.forget(key, row["erase_time"], {self.record_class: None})
        return super().seal_older(key)

    def _one(self, condition: ColumnElement[bool], *, lock: bool) -> Row | None:
        """The first row by age, which has it."""
        query = select(accounts).where(condition).order_by(accounts.c.create_time, accounts.c.account_id).limit(1)
        row = self._uow.connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return None if row is None else dict(row)

    def refused(self, taken: AlreadyExists) -> AlreadyExists:
        """Ids are never taken, so it is the address."""
        return email_taken()


def _personnel(number: str) -> str:
    """A personnel number as persons are distinguished by it: by letters and digits alone, and it is no address."""
    return "personnel " + "".join(filter(str.isalnum, number)).lower()


class Clients(SecretRepository[Client]):
    """The partners' clients."""

    table, key = clients, "client_id"
    unaudited, apart = ("secret_hash", "roles"), ("secret_hash",)

    def write(self, tracked: Tracked[Client], row: Row, changed: Row) -> None:
        """Writes the client, and revokes its access tokens once it is revoked."""
        super().write(tracked, row, changed)
        if changed.get("revoke_time") is not None:
            revoke(self._uow, row["client_id"], FOR_EVER, row["revoke_time"])

    def assemble(self, row: Row) -> dict[str, Any]:
        """What proves the client."""
        return {"secret_hash": row["secret_hash"]}

    def secrets(self, aggregate: Client) -> dict[str, Any]:
        """What proves the client; empty once it is revoked, which is no secret's hash."""
        return {"secret_hash": aggregate.secret_hash}

    def page(self, page: Page, revoked: bool) -> PageResult[Client]:
        """The clients, newest first, those that were revoked too or not."""
        query = select(clients) if revoked else select(clients).where(clients.c.revoke_time.is_(None))
        found = _NEWEST_FIRST.read(self._uow.connection, query, page, f"clients:{revoked}")
        return found.map(self.loaded)


class Keys(SecretRepository[SigningKey]):
    """The signing keys."""

    table, key = signing_keys, "key_id"
    unaudited = apart = ("private_jwk",)

    def assemble(self, row: Row) -> dict[str, Any]:
        """The private half."""
        return {"private_jwk": self.cipher.decrypt(row["private_jwk"]) if row["private_jwk"] else ""}

    def secrets(self, aggregate: SigningKey) -> dict[str, Any]:
        """The private half, until it is destroyed."""
        return {"private_jwk": self.cipher.encrypt(aggregate.private_jwk) if aggregate.private_jwk else None}

    def live(self) -> list[SigningKey]:
        """The keys that are not retired, for a change; one process at a time."""
        self._uow.take_advisory_lock(_KEYS, with_next=True)
        query = select(signing_keys).where(signing_keys.c.retire_time.is_(None)).order_by(signing_keys.c.create_time)
        return [self.tracked(dict(row)) for row in self._uow.connection.execute(query).mappings().all()]


class UnitOfWork(postgres.UnitOfWork):
    """The transaction of a use case of this service; it has no events to publish."""

    def __init__(self, database: Postgres, cipher: FieldCipher) -> None:
        super().__init__(database, None)
        self.cipher = cipher
        self.accounts = Accounts(self, cipher)
        self.sessions = Sessions(self, cipher)
        self.devices = Devices(self, cipher)
        self.links = Links(self, cipher)
        self.mails = Mails(self, cipher)
        self.registrations = Registrations(self, cipher)
        self.failures = Failures(self, cipher)
        self.factors = Factors(self, cipher)
        self.challenges = Challenges(self, cipher)
        self.resets = FactorResets(self)
        self.grants = RoleGrants(self)
        self.clients = Clients(self, cipher)
        self.assertions = Assertions(self)
        self.consents = Consents(self)
        self.codes = Codes(self, cipher)
        self.keys = Keys(self, cipher)
        self.revoked = Revoked(self)

    def next_token(self, refresh_token: str) -> str:
        """The refresh token that follows one: for each always the same, and for no one else to find out."""
        return self.cipher.index(f"after refresh token {refresh_token}")
