"""Models and loan arithmetic ask for no time and no chance: whatever they depend on is handed to them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.catalog import SERVICES
from tests.contract.conftest import ROOT

# What is called, by its last name, whatever it is called on; and the modules of which nothing may be called.
NAMES = {
    "now", "utcnow", "today", "monotonic", "perf_counter", "time_ns", "localtime", "gmtime", "uuid1", "uuid4",
    "urandom", "getenv", "new_id", "token_hex", "token_urlsafe", "randint", "choice", "shuffle",
}  # fmt: skip
MODULES = {"time", "random", "secrets", "os"}
REMEDY = "take it as an argument, from the handler's clock or ids"


def _pure() -> Iterator[Path]:
    """The model of each service with the modules of its own that it imports, and the loan arithmetic."""
    yield from sorted((ROOT / "services" / "lending").glob("*.py"))
    for service in SERVICES:
        folder = ROOT / "services" / service.name
        waiting, seen = ["model"], set[str]()
        while waiting:
            name = waiting.pop()
            path = folder / f"{name}.py"
            if name not in seen and path.exists():
                seen.add(name)
                yield path
                waiting += _imported(path.read_text(), f"services.{service.name}")


def _imported(source: str, package: str) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == package:
                found += [each.name for each in node.names]
            elif node.module.startswith(f"{package}."):
                found.append(node.module.removeprefix(f"{package}.").partition(".")[0])
    return found


def impure_calls(source: str, name: str) -> list[str]:
    """Every call by which a module would ask for the time or for chance, as file:line with what to do."""
    found = []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for called, line in ((_dotted(node.func), node.lineno) for node in calls):
        module, _, last = called.rpartition(".")
        if last in NAMES or module in MODULES:
            found.append(f"{name}:{line}: calls {called}: {REMEDY}")
    return found


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}".strip(".")
    return node.id if isinstance(node, ast.Name) else ""


def test_models_ask_for_nothing() -> None:
    paths = list(_pure())
    assert len(paths) > len(SERVICES)
    found = [each for path in paths for each in impure_calls(path.read_text(), str(path.relative_to(ROOT)))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "call",
    ["datetime.now(UTC)", "dt.now()", "date.today()", "uuid4()", "random.random()", "time.time()", "clock().now()"],
)
def test_each_kind_of_call_is_named(call: str) -> None:
    (found,) = impure_calls(f"def f():\n    return {call}\n", "services/kyc/model.py")
    assert found.startswith("services/kyc/model.py:2: calls ")
    assert found.endswith(REMEDY)
