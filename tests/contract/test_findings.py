"""Static tests say file, line and what to do: what would fail as a bare comparison with nothing is refused."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contract.conftest import ROOT
from tests.contract.findings import Named, findings, same

REMEDY = "hand what was found to findings(...) or same(...) of tests/contract/findings.py, each with file and line"
# What walks the project and its files, rather than what runs.
STATIC = [*sorted((ROOT / "tests" / "contract").glob("*.py")), ROOT / "tests" / "unit" / "stack" / "test_catalog.py"]
# What runs a server or a proxy compares behaviour, and shows what was answered.
_RUNS = re.compile(r"^import (grpc|httpx|socket)\b|\bRunningEdge\b|\bExamplesEdge\b", re.MULTILINE)


def bare(source: str, name: str) -> Iterator[str]:
    """Every assertion of a module that nothing was found, or that two sets are the same, without saying where."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            for kind in _kinds(node):
                yield f"{name}:{node.lineno}: {kind} says not where: {REMEDY}"


def _kinds(node: ast.Assert) -> Iterator[str]:
    test = node.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name):
        if node.msg is None:
            yield f"assert not {test.operand.id}"
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
        sides = (test.left, test.comparators[0])
        if any(map(_is_empty, sides)):
            yield "a comparison with nothing"
        elif node.msg is None and any(map(_is_set, sides)) and not any(map(_is_written_out, sides)):
            yield "a comparison of sets"


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return all(map(_is_empty, node.elts))
    return ast.unparse(node) in ("[]", "{}", "set()", "frozenset()", "list()", "dict()")


def _is_set(node: ast.expr) -> bool:
    called = isinstance(node, ast.Call) and ast.unparse(node.func) in ("set", "frozenset")
    return called or isinstance(node, ast.SetComp) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
                                                       and _is_set(node.left))  # fmt: skip


def _is_written_out(node: ast.expr) -> bool:
    """A set of constants is an example, and shows itself what is expected."""
    return isinstance(node, ast.Set) and not any(isinstance(each, ast.Name | ast.Call) for each in ast.walk(node))


def test_static_tests_say_where_and_what_to_do() -> None:
    walked = {str(path.relative_to(ROOT)): path.read_text() for path in STATIC}
    findings(each for name, text in walked.items() if not _RUNS.search(text) for each in bare(text, name))


@pytest.mark.parametrize(
    ("assertion", "kind"),
    [
        ("assert wrong == []", "a comparison with nothing"),
        ("assert [each for each in found if each] == [], 'mend it'", "a comparison with nothing"),
        ("assert found - known == set()", "a comparison with nothing"),
        ("assert (a - b, b - a) == (set(), set())", "a comparison with nothing"),
        ("assert {} == missing", "a comparison with nothing"),
        ("assert not wrong", "assert not wrong"),
        ("assert set(found) == wanted", "a comparison of sets"),
        ("assert {each.name for each in found} == wanted", "a comparison of sets"),
        ("assert not wrong, 'services/kyc/model.py:1: mend it'", ""),
        ("assert {each.name for each in found} == {'kyc', 'risk'}", ""),
        ("assert found == 1", ""),
    ],
)
def test_each_kind_of_bare_assertion_is_named(assertion: str, kind: str) -> None:
    found = list(bare(f"found = 1\n{assertion}\n", "tests/contract/test_x.py"))
    assert found == ([f"tests/contract/test_x.py:2: {kind} says not where: {REMEDY}"] if kind else [])


def test_what_was_found_stands_a_line_each_with_its_remedy() -> None:
    findings([])
    with pytest.raises(pytest.fail.Exception, match=r"^a.py:1: one: mend it\na.py:2: two: mend it$"):
        findings(["a.py:1: one", "a.py:2: two"], "mend it")
    same(["a"], ["a"], "a.py:1", "add it", "drop it")
    with pytest.raises(pytest.fail.Exception, match=r"^a.py:1: lacks b: add it\na.py:1: has c: drop it$"):
        same(["a", "c"], ["a", "b"], "a.py:1", "add it", "drop it")
    table = Named({"a": 1}, "gen/access.json:1", "make gen")
    assert table["a"] == 1
    with pytest.raises(pytest.fail.Exception, match=r"^gen/access.json:1: has no b: make gen$"):
        table["b"]
