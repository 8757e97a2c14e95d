"""Models and loan arithmetic ask for no time and no chance: whatever they depend on is handed to them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.catalog import SERVICES
from tests.contract.conftest import ROOT
from tests.contract.findings import findings

# Never named, however it was imported: the clock and chance of Python, and those of the runtime.
CLOCKS = {f"datetime.{kind}.{name}" for kind in ("datetime", "date") for name in ("now", "utcnow", "today")}
RUNTIMES = {"services.runtime.ids.new_id", "services.runtime.clock.SystemClock", "services.runtime.context.caller"}
NEVER = CLOCKS | RUNTIMES | {"uuid.uuid1", "uuid.uuid4", "uuid.getnode", "os.urandom", "os.getenv", "os.environ"}
MODULES = ("time", "random", "secrets", "socket", "threading")
# Never called by this name, whatever it is called on, such as a clock that was handed in.
NAMES = {"now", "utcnow", "today", "new_id"}
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
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            if module == package:
                found += [each.name for each in node.names]
            elif module.startswith(f"{package}."):
                found.append(module.removeprefix(f"{package}.").partition(".")[0])
    return found


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that is imported from, also where it is written relative to the package."""
    return f"{package}.{node.module or ''}".rstrip(".") if node.level == 1 else node.module or ""


def impure(source: str, name: str) -> Iterator[str]:
    """Every place where a module asks for the time or for chance, as file:line with what to do."""
    tree = ast.parse(source)
    meant = _meanings(tree)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
            written = ast.unparse(node)
            first, _, rest = written.partition(".")
            full = f"{meant.get(first, first)}.{rest}".strip(".")
            asks = full in NEVER or (first in meant and full.partition(".")[0] in MODULES)
            if asks or (id(node) in called and full.rpartition(".")[2] in NAMES):
                yield f"{name}:{node.lineno}: asks {written}: {REMEDY}"
        elif isinstance(node, ast.Constant) and node.value in NAMES:
            yield f"{name}:{node.lineno}: names {node.value!r}, as to ask for it: {REMEDY}"


def _meanings(tree: ast.Module) -> dict[str, str]:
    """What the names of a module stand for: what it imports, under whatever name, and what it then calls otherwise."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                name = each.name if each.asname else each.name.partition(".")[0]
                found[each.asname or name] = name
        elif isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            first, _, rest = ast.unparse(node.value).partition(".")
            targets = [each.id for each in node.targets if isinstance(each, ast.Name)]
            found |= {each: f"{found[first]}.{rest}".strip(".") for each in targets if first in found}
    return found


def test_models_ask_for_nothing() -> None:
    paths = list(_pure())
    assert len(paths) > len(SERVICES)
    findings(each for path in paths for each in impure(path.read_text(), str(path.relative_to(ROOT))))


PLAIN = "from datetime import UTC, date, datetime\nimport time\nimport random\nimport uuid\n"


@pytest.mark.parametrize(
    ("imports", "asks"),
    [
        (PLAIN, "datetime.now(UTC)"),
        (PLAIN, "date.today()"),
        (PLAIN, "time.time()"),
        (PLAIN, "random.random()"),
        (PLAIN, "uuid.uuid4()"),
        (PLAIN, "field(default_factory=datetime.now)"),
        (PLAIN, "getattr(datetime, 'now')(UTC)"),
        ("from datetime import datetime as d\n", "d.utcnow()"),
        ("import datetime as d\n", "d.datetime.now()"),
        ("import datetime\n", "datetime.date.today()"),
        ("import time as t\n", "t.time()"),
        ("from time import time\n", "time()"),
        ("from time import monotonic as ticks\n", "ticks()"),
        ("from random import choice as pick\n", "pick([1])"),
        ("from uuid import uuid4 as make\n", "make()"),
        ("import datetime as d\nclock = d.datetime\n", "clock.now()"),
        ("import os\n", "os.environ['TODAY']"),
        ("from services.runtime.ids import new_id as fresh\n", "fresh()"),
        ("", "clock().now()"),
        ("", "self.clock.today()"),
    ],
)
def test_each_way_to_ask_is_named(imports: str, asks: str) -> None:
    found = list(impure(f"{imports}\ndef f(self):\n    return {asks}\n", "services/kyc/model.py"))
    assert len(found) == 1, found
    assert found[0].startswith(f"services/kyc/model.py:{imports.count(chr(10)) + 3}: ")
    assert found[0].endswith(REMEDY)


def test_what_is_handed_in_may_be_used() -> None:
    source = "from datetime import date, datetime\n\ndef f(at: datetime, day: date):\n    return max(at.date(), day)\n"
    assert not list(impure(source, "services/kyc/model.py"))
