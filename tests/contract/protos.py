"""Where in the protos a message, field, enum value, service or RPC stands."""

import re
from functools import cache
from typing import Any

from tests.contract.conftest import ROOT


@cache
def _lines(file: str) -> tuple[str, ...]:
    path = ROOT / "proto" / file
    return tuple(path.read_text().splitlines()) if path.exists() else ()


def where(descriptor: Any) -> str:
    """`proto/<file>:<line>` of a descriptor."""
    file = descriptor.file.name if hasattr(descriptor, "file") else descriptor.containing_service.file.name
    found, names = 0, descriptor.full_name.removeprefix(_package(file)).strip(".").split(".")
    lines = _lines(file)
    for name in names:
        declared = re.compile(rf"^\s*(message|enum|service|rpc) {name}\b|\b{name} = \d")
        found = next((at for at in range(found, len(lines)) if declared.search(lines[at])), found)
    return f"proto/{file}:{found + 1}"


def _package(file: str) -> str:
    return next((line.split()[1].rstrip(";") for line in _lines(file) if line.startswith("package ")), "")


def at(descriptor: Any) -> str:
    """`proto/<file>:<line>: <full name>` of a descriptor."""
    return f"{where(descriptor)}: {descriptor.full_name}"
