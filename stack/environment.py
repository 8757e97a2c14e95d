"""The environment of each process: the settings of the services, from the ports, folders and secrets of the stack.

Every service gets every address, but only its own passwords.
"""

import os
from pathlib import Path

from services import catalog
from stack import folders, pki
from stack.layout import Layout
from stack.servers import bank, edge, objects, registry

HOST = "127.0.0.1"
MAILERS = ("notification",)
PAYERS = ("activation",)
# The first staff account, with which the others are made.
ADMIN_EMAIL = "admin@loanflow.example"


def of_service(layout: Layout, name: str, *, standby: bool = False) -> dict[str, str]:
    """The variables of one service, or of its stand-in."""
    service = catalog.BY_NAME[name]
    store = _postgres(layout, name) if service.storage is catalog.Storage.POSTGRES else _mongo(layout, name)
    found = {
        "PYTHONUNBUFFERED": "1",
        **_server(layout, name, standby),
        **store,
        **_shared(layout, name),
        **_peers(layout),
    }
    if name in objects.OWNERS:
        found |= _objects(layout, name)
    if name in MAILERS:
        found |= {
            "LOANFLOW_SMTP_HOST": HOST,
            "LOANFLOW_SMTP_PORT": str(layout.ports.of("mail")),
            "LOANFLOW_LIVE_PORT": str(layout.ports.of("live standby" if standby else "live")),
        }
    if standby:
        found |= {"LOANFLOW_KAFKA_INSTANCE": "standby"}
    if name in PAYERS:
        found |= {"LOANFLOW_BANK_URL": bank.url(layout)}
    if name == "auth":
        found |= {
            "LOANFLOW_BOOTSTRAP_ADMIN_EMAIL": ADMIN_EMAIL,
            "LOANFLOW_BOOTSTRAP_ADMIN_PASSWORD_FILE": str(layout.secret_file("admin-password")),
        }
    if measures_coverage():
        found |= {
            "COVERAGE_FILE": str(coverage_file(layout)),
            "LOANFLOW_SERVER_REASONS_LISTED": str(folders.CHECKOUT / "gen" / "access.json"),
            "LOANFLOW_SERVER_REASONS_RAISED": str(raised(layout)),
        }
    return found


def of_migrations(layout: Layout) -> dict[str, str]:
    """The variables of the step that brings the databases up to date."""
    return {
        "LOANFLOW_MIGRATE_HOST": HOST,
        "LOANFLOW_MIGRATE_PORT": str(layout.ports.of("postgres")),
        "LOANFLOW_MIGRATE_SECRETS_FOLDER": str(layout.secret_file("postgres-admin").parent),
    }


def of_scheduler(layout: Layout) -> dict[str, str]:
    """The variables of timed jobs, which call services under an identity of their own."""
    return {**_peers(layout), "LOANFLOW_SERVER_PKI_FOLDER": str(layout.pki)}


def of_registration(layout: Layout) -> dict[str, str]:
    """The variables of the step that registers the event schemas."""
    return _registry(layout)


def measures_coverage() -> bool:
    """True when the services are to be run under coverage: LOANFLOW_COVERAGE=1."""
    return os.environ.get("LOANFLOW_COVERAGE") == "1"


def raised(layout: Layout) -> Path:
    """The folder in which the services under test leave which errors their RPCs raised."""
    return layout.folder("raised")


def coverage_file(layout: Layout) -> Path:
    """The beginning of the name of every process's coverage data; host, pid and a random part follow."""
    return layout.folder("coverage") / "data"


def _server(layout: Layout, name: str, standby: bool) -> dict[str, str]:
    return {
        "LOANFLOW_SERVER_NAME": name,
        "LOANFLOW_SERVER_HOST": HOST,
        "LOANFLOW_SERVER_PORT": str(layout.ports.service(name, standby=standby)),
        "LOANFLOW_SERVER_METRICS_PORT": str(layout.ports.metrics(name, standby=standby)),
        "LOANFLOW_SERVER_PKI_FOLDER": str(layout.pki),
        "LOANFLOW_SERVER_TRUST_DOMAIN": pki.TRUST_DOMAIN,
        "LOANFLOW_SERVER_JWKS_URL": f"https://localhost:{layout.ports.of('edge tls')}{edge.JWKS_PATH}",
        "LOANFLOW_SERVER_JWKS_AUTHORITY_FILE": str(layout.pki / "ca.pem"),
        "LOANFLOW_SERVER_LOG_LEVEL": os.environ.get("LOANFLOW_LOG_LEVEL", "INFO"),
        "LOANFLOW_SERVER_OTLP_ENDPOINT": os.environ.get("LOANFLOW_OTLP_ENDPOINT", ""),
        # What is empty counts as not set.
        "LOANFLOW_SERVER_TRACE_RATIO": os.environ.get("LOANFLOW_TRACE_RATIO", ""),
    }


def _shared(layout: Layout, name: str) -> dict[str, str]:
    return {
        **_kafka(layout),
        **_registry(layout),
        "LOANFLOW_PUBLIC_URL": f"https://localhost:{layout.ports.of('edge tls')}",
        "LOANFLOW_REDIS_HOST": HOST,
        "LOANFLOW_REDIS_PORT": str(layout.ports.of("redis")),
        "LOANFLOW_REDIS_PASSWORD_FILE": str(layout.secret_file("redis")),
        "LOANFLOW_SEALING_KEY_FILE": str(layout.secret_file(f"sealing-{name}")),
    }


def _kafka(layout: Layout) -> dict[str, str]:
    # With a name of its own, a consumer that is restarted keeps its partitions without a rebalance.
    return {"LOANFLOW_KAFKA_BOOTSTRAP": f"{HOST}:{layout.ports.of('kafka')}", "LOANFLOW_KAFKA_INSTANCE": "local"}


def _registry(layout: Layout) -> dict[str, str]:
    return {"LOANFLOW_REGISTRY_URL": registry.url(layout)}


def _postgres(layout: Layout, name: str) -> dict[str, str]:
    return {
        "LOANFLOW_POSTGRES_HOST": HOST,
        "LOANFLOW_POSTGRES_PORT": str(layout.ports.of("postgres")),
        "LOANFLOW_POSTGRES_DATABASE": name,
        "LOANFLOW_POSTGRES_USER": name,
        "LOANFLOW_POSTGRES_PASSWORD_FILE": str(layout.secret_file(f"postgres-{name}")),
    }


def _mongo(layout: Layout, name: str) -> dict[str, str]:
    return {
        "LOANFLOW_MONGO_HOST": HOST,
        "LOANFLOW_MONGO_PORT": str(layout.ports.of("mongo")),
        "LOANFLOW_MONGO_DATABASE": name,
        "LOANFLOW_MONGO_USER": name,
        "LOANFLOW_MONGO_PASSWORD_FILE": str(layout.secret_file(f"mongo-{name}")),
    }


def _objects(layout: Layout, name: str) -> dict[str, str]:
    return {
        "LOANFLOW_OBJECTS_URL": objects.url(layout),
        "LOANFLOW_OBJECTS_REGION": objects.REGION,
        "LOANFLOW_OBJECTS_BUCKET": objects.bucket(name),
        "LOANFLOW_OBJECTS_ACCESS_KEY": objects.access_key(name),
        "LOANFLOW_OBJECTS_SECRET_KEY_FILE": str(layout.secret_file(f"s3-{name}")),
    }


def _peers(layout: Layout) -> dict[str, str]:
    return {f"LOANFLOW_PEERS_{name.upper()}": _places(layout, name) for name in catalog.BY_NAME}


def _places(layout: Layout, name: str) -> str:
    """The service and its stand-in as one target of gRPC, which takes the first that answers."""
    return "ipv4:" + ",".join(f"{HOST}:{layout.ports.service(name, standby=each)}" for each in (False, True))
