"""An image as an OCI layout in one file, which containerd, Podman, Docker and skopeo read.

Every byte of it follows from what it is made of. Standard library only.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stack.image.layers import Layer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
Json = dict[str, Any]


@dataclass(frozen=True)
class Attachment:
    """A document about an image, which refers to it: a registry lists those of an image by its digest."""

    kind: str
    content: bytes
    title: str


def config(settings: Mapping[str, Any], layers: Sequence[Layer], moment: int, architecture: str) -> Json:
    """What a runtime is told of an image; `settings` are those of its process."""
    created = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{each.content}" for each in layers]},
        "history": [{"created": created, "created_by": each.what} for each in layers],
    }


class Archive:
    """An archive that is being written: each blob once, by its digest."""

    def __init__(self, file: Path) -> None:
        self._tar = tarfile.open(file, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 closed by `close`
        self._there = set[str]()
        self._manifests = list[Json]()

    def image(self, config: Json, layers: Sequence[Layer], name: str) -> str:
        """Adds an image under its whole name, such as docker.io/library/loanflow:0.1.0; its digest."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._blob(CONFIG, _canonical(config)),
            "layers": [self._layer(each) for each in layers],
        }
        descriptor = self._blob(MANIFEST, _canonical(manifest))
        # containerd takes the first, everything else the tag in the second.
        named = {
            "io.containerd.image.name": name,
            "org.opencontainers.image.ref.name": name.rpartition(":")[2],
        }
        self._manifests.append(descriptor | {"annotations": named})
        return str(descriptor["digest"])

    def attach(self, document: Attachment) -> None:
        """Adds a document about the last image."""
        about = {key: value for key, value in self._manifests[-1].items() if key != "annotations"}
        titled = {"annotations": {"org.opencontainers.image.title": document.title}}
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": document.kind,
            "config": self._blob(EMPTY, b"{}"),
            "layers": [self._blob(document.kind, document.content) | titled],
            "subject": about,
        }
        self._manifests.append(self._blob(MANIFEST, _canonical(manifest)) | {"artifactType": document.kind})

    def close(self) -> None:
        """Ends the archive with what lists its images."""
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": self._manifests}
        self._add("index.json", _canonical(index))
        self._add("oci-layout", _canonical({"imageLayoutVersion": "1.0.0"}))
        self._tar.close()

    def _layer(self, layer: Layer) -> Json:
        if layer.digest not in self._there:
            self._there.add(layer.digest)
            entry = _entry(f"blobs/sha256/{layer.digest}", layer.size)
            with layer.file.open("rb") as content:
                self._tar.addfile(entry, content)
        return {"mediaType": layer.kind, "digest": f"sha256:{layer.digest}", "size": layer.size}

    def _blob(self, kind: str, content: bytes) -> Json:
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._there:
            self._there.add(digest)
            self._add(f"blobs/sha256/{digest}", content)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    def _add(self, name: str, content: bytes) -> None:
        self._tar.addfile(_entry(name, len(content)), io.BytesIO(content))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def _canonical(value: Json) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
