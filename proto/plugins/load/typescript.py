"""TypeScript out of the contract's schemas: an interface for each that is asked for, and for what that refers to."""

import json
import re
from collections.abc import Mapping
from typing import Any

from proto.plugins.journey import VARIABLE, Json

REFERENCE = "#/components/schemas/"
_WORDS = {"integer": "number", "number": "number", "boolean": "boolean", "string": "string", "null": "null"}
_STEP = re.compile(r"\[(\d+)\]|\.?(\w+)")
_LINE = 100


class Types:
    """The schemas of one document, by name; collects the interfaces that expressions were asked for."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        """`schemas` are those of the document's components."""
        self._schemas = schemas
        self._names: dict[str, str] = {}

    def of(self, schema: Json) -> str:
        """The type of a schema, as an expression."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(REFERENCE))
        if "enum" in schema:
            return " | ".join(json.dumps(each) for each in schema["enum"])
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self.of({**schema, "type": each}) for each in kind)
        if kind == "array":
            return f"Array<{self.of(schema['items'])}>"
        if kind == "object":
            return self._object(schema)
        return "ArrayBuffer" if schema.get("format") == "binary" else _WORDS.get(str(kind), "unknown")

    def at(self, schema: Json, path: str) -> str | None:
        """The type of what is at `checklist.missing[0]` of a schema; None when there is no such field."""
        for index, name in _STEP.findall(path):
            whole = self._whole(schema)
            below = whole.get("items") if index else whole.get("properties", {}).get(name)
            if below is None:
                return None
            schema = below
        return self.of(schema)

    def declarations(self) -> str:
        """What every expression so far refers to, by name; an answer may have more fields, which are not named."""
        done: dict[str, str] = {}
        while waiting := [each for each in self._names if each not in done]:
            for each in waiting:
                done[each] = self._declared(self._names[each], self._schemas[each])
        return "\n\n".join(text for _, text in sorted(done.items()))

    def _declared(self, name: str, schema: Json) -> str:
        if "properties" in schema:
            fields = "\n".join(f"  {field};" for field in self._fields(schema))
            return f"interface {name} {{\n{fields}\n}}"
        if "enum" in schema:
            values = "".join(f"\n  | {json.dumps(each)}" for each in schema["enum"])
            return f"type {name} ={values};"
        return f"type {name} = {self.of(schema)};"

    def _named(self, full: str) -> str:
        """The last part of a name; with its package where another package has the same."""
        if full not in self._names:
            package, last = full.split(".")[-3:-2], full.rpartition(".")[2]
            taken = last in self._names.values()
            self._names[full] = f"{''.join(package).title()}{last}" if taken else last
        return self._names[full]

    def _object(self, schema: Json) -> str:
        if not schema.get("properties"):
            return "Record<string, unknown>"
        return f"{{ {'; '.join(self._fields(schema))} }}"

    def _fields(self, schema: Json) -> list[str]:
        needed = set(schema.get("required", ()))
        return [
            f"{name}{'' if name in needed else '?'}: {self.of(each)}" for name, each in schema["properties"].items()
        ]

    def _whole(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(REFERENCE)]
        return schema


def access(path: str) -> str:
    """`?.checklist?.missing?.[0]`, to be written after what `checklist.missing[0]` is a field of."""
    return "".join(f"?.[{index}]" if index else f"?.{name}" for index, name in _STEP.findall(path))


def literal(value: Any, indent: int) -> str:
    """JSON as TypeScript, as `inline` has it; broken into lines where one is too long."""
    short = inline(value)
    if indent + len(short) <= _LINE or not isinstance(value, dict):
        return short
    blanks = " " * indent
    lines = [f"{blanks}  {name}: {literal(each, indent + 2)},\n" for name, each in value.items()]
    return f"{{\n{''.join(lines)}{blanks}}}"


def inline(value: Any) -> str:
    """JSON as TypeScript on one line, with `need(me, "variable")` in place of each `{{variable}}`."""
    if isinstance(value, dict):
        inside = ", ".join(f"{name}: {inline(each)}" for name, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(inline(each) for each in value)}]"
    if not isinstance(value, str) or not VARIABLE.search(value):
        return json.dumps(value, ensure_ascii=False)
    # Texts and names in turn.
    parts = VARIABLE.split(value)
    asked = [f"need(me, {json.dumps(each)})" if at % 2 else _quoted(each) for at, each in enumerate(parts)]
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return asked[1]
    return "`" + "".join(f"${{{each}}}" if at % 2 else each for at, each in enumerate(asked)) + "`"


def _quoted(text: str) -> str:
    """A text as it stands between backquotes."""
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
