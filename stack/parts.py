"""The table of everything that runs in a stack: what it is, how it is started, when it is ready, after what."""

import subprocess
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from services import catalog
from stack import accounts, companies, environment, folders, probes, programs, renewer, turning, variables
from stack.layout import Layout
from stack.part import Part, Stage
from stack.profiles import PROFILES, profiled
from stack.servers import (
    bank,
    clamav,
    edge,
    engines,
    kafka,
    mail,
    mongo,
    objects,
    openbao,
    postgres,
    providers,
    redis,
    registry,
    timestamps,
)
from stack.watchlist import people
from stack.watchlist.__main__ import write
from stack.watchlist.exposed import exposed


def table(brokers: int = 1) -> tuple[Part, ...]:
    """Every part of a stack with so many brokers, 1 or 3, each after those that it waits for."""
    more = [node for node in _MORE_BROKERS if node <= brokers]
    services = (*map(_service, catalog.SERVICES), _RENEWER, _ANCHORS, _EDGE)
    return (_TURNING, *map(_broker, more), *_real_parts(), *_steps(), *services)


def stand_ins() -> tuple[Part, ...]:
    """A second process for each service, which runs only while the service itself is restarted."""
    return tuple(map(_stand_in, catalog.SERVICES))


def stand_in_of(name: str) -> Part | None:
    """The stand-in of a service; None for what is none."""
    return _stand_in(catalog.BY_NAME[name]) if name in catalog.BY_NAME else None


# They and the first begin together: none is ready without another.
_MORE_BROKERS = {2: accounts.KAFKA_2, 3: accounts.KAFKA_3}


def _broker(node: int) -> Part:
    return Part(
        kafka.NODES[node], command=partial(kafka.command, node=node), prepare=partial(kafka.prepare, node=node),
        ready=partial(kafka.ready, node=node), environment=programs.java_environment, account=_MORE_BROKERS[node],
    )  # fmt: skip


def _real_parts() -> tuple[Part, ...]:
    return (
        Part(
            "postgres", command=postgres.command, prepare=postgres.prepare, ready=postgres.ready,
            settle=postgres.settle, user=postgres.user(), stop_signal="INT",
        ),
        Part("kafka", command=kafka.command, prepare=kafka.prepare, ready=kafka.ready, settle=kafka.settle,
             environment=programs.java_environment, account=accounts.KAFKA),
        Part(
            "registry", after=("postgres",),
            command=registry.command, prepare=registry.prepare, ready=registry.ready,
            environment=programs.java_environment, account=accounts.REGISTRY,
        ),
        # At its end it waits 20 s for streams between its own parts; every answered write is already in its files.
        Part(
            "s3", command=objects.command, prepare=objects.prepare, ready=objects.ready, settle=objects.settle,
            stop_seconds=2, account=accounts.S3,
        ),
        Part("mongo", command=mongo.command, prepare=mongo.prepare, ready=mongo.ready, settle=mongo.settle,
             account=accounts.MONGO),
        Part("redis", command=redis.command, prepare=redis.prepare, ready=redis.ready, account=accounts.REDIS),
        Part(
            "redis-tls", after=("redis",),
            command=redis.tls_command, prepare=redis.tls_prepare, ready=redis.tls_ready, account=accounts.REDIS,
        ),
        Part(
            "openbao", command=openbao.command, prepare=openbao.prepare, ready=openbao.ready, settle=openbao.settle,
            account=accounts.OPENBAO,
        ),
        Part("secrets", after=("openbao", "postgres"), settle=engines.settle),
        Part("mail", command=mail.command, prepare=mail.prepare, ready=mail.ready, account=accounts.MAIL),
        Part("bank", command=bank.command, ready=bank.ready, account=accounts.BANK),
        Part("providers", command=providers.command, prepare=providers.prepare, ready=providers.ready,
             account=accounts.PROVIDERS),
        Part("timestamps", command=timestamps.command, prepare=timestamps.prepare, ready=timestamps.ready,
             account=accounts.TIMESTAMPS),
        Part("clamav", command=clamav.command, prepare=clamav.prepare, ready=clamav.ready, user=clamav.user()),
    )  # fmt: skip


def _steps() -> tuple[Part, ...]:
    return (
        Part("migrations", Stage.SERVICES, ("postgres",), settle=migrate),
        Part("schemas", Stage.SERVICES, ("registry",), settle=_register_schemas),
        Part("watchlist", Stage.SERVICES, ("migrations", "secrets"), settle=_load_watchlist),
    )


def _service(service: catalog.Service) -> Part:
    store = "migrations" if service.storage is catalog.Storage.POSTGRES else "mongo"
    uses = {"s3": "objects", "clamav": "clamd", "mail": "smtp", "bank": "bank", "redis-tls": "redis"}
    return Part(
        service.name,
        Stage.SERVICES,
        (
            store,
            "schemas",
            "kafka",
            "secrets",
            *(part for part, group in uses.items() if variables.needs(service.name, group)),
            *(("timestamps",) if variables.knows(service.name, "timestamp") else ()),
            *(("providers",) if any(variables.knows(service.name, each) for each in companies.GROUPS) else ()),
        ),
        command=partial(_service_command, service.name),
        ready=lambda layout: probes.http_ok(layout.ports.metrics(service.name), f"/health/{service.name}"),
        environment=partial(environment.of_service, name=service.name),
        account=accounts.SERVICES[service.name],
    )


def _stand_in(service: catalog.Service) -> Part:
    return Part(
        f"{service.name}-standby",
        Stage.SERVICES,
        command=partial(_service_command, service.name),
        ready=lambda layout: probes.http_ok(
            layout.ports.metrics(service.name, standby=True), f"/health/{service.name}"
        ),
        environment=partial(environment.of_service, name=service.name, standby=True),
        account=accounts.SERVICES[service.name],
    )


_EDGE = Part(
    "edge", Stage.EDGE, ("auth",), command=edge.command, ready=edge.ready, account=accounts.EDGE,
    prepare=lambda layout: edge.prepare(layout, renewer.settings(layout)),
)  # fmt: skip
# After all whose certificates it renews, but the edge, which watches its files from its start on.
_RENEWER = Part(
    "renewer", Stage.SERVICES,
    ("secrets", "kafka", "registry", "redis-tls", "s3", "mail", "bank", "providers", "timestamps"),
    command=renewer.command, prepare=renewer.prepare, ready=renewer.ready, account=accounts.RENEWER,
)  # fmt: skip

_TURNING = Part("turning", command=turning.command, ready=lambda _: None, account=accounts.TURNING)

# Keeps the heads of audit chains under a lock, as often as services anchor them.
_ANCHORS = Part(
    "anchors", Stage.SERVICES, ("kafka", "s3", "openbao"),
    command=lambda _: _module("services.runtime.audit.locking", "--every", "60"),
    ready=objects.anchors_ready, environment=environment.of_locking,
    account=accounts.ANCHORS,
)  # fmt: skip


def choose(wanted: list[str], brokers: int = 1) -> list[Part]:
    """The parts of these names and stages; of the migrations only those of the services among them, if any."""
    wanted = [*wanted, *kafka.NODES.values()] if "kafka" in wanted else wanted
    found = [part for part in table(brokers) if part.name in wanted or part.stage.name.lower() in wanted]
    found += [part for part in profiled(*PROFILES) if part.name in wanted]
    migrated = tuple(part.name for part in found if part.name in postgres.SERVICES)
    if not migrated:
        return found
    return [
        replace(part, settle=partial(migrate, names=migrated)) if part.name == "migrations" else part for part in found
    ]


def migrate(layout: Layout, names: Iterable[str] = postgres.SERVICES) -> None:
    """Brings the databases of PostgreSQL services, all unless named, to their newest schema."""
    _run("migrations", ["services.runtime.stores.migrate", *names], environment.of_migrations(layout))


def _register_schemas(layout: Layout) -> None:
    _run("schemas", ["services.runtime.events.register", *publishers()], environment.of_registration(layout))


def _load_watchlist(layout: Layout) -> None:
    """Has customers screened against the fictitious list; loaded once, for its version would be another each day."""
    loaded = layout.state / "watchlist.json"
    if not loaded.exists():
        fresh = loaded.with_suffix(".new")
        write(fresh, [*people.listed(), *exposed()])
        words = ["services.kyc.lists", "load", str(fresh), "--source", "opensanctions"]
        _run("watchlist", words, environment.of_service(layout, "kyc"))
        fresh.rename(loaded)


def publishers() -> list[str]:
    """The services that publish events."""
    contract = folders.CHECKOUT / "proto" / "loanflow"
    return [name for name in catalog.BY_NAME if (contract / name / "v1" / f"{name}_events.proto").exists()]


def _service_command(name: str, layout: Layout) -> list[str]:
    return _module(f"services.{name}")


def _module(*module: str) -> list[str]:
    measured = ("coverage", "run", "-m") if environment.measures_coverage() else ()
    return [programs.python(), "-m", *measured, *module]


def _run(step: str, module: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(
        _module(*module), env=programs.environment() | variables, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stdout.strip()[-3000:]}")
