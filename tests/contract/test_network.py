"""Who may open a connection: pods to pods as the contract says, to other places as the settings say, and no other."""

import itertools
from typing import Any

import pytest
import yaml

from services.catalog import BY_NAME, SERVICES, SHARED
from stack import variables
from stack.mesh import jobs, network
from stack.mesh.environment import host_of, ports_of
from stack.mesh.policies import EDGE, PUBLIC_HOST
from tests.contract.findings import findings, same
from tests.contract.test_mesh import ACCESS, OBJECTS, of, pods

WORKLOADS = sorted([*BY_NAME, EDGE, *network.TIMED])
POLICIES = of("NetworkPolicy")
PAIRS = [pair for pair in itertools.product(WORKLOADS, BY_NAME) if pair[0] != pair[1]]
PLATFORM: dict[str, str] = yaml.safe_load(network.PLATFORM.read_text())["data"]


def may_connect(source: str, target: str, port: int) -> bool:
    """Whether both policies let the connection through."""
    out = any(
        _names(rule["to"], target) and port in _ports(rule) for rule in POLICIES[source]["spec"]["egress"]
    )  # fmt: skip
    into = (rule for rule in POLICIES[target]["spec"]["ingress"] if port in _ports(rule))
    return out and any("from" not in rule or _names(rule["from"], source) for rule in into)


def _names(ends: list[dict[str, Any]], workload: str) -> bool:
    wanted = {"app.kubernetes.io/name": workload}
    return any(each.get("podSelector", {}).get("matchLabels") == wanted for each in ends)


def _ports(rule: dict[str, Any]) -> set[int]:
    return {each["port"] for each in rule["ports"]}


def the_contract_says(source: str, target: str) -> bool:
    if source == EDGE:
        return True
    # Its own, and what each service has beside it.
    services = (f"/{BY_NAME[target].proto_service}/", *(f"/{name}/" for name in SHARED))
    return any(path.startswith(services) and source in entry["callers"] for path, entry in ACCESS.items())


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_pod_reaches_just_the_services_that_it_calls(source: str, target: str) -> None:
    port = ports_of(BY_NAME[target])["grpc"]
    assert may_connect(source, target, port) == the_contract_says(source, target), (
        f"k8s/base/services: {source} to {target}:{port} is not as gen/access.json has it: make gen"
    )


def test_what_no_policy_names_is_closed_in_and_out() -> None:
    nothing = POLICIES["default-deny"]["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    same(POLICIES, {*pods(), "default-deny"}, "k8s/base/services/network.yaml:1", "make gen", "no pod has this name")
    findings(
        f"k8s/base: the policy of {name} leaves a direction open: it needs both policyTypes"
        for name, each in POLICIES.items()
        if sorted(each["spec"]["policyTypes"]) != ["Egress", "Ingress"]
    )


def test_no_rule_leads_everywhere() -> None:
    findings(
        f"k8s/base: {name} may connect to {end or 'anything'}: name pods, a namespace, or PRIVATE as excepted"
        for name, each in POLICIES.items()
        for rule in each["spec"].get("egress", ())
        for end in rule.get("to") or [None]
        if not end or not rule.get("ports") or ("ipBlock" in end and end["ipBlock"].get("except") != [*network.PRIVATE])
    )


@pytest.mark.parametrize("name", [each.name for each in SERVICES])
def test_every_address_of_the_platform_that_a_service_reads_can_be_reached_and_no_other(name: str) -> None:
    """By the text of the ConfigMap, not by what made the files."""
    read = [PLATFORM[each.variable] for each in variables.of_service(name) if each.variable in PLATFORM]
    [knows] = of("Sidecar")[name]["spec"]["egress"]
    own = {f"{each.name}.loanflow.svc.cluster.local" for each in SERVICES}
    hosts = {each.partition("/")[2] for each in knows["hosts"]} - own - {"*"}
    findings(
        f"istio/services/{name}.yaml: {host} is in none of its settings: make gen"
        for host in sorted(hosts)
        if not any(host in value for value in read)
    )
    named = {value for value in read if "." in value and "@" not in value and not value.startswith("https://loanflow.")}
    findings(
        f"istio/services/{name}.yaml: lacks the host of {value}: have stack/mesh/network.py read such a setting"
        for value in sorted(named)
        if not any(host in value for host in hosts)
    )


@pytest.mark.parametrize("name", jobs.names())
def test_a_job_reaches_the_parts_that_it_reads_the_addresses_of_and_no_other(name: str) -> None:
    (container,) = pods()[name]["containers"]
    keys = [each["valueFrom"]["configMapKeyRef"]["key"] for each in container.get("env", ()) if "valueFrom" in each]
    read = [PLATFORM[key] for key in keys or PLATFORM]
    [knows] = of("Sidecar")[name]["spec"]["egress"]
    hosts = {each.partition("/")[2] for each in knows["hosts"]} - {"*"}
    findings(
        (f"istio/services/bootstrap.yaml:1: {name} knows {host}" for host in hosts if not any(host in v for v in read)),
        "none of its settings names it: make gen",
    )
    parts = {value for value in read if network.INSIDE in value}
    findings(
        (
            f"istio/services/bootstrap.yaml:1: {name} lacks {value}"
            for value in parts
            if not any(h in value for h in hosts)
        ),
        "have stack/mesh/network.py read such a setting",
    )
    findings(
        (f"k8s/base/bootstrap:1: {name} takes connections: {each}" for each in POLICIES[name]["spec"]["ingress"]),
        "no one calls a Job: make gen",
    )


def test_the_public_name_leads_to_the_edge_inside() -> None:
    [entry] = [e["spec"] for e in of("ServiceEntry").values() if e["spec"]["hosts"] == [PUBLIC_HOST]]
    assert entry["endpoints"] == [{"address": host_of(EDGE)}]
    for name in BY_NAME:
        assert may_connect(name, EDGE, network.EDGE_PORT), f"{name} cannot fetch the keys of tokens: make gen"


@pytest.mark.parametrize("name", sorted(network.TIMED))
def test_a_job_is_given_what_its_settings_need_and_nothing_else(name: str) -> None:
    given = {each["name"] for container in pods()[name]["containers"] for each in container["env"]}
    settings = network.asked_in_time(name)
    where = f"k8s/base/{name}.yaml:1: env of the container"
    read = {each.variable for each in settings} | {"LOANFLOW_SERVER_PEER_FROM"}
    same(given & read, {each.variable for each in settings if each.required} | (given & read), where, "add it", "")
    same(given, given & read, where, "", "the job reads no such variable: take it out")


def test_sidecars_know_no_host_that_is_not_named() -> None:
    sidecars = of("Sidecar")
    same(sidecars, {*BY_NAME, *network.TIMED, *jobs.names()}, "istio/services:1", "make gen", "no pod has this name")
    assert {each["spec"]["outboundTrafficPolicy"]["mode"] for each in sidecars.values()} == {"REGISTRY_ONLY"}
    entered = {host for each in of("ServiceEntry").values() for host in each["spec"]["hosts"]}
    known = {host for each in sidecars.values() for host in each["spec"]["egress"][0]["hosts"]}
    outer = {host.removeprefix("./") for host in known if host.startswith("./")}
    outer = {host for host in outer if not host.endswith(network.INSIDE)}
    same(entered, outer, "istio/services/outside.yaml:1", "make gen", "no service needs it")


def test_pods_are_what_the_restricted_standard_takes() -> None:
    space = next(each for each in OBJECTS if each["kind"] == "Namespace")
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    volumes = {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
    wrong = []
    for name, pod in pods().items():
        wrong += [
            f"{name} {each['name']}: kind of volume" for each in pod.get("volumes", ()) if not volumes & each.keys()
        ]
        wrong += [f"{name}: {key}" for key in ("hostNetwork", "hostPID", "hostIPC") if pod.get(key)]
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            has = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
            right = {
                "runAsNonRoot": has.get("runAsNonRoot") is True,
                "allowPrivilegeEscalation": has.get("allowPrivilegeEscalation") is False,
                "seccompProfile": has.get("seccompProfile") == {"type": "RuntimeDefault"},
                "capabilities": has.get("capabilities") == {"drop": ["ALL"]},
            }
            wrong += [f"{name} {container['name']}: {key}" for key, fine in right.items() if not fine]
    findings(wrong, "set it in k8s/base or stack/mesh/workloads.py, as the Pod Security Standard `restricted` has it")
