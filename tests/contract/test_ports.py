"""No port is given twice: by the table of services, by the stack's layout, in Kubernetes, by Envoy."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from envoy.bootstrap import bootstrap
from envoy.edge import Edge, read_rpcs
from services.catalog import METRICS_OFFSET, SERVICES, STANDBY_OFFSET
from services.runtime.serving.siblings import METRICS_STEP
from stack.ports import SPAN, Ports
from tests.contract.conftest import GEN, ROOT
from tests.contract.findings import findings

BASE = 8000


def shared(ports: Iterable[tuple[str, int]], where: str) -> Iterator[str]:
    """Every port that more than one has, with their names."""
    owners = defaultdict(list)
    for name, port in ports:
        owners[port].append(name)
    for port, names in sorted(owners.items()):
        if len(names) > 1:
            yield f"{where}: {' and '.join(names)} both have port {port}: give one of them another that is free"


def line_of(file: str, text: str) -> str:
    """file:line of a text, of the file alone when it is not there."""
    lines = (ROOT / file).read_text().splitlines()
    return f"{file}:{next((number for number, line in enumerate(lines, 1) if text in line), 1)}"


def test_every_service_has_ports_of_its_own() -> None:
    ports = [
        (f"{each.name}{kind}", BASE + each.offset + offset)
        for each in SERVICES
        for kind, offset in (
            ("", 0), (" metrics", METRICS_OFFSET), (" standby", STANDBY_OFFSET),
            (" standby metrics", STANDBY_OFFSET + METRICS_OFFSET),
            *((f" process {number} metrics", METRICS_OFFSET + number * METRICS_STEP) for number in (1, 2)),
        )
    ]  # fmt: skip
    findings(shared(ports, line_of("services/catalog.py", "SERVICES: ")))


def test_every_part_of_a_stack_has_ports_of_its_own() -> None:
    ports = Ports(BASE).all()
    where = line_of("stack/ports.py", "OFFSETS = ")
    findings(shared(ports.items(), where))
    beyond = [name for name, port in ports.items() if not BASE < port < BASE + SPAN]
    findings([f"{where}: {name} is in the range of the next stack" for name in beyond], f"stay below {SPAN}")


def test_every_listener_of_the_edge_has_a_port_of_its_own() -> None:
    config = bootstrap(Edge(BASE, "127.0.0.1", Path("pki"), GEN / "loanflow.binpb", read_rpcs(GEN / "access.json")))
    listeners = [*config["static_resources"]["listeners"], {"name": "admin", **config["admin"]}]
    taken = [(each["name"], each["address"]["socket_address"]["port_value"]) for each in listeners]
    edges = {name for name in Ports(BASE).all() if name.startswith("edge")}
    parts = [(name, port) for name, port in Ports(BASE).all().items() if name not in edges]
    findings(shared([*taken, *parts], line_of("envoy/edge.py", "port")))


def test_every_container_of_the_cluster_has_ports_of_its_own() -> None:
    objects: list[dict[str, Any]] = [
        {**each, "file": str(path.relative_to(ROOT))}
        for path in sorted((ROOT / "k8s").rglob("*.yaml"))
        for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
    ]
    deployments = [each for each in objects if each["kind"] == "Deployment"]
    ports = [
        (f"{each['file']} {port['name']}", port["containerPort"])
        for each in deployments
        if each["metadata"]["name"] != "edge"
        for container in each["spec"]["template"]["spec"]["containers"]
        for port in container["ports"]
    ]
    findings(shared(ports, line_of("services/catalog.py", "SERVICES: ")))
    wanted = [
        f"k8s/base/services/{each.name}.yaml {kind} {BASE + each.offset + offset}"
        for each in SERVICES
        for kind, offset in (("grpc", 0), ("metrics", METRICS_OFFSET))
    ]
    taken = {f"{name} {port}" for name, port in ports}
    lacking = [each for each in wanted if each not in taken]
    findings([f"{each.split()[0]}:1: lacks the port {each}" for each in lacking], "make gen, and commit it")


def test_two_that_share_a_port_are_named() -> None:
    assert list(shared([("kyc", 8004), ("risk", 8004), ("auth", 8012)], "services/catalog.py:47")) == [
        "services/catalog.py:47: kyc and risk both have port 8004: give one of them another that is free"
    ]
