"""The collector of a cluster: one on each node that reads the logs of its pods, and one that spans are sent to.

Both are configured by the function that configures a stack's. Spans of a call come from many nodes, and whether they
are kept is decided once for all of them: so one collector takes them all, and while it is away they are lost. Log lines
wait in their files meanwhile.
"""

import hashlib
from typing import Any

import yaml

from stack.observability.telemetry import LOGS, TRACES, Collected, config

Json = dict[str, Any]

NAMESPACE, SERVICES = "observability", "loanflow"
# Where services send spans: LOANFLOW_SERVER_OTLP_ENDPOINT of the platform's ConfigMap.
COLLECTOR, READER = "collector", "log-reader"
# The makers' own, with every part that the configuration names, of the version that a stack builds.
IMAGE = "otel/opentelemetry-collector-contrib:0.148.0"
SPANS, HEALTH, FIGURES = 4317, 13_133, 8888
_PODS, _OFFSETS, _CONFIG, _TLS, _TRUST = "/var/log/pods", "/var/lib/offsets", "/etc/collector", "/etc/tls", "/etc/trust"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 of a pod, before which a policy stands
_HEADER = {"apiVersion": "v1"}


def collected() -> Collected:
    """Addresses and folders in a pod; the stores are the platform's (docs/platform.md)."""
    return Collected(
        spans=f"{_EVERYWHERE}:{SPANS}", health=f"{_EVERYWHERE}:{HEALTH}", figures_port=FIGURES,
        figures_host=_EVERYWHERE, certificate=f"{_TLS}/tls.crt", key=f"{_TLS}/tls.key", logs=_PODS, pods=True,
        offsets=_OFFSETS, log_store=f"https://logstore.{NAMESPACE}.svc.cluster.local:9428",
        trace_store=f"https://tracestore.{NAMESPACE}.svc.cluster.local:9411", authority=f"{_TRUST}/ca.crt",
    )  # fmt: skip


def files() -> dict[str, str]:
    """The manifests, by the names of their files."""
    made = {f"{COLLECTOR}.yaml": _collector(), f"{READER}.yaml": _reader(), "namespace.yaml": [_namespace()]}
    listed = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": sorted(made)}
    return {name: _text(objects) for name, objects in {**made, "kustomization.yaml": [listed]}.items()}


def _text(objects: list[Json]) -> str:
    return "---\n".join(yaml.dump(each, Dumper=_Dumper, sort_keys=False, width=120) for each in objects)


class _Dumper(yaml.CSafeDumper):
    """Nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _namespace() -> Json:
    """Files of a node are read there, which only the privileged profile allows."""
    labels = {"pod-security.kubernetes.io/enforce": "privileged", "istio-injection": "disabled"}
    return {**_HEADER, "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _collector() -> list[Json]:
    settings = _settings(COLLECTOR, TRACES)
    ports = [("spans", SPANS), ("health", HEALTH), ("figures", FIGURES)]
    pod = _pod(COLLECTOR, settings, ports, memory="512Mi")
    pod["spec"]["securityContext"] |= {
        "runAsNonRoot": True,
        "runAsUser": 10_001,
        "runAsGroup": 10_001,
        "fsGroup": 10_001,
    }
    _mount(pod, "tls", _TLS, {"secret": {"secretName": f"{COLLECTOR}-tls", "defaultMode": 288}})
    # Two would decide on halves of a trace.
    spec = {"replicas": 1, "strategy": {"type": "Recreate"}, "selector": _selector(COLLECTOR), "template": pod}
    listening = [{"name": "otlp", "port": SPANS, "targetPort": "spans", "appProtocol": "grpc"}]
    service = {"selector": _labels(COLLECTOR), "ports": listening}
    return [
        _account(COLLECTOR), settings, {**_HEADER, "kind": "Service", "metadata": _named(COLLECTOR), "spec": service},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _named(COLLECTOR), "spec": spec},
        _reached(COLLECTOR, {SERVICES: SPANS, NAMESPACE: FIGURES}),
    ]  # fmt: skip


def _reader() -> list[Json]:
    settings = _settings(READER, LOGS)
    pod = _pod(READER, settings, [("health", HEALTH), ("figures", FIGURES)], memory="256Mi")
    # The kubelet's files are root's; it has none of root's rights besides.
    pod["spec"]["securityContext"] |= {"runAsUser": 0, "runAsGroup": 0}
    pod["spec"]["tolerations"] = [{"operator": "Exists"}]
    _mount(pod, "pods", _PODS, {"hostPath": {"path": _PODS, "type": "Directory"}})
    kept = {"hostPath": {"path": "/var/lib/loanflow-offsets", "type": "DirectoryOrCreate"}}
    _mount(pod, "offsets", _OFFSETS, kept, writes=True)
    return [
        _account(READER), settings,
        {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": _named(READER),
         "spec": {"selector": _selector(READER), "template": pod}},
        _reached(READER, {NAMESPACE: FIGURES}),
    ]  # fmt: skip


def _labels(name: str) -> Json:
    return {"app.kubernetes.io/name": name}


def _selector(name: str) -> Json:
    return {"matchLabels": _labels(name)}


def _named(name: str) -> Json:
    part = {"app.kubernetes.io/part-of": SERVICES}
    return {"name": name, "namespace": NAMESPACE, "labels": {**_labels(name), **part}}


def _account(name: str) -> Json:
    # It asks the API of Kubernetes nothing.
    account = {**_HEADER, "kind": "ServiceAccount", "metadata": _named(name)}
    return {**account, "automountServiceAccountToken": False}


def _settings(name: str, pipeline: str) -> Json:
    text = yaml.dump(config(collected(), (pipeline,)), Dumper=_Dumper, sort_keys=False, width=120)
    return {**_HEADER, "kind": "ConfigMap", "metadata": _named(name), "data": {"collector.yml": text}}


def _pod(name: str, settings: Json, ports: list[tuple[str, int]], memory: str) -> Json:
    digest = hashlib.sha256(settings["data"]["collector.yml"].encode()).hexdigest()
    well = {"httpGet": {"path": "/", "port": "health"}}
    container = {
        "name": name,
        "image": IMAGE,
        "args": [f"--config={_CONFIG}/collector.yml"],
        "ports": [{"name": each, "containerPort": port} for each, port in ports],
        "readinessProbe": well,
        "livenessProbe": {**well, "initialDelaySeconds": 10, "periodSeconds": 20},
        "resources": {"requests": {"cpu": "100m", "memory": memory}, "limits": {"memory": memory}},
        "securityContext": {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [],
    }  # fmt: skip
    pod = {
        # A new configuration is a new pod: the collector reads it once.
        "metadata": {"labels": _labels(name), "annotations": {"checksum/config": digest}},
        "spec": {
            "serviceAccountName": name,
            "automountServiceAccountToken": False,
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            "volumes": [],
        },
    }
    _mount(pod, "config", _CONFIG, {"configMap": {"name": name}})
    _mount(pod, "trust", _TRUST, {"configMap": {"name": "authority"}})
    return pod


def _mount(pod: Json, name: str, path: str, volume: Json, *, writes: bool = False) -> None:
    pod["spec"]["volumes"].append({"name": name, **volume})
    pod["spec"]["containers"][0]["volumeMounts"].append({"name": name, "mountPath": path, "readOnly": not writes})


def _reached(name: str, callers: dict[str, int]) -> Json:
    """From these namespaces alone, at these ports; probes come from the node."""
    ingress = [
        {
            "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": space}}}],
            "ports": [{"port": port, "protocol": "TCP"}],
        }
        for space, port in callers.items()
    ]
    spec = {"podSelector": _selector(name), "policyTypes": ["Ingress"], "ingress": ingress}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": _named(name), "spec": spec}
