"""What a platform provides before anything of ours is deployed to it, as docs/platform.md lists it.

The parts are as their makers deliver them: with administrators' log-ins and nothing else.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from services import catalog
from stack import environment, pki
from stack.layout import Layout
from stack.part import Part
from stack.servers import engines, mongo, objects, openbao, postgres


def bare(part: Part) -> Part:
    """A part without what the local stack makes in it for the services."""
    if part.name == "mongo":
        return replace(part, settle=None, prepare=partial(mongo.prepare, make=mongo.make_administrator))
    # The registry's own database is the platform's.
    return replace(part, settle=_registry_database if part.name == "postgres" else None)


def all_of_it(layout: Layout, issuer: str, keys: Iterable[str]) -> None:
    """What is provided for everything that is deployed."""
    shared(layout, issuer, keys)
    for name in catalog.BY_NAME:
        for_service(layout, name)


def shared(layout: Layout, issuer: str, keys: Iterable[str]) -> None:
    """Once: engines of OpenBao, its sign-in by service accounts, whoever rotates passwords, the deploy step.

    The cluster signs tokens of service accounts as `issuer`, with one of the `keys` (public, PEM).
    """
    openbao.settle(layout)
    admin = openbao.client(layout, signed_in=True)
    engines.mount(admin)
    engines.issue_certificates(layout, admin)
    with postgres.admin(layout) as connection:
        password = layout.secret(f"postgres-{postgres.ROTATOR}")
        if _lacks(connection, postgres.ROTATOR):
            connection.execute(f"CREATE ROLE {postgres.ROTATOR} LOGIN CREATEROLE PASSWORD '{password}'".encode())
    engines.connect_database(layout, admin)
    if "jwt/" not in admin.sys.list_auth_methods()["data"]:
        admin.sys.enable_auth_method("jwt")
    admin.adapter.post("/v1/auth/jwt/config", json={"jwt_validation_pubkeys": [*keys], "bound_issuer": issuer})
    let_in(admin, pki.DEPLOY, openbao.deploy_policy())
    engines.keep_static(admin, pki.DEPLOY, {"registry-password": layout.secret(f"registry-{pki.DEPLOY}")})
    # The job that locks the heads of audit chains has the operator's identity, and a certificate of it for Kafka.
    admin.adapter.post(f"/v1/{engines.PKI}/roles/{pki.OPERATOR}", json=engines.certificate_role(pki.OPERATOR))
    let_in(admin, pki.OPERATOR, openbao.operator_policy())
    engines.keep_static(admin, pki.OPERATOR, {"anchors-secret-key": objects.anchors_key(layout).read_text()})
    objects.settle(layout, owners=())


def for_service(layout: Layout, name: str, *, without: str = "") -> None:
    """For a service: its log-ins, its rights at OpenBao, its secrets there; `without` is a secret that is left out."""
    admin = openbao.client(layout, signed_in=True)
    let_in(admin, f"{name}-bootstrap", openbao.bootstrap_policy(name))
    let_in(admin, name, openbao.policy(name))
    own = {f"registry-{name}-bootstrap": "registry-password", f"s3-{name}-bootstrap": "objects-secret-key"}
    kept = {field: layout.secret(secret) for secret, field in own.items()}
    static = environment.static_secrets(layout, name)
    if name in postgres.SERVICES:
        kept["postgres-password"] = layout.secret(f"postgres-{name}-bootstrap")
        _log_in_at_rows(layout, name, kept["postgres-password"])
    else:
        kept["mongo-password"] = layout.secret(f"mongo-{name}-bootstrap")
        present, _ = engines.static(admin, f"{name}-bootstrap")
        kept["mongo-service-password"] = present.get("mongo-service-password") or secrets.token_hex(16)
        static["mongo-password"] = kept["mongo-service-password"]
        if not present:
            _log_in_at_documents(layout, name, kept["mongo-password"])
    engines.keep_static(admin, f"{name}-bootstrap", kept)
    engines.keep_static(admin, name, {key: value for key, value in static.items() if key != without})


def let_in(admin: Any, role: str, policy: str) -> None:
    """Lets the pods of a service account sign in at OpenBao, under a policy of its name."""
    admin.sys.create_or_update_policy(role, policy)
    admin.adapter.post(f"/v1/auth/jwt/role/{role}", json=engines.service_account_role(role))


def _log_in_at_rows(layout: Layout, name: str, password: str) -> None:
    with postgres.admin(layout) as connection:
        if _lacks(connection, f"{name}_bootstrap"):
            made = f"CREATE ROLE {name}_bootstrap LOGIN CREATEROLE CREATEDB PASSWORD '{password}'"
            connection.execute(made.encode())


def _log_in_at_documents(layout: Layout, name: str, password: str) -> None:
    with mongo.client(layout, username="admin", password=layout.secret("mongo-admin")) as client:
        rights = [{"role": role, "db": each} for each in (name, f"{name}_audit") for role in ("userAdmin", "dbAdmin")]
        client["admin"].command("createUser", f"{name}_bootstrap", pwd=password, roles=rights)


def _registry_database(layout: Layout) -> None:
    with postgres.admin(layout) as connection:
        if _lacks(connection, "registry"):
            password = layout.secret("postgres-registry")
            connection.execute(f"CREATE ROLE registry LOGIN PASSWORD '{password}'".encode())
            connection.execute("CREATE DATABASE registry OWNER registry")


def _lacks(connection: Any, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None
