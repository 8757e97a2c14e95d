"""Refuses a text that does not say what it is: by its name it holds a known thing, or it comes in with a request.

`loanflow.options.v1.kind` is what requests are held against, and brought into their normal form by.
"""

import re
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from proto.plugins.contract import MESSAGE_FIELDS, Contract, MessageAt, Place

KIND, COUNTRY, RULES = "loanflow.options.v1.kind", "loanflow.options.v1.kind_country", "buf.validate.field"
OPTION = f"[({KIND}) = {{}}]"
# Which kind a text has by its name. For the last there is none yet: who adds the first such field adds the kind to
# proto/loanflow/options/v1/kind.proto, and its normal form to services/kinds.
NAMED = {
    r"e_?mail|.*_e?mail|.*email_address": "KIND_EMAIL",
    r"(full|first|last|maiden|given|family|middle|birth|person|borrower|.*holder)_name": "KIND_PERSON_NAME",
    r"(.*_)?(phone|mobile|fax)(_number)?": "KIND_PHONE",
    r"(.*_)?iban": "KIND_IBAN",
    r"(.*_)?currency(_code)?": "KIND_CURRENCY",
    r"(.*_)?country(_.*)?|nationality|citizenship": "KIND_COUNTRY",
    r"(.*_)?national_id|identity_number": "KIND_NATIONAL_ID",
    r"(.*_)?date(_(from|to|of_birth))?|birthday": "KIND_DATE",
    r"(.*_)?time_?zone": "KIND_TIME_ZONE",
    r"(.*_)?lei": "KIND_LEI",
    r"(.*_)?registration_number": "KIND_REGISTRATION_NUMBER",
    r"(.*_)?(language|locale)": "KIND_LANGUAGE",
    r"(.*_)?tax_.*|vat_.*": "",
}
# Whose form depends on a country.
OF_COUNTRY = ("KIND_NATIONAL_ID", "KIND_REGISTRATION_NUMBER")
# What else may come in with a request, each held by its rules: decimals, codes, digits, opaque tokens, secrets.
PLAIN = frozenset(
    "amount annual_rate_percent code event_type facility_type holiday_calendar page_token password postal_code"
    " challenge_token confirmation_token current_password device_token document_sha256 invitation_token new_password"
    " passkey push_token receipt_token recovery_code refresh_token reset_token rule_set_version sha256 share_percent"
    " answer_token time_from time_to terms_hash totp_code unsubscribe_token reason_code template_version".split()
)

# Requests whose parameters are those of another standard, and go back letter by letter as they came.
VERBATIM = frozenset({"loanflow.auth.v1.AuthorizeRequest", "loanflow.auth.v1.EndAppSessionRequest"})


def kindless(contract: Contract) -> dict[str, str]:
    """No file; notes every text without its kind as an error of the contract."""
    incoming = set(coming_in(contract))
    for message in contract.own_messages:
        for index, field in enumerate(message.proto.field):
            if field.type == FieldDescriptorProto.TYPE_STRING:
                place = message.place.child(MESSAGE_FIELDS, index)
                _check(contract, place, message, field, message.name in incoming)
    return {}


def _check(contract: Contract, place: Place, message: MessageAt, field: FieldDescriptorProto, comes_in: bool) -> None:
    options, name = contract.options(field.options), f"{message.name}.{field.name}"
    kind = options.get(KIND)
    wanted = next((kind for pattern, kind in NAMED.items() if re.fullmatch(pattern, field.name)), kind)
    if wanted == "":
        contract.refuse(place, name, "is by its name a thing that has no kind yet: add one to kind.proto")
    elif wanted != kind:
        contract.refuse(place, name, f"is {wanted} by its name: add {OPTION.format(wanted)}, or name it otherwise")
    elif comes_in and not (kind or field.name in PLAIN or message.name in VERBATIM or _is_uuid(options)):
        remedy = f"add {OPTION.format('KIND_LINE')}, KIND_TEXT or what it is, or name it in proto/plugins/kinds.py"
        contract.refuse(place, name, f"is a text that comes in, and says not what it is: {remedy}")
    beside = next((each for each in message.proto.field if each.name == options.get(COUNTRY)), None)
    is_country = beside is not None and contract.options(beside.options).get(KIND) == "KIND_COUNTRY"
    if (kind in OF_COUNTRY) != is_country:
        text = f"a national id or register number and no other has ({COUNTRY}), the KIND_COUNTRY beside it"
        contract.refuse(place, name, text)


def _is_uuid(options: object) -> bool:
    rules = options.get(RULES, {}) if isinstance(options, dict) else {}
    return bool(rules.get("string", {}).get("uuid") or rules.get("repeated", {}).get("items"))


def coming_in(contract: Contract) -> Iterator[str]:
    """The names of the messages that requests are, and have in them."""
    waiting = [method.input_type for file in contract.own for service in file.service for method in service.method]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().lstrip(".")
        if name in seen or name not in contract.messages:
            continue
        seen.add(name)
        yield name
        waiting += [field.type_name for field in contract.messages[name].proto.field if field.type_name]
