"""The engines of OpenBao as the services use them, by the deploy step: static secrets, passwords, certificates.

Whatever follows from the table of services is made for each of them, however often; what is there stays.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hvac import exceptions

from services import catalog
from services.bootstrap import beside
from stack import environment, papers, pki
from stack.layout import Layout
from stack.servers import openbao, postgres

KV, DATABASE, PKI, SETTINGS = "kv", "database", "pki", "settings"
# So many versions of the dynamic settings are kept, to be looked at and gone back to.
SETTINGS_VERSIONS = 1000
# How long a service's certificate holds; it is replaced when two thirds of that are over.
CERTIFICATE_TIME, MOST_TIME = "4h", "24h"
# SeaweedFS looks for a new pair every five hours, and not sooner.
SLOW = ("s3",)
_KV_SECONDS = 30


def settle(layout: Layout) -> None:
    """Makes the engines, and in them what each service needs."""
    admin = openbao.client(layout, signed_in=True)
    mount(admin)
    issue_certificates(layout, admin)
    rotate_passwords(layout, admin)
    papers.settle(layout, admin)
    for name in catalog.BY_NAME:
        keep_static(admin, name, environment.static_secrets(layout, name))


def mount(admin: Any) -> None:
    """Mounts the engines, each at its own path."""
    mounted = admin.sys.list_mounted_secrets_engines()["data"]
    versions = {"version": "2"}
    engines = {KV: (KV, versions), SETTINGS: (KV, versions), DATABASE: (DATABASE, None), PKI: (PKI, None)}
    for path, (kind, options) in engines.items():
        if f"{path}/" not in mounted:
            admin.sys.enable_secrets_engine(kind, path, options=options, config={"max_lease_ttl": "2400h"})
    _when_ready(lambda: admin.secrets.kv.v2.configure(SETTINGS_VERSIONS, cas_required=True, mount_point=SETTINGS))


def issue_certificates(layout: Layout, admin: Any) -> None:
    """Makes the engine an authority under the root, whose key never leaves it, with a role for each service."""
    root = pki.load_authority(layout.pki)
    present = admin.adapter.get(f"/v1/{PKI}/ca/pem", raise_exception=False)
    text = present.text if hasattr(present, "text") else ""
    if not text or not pki.is_issued_under(root, text.encode(), pki.ISSUING_LIFE / 3):
        names = {"common_name": "LoanFlow services", "key_type": "ec", "key_bits": 256}
        request = admin.adapter.post(f"/v1/{PKI}/intermediate/generate/internal", json=names)["data"]["csr"]
        signed = admin.adapter.post(
            f"/v1/{PKI}/intermediate/set-signed", json={"certificate": pki.sign_issuer(root, request)}
        )
        # An issuer of before, under another root or about to expire, issues nothing more.
        admin.adapter.post(f"/v1/{PKI}/config/issuers", json={"default": signed["data"]["imported_issuers"][0]})
    for name in (*catalog.BY_NAME, *pki.RENEWED):
        admin.adapter.post(f"/v1/{PKI}/roles/{name}", json=certificate_role(name))


def certificate_role(name: str) -> dict[str, object]:
    """What a certificate of a service may say, and for how long."""
    return {
        "allowed_uri_sans": [pki.spiffe_id(name)], "allowed_domains": [name, "localhost"],
        "allow_bare_domains": True, "allow_subdomains": False, "allow_localhost": True, "allow_ip_sans": True,
        "key_type": "ec", "key_bits": 256, "server_flag": True, "client_flag": True,
        "ttl": MOST_TIME if name in SLOW else CERTIFICATE_TIME, "max_ttl": MOST_TIME,
        "not_before_duration": "5m", "no_store": True,
    }  # fmt: skip


def service_account_role(name: str) -> dict[str, object]:
    """How a pod of a service signs in by JWT: by the token that the cluster projects for its service account."""
    return {
        "role_type": "jwt", "user_claim": "sub", "bound_subject": f"system:serviceaccount:loanflow:{name}",
        "bound_audiences": ["openbao"], "token_policies": [name], "token_ttl": "1h",
    }  # fmt: skip


def rotate_passwords(layout: Layout, admin: Any) -> None:
    """Hands the passwords of the services' roles over to the engine, which changes each at once, and then daily."""
    connect_database(layout, admin)
    known = _listed(admin, f"{DATABASE}/static-roles")
    for name in postgres.SERVICES:
        if name not in known:
            admin.adapter.post(f"/v1/{DATABASE}/static-roles/{name}", json=beside.static_role(name))


def connect_database(layout: Layout, admin: Any) -> None:
    """Has the engine reach PostgreSQL, as the role that may change the passwords of others."""
    where = f"127.0.0.1:{layout.ports.of('postgres')}/{postgres.ADMIN}"
    connection = {
        "plugin_name": "postgresql-database-plugin",
        "allowed_roles": list(postgres.SERVICES),
        "connection_url": f"postgresql://{{{{username}}}}:{{{{password}}}}@{where}?sslmode=verify-full"
        f"&sslrootcert={layout.pki / 'ca.pem'}",
        "username": postgres.ROTATOR,
        "password": layout.secret(f"postgres-{postgres.ROTATOR}"),
        # The password itself never reaches the server, nor its log.
        "password_authentication": "scram-sha-256",
        "max_open_connections": 2,
    }
    admin.adapter.post(f"/v1/{DATABASE}/config/postgres", json=connection)


def password(layout: Layout, name: str) -> str:
    """The present password of a service's role at PostgreSQL."""
    found = openbao.client(layout, signed_in=True).adapter.get(f"/v1/{DATABASE}/static-creds/{name}")
    return str(found["data"]["password"])


def rotate_password(layout: Layout, name: str) -> None:
    """Changes the password of a service's role at PostgreSQL; open connections stay."""
    openbao.client(layout, signed_in=True).adapter.post(f"/v1/{DATABASE}/rotate-role/{name}")


def keep_static(admin: Any, name: str, secrets: dict[str, str]) -> int:
    """Writes the secrets of a service as the next version, if they differ; gives the version that holds them."""
    present, version = static(admin, name)
    if present == secrets:
        return version
    answer = admin.secrets.kv.v2.create_or_update_secret(name, secrets, cas=version, mount_point=KV)
    return int(answer["data"]["version"])


def age(admin: Any, name: str) -> float:
    """For how many seconds the static secrets of a service are what they are."""
    written = admin.adapter.get(f"/v1/{KV}/metadata/{name}")["data"]["updated_time"]
    return (datetime.now(UTC) - datetime.fromisoformat(written[:19] + "+00:00")).total_seconds()


def static(admin: Any, name: str) -> tuple[dict[str, str], int]:
    """The static secrets of a service and their version; none of version 0 before the first."""
    read = admin.secrets.kv.v2.read_secret_version
    try:
        found = _when_ready(lambda: read(name, mount_point=KV, raise_on_deleted_version=True))
    except exceptions.InvalidPath:
        return {}, 0
    return found["data"]["data"], int(found["data"]["metadata"]["version"])


def _when_ready(ask: Callable[[], Any]) -> Any:
    """What is asked of a mount for versions; one that was made a moment ago is not ready for them."""
    until = time.monotonic() + _KV_SECONDS
    while True:
        try:
            return ask()
        except exceptions.InvalidRequest:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _listed(admin: Any, path: str) -> list[str]:
    try:
        return list(admin.adapter.list(f"/v1/{path}")["data"]["keys"])
    except exceptions.InvalidPath:
        return []
