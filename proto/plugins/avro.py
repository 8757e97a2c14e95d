"""gen/avro/<full.message.Name>.avsc: the Avro schema of every message that has the event option.

Every field has a default, so that any field may come or go under FULL_TRANSITIVE compatibility. What a message may
lack (messages, times, dates, `optional`, members of a oneof) is a union with null.
"""

import json
from typing import Any

from google.protobuf.descriptor_pb2 import EnumDescriptorProto, FieldDescriptorProto

from proto.plugins.contract import (
    ENUM_VALUES,
    FILE_ENUMS,
    MESSAGE_ENUMS,
    MESSAGE_FIELDS,
    Contract,
    MessageAt,
    Place,
    run,
)
from services.catalog import BY_NAME

EVENT, RULES = "loanflow.options.v1.event", "buf.validate.field"
MONEY, TIMESTAMP = "loanflow.types.v1.Money", "google.protobuf.Timestamp"
# A string whose pattern starts so is a civil date.
DATE_PATTERN_START = "^[0-9]{4}-"
_F = FieldDescriptorProto
SCALARS: dict[int, tuple[str, Any]] = {
    _F.TYPE_STRING: ("string", ""),
    _F.TYPE_BOOL: ("boolean", False),
    _F.TYPE_BYTES: ("bytes", ""),
    **dict.fromkeys((_F.TYPE_INT32, _F.TYPE_SINT32, _F.TYPE_SFIXED32), ("int", 0)),
    **dict.fromkeys((_F.TYPE_INT64, _F.TYPE_SINT64, _F.TYPE_SFIXED64, _F.TYPE_UINT32, _F.TYPE_FIXED32), ("long", 0)),
}
AMOUNT = {"type": "bytes", "logicalType": "decimal", "precision": 19, "scale": 4}


def schemas(contract: Contract) -> dict[str, str]:
    """One file per event."""
    files: dict[str, str] = {}
    types: dict[str, str] = {}
    for message in contract.own_messages:
        event = contract.options(message.proto.options).get(EVENT)
        if event is None:
            continue
        kind, key = event.get("type", ""), event.get("key", "")
        if not kind:
            contract.refuse(message.place, message.name, "its event option has no type")
        if kind in types:
            contract.refuse(message.place, message.name, f"event type {kind!r} is already declared by {types[kind]}")
        types.setdefault(kind, message.name)
        if key not in {field.name for field in message.proto.field}:
            contract.refuse(message.place, message.name, f"event key {key!r} is not a field of the message")
        _check_listeners(contract, message, list(event.get("listeners", ())))
        schema = _Schema(contract).record(message)
        files[f"{message.name}.avsc"] = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
    return files


def _check_listeners(contract: Contract, message: MessageAt, listeners: list[str]) -> None:
    for name in listeners:
        if name not in BY_NAME:
            contract.refuse(message.place, message.name, f"listener {name!r} is not in services/catalog.py")
    if not listeners:
        contract.refuse(message.place, message.name, "its event option names no listeners: name the subscribers")


class _Schema:
    """One schema being built; a named type is defined at its first use and named afterwards."""

    def __init__(self, contract: Contract) -> None:
        self._contract, self._defined = contract, set[str]()
        self._enums = {
            name: (enum, place)
            for file in contract.files
            for name, enum, place in (
                (f"{file.package}.{enum.name}", enum, Place(file, (FILE_ENUMS, index)))
                for index, enum in enumerate(file.enum_type)
            )
        } | {
            f"{at.name}.{enum.name}": (enum, at.place.child(MESSAGE_ENUMS, index))
            for at in contract.messages.values()
            for index, enum in enumerate(at.proto.enum_type)
        }

    def record(self, message: MessageAt) -> Any:
        if message.name in self._defined:
            return message.name
        self._defined.add(message.name)
        if message.name == MONEY:
            fields = [{"name": "currency", "type": "string", "default": ""}]
            # The first field made it a list of text alone; a type may be a schema of its own.
            fields.append({"name": "amount", "type": AMOUNT, "default": "\u0000"})  # type: ignore[dict-item]
        else:
            fields = [self._field(message, index) for index in range(len(message.proto.field))]
        return self._named("record", message.name, self._contract.comment(message.place)) | {"fields": fields}

    def _field(self, message: MessageAt, index: int) -> dict[str, Any]:
        field, place = message.proto.field[index], message.place.child(MESSAGE_FIELDS, index)
        kind, default = self._type(message, field, place)
        if field.label == _F.LABEL_REPEATED:
            kind, default = {"type": "array", "items": kind}, []
        elif default is None or field.proto3_optional or field.HasField("oneof_index"):
            kind, default = ["null", kind], None
        doc = self._contract.comment(place)
        return {"name": field.name} | ({"doc": doc} if doc else {}) | {"type": kind, "default": default}

    def _type(self, message: MessageAt, field: FieldDescriptorProto, place: Place) -> tuple[Any, Any]:
        """The Avro type of one value, and the default that means "not said"; None: null."""
        name = field.type_name.lstrip(".")
        if name == TIMESTAMP:
            return {"type": "long", "logicalType": "timestamp-micros"}, None
        if field.type == _F.TYPE_ENUM:
            return self._enum(name), self._enums[name][0].value[0].name
        target = self._contract.messages.get(name)
        if target and not name.startswith("google.") and not target.proto.options.map_entry:
            return self.record(target), None
        pattern = self._contract.options(field.options).get(RULES, {}).get("string", {}).get("pattern", "")
        if pattern.startswith(DATE_PATTERN_START):
            return {"type": "int", "logicalType": "date"}, None
        if field.type not in SCALARS:
            self._contract.refuse(place, f"{message.name}.{field.name}", "has a type that events do not carry")
        return SCALARS.get(field.type, ("null", None))

    def _enum(self, name: str) -> Any:
        if name in self._defined:
            return name
        self._defined.add(name)
        enum, place = self._enums[name]
        symbols = [value.name for value in enum.value]
        return self._named("enum", name, self._enum_doc(enum, place)) | {"symbols": symbols, "default": symbols[0]}

    def _enum_doc(self, enum: EnumDescriptorProto, place: Place) -> str:
        values = (
            f"{value.name}: {self._contract.comment(place.child(ENUM_VALUES, index))}"
            for index, value in enumerate(enum.value)
        )
        return "\n".join([self._contract.comment(place), *values]).strip()

    @staticmethod
    def _named(kind: str, name: str, doc: str) -> dict[str, Any]:
        namespace, _, short = name.rpartition(".")
        return {"type": kind, "name": short, "namespace": namespace} | ({"doc": doc} if doc else {})


if __name__ == "__main__":
    run(schemas)
