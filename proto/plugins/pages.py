"""gen/docs/services/<service>.md: one page a service, its RPCs, states, events in and out, and settings."""

import dataclasses
import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import Any

from proto.plugins.access import entry_of, methods
from proto.plugins.avro import EVENT
from proto.plugins.contract import ENUM_VALUES, FILE_ENUMS, Contract, Options, Place, run
from services.catalog import METRICS_OFFSET, SERVICES, SHARED, Service
from services.runtime.settings import PREFIX

NOTE = "<!-- Made by `make gen` from the contract, services/catalog.py and the service's settings; do not edit. -->\n"
# The first port of the services where nothing else is said.
BASE_PORT = 8000


def pages(contract: Contract) -> dict[str, str]:
    """The pages by their names."""
    return {f"{service.name}.md": "\n".join(_page(contract, service)) + "\n" for service in SERVICES}


def _page(contract: Contract, service: Service) -> Iterator[str]:
    about = inspect.cleandoc(importlib.import_module(f"services.{service.name}").__doc__ or "")
    port = BASE_PORT + service.offset
    yield from (NOTE, f"# {service.name}", "", about, "")
    yield f"Port {port}, metrics and health {port + METRICS_OFFSET}; state in {service.storage.name.lower()}."
    yield from ("", "## RPCs", "", "| RPC | route | who | reasons of errors |", "|---|---|---|---|")
    yield from _rpcs(contract, service)
    yield from _states(contract, service)
    yield from _events(contract, service)
    yield from ("", "## Settings", "", "| variable | type | default |", "|---|---|---|")
    yield from _settings(importlib.import_module(f"services.{service.name}.settings").Settings, PREFIX)


def _rpcs(contract: Contract, service: Service) -> Iterator[str]:
    for path, place, method in methods(contract):
        shared = path.split("/")[1] in SHARED
        if place.file.package == service.package or shared:
            entry = entry_of(contract, place, method)
            routes = "<br>".join(f"`{each['verb']} {each['path']}`" for each in entry["http"]) or "within the mesh"
            reasons = ", ".join(entry["reasons"])
            name = path.rpartition("." if shared else "/")[2].replace("/", ".")
            yield f"| {name} | {routes} | {_who(entry)} | {reasons} |"


def _who(entry: Options) -> str:
    owner = entry["owner"] or {}
    own = "own or shared" if owner.get("shared") else "own"
    customer = [f"customer ({own} `{owner['field']}`)"] if "field" in owner else ["customer (own)"] if owner else []
    callers = [f"service {each}" for each in entry["callers"]]
    scopes = [f"scope `{each}`" for each in entry["scopes"]]
    return ", ".join([*(["everyone"] if entry["public"] else []), *customer, *entry["roles"], *scopes, *callers])


def _states(contract: Contract, service: Service) -> Iterator[str]:
    for file in contract.own:
        for index, enum in enumerate(file.enum_type):
            if file.package == service.package and enum.name.endswith("Status"):
                yield from ("", f"## {enum.name}", "", "| value | meaning |", "|---|---|")
                for number, value in enumerate(enum.value[1:], 1):
                    meaning = contract.comment(Place(file, (FILE_ENUMS, index, ENUM_VALUES, number)))
                    yield f"| {value.name} | {' '.join(meaning.split())} |"


def _events(contract: Contract, service: Service) -> Iterator[str]:
    options = [
        (each.place.file.package, event)
        for each in contract.own_messages
        if (event := contract.options(each.proto.options).get(EVENT))
    ]
    out = [
        (event["type"], event["key"], event["listeners"]) for package, event in options if package == service.package
    ]
    received = [event["type"] for _, event in options if service.name in event.get("listeners", ())]
    if out:
        yield from ("", "## Events out", "", "| event | key | subscribers |", "|---|---|---|")
        yield from (f"| `{kind}` | `{key}` | {', '.join(listeners)} |" for kind, key, listeners in out)
    if received:
        yield from ("", "## Events in", "", ", ".join(f"`{kind}`" for kind in received))


def _settings(settings: type[Any], prefix: str) -> Iterator[str]:
    hints = typing.get_type_hints(settings)
    for field in dataclasses.fields(settings):
        kind, variable = hints[field.name], f"{prefix}_{field.name.upper()}"
        if dataclasses.is_dataclass(kind):
            yield from _settings(typing.cast(type[Any], kind), variable)
        else:
            yield f"| `{variable}` | {_type(kind)} | {_default(field)} |"


def _type(kind: Any) -> str:
    return (kind.__name__ if isinstance(kind, type) else str(kind)).replace("|", "or").replace("typing.", "")


def _default(field: "dataclasses.Field[Any]") -> str:
    if field.default is dataclasses.MISSING:
        return "required" if field.default_factory is dataclasses.MISSING else f"`{field.default_factory()}`"
    return f"`{field.default}`" if field.default not in ("", None) else "none"


if __name__ == "__main__":
    run(pages)
