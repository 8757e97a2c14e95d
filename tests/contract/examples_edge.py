"""An edge that answers with the contract's own examples, but for what a test says; it remembers what it was asked."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    operation: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body."""
        found: Json = json.loads(self.body)
        return found

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of a multipart form in their order, each with its name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        whole = message_from_bytes(head + self.body)
        found: list[Message] = [each for each in whole.walk() if not each.is_multipart()]
        return [
            (str(each.get_param("name", header="content-disposition")), bytes(each.get_payload(decode=True)).decode())
            for each in found
        ]


@dataclass(frozen=True)
class Answer:
    """What is answered instead of the example; of a 200 only `fields` of it differ."""

    status: int = 200
    fields: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ExamplesEdge:
    """Answers by operation: `next` once each, in their order, then `always`, or else the example alone."""

    document: Json
    asked: list[Asked] = field(default_factory=list)
    next: dict[str, list[Answer]] = field(default_factory=dict)
    always: dict[str, Answer] = field(default_factory=dict)
    url: str = ""

    @property
    def operations(self) -> list[str]:
        """What was asked, in its order."""
        return [each.operation for each in self.asked]

    def of(self, operation: str) -> list[Asked]:
        """The requests of one operation."""
        return [each for each in self.asked if each.operation == operation]

    def answered(self, verb: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[Answer, bytes]:
        """Remembers a request, which has to be one of the contract, and gives its answer."""
        described = self._described(verb, path)
        self._judge(described, headers, body)
        operation = described["operationId"]
        self.asked.append(Asked(operation, path, headers, body))
        waiting = self.next.get(operation, [])
        answer = waiting.pop(0) if waiting else self.always.get(operation, Answer())
        example = described["responses"]["200"]["content"]["application/json"]["example"]
        said = {**example, **answer.fields} if answer.status == 200 else dict(answer.fields)
        return answer, json.dumps(said).encode()

    def _described(self, verb: str, path: str) -> Json:
        for template, item in self.document["paths"].items():
            if verb.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                found: Json = item[verb.lower()]
                # `applications/status` is no application: what is written out goes first, as at the edge.
                if "{" not in template or path not in self.document["paths"]:
                    return found
        raise AssertionError(f"{verb} {path} is not in the contract")

    def _judge(self, described: Json, headers: Mapping[str, str], body: bytes) -> None:
        content = described.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            assert headers["content-type"] == "application/json"
            schema = {**content["application/json"]["schema"], "components": self.document["components"]}
            jsonschema.Draft202012Validator(schema).validate(json.loads(body))
        elif not content:
            assert body == b""
        if described.get("security") != []:
            assert headers["authorization"].startswith("Bearer ")


@contextmanager
def examples_edge(document: Json) -> Iterator[ExamplesEdge]:
    """One that serves at a port of its own."""
    edge = ExamplesEdge(document)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Nothing: what was asked is in `asked`."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                answer, said = edge.answered(self.command, self.path, headers, body)
            except (AssertionError, jsonschema.ValidationError) as wrong:
                answer, said = Answer(418), str(wrong).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "content-length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    edge.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield edge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
