"""How pods reach the platform's parts, which listen on the node's loopback: by an Envoy that passes connections on.

TLS is the parts' own; nothing is ended here. Where a part is to be found is what the ConfigMap `platform` of the place
says: in the namespace `data` a Service of that name leads to the door, outside of the cluster an address of its own.
"""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.bootstrap import reach
from stack import folders, pki, probes, programs
from stack.cluster import place
from stack.cluster.mesh import on_node
from stack.layout import Layout
from stack.mesh.places import PLACES, Place, at
from stack.servers import clamav, kafka

# The place that a cluster on one machine is.
HERE: Place = PLACES[0]
PARTS = (
    "postgres", "kafka", "registry", "s3", "mongo", "redis", "redis-tls", "openbao", "mail", "bank", "clamav",
    "search",
)  # fmt: skip
# By the names that the settings have for them: the part, whose certificate it shows, too.
_LOCAL = {
    "postgres": "postgres", "mongo": "mongo", "redis": "redis", "registry": "registry", "openbao": "openbao",
    "objects": "s3", "bank": "bank", "smtp": "mail", "kafka": "kafka", "clamd": "clamav",
    "search": "search",
}  # fmt: skip
_SPACE = "data"
# What a platform of one machine does without: a collector.
WITHOUT = ("LOANFLOW_SERVER_OTLP_ENDPOINT",)


@dataclass(frozen=True)
class Door:
    """A part as the platform names it, where pods reach it here, and where it listens: a local port, or a socket."""

    part: str
    host: str
    port: int
    address: str
    listens: int
    local: int
    path: str

    @property
    def inside(self) -> bool:
        """Whether it has a Service."""
        return self.host.endswith(f".{place.DOMAIN}")


def platform() -> dict[str, str]:
    """The ConfigMap `platform` as this place has it, without what it does without."""
    text = (folders.CHECKOUT / "k8s" / "base" / "platform.yaml").read_text()
    data: dict[str, str] = at(HERE, yaml.safe_load(text))["data"]
    return {name: "" if name in WITHOUT else value for name, value in data.items()}


def doors(layout: Layout) -> list[Door]:
    """One for each part."""
    return [found for each in reach.places(platform()) if (found := _door(layout, each))]


def names(layout: Layout) -> dict[str, str]:
    """The hosts outside of the cluster, with their addresses."""
    return {door.host: door.address for door in doors(layout) if not door.inside}


def certify(layout: Layout) -> None:
    """Gives each part a certificate under the name by which pods know it, unless it has one."""
    authority = pki.load_authority(layout.pki)
    for door in doors(layout):
        noted = place.folder(layout) / "certified" / door.part
        if door.part in pki.SERVERS and not noted.exists():
            pki.issue(layout.pki, authority, door.part, hosts=[door.host])
            noted.parent.mkdir(exist_ok=True)
            noted.touch()


def services(layout: Layout) -> list[dict[str, Any]]:
    """The namespace of the parts, and a Service for each that is in it."""
    made: list[dict[str, Any]] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _SPACE}}]
    for door in doors(layout):
        if door.inside:
            name = door.host.partition(".")[0]
            port = {"name": "tcp", "port": door.port, "targetPort": door.listens, "appProtocol": "tcp"}
            metadata = {"name": name, "namespace": _SPACE}
            made.append({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [port]}})
            made.append(on_node(name, _SPACE, {"tcp": door.listens}, door.address))
    return made


def command(layout: Layout) -> list[str]:
    """The proxy."""
    config = place.folder(layout) / "doors.json"
    return [
        programs.envoy(),
        "-c",
        str(config),
        "--disable-hot-restart",
        "--concurrency",
        "1",
        "--log-level",
        "warning",
    ]


def prepare(layout: Layout) -> None:
    """Writes its settings."""
    found = [door for door in doors(layout) if door.part != "kafka"]
    config = {
        "static_resources": {"listeners": [_listener(d) for d in found], "clusters": [_cluster(d) for d in found]}
    }
    (place.folder(layout) / "doors.json").write_text(json.dumps(config))


def ready(layout: Layout) -> None:
    """Returns when all of them are open."""
    for door in doors(layout):
        socket.create_connection((door.address, door.listens), probes.PATIENCE_SECONDS).close()


def open_kafka(layout: Layout, settings: Path) -> None:
    """Has the broker listen at the node's address, too, and tell pods the name by which they found it."""
    [door] = [each for each in doors(layout) if each.part == "kafka"]
    inside = layout.ports.of("kafka")
    more = {
        "listeners": f"MTLS://127.0.0.1:{inside},PODS://{door.address}:{door.listens},"
        f"CONTROLLER://127.0.0.1:{layout.ports.of('kafka controller')}",
        "advertised.listeners": f"MTLS://127.0.0.1:{inside},PODS://{door.host}:{door.port}",
        "listener.security.protocol.map": "CONTROLLER:SSL,MTLS:SSL,PODS:SSL",
    }
    # Of a setting that is there twice the last counts.
    with settings.open("a") as file:
        file.writelines(f"{key}={value}\n" for key, value in more.items())


def prepare_kafka(layout: Layout) -> None:
    """As in any stack, and open to pods."""
    kafka.prepare(layout)
    open_kafka(layout, layout.folder("kafka") / "server.properties")


def _door(layout: Layout, named: reach.Place) -> Door | None:
    part = _LOCAL.get(named.part)
    if part is None:
        return None
    outside = place.OUTSIDE.get(named.host.partition(".")[0]) if not named.host.endswith(place.DOMAIN) else None
    path = clamav.settings(layout).address.removeprefix("unix:") if part == "clamav" else ""
    local = 0 if path else layout.ports.of(part)
    # The broker opens its door itself, to say under which name it is found.
    listens = named.port if outside or path or part == "kafka" else local
    return Door(part, named.host, named.port, outside or place.NODE, listens, local, path)


def _listener(door: Door) -> dict[str, Any]:
    proxy = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        "stat_prefix": door.part, "cluster": door.part, "idle_timeout": "0s",
    }  # fmt: skip
    return {
        "name": door.part, "address": _address(door.address, door.listens),
        "filter_chains": [{"filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}]}],
    }  # fmt: skip


def _cluster(door: Door) -> dict[str, Any]:
    where = {"pipe": {"path": door.path}} if door.path else _address("127.0.0.1", door.local)
    return {
        "name": door.part, "type": "STATIC", "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": door.part, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": where}}]}],
        },
    }  # fmt: skip


def _address(address: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": address, "port_value": port}}
