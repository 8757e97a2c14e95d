"""The node: containerd, kubelet, kube-proxy, and the network of pods with Istio's plugin at its end."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import yaml

from stack.cluster import images, mesh, place, programs
from stack.cluster.authority import NODE_NAME
from stack.layout import Layout

_CONTAINERD_SPACE = "k8s.io"


def containerd(layout: Layout) -> list[str]:
    """What runs containers, by runc."""
    return [programs.debian("containerd"), "--config", str(place.folder(layout) / "containerd.toml")]


def prepare_containerd(layout: Layout) -> None:
    """Writes its settings, and those of the network of pods. Scores of the kernel's killer are left as they are."""
    folder = place.folder(layout)
    (folder / "containerd.toml").write_text(f"""version = 2
root = "{folder / "containerd"}"
state = "{folder / "containerd-state"}"
oom_score = 0
disabled_plugins = [{", ".join(f'"io.containerd.snapshotter.v1.{n}"' for n in ("btrfs", "zfs", "aufs", "devmapper"))}]
[grpc]
  address = "{_socket(layout)}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{images.PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "{place.NODE}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{folder / "plugins"}"
    conf_dir = "{folder / "network"}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
""")
    for name in ("plugins", "network", "istio-cni", "addresses"):
        (folder / name).mkdir(exist_ok=True)
    for plugin in (*programs.PLUGINS.iterdir(), Path(programs.built("istio-cni"))):
        shutil.copy(plugin, folder / "plugins" / plugin.name)
    # By this file the plugin asks the API server for a pod's annotations.
    shutil.copy(place.kubeconfig(layout), folder / "istio-cni" / "istio-cni-kubeconfig")
    (folder / "network" / "10-mesh.conflist").write_text(json.dumps(_network(folder)))


def containerd_ready(layout: Layout) -> None:
    """Returns when it answers."""
    ctr(layout, "version")


def import_images(layout: Layout) -> None:
    """Gives it the images that pods name, as far as it does not have them as they are now."""
    for name, archive in images.archives().items():
        noted = place.folder(layout) / "images" / name.replace("/", "_")
        stamp = f"{archive} {archive.stat().st_mtime_ns}"
        if not noted.exists() or noted.read_text() != stamp:
            ctr(layout, "images", "import", str(archive))
            noted.parent.mkdir(exist_ok=True)
            noted.write_text(stamp)


def ctr(layout: Layout, *words: str) -> str:
    """Asks containerd; what it said."""
    command = [programs.debian("ctr"), "--address", str(_socket(layout)), "--namespace", _CONTAINERD_SPACE, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def kubelet(layout: Layout) -> list[str]:
    """What runs the pods of the node."""
    folder = place.folder(layout)
    return [
        programs.built("kubelet"), f"--config={folder / 'kubelet.yaml'}", f"--hostname-override={NODE_NAME}",
        f"--kubeconfig={place.kubeconfig(layout, 'kubelet')}", f"--node-ip={place.NODE}",
        f"--root-dir={folder / 'kubelet'}",
    ]  # fmt: skip


def prepare_kubelet(layout: Layout) -> None:
    """Writes its settings; it takes a machine as it finds it: first control groups, swap, no scores of the killer."""
    folder = place.folder(layout)
    place.remember_kernel(layout)
    pki = folder / "pki"
    settings = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False}, "webhook": {"enabled": True}, "x509": {"clientCAFile": str(pki / "ca.crt")}
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(pki / "kubelet-server.crt"), "tlsPrivateKeyFile": str(pki / "kubelet-server.key"),
        "containerRuntimeEndpoint": f"unix://{_socket(layout)}", "cgroupDriver": "cgroupfs", "failCgroupV1": False,
        "cgroupRoot": f"/{place.network(layout)}",
        "failSwapOn": False, "oomScoreAdj": 0, "featureGates": {"KubeletInUserNamespace": True},
        "clusterDNS": [place.NODE], "clusterDomain": place.DOMAIN, "resolvConf": str(folder / "resolv.conf"),
        "maxPods": 80, "serializeImagePulls": True,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 99, "imageGCLowThresholdPercent": 98,
        "volumePluginDir": str(folder / "volume-plugins"), "podLogsDir": str(folder / "logs"),
    }  # fmt: skip
    (folder / "kubelet.yaml").write_text(yaml.safe_dump(settings))
    for group in _control_groups(layout):
        group.mkdir(exist_ok=True)


def kubelet_ready(layout: Layout) -> None:
    """Returns when the node is ready for pods."""
    path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    if place.kubectl(layout, "get", "node", NODE_NAME, "-o", path) != "True":
        raise ConnectionError("the node is not ready yet")


def label(layout: Layout) -> None:
    """Gives the node the zone by which pods are spread."""
    place.kubectl(layout, "label", "--overwrite", "node", NODE_NAME, "topology.kubernetes.io/zone=here")


def kube_proxy(layout: Layout) -> list[str]:
    """What leads a Service's address to its pods."""
    return [programs.built("kube-proxy"), f"--config={place.folder(layout) / 'kube-proxy.yaml'}"]


def prepare_kube_proxy(layout: Layout) -> None:
    """Writes its settings."""
    settings = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(place.kubeconfig(layout, "proxy"))}, "hostnameOverride": NODE_NAME,
        "mode": "iptables", "clusterCIDR": place.PODS, "oomScoreAdj": 0, "conntrack": {"maxPerCore": 0, "min": 0},
    }  # fmt: skip
    (place.folder(layout) / "kube-proxy.yaml").write_text(yaml.safe_dump(settings))


def end_pods(layout: Layout) -> None:
    """Ends every container of the node; kubelet runs no more."""
    for found in _pod_processes(layout):
        found.kill()
    psutil.wait_procs(_shims(layout), timeout=1)
    for shim in _shims(layout):
        shim.kill()
    psutil.wait_procs(_shims(layout), timeout=5)


def remove_control_groups(layout: Layout) -> None:
    """Takes the control groups of the pods away; all of them are empty."""
    deadline = time.monotonic() + 10
    for top in _control_groups(layout):
        for each in sorted((group for group in top.rglob("*") if group.is_dir()), key=lambda p: -len(p.parts)):
            while True:
                try:
                    each.rmdir()
                    break
                except OSError:
                    # The kernel still buries who was in it.
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.1)
        if top.exists():
            top.rmdir()


def _pod_processes(layout: Layout) -> list[psutil.Process]:
    mark = f"/{place.network(layout)}/"
    found = []
    for process in psutil.process_iter():
        try:
            if mark in Path(f"/proc/{process.pid}/cgroup").read_text():
                found.append(process)
        except OSError:
            continue
    return found


def _shims(layout: Layout) -> list[psutil.Process]:
    mark = str(_socket(layout))
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if words and "containerd-shim" in words[0] and mark in words:
            found.append(process)
    return found


def _control_groups(layout: Layout) -> list[Path]:
    """The group of all pods, in each hierarchy of a machine that has several."""
    root = Path("/sys/fs/cgroup")
    tops = (
        [root] if (root / "cgroup.controllers").exists() else [each for each in root.iterdir() if not each.is_symlink()]
    )
    return [top / place.network(layout) for top in tops if os.access(top, os.W_OK)]


def _socket(layout: Layout) -> Path:
    return place.folder(layout) / "containerd.sock"


def _network(folder: Path) -> dict[str, object]:
    addresses = {
        "type": "host-local", "ranges": [[{"subnet": place.PODS}]], "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(folder / "addresses"),
    }  # fmt: skip
    return {
        "cniVersion": "0.4.0", "name": "mesh",
        "plugins": [
            {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": False, "hairpinMode": True,
             "ipam": addresses},
            {"type": "portmap", "capabilities": {"portMappings": True}},
            {"type": "istio-cni", "cni_agent_run_dir": str(folder / "istio-cni"), "plugin_log_level": "info",
             "ambient_enabled": False, "exclude_namespaces": [mesh.SPACE, "kube-system"],
             "pod_namespace": mesh.SPACE},
        ],
    }  # fmt: skip
