"""`python -m proto.plugins.generate`: makes gen/ anew from the protos and the table of services; `--check` compares.

Everything is made in a folder beside gen/ and swapped in only when all of it succeeded, so a failed run leaves the
old gen/ whole. The tools (buf, python, protoc-gen-*) are those of the Python that runs this. What is for readers
(OpenAPI, Postman) needs Go and Node.js; all else is Python, and `--check` holds that against gen/ without them. The
load scripts are made of the OpenAPI document: the new one, or for `--check` the one that is there.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from filecmp import cmp
from pathlib import Path

import yaml

from proto.plugins import gates, load, postman
from proto.plugins.refusals import refusals
from stack import folders

ROOT = Path(__file__).resolve().parents[2]
FAILED = "make gen: failed, gen/ is as it was"
STALE = "is not what proto/ makes: make gen, and commit it"
# For readers; each needs more than Python.
DOCUMENTS = ("openapi.yaml", "postman")
_DOCUMENT_PLUGIN = "proto.plugins.openapi"


def generate(root: Path = ROOT) -> int:
    """Makes `root`/gen; returns the exit code of the tool that failed, or 0."""
    with tempfile.TemporaryDirectory(prefix=".gen-", dir=root) as folder:
        made = Path(folder, "gen")
        problem = _make(root, made, documents=True)
        if problem:
            print(problem, FAILED, sep="\n", file=sys.stderr)
            return 1
        _swap(made, root / "gen", Path(folder, "old"))
    return 0


def check(root: Path = ROOT) -> int:
    """Says which files of `root`/gen are not what the protos make, the documents left out; 1 when there are any."""
    with tempfile.TemporaryDirectory(prefix=".gen-", dir=root) as folder:
        made = Path(folder, "gen")
        problem = _make(root, made, documents=False)
        stale = [] if problem else _different(made, root / "gen")
    if problem:
        print(problem, file=sys.stderr)
    elif stale:
        print(*(f"gen/{name}:1: {STALE}" for name in stale), sep="\n")
    return 1 if problem or stale else 0


def _make(root: Path, made: Path, *, documents: bool) -> str:
    """Makes the files; gives what went wrong, or nothing."""
    tools = os.pathsep.join(map(str, (Path(sys.executable).parent, folders.go_programs())))
    path = tools + os.pathsep + os.environ.get("PATH", "")
    environment = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    if wrong := refusals(root, environment):
        return "\n".join(wrong)
    image = ["buf", "build", "--exclude-source-info", "--path", "proto/loanflow", "--output"]
    for command in (
        ["buf", "generate", "--template", _template(root, documents), "--output", str(made)],
        [*image, str(made / "loanflow.binpb")],
    ):
        done = subprocess.run(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            return done.stderr
    (made / "docs" / "gates.md").write_text(gates.page())
    openapi, journey = (made if documents else root / "gen") / "openapi.yaml", root / "proto" / "journey.yaml"
    try:
        # A copy with fewer plugins has no document.
        if openapi.exists():
            load.generate(openapi, journey, made / "load")
        if documents and openapi.exists():
            postman.generate(openapi, journey, folders.node_packages(), made / "postman")
    except (load.LoadError, postman.PostmanError) as error:
        return str(error)
    return ""


def _template(root: Path, documents: bool) -> str:
    """The template of buf as JSON, with or without what makes documents."""
    template = yaml.safe_load((root / "buf.gen.yaml").read_text())
    kept = [each for each in template["plugins"] if documents or _DOCUMENT_PLUGIN not in each.get("local", ())]
    return json.dumps({**template, "plugins": kept})


def _different(made: Path, present: Path) -> list[str]:
    found, there = _files(made), _files(present)
    changed = {name for name in found.keys() & there.keys() if not cmp(found[name], there[name], shallow=False)}
    return sorted(changed | (found.keys() ^ there.keys()))


def _files(folder: Path) -> Mapping[str, Path]:
    paths = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in paths.items() if not name.startswith(DOCUMENTS) and "__pycache__" not in name}


def _swap(made: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    shutil.move(made, target)


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["--check"] else generate())
