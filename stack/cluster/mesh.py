"""Istio in the cluster: its definitions, its settings, the injector's templates, istiod's place, its webhooks.

istiod runs as a process of the node, of the charts' own templates and values. Sidecars are upstream Envoy, which lacks
the filters of Istio's build for protocols by ALPN and for peers' metadata: they are off.
"""

import json
from typing import Any

import yaml

from stack.cluster import images, place, programs
from stack.layout import Layout
from stack.pki import TRUST_DOMAIN

SPACE = "istio-system"
# Of istiod: plain and TLS discovery, webhooks, figures.
XDS, SECURE_XDS, WEBHOOKS, FIGURES = 15010, 15012, 15017, 15014
VALIDATOR = "istio-validator-istio-system"
INJECTOR = "istio-sidecar-injector"
_GROUPS = ("security.istio.io", "networking.istio.io", "telemetry.istio.io", "extensions.istio.io")
_SWITCHED_OFF = {
    "PILOT_ENABLE_ALPN_FILTER": "false", "PILOT_ENABLE_METADATA_EXCHANGE": "false", "PILOT_ENABLE_GATEWAY_API": "false",
    "PILOT_TRACE_SAMPLING": "0",
}  # fmt: skip


def define(layout: Layout) -> None:
    """Gives the API server the definitions of Istio's kinds, and what a mesh consists of there."""
    place.kubectl(layout, "apply", "--server-side", "--force-conflicts", "-f", str(programs.istio("definitions.yaml")))
    place.kubectl(layout, "apply", "-f", "-", given=yaml.safe_dump_all(objects()))


def command(_: Layout) -> list[str]:
    """istiod."""
    listens = {
        "httpAddr": 8080, "monitoringAddr": FIGURES, "grpcAddr": XDS, "secureGRPCAddr": SECURE_XDS,
        "httpsAddr": WEBHOOKS,
    }  # fmt: skip
    return [
        programs.built("pilot-discovery"), "discovery", "--domain=cluster.local",
        *(f"--{name}={place.NODE}:{port}" for name, port in listens.items()),
        "--keepaliveMaxServerConnectionAge=30m", "--log_output_level=default:info",
    ]  # fmt: skip


def environment(layout: Layout) -> dict[str, str]:
    """What istiod is told; it fetches the keys of tokens from the public name, whose authority is the cluster's."""
    return {
        "KUBECONFIG": str(place.kubeconfig(layout)), "POD_NAME": "istiod-0", "POD_NAMESPACE": SPACE,
        "REVISION": "default", "CLUSTER_ID": "Kubernetes", "PILOT_CERT_PROVIDER": "istiod",
        "INJECTION_WEBHOOK_CONFIG_NAME": INJECTOR, "VALIDATION_WEBHOOK_CONFIG_NAME": VALIDATOR,
        "JWT_POLICY": "third-party-jwt", "SSL_CERT_FILE": str(place.folder(layout) / "pki" / "ca.crt"),
        **_SWITCHED_OFF,
    }  # fmt: skip


def ready(layout: Layout) -> None:
    """Returns when its webhooks are in force: the validating one refuses what it cannot ask about from then on."""
    path = "jsonpath={.webhooks[0].failurePolicy}"
    policy = place.kubectl(layout, "get", "validatingwebhookconfiguration", VALIDATOR, "-o", path)
    if policy != "Fail":
        raise ConnectionError(f"the validating webhook's policy is {policy} yet")


def objects() -> list[dict[str, Any]]:
    """What the mesh consists of, besides its definitions."""
    ports = {"grpc-xds": (XDS, XDS), "https-dns": (SECURE_XDS, SECURE_XDS), "https-webhook": (443, WEBHOOKS),
             "http-monitoring": (FIGURES, FIGURES)}  # fmt: skip
    labels = {"app": "istiod", "istio": "pilot"}
    service = {"ports": [{"name": name, "port": port, "targetPort": to} for name, (port, to) in ports.items()]}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}},
        _object("v1", "ConfigMap", "istio", data={"mesh": yaml.safe_dump(_mesh()), "meshNetworks": "networks: {}"}),
        _object("v1", "ConfigMap", INJECTOR, data={"config": yaml.safe_dump(_injection()), "values": _values()}),
        _object("v1", "Service", "istiod", labels=labels, spec=service),
        on_node("istiod", SPACE, {name: to for name, (_, to) in ports.items()}),
        _webhook("MutatingWebhookConfiguration", INJECTOR, "namespace.sidecar-injector.istio.io", "/inject", {
            "failurePolicy": "Fail", "rules": [_rule([""], ["v1"], ["pods"], ["CREATE"])],
            "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
            "objectSelector": {"matchExpressions": [
                {"key": "sidecar.istio.io/inject", "operator": "NotIn", "values": ["false"]}
            ]},
        }),
        _webhook("ValidatingWebhookConfiguration", VALIDATOR, "rev.validation.istio.io", "/validate", {
            "failurePolicy": "Ignore", "rules": [_rule([*_GROUPS], ["*"], ["*"], ["CREATE", "UPDATE"])],
        }),
    ]  # fmt: skip


def on_node(name: str, space: str, ports: dict[str, int], address: str = place.NODE) -> dict[str, Any]:
    """The endpoints of a Service that is a process of the node."""
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": name, "namespace": space, "labels": {"kubernetes.io/service-name": name}},
        "ports": [{"name": each, "port": port, "protocol": "TCP"} for each, port in ports.items()],
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
    }  # fmt: skip


def _mesh() -> dict[str, Any]:
    return {
        "trustDomain": TRUST_DOMAIN, "rootNamespace": SPACE, "accessLogFile": "/dev/stdout",
        "enablePrometheusMerge": True,
        "defaultConfig": {"discoveryAddress": f"istiod.{SPACE}.svc:{SECURE_XDS}", "proxyMetadata": {}},
    }  # fmt: skip


def _injection() -> dict[str, Any]:
    templates = {name: programs.istio(f"{name}.yaml").read_text() for name in ("sidecar", "gateway")}
    return {
        "defaultTemplates": ["sidecar"], "policy": "enabled", "alwaysInjectSelector": [], "neverInjectSelector": [],
        "injectedAnnotations": {}, "template": "{{ Template_Version_And_Istio_Version_Mismatched_Check_Installation }}",
        "templates": templates,
    }  # fmt: skip


def _values() -> str:
    values = yaml.safe_load(programs.istio("values.yaml").read_text())["_internal_defaults_do_not_set"]
    values["global"] |= {"hub": images.HUB, "tag": images.TAG, "imagePullPolicy": "IfNotPresent"}
    values["global"]["proxy"] |= {
        "logLevel": "warning",
        # As little as a machine of two processors can spare for each of fifteen pods.
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"cpu": "2", "memory": "512Mi"}},
    }
    values["cni"]["enabled"] = True
    chosen = {key: values[key] for key in ("global", "sidecarInjectorWebhook", "revision", "gateways")}
    return json.dumps(chosen | {"pilot": {"cni": values["cni"], "env": values["env"]}})


def _webhook(kind: str, name: str, webhook: str, path: str, rest: dict[str, Any]) -> dict[str, Any]:
    service = {"name": "istiod", "namespace": SPACE, "port": 443, "path": path}
    common = {"name": webhook, "clientConfig": {"service": service}, "sideEffects": "None",
              "admissionReviewVersions": ["v1"]}  # fmt: skip
    labels = {"istio.io/rev": "default", "app": "sidecar-injector" if kind.startswith("Mutating") else "istiod"}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
        "metadata": {"name": name, "labels": labels}, "webhooks": [common | rest],
    }  # fmt: skip


def _rule(groups: list[str], versions: list[str], resources: list[str], operations: list[str]) -> dict[str, Any]:
    return {"apiGroups": groups, "apiVersions": versions, "resources": resources, "operations": operations,
            "scope": "*"}  # fmt: skip


def _object(version: str, kind: str, name: str, labels: dict[str, str] | None = None, **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": SPACE} | ({"labels": labels} if labels else {})
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}
