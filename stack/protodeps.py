"""Copies the protobuf files that the contract imports out of installed packages into the cache, linked as `.deps`.

`google/api`, `google/rpc` and `google/type` come from googleapis-common-protos, `google/protobuf` is built into buf and
protoc. `buf/validate/validate.proto` is in no wheel, so it comes out of the source release of protovalidate, checked by
its hash and kept in the user's cache.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import files
from pathlib import Path

from stack import folders
from stack.install import once

LINK = folders.CHECKOUT / ".deps"

# The last source release that still carries the schema file; the 2.x runtime reads the same rules.
_RELEASE = "protovalidate==1.2.0"
_RELEASE_HASH = "sha256:4cb9a5065f32abc9baf2cf25c5bd09a139f7dffb7b8692f636a8e3e6883bb9a2"
_SCHEMA = "buf/validate/validate.proto"
_GOOGLE = ("google/api/", "google/rpc/", "google/type/")


def copy_google(target: Path) -> None:
    """Copies the google protos of googleapis-common-protos below `target`."""
    for file in files("googleapis-common-protos") or []:
        name = file.as_posix()
        if name.startswith(_GOOGLE) and name.endswith(".proto"):
            destination = target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(file.locate())), destination)


def cached_schema() -> Path:
    """Returns the path of validate.proto in the user's cache, downloading the release when it is not there."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cached = home / "loanflow" / "protodeps" / _RELEASE_HASH.rpartition(":")[2] / "validate.proto"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached.parent) as work:
            extracted = _download(Path(work))
            # A rename is atomic, so two processes that start together never see half a file.
            extracted.replace(cached)
    return cached


def _download(work: Path) -> Path:
    """Downloads the source release into `work` and returns the schema file taken out of it."""
    requirements = work / "requirements.txt"
    requirements.write_text(f"{_RELEASE} --hash={_RELEASE_HASH}\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--no-binary", ":all:", "--require-hashes", "-r", str(requirements), "-d", str(work)]
    # The hash covers the release only; the build back end that pip fetches for its metadata has none.
    subprocess.run(pip, check=True)
    schema = work / "validate.proto"
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
        member = next(m for m in archive.getmembers() if m.name.endswith(f"/proto/{_SCHEMA}"))
        content = archive.extractfile(member)
        assert content is not None
        schema.write_bytes(content.read())
    return schema


def fill(folder: Path) -> None:
    """Copies all of them below `folder`/proto."""
    copy_google(folder / "proto")
    schema = folder / "proto" / _SCHEMA
    schema.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(cached_schema(), schema)


def main() -> None:
    """Fills the cache, once per lock, and links `.deps` to it."""
    folder = folders.proto_dependencies()
    once(folder, "the protobuf files that the contract imports", fill)
    if LINK.resolve() != folder:
        shutil.rmtree(LINK) if LINK.is_dir() and not LINK.is_symlink() else LINK.unlink(missing_ok=True)
        LINK.symlink_to(folder)


if __name__ == "__main__":
    main()
