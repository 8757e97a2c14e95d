"""An example of every body, made from its schema: the comments' own examples where they give one."""

import re
from typing import Any

from proto.plugins.openapi.fields import SOMETIMES
from proto.plugins.openapi.schemas import REFERENCE, SUCH_AS

Json = dict[str, Any]

BY_FORMAT = {
    "uuid": "0c8f9a52-6f0e-4b1d-9a57-2f7d0f6f3c11",
    "date-time": "2026-03-02T09:30:00Z",
    "email": "ada@example.com",
    "byte": "TG9hbg==",
    "uri": "https://example.com/",
    "int64": "1024",
}
DATE_PATTERN_START, DATE = "^[0-9]{4}-", "2026-03-02"
# What the end of a field's name says of a text that has no rules, as in answers.
BY_ENDING = {
    "Id": BY_FORMAT["uuid"],
    "By": BY_FORMAT["uuid"],
    "Date": DATE,
    "Percent": "6.5",
    "Token": "",
    "mail": BY_FORMAT["email"],
}
TEXT = "Some text"
# An example, or what holds where the caller says nothing.
SAID = re.compile(SUCH_AS.pattern + r"|Not said: ([A-Z0-9_]+)\b")
AMOUNT = "amount"


def add(document: Json) -> None:
    """Adds `example` to every JSON body of a request and to every JSON answer that is no error."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            bodies = [operation.get("requestBody", {}), operation["responses"].get("200", {})]
            for content in (body.get("content", {}) for body in bodies):
                media = content.get("application/json")
                # A list that somebody else defines, and signs, has no example of ours.
                if media and media["schema"] and media["schema"].get("type") != "array":
                    media["example"] = sample(schemas, media["schema"])
    forget(document)


def forget(part: object) -> None:
    """Takes away the marks that are for examples alone."""
    for below in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        forget(below)
    if isinstance(part, dict):
        part.pop(SOMETIMES, None)


def sample(schemas: Json, schema: Json, name: str = "") -> Any:
    """A value that the schema takes; `name` is that of the field."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _referred(schemas, schemas[schema["$ref"].removeprefix(REFERENCE)], name, schema.get("description", ""))
    if "enum" in schema:
        # The first says that nothing is said.
        return schema["enum"][min(1, len(schema["enum"]) - 1)]
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {each: sample(schemas, below, each) for each, below in properties.items() if SOMETIMES not in below}
    if kind == "array":
        said = SUCH_AS.search(schema.get("description", ""))
        return [said[1] if said and schema["items"].get("type") == "string" else sample(schemas, schema["items"], name)]
    return _scalar(schema, kind, name)


def _referred(schemas: Json, schema: Json, name: str, description: str) -> Any:
    """A value of a named type; what the field's comment gives, a value of an enum or an amount, is taken over."""
    usual, said = sample(schemas, schema, name), SAID.search(description)
    if said and "enum" in schema:
        return next((value for value in schema["enum"] if value.endswith(f"_{said[1] or said[2]}")), usual)
    if said and AMOUNT in schema.get("properties", {}):
        return {**usual, AMOUNT: said[1]}
    return usual


def _scalar(schema: Json, kind: str, name: str) -> Any:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1))
    pattern = schema.get("pattern", "")
    if pattern.startswith(DATE_PATTERN_START):
        return DATE
    known = next((value for ending, value in BY_ENDING.items() if name.endswith(ending)), TEXT)
    # Capital letters alone fit most patterns of codes.
    fitting = next((text for text in (known, TEXT) if re.search(pattern, text)), "TEXT")
    return fitting.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
