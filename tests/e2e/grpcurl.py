"""grpcurl at the edge, as at a terminal: walks proto/journey.yaml, and learns each RPC by reflection."""

import base64
import json
import re
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pyotp

from stack import folders
from tests.e2e.contract_calls import Rpc, rpcs

Json = dict[str, Any]

# How long a step waits for what its `until` names.
PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.1
_CALL_SECONDS = 30
# Small, so that an upload is several messages.
_PIECE_BYTES = 512


class RefusedError(Exception):
    """grpcurl got no answer; the text is what it wrote."""


class UnexpectedError(Exception):
    """A step came out otherwise; the text names it, and has what was answered."""


@dataclass
class Walker:
    """Who walks: the edge's `host:port`, the variables so far, and how often each step was asked.

    `reflecting` is the administrator's token, with which the RPCs are asked for.
    """

    edge: str
    variables: dict[str, str]
    reflecting: str
    asked: Counter[str] = field(default_factory=Counter)

    def walk(self, steps: Sequence[Json]) -> None:
        """Every step in its order, each until it is as expected; UnexpectedError."""
        at, began = 0, None
        while at < len(steps):
            step = steps[at]
            patient = "until" in step or "patient" in step
            try:
                answer = self._ask(step)
                done, back, said = is_awaited(step, answer), step.get("back", 0), json.dumps(answer)
            except RefusedError as refused:
                done, back, said = False, 0, str(refused)
            if done:
                at, began = at + 1, None if patient else began
                continue
            began = began or time.monotonic()
            if not patient or time.monotonic() - began > PATIENCE_SECONDS:
                raise UnexpectedError(f"{step['name']}: {said}")
            at -= back
            time.sleep(_PAUSE_SECONDS)

    def _ask(self, step: Json) -> Json:
        """Asks once, and keeps what the step keeps of the answer; RefusedError."""
        self.asked[step["name"]] += 1
        for name, value in step.get("fresh", {}).items():
            self.variables[name] = self._filled(value)
        for name, secret in step.get("totp", {}).items():
            self.variables[name] = pyotp.TOTP(self.variables[secret]).now()
        rpc = _by_operation()[step["call"]]
        headers = [f"idempotency-key: {uuid.uuid4()}"]
        if "as" in step:
            headers.append(f"authorization: Bearer {self.variables[step['as']]}")
        answer = self._grpcurl(rpc, headers, self._messages(rpc, step))
        self.variables |= {name: str(look(answer, place)) for name, place in step.get("keep", {}).items()}
        return answer

    def _grpcurl(self, rpc: Rpc, headers: Sequence[str], messages: Iterator[Json]) -> Json:
        command = [str(folders.go_programs() / "grpcurl"), "-plaintext", "-max-time", str(_CALL_SECONDS), "-d", "@"]
        for header in headers:
            command += ["-rpc-header", header]
        for header in (f"x-service: {rpc.service}", f"authorization: Bearer {self.reflecting}"):
            command += ["-reflect-header", header]
        given = "\n".join(map(json.dumps, messages))
        command += [self.edge, rpc.path.lstrip("/")]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RefusedError(done.stderr)
        answer: Json = json.loads(done.stdout)
        return answer

    def _messages(self, rpc: Rpc, step: Json) -> Iterator[Json]:
        """What REST has in path and body is one message; an upload is one for each piece, the path's in the first."""
        binding = rpc.bindings[0]
        fields: Json = {name: self.variables[name] for name in re.findall(r"\{(\w+)\}", binding.path)}
        if "file" not in step:
            yield {**fields, **json.loads(self._filled(json.dumps(step.get("body", {}))))}
            return
        form = {name: self._filled(value) for name, value in step.get("form", {}).items()}
        document = Path(self._filled(step["file"]))
        upload = httpx.Request(
            "POST", "", data=form, files={"file": (document.name, document.read_bytes(), "application/pdf")}
        )
        content = upload.read()
        for start in range(0, len(content), _PIECE_BYTES):
            data = base64.b64encode(content[start : start + _PIECE_BYTES]).decode()
            yield {**fields, binding.body: {"contentType": upload.headers["content-type"], "data": data}}
            fields = {}

    def _filled(self, text: str) -> str:
        """The text with the variables that it names."""
        known = {"$guid": str(uuid.uuid4()), **self.variables}
        return re.sub(r"\{\{(\$?\w+)\}\}", lambda named: known[named[1]], text)


def is_awaited(step: Json, answer: Json) -> bool:
    """Whether the answer has what the step waits for."""
    return all(look(answer, place) == value for place, value in step.get("until", {}).items())


def look(answer: Json, place: str) -> Any:
    """What is at a place such as `checklist.missing[0]`; None where nothing is."""
    found: Any = answer
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", place):
        if index:
            found = found[int(index)] if found and len(found) > int(index) else None
        else:
            found = found.get(name) if found else None
    return found


@cache
def _by_operation() -> dict[str, Rpc]:
    """The RPCs by the ids that their operations have in the API reference, such as `AuthService_Login`."""
    return {"_".join(rpc.path.rpartition(".")[2].split("/")): rpc for rpc in rpcs()}
