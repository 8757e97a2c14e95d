"""An image as an OCI layout in one file, which containerd, Podman, Docker and skopeo read.

Every byte of it follows from what it is made of. Standard library only.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

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
    """An archive that is being written: each blob once, by its digest. What lists its images comes last."""

    def __init__(self, file: Path) -> None:
        self._tar = tarfile.open(file, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 closed by __exit__
        self._there = set[str]()
        self._manifests = list[Json]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": self._manifests}
        self._add("index.json", _canonical(index))
        self._add("oci-layout", _canonical({"imageLayoutVersion": "1.0.0"}))
        self._tar.close()

    def all_of(self, file: Path) -> None:
        """Adds all that is in another archive."""
        with tarfile.open(file) as source:
            for entry in source:
                kind, _, digest = entry.name.rpartition("/")
                content = source.extractfile(entry)
                if content and kind.endswith("sha256") and digest not in self._there:
                    self._there.add(digest)
                    self._tar.addfile(_entry(f"blobs/sha256/{digest}", entry.size), content)
        self._manifests += index(file)["manifests"]

    def image(self, config: Json, layers: Sequence[Layer], name: str) -> None:
        """Adds an image under its whole name, such as docker.io/library/loanflow:0.1.0."""
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

    def attach(self, document: Attachment) -> None:
        """Adds a document about the first image."""
        about = {key: value for key, value in self._manifests[0].items() if key != "annotations"}
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


def index(file: Path) -> Json:
    """What lists the images of an archive; the first is the one that it is of."""
    return _json(file, "index.json")


def digest(file: Path) -> str:
    """The digest of the first image."""
    return str(index(file)["manifests"][0]["digest"])


def packed(file: Path) -> int:
    """The bytes that a registry keeps of the first image."""
    manifest = _json(file, _place(digest(file)))
    return sum(each["size"] for each in (manifest["config"], *manifest["layers"]))


def settings(file: Path) -> Json:
    """What the first image tells a runtime of its process."""
    found: Json = _json(file, _place(_json(file, _place(digest(file)))["config"]["digest"]))["config"]
    return found


def files(file: Path) -> Iterator[tuple[str, int]]:
    """The name and the bytes of each file in the layers of the first image."""
    with tarfile.open(file) as content:
        for each in _json(file, _place(digest(file)))["layers"]:
            with tarfile.open(fileobj=content.extractfile(_place(each["digest"]))) as layer:
                yield from ((entry.name.removeprefix("./"), entry.size) for entry in layer if entry.isfile())


def unpack(file: Path, folder: Path) -> None:
    """Fills the folder with the files of the first image, for who may give them to their owner."""
    with tarfile.open(file) as content:
        for each in _json(file, _place(digest(file)))["layers"]:
            with tarfile.open(fileobj=content.extractfile(_place(each["digest"]))) as layer:
                # Links may lead out of it: they are followed inside the image alone.
                layer.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)
                layer.extractall(folder)  # noqa: S202 what was just built
    folder.chmod(0o755)


def _place(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _json(file: Path, name: str) -> Json:
    with tarfile.open(file) as content:
        found = content.extractfile(name)
        assert found is not None
        value: Json = json.load(found)
    return value


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def _canonical(value: Json) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
