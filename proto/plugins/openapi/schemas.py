"""Schemas: names as on the wire, comments of enum values, examples out of the comments, none that is unused."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import EnumDescriptorProto

from proto.plugins.contract import ENUM_VALUES, FILE_ENUMS, MESSAGE_ENUMS, Contract, Place

Json = dict[str, Any]

REFERENCE = "#/components/schemas/"
# "ISO 4217 code, such as `EUR`."
FIELD = re.compile(r"`[a-z]+(?:_[a-z0-9]+)+`")
SUCH_AS = re.compile(r"such as `([^`]+)`")
# An example that a comment gives, by the type of its field.
READ: Mapping[str, Callable[[str], Any]] = {"string": str, "integer": int, "boolean": lambda text: text == "true"}


def finish(contract: Contract, schemas: Json) -> None:
    """Changes the drafted schemas in place."""
    for name, enum, place in enums(contract):
        values = [
            f"- `{value.name}`: {contract.comment(place.child(ENUM_VALUES, index))}"
            for index, value in enumerate(enum.value)
        ]
        if name in schemas:
            schemas[name]["description"] = "\n".join([contract.comment(place), "", *values])
    for name, schema in schemas.items():
        if name.startswith("google.") and "description" in schema:
            schema.pop("examples", None)
            schema["description"] = text(schema["description"]).split("\n\n")[0].replace("\n", " ")
        clean(schema)


def enums(contract: Contract) -> Iterator[tuple[str, EnumDescriptorProto, Place]]:
    """Every enum by its full name, nested ones too."""
    for file in contract.files:
        for index, enum in enumerate(file.enum_type):
            yield f"{file.package}.{enum.name}", enum, Place(file, (FILE_ENUMS, index))
    for at in contract.messages.values():
        for index, enum in enumerate(at.proto.enum_type):
            yield f"{at.name}.{enum.name}", enum, at.place.child(MESSAGE_ENUMS, index)


def clean(schema: Json) -> None:
    """Drops titles, which repeat names, and writes out the examples that descriptions give.

    Messages are open: the contract grows, and clients generated from an earlier one have to bear with new fields.
    """
    schema.pop("title", None)
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    if "description" in schema:
        schema["description"] = on_the_wire(text(schema["description"]))
        found = SUCH_AS.search(schema["description"])
        kind = schema.get("type")
        if found and isinstance(kind, str) and kind in READ:
            schema["examples"] = [READ[kind](found[1])]
    for below in children(schema):
        clean(below)


def children(schema: Json) -> Iterator[Json]:
    """The schemas right below a schema."""
    yield from schema.get("properties", {}).values()
    for key in ("items", "not", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield schema[key]
    for key in ("oneOf", "anyOf", "allOf"):
        yield from schema.get(key, [])


def text(comment: str) -> str:
    """A comment without the blanks that it had after its slashes."""
    return "\n".join(line.strip() for line in comment.splitlines()).strip()


def on_the_wire(description: str) -> str:
    """The description with the fields that it names written as in JSON: `next_page_token` becomes `nextPageToken`."""
    return FIELD.sub(lambda named: re.sub(r"_(\w)", lambda letter: letter[1].upper(), named[0]), description)


def drop_unused(document: Json) -> None:
    """Leaves only the schemas that an operation reaches."""
    components = document["components"]
    every = components["schemas"]
    waiting = list(references([document["paths"], components["responses"]]))
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += references(every[name])
    components["schemas"] = {name: every[name] for name in sorted(used)}


def references(part: object) -> Iterator[str]:
    """The names of the schemas that a part of the document refers to."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(REFERENCE):
            yield reference.removeprefix(REFERENCE)
        for below in part.values():
            yield from references(below)
    elif isinstance(part, list):
        for below in part:
            yield from references(below)
