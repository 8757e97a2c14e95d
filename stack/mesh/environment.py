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
from stack import environment, variables
from stack.variables import Setting

Json = dict[str, Any]

NAMESPACE = "loanflow"
PLATFORM = "platform"
BASE_PORT = 8000
# What is mounted from the service's Secret: certificates of authorities.
SECRETS = "/etc/loanflow/secrets"
# The certificates of a private authority of the public name, if the platform has one: of an optional ConfigMap.
AUTHORITY = "/etc/loanflow/authority"
# What the service itself fetches from OpenBao, in memory, and the token by which it signs in there.
DELIVERED = "/run/loanflow"
TOKENS, TOKEN = "/var/run/secrets/openbao", "token"
_PAIR = {"tls.certificate_file": "tls.pem", "tls.key_file": "tls.key"}
# Settings that have a default for a stack on one machine, and need a value on a platform.
ALSO = frozenset(
    {
        *("user", "password_file", "sender", "public_url", "otlp_endpoint", "region", "residency"),
        *("authority_file", "certificate_file", "key_file", "otlp_authority_file"),
    }
)
# Of groups that a stack on one machine may do without, and a platform has.
OPTIONAL = frozenset({"openbao.url", "search.url", "search.token_key_file"})
# Of a group that is given whole or not at all: a platform without the provider starts without its key too.
WHOLE = frozenset({"docusign.key_file", "jasmin.password_file"})


def settings_of(service: Service) -> list[Setting]:
    """What the service must be given."""
    found = variables.of_service(service.name)
    also = [each for each in found if each.field in ALSO and each.path not in WHOLE]
    return [each for each in found if each.required or each in also or each.path in OPTIONAL]


def _is_mounted(setting: Setting) -> bool:
    """Whether it is the path of a file of the Secret."""
    return setting.field.endswith("_file") and not _delivered(setting)


def _delivered(setting: Setting) -> str:
    """The name of the file, in memory, if it is one that the service fetches from OpenBao."""
    if setting.path in environment.secrets("service"):
        return setting.secret
    return next((name for path, name in _PAIR.items() if setting.path.endswith(f".{path}")), "")


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
    return [{"key": s.secret, "path": s.secret} for s in settings_of(service) if _is_mounted(s)]


def host_of(name: str) -> str:
    """The name of a service inside the cluster."""
    return f"{name}.{NAMESPACE}.svc.cluster.local"


def _names(service: Service) -> set[str]:
    return {setting.variable for setting in settings_of(service)}


def _variable(setting: Setting, known: Mapping[str, str]) -> Json:
    name = setting.variable
    if name in known:
        return {"name": name, "value": known[name]}
    if file := _delivered(setting):
        return {"name": name, "value": f"{DELIVERED}/{file}"}
    if _is_mounted(setting):
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
        "SERVER_JWKS_AUTHORITY_FOLDER": AUTHORITY,
        "OPENBAO_ROLE": service.name,
        "OPENBAO_LOGIN_JWT_FILE": f"{TOKENS}/{TOKEN}",
        "OPENBAO_DELIVERS": environment.deliveries(service.name),
        "OPENBAO_SECRETS_FOLDER": DELIVERED,
        "OPENBAO_CERTIFICATE_FOLDER": DELIVERED,
    }
    chosen = always | {name: value for name, value in by_convention.items() if f"{PREFIX}_{name}" in needed}
    return {f"{PREFIX}_{name}": value for name, value in chosen.items()}
