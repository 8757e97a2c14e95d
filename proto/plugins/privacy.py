"""Refuses what may leak: a text that was not reviewed, and would yet be printed in logs.

`debug_redact` is what log, audit and trace go by, and a text is personal until a person has put its name on the list of
plain ones, proto/review/plain.txt. Events carry nothing personal at all: they are kept for ever.
"""

import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from proto.plugins.avro import EVENT
from proto.plugins.contract import MESSAGE_FIELDS, Contract
from proto.review.places import rows

TABLE = "proto/review/plain.txt"
# The contract's own options describe the contract.
OPTIONS = "loanflow.options."
PERSONAL = re.compile(
    r"(^|_)(e?mail|phone|mobile|fax|address|street|city|postal_code|birth_date|birth_place|nationality|"
    r"(national|passport|identity|tax|social|driver|licen[cs]e|voter|person|login|user|device|ip|chat)_id|"
    r"passport|passport_number|ssn|iban|account_number|card_number|full_name|first_name|last_name|maiden_name|"
    r"gender|religion|employer|password|secret|access_token|refresh_token|file_name|comment|notes)$"
)


def plain_names(root: Path = Path(__file__).parents[2]) -> tuple[str, ...]:
    """The reviewed names; ValueError names a row that lacks its reason."""
    found = []
    for number, text in rows(root / TABLE):
        name, _, why = text.partition(" ")
        if not why.strip():
            raise ValueError(f"{TABLE}:{number}: wants: the name of a field, and why it is not personal")
        found.append(name)
    return tuple(found)


def leaks(contract: Contract, plain: Collection[str] | None = None) -> dict[str, str]:
    """No file; notes every leak as an error of the contract. `plain` stands in for the reviewed list."""
    reviewed = plain_names() if plain is None else plain
    for message in contract.own_messages:
        is_event = EVENT in contract.options(message.proto.options)
        for index, field in enumerate(message.proto.field):
            place, name = message.place.child(MESSAGE_FIELDS, index), f"{message.name}.{field.name}"
            # A flag says nothing about a person but that there is something.
            sounds = field.type != FieldDescriptorProto.TYPE_BOOL and PERSONAL.search(field.name)
            if is_event and (sounds or field.options.debug_redact):
                contract.refuse(place, name, "is personal, and events are kept for ever: leave it out")
            elif field.options.debug_redact:
                continue
            elif sounds:
                contract.refuse(place, name, "is personal by its name: add [debug_redact = true], or name it otherwise")
            elif field.type == FieldDescriptorProto.TYPE_STRING and not _is_plain(name, reviewed):
                remedy = "leave it out" if is_event else "add [debug_redact = true]"
                contract.refuse(
                    place, name, f"is a text that was not reviewed, and so personal: {remedy}, or name it in {TABLE}"
                )
    return {}


def _is_plain(name: str, reviewed: Collection[str]) -> bool:
    last = name.rpartition(".")[2]
    if name.startswith(OPTIONS):
        return True
    return any(name == each if "." in each else fnmatchcase(last, each) for each in reviewed)
