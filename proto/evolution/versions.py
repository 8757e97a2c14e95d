"""The earlier versions that a contract is held against, each as its image and, where it was committed, its schemas.

- every release: proto/releases/<version>.binpb.gz, an image of the contract with its comments;
- on a branch, where it left main; what the branch itself has added may still change;
- on main, the present commit and its parents.
$LOANFLOW_AGAINST names other commits, separated by spaces.
"""

import gzip
import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from proto.plugins.contract import Contract

RELEASES = "proto/releases"
SUFFIX = ".binpb.gz"
NEEDED = ("buf.yaml", "proto", "gen")


@dataclass(frozen=True)
class Version:
    """A version of the contract: a name for people, its image as a file, and the folder of its schemas, if any."""

    name: str
    image: Path
    schemas: Path | None

    @property
    def contract(self) -> Contract:
        """The contract that the image holds."""
        return read(self.image.read_bytes())


def read(image: bytes) -> Contract:
    """The contract of an image as buf builds it."""
    files = FileDescriptorSet.FromString(image).file
    own = [file.name for file in files if file.name.startswith("loanflow/")]
    return Contract(CodeGeneratorRequest(file_to_generate=own, proto_file=files))


def build(root: Path) -> bytes:
    """The image of the protos below `root`, with comments; RuntimeError when they do not build."""
    done = subprocess.run(["buf", "build", "-o", "-"], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout


@contextmanager
def earlier(root: Path) -> Iterator[list[Version]]:
    """The versions to hold the contract against; none in a repository without commit and release."""
    with TemporaryDirectory() as folder:
        released = [_released(path, Path(folder)) for path in sorted((root / RELEASES).glob(f"*{SUFFIX}"))]
        committed = [_committed(root, commit, Path(folder, commit)) for commit in commits(root)]
        yield [*released, *(version for version in committed if version)]


def commits(root: Path) -> list[str]:
    """The commits to hold the contract against."""
    if named := os.environ.get("LOANFLOW_AGAINST"):
        return named.split()
    head, main = _commit(root, "HEAD"), _commit(root, "main") or _commit(root, "origin/main")
    left = _git(root, "merge-base", "HEAD", main).strip() if main else ""
    parents = _git(root, "rev-list", "--parents", "-n", "1", "HEAD").split() if head else []
    # Where there is no main, as in a checkout of one commit, the commit counts as main's.
    recent = [left] if left and left != head else [head, *parents]
    return [commit for commit in dict.fromkeys(recent) if commit and _commit(root, commit)]


def release(root: Path, version: str) -> Path:
    """Records the present contract as a release; FileExistsError when there is one of that name."""
    path = root / RELEASES / f"{version}{SUFFIX}"
    if path.exists():
        raise FileExistsError(f"{path.relative_to(root)} is there already: a release never changes")
    path.parent.mkdir(exist_ok=True)
    # Without a time, so that the same contract gives the same file.
    path.write_bytes(gzip.compress(build(root), mtime=0))
    return path


def _released(path: Path, folder: Path) -> Version:
    name = path.name.removesuffix(SUFFIX)
    (folder / f"{name}.binpb").write_bytes(gzip.decompress(path.read_bytes()))
    return Version(f"release {name}", folder / f"{name}.binpb", None)


def _committed(root: Path, commit: str, folder: Path) -> Version | None:
    _unpack(root, commit, folder)
    if not (folder / "buf.yaml").exists():
        return None
    # The imports of the contract come from packages and are in no version of the repository.
    (folder / ".deps").symlink_to(root / ".deps")
    (folder / "image.binpb").write_bytes(build(folder))
    return Version(commit[:12], folder / "image.binpb", folder / "gen" / "avro")


def _unpack(root: Path, commit: str, target: Path) -> None:
    present = [name for name in NEEDED if _git(root, "ls-tree", commit, name)]
    archive = subprocess.run(["git", "archive", commit, *present], cwd=root, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as content:
        # Python has it from 3.11.4 on; the archive is the repository's own.
        content.extraction_filter = getattr(tarfile, "data_filter", None)
        content.extractall(target)  # noqa: S202 by the filter above, where there is one


def _commit(root: Path, name: str) -> str:
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()


def _git(root: Path, *arguments: str) -> str:
    """What git says; nothing when it has nothing to say about it."""
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout
