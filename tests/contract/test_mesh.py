"""The Kubernetes and Istio files against the contract, the table of services, and what each service reads at start."""

import importlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml

from envoy import contract, docs
from envoy.bootstrap import bootstrap
from envoy.edge import CUSTOMER_ROLE, LIVE_PATH, REFLECTION, TRUST_DOMAIN
from services.catalog import BY_NAME, SERVICES, SHARED
from services.runtime.serving.rpcs import contract_of
from services.runtime.serving.settings import ServerSettings
from services.runtime.settings import load
from stack import environment, pki, variables
from stack.mesh import gateway, jobs, rollouts
from stack.mesh.environment import AUTHORITY, DELIVERED, SECRETS, TOKEN, TOKENS, host_of
from stack.mesh.generate import CONTRACT, FOLDERS, read_table, render, stale, write
from stack.mesh.policies import ROLES_CLAIM, SCOPES_CLAIM, principal
from tests.contract.conftest import GEN, ROOT
from tests.contract.findings import Named, findings, same

ACCESS: dict[str, Any] = json.loads((GEN / "access.json").read_text())
TABLE = read_table()
FILES = render(TABLE)
OBJECTS: list[dict[str, Any]] = [
    each
    for folder in ("k8s", "istio")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
    if ROOT / "k8s" / "observability" not in path.parents  # it watches the platform, and is no part of it
    for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
]
ANYBODY = "anybody"


def of(kind: str) -> dict[str, Any]:
    """The objects of a kind, by name."""
    found = {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}
    return Named(found, f"k8s/ and istio/:1: {kind}", "make gen, and put back what was taken out by hand")


def pods() -> dict[str, Any]:
    """The pods of every workload, by its name."""
    made = {name: each["spec"]["template"]["spec"] for name, each in of("Deployment").items()}
    made |= {name: each["spec"]["template"]["spec"] for name, each in of("Job").items()}
    return made | {n: e["spec"]["jobTemplate"]["spec"]["template"]["spec"] for n, e in of("CronJob").items()}


def the_contract() -> dict[str, tuple[set[str], set[str]]]:
    """Of each RPC: who gets in through the edge, and which workloads may call it themselves."""
    return {path: (_who(entry), set(entry["callers"])) for path, entry in ACCESS.items()}


def _who(entry: Any) -> set[str]:
    customer = {CUSTOMER_ROLE} if entry["owner"] else set()
    return {ANYBODY} if entry["public"] else {*entry["roles"], *customer, *entry["scopes"]}


def istio_says(*policies: Any) -> dict[str, tuple[set[str], set[str]]]:
    """The same, as policies have it; what is no RPC is left out."""
    edge: dict[str, set[str]] = defaultdict(set)
    callers: dict[str, set[str]] = defaultdict(set)
    for rule in (rule for policy in policies for rule in policy["spec"]["rules"]):
        principals = {p for source in rule.get("from", []) for p in source["source"]["principals"]}
        roles = {value for when in rule.get("when", []) for value in when["values"]}
        assert {when["key"] for when in rule.get("when", [])} <= {ROLES_CLAIM, SCOPES_CLAIM}
        for path in (path for to in rule["to"] for path in to["operation"]["paths"]):
            if principals <= {principal("edge")}:
                edge[path] |= roles or {ANYBODY}
            else:
                assert not roles, f"istio/services:1: {path} asks a service of the mesh for roles: make gen"
                callers[path] |= {p.removeprefix(f"{TRUST_DOMAIN}/ns/loanflow/sa/") for p in principals}
    return {path: (edge[path], callers[path]) for path in ACCESS}


def envoy_says() -> dict[str, set[str]]:
    """Who gets in through the edge outside Kubernetes."""
    filters = gateway.connection_manager(TABLE.edge)["http_filters"]
    rbac = next(each["typed_config"] for each in filters if each["name"] == "envoy.filters.http.rbac")
    found: dict[str, set[str]] = {path: set() for path in ACCESS}
    for path, policy in rbac["rules"]["policies"].items():
        for each in policy["principals"] if path in found else ():
            value = each.get("sourced_metadata", {}).get("metadata_matcher", {}).get("value")
            found[path].add(_passes(value) if value else ANYBODY)
    return found


def _passes(value: Any) -> str:
    """The role or the scope that a matcher lets in."""
    if "list_match" in value:
        return str(value["list_match"]["one_of"]["string_match"]["exact"])
    regex = value["string_match"]["safe_regex"]["regex"]
    return str(regex.removeprefix("(.* )?").removesuffix("( .*)?").replace("\\", ""))


def services_say() -> dict[str, tuple[set[str], set[str]]]:
    """The same, as each service's own process reads it from its contract."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    # Of all services their own, and the one that each has beside it.
    for name in (*(f"services.{service.name}.servicer" for service in SERVICES), "services.runtime.audit.servicer"):
        module = importlib.import_module(name)
        own = (each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__)
        servicer = next(each for each in own if each.__name__.endswith("Servicer"))
        for path, rpc in contract_of(object.__new__(servicer)).rpcs.items():
            customer = {CUSTOMER_ROLE} if rpc.owner_field or rpc.owner_self else set()
            scopes = frozenset[str]().union(*rpc.scopes.values())
            found[path] = ({ANYBODY} if rpc.public else {*rpc.roles, *customer, *scopes}, set(rpc.callers))
    return found


def test_no_service_is_missing_anywhere() -> None:
    clusters = {each["name"] for each in bootstrap(TABLE.edge)["static_resources"]["clusters"]}
    places = {"envoy": clusters, "istio policies": set(of("AuthorizationPolicy"))}
    kinds = ("Deployment", "Service", "ServiceAccount", "HorizontalPodAutoscaler", "PodDisruptionBudget")
    places |= {f"k8s {kind}": set(of(kind)) for kind in kinds} | {"istio rules": set(of("DestinationRule"))}
    names = {service.name for service in SERVICES}
    others = {"edge", "allow-nothing", "scheduler", "jwks", "notification_live", pki.DEPLOY, pki.OPERATOR}
    known = {*names, *others, *jobs.names(), *map(rollouts.preview, SERVICES)}
    for place, found in places.items():
        where = f"{place.split()[0]}/:1: {place}"
        same(found & known, names | (found & known), where, "make gen", "")
        same(found, found & known, where, "", "no service has this name: take it out")


def test_services_edge_and_mesh_let_in_the_same() -> None:
    policies = of("AuthorizationPolicy")
    edge = policies.pop("edge")
    assert istio_says(*(policy for policy in policies.values() if policy["spec"])) == the_contract()
    assert services_say() == the_contract()
    through_the_edge = {path: who for path, (who, _) in the_contract().items()}
    assert envoy_says() == through_the_edge
    assert {path: who for path, (who, _) in istio_says(edge).items()} == through_the_edge


def test_a_policy_names_only_what_is_its_own_services() -> None:
    for service in SERVICES:
        policy = of("AuthorizationPolicy")[service.name]["spec"]
        assert (policy["action"], policy["selector"]["matchLabels"]) == (
            "ALLOW", {"app.kubernetes.io/name": service.name},
        )  # fmt: skip
        shared = (f"/{name}/" for name in SHARED)
        others = (f"/{service.proto_service}/", *shared, *(f"/{name}/*" for name in REFLECTION), LIVE_PATH)
        paths = [path for rule in policy["rules"] for to in rule["to"] for path in to["operation"]["paths"]]
        wrong = [f"istio/services/{service.name}.yaml:1: names {each}" for each in paths if not each.startswith(others)]
        findings(wrong, "is not the service's own: make gen")
        assert all(rule["from"] for rule in policy["rules"])


def test_nothing_goes_in_plain_text_and_no_one_is_let_in_by_default() -> None:
    for kind, name, wanted in (
        ("PeerAuthentication", "strict", {"mtls": {"mode": "STRICT"}}),
        ("AuthorizationPolicy", "allow-nothing", {}),
    ):
        found = of(kind)[name]["spec"]
        assert found == wanted, f"istio/mesh.yaml:1: {kind} {name} is {found}, and must be {wanted}: put it back"
    for service in SERVICES:
        rule = of("DestinationRule")[service.name]["spec"]
        assert (rule["host"], rule["trafficPolicy"]["tls"]) == (host_of(service.name), {"mode": "ISTIO_MUTUAL"})
    assert of("Gateway")["edge"]["spec"]["servers"][0]["tls"]["minProtocolVersion"] == "TLSV1_3"


def test_every_caller_has_an_account_and_a_pod_under_it() -> None:
    callers = {caller for entry in ACCESS.values() for caller in entry["callers"]} | {"edge"}
    accounts = set(of("ServiceAccount"))
    findings([f"k8s/base:1: {name} has no ServiceAccount" for name in sorted(callers - accounts)], "give it one")
    running = [pod["serviceAccountName"] for pod in pods().values()]
    same(running, accounts, "k8s/base:1", "no pod runs under it: take it out", "there is no such ServiceAccount")


def test_every_service_is_made_ready_by_a_job_of_its_own() -> None:
    found = of("Job")
    same(found, {jobs.REACH, jobs.BUS, *map(jobs.name_of, SERVICES)}, "k8s/base/bootstrap:1", "make gen", "make gen")
    for service in SERVICES:
        pod = pods()[jobs.name_of(service)]
        (first,), (last,) = pod["initContainers"], pod["containers"]
        assert first["args"] == ["-m", "services.bootstrap", "lacks", service.name]
        assert last["args"] == ["-m", "services.bootstrap", "make", service.name]
        env = {each["name"]: each.get("value", "") for each in last["env"]}
        # Nothing of it is the service's own: neither the account, nor a log-in, nor the role at OpenBao.
        assert pod["serviceAccountName"] == env["LOANFLOW_OPENBAO_ROLE"] == jobs.name_of(service)
        logins = {value for name, value in env.items() if name.endswith(("_USER", "_ACCESS_KEY"))}
        assert all(f"{service.name}_bootstrap" == each or each.endswith("-bootstrap") for each in logins), logins
        # What the service is delivered by OpenBao, the Job demands to be there.
        mine = pods()[service.name]["containers"][0]["env"]
        files = {
            each["value"].removeprefix(f"{DELIVERED}/") for each in mine if f"{DELIVERED}/" in each.get("value", "")
        }
        assert {*env["LOANFLOW_KEPT"].split(",")} == files - {"tls.pem", "tls.key", "postgres-password"}


def test_what_a_deploy_needs_first_comes_first() -> None:
    """By the waves of Argo CD and the weights of Helm, which have to be the same."""
    made: dict[str, dict[str, int]] = {}
    for each in OBJECTS:
        said = each.get("metadata", {}).get("annotations", {})
        number = int(said.get("argocd.argoproj.io/sync-wave", "0"))
        made.setdefault(each["kind"], {})[each.get("metadata", {}).get("name", "")] = number
        # Who may speak to whom, before anyone speaks.
        assert number < jobs.REACHING or "istio.io" not in each["apiVersion"], f"{each['kind']}: {number}"
        if each["kind"] == "Job" or "helm.sh/hook" in said:
            assert int(said["helm.sh/hook-weight"]) == number, each["metadata"]["name"]
            assert "before-hook-creation" in said["helm.sh/hook-delete-policy"], each["metadata"]["name"]
    job = made["Job"]
    own = {job[jobs.name_of(service)] for service in SERVICES}
    assert job[jobs.REACH] < job[jobs.BUS] < min(own)
    assert max(own) < min(made["Deployment"].values()) < made["Deployment"]["edge"]
    for kind, name in (("ConfigMap", "platform"), ("ServiceAccount", jobs.REACH), ("NetworkPolicy", jobs.REACH)):
        assert made[kind][name] < job[jobs.REACH], f"{kind} {name}"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_pod_starts_with_what_it_is_given(service: Any, tmp_path: Path) -> None:
    pod = pods()[service.name]
    (container,) = pod["containers"]
    platform = of("ConfigMap")["platform"]["data"]
    environ = {
        each["name"]: each["value"] if "value" in each else platform[each["valueFrom"]["configMapKeyRef"]["key"]]
        for each in container["env"]
    }
    for item in next(volume["secret"]["items"] for volume in pod["volumes"] if "secret" in volume):
        (tmp_path / item["path"]).write_text("secret")
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert {SECRETS, DELIVERED, TOKENS} <= {*mounts}
    (tmp_path / TOKEN).write_text("of the service account")
    # The names of the files that the service fetches from OpenBao, as they are there.
    kept = {each.secret for each in variables.of_service(service.name) if each.path in environment.secrets("any")}
    for name in {*kept, "tls.pem", "tls.key"}:
        (tmp_path / name).write_text("delivered")
    # The private authority is optional, its folder is not.
    assert AUTHORITY in mounts
    assert next(each for each in pod["volumes"] if each["name"] == "authority")["configMap"]["optional"] is True
    for folder in (SECRETS, DELIVERED, TOKENS, AUTHORITY):
        environ = {name: value.replace(folder, str(tmp_path)) for name, value in environ.items()}
    module = __import__(f"services.{service.name}.settings", fromlist=["Settings"])
    settings = load(module.Settings, environ)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert (settings.server.name, settings.server.peer_from) == (service.name, "xfcc")
    assert settings.server.jwks_authority is None
    assert settings.openbao.role == service.name, "the service has no way to OpenBao"
    assert (settings.server.port, settings.server.metrics_port) == (ports["grpc"], ports["metrics"])
    assert container["readinessProbe"]["grpc"]["port"] == settings.server.port
    for peer, target in vars(settings.peers).items() if hasattr(settings, "peers") else ():
        (port,) = [p["port"] for p in of("Service")[peer]["spec"]["ports"] if p["name"] == "grpc"]
        assert target == f"{host_of(peer)}:{port}"


def test_the_platform_answers_what_is_asked_and_no_more() -> None:
    # One Job has all of it, and reads what there is.
    containers = [container for pod in pods().values() for container in pod["containers"] if "env" in container]
    said = [each["valueFrom"] for c in containers for each in c.get("env", ()) if "valueFrom" in each]
    asked = {each["configMapKeyRef"]["key"] for each in said}
    given = of("ConfigMap")["platform"]["data"]
    same(given, asked, "k8s/base/platform.yaml:1", "a pod reads it: give it a value", "no pod reads it: take it out")
    jwks = of("RequestAuthentication")["tokens"]["spec"]["jwtRules"][0]["jwksUri"]
    assert of("ConfigMap")["platform"]["data"]["LOANFLOW_SERVER_JWKS_URL"] == jwks


def test_pods_are_confined() -> None:
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in (*pod["containers"], *pod.get("initContainers", ())):
            confined = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}
            assert container["securityContext"] == confined | {"capabilities": {"drop": ["ALL"]}}, name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name


def test_how_many_there_are_follows_the_processor_and_what_waits() -> None:
    listeners = {name for name in BY_NAME if (ROOT / "services" / name / "consumer.py").exists()}
    for name, scaling in of("HorizontalPodAutoscaler").items():
        processor, *waiting = scaling["spec"]["metrics"]
        assert processor["resource"]["target"]["averageUtilization"] == 70
        assert (scaling["spec"]["minReplicas"], scaling["spec"]["maxReplicas"]) == (2, 10)
        asked = [each["external"]["metric"] for each in waiting]
        wanted = {"name": "loanflow_consumer_lag", "selector": {"matchLabels": {"service": name}}}
        assert asked == ([wanted] if name in listeners else []), name
    budgets = {name: each["spec"]["minAvailable"] for name, each in of("PodDisruptionBudget").items()}
    assert budgets == dict.fromkeys(of("HorizontalPodAutoscaler"), 1)


def test_a_pod_opens_no_more_than_fifty_connections_to_a_store() -> None:
    for name in BY_NAME:
        read = importlib.import_module(f"services.{name}.settings").Settings
        processes = ServerSettings.processes
        (store,) = [kind for kind in get_type_hints(read).values() if hasattr(kind, "pool_size")]
        assert store.pool_size * processes <= 50, f"services/{name}/settings.py:1: {store.__name__} has a larger pool"
        given = {each["name"] for each in pods()[name]["containers"][0]["env"]}
        assert not any(variable.endswith(("_POOL_SIZE", "_PROCESSES")) for variable in given), name


def test_every_rpc_has_a_route_to_its_own_service() -> None:
    routes = of("VirtualService")["edge"]["spec"]["http"]
    found = {m["uri"].get("exact"): route for route in routes for m in route["match"] if "exact" in m["uri"]}
    own = [path for path in ACCESS if path.split("/")[1] not in SHARED]
    same(set(found) - {LIVE_PATH}, own, "istio/edge/edge-virtualservice.yaml:1", "make gen", "make gen")
    for rpc in TABLE.edge.rpcs:
        assert found[rpc.path]["route"][0]["destination"]["host"] == host_of(rpc.service.name)
        assert ("timeout" in found[rpc.path]) is not rpc.streaming
    assert len({route["name"] for route in routes}) == len(routes)


def test_the_gateway_has_the_filters_that_envoy_has_accepted() -> None:
    manager = gateway.connection_manager(TABLE.edge)
    accepted = {each["name"]: each for each in manager["http_filters"]}
    patches = of("EnvoyFilter")["edge"]["spec"]["configPatches"]
    put_in = [each["patch"]["value"] for each in patches if each["applyTo"] == "HTTP_FILTER"]
    assert [each["name"] for each in put_in] == [*reversed(gateway.FIRST), *gateway.LAST]
    assert put_in == [accepted[each["name"]] for each in put_in]
    # Tokens, roles and the way out are Istio's own.
    istios = {"envoy.filters.http.jwt_authn", "envoy.filters.http.rbac", "envoy.filters.http.router"}
    left = set(accepted) - {each["name"] for each in put_in}
    same(
        left,
        istios,
        "stack/mesh/gateway.py:1",
        "Istio has it already: leave it out",
        "name it in FIRST, or as Istio's own",
    )


def test_the_api_reference_is_answered_for_everybody_from_files_that_the_pod_is_given() -> None:
    pages = docs.paths(TABLE.edge)
    whole, *inserted = of("EnvoyFilter")["edge-docs"]["spec"]["configPatches"]
    assert (whole["applyTo"], whole["patch"]["operation"]) == ("ROUTE_CONFIGURATION", "MERGE")
    assert {(each["applyTo"], each["patch"]["operation"]) for each in inserted} == {("HTTP_ROUTE", "INSERT_FIRST")}
    assert [each["patch"]["value"]["match"]["path"] for each in inserted] == pages
    assert [
        rule["to"] for rule in of("AuthorizationPolicy")["edge"]["spec"]["rules"] if not rule.keys() & {"from", "when"}
    ].count([{"operation": {"paths": pages}}]) == 1
    bodies = [each["patch"]["value"]["direct_response"]["body"] for each in inserted]
    read = {body["filename"] for body in bodies if "filename" in body}
    wanted = [str(CONTRACT / name) for name in docs.NAMES]
    same(read, wanted, "istio/edge/edge-docs-envoyfilter.yaml:1", "make gen", "make gen")
    sizes = [source.stat().st_size for source in contract.sources(GEN).values()]
    assert max(sizes) <= whole["patch"]["value"]["max_direct_response_body_size_bytes"]
    pod = pods()["edge"]
    (bringing,), (proxy,) = pod["initContainers"], pod["containers"]
    assert bringing["args"] == ["-m", "envoy.contract", bringing["volumeMounts"][0]["mountPath"]]
    assert proxy["volumeMounts"][0]["mountPath"] == str(CONTRACT)
    volume = next(each for each in pod["volumes"] if "emptyDir" in each)
    assert {bringing["volumeMounts"][0]["name"], proxy["volumeMounts"][0]["name"]} == {volume["name"]}
    assert sum(sizes) < int(volume["emptyDir"]["sizeLimit"].removesuffix("Mi")) * 1024 * 1024


def test_the_edge_has_its_certificate_as_files_and_no_pod_a_right_at_the_cluster() -> None:
    named = of("Gateway")["edge"]["spec"]["servers"][0]["tls"]
    assert "credentialName" not in named, "the proxy would read Secrets by the API, which its account may not"
    pod = pods()["edge"]
    [volume] = [each for each in pod["volumes"] if each.get("secret", {}).get("secretName") == "edge-public"]
    [mount] = [each for each in pod["containers"][0]["volumeMounts"] if each["name"] == volume["name"]]
    # The keys of a Secret of the type kubernetes.io/tls.
    files = {named["serverCertificate"], named["privateKey"]}
    there, where = {f"{mount['mountPath']}/{key}" for key in ("tls.crt", "tls.key")}, "istio/edge/edge-gateway.yaml:1"
    same(files, there, where, "the Secret has it under that name", "no Secret has such a key")
    rights = [each for each in OBJECTS if each["kind"].endswith(("Role", "RoleBinding"))]
    findings(
        (f"k8s/ or istio/:1: {each['kind']}/{each['metadata']['name']}" for each in rights),
        "no pod asks the cluster's API for anything: take it out",
    )


def test_patches_of_the_proxy_say_when_they_are_made() -> None:
    findings(
        f"istio/edge:1: EnvoyFilter/{name} has no priority, so that its place among others is by chance: give it one"
        for name, each in of("EnvoyFilter").items()
        if not each["spec"].get("priority")
    )


def test_generated_folders_hold_nothing_else(tmp_path: Path) -> None:
    stale = tmp_path / FOLDERS[0] / "billing.yaml"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    write(FILES, tmp_path)
    assert not stale.exists()


def test_a_file_that_was_edited_by_hand_is_named(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    findings(stale(FILES, tmp_path))
    policy = FOLDERS[1] / "kyc.yaml"
    (tmp_path / policy).write_text(FILES[policy].replace("ALLOW", "DENY", 1))
    (tmp_path / FOLDERS[0] / "risk.yaml").unlink()
    assert [each.partition(":")[0] for each in stale(FILES, tmp_path)] == [str(policy), f"{FOLDERS[0]}/risk.yaml"]
    findings(stale(FILES))


def test_nothing_that_is_delivered_goes_without_encryption() -> None:
    texts = {path.relative_to(ROOT): path.read_text() for path in (ROOT / "k8s").rglob("*.yaml")}
    plain = [str(path) for path, text in texts.items() if "PLAINTEXT" in text]
    assert not plain, f"{plain}: a TLS setting plaintext is for development alone; take it out"
    for service in SERVICES:
        text = texts[Path("k8s/base/services") / f"{service.name}.yaml"]
        assert f"{DELIVERED}/tls.pem" in text, f"{service.name} has no certificate for Kafka"
