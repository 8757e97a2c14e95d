"""gen/postman: a collection for Postman and newman, with its environment, made from gen/openapi.yaml.

The kept converter makes the requests; here they get stable ids, a bearer token, a folder that signs in, and folders
that follow one loan, step by step, as proto/journey.yaml has it. What that names and the contract does not have
is refused.
"""

import json
import re
import subprocess
import uuid
from pathlib import Path

import yaml

from proto.plugins.journey import PATIENCE_MS, PAUSE_MS, Json, parts, read, takes_key

# operation id → verb, path, the operation.
Operations = dict[str, tuple[str, str, Json]]

CONVERTER = "node_modules/.bin/openapi2postmanv2"
OPTIONS = "folderStrategy=Tags,parametersResolution=Example"
# The one-time code of a secret in Base32, as an authenticator app shows it (RFC 6238).
_TOTP = """\
const hashes = require('crypto-js');
const totp = (secret) => {
  const bits = [...secret].map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'));
  const key = bits.join('').match(/.{8}/g).map((each) => parseInt(each, 2).toString(16).padStart(2, '0')).join('');
  const step = Math.floor(Date.now() / 30000).toString(16).padStart(16, '0');
  const made = hashes.HmacSHA1(hashes.enc.Hex.parse(step), hashes.enc.Hex.parse(key)).toString();
  const at = 2 * parseInt(made.slice(-1), 16);
  return String((parseInt(made.slice(at, at + 8), 16) & 0x7fffffff) % 1000000).padStart(6, '0');
};""".splitlines()
_NAMES = uuid.UUID("6a1f1c7a-3c0f-5a0e-9a55-6c6f616e666c")


class PostmanError(Exception):
    """The journey names what the contract does not have."""


def generate(openapi: Path, journey: Path, packages: Path, folder: Path) -> None:
    """Writes `folder`/collection.json and environment.json; `packages` holds the converter."""
    folder.mkdir(parents=True, exist_ok=True)
    drafted = folder / "collection.json"
    command = [str(packages / CONVERTER), "-s", str(openapi), "-o", str(drafted), "-O", OPTIONS]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    document = yaml.load(openapi.read_text(), Loader=yaml.CSafeLoader)
    written = read(journey)
    collection = finish(json.loads(drafted.read_text()), document, written)
    drafted.write_text(_text(collection))
    (folder / "environment.json").write_text(_text(environment(written)))


def finish(drafted: Json, document: Json, journey: Json) -> Json:
    """The collection from its draft, the OpenAPI document and the journey."""
    operations: Operations = {
        operation["operationId"]: (verb.upper(), path, operation)
        for path, item in document["paths"].items()
        for verb, operation in item.items()
    }
    folders = [_folder(folder) for folder in drafted["item"]]
    opening = [_step(step, step["name"], step["name"], operations) for step in journey["sign_in"]]
    collection = {
        "info": {
            "_postman_id": _id("collection"),
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "schema": drafted["info"]["schema"],
        },
        "auth": _bearer("token"),
        "item": [
            {"name": "Sign in", "id": _id("sign in"), "item": opening},
            *_journey(journey, operations),
            *folders,
        ],
    }
    return collection


def environment(journey: Json) -> Json:
    """The environment: where the edge is, who signs in; the rest is filled by the requests."""
    values = [{"key": key, "value": value, "enabled": True} for key, value in journey["environment"].items()]
    named = {"id": _id("environment"), "name": journey["name"]}
    return {**named, "values": values, "_postman_variable_scope": "environment"}


def _folder(folder: Json) -> Json:
    items = [_request(each) for each in _requests(folder)]
    return {"name": folder["name"], "id": _id(folder["name"]), "item": items}


def _requests(item: Json) -> list[Json]:
    if "request" in item:
        return [item]
    return [request for below in item.get("item", []) for request in _requests(below)]


def _path(item: Json) -> str:
    parts = item["request"]["url"]["path"]
    return "/" + "/".join(f"{{{part[1:]}}}" if part.startswith(":") else part for part in parts)


def _request(item: Json) -> Json:
    """Without answers and ids of chance; parameters that may be absent are off."""
    request = item["request"]
    request.pop("name", None)
    # What is for everyone says so; the rest has the token of the collection.
    request["auth"] = {"type": "noauth"} if request.get("auth", {}) is None else None
    if request["auth"] is None:
        del request["auth"]
    for each in request["url"].get("query", []):
        # The converter makes values up, others at every run.
        each.update(value="", disabled=True)
    for each in request["url"].get("variable", []):
        each.update(value=f"{{{{{each['key']}}}}}")
        each.pop("id", None)
    body = request.get("body", {})
    for each in (*body.get("urlencoded", []), *body.get("formdata", [])):
        if each.get("type") != "file":
            each["value"] = ""
    name = f"{request['method']} {_path(item)}"
    return {"name": item["name"], "id": _id(name), "request": request}


def _journey(journey: Json, operations: Operations) -> list[Json]:
    """A folder for each part; the steps are numbered through."""
    folders: list[Json] = []
    number = 1
    for part in parts(journey):
        names = [f"{count}. {step['name']}" for count, step in enumerate(part.steps, number)]
        there = [names[index - step.get("back", 0)] for index, step in enumerate(part.steps)]
        steps = [_step(*each, operations) for each in zip(part.steps, names, there, strict=True)]
        folders.append({"name": part.name, "description": part.about, "id": _id(part.name), "item": steps})
        number += len(steps)
    return folders


def _step(step: Json, name: str, there: str, operations: Operations) -> Json:
    """One request of the journey; `there` is the name of the step that it goes back to until it is as expected."""
    if step["call"] not in operations:
        raise PostmanError(f"proto/journey.yaml: {step['call']} is no operation of the contract")
    verb, path, operation = operations[step["call"]]
    url = "{{baseUrl}}" + re.sub(r"\{(\w+)\}", r"{{\1}}", path)
    request: Json = {"method": verb, "url": url, "header": [], "auth": {"type": "noauth"}}
    if "as" in step:
        request["auth"] = _bearer(step["as"])
    if takes_key(operation):
        request["header"].append({"key": "Idempotency-Key", "value": "{{$guid}}"})
    if "file" in step:
        form = [{"key": key, "value": value, "type": "text"} for key, value in step.get("form", {}).items()]
        kind = {"key": "file", "type": "file", "src": step["file"], "contentType": "application/pdf"}
        request["body"] = {"mode": "formdata", "formdata": [*form, kind]}
    elif verb != "GET":
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {"mode": "raw", "raw": json.dumps(step.get("body", {}), indent=1)}
    return {"name": name, "request": request, "id": _id(name), "event": _events(step, there)}


def _events(step: Json, there: str) -> list[Json]:
    """Fresh variables before the request; tests and variables out of the answer after it."""
    lines = _patience(step, there) if "until" in step or step.get("patient") else [
        "pm.test('answers 200', () => pm.expect(pm.response.code, pm.response.text()).to.equal(200));"
    ]  # fmt: skip
    if "keep" in step:
        kept = [
            f"  pm.environment.set({json.dumps(name)}, read.get(answer, {json.dumps(field)}));"
            for name, field in step["keep"].items()
        ]
        lines += [
            "if (pm.response.code === 200) {",
            "  const read = require('lodash'); const answer = pm.response.json();",
            *kept,
            "}",
        ]
    fresh = [
        f"pm.environment.set({json.dumps(name)}, pm.variables.replaceIn({json.dumps(value)}));"
        for name, value in step.get("fresh", {}).items()
    ]
    if "totp" in step:
        fresh += _TOTP
        fresh += [
            f"pm.environment.set({json.dumps(name)}, totp(pm.environment.get({json.dumps(secret)})));"
            for name, secret in step["totp"].items()
        ]
    scripts = [("test", lines), ("prerequest", fresh)]
    return [{"listen": when, "script": {"type": "text/javascript", "exec": lines}} for when, lines in scripts if lines]


def _patience(step: Json, there: str) -> list[str]:
    """The step is asked again, from `there` on, until it is as expected; the time is kept for one run alone."""
    done = "code === 200"
    for field, value in step.get("until", {}).items():
        done += f" && look.get(body, {json.dumps(field)}) === {json.dumps(value)}"
    again = f"code === 200 ? {json.dumps(_id(there))} : pm.info.requestId" if "back" in step else "pm.info.requestId"
    return [
        "const look = require('lodash'); const code = pm.response.code;",
        "let body = {}; try { body = pm.response.json(); } catch (e) {}",
        f"const done = {done};",
        "const began = pm.variables.get('began') || Date.now();",
        f"if (!done && Date.now() - began < {PATIENCE_MS}) {{",
        f"  pm.variables.set('began', began); pm.execution.setNextRequest({again});",
        f"  setTimeout(() => {{}}, {PAUSE_MS}); // What comes next waits for it.",
        "} else {",
        "  pm.variables.set('began', 0);",
        "  pm.test('is as expected', () => pm.expect(done, pm.response.text()).to.equal(true));",
        "}",
    ]


def _bearer(variable: str) -> Json:
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}]}


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMES, name))


def _text(value: Json) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
