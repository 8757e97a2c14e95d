"""Who may open a connection to whom: closed by default, in and out, by the contract's callers and by the settings.

Kubernetes' NetworkPolicy holds pods to pods, namespaces and ports. It knows no host outside the cluster: those are
named to the mesh, whose sidecars let nothing through to a host that is not (REGISTRY_ONLY).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from services.catalog import BY_NAME, SERVICES, Service
from services.runtime.settings import PREFIX
from stack import variables
from stack.mesh import jobs
from stack.mesh.environment import NAMESPACE, Json, host_of, live_port, ports_of
from stack.mesh.policies import EDGE, NETWORKING, PUBLIC_HOST, Table, istio
from stack.mesh.workloads import labels, selector
from stack.variables import Setting

PLATFORM = Path(__file__).resolve().parents[2] / "k8s" / "base" / "platform.yaml"
# The timed jobs, by their pods' name: the settings of their containers, module and class.
TIMED = {
    "scheduler": (("services.repayment.scheduler", "Settings"), ("services.kyc.scheduler", "Settings")),
    "anchors": (("services.runtime.audit.locking", "LockingSettings"),),
}
INSIDE = ".svc.cluster.local"
# Of Kubernetes' DNS, and of the mesh: its control plane, and the sidecar's merged metrics.
DNS_PORT, CONTROL_PORT, MERGED_METRICS_PORT = 53, 15012, 15020
DNS_SPACE, MESH_SPACE, SCRAPER_SPACE = "kube-system", "istio-system", "observability"
EDGE_PORT = 8443
# The namespace of the ServiceEntries of partners' hosts: an operator adds one for each partner that gets webhooks.
WEBHOOK_SPACE = "webhooks"
# Hosts outside the cluster are of no private network: RFC 1918, 3927 and 6598.
PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
_DELIVERY = ("services.runtime.secrets.settings", "OpenBaoSettings", "openbao")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, order=True)
class Party:
    """A host and a port at which a workload calls."""

    host: str
    port: int

    @property
    def space(self) -> str:
        """The namespace that it is in; empty outside the cluster."""
        return self.host.removesuffix(INSIDE).rpartition(".")[2] if self.host.endswith(INSIDE) else ""


def parties(settings: Iterable[Setting]) -> list[Party]:
    """Whom a workload calls by its settings, as far as the platform's ConfigMap has their values."""
    data, found = _platform(), set[Party]()
    for setting in settings:
        value = data.get(setting.variable, "")
        if setting.field == "host" and value:
            found.add(Party(value, int(data[setting.variable.removesuffix("HOST") + "PORT"])))
        elif "://" in value and setting.field != "public_url":
            url = urlsplit(value)
            found.add(Party(url.hostname or "", url.port or _PORTS[url.scheme]))
        elif setting.field in ("bootstrap", "address") and value:
            for each in value.split(","):
                host, _, port = each.rpartition(":")
                found.add(Party(host, int(port)))
    return sorted(found)


def peers(table: Table, workload: str) -> list[Service]:
    """The services that the contract has a workload call; the edge calls all."""
    called = {rpc.service.name for rpc in table.rpcs if workload in table.callers[rpc.path]}
    return [each for each in SERVICES if workload == EDGE or each.name in called]


def callers(table: Table, service: Service) -> list[str]:
    """The workloads that the contract has call a service."""
    return sorted({EDGE, *(name for rpc in table.of(service) for name in table.callers[rpc.path])})


def of_service(table: Table, service: Service) -> Json:
    """The NetworkPolicy of a service."""
    ports = ports_of(service)
    own = [port for name, port in ports.items() if name.startswith("http-")]
    rules = [{"from": [_pods(name) for name in callers(table, service)], "ports": _tcp(ports["grpc"])}]
    rules += [{"from": [_pods(EDGE)], "ports": _tcp(*own)}] if own else []
    scraped = _tcp(ports["metrics"], MERGED_METRICS_PORT)
    rules.append({"from": [_space(SCRAPER_SPACE)], "ports": scraped})
    out = _out(table, service.name, parties(variables.of_service(service.name)))
    out += [{"to": [_far()], "ports": _tcp(_PORTS["https"])}] if _calls_partners(service.name) else []
    return _policy(service.name, rules, out)


def of_job(table: Table, workload: str) -> Json:
    """The NetworkPolicy of what runs before the services: nothing comes in."""
    made = _policy(workload, [], _out(table, workload, parties(jobs.asked(workload))))
    made["metadata"]["annotations"] = jobs.wave(jobs.GROUND, hook=True)
    return made


def shared(table: Table) -> list[Json]:
    """The NetworkPolicies of all that is no service: nothing at all by default, then the edge's and those of jobs."""
    nothing = _object("default-deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    anyone = {"ports": _tcp(EDGE_PORT)}
    return [
        nothing,
        _policy(EDGE, [anyone], _out(table, EDGE, [])),
        *(_policy(job, [], _out(table, job, parties(asked_in_time(job)))) for job in TIMED),
    ]


def sidecar(table: Table, workload: str) -> Json:
    """What the workload's sidecar knows of: its peers and parties, and nothing else. A gateway has none."""
    found = parties(_asked(workload))
    hosts = {f"./{host_of(each.name)}" for each in peers(table, workload)}
    hosts |= {f"{each.space or '.'}/{each.host}" for each in found}
    hosts |= {f"{WEBHOOK_SPACE}/*"} if workload in BY_NAME and _calls_partners(workload) else set()
    spec = {"workloadSelector": {"labels": selector(workload)}, "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}
    # IST0101: nothing of a timed job or of a deploy runs most of the time.
    passing = "IST0101" if workload in (*TIMED, *jobs.names()) else ""
    egress = [{"hosts": sorted({*hosts, f"{MESH_SPACE}/*"})}]
    return istio("Sidecar", NETWORKING, workload, passing, **spec, egress=egress)


def _asked(workload: str) -> Iterable[Setting]:
    if workload in jobs.names():
        return jobs.asked(workload)
    return asked_in_time(workload) if workload in TIMED else variables.of_service(workload)


def asked_in_time(workload: str) -> tuple[Setting, ...]:
    """The settings of a timed job; one that has secrets fetches them from OpenBao, as services do."""
    found = tuple({each: None for program in TIMED[workload] for each in variables.settings_of(*program)})
    secret = any(each.field.endswith("key_file") for each in found)
    return found + (variables.settings_of(*_DELIVERY) if secret else ())


def outside() -> list[Json]:
    """The hosts outside the cluster that any service needs, as the mesh knows them."""
    found = {each for service in SERVICES for each in parties(variables.of_service(service.name)) if not each.space}
    return [_entry(each) for each in sorted(found)]


def _entry(party: Party) -> Json:
    name = party.host.replace(".", "-")
    protocol = "TLS" if party.port == _PORTS["https"] else "TCP"
    port = {"number": party.port, "name": f"{protocol.lower()}-{party.port}", "protocol": protocol}
    # The public name is the edge's: who asks for the issuer's keys reaches it inside, also before it has an address.
    inside = {"endpoints": [{"address": host_of(EDGE)}]} if party.host == PUBLIC_HOST else {}
    return istio(
        "ServiceEntry", NETWORKING, name,
        hosts=[party.host], exportTo=["."], location="MESH_EXTERNAL", resolution="DNS", ports=[port], **inside,
    )  # fmt: skip


def _out(table: Table, workload: str, found: Iterable[Party]) -> list[Json]:
    """Where connections may go: names, the mesh's control plane, peers, parties."""
    names = [{"port": DNS_PORT, "protocol": each} for each in ("UDP", "TCP")]
    rules: list[Json] = [
        {"to": [_space(DNS_SPACE)], "ports": names},
        {"to": [_space(MESH_SPACE)], "ports": _tcp(CONTROL_PORT)},
    ]
    for each in peers(table, workload):
        ports = ports_of(each)
        live = [live_port()] if workload == EDGE and live_port() in ports.values() else []
        rules.append({"to": [_pods(each.name)], "ports": _tcp(ports["grpc"], *live)})
    return rules + [_to(each) for each in found]


def _to(party: Party) -> Json:
    if party.host == PUBLIC_HOST:
        return {"to": [_pods(EDGE)], "ports": _tcp(EDGE_PORT)}
    return {"to": [_space(party.space) if party.space else _far()], "ports": _tcp(party.port)}


def _policy(workload: str, ingress: list[Json], egress: list[Json]) -> Json:
    spec: Json = {"podSelector": {"matchLabels": selector(workload)}, "policyTypes": ["Ingress", "Egress"]}
    return _object(workload, {**spec, "ingress": ingress, "egress": egress})


def _object(name: str, spec: Json) -> Json:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels(name)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _pods(workload: str) -> Json:
    return {"podSelector": {"matchLabels": selector(workload)}}


def _far() -> Json:
    """Every address outside the cluster."""
    return {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE)}}


def _calls_partners(service: str) -> bool:
    """Whether a service calls hosts that no setting names, because partners do."""
    return any(each.group == "webhooks" for each in variables.of_service(service))


def _space(name: str) -> Json:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _tcp(*ports: int) -> list[Json]:
    return [{"port": port, "protocol": "TCP"} for port in sorted(ports)]


@cache
def _platform() -> dict[str, str]:
    """The values of the platform's ConfigMap, by variable."""
    data: dict[str, str] = yaml.safe_load(PLATFORM.read_text())["data"]
    return {name: value for name, value in data.items() if name.startswith(PREFIX)}
