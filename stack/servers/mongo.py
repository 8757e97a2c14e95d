"""The MongoDB API: SecantusDB, every commit on the disk; a database, a user and a password for each service.

Beside it a database with the service's audit trail, of which it may read and insert, and nothing else.
"""

import secrets
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services import catalog
from services.bootstrap import documents
from stack import probes, programs
from stack.layout import Layout, write_private

ADMIN = "admin"
DATABASES = tuple(s.name for s in catalog.SERVICES if s.storage is catalog.Storage.MONGO)
FIRST_START_SECONDS = 60
# What open transactions have changed cannot leave the cache: at a fifth of it, WiredTiger has every thread make room,
# those with the transactions among them, and for tens of seconds nothing ends. 128M was too little for a few thousand
# events at once.
CACHE = "512M"
Client = MongoClient[dict[str, Any]]


def command(layout: Layout) -> list[str]:
    """The server; everybody must log in, by TLS."""
    return [*_open_command(layout), "--auth"]


def prepare(layout: Layout, make: Callable[[Client, Layout], None] | None = None) -> None:
    """Makes the users the first time; those of all services, unless `make` is for others.

    The server makes no users once it asks for a log-in, so it runs for a moment without: bound to loopback, empty.
    """
    if _marker(layout).exists():
        return
    with (
        layout.log("mongo-users").open("w") as log,
        subprocess.Popen(_open_command(layout), stdout=log, stderr=subprocess.STDOUT) as server,
    ):
        try:
            with client(layout) as found:
                _wait(found)
                (make or _make_users)(found, layout)
        finally:
            server.terminate()
    _marker(layout).touch()


def ready(layout: Layout) -> None:
    """Returns when the administrator can log in."""
    probes.port_open(layout.ports.of("mongo"))
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        found.admin.command("ping")


def settle(layout: Layout) -> None:
    """Makes the second user of each service, for the log-in that alternates."""
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in DATABASES:
            if not found[name].command("usersInfo", other(name))["users"]:
                _make_user(found, name, other(name), secrets.token_hex(32), *documents.roles(name))


def login(layout: Layout, name: str) -> str:
    """The present log-in of a service: user and password, a line each."""
    file = layout.state / "secrets" / f"mongo-login-{name}"
    if not file.exists():
        password = layout.secret(f"mongo-{name}")
        write_private(file, f"{name}\n{password}")
    return file.read_text()


def rotate(layout: Layout, name: str) -> None:
    """Gives the user whose turn it is not a new password, and then it the turn; that of the other stays as it is."""
    user, password = name, secrets.token_hex(32)
    if login(layout, name).startswith(f"{name}\n"):
        user = other(name)
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        _make_user(found, name, user, password, *documents.roles(name))
    write_private(layout.state / "secrets" / f"mongo-login-{name}", f"{user}\n{password}")


def renew_logins(layout: Layout) -> None:
    """Gives the users the passwords of their present log-ins: restored, they have those of the backup."""
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in DATABASES:
            user, password = login(layout, name).split("\n")
            _make_user(found, name, user, password, *documents.roles(name))


def keep_users(layout: Layout) -> None:
    """Has the next start leave the users as they are: they came with a restored data folder."""
    _marker(layout).touch()


def other(name: str) -> str:
    """The second user of a service."""
    return f"{name}-other"


def _open_command(layout: Layout) -> list[str]:
    leaf = layout.pki / "mongo"
    return [
        programs.script("secantusd-py"), "--host", "127.0.0.1", "--port", str(layout.ports.of("mongo")),
        "--storage-path", str(layout.folder("mongo") / "data"), "--sync-on-commit", "--cache-size", CACHE,
        "--log-level", "WARNING",
        "--tls-cert-file", str(leaf / "tls.pem"), "--tls-key-file", str(leaf / "tls.key"),
    ]  # fmt: skip


def make_administrator(client: Client, layout: Layout) -> None:
    """Makes the administrator, who is the first user there must be."""
    _make_user(client, ADMIN, ADMIN, layout.secret("mongo-admin"), {"role": "root", "db": ADMIN})


def _make_users(client: Client, layout: Layout) -> None:
    make_administrator(client, layout)
    for name in DATABASES:
        for _ in documents.make(client, name, layout.secret(f"mongo-{name}")):
            pass


def _make_user(client: Client, database: str, name: str, password: str, *roles: documents.Role) -> None:
    known = client[database].command("usersInfo", name)["users"]
    client[database].command("updateUser" if known else "createUser", name, pwd=password, roles=list(roles))


def _wait(client: Client) -> None:
    deadline = time.monotonic() + FIRST_START_SECONDS
    while True:
        try:
            client.admin.command("ping")
            return
        except PyMongoError:
            if time.monotonic() > deadline:
                raise


def client(layout: Layout, **login: Any) -> Client:
    """A client by TLS, under the log-in that is given as PyMongo has it."""
    return MongoClient(
        "127.0.0.1",
        layout.ports.of("mongo"),
        directConnection=True,
        serverSelectionTimeoutMS=1000,
        tls=True,
        tlsCAFile=str(layout.pki / "ca.pem"),
        **login,
    )


def _marker(layout: Layout) -> Path:
    # Another name than before the role of the audit trail was kept in its own database: made again there.
    return layout.folder("mongo") / "users-and-trails-made"
