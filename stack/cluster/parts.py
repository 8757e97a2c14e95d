"""The table of everything that runs in a cluster on this machine: its own programs, and the platform's parts."""

from dataclasses import replace

from stack.cluster import control, doors, mesh, names, node, provided
from stack.part import Part, Stage
from stack.parts import choose

_SERVER = "kube-apiserver"


def table() -> tuple[Part, ...]:
    """Every part, each after those that it waits for."""
    return (*_control_plane(), *_node(), *_platform())


def api_alone() -> tuple[Part, ...]:
    """The API server with its controllers, Istio's kinds and the webhooks that look at them; nothing runs there."""
    left_out = ("kube-scheduler", "metrics-server")
    return tuple(part for part in _control_plane() if part.name not in left_out)


def _control_plane() -> tuple[Part, ...]:
    return (
        Part("etcd", command=control.etcd, ready=control.etcd_ready),
        Part(_SERVER, after=("etcd",), command=control.api_server, ready=control.api_ready, settle=mesh.define),
        Part("kube-controller-manager", after=(_SERVER,), command=control.controllers, ready=control.api_ready),
        Part("kube-scheduler", after=(_SERVER,), command=control.scheduler, ready=control.api_ready),
        Part("istiod", after=(_SERVER,), command=mesh.command, environment=mesh.environment, ready=mesh.ready),
        Part("metrics-server", after=(_SERVER,), command=control.metrics_server, prepare=control.offer_metrics,
             ready=control.metrics_ready),
    )  # fmt: skip


def _node() -> tuple[Part, ...]:
    return (
        Part("names", after=(_SERVER,), command=names.command, prepare=names.prepare, ready=names.ready),
        Part("containerd", command=node.containerd, prepare=node.prepare_containerd, ready=node.containerd_ready,
             settle=node.import_images),
        Part("kube-proxy", after=(_SERVER,), command=node.kube_proxy, prepare=node.prepare_kube_proxy,
             ready=control.api_ready),
        Part("kubelet", Stage.SERVICES, ("containerd", "istiod", "names", "kube-proxy"), command=node.kubelet,
             prepare=node.prepare_kubelet, ready=node.kubelet_ready, settle=node.label),
        Part("doors", command=doors.command, prepare=doors.prepare, ready=doors.ready),
    )  # fmt: skip


def _platform() -> tuple[Part, ...]:
    """The parts, as the platform has them before anything of ours is there."""
    found = [provided.bare(part) for part in choose([*doors.PARTS])]
    return tuple(replace(part, prepare=doors.prepare_kafka) if part.name == "kafka" else part for part in found)
