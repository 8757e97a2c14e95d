"""What the sources of the services say about their use of the contract: calls of other services, reasons of errors."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.catalog import SERVICES

_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def forbidden_calls(services: Path, access: Mapping[str, Any]) -> list[str]:
    """Calls through the stub of another service that the contract does not allow, each with what to do about it."""
    return [
        f"services/{service.name}/{file.name}:{line}: calls {rpc}, which the contract does not allow: "
        f'add "{service.name}" to the callers in its access option, or listen to an event'
        for service in SERVICES
        for file in sorted((services / service.name).glob("*.py"))
        for line, rpc in calls(file.read_text(), access)
        if not rpc.startswith(f"/{service.package}.") and service.name not in access[rpc]["callers"]
    ]


def calls(source: str, access: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Line and gRPC path of every RPC that a module calls on a stub it imports."""
    tree = ast.parse(source)
    packages = {
        (each.name.removesuffix("Stub"), node.module.rpartition(".")[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith("_pb2_grpc")
        for each in node.names
        if each.name.endswith("Stub")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            for service, package in packages:
                rpc = f"/{package}.{service}/{node.attr}"
                if rpc in access:
                    yield node.lineno, rpc


def given_reasons(folders: list[Path]) -> set[str]:
    """Reasons that some module gives: `reason=` in calls and defaults, `default_reason`, and what a Reply says."""
    return {
        reason
        for folder in folders
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for reason in _reasons(node)
        if _CONSTANT.fullmatch(reason)
    }


def _reasons(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AnnAssign | ast.Assign):
        yield from _strings(node.value) if "default_reason" in _targets(node) else ()
    elif isinstance(node, ast.keyword):
        yield from _strings(node.value) if node.arg == "reason" else ()
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reply":
        yield from _strings(node.args[-1])


def _targets(node: ast.AnnAssign | ast.Assign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {each.id for each in targets if isinstance(each, ast.Name)}


def _strings(node: ast.AST | None) -> Iterator[str]:
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def rest_shapes(access: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Verb and path of every route, names of path fields left out."""
    return [
        (binding["verb"], re.sub(r"\{[^}]*\}", "{}", binding["path"]))
        for entry in access.values()
        for binding in entry["http"]
    ]
