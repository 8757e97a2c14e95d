"""`python -m stack.cluster.names KUBECONFIG FOLDER`: runs dnsmasq, and writes each Service's name and address for it.

dnsmasq answers the cluster's pods and whoever runs beside them; of names of its own domain that it does not know it
says so at once. What CoreDNS would do in a cluster that is not of one node.
"""

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from services.runtime.secrets import private_files
from stack import probes
from stack.cluster import place, programs
from stack.layout import Layout

FILE = "services"
# The annotation by which a Service has names besides, such as the public one of the edge.
PUBLIC = "loanflow.local/public-name"
_PORT = 53
_PAUSE, _WATCH_SECONDS = 0.5, 10


def write_outside(layout: Layout, addresses: Mapping[str, str]) -> None:
    """Notes the hosts outside of the cluster, with their addresses, for the watcher."""
    Path(f"{_folder(layout)}.json").write_text(json.dumps(dict(addresses)))


def command(layout: Layout) -> list[str]:
    """This module's own command."""
    return [sys.executable, "-m", "stack.cluster.names", str(place.kubeconfig(layout)), str(_folder(layout))]


def prepare(layout: Layout) -> None:
    """Makes the folder that dnsmasq looks at."""
    _folder(layout).mkdir(exist_ok=True)


def ready(layout: Layout) -> None:
    """Returns when it takes connections, and the first Services are written."""
    if not (_folder(layout) / FILE).exists():
        raise ConnectionError("no names yet")
    socket.create_connection((place.NODE, _PORT), probes.PATIENCE_SECONDS).close()


def lines(services: list[dict[str, Any]], outside: Mapping[str, str]) -> str:
    """The file of hosts: each Service with an address, by its long and its short name, and who is outside."""
    found = [f"{place.NODE} istiod.istio-system.svc.{place.DOMAIN} istiod.istio-system.svc"]
    for service in services:
        about, address = service["metadata"], service["spec"].get("clusterIP", "None")
        name = f"{about['name']}.{about['namespace']}.svc"
        if address != "None" and not name.startswith("istiod."):
            found.append(f"{address} {name}.{place.DOMAIN} {name}")
            # Whoever calls the platform by its public name comes to its edge.
            found += [f"{address} {host}" for host in about.get("annotations", {}).get(PUBLIC, "").split()]
    return "".join(f"{line}\n" for line in (*found, *(f"{address} {name}" for name, address in outside.items())))


def main(kubeconfig: Path, folder: Path) -> None:
    """Writes them, and again at each change, until it or dnsmasq is ended."""
    outside = json.loads(Path(f"{folder}.json").read_text())
    # It closes the pipe that a supervisor would write to, and a supervisor with such a pipe never rests.
    with subprocess.Popen(_dnsmasq(folder), stdin=subprocess.DEVNULL) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        while server.poll() is None:
            try:
                for services in _seen(kubeconfig):
                    private_files.replace(folder / FILE, lines(services, outside).encode(), 0o644)
                    if server.poll() is not None:
                        return
            except (OSError, urllib.error.URLError, ValueError):
                # The API server is started anew.
                time.sleep(_PAUSE)


def _dnsmasq(folder: Path) -> list[str]:
    """The server of names, on the node's address; it reads a file of the folder anew when that changes."""
    return [
        programs.debian("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--pid-file=", "--user=root", f"--hostsdir={folder}", f"--listen-address={place.NODE}", "--bind-interfaces",
        f"--local=/{place.DOMAIN}/", "--local=/svc/", "--local-ttl=1",
    ]  # fmt: skip


def _seen(kubeconfig: Path) -> Iterator[list[dict[str, Any]]]:
    """The Services as they are, and at each change of one of them."""
    server, context = _signed_in(kubeconfig)
    path = f"{server}/api/v1/services"
    with urllib.request.urlopen(path, context=context, timeout=10) as answer:
        listed = json.load(answer)
    known = {_key(each): each for each in listed["items"]}
    yield list(known.values())
    since = listed["metadata"]["resourceVersion"]
    query = f"?watch=1&timeoutSeconds={_WATCH_SECONDS}&resourceVersion={since}"
    with urllib.request.urlopen(path + query, context=context, timeout=_WATCH_SECONDS + 10) as answer:
        for line in answer:
            change = json.loads(line)
            if change["type"] == "DELETED":
                known.pop(_key(change["object"]), None)
            elif change["type"] != "ERROR":
                known[_key(change["object"])] = change["object"]
            yield list(known.values())


def _key(service: dict[str, Any]) -> tuple[str, str]:
    return service["metadata"]["namespace"], service["metadata"]["name"]


def _signed_in(kubeconfig: Path) -> tuple[str, ssl.SSLContext]:
    server = yaml.safe_load(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    context = ssl.create_default_context(cafile=str(kubeconfig.parent / "ca.crt"))
    context.load_cert_chain(kubeconfig.parent / "admin.crt", kubeconfig.parent / "admin.key")
    return server, context


def _folder(layout: Layout) -> Path:
    return place.folder(layout) / "names"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
