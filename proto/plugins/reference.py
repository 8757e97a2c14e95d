"""gen/docs/events.md, reasons.md, scopes.md and webhooks.md: events with their keys, fields and listeners, and more."""

from collections.abc import Iterable, Mapping

from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.rpc.code_pb2 import Code

from proto.plugins import webhooks
from proto.plugins.access import ACCESS, methods
from proto.plugins.contract import (
    ENUM_VALUES,
    FILE_ENUMS,
    FILE_SERVICES,
    MESSAGE_FIELDS,
    SERVICE_METHODS,
    Contract,
    MessageAt,
    Place,
    run,
)
from proto.plugins.errors import listed
from proto.plugins.scopes import page, scopes_of

EVENT = "loanflow.options.v1.event"
# The enum of reasons, in whatever file; its zero value says that there is none.
REASONS, PREFIX, NONE = "Reason", "REASON_", "UNSPECIFIED"
NOTE = "<!-- Made by `make gen` from proto/; do not edit. -->\n"
_F = FieldDescriptorProto
CODES = frozenset(value.name for value in Code.DESCRIPTOR.values)


def reference(contract: Contract) -> dict[str, str]:
    """The pages `events.md`, `reasons.md`, `scopes.md` and `webhooks.md`."""
    return {
        "events.md": _events(contract), "reasons.md": _reasons(contract), "scopes.md": _scopes(contract),
        "webhooks.md": f"{NOTE}\n{webhooks.page(contract)}",
    }  # fmt: skip


def _events(contract: Contract) -> str:
    lines = [NOTE, "# Events", "", "Each is an Avro record (`gen/avro`) in a CloudEvents envelope of Kafka headers."]
    topic = ""
    for message in contract.own_messages:
        event = contract.options(message.proto.options).get(EVENT)
        if event is None:
            continue
        if message.place.file.package != topic:
            topic = message.place.file.package
            lines += ["", f"## Topic `{topic}`"]
        lines += ["", f"### {event.get('type', '')}", "", contract.comment(message.place).replace("\n", "\n\n"), ""]
        hearing = ", ".join(event.get("listeners", ())) or "no service"
        lines += [f"- Message: `{message.name}`", f"- Key: `{event.get('key', '')}`", f"- Subscribers: {hearing}", ""]
        lines += ["| field | type | meaning |", "|---|---|---|", *_fields(contract, message)]
    return "\n".join(lines) + "\n"


def _scopes(contract: Contract) -> str:
    opened: dict[str, list[str]] = {}
    for path, _, method in methods(contract):
        for scope in scopes_of(contract, contract.options(method.options).get(ACCESS, {})):
            opened.setdefault(scope, []).append(f"`{path.strip('/')}`")
    return f"{NOTE}\n{page(contract, opened)}"


def _fields(contract: Contract, message: MessageAt) -> Iterable[str]:
    for index, field in enumerate(message.proto.field):
        meaning = _cell(contract.comment(message.place.child(MESSAGE_FIELDS, index)))
        yield f"| `{field.name}` | {_type(field)} | {meaning} |"


def _type(field: FieldDescriptorProto) -> str:
    name = field.type_name.rpartition(".")[2] or _F.Type.Name(field.type).removeprefix("TYPE_").lower()
    if field.label == _F.LABEL_REPEATED:
        return f"list of {name}"
    return f"{name}, optional" if field.proto3_optional else name


def _reasons(contract: Contract) -> str:
    values = {
        value.name.removeprefix(PREFIX): contract.comment(Place(file, (FILE_ENUMS, index, ENUM_VALUES, number)))
        for file in contract.own
        for index, enum in enumerate(file.enum_type)
        if enum.name == REASONS
        for number, value in enumerate(enum.value)
    }
    given = _given(contract, values)
    lines = [NOTE, "# Reasons of errors", "", "`google.rpc.ErrorInfo.reason` of an error's status, domain `loanflow`."]
    lines += ["RPCs that do not list a reason may still give those of the edge, of access rules and of validation."]
    lines += ["", "| reason | meaning | code | RPCs that list it |", "|---|---|---|---|"]
    for reason, meaning in values.items():
        if reason != NONE:
            said = given.get(reason, {})
            rpcs = ", ".join(sorted({rpc for rpcs in said.values() for rpc in rpcs}))
            lines.append(f"| `{reason}` | {_cell(meaning)} | {', '.join(sorted(said))} | {rpcs} |")
    return "\n".join(lines) + "\n"


def _given(contract: Contract, known: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Reason → code → the RPCs whose comments list them; refuses what does not exist."""
    given: dict[str, dict[str, list[str]]] = {}
    for file in contract.own:
        for s, service in enumerate(file.service):
            for m, method in enumerate(service.method):
                place = Place(file, (FILE_SERVICES, s, SERVICE_METHODS, m))
                name = f"{file.package}.{service.name}/{method.name}"
                for code, reasons in listed(contract, place):
                    if code not in CODES:
                        contract.refuse(place, name, f"its comment lists {code}, which is no code of gRPC")
                    for reason in reasons:
                        if known and reason not in known:
                            problem = f"its comment lists the reason {reason}: add {PREFIX}{reason} to the reasons"
                            contract.refuse(place, name, problem)
                        said = given.setdefault(reason, {}).setdefault(code, [])
                        said.append(f"{service.name}.{method.name}")
    return given


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


if __name__ == "__main__":
    run(reference)
