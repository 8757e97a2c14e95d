"""The checks of `make check`, each run alone on a copy; what is found comes back as text, nothing when all is well."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from proto.evolution.__main__ import broken_calls
from proto.evolution.promises import breaks
from proto.evolution.schemas import broken_events
from proto.evolution.versions import build, read
from proto.plugins.access import access_table
from proto.plugins.avro import schemas
from proto.plugins.contract import Contract
from proto.plugins.refusals import refusals
from proto.review import access
from tests.contract.conftest import GEN, ROOT
from tests.contract.mistakes.tree import Tree

Check = Callable[[Tree], str]


def contract(tree: Tree) -> str:
    """What generators, evolution and the ledger of access say of the protos."""
    if refused := refusals(tree.root, os.environ):
        return "\n".join(refused)
    image = build(tree.root)
    new = read(image)
    table = json.loads(access_table(new)["access.json"])
    with TemporaryDirectory() as folder:
        former, present = Path(folder, "former.binpb"), Path(folder, "avro")
        former.write_bytes(_image())
        present.mkdir()
        for name, text in schemas(new).items():
            (present / name).write_text(text)
        before = {path.stem: path.read_text() for path in (GEN / "avro").glob("*.avsc")}
        found = [*broken_calls(tree.root, image, former), *broken_events(present, before)]
    return "\n".join([*found, *map(str, breaks(_contract(), new)), *access.differences(tree.root, table)])


@cache
def _image() -> bytes:
    return build(ROOT)


@cache
def _contract() -> Contract:
    return read(_image())


def module(name: str, *arguments: str) -> Check:
    """What `python -m name` prints where it fails."""
    return lambda tree: _run(tree, "-m", name, *arguments)


def importing(name: str) -> Check:
    """What the import of a module says where it fails."""
    return lambda tree: _run(tree, "-c", f"import {name}")


def tests(*names: str) -> Check:
    """What tests of `make check` say where they fail, by file, or file and test."""
    # Its plugin costs a second of each start, and none of these tests is made by it.
    quiet = ("-q", "--no-header", "--tb=short", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-x")
    return lambda tree: _run(tree, "-m", "pytest", *quiet, *names)


def tool(*command: str) -> Check:
    """What a program of the packages prints where it fails, such as ruff."""
    return lambda tree: _printed(tree, [str(Path(sys.executable).parent / command[0]), *command[1:]])


def _run(tree: Tree, *arguments: str) -> str:
    return _printed(tree, [sys.executable, *arguments])


def _printed(tree: Tree, command: list[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{tree.root}{os.pathsep}{tree.root / 'gen'}", "COLUMNS": "1000"}
    done = subprocess.run(command, cwd=tree.root, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


RUFF = tool("ruff", "check", "--output-format", "concise", "--no-cache", ".")
LAYERS = tool("lint-imports", "--no-cache")
GENERATED = module("proto.plugins.generate", "--check")
MESH = module("stack.mesh.generate", "--check")
REVIEW = module("proto.review")
