"""The MongoDB API: SecantusDB, every commit on the disk; a database, a user and a password for each service."""

import subprocess
import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services import catalog
from stack import probes, programs
from stack.layout import Layout

ADMIN = "admin"
DATABASES = tuple(s.name for s in catalog.SERVICES if s.storage is catalog.Storage.MONGO)
FIRST_START_SECONDS = 20


def command(layout: Layout) -> list[str]:
    """The server; everybody must log in, by TLS."""
    return [*_open_command(layout), "--auth"]


def prepare(layout: Layout) -> None:
    """Makes the users the first time.

    The server makes no users once it asks for a log-in, so it runs for a moment without: bound to loopback, empty.
    """
    if _marker(layout).exists():
        return
    with (
        (layout.folder("logs") / "mongo-users.log").open("w") as log,
        subprocess.Popen(_open_command(layout), stdout=log, stderr=subprocess.STDOUT) as server,
    ):
        try:
            _make_users(layout)
        finally:
            server.terminate()
    _marker(layout).touch()


def ready(layout: Layout) -> None:
    """Returns when the administrator can log in."""
    probes.port_open(layout.ports.of("mongo"))
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        found.admin.command("ping")


def _open_command(layout: Layout) -> list[str]:
    leaf = layout.pki / "mongo"
    return [
        programs.script("secantusd-py"), "--host", "127.0.0.1", "--port", str(layout.ports.of("mongo")),
        "--storage-path", str(layout.folder("mongo") / "data"), "--sync-on-commit", "--cache-size", "128M",
        "--log-level", "WARNING",
        "--tls-cert-file", str(leaf / "tls.pem"), "--tls-key-file", str(leaf / "tls.key"),
    ]  # fmt: skip


def _make_users(layout: Layout) -> None:
    with client(layout) as found:
        _wait(found)
        _make_user(found, ADMIN, ADMIN, layout.secret("mongo-admin"), "root")
        for name in DATABASES:
            _make_user(found, name, name, layout.secret(f"mongo-{name}"), "dbOwner")


def _make_user(client: MongoClient[dict[str, Any]], database: str, name: str, password: str, role: str) -> None:
    known = client[database].command("usersInfo", name)["users"]
    client[database].command(
        "updateUser" if known else "createUser", name, pwd=password, roles=[{"role": role, "db": database}]
    )


def _wait(client: MongoClient[dict[str, Any]]) -> None:
    deadline = time.monotonic() + FIRST_START_SECONDS
    while True:
        try:
            client.admin.command("ping")
            return
        except PyMongoError:
            if time.monotonic() > deadline:
                raise


def client(layout: Layout, **login: Any) -> MongoClient[dict[str, Any]]:
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
    return layout.folder("mongo") / "users-made"
