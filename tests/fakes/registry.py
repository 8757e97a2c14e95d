"""A schema registry in memory: every schema of gen/avro is registered, as after a deploy."""

import json
from functools import cache
from typing import Any

import fastavro

from services.runtime.events.registry import Registry, RegistrySettings, schema_text
from services.runtime.tls import TlsSettings


class FakeRegistry(Registry):
    """Ids in the order of asking."""

    def __init__(self) -> None:
        super().__init__(RegistrySettings("http://127.0.0.1:1", TlsSettings(plaintext=True)))
        self._names: list[str] = []

    def id_of(self, name: str) -> int:
        if name not in self._names:
            schema_text(name)
            self._names.append(name)
        return self._names.index(name) + 1

    def schema(self, schema_id: int) -> Any:
        return _parsed(self._names[schema_id - 1])


@cache
def _parsed(name: str) -> Any:
    return fastavro.parse_schema(json.loads(schema_text(name)))
