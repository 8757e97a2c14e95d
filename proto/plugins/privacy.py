"""Refuses what may leak: a field that is personal by its name, and would yet be printed in logs.

`debug_redact` is what log, audit and trace go by. Events carry nothing personal at all: they are kept for ever.
"""

import re

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from proto.plugins.avro import EVENT
from proto.plugins.contract import MESSAGE_FIELDS, Contract

PERSONAL = re.compile(
    r"(^|_)(e?mail|phone|mobile|fax|address|street|city|postal_code|birth_date|birth_place|nationality|national_id|"
    r"passport|passport_number|tax_id|ssn|iban|account_number|card_number|full_name|first_name|last_name|maiden_name|"
    r"gender|religion|employer|password|secret|access_token|refresh_token|signed_url|file_name|comment|notes)$"
)


def leaks(contract: Contract) -> dict[str, str]:
    """No file; notes every leak as an error of the contract."""
    for message in contract.own_messages:
        is_event = EVENT in contract.options(message.proto.options)
        for index, field in enumerate(message.proto.field):
            place, name = message.place.child(MESSAGE_FIELDS, index), f"{message.name}.{field.name}"
            # A flag says nothing about a person but that there is something.
            personal = field.type != FieldDescriptorProto.TYPE_BOOL and PERSONAL.search(field.name)
            if is_event and (personal or field.options.debug_redact):
                contract.refuse(place, name, "is personal, and events are kept for ever: leave it out")
            elif personal and not field.options.debug_redact:
                contract.refuse(place, name, "is personal by its name: add [debug_redact = true], or name it otherwise")
    return {}
