"""Files, use cases and servicer methods are short enough to hold one idea each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT
from tests.contract.findings import findings

SOURCE, TEST, USE_CASE, METHOD = 300, 400, 15, 8
FOLDERS = ("services", "stack", "envoy", "proto", "tests")
# What is changed by one way only: the use cases of a service, and its RPCs.
SHORT = {"handlers.py": USE_CASE, "commands.py": USE_CASE, "servicer.py": METHOD, "servicer_apps.py": METHOD}


def long_files(root: Path) -> Iterator[str]:
    """Every file that is longer than it may be."""
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        name = path.relative_to(root)
        lines, most = len(path.read_text().splitlines()), TEST if name.parts[0] == "tests" else SOURCE
        if lines > most:
            yield f"{name}:{most + 1}: has {lines} lines, {most} at most: split it by meaning"


def long_functions(root: Path) -> Iterator[str]:
    """Every use case and every method of a servicer that is longer than it may be, its docstring left out."""
    for path in sorted(root.glob("services/*/*.py")):
        most = SHORT.get(path.name)
        for node in ast.walk(ast.parse(path.read_text())) if most else ():
            if isinstance(node, ast.FunctionDef) and _length(node) > (most or 0):
                where = f"{path.relative_to(root)}:{node.lineno}: {node.name}"
                yield f"{where} has {_length(node)} lines, {most} at most: what it decides belongs into the model"


def _length(node: ast.FunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_file_holds_one_idea() -> None:
    findings(long_files(ROOT))


def test_every_use_case_and_every_rpc_is_short() -> None:
    findings(long_functions(ROOT))


@pytest.mark.parametrize(("name", "lines", "wrong"), [("services/kyc/model.py", 300, False),
    ("services/kyc/model.py", 301, True), ("tests/unit/test_kyc.py", 400, False), ("tests/unit/test_kyc.py", 401, True),
])  # fmt: skip
def test_a_long_file_is_named(name: str, lines: int, wrong: bool, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("x = 1\n" * lines)
    assert bool(list(long_files(tmp_path))) is wrong


def test_a_long_use_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "services" / "kyc" / "handlers.py"
    path.parent.mkdir(parents=True)
    path.write_text("def assign():\n    '''Assigns.'''\n" + "    x = 1\n" * 16)
    assert list(long_functions(tmp_path)) == [
        "services/kyc/handlers.py:1: assign has 16 lines, 15 at most: what it decides belongs into the model"
    ]
