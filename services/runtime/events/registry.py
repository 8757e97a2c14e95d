"""The schema registry: asks for the ids and schemas of events by the Confluent API, and registers them at a deploy."""

import base64
import json
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import fastavro

import loanflow
from services.runtime import errors
from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.tls import TlsSettings

T = TypeVar("T", int, str)
_MOST_SCHEMA_ID = 2**31 - 1
_ANSWER_BYTES = 4 * 1024 * 1024
# What a registry answers to an id under which there is nothing, or can be nothing, with a code of its own.
_NO_SCHEMA, _UNKNOWN_SCHEMA = {400, 404, 422}, {40403, 400, 422}
_INCOMPATIBLE = 409
# It does not have the subject, or no version of it that is this schema.
_NO_SUCH_SUBJECT = {40401, 40402, 40403}


@dataclass(frozen=True)
class RegistrySettings:
    """Where the schema registry's Confluent API is, such as https://127.0.0.1:8081, and the log-in to it."""

    url: str
    tls: TlsSettings
    user: str = ""
    password_file: Path | None = None

    def __post_init__(self) -> None:
        """ValueError when others could read or change what is asked."""
        self.tls.demand(self.url, user=self.user, password_file=self.password_file)

    @property
    def authorization(self) -> dict[bytes | str, bytes | str]:
        """The header of the log-in, under the password as it is now; none without a user."""
        if self.password_file is None:
            return {}
        login = f"{self.user}:{self.password_file.read_text().strip()}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


class Undecodable(ValueError):
    """The bytes are no event of this kind; trying again will not help."""


class Incompatible(ValueError):
    """The registry refuses a schema that earlier readers or writers would not understand."""


class Registry:
    """Asks the schema registry for ids and schemas, each once. Never registers on the way.

    Only its own error says that it has no schema: a proxy's 404 is no reason to give an event up.
    Ours, not confluent_kafka.schema_registry, which bounds neither time nor size of an answer (20 s instead of 2,
    60 MB read whole), takes `{}` for a schema, and costs 17 MB; with an id known, both look in a dictionary.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        self._url = settings.url.rstrip("/")
        self._settings = settings
        self._http = OutsideHttp("the schema registry", 5.0, _ANSWER_BYTES, settings.tls.context())
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._schemas: dict[int, Any] = {}

    def id_of(self, name: str) -> int:
        """The id under which the schema of message `name` is registered; errors.Unavailable when it is not known."""
        with self._lock:
            if name not in self._ids:
                answer = self._ask("POST", f"/subjects/{name}", _registrable(name))
                if answer.status == 404:
                    raise errors.Unavailable(f"the schema registry does not know {name} as it is now")
                self._ids[name] = _field(answer, "id", int)
            return self._ids[name]

    def schema(self, schema_id: int) -> Any:
        """The writer's schema with this id; Undecodable when the registry has none."""
        with self._lock:
            if schema_id not in self._schemas:
                if schema_id > _MOST_SCHEMA_ID:
                    raise Undecodable("no schema has such an id")
                answer = self._ask("GET", f"/schemas/ids/{schema_id}")
                if answer.status in _NO_SCHEMA and _object(answer).get("error_code") in _UNKNOWN_SCHEMA:
                    raise Undecodable("the schema registry knows no such schema")
                self._schemas[schema_id] = _schema(_field(answer, "schema", str))
            return self._schemas[schema_id]

    def has(self, name: str) -> bool:
        """Whether the schema of message `name`, as it is now, is registered; errors.Unavailable."""
        answer = self._ask("POST", f"/subjects/{name}", _registrable(name))
        if answer.status == 404 and _object(answer).get("error_code") in _NO_SUCH_SUBJECT:
            return False
        return bool(_field(answer, "id", int))

    def demand_compatibility(self) -> None:
        """Has the registry refuse every schema that is not compatible with all earlier ones, both ways."""
        _field(self._ask("PUT", "/config", {"compatibility": "FULL_TRANSITIVE"}), "compatibility", str)

    def register(self, name: str) -> int:
        """Registers the schema of message `name` and returns its id; Incompatible when the registry refuses it."""
        answer = self._ask("POST", f"/subjects/{name}/versions", _registrable(name))
        if answer.status == _INCOMPATIBLE:
            raise Incompatible(f"{name}: {_object(answer).get('message', 'not compatible with its earlier versions')}")
        return _field(answer, "id", int)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Answer:
        content = json.dumps(body).encode() if body else b""
        headers: Headers = {
            "Host": self._url.partition("//")[2].partition("/")[0],
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **self._settings.authorization,
        }
        return self._http.call(method, self._url + path, headers, content)


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise errors.Unavailable("the schema registry's answer is no JSON") from error
    if not isinstance(found, dict):
        raise errors.Unavailable("the schema registry's answer is no object")
    return found


def _field(answer: Answer, name: str, kind: type[T]) -> T:
    if answer.status != 200:
        raise errors.Unavailable(f"the schema registry answers {answer.status}")
    value = _object(answer).get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise errors.Unavailable(f"the schema registry's answer lacks a proper {name}")
    return value


def _schema(text: str) -> Any:
    try:
        return fastavro.parse_schema(json.loads(text))
    except (ValueError, RecursionError, fastavro.schema.SchemaParseException, fastavro.schema.UnknownType) as error:
        raise errors.Unavailable("the schema registry's answer is no schema") from error


@cache
def schema_text(name: str) -> str:
    """The generated schema of an event message; LookupError when it has none."""
    for root in loanflow.__path__:
        path = Path(root).parent / "avro" / f"{name}.avsc"
        if path.is_file():
            return path.read_text()
    raise LookupError(f"{name} has no Avro schema: only messages with the event option have one")


def _registrable(name: str) -> dict[str, str]:
    return {"schemaType": "AVRO", "schema": json.dumps(json.loads(schema_text(name)))}
