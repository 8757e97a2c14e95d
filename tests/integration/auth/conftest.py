"""The auth service on a real server and a real database, with a clock that tests move."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from loanflow.auth.v1 import auth_service_pb2 as pb
from services.auth.handlers import App
from services.auth.hashing import Hashing
from services.auth.key_rotation import RotatingKeys
from services.auth.passwords import Passwords
from services.auth.servicer import AuthServicer
from services.auth.store import UnitOfWork
from services.auth.token_issuer import Issuer
from services.runtime import context
from services.runtime.context import Caller
from services.runtime.ids import new_id
from services.runtime.stores import encryption
from services.runtime.stores.encryption import FieldCipher
from services.runtime.stores.postgres import Postgres
from tests.fakes.clock import FakeClock
from tests.harness import ANONYMOUS, AUDIENCE, ISSUER, Servers, service, staff
from tests.integration.conftest import FreshPostgres

PASSWORD = "correct horse battery"


@dataclass
class Auth:
    """The service under test, and what tests look at."""

    app: App
    database: Postgres
    cipher: FieldCipher
    clock: FakeClock
    servicer: AuthServicer
    servers: Servers

    def begin(self) -> UnitOfWork:
        """A unit of work on the same database."""
        return UnitOfWork(self.database, self.cipher)

    def client(self, caller: Caller = ANONYMOUS) -> Any:
        """A stub for the caller."""
        return self.servers(self.servicer, caller, store=self.database)

    def customer(self, email: str, password: str = PASSWORD, customer_id: str = "") -> str:
        """Registers a customer's account; gives its id."""
        request = pb.RegisterAccountRequest(customer_id=customer_id or new_id(), email=email, password=password)
        return str(self.client(service("customer")).RegisterAccount(request).account_id)

    def user(self, email: str, *roles: str) -> Any:
        """Makes a staff account."""
        values = [f"ROLE_{role}" for role in roles]
        request = pb.CreateUserRequest(email=email, password=PASSWORD, full_name="Otto Officer", roles=values)
        return self.client(staff("ADMIN")).CreateUser(request).user

    def login(self, email: str, password: str = PASSWORD) -> Any:
        """Signs in."""
        return self.client().Login(pb.LoginRequest(email=email, password=password))

    def refresh(self, token: str) -> Any:
        """Gives the next pair of tokens."""
        return self.client().Refresh(pb.RefreshRequest(refresh_token=token)).tokens

    def everything(self) -> str:
        """All that the database holds, as text."""
        tables = "accounts", "sessions", "refresh_tokens", "sign_in_failures", "clients", "signing_keys", "audit"
        with self.database.engine.connect() as connection:
            return "\n".join(
                str(row) for table in tables for row in connection.execute(text(f"SELECT t::text FROM {table} t"))
            )

    def audit(self, kind: str) -> list[Any]:
        """The audit rows of one kind of aggregate, oldest first."""
        query = text("SELECT * FROM audit WHERE aggregate_type = :kind ORDER BY position")
        with self.database.engine.connect() as connection:
            return list(connection.execute(query, {"kind": kind}).mappings())


@pytest.fixture
def quick_hasher() -> PasswordHasher:
    """Hashes that cost nothing."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def auth(quick_hasher: PasswordHasher, fresh_postgres: FreshPostgres, client_for: Servers, tmp_path: Path) -> Auth:
    """The service, with its first key."""
    database, clock = fresh_postgres("auth"), FakeClock()
    key_file = tmp_path / "key"
    key_file.write_text(encryption.new_secret())
    cipher = FieldCipher(key_file)

    def begin() -> UnitOfWork:
        return UnitOfWork(database, cipher)

    keys = RotatingKeys(begin, clock)
    app = App(begin, clock, Passwords(Hashing(), quick_hasher), Issuer(ISSUER, AUDIENCE, "https://edge.example"), keys)
    with context.background("auth", "test"):
        keys.refresh()
    return Auth(app, database, cipher, clock, AuthServicer(app), client_for)
