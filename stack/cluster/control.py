"""The control plane: etcd, the API server, its controllers, the scheduler, and the server of metrics."""

import base64
from typing import Any

import yaml

from stack import probes
from stack.cluster import mesh, place, programs
from stack.layout import Layout

_ETCD, _ETCD_PEERS = 2379, 2380
_METRICS_PORT = 4443
ISSUER = f"https://kubernetes.default.svc.{place.DOMAIN}"


def etcd(layout: Layout) -> list[str]:
    """The store of the API server. It does not wait for the disk: nothing in it outlives the cluster."""
    clients, peers = f"http://127.0.0.1:{_ETCD}", f"http://127.0.0.1:{_ETCD_PEERS}"
    return [
        programs.built("etcd"), "--name=one", f"--data-dir={place.folder(layout) / 'etcd'}", "--unsafe-no-fsync",
        f"--listen-client-urls={clients}", f"--advertise-client-urls={clients}", f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}", f"--initial-cluster=one={peers}", "--log-level=warn",
    ]  # fmt: skip


def etcd_ready(_: Layout) -> None:
    """Returns when it takes connections."""
    probes.port_open(_ETCD)


def api_server(layout: Layout) -> list[str]:
    """The API server. It reaches webhooks by EndpointSlices, without kube-proxy, and kubelet by the node's address."""
    pki = place.folder(layout) / "pki"
    flags = {
        "etcd-servers": f"http://127.0.0.1:{_ETCD}", "advertise-address": place.NODE, "bind-address": "0.0.0.0",  # noqa: S104 all of the node's own network
        "secure-port": place.API_PORT, "service-cluster-ip-range": place.SERVICES, "client-ca-file": pki / "ca.crt",
        "tls-cert-file": pki / "apiserver.crt", "tls-private-key-file": pki / "apiserver.key",
        "service-account-key-file": pki / "sa.pub", "service-account-signing-key-file": pki / "sa.key",
        "service-account-issuer": ISSUER, "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction", "allow-privileged": "true",
        "kubelet-client-certificate": pki / "apiserver-kubelet-client.crt",
        "kubelet-client-key": pki / "apiserver-kubelet-client.key", "kubelet-certificate-authority": pki / "ca.crt",
        "requestheader-client-ca-file": pki / "front-proxy-ca.crt",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-", "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User", "proxy-client-cert-file": pki / "front-proxy-client.crt",
        "proxy-client-key-file": pki / "front-proxy-client.key", "profiling": "false",
        "enable-aggregator-routing": "true", "kubelet-preferred-address-types": "InternalIP",
    }  # fmt: skip
    return [programs.built("kube-apiserver"), *(f"--{name}={value}" for name, value in flags.items())]


def api_ready(layout: Layout) -> None:
    """Returns when the API server serves all of its groups."""
    place.kubectl(layout, "get", "--raw", "/readyz")


def controllers(layout: Layout) -> list[str]:
    """The controllers of Kubernetes' own kinds."""
    pki = place.folder(layout) / "pki"
    return [
        programs.built("kube-controller-manager"), *_signed_in(layout, "controller-manager"),
        f"--service-account-private-key-file={pki / 'sa.key'}", f"--root-ca-file={pki / 'ca.crt'}",
        f"--cluster-signing-cert-file={pki / 'ca.crt'}", f"--cluster-signing-key-file={pki / 'ca.key'}",
        "--use-service-account-credentials=true", "--leader-elect=false", "--bind-address=127.0.0.1",
        "--profiling=false",
    ]  # fmt: skip


def scheduler(layout: Layout) -> list[str]:
    """What finds a node for each pod."""
    found = [programs.built("kube-scheduler"), *_signed_in(layout, "scheduler")]
    return [*found, "--leader-elect=false", "--bind-address=127.0.0.1"]


def metrics_server(layout: Layout) -> list[str]:
    """What tells autoscalers how much processor the pods take."""
    pki = place.folder(layout) / "pki"
    return [
        programs.built("metrics-server"), *_signed_in(layout, "metrics"), f"--secure-port={_METRICS_PORT}",
        f"--tls-cert-file={pki / 'metrics-server.crt'}", f"--tls-private-key-file={pki / 'metrics-server.key'}",
        f"--kubelet-certificate-authority={pki / 'ca.crt'}", "--kubelet-preferred-address-types=InternalIP",
        "--metric-resolution=15s",
    ]  # fmt: skip


def metrics_ready(_: Layout) -> None:
    """Returns when it takes connections; figures it has a quarter of a minute later."""
    probes.port_open(_METRICS_PORT)


def offer_metrics(layout: Layout) -> None:
    """Has the API server pass questions about metrics on to it, and lets it ask the node."""
    authority = (place.folder(layout) / "pki" / "ca.crt").read_bytes()
    name, space = "metrics-server", "kube-system"
    reads = [
        {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]},
    ]
    rights = "rbac.authorization.k8s.io"
    made: list[dict[str, Any]] = [
        {"apiVersion": f"{rights}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": reads},
        *(
            {
                "apiVersion": f"{rights}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": bound},
                "roleRef": {"apiGroup": rights, "kind": "ClusterRole", "name": role},
                "subjects": [{"apiGroup": rights, "kind": "User", "name": f"system:{name}"}],
            }
            for bound, role in ((name, name), (f"{name}-delegates", "system:auth-delegator"))
        ),
        {
            # By it the API server says whom it passes questions on for.
            "apiVersion": f"{rights}/v1", "kind": "RoleBinding", "metadata": {"name": name, "namespace": space},
            "roleRef": {"apiGroup": rights, "kind": "Role", "name": "extension-apiserver-authentication-reader"},
            "subjects": [{"apiGroup": rights, "kind": "User", "name": f"system:{name}"}],
        },
        {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": space},
            "spec": {"ports": [{"name": "https", "port": 443, "targetPort": _METRICS_PORT}]},
        },
        mesh.on_node(name, space, {"https": _METRICS_PORT}),
        {
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": "v1beta1.metrics.k8s.io"},
            "spec": {
                "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                "service": {"name": name, "namespace": space}, "caBundle": base64.b64encode(authority).decode(),
            },
        },
    ]  # fmt: skip
    place.kubectl(layout, "apply", "-f", "-", given=yaml.safe_dump_all(made))


def _signed_in(layout: Layout, name: str) -> list[str]:
    file = place.kubeconfig(layout, name)
    return [f"--kubeconfig={file}", f"--authentication-kubeconfig={file}", f"--authorization-kubeconfig={file}"]
