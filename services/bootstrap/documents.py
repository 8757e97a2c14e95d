"""A service's databases in MongoDB: its user, and the audit trail beside, of which it may read and insert alone.

The role that says so is kept with the trail, so that who may make it has no right at other databases. Only what is
missing is made; the service's own collections are its own to make.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from services.bootstrap.settings import DocumentStoreSettings
from services.runtime.stores import mongo_schema

Client = MongoClient[dict[str, Any]]
Role = dict[str, str]


def roles(service: str) -> tuple[Role, Role]:
    """The roles of a service's user."""
    trail = mongo_schema.trail(service)
    return {"role": "readWrite", "db": service}, {"role": writer(service), "db": trail}


def writer(service: str) -> str:
    """The role that reads and inserts into a service's audit trail."""
    return f"{mongo_schema.trail(service)}_writer"


def databases(settings: DocumentStoreSettings, service: str) -> Iterator[str]:
    """Makes the trail, the role and the user; yields a line for each thing that was missing. PyMongoError."""
    with connect(settings) as client:
        yield from make(client, service, settings.service_password_file.read_text().strip())


def make(client: Client, service: str, password: str) -> Iterator[str]:
    """The same by a client that has signed in."""
    trail = client[mongo_schema.trail(service)]
    if {each.name for each in mongo_schema.TRAIL} - {*trail.list_collection_names()}:
        yield f"made the audit trail {trail.name}"
    # Indexes that a later version added are made, too; those that are there stay.
    make_trail(trail)
    known = trail.command("rolesInfo", writer(service))["roles"]
    # A search that has enough ends its cursor.
    actions = ["find", "insert", "killCursors"]
    privilege = {"resource": {"db": trail.name, "collection": ""}, "actions": actions}
    trail.command("updateRole" if known else "createRole", writer(service), privileges=[privilege], roles=[])
    if not known:
        yield f"made the role {writer(service)}"
    if not client[service].command("usersInfo", service)["users"]:
        client[service].command("createUser", service, pwd=password, roles=list(roles(service)))
        yield f"made the user {service}"


def make_trail(database: Database[dict[str, Any]]) -> None:
    """Makes the collections of an audit trail, which the service itself may not."""
    for each in mongo_schema.TRAIL:
        each.create(database)


def lacking(settings: DocumentStoreSettings, service: str) -> Iterator[str]:
    """What the platform still has to provide for all this; a sentence each. PyMongoError when there is no log-in."""
    with connect(settings) as client:
        signed_in = client.admin.command("connectionStatus")["authInfo"]
        held = {(each["role"], each["db"]) for each in signed_in["authenticatedUserRoles"]}
    for name in (service, mongo_schema.trail(service)):
        for role in ("userAdmin", "dbAdmin"):
            if not held & {(role, name), ("dbOwner", name), ("root", "admin")}:
                yield f"the user {settings.user} lacks the role {role} on {name}: db.grantRolesToUser"


@contextmanager
def connect(settings: DocumentStoreSettings) -> Iterator[Client]:
    """A client under the bootstrap's log-in."""
    tls: dict[str, Any] = {} if settings.tls.plaintext else {"tls": True, "tlsCAFile": str(settings.tls.authority_file)}
    with MongoClient(
        settings.host, settings.port, username=settings.user, password=settings.password_file.read_text().strip(),
        authSource=settings.login_database, replicaSet=settings.replica_set or None,
        directConnection=not settings.replica_set, serverSelectionTimeoutMS=5_000, **tls,
    ) as client:  # fmt: skip
        yield client
