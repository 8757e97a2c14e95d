"""Where a cluster on this machine is: its addresses, and the namespaces that keep it apart from everything else.

The node is a network namespace of its own that reaches nothing outside, so that no other stack notices it. Kubelet and
containerd mount in a mount namespace of their own. Both last as long as the cluster's supervisor.
"""

import os
import subprocess
import sys
from pathlib import Path

from stack import folders
from stack.cluster import programs
from stack.layout import Layout
from stack.supervisor import Supervisor

# Its base port: a cluster has all ports of its own, but keeps its state by this number, as every stack does.
BASE = 3000
# Of the node, its pods and its Services. No one else sees them.
NODE, ROUTER = "10.98.0.1", "10.98.0.254"
PODS, SERVICES, FIRST_SERVICE = "10.97.0.0/24", "10.99.0.0/24", "10.99.0.1"
# Whom the platform calls outside of a cluster has an address each, so that each has the port that its URL says.
OUTSIDE = {"objects": "10.98.0.11", "bank": "10.98.0.12", "mail": "10.98.0.13"}
API_PORT = 6443
BRIDGE = "node0"
DOMAIN = "cluster.local"
# Says to a command that it runs inside already.
_INSIDE = "LOANFLOW_CLUSTER_INSIDE"
# Where Kubernetes, containerd and network plugins write without being asked; inside these are empty, and their own.
_WRITTEN = (
    "/run", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers", "/etc/cni/net.d",
    "/usr/libexec/kubernetes/kubelet-plugins",
)  # fmt: skip
# What kubelet sets for the whole machine, and what is put back.
_KERNEL = ("vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops")


def network(layout: Layout) -> str:
    """The name of the network namespace."""
    return f"loanflow-{layout.base}"


def folder(layout: Layout) -> Path:
    """The files of the node and the control plane."""
    return layout.folder("cluster", 0o711)


def kubeconfig(layout: Layout, name: str = "admin") -> Path:
    """How someone signs in at the API server."""
    return folder(layout) / "pki" / f"{name}.conf"


def kubectl(layout: Layout, *words: str, given: str | None = None, check: bool = True) -> str:
    """Asks the API server as its administrator; what it said. CalledProcessError when it refused."""
    command = [programs.built("kubectl"), "--kubeconfig", str(kubeconfig(layout)), *words]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if check and done.returncode:
        said = f"kubectl {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}"
        raise RuntimeError(said[:2000])
    return done.stdout


def enter(layout: Layout, supervisor: Supervisor, words: list[str]) -> None:
    """Has this command go on inside the namespaces, which are made when there are none; returns once it does."""
    if os.environ.get(_INSIDE) == str(layout.base):
        return
    if os.geteuid() != 0:
        raise PermissionError("root alone makes a cluster: it has namespaces, mounts and control groups of its own")
    _make_network(layout)
    into = [programs.debian("nsenter"), f"--net=/run/netns/{network(layout)}"]
    pid = supervisor.pid()
    if pid:
        into += [f"--mount=/proc/{pid}/ns/mnt", f"--wd={folders.CHECKOUT}"]
        command = [*into, "--", sys.executable, "-m", "stack.cluster", *words]
    else:
        resolver = folder(layout) / "resolv.conf"
        resolver.write_text(f"nameserver {NODE}\noptions ndots:1 timeout:2\n")
        resolver.chmod(0o644)
        apart = [programs.debian("unshare"), "--mount", "--propagation", "private"]
        command = [*into, "--", *apart, "sh", "-c", _MOUNTS, "sh", str(resolver), *_made(layout), "--"]
        command += [sys.executable, "-m", "stack.cluster", *words]
    os.execvpe(command[0], command, {**os.environ, _INSIDE: str(layout.base)})


# What is mounted inside stays inside, and pods see what their containers share.
_MOUNTS = """set -e
mount --bind "$1" /etc/resolv.conf; shift
while [ "$1" != -- ]; do mount -t tmpfs tmpfs "$1"; shift; done; shift
mount --make-rshared /
exec "$@"
"""


def _made(layout: Layout) -> tuple[str, ...]:
    """The folders that are covered inside; those that the machine did not have are noted, and made."""
    noted = folder(layout) / "folders"
    if not noted.exists():
        missing = [each for path in _WRITTEN for each in (Path(path), *Path(path).parents) if not each.exists()]
        noted.write_text("".join(f"{each}\n" for each in missing))
    for path in _WRITTEN:
        Path(path).mkdir(parents=True, exist_ok=True)
    return _WRITTEN


def remove_folders(layout: Layout) -> None:
    """Takes away the folders that the machine did not have; nothing is in them, as what was written is inside."""
    noted = folder(layout) / "folders"
    for line in noted.read_text().splitlines() if noted.exists() else ():
        if Path(line).exists():
            Path(line).rmdir()


def remember_kernel(layout: Layout) -> None:
    """Notes the settings of the machine that kubelet changes, unless they are noted already."""
    noted = folder(layout) / "kernel"
    if not noted.exists():
        values = (f"{name} {Path('/proc/sys', name).read_text().strip()}\n" for name in _KERNEL)
        noted.write_text("".join(values))


def put_back_kernel(layout: Layout) -> None:
    """Gives the machine the settings that it had."""
    noted = folder(layout) / "kernel"
    for line in noted.read_text().splitlines() if noted.exists() else ():
        name, _, value = line.partition(" ")
        Path("/proc/sys", name).write_text(value)


def remove_network(layout: Layout) -> None:
    """Takes the network namespace away, with all that is in it."""
    if Path("/run/netns", network(layout)).exists():
        subprocess.run([programs.debian("ip"), "netns", "delete", network(layout)], check=True)


def _make_network(layout: Layout) -> None:
    if Path("/run/netns", network(layout)).exists():
        return
    ip = programs.debian("ip")
    subprocess.run([ip, "netns", "add", network(layout)], check=True)
    inside = [ip, "-n", network(layout)]
    for words in (
        ["link", "set", "lo", "up"],
        ["link", "add", BRIDGE, "type", "bridge"],
        ["addr", "add", f"{NODE}/24", "dev", BRIDGE],
        *(["addr", "add", f"{address}/24", "dev", BRIDGE] for address in OUTSIDE.values()),
        ["link", "set", BRIDGE, "up"],
        # Nobody is there: what is sent out of the cluster is lost, and not refused by the kernel.
        ["route", "add", "default", "via", ROUTER, "dev", BRIDGE],
    ):
        subprocess.run([*inside, *words], check=True)
    switches = "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter"
    subprocess.run([ip, "netns", "exec", network(layout), "sh", "-c", switches], check=True)
