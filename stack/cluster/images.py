"""The images that the cluster's pods name, as OCI archives: the product's own, the mesh's proxy, and pause."""

from pathlib import Path

from stack import folders
from stack import programs as local
from stack.cluster import programs
from stack.image import build
from stack.image import cluster as others
from stack.install import once
from stack.mesh.workloads import IMAGE

# Of the proxy, whose image the mesh names by the hub and the tag that it was installed with.
HUB, TAG = others.PROXY.rpartition("/")[0], "1"
PAUSE = f"{others.PAUSE}:{others.PAUSE_VERSION}"
_PROXY, _PAUSE = "proxyv2.tar", "pause.tar"


class ImageError(Exception):
    """An image is missing; the text says what makes it."""


def archives() -> dict[str, Path]:
    """The archive of each image by its name, as pods' names for it are read."""
    product = build.FOLDER / f"{IMAGE.partition(':')[0]}.tar"
    if not product.exists():
        raise ImageError(f"{product} is not there: make image")
    folder = _others()
    return {f"{build.REGISTRY}/{IMAGE}": product, f"{others.PROXY}:{TAG}": folder / _PROXY, PAUSE: folder / _PAUSE}


def install() -> None:
    """Makes those that are not the product's, once."""
    once(_others(), "the images of Istio's proxy and of pause", _make)


def _others() -> Path:
    return folders.cluster_images()


def _make(folder: Path) -> None:
    agent, bootstrap = Path(programs.built("pilot-agent")), programs.istio("envoy_bootstrap.json")
    made = others.proxy(agent, Path(local.envoy()), bootstrap, TAG, folder)
    assert made.name == _PROXY
    assert others.pause(folder).name == _PAUSE
