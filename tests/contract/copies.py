"""Copies of as much of the project as a build of gen/ needs, for mistakes and changes to be made in."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Those that refuse, and those that make what a service is started with.
PLUGINS = {"python", *(f"proto.plugins.{name}" for name in ("grpc_python", "access", "avro", "reference"))}
IDENTITY = {f"GIT_{who}_{what}": "test@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True)
class Copy:
    """As much of the project as a build of gen/ needs, in a repository of its own with one commit."""

    root: Path

    def change(self, name: str, old: str, new: str) -> None:
        """Replaces a text in a file, where it is first found."""
        path = self.root / name
        text = path.read_text()
        assert old in text, f"{name} has no {old!r} any more"
        path.write_text(text.replace(old, new, 1))

    def line_of(self, name: str, text: str) -> int:
        """The line of a file that has a text."""
        lines = (self.root / name).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def git(self, *arguments: str) -> str:
        """What git says."""
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout

    def make(self, target: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Runs a target of the Makefile without what it depends on."""
        command = ["make", "--no-print-directory", *options, target]
        return subprocess.run(command, cwd=self.root, check=False, capture_output=True, text=True)


def original(root: Path, source: Path) -> Path:
    """Makes the copy that others are copied from, in the empty folder `root`."""
    for name in ("proto", "gen", "services"):
        shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    for name in ("buf.yaml", "buf.gen.yaml", "Makefile", ".gitignore"):
        shutil.copy(source / name, root / name)
    template = yaml.safe_load((root / "buf.gen.yaml").read_text())
    template["plugins"] = [each for each in template["plugins"] if _name(each) in PLUGINS]
    (root / "buf.gen.yaml").write_text(yaml.safe_dump(template))
    environment = {**os.environ, **IDENTITY}
    for command in ("init -q -b main", "add -A -f proto gen services buf.yaml buf.gen.yaml Makefile .gitignore"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "as it is"], cwd=root, check=True, env=environment)
    (root / ".deps").symlink_to(source / ".deps")
    return root


def _name(plugin: dict[str, Any]) -> str:
    return str(plugin["protoc_builtin"]) if "protoc_builtin" in plugin else str(plugin["local"][-1])
