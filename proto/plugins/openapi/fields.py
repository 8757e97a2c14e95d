"""What fields say beyond the draft: which must be given, and of which kind they are, with an example of it."""

import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from proto.plugins.contract import Contract, MessageAt, Options
from proto.plugins.kinds import KIND, RULES, coming_in

Json = dict[str, Any]

MESSAGE_RULES = "buf.validate.message"
IGNORED = ("IGNORE_IF_ZERO_VALUE", "IGNORE_ALWAYS")
# By kind: the format, where there is a name for it, and an example.
KINDS = {
    "KIND_EMAIL": ("email", "ada@example.com"),
    "KIND_PERSON_NAME": ("", "Ada Lovelace"),
    "KIND_PHONE": ("phone", "+4915112345678"),
    "KIND_IBAN": ("iban", "DE89370400440532013000"),
    "KIND_CURRENCY": ("currency", "EUR"),
    "KIND_COUNTRY": ("country", "DE"),
    "KIND_NATIONAL_ID": ("", "L01X00T47"),
    "KIND_DATE": ("date", "2026-03-02"),
    "KIND_TIME_ZONE": ("time-zone", "Europe/Dublin"),
    "KIND_LEI": ("", "529900T8BM49AURSDO55"),
    "KIND_REGISTRATION_NUMBER": ("", "Stuttgart HRB 201434"),
    "KIND_LANGUAGE": ("", "de"),
}
# Marks what an example leaves out, since it is right only at some times or beside other values.
SOMETIMES = "x-sometimes"


def finish(contract: Contract, schemas: Json) -> None:
    """Changes the drafted schemas of messages in place; only those that come in with a request demand fields."""
    demanding = set(coming_in(contract))
    for name, message in contract.messages.items():
        if name in schemas and name.startswith("loanflow."):
            describe(contract, message, schemas[name])
            if name in demanding:
                demand(contract, message, schemas[name])


def describe(contract: Contract, message: MessageAt, schema: Json) -> None:
    """Adds formats and examples to a message's properties.

    A rule over several fields has the name of the one that must not always be given: `decide.rejection_reason`.
    """
    rules_over = {str(rule["id"]).rpartition(".")[2] for rule in contract.options(message.proto.options).get(
        MESSAGE_RULES, {}).get("cel", ())}  # fmt: skip
    for field, options, described in _properties(contract, message, schema):
        form, example = KINDS.get(options.get(KIND, ""), ("", ""))
        if example and field.label != FieldDescriptorProto.LABEL_REPEATED:
            described.setdefault("examples", [example])
        rules = options.get(RULES, {})
        if rules.get("ignore") == IGNORED[0] and "pattern" in described:
            # What is empty is not looked at, and of no format.
            described["pattern"] = f"^$|{described['pattern']}"
        elif form and rules:
            described.setdefault("format", form)
        if field.name in rules_over or rules.get("timestamp", {}).get("gt_now"):
            described[SOMETIMES] = True


def demand(contract: Contract, message: MessageAt, schema: Json) -> None:
    """Names the properties without which the rules refuse the message."""
    needed = [
        field.json_name for field, options, _ in _properties(contract, message, schema) if _needed(field, options)
    ]
    named = list(dict.fromkeys([*schema.get("required", []), *needed]))
    if named:
        schema["required"] = named


def _properties(
    contract: Contract, message: MessageAt, schema: Json
) -> Iterator[tuple[FieldDescriptorProto, Options, Json]]:
    for field in message.proto.field:
        if field.json_name in schema.get("properties", {}):
            yield field, contract.options(field.options), schema["properties"][field.json_name]


def _needed(field: FieldDescriptorProto, options: Options) -> bool:
    """Whether the rules refuse what an absent field is read as."""
    rules: Json = options.get(RULES, {})
    if rules.get("required"):
        return True
    if rules.get("ignore") in IGNORED or field.proto3_optional or field.HasField("oneof_index"):
        return False
    return any(_refuses_nothing(kind, each) for kind, each in rules.items() if isinstance(each, dict))


def _refuses_nothing(kind: str, rules: Json) -> bool:
    if kind in ("timestamp", "duration"):
        # An absent message is not looked at.
        return False
    if kind == "repeated":
        return int(rules.get("min_items", 0)) > 0
    if kind == "string":
        well_known = any(rules.get(each) for each in ("uuid", "email", "uri", "hostname", "ip", "address"))
        pattern = rules.get("pattern")
        return well_known or int(rules.get("min_len", 0)) > 0 or (pattern is not None and not re.search(pattern, ""))
    nothing = 0 if kind != "bytes" else ""
    chosen = "in" in rules and nothing not in rules["in"]
    return (
        chosen
        or nothing in rules.get("not_in", ())
        or float(rules.get("gte", 0)) > 0
        or float(rules.get("gt", -1)) >= 0
    )
