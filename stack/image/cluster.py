"""The images of others that a cluster on one machine needs where no registry is reached: Istio's proxy, and pause.

Each is written as ours is, of programs that are there already: upstream's Envoy, Istio's agent built from its Go
module, and a pause of our own, which is twenty lines.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stack import folders
from stack.image import ImageError, archive, base, debian, layers
from stack.image.archive import Archive
from stack.image.build import snapshot_time
from stack.image.layers import Layer

FOLDER = folders.CHECKOUT / "build" / "image"
PAUSE = "registry.k8s.io/pause"
PAUSE_VERSION = "3.10"
PROXY = "docker.io/istio/proxyv2"
# As Istio's own images have it.
PROXY_USER = 1337
_PAUSE_SOURCE = Path(__file__).with_name("pause")
_UNPRIVILEGED = 65535


def proxy(agent: Path, envoy: Path, bootstrap: Path, tag: str, folder: Path = FOLDER) -> Path:
    """The archive of docker.io/istio/proxyv2 under a tag: Istio's agent, Envoy, and the bootstrap that it fills in.

    It has no iptables: routes are changed by Istio's CNI plugin, on the node.
    """
    work = layers.clear(folder / "proxy")
    below, above = work / "base", work / "programs"
    base.make("proxy", below, "istio-proxy", PROXY_USER)
    for source, name in (
        (agent, "usr/local/bin/pilot-agent"),
        (envoy, "usr/local/bin/envoy"),
        (bootstrap, "var/lib/istio/envoy/envoy_bootstrap_tmpl.json"),
    ):
        if not source.is_file():
            raise ImageError(f"{source} is not there")
        (above / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, above / name)
    moment = snapshot_time(debian.locked().snapshot)
    made = [layers.write(each.name, each, work / f"{each.name}.layer", moment) for each in (below, above)]
    settings = {
        "User": f"{PROXY_USER}:{PROXY_USER}",
        "Env": ["PATH=/usr/local/bin"],
        "Entrypoint": ["/usr/local/bin/pilot-agent"],
        "WorkingDir": "/",
    }
    return _written(folder / "proxyv2.tar", f"{PROXY}:{tag}", settings, made, moment)


def pause(folder: Path = FOLDER) -> Path:
    """The archive of the image that each pod begins with."""
    if not shutil.which("go"):
        raise ImageError("the Go toolchain is needed to build pause: apt-get install golang-go")
    work = layers.clear(folder / "pause")
    # What it makes depends on its source and the toolchain alone.
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    options = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="]
    command = ["go", "build", *options, "-o", str(work / "root" / "pause"), "."]
    done = subprocess.run(command, cwd=_PAUSE_SOURCE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageError(f"Go could not build pause: {done.stderr.strip()}")
    made = [layers.write("pause", work / "root", work / "pause.layer", 0)]
    settings = {"User": f"{_UNPRIVILEGED}:{_UNPRIVILEGED}", "Entrypoint": ["/pause"], "WorkingDir": "/"}
    return _written(folder / "pause.tar", f"{PAUSE}:{PAUSE_VERSION}", settings, made, 0)


def _written(target: Path, name: str, settings: Mapping[str, Any], made: Sequence[Layer], moment: int) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with Archive(target) as writing:
        writing.image(archive.config(settings, made, moment, debian.ARCHITECTURE), made, name)
    return target
