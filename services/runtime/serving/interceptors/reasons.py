"""For tests: an error whose reason its RPC does not list in the contract is the server's mistake, and becomes INTERNAL.

Innermost of all, so that it sees what handlers raise, and not what access rules, validation or keys refuse.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from services.runtime.errors import Error, Internal
from services.runtime.serving.interceptors.scope import Scope

# What any RPC may give without a word: a part is away, two changes met, a value is none of its kind, all are busy.
GENERAL = frozenset(
    {"DEPENDENCY_UNAVAILABLE", "DEADLINE_EXCEEDED", "CONFLICT", "INVALID_FIELD", "INTERNAL", "OVERLOADED", "CANCELLED"}
)


@dataclass(frozen=True)
class ReasonsSettings:
    """`listed` is gen/access.json; below `raised` an empty file is left for each RPC and reason that occurred."""

    listed: Path | None = None
    raised: Path | None = None


@dataclass
class _Listed:
    reasons: frozenset[str]
    seen: set[str] = field(default_factory=set)


class CheckReasons(Scope):
    """Lets the listed reasons pass."""

    def __init__(self, settings: ReasonsSettings) -> None:
        super().__init__()
        table: Mapping[str, Any] = json.loads(settings.listed.read_text()) if settings.listed else {}
        self._listed = {path: _Listed(frozenset(entry["reasons"])) for path, entry in table.items()}
        self._raised = settings.raised

    @contextmanager
    def scope(self, method: str, request: Any, context: grpc.ServicerContext, streamed: bool) -> Iterator[Any]:
        """Looks at what the block raises; an RPC that is not in the table is left alone."""
        try:
            yield request
        except Error as error:
            listed = self._listed.get(method)
            if listed is not None and error.reason not in GENERAL:
                self._note(method, error.reason, listed)
                if error.reason not in listed.reasons:
                    raise Internal(f"{method} raises {error.reason}, which its comment does not list") from error
            raise

    def _note(self, method: str, reason: str, listed: _Listed) -> None:
        if self._raised is not None and reason not in listed.seen:
            listed.seen.add(reason)
            self._raised.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                (self._raised / f"{method.strip('/').replace('/', '.')}:{reason}").touch(exist_ok=False)
