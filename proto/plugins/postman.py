"""gen/postman: a collection for Postman and newman, with its environment, made from gen/openapi.yaml.

The kept converter makes the requests; here they get stable ids, a bearer token, a folder that signs in, and a folder
that lives through one loan, step by step, as proto/life.yaml tells it. What that names and the contract does not have
is refused.
"""

import json
import re
import subprocess
import uuid
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

CONVERTER = "node_modules/.bin/openapi2postmanv2"
OPTIONS = "folderStrategy=Tags,parametersResolution=Example"
_NAMES = uuid.UUID("6a1f1c7a-3c0f-5a0e-9a55-6c6f616e666c")


class PostmanError(Exception):
    """The life names what the contract does not have."""


def generate(openapi: Path, life: Path, packages: Path, folder: Path) -> None:
    """Writes `folder`/collection.json and environment.json; `packages` holds the converter."""
    folder.mkdir(parents=True, exist_ok=True)
    drafted = folder / "collection.json"
    command = [str(packages / CONVERTER), "-s", str(openapi), "-o", str(drafted), "-O", OPTIONS]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    document = yaml.load(openapi.read_text(), Loader=yaml.CSafeLoader)
    steps = yaml.safe_load(life.read_text())
    collection = finish(json.loads(drafted.read_text()), document, steps)
    drafted.write_text(_text(collection))
    (folder / "environment.json").write_text(_text(environment(steps)))


def finish(drafted: Json, document: Json, life: Json) -> Json:
    """The collection from its draft, the OpenAPI document and the life."""
    operations = {
        operation["operationId"]: (verb.upper(), path, operation)
        for path, item in document["paths"].items()
        for verb, operation in item.items()
    }
    closed = {(verb, path) for verb, path, operation in operations.values() if operation.get("x-internal")}
    folders = [_folder(folder, closed) for folder in drafted["item"]]
    told = [life["sign_in"], *_staff(life["staff"]), *life["steps"]]
    steps = [_step(number, step, operations) for number, step in enumerate(told, 1)]
    _turn_back(steps, told)
    collection = {
        "info": {
            "_postman_id": _id("collection"),
            "name": document["info"]["title"],
            "description": document["info"]["description"],
            "schema": drafted["info"]["schema"],
        },
        "auth": _bearer("token"),
        "item": [
            {"name": "Sign in", "id": _id("sign in"), "item": [_step(0, life["sign_in"], operations)]},
            {"name": life["name"], "id": _id(life["name"]), "item": steps},
            *folders,
        ],
    }
    return collection


def environment(life: Json) -> Json:
    """The environment: where the edge is, who signs in; the rest is filled by the requests."""
    values = [{"key": key, "value": value, "enabled": True} for key, value in life["environment"].items()]
    return {"id": _id("environment"), "name": life["name"], "values": values, "_postman_variable_scope": "environment"}


def _folder(folder: Json, closed: set[tuple[str, str]]) -> Json:
    items = [_request(each) for each in _requests(folder) if (each["request"]["method"], _path(each)) not in closed]
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


def _step(number: int, step: Json, operations: dict[str, tuple[str, str, Json]]) -> Json:
    """One request of the life: `call` names the operation, `as` the variable of the token."""
    if step["call"] not in operations:
        raise PostmanError(f"life: {step['call']} is no operation of the contract")
    verb, path, operation = operations[step["call"]]
    url = "{{baseUrl}}" + re.sub(r"\{(\w+)\}", r"{{\1}}", path)
    request: Json = {"method": verb, "url": url, "header": [], "auth": {"type": "noauth"}}
    if "as" in step:
        request["auth"] = _bearer(step["as"])
    if any(each.get("$ref", "").startswith("#/components/parameters/") for each in operation.get("parameters", [])):
        request["header"].append({"key": "Idempotency-Key", "value": "{{$guid}}"})
    if "file" in step:
        parts = [{"key": key, "value": value, "type": "text"} for key, value in step.get("form", {}).items()]
        kind = {"key": "file", "type": "file", "src": step["file"], "contentType": "application/pdf"}
        request["body"] = {"mode": "formdata", "formdata": [*parts, kind]}
    elif verb != "GET":
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {"mode": "raw", "raw": json.dumps(step.get("body", {}), indent=1)}
    name = f"{number}. {step['name']}" if number else step["name"]
    return {"name": name, "request": request, "id": _id(name), "event": _events(step)}


def _staff(staff: Json) -> list[Json]:
    """An account and a sign-in for each part of the lender's staff; `token` is an administrator's."""
    steps = []
    for part, role in staff["parts"].items():
        email, password = f"{{{{{part}Email}}}}", "correct horse battery"
        fresh = (
            f"pm.environment.set('{part}Email', `{part}.${{pm.variables.replaceIn('{{{{$guid}}}}')}}@lender.example`);"
        )
        form = {"email": email, "password": password, "fullName": part, "roles": [role]}
        steps += [
            {"name": f"An account for {part}", "call": staff["create"], "as": "token", "before": [fresh], "body": form},
            {"name": f"{part} signs in", "call": staff["sign_in"], "body": {"email": email, "password": password},
             "keep": {f"{part}Token": "tokens.accessToken", f"{part}Id": "accountId"}},
        ]  # fmt: skip
    return steps


def _turn_back(items: list[Json], told: list[Json]) -> None:
    """A step with `back` goes back so many steps until it is as told, instead of to itself."""
    for index, step in enumerate(told):
        if "back" in step:
            script = items[index]["event"][0]["script"]
            there = json.dumps(items[index - step["back"]]["id"])
            script["exec"] = [line.replace("pm.info.requestId", there) for line in script["exec"]]


def _events(step: Json) -> list[Json]:
    """Tests, variables out of the answer, and patience: a step waits until what it reads is as told."""
    lines = []
    if "until" in step or step.get("patient"):
        (field, value), *_ = step.get("until", {"": ""}).items()
        told = (
            f"code === 200 && look.get(body, {json.dumps(field)}) === {json.dumps(value)}" if field else "code === 200"
        )
        lines += [
            "const look = require('lodash'); const code = pm.response.code;",
            "let body = {}; try { body = pm.response.json(); } catch (e) {}",
            f"const done = {told};",
            "const tries = Number(pm.environment.get('tries') || 0);",
            "if (!done && tries < 300) {",
            "  pm.environment.set('tries', tries + 1); pm.execution.setNextRequest(pm.info.requestId);",
            "} else {",
            "  pm.environment.set('tries', 0);",
            "  pm.test('is as told', () => pm.expect(done, pm.response.text()).to.equal(true));",
            "}",
        ]
    else:
        lines.append("pm.test('answers 200', () => pm.expect(pm.response.code, pm.response.text()).to.equal(200));")
    if "keep" in step:
        lines.append(
            "const read = require('lodash'); const answer = pm.response.code === 200 ? pm.response.json() : {};"
        )
        lines += [f"pm.environment.set({json.dumps(name)}, read.get(answer, {json.dumps(field)}));"
                  for name, field in step["keep"].items()]  # fmt: skip
    events = [{"listen": "test", "script": {"type": "text/javascript", "exec": lines}}]
    if "before" in step:
        events.append({"listen": "prerequest", "script": {"type": "text/javascript", "exec": step["before"]}})
    return events


def _bearer(variable: str) -> Json:
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}]}


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMES, name))


def _text(value: Json) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
