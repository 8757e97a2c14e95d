"""The locks name what is imported: a package that only another one needs goes when that one does."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT
from tests.contract.findings import findings

STACK = ROOT / "stack"
OWN = {path.name for path in (ROOT, ROOT / "gen") for path in path.iterdir() if path.is_dir()}
OWNERS = importlib.metadata.packages_distributions()
# What a test compiles while it runs, what an extra of a package that is named brings, and the library of cyclonedx-bom.
ELSEWHERE = {"meshtest", "types_boto3_s3", "cyclonedx"}
FOLDERS = [
    ("services.in", ("services",)),
    ("requirements.in", ("services", "stack", "envoy", "proto", "tests")),
]

# They run in environments of their own, with lists of their own; PyPI has some of it under another name.
APART = {
    ROOT / "tests" / "bench" / "peer": {"jwt": "pyjwt"},
    ROOT / "stack" / "riskmodel" / "learner": {"interpret": "interpret-core", "sklearn": "scikit-learn"},
}


def named(file: str) -> set[str]:
    """The packages that a list names, with those of the lists that it includes."""
    found: set[str] = set()
    for line in (STACK / file).read_text().splitlines():
        if included := re.fullmatch(r"-r (\S+)", line):
            found |= named(included[1])
        elif package := re.match(r"[A-Za-z0-9._-]+", line):
            found.add(normal(package[0]))
    return found


def normal(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(folder: str) -> Iterator[tuple[str, Path]]:
    """What the sources below a folder import from packages, by its first name."""
    for path in (ROOT / folder).rglob("*.py"):
        if any(apart in path.parents and ROOT / folder != apart for apart in APART):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            yield from ((name.partition(".")[0], path) for name in names)


@pytest.mark.parametrize(("file", "folders"), FOLDERS)
def test_every_package_that_is_imported_is_named(file: str, folders: tuple[str, ...]) -> None:
    known = named(file)
    foreign = {
        (name, str(path.relative_to(ROOT)))
        for folder in folders
        for name, path in imports(folder)
        if name not in sys.stdlib_module_names | OWN | ELSEWHERE
    }
    assert ("idna", "services/kinds/texts.py") in foreign
    unnamed = sorted(each for each in foreign if not {normal(owner) for owner in OWNERS.get(each[0], ())} & known)
    findings(
        [f"{path}:1: imports {name}" for name, path in unnamed], f"name its package in stack/{file}, then make lock"
    )


@pytest.mark.parametrize(
    ("folder", "one"), list(zip(APART, ("fastapi", "interpret"), strict=True)), ids=lambda it: str(it)
)
def test_every_package_of_an_environment_apart_is_named(folder: Path, one: str) -> None:
    known = named(str(folder / "requirements.in"))
    foreign = {name for name, _ in imports(str(folder)) if name not in sys.stdlib_module_names | OWN}
    assert one in foreign
    unnamed = sorted(foreign - {each for each in foreign if APART[folder].get(each, each) in known})
    file = folder.relative_to(ROOT) / "requirements.in"
    findings([f"{file}:1: lacks {name}" for name in unnamed], "name it there, then make lock")
