"""What documents point at is there: links, and paths of this repository in code spans."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
_LINK = re.compile(r"\]\(([^)#:\s]+)\)")
_CODE = re.compile(r"`([^`\s]+)`")
_FOLDERS = ("proto", "services", "gen", "envoy", "k8s", "istio", "tests", "stack", "docs")


def _missing(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f"{path.relative_to(ROOT)}:{number}"
        for link in _LINK.findall(line):
            if not (path.parent / link).exists():
                yield f"{where}: the link {link} leads nowhere: mend or drop it"
        for code in _CODE.findall(line):
            named = re.sub(r"<[^>]*>|\{[^}]*\}", "*", code).rstrip("/").partition(":")[0]
            if named.split("/")[0] not in _FOLDERS or "/" not in named:
                continue
            found = list(ROOT.glob(named))
            if not found or not _is_in(code.partition(":")[2].removeprefix(":"), found[0]):
                yield f"{where}: there is no {code}: name what took its place"


def _is_in(name: str, path: Path) -> bool:
    """Whether a file defines the name, if one is given; a number is a line or a port."""
    return (
        not name
        or name.isdigit()
        or bool(re.search(rf"\b(def|class) {name}\b|^\s*{name}\b.*=", path.read_text(), re.M))
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_is_named_is_there(path: Path) -> None:
    missing = list(_missing(path))
    assert not missing, "\n".join(missing)
