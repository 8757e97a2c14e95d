"""The environment of a service's container, from its settings: no variable is listed by hand.

What a service needs is either known from the table of services, or a secret in a file, or given by the one ConfigMap of
the platform. A setting that has a default keeps it, unless its name is in `ALSO`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from envoy.edge import Edge
from services.catalog import BY_NAME, METRICS_OFFSET, Service
from services.runtime.settings import PREFIX
from stack import variables
from stack.variables import Setting

Json = dict[str, Any]

NAMESPACE = "loanflow"
PLATFORM = "platform"
BASE_PORT = 8000
SECRETS = "/etc/loanflow/secrets"
# Settings that have a default for a stack on one machine, and need a value on a platform.
ALSO = frozenset(
    {
        *("user", "password_file", "sender", "public_url", "otlp_endpoint"),
        *("authority_file", "certificate_file", "key_file", "otlp_authority_file"),
    }
)


def settings_of(service: Service) -> list[Setting]:
    """What the service must be given."""
    return [each for each in variables.of_service(service.name) if each.required or each.field in ALSO]


def _is_secret(setting: Setting) -> bool:
    """Whether it is the path of a file with a secret."""
    return setting.field.endswith("_file")


def ports_of(service: Service) -> dict[str, int]:
    """The ports that the service listens at, by name."""
    grpc = BASE_PORT + service.offset
    ports = {"grpc": grpc, "metrics": grpc + METRICS_OFFSET}
    others = [setting for setting in settings_of(service) if setting.listens]
    return ports | {f"http-{setting.group}": live_port() for setting in others}


def live_port() -> int:
    """The port of the live WebSocket, the only one besides gRPC and metrics."""
    return Edge(BASE_PORT, "", Path(), Path(), ()).live_port


def variables_of(service: Service) -> list[Json]:
    """The container's `env`."""
    known = _known(service)
    return [{"name": name, "value": value} for name, value in known.items() if name not in _names(service)] + [
        _variable(setting, known) for setting in settings_of(service)
    ]


def secrets_of(service: Service) -> list[Json]:
    """The items of the service's Secret, each a file under `SECRETS`."""
    return [{"key": s.secret, "path": s.secret} for s in settings_of(service) if _is_secret(s)]


def host_of(name: str) -> str:
    """The name of a service inside the cluster."""
    return f"{name}.{NAMESPACE}.svc.cluster.local"


def _names(service: Service) -> set[str]:
    return {setting.variable for setting in settings_of(service)}


def _variable(setting: Setting, known: Mapping[str, str]) -> Json:
    name = setting.variable
    if name in known:
        return {"name": name, "value": known[name]}
    if _is_secret(setting):
        return {"name": name, "value": f"{SECRETS}/{setting.secret}"}
    if setting.listens:
        return {"name": name, "value": str(live_port())}
    return {"name": name, "valueFrom": {"configMapKeyRef": {"name": PLATFORM, "key": name}}}


def _known(service: Service) -> dict[str, str]:
    """What follows from the table of services."""
    ports = {"grpc": BASE_PORT + service.offset}
    by_convention = {
        f"{service.storage.name}_DATABASE": service.name,
        f"{service.storage.name}_USER": service.name,
        "REGISTRY_USER": service.name,
        "OBJECTS_BUCKET": f"{NAMESPACE}-{service.name}",
        "OBJECTS_ACCESS_KEY": f"{NAMESPACE}-{service.name}",
        **{
            f"PEERS_{peer.name.upper()}": f"{host_of(peer.name)}:{BASE_PORT + peer.offset}" for peer in BY_NAME.values()
        },
    }
    needed = _names(service)
    always = {
        "SERVER_NAME": service.name,
        "SERVER_HOST": "0.0.0.0",  # noqa: S104 the pod's own addresses; the sidecar takes what arrives
        "SERVER_PORT": str(ports["grpc"]),
        "SERVER_METRICS_PORT": str(ports["grpc"] + METRICS_OFFSET),
        "SERVER_PEER_FROM": "xfcc",
    }
    chosen = always | {name: value for name, value in by_convention.items() if f"{PREFIX}_{name}" in needed}
    return {f"{PREFIX}_{name}": value for name, value in chosen.items()}
