"""What runs each service in Kubernetes: account, address, containers with probes, how many, and how few at least."""

import tomllib
from pathlib import Path

from services.catalog import Service
from services.runtime.serving.settings import ServerSettings
from stack.mesh.environment import (
    AUTHORITY,
    DELIVERED,
    NAMESPACE,
    SECRETS,
    TOKEN,
    TOKENS,
    Json,
    ports_of,
    secrets_of,
    variables_of,
)

ROOT = Path(__file__).resolve().parents[2]
IMAGE = f"loanflow:{tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}"
NAME = "app.kubernetes.io/name"
# The first thing a service does is to ask its stores, for which the sidecar must be there. It also answers for the
# names of ServiceEntries, so that the public name leads to the edge inside before any DNS outside has it.
SIDECAR = 'holdApplicationUntilProxyStarts: true\nproxyMetadata:\n  ISTIO_META_DNS_CAPTURE: "true"\n'
# Also the owner of the files of the image.
USER = 10001
# What the Pod Security Standard `restricted` asks for, of the pod and of each container.
UNPRIVILEGED: Json = {
    "runAsNonRoot": True,
    "runAsUser": USER,
    "runAsGroup": USER,
    "fsGroup": USER,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONFINED: Json = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
FEWEST, MOST, BUSY_PERCENT = 2, 10, 70
# A listener with so many events before it, for each replica, gets another; by an adapter that gives Prometheus' metrics
# to the autoscaler. Without one it goes by the processor alone.
LAG_METRIC, LAG = "loanflow_consumer_lag", 1000
SPREAD = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
PRIORITY = "loanflow-services"
# A service was measured at 75 to 108 MB, and at 2.6 ms of processor for a create (docs/capacity.md).
RESOURCES: Json = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}}
# Ending takes the drain and the grace of the server; the rest is for what works beside the calls.
ENDING_SECONDS = int(ServerSettings.drain + ServerSettings.grace) + 20


def manifests(service: Service) -> list[Json]:
    """Everything of one service."""
    return [_account(service), address(service), _deployment(service), _scaling(service), _budget(service)]


def labels(name: str) -> Json:
    """The labels of what belongs to a service."""
    return {NAME: name, "app.kubernetes.io/part-of": NAMESPACE}


def selector(name: str) -> Json:
    """What selects the pods of a service."""
    return {NAME: name}


def _object(kind: str, version: str, service: Service, **rest: object) -> Json:
    metadata = {"name": service.name, "namespace": NAMESPACE, "labels": labels(service.name)}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _account(service: Service) -> Json:
    return _object("ServiceAccount", "v1", service, automountServiceAccountToken=False)


def address(service: Service) -> Json:
    """The name under which the service is called, and by which it is found."""
    ports = [
        {"name": name, "port": port, "targetPort": name, "appProtocol": "grpc" if name == "grpc" else "http"}
        for name, port in ports_of(service).items()
    ]
    return _object("Service", "v1", service, spec={"selector": selector(service.name), "ports": ports})


def _deployment(service: Service) -> Json:
    annotations = {
        "proxy.istio.io/config": SIDECAR,
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(ports_of(service)["metrics"]),
        "prometheus.io/path": "/metrics",
    }
    spec = {
        "serviceAccountName": service.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": ENDING_SECONDS,
        "securityContext": dict(UNPRIVILEGED),
        "priorityClassName": PRIORITY,
        "topologySpreadConstraints": [_spread(service, key) for key in SPREAD],
        "containers": [_container(service)],
        "volumes": [scratch(), *delivery(), _authority(), *_secret(service)],
    }
    template = {"metadata": {"labels": labels(service.name), "annotations": annotations}, "spec": spec}
    # How many there are is the autoscaler's to say, so `replicas` is not here.
    return _object(
        "Deployment",
        "apps/v1",
        service,
        spec={
            "revisionHistoryLimit": 5,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "selector": {"matchLabels": selector(service.name)},
            "template": template,
        },
    )


def _spread(service: Service, key: str) -> Json:
    alike = {"matchLabels": selector(service.name)}
    return {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": alike}


def _container(service: Service) -> Json:
    ports = ports_of(service)
    ready = {"grpc": {"port": ports["grpc"]}, "timeoutSeconds": 2}
    alive = {"httpGet": {"path": f"/health/{service.name}", "port": "metrics"}, "timeoutSeconds": 2}
    mounts: list[Json] = [{"name": "scratch", "mountPath": "/tmp"}]  # noqa: S108 an empty volume of the pod's own
    mounts.append({"name": "delivered", "mountPath": DELIVERED})
    mounts.append({"name": "authority", "mountPath": AUTHORITY, "readOnly": True})
    mounts.append({"name": "openbao", "mountPath": TOKENS, "readOnly": True})
    if secrets_of(service):
        mounts.append({"name": "secrets", "mountPath": SECRETS, "readOnly": True})
    return {
        "name": service.name,
        "image": IMAGE,
        "args": ["-m", f"services.{service.name}"],
        "env": variables_of(service),
        "ports": [{"name": name, "containerPort": port} for name, port in ports.items()],
        "startupProbe": {**ready, "periodSeconds": 2, "failureThreshold": 60},
        "readinessProbe": {**ready, "periodSeconds": 5, "failureThreshold": 2},
        # gRPC's health says only that the server answers; this also sees a relay or a consumer that died.
        "livenessProbe": {**alive, "periodSeconds": 10, "failureThreshold": 6},
        "resources": RESOURCES,
        "securityContext": dict(CONFINED),
        "volumeMounts": mounts,
    }


def scratch() -> Json:
    """Uploads and one-off files; the rest of the file system is read-only."""
    return {"name": "scratch", "emptyDir": {"sizeLimit": "256Mi"}}


def delivery() -> list[Json]:
    """What is fetched from OpenBao, never on a disk, and the token that signs in there and nowhere else."""
    token = {"audience": "openbao", "expirationSeconds": 3600, "path": TOKEN}
    return [
        {"name": "delivered", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
        {"name": "openbao", "projected": {"defaultMode": 0o440, "sources": [{"serviceAccountToken": token}]}},
    ]


def _authority() -> Json:
    """The private authority of the public name's certificate; without it the system's hold."""
    return {"name": "authority", "configMap": {"name": "authority", "optional": True}}


def _secret(service: Service) -> list[Json]:
    items = secrets_of(service)
    secret = {"secretName": service.name, "defaultMode": 0o440, "items": items}
    return [{"name": "secrets", "secret": secret}] if items else []


def _scaling(service: Service) -> Json:
    target = {"type": "Utilization", "averageUtilization": BUSY_PERCENT}
    return _object(
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        service,
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service.name},
            "minReplicas": FEWEST,
            "maxReplicas": MOST,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}, *_lag(service)],
        },
    )


def _lag(service: Service) -> list[Json]:
    """The events that wait for a service, if it listens to any."""
    if not (ROOT / "services" / service.name / "consumer.py").exists():
        return []
    metric = {"name": LAG_METRIC, "selector": {"matchLabels": {"service": service.name}}}
    target = {"type": "AverageValue", "averageValue": str(LAG)}
    return [{"type": "External", "external": {"metric": metric, "target": target}}]


def _budget(service: Service) -> Json:
    spec = {"minAvailable": 1, "selector": {"matchLabels": selector(service.name)}}
    return _object("PodDisruptionBudget", "policy/v1", service, spec=spec)
