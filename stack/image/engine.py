"""The image by a container engine, buildah or docker: the same Dockerfile, whose builder is named by its digest.

The engine needs a registry for the builder. Files are the same as without one; the digest of the image is not, for each
engine packs and describes layers in its own way, but it is the same for the same commit, too.
"""

import shutil
import subprocess
from pathlib import Path

from stack import folders
from stack.image import ImageError, build

ENGINES = ("buildah", "docker")
SECONDS = 60


def find() -> str | None:
    """The engine of this machine: one that is installed, and of which a server answers where it needs one."""
    return next((each for each in ENGINES if shutil.which(each) and _answers([each, "info"])), None)


def by_digest(engine: str, base: str) -> str | None:
    """The name of a base with the digest that its tag has in the registry today; None where none answers."""
    if "@sha256:" in base:
        return base
    if engine == "docker":
        asked = ["docker", "buildx", "imagetools", "inspect", base, "--format", "{{.Manifest.Digest}}"]
    else:
        if not _answers(["buildah", "pull", "--quiet", "--policy", "always", f"docker.io/library/{base}"]):
            return None
        asked = ["buildah", "inspect", "--type", "image", "--format", "{{.FromImageDigest}}", base]
    digest = _said(asked)
    return f"{base.partition(':')[0]}@{digest}" if digest and digest.startswith("sha256:") else None


def command(engine: str, name: str, base: str, of: build.Commit, target: Path) -> list[str]:
    """What builds it into an archive, every file and the image itself being of the commit's time."""
    labels = [f"--label={key}={value}" for key, value in sorted(build.labels(of, name).items())]
    given = [f"--build-arg=BASE={base}", *labels]
    if engine == "docker":
        options = f"type=oci,dest={target},name={build.REGISTRY}/{name},rewrite-timestamp=true"
        epoch = f"--build-arg=SOURCE_DATE_EPOCH={of.time}"
        return ["docker", "buildx", "build", *given, epoch, "--provenance=false", f"--output={options}", "."]
    return ["buildah", "bud", "--format=oci", f"--timestamp={of.time}", *given, f"--tag={build.REGISTRY}/{name}", "."]


def make(engine: str, name: str, base: str, folder: Path = build.FOLDER, checkout: Path = folders.CHECKOUT) -> Path:
    """Builds it; the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name.partition(':')[0]}.tar"
    target.unlink(missing_ok=True)
    commands = [command(engine, name, base, build.commit(checkout), target)]
    if engine == "buildah":
        commands.append(["buildah", "push", f"{build.REGISTRY}/{name}", f"oci-archive:{target}:{name}"])
    for each in commands:
        if subprocess.run(each, cwd=checkout, check=False).returncode:
            raise ImageError(f"{engine} could not build the image; its message is above")
    return target


def _answers(asked: list[str]) -> bool:
    return _said(asked) is not None


def _said(asked: list[str]) -> str | None:
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
