"""`python -m stack rotate WHAT SERVICE`: replaces one secret of a running stack, and no call fails meanwhile."""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Callable

from services import catalog
from services.runtime.audit.settings import anchor_key
from services.runtime.secrets.settings import OpenBaoSettings
from stack import environment, papers, pki
from stack.layout import Layout, write_private
from stack.renewer import Renewer
from stack.servers import engines, mongo, openbao, redis
from stack.supervisor import Supervisor

SIGNING_KEY, CERTIFICATE, STATIC = "signing-key", "certificate", "kv"
# Longer than a service takes to look for new secrets.
DELIVERED_SECONDS = 2 * OpenBaoSettings.secrets_seconds
# The static secrets of which the next one is taken while its part and the service run, beside the present one.
_OVERLAPPING: dict[str, Callable[[Layout, str], None]] = {
    "redis-password": lambda layout, _: redis.rotate(layout), "mongo-login": mongo.rotate,
    "sealing-key": lambda layout, service: add_line(layout, f"sealing-{service}"),
    "unsubscribe-key": lambda layout, service: add_line(layout, f"unsubscribe-{service}"),
    "jasmin-report-key": lambda layout, _: add_line(layout, "jasmin-reports"),
}  # fmt: skip
# The others, and how each is replaced; one that is in neither table fails tests/unit/stack/test_rotation.py.
OTHERWISE = {
    "postgres-password": "rotate database",
    "mongo-password": "rotate kv: the local stack has the log-in that alternates in its place",
    "registry-password": "restart both, the part and the service",
    "objects-secret-key": "restart both, the part and the service",
    "smtp-password": "at the company that sends, then restart the service",
    "smtp-dkim": "under a selector of its own in the DNS, then restart the service",
    "twilio-auth-token": "at the company, which has a second one meanwhile, then restart the service",
    "jasmin-password": "at the gateway; it is read with each message, and nothing restarts",
    "equifax-client-secret": "at the bureau, which has a second one meanwhile, then restart the service",
    "equifax-security-code": "at the bureau, then restart the service",
    "docusign-key": "at the company, whose integrations have several; it is read with each token, and nothing restarts",
    "docusign-hmac-keys": "at the company, which signs by all of them: a line more, then one less; read with each call",
    "adobe-sign-client-secret": "at the company, then restart the service",
    "adobe-sign-refresh-token": "by letting the application act anew; it is read with each token, and nothing restarts",
    "fcm-account": "at the company, whose accounts have several keys, then restart the service",
    "sendgrid-api-key": "at the company, whose accounts have several keys, then restart the service",
    "search-token-key": "restart the service, and make the index anew: it has no other copy of what is looked for",
    "seal-key": "restart the service: papers are verified by the certificate that they have in them",
    "seal-chain": "rotate seal-key: a new version of the key in OpenBao, and its certificate",
    "audit-key": "not: a chain is verified by one key; the anchors hold what it signed, and theirs is rotated",
}


def run(layout: Layout, supervisor: Supervisor, given: argparse.Namespace) -> int:
    """Replaces one secret of a service, such as its database password, its certificate or the key of its seals."""
    if not supervisor.pid():
        raise ValueError("nothing runs: python -m stack up")
    if given.what == SIGNING_KEY:
        return _command(layout, "auth", "services.auth.rotate_signing_key")
    check(given.what, given.service)
    if given.what == STATIC:
        check_delivered(layout, given.service)
    return KINDS[given.what](layout, given.service)


def check(what: str, name: str | None) -> None:
    """ValueError when none is named, or one that has no such secret."""
    if name is None:
        raise ValueError(f"of which service? python -m stack rotate {what} SERVICE")
    if name in pki.RENEWED and what != CERTIFICATE:
        raise ValueError(f"{name} has no {what}, only a certificate")


def check_delivered(layout: Layout, service: str) -> None:
    """ValueError when the service may not have the present secrets yet: a part takes none older than those before."""
    age = engines.age(openbao.client(layout, signed_in=True), service)
    if age < DELIVERED_SECONDS:
        raise ValueError(f"they were replaced {age:.0f} s ago: replace them again after {DELIVERED_SECONDS:.0f} s")


def database(layout: Layout, service: str) -> int:
    """A new password of the service's role at PostgreSQL."""
    if service not in openbao.ROTATING:
        raise ValueError(f"{service} keeps documents, and OpenBao has no plugin for MongoDB: rotate kv {service}")
    engines.rotate_password(layout, service)
    return 0


def sealing_key(layout: Layout, service: str) -> int:
    """A new version of the key that wraps data keys; what earlier ones wrapped is wrapped anew within a day."""
    openbao.rotate(layout, service)
    return 0


def anchoring_key(layout: Layout, service: str) -> int:
    """A new version of the key by which a service proves its anchors; those of before verify under theirs."""
    openbao.rotate(layout, anchor_key(service))
    return 0


def sealing_papers(layout: Layout, service: str) -> int:
    """A new version of the key that seals papers, and its certificate; used within a minute."""
    if not openbao.seals(service):
        raise ValueError(f"{service} seals no papers")
    admin = openbao.client(layout, signed_in=True)
    papers.rotate(layout, admin, service)
    engines.keep_static(admin, service, environment.static_secrets(layout, service))
    return 0


def static(layout: Layout, service: str) -> int:
    """The next version of static secrets: those of which the part takes two at once."""
    taken = [name for name in environment.static_secrets(layout, service) if name in _OVERLAPPING]
    for name in taken:
        _OVERLAPPING[name](layout, service)
    admin = openbao.client(layout, signed_in=True)
    version = engines.keep_static(admin, service, environment.static_secrets(layout, service))
    print(f"{', '.join(taken)}: version {version} of kv/{service}")
    return 0


def add_line(layout: Layout, secret: str) -> None:
    """A new first line in a file of keys, which seals from then on; what the others wrap is wrapped anew within a day.

    They stay, as versions do in OpenBao: the keys in a backup are wrapped by those of its time, and mails are kept.
    """
    file = layout.secret_file(secret)
    write_private(file, f"{secrets.token_hex(32)}\n{file.read_text()}")


def certificate(layout: Layout, name: str) -> int:
    """A new certificate of a service, the edge, a part or a command; taken up while it runs."""
    if name in pki.RENEWED:
        Renewer(layout).renew(name, anyway=True)
        return 0
    return _command(layout, name, "services.runtime.secrets", "renew")


def _command(layout: Layout, service: str, *module: str) -> int:
    variables = {**os.environ, **environment.of_service(layout, service)}
    return subprocess.run([sys.executable, "-m", *module], check=False, env=variables).returncode


KINDS: dict[str, Callable[[Layout, str], int]] = {
    "database": database, CERTIFICATE: certificate, "sealing-key": sealing_key, "anchor-key": anchoring_key,
    "seal-key": sealing_papers, STATIC: static,
}  # fmt: skip


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to those of the stack."""
    parser = commands.add_parser("rotate", help=run.__doc__)
    parser.add_argument("what", choices=[SIGNING_KEY, *KINDS])
    parser.add_argument("service", nargs="?", choices=[*catalog.BY_NAME, *pki.RENEWED], metavar="SERVICE")
