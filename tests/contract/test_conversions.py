"""Nothing is lost between a message and a class: all pairs fit, and what is built by hand has every field."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from google.protobuf.message import Message

from services.catalog import SERVICES
from tests.contract.conftest import ROOT

FILES = [
    path for name in ("convert", "servicer", "consumer", "peers") for path in sorted(ROOT.glob(f"services/*/{name}.py"))
]


def _modules(tree: ast.Module) -> dict[str, ModuleType]:
    """The contract's modules of a file, by the names it has for them."""
    found = {}
    for node in tree.body:
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("loanflow.")
            and "_grpc" not in str(node.module)
        ):
            for alias in node.names:
                if alias.name.endswith("_pb2"):
                    found[alias.asname or alias.name] = importlib.import_module(f"{node.module}.{alias.name}")
    return found


def _built(path: Path) -> Iterator[tuple[int, type[Message], set[str | None]]]:
    """The messages that a file builds by hand: line, class, and the fields it gives."""
    tree = ast.parse(path.read_text())
    modules = _modules(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name), keywords=given) if owner in modules:
                made = getattr(modules[owner], name, None)
                if isinstance(made, type) and issubclass(made, Message):
                    yield node.lineno, made, {each.arg for each in given}


def _forgotten(path: Path) -> Iterator[str]:
    own = f"loanflow.{path.parent.name}."
    for line, made, given in _built(path):
        name = made.DESCRIPTOR.full_name
        if not name.startswith(own) or None in given:
            continue
        for field in sorted(set(made.DESCRIPTOR.fields_by_name.keys()) - given):
            yield f"{path.relative_to(ROOT)}:{line}: {name} is built without {field}: give it, or declare an Out"


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_every_pair_fits_and_every_message_is_whole(path: Path) -> None:
    # Importing it checks the pairs it declares.
    importlib.import_module(f"services.{path.parent.name}.{path.stem}")
    forgotten = list(_forgotten(path))
    assert not forgotten, "\n".join(forgotten)


def test_every_service_has_its_conversions() -> None:
    named = {path.parent.name for path in FILES if path.stem == "convert"}
    missing = sorted({service.name for service in SERVICES} - named)
    assert not missing, f"services/{missing[0]}/convert.py is missing: declare its pairs there"
