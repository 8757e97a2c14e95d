"""What services build by hand of their own messages, found in their sources."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from google.protobuf.message import Message


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


def forgotten(path: Path, root: Path) -> Iterator[str]:
    """The fields of the service's own messages that a file builds without them."""
    own = f"loanflow.{path.parent.name}."
    for line, made, given in _built(path):
        name = made.DESCRIPTOR.full_name
        if not name.startswith(own) or None in given:
            continue
        for field in sorted(set(made.DESCRIPTOR.fields_by_name.keys()) - given):
            yield f"{path.relative_to(root)}:{line}: {name} is built without {field}: give it, or declare an Out"
