"""The image without an engine: its parts made, looked through, and written as one archive."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

from stack import folders
from stack.image import archive, debian, dockerfile, layers, libraries, root, started
from stack.image.archive import Archive

FOLDER = folders.CHECKOUT / "build" / "image"
REGISTRY = "docker.io/library"


@dataclass(frozen=True)
class Commit:
    """What is built: the commit, its time in seconds since 1970, and whether files differ from it."""

    name: str
    time: int
    changed: bool


def commit(checkout: Path) -> Commit:
    """The commit that is checked out."""
    name, time = _git(checkout, "log", "-1", "--format=%H %ct").split()
    return Commit(name, int(time), bool(_git(checkout, "status", "--porcelain")))


def build(name: str, folder: Path = FOLDER, checkout: Path = folders.CHECKOUT) -> Path:
    """Builds it under a name with a tag, such as loanflow:0.1.0; gives its archive. What was in the folder goes."""
    of, image, lock = commit(checkout), dockerfile.ours(), debian.locked()
    files = layers.clear(folder) / "root"
    for part in image.parts:
        if part == "app":
            _copy(checkout, image, files / part)
        print(f"making {part}", flush=True)
        root.make(part, files)
    started.check(files)
    libraries.check(files, files / root.TOOLS)
    # Only what is of this project changes from commit to commit; the layers below stay, and are not sent again.
    moments = dict.fromkeys(image.parts, snapshot_time(lock.snapshot)) | {"app": of.time}
    made = [layers.write(part, files / part, folder / part, moments[part], base=files / "base") for part in image.parts]
    settings = image.settings | {"Labels": image.settings["Labels"] | labels(of, name)}
    target = folder / f"{name.partition(':')[0]}.tar"
    with Archive(target) as writing:
        writing.image(archive.config(settings, made, of.time, debian.ARCHITECTURE), made, f"{REGISTRY}/{name}")
    return target


def labels(of: Commit, name: str) -> dict[str, str]:
    """What says which commit an image is of; one with changes says so."""
    return {
        "org.opencontainers.image.created": datetime.fromtimestamp(of.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "org.opencontainers.image.revision": f"{of.name}{'-changed' if of.changed else ''}",
        "org.opencontainers.image.version": name.rpartition(":")[2],
    }


def _copy(checkout: Path, image: dockerfile.Image, folder: Path) -> None:
    """Copies what git knows of: nothing that lies about on one machine alone."""
    for source, place in image.copied.items():
        for name in filter(None, _git(checkout, "ls-files", "-z", "--", source).split("\0")):
            target = folder / str(place).lstrip("/") / Path(name).relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(checkout / name, target)


def snapshot_time(snapshot: str) -> int:
    """The moment of a lock, in seconds since 1970."""
    return int(datetime.strptime(snapshot, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())


def _git(checkout: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=checkout, check=True, capture_output=True, text=True).stdout.strip("\n")
