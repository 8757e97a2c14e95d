"""The MongoDB API: SecantusDB, every commit on the disk; a database, a user and a password for each service.

Beside it a database with the service's audit trail, of which it may read and insert, and nothing else.
"""

import secrets
import subprocess
import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from services import catalog
from services.runtime.stores import mongo_schema
from stack import probes, programs
from stack.layout import Layout, write_private

ADMIN = "admin"
DATABASES = tuple(s.name for s in catalog.SERVICES if s.storage is catalog.Storage.MONGO)
FIRST_START_SECONDS = 20
Role = dict[str, str]


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


def settle(layout: Layout) -> None:
    """Makes the second user of each service, for the log-in that alternates."""
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in DATABASES:
            if not found[name].command("usersInfo", other(name))["users"]:
                _make_user(found, name, other(name), secrets.token_hex(32), *_roles(name))


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
        _make_user(found, name, user, password, *_roles(name))
    write_private(layout.state / "secrets" / f"mongo-login-{name}", f"{user}\n{password}")


def renew_logins(layout: Layout) -> None:
    """Gives the users the passwords of their present log-ins: restored, they have those of the backup."""
    with client(layout, username=ADMIN, password=layout.secret("mongo-admin")) as found:
        for name in DATABASES:
            user, password = login(layout, name).split("\n")
            _make_user(found, name, user, password, *_roles(name))


def keep_users(layout: Layout) -> None:
    """Has the next start leave the users as they are: they came with a restored data folder."""
    _marker(layout).touch()


def other(name: str) -> str:
    """The second user of a service."""
    return f"{name}-other"


def _roles(name: str) -> tuple[Role, Role]:
    return {"role": "readWrite", "db": name}, {"role": f"{mongo_schema.trail(name)}_writer", "db": ADMIN}


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
        _make_user(found, ADMIN, ADMIN, layout.secret("mongo-admin"), {"role": "root", "db": ADMIN})
        for name in DATABASES:
            trail = mongo_schema.trail(name)
            make_trail(found[trail])
            _make_role(found, f"{trail}_writer", trail)
            _make_user(found, name, name, layout.secret(f"mongo-{name}"), *_roles(name))


def make_trail(database: Database[dict[str, Any]]) -> None:
    """Makes the collections of an audit trail, which the service itself may not."""
    for each in mongo_schema.TRAIL:
        each.create(database)


def _make_role(client: MongoClient[dict[str, Any]], name: str, database: str) -> None:
    """A role that reads and inserts; in the administrator's database, so that no service can change it."""
    known = client[ADMIN].command("rolesInfo", name)["roles"]
    privilege = {"resource": {"db": database, "collection": ""}, "actions": ["find", "insert"]}
    client[ADMIN].command("updateRole" if known else "createRole", name, privileges=[privilege], roles=[])


def _make_user(client: MongoClient[dict[str, Any]], database: str, name: str, password: str, *roles: Role) -> None:
    known = client[database].command("usersInfo", name)["users"]
    client[database].command("updateUser" if known else "createUser", name, pwd=password, roles=list(roles))


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
    # Another name than before the audit trail had a database of its own: made again there, with its role.
    return layout.folder("mongo") / "users-and-roles-made"
