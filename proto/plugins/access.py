"""gen/access.json: who may call each RPC and how it is reached; edge, services and mesh policy read it.

One entry per RPC, keyed by its gRPC path:

    "/pkg.Service/Method": {
        "public": bool, "roles": ["OFFICER", ...], "owner": null | {"field": name, "shared"?: true} | {"self": true},
        "scopes": [scope, ...] as tokens name them,
        "callers": [service, ...], "rate_class": "STANDARD" | ..., "idempotency": "NONE" | "OPTIONAL" | "REQUIRED",
        "http": [{"verb": "GET", "path": "/api/v1/...", "body": "" | "*" | field}, ...],
        "client_streaming": bool, "server_streaming": bool,
        "raw_body": bool (the body is taken as its bytes: a form when its field is called `form`, anything when it is
            called `body`, else a JSON text whose signature the service checks), "upload": bool (raw body that streams),
        "reasons": [reason, ...] of errors, as its comment lists them,
        "live": bool (the answer is a stream of JSON that may last and be silent)
    }
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import MethodDescriptorProto

from proto.plugins.contract import FILE_SERVICES, SERVICE_METHODS, Contract, Options, Place, run
from proto.plugins.errors import listed
from proto.plugins.scopes import scopes_of, wrong_scopes
from services.catalog import BY_NAME, SHARED

ROLE = "loanflow.options.v1.Role"
ACCESS, KEY, HTTP = "loanflow.options.v1.access", "loanflow.options.v1.idempotency_key", "google.api.http"
HTTP_BODY = ".google.api.HttpBody"
# Besides the services: the edge itself, and whatever starts the daily runs.
OTHER_CALLERS = frozenset({"edge", "scheduler"})
# What names an object that belongs to a customer, in a request.
OWNER_FIELDS = frozenset("application_id customer_id device_id document_id loan_id notification_id payment_id".split())
VERBS = ("get", "put", "post", "delete", "patch")
# caller → called service → the RPC that allows it, and where it is.
Calls = dict[str, dict[str, tuple[Place, str]]]


def access_table(contract: Contract) -> dict[str, str]:
    """The one file, `access.json`."""
    table: dict[str, dict[str, Any]] = {}
    calls: Calls = {}
    taken: dict[tuple[str, str], str] = {}
    for path, place, method in methods(contract):
        name = path.strip("/")
        _check(contract, place, name, method, contract.options(method.options).get(ACCESS, {}))
        entry = table[path] = entry_of(contract, place, method)
        # What each service has beside its own waits for no other, and closes no cycle.
        for caller in entry["callers"] if path.split("/")[1] not in SHARED else ():
            calls.setdefault(caller, {}).setdefault(place.file.package.split(".")[-2], (place, name))
        for binding in entry["http"]:
            shape = (binding["verb"], re.sub(r"\{[^}]*\}", "{}", binding["path"]))
            if shape in taken:
                contract.refuse(place, name, f"{shape[0]} {binding['path']} is already taken by {taken[shape]}")
            taken.setdefault(shape, name)
    _check_cycles(contract, calls)
    return {"access.json": json.dumps(table, indent=1, sort_keys=True) + "\n"}


def methods(contract: Contract) -> Iterator[tuple[str, Place, MethodDescriptorProto]]:
    """gRPC path, place and descriptor of every RPC."""
    for file in contract.own:
        for s, service in enumerate(file.service):
            for m, method in enumerate(service.method):
                place = Place(file, (FILE_SERVICES, s, SERVICE_METHODS, m))
                yield f"/{file.package}.{service.name}/{method.name}", place, method


def _check_cycles(contract: Contract, calls: Calls) -> None:
    """Services that wait for each other stand still together; so what is called may not call back."""
    done: set[str] = set()

    def visit(service: str, above: tuple[str, ...]) -> None:
        for called, (place, rpc) in calls.get(service, {}).items():
            path = (*above, service)
            if called in path:
                circle = " calls ".join((*path[path.index(called) :], called))
                reason = f"closes a cycle of callers: {circle}; take a caller away, and have it listen to events"
                contract.refuse(place, rpc, reason)
            elif called not in done:
                visit(called, path)
        done.add(service)

    for service in list(calls):
        if service not in done:
            visit(service, ())


def entry_of(contract: Contract, place: Place, method: MethodDescriptorProto) -> dict[str, Any]:
    """The entry of one RPC, shaped as above."""
    options = contract.options(method.options)
    access: Options = options.get(ACCESS, {})
    bindings = _bindings(options.get(HTTP, {}))
    request = contract.messages[method.input_type.lstrip(".")].proto
    bytes_in = {field.name for field in request.field if field.type_name == HTTP_BODY}
    raw_body = any(binding["body"] in bytes_in for binding in bindings)
    return {
        "public": access.get("public", False),
        "roles": roles(contract, access),
        "owner": access.get("owner"),
        "scopes": scopes_of(contract, access),
        "callers": list(access.get("callers", [])),
        "rate_class": _short(access.get("rate_class"), "RATE_CLASS_", "STANDARD"),
        "idempotency": _short(options.get(KEY), "IDEMPOTENCY_KEY_", "NONE"),
        "http": bindings,
        "client_streaming": method.client_streaming,
        "server_streaming": method.server_streaming,
        "raw_body": raw_body,
        "upload": raw_body and method.client_streaming,
        "reasons": sorted(_reasons(contract, place, bindings)),
        "live": method.server_streaming and not _answers_bytes(contract, method),
    }


def _reasons(contract: Contract, place: Place, bindings: list[dict[str, str]]) -> set[str]:
    """Those of the comment; and what is named in a path may not be there, which not every comment repeats."""
    named = any("{" in binding["path"] for binding in bindings)
    return {reason for _, reasons in listed(contract, place) for reason in reasons} | (
        {"NOT_FOUND"} if named else set()
    )


def _answers_bytes(contract: Contract, method: MethodDescriptorProto) -> bool:
    answer = contract.messages[method.output_type.lstrip(".")].proto
    return any(field.type_name == HTTP_BODY for field in answer.field)


def roles(contract: Contract, access: Options) -> list[str]:
    """The staff roles that an access option lets in, without prefix: those it names, or every one for `staff`."""
    every = contract.enum_values(ROLE)[1:] if access.get("staff") else access.get("roles", [])
    return [role.removeprefix("ROLE_") for role in every]


def _short(value: str | None, prefix: str, default: str) -> str:
    short = (value or "").removeprefix(prefix)
    return default if short in ("", "UNSPECIFIED") else short


def _bindings(rule: Options) -> list[dict[str, str]]:
    found = [{"verb": verb.upper(), "path": rule[verb], "body": rule.get("body", "")} for verb in VERBS if verb in rule]
    return found + [binding for more in rule.get("additional_bindings", []) for binding in _bindings(more)]


def _check(contract: Contract, place: Place, name: str, method: MethodDescriptorProto, access: Options) -> None:
    if not access:
        contract.refuse(place, name, f"has no option ({ACCESS}): say who may call it")
    if not any(access.get(key) for key in ("public", "staff", "roles", "owner", "callers", "scopes")) and access:
        contract.refuse(
            place, name, f"its option ({ACCESS}) lets no one call it: name roles, an owner, scopes or callers"
        )
    if access.get("public") and any(access.get(key) for key in ("staff", "roles", "owner", "scopes")):
        contract.refuse(place, name, "is public and yet names staff, roles, scopes or an owner: decide for one")
    if access.get("staff") and access.get("roles"):
        contract.refuse(place, name, "is for all staff and yet names roles: decide for one")
    if "ROLE_UNSPECIFIED" in access.get("roles", []):
        contract.refuse(place, name, "names ROLE_UNSPECIFIED, which is no role")
    for wrong in wrong_scopes(contract, access):
        contract.refuse(place, name, wrong)
    fields = {field.name for field in contract.messages[method.input_type.lstrip(".")].proto.field}
    owner = access.get("owner", {})
    field, named = owner.get("field"), ", ".join(sorted(fields & OWNER_FIELDS))
    if field and field not in fields:
        contract.refuse(place, name, f"owner field {field!r} is not in {method.input_type.lstrip('.')}")
    elif field and field not in OWNER_FIELDS:
        known = ", ".join(sorted(OWNER_FIELDS))
        contract.refuse(place, name, f"owner field {field!r} is none that names its owner: {known}")
    if owner.get("shared") and not field:
        contract.refuse(place, name, "shares an object, and names no field with it")
    if owner.get("self") and named:
        reason = f"reaches only the caller's own by its option, and yet its request names {named}: name it as the owner"
        contract.refuse(place, name, reason)
    for caller in access.get("callers", []):
        if caller not in BY_NAME and caller not in OTHER_CALLERS:
            contract.refuse(place, name, f"caller {caller!r} is not in services/catalog.py")


if __name__ == "__main__":
    run(access_table)
