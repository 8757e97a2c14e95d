"""The programs of a cluster: Kubernetes, etcd and Istio of their Go modules, built once per lock, and Debian's runtime.

No registry of images and no download is needed. `go build` takes the main packages of modules that are required, so
that what Kubernetes and Istio share is compiled once; versions and hashes are those of go/go.mod and go/go.sum alone.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

from stack import folders
from stack.install import DONE, InstallError, once

KUBERNETES = "v1.36.3"
BUILT = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
    "pilot-discovery": "istio.io/istio/pilot/cmd/pilot-discovery",
    "pilot-agent": "istio.io/istio/pilot/cmd/pilot-agent",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    "kubelet": "k8s.io/kubernetes/cmd/kubelet",
    "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
    "istio-cni": "istio.io/istio/cni/cmd/istio-cni",
    "istioctl": "istio.io/istio/istioctl/cmd/istioctl",
}
_METRICS = ("metrics-server", "sigs.k8s.io/metrics-server/cmd/metrics-server")
# What Istio's charts are made of, by the names under which they are kept beside the programs.
_CHARTS = "manifests/charts"
ISTIO_FILES = {
    "definitions.yaml": f"{_CHARTS}/base/files/crd-all.gen.yaml",
    "values.yaml": f"{_CHARTS}/istio-control/istio-discovery/values.yaml",
    "sidecar.yaml": f"{_CHARTS}/istio-control/istio-discovery/files/injection-template.yaml",
    "gateway.yaml": f"{_CHARTS}/istio-control/istio-discovery/files/gateway-injection-template.yaml",
    "envoy_bootstrap.json": "tools/packaging/common/envoy_bootstrap.json",
}
# By which of its programs each of Debian's packages is known to be there.
DEBIAN = {
    "containerd": "containerd", "runc": "runc", "dnsmasq-base": "dnsmasq", "iptables": "iptables",
    "iproute2": "ip", "util-linux": "nsenter", "conntrack": "conntrack",
}  # fmt: skip
# Where Debian keeps the network plugins.
PLUGINS = Path("/usr/lib/cni")
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def install() -> None:
    """Builds what is missing; InstallError when the machine lacks something, with what to install."""
    missing = [package for package, program in DEBIAN.items() if not shutil.which(program, path=_PATH)]
    missing += [] if (PLUGINS / "bridge").exists() else ["containernetworking-plugins"]
    if missing:
        raise InstallError(f"a cluster needs apt-get install --no-install-recommends {' '.join(missing)}")
    once(folders.cluster_programs(), "Kubernetes, etcd and Istio", _build)


def installed() -> bool:
    """Whether they are built."""
    return (folders.cluster_programs() / DONE).exists()


def built(name: str) -> str:
    """A program that was built."""
    return str(folders.cluster_programs() / name)


def istio(name: str) -> Path:
    """A file of `ISTIO_FILES`."""
    return folders.cluster_programs() / "istio" / name


def debian(name: str) -> str:
    """A program of Debian's."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        raise InstallError(f"{name} is not installed")
    return found


def _build(folder: Path) -> None:
    if not shutil.which("go"):
        raise InstallError("the Go toolchain, 1.26 or newer, is needed: apt-get install golang-go")
    print("  about twenty minutes of a processor, the first time", flush=True)
    environment = {**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    base, client = "k8s.io/component-base/version", "k8s.io/client-go/pkg/version"
    said = {f"{base}.gitVersion": KUBERNETES, f"{base}.gitMajor": major, f"{base}.gitMinor": minor,
            f"{client}.gitVersion": KUBERNETES}  # fmt: skip
    flags = " ".join(("-s", "-w", *(f"-X {name}={value}" for name, value in said.items())))
    for project, programs in ((folders.CLUSTER_PROJECT, BUILT.items()), (folders.METRICS_PROJECT, [_METRICS])):
        for name, package in programs:
            began = time.monotonic()
            command = ["go", "build", "-trimpath", "-ldflags", flags, "-o", str(folder / name), package]
            if subprocess.run(command, cwd=project, env=environment, check=False).returncode:
                raise InstallError(f"Go could not build {name}; its message is above")
            print(f"  {name:<24} {time.monotonic() - began:5.0f} s", flush=True)
    where = ["go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio"]
    module = Path(
        subprocess.run(
            where, cwd=folders.CLUSTER_PROJECT, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()
    )
    (folder / "istio").mkdir()
    for name, source in ISTIO_FILES.items():
        (folder / "istio" / name).write_bytes((module / source).read_bytes())
