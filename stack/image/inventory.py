"""What the image is made of, as CycloneDX: the wheels and Debian's packages, each with its version and hashes."""

import json
from pathlib import Path
from typing import Any

from stack import folders
from stack.image.debian import ARCHITECTURE, Lock, Package
from stack.scan import inventory

KIND = "application/vnd.cyclonedx+json"
DISTRIBUTION = "debian-12"


def write(target: Path, name: str, digest: str, lock: Lock) -> Path:
    """Writes it; the image that it is about is named by its digest."""
    document = json.loads((folders.CHECKOUT / inventory.write()).read_text())
    document["metadata"]["component"] = _image(name, digest)
    document["components"] += [_component(each) for each in lock.of("base")]
    target.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
    return target


def _image(name: str, digest: str) -> dict[str, Any]:
    short, _, version = name.partition(":")
    purl = f"pkg:oci/{short}@{digest.replace(':', '%3A')}?arch={ARCHITECTURE}&tag={version}"
    return {"type": "container", "bom-ref": purl, "name": short, "version": version, "purl": purl}


def _component(package: Package) -> dict[str, Any]:
    version = package.version.replace("+", "%2B").replace(":", "%3A")
    name = package.name.replace("+", "%2B")
    architecture = package.path.rpartition("_")[2].removesuffix(".deb")
    purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro={DISTRIBUTION}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": package.sha256}],
    }
