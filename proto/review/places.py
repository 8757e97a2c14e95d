"""Where things stand: the rows of a table with their numbers, and file and line of RPCs and events in the protos."""

import re
from collections.abc import Iterator
from pathlib import Path

_RPC = re.compile(r"\s*rpc (\w+)\(")
_EVENT_TYPE = re.compile(r'\s*type: "([a-z.]+)"')


def rows(path: Path) -> Iterator[tuple[int, str]]:
    """The rows of a table with their line numbers; empty lines and comments (#) are passed over."""
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if text.strip() and not text.startswith("#"):
            yield number, text


class Places:
    """File and line of every RPC (service.Method) and of every event type below the folder of the protos."""

    def __init__(self, protos: Path) -> None:
        self._found: dict[str, str] = {}
        for path in sorted((protos / "loanflow").rglob("*.proto")):
            service = path.relative_to(protos).parts[1]
            name = f"proto/{path.relative_to(protos)}"
            for number, text in enumerate(path.read_text().splitlines(), 1):
                if rpc := _RPC.match(text):
                    self._found[f"{service}.{rpc[1]}"] = f"{name}:{number}"
                elif event := _EVENT_TYPE.match(text):
                    self._found[event[1]] = f"{name}:{number}"

    def rpc(self, name: str) -> str:
        """file:line of an RPC."""
        return self._found.get(name, "proto")

    def event(self, kind: str) -> str:
        """file:line of an event type."""
        return self._found.get(kind, "proto")
