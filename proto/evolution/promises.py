"""What a contract promises beside its wire format: routes, access, listeners, reasons and rules; old against new.

RPC      stays; so do its routes with their verbs, bodies and query names, its owner, its rate class and idempotency
         key; who could call it still can, and a reason that it listed is still listed, with the same gRPC code
event    keeps its message, its key and its listeners
request  rules only loosen, and no new field is required
answer   rules only tighten (events are answers); a message that is both keeps its rules
field    keeps its audience, and stays masked in logs when it was
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import protovalidate
from google.protobuf.descriptor_pb2 import MethodDescriptorProto

from proto.evolution import rules
from proto.plugins.access import entry_of, methods
from proto.plugins.avro import EVENT
from proto.plugins.contract import MESSAGE_FIELDS, Contract, Options, Place
from proto.plugins.errors import listed

AUDIENCE, REDACTED = "loanflow.options.v1.audience", "debug_redact"
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Break:
    """A promise that is not kept: where, whose, which one, and how."""

    where: str
    subject: str
    promise: str
    how: str

    @property
    def key(self) -> str:
        """By what a break that is meant is named."""
        return f"{self.subject} {self.promise}"

    def __str__(self) -> str:
        return f"{self.where}: {self.subject}: {self.promise}: {self.how}"


def breaks(old: Contract, new: Contract) -> Iterator[Break]:
    """Every promise of the old contract that the new one does not keep."""
    yield from _rpcs(old, new)
    yield from _events(old, new)
    yield from _messages(old, new)


def _rpcs(old: Contract, new: Contract) -> Iterator[Break]:
    present = {path: (place, entry_of(new, place, method)) for path, place, method in methods(new)}
    for path, at, method in methods(old):
        if path not in present:
            continue  # buf reports it
        place, entry = present[path]
        before = _with_names(old, at, method, entry_of(old, at, method))
        for promise, compare in _OF_AN_RPC.items():
            for how in compare(before, _with_names(new, place, method, entry)):
                yield Break(new.where(place), path.strip("/"), promise, how)


def _with_names(contract: Contract, place: Place, method: MethodDescriptorProto, entry: Entry) -> Entry:
    """The entry of an RPC with the fields of its request, and the gRPC codes of each reason that its comment lists."""
    codes: dict[str, set[str]] = {}
    for code, reasons in listed(contract, place):
        for reason in reasons:
            codes.setdefault(reason, set()).add(code)
    request = contract.messages.get(method.input_type.lstrip("."))
    return {**entry, "codes": codes, "fields": [field.name for field in request.proto.field] if request else []}


def _routes(old: Entry, new: Entry) -> Iterator[str]:
    kept = {_shape(binding) for binding in new["http"]}
    for binding in old["http"]:
        if _shape(binding) not in kept:
            body = f" with body {binding['body']}" if binding["body"] else ""
            yield f"{binding['verb']} {binding['path']}{body} is gone; add another route beside it"


def _shape(binding: Mapping[str, str]) -> tuple[str, str, str]:
    return binding["verb"], re.sub(r"\{[^}]*\}", "{}", binding["path"]), binding["body"]


def _queries(old: Entry, new: Entry) -> Iterator[str]:
    now = {_shape(binding): _in_query(new, binding) for binding in new["http"]}
    for binding in old["http"]:
        there = now.get(_shape(binding))
        if lost := sorted(_in_query(old, binding) - there) if there is not None else []:
            yield f"{', '.join(lost)} is gone; the edge refuses what it does not know: leave it, and ignore it"


def _in_query(entry: Entry, binding: Mapping[str, str]) -> set[str]:
    """The fields of the request that are neither in the path nor in the body."""
    elsewhere = {*re.findall(r"\{(\w+)", binding["path"]), binding["body"]}
    return set() if binding["body"] == "*" else set(entry["fields"]) - elsewhere


def _access(old: Entry, new: Entry) -> Iterator[str]:
    if old["public"] and not new["public"]:
        yield "it was public; who has no token can no longer call it"
    for what in ("roles", "callers"):
        if lost := sorted(set(old[what]) - set(new[what])):
            yield f"{', '.join(lost)} can no longer call it"
    if old["owner"] and old["owner"] != new["owner"]:
        yield f"its owner was {old['owner']} and is {new['owner']}"


def _same(what: str, free: str = "") -> Callable[[Entry, Entry], Iterator[str]]:
    def compare(old: Entry, new: Entry) -> Iterator[str]:
        if old[what] != new[what] and old[what] != free:
            yield f"was {old[what]} and is {new[what]}"

    return compare


def _reasons(old: Entry, new: Entry) -> Iterator[str]:
    if lost := sorted(set(old["reasons"]) - set(new["reasons"])):
        yield f"{', '.join(lost)} is no longer listed; who handles it waits in vain"
    for reason in sorted(old["codes"].keys() & new["codes"].keys()):
        if gone := sorted(old["codes"][reason] - new["codes"][reason]):
            yield f"{reason} came with {', '.join(gone)} and no longer does; callers go by the code: put it back"


_OF_AN_RPC = {
    "routes": _routes,
    "query names": _queries,
    "access": _access,
    "rate class": _same("rate_class"),
    # To take a key where none was taken breaks no caller.
    "idempotency key": _same("idempotency", free="NONE"),
    "reasons": _reasons,
}


def _events(old: Contract, new: Contract) -> Iterator[Break]:
    present = {message.name: message for message in new.own_messages}
    for message in old.own_messages:
        before = old.options(message.proto.options).get(EVENT)
        if before is None or message.name not in present:
            continue  # that a message is gone, the schemas say
        place = present[message.name].place
        option = new.options(present[message.name].proto.options).get(EVENT, {})
        for what in ("type", "key"):
            if before.get(what) != option.get(what):
                how = f"was {before.get(what)} and is {option.get(what)}; publish a new event beside it"
                yield Break(new.where(place), message.name, f"event {what}", how)
        if lost := sorted(set(before.get("listeners", ())) - set(option.get("listeners", ()))):
            how = f"{', '.join(lost)} no longer subscribes to {before.get('type')}"
            yield Break(new.where(place), message.name, "listeners", how)


def _messages(old: Contract, new: Contract) -> Iterator[Break]:
    inward, outward = _reached(new, "input_type"), _reached(new, "output_type")
    for message in old.own_messages:
        present = new.messages.get(message.name)
        if present is None:
            continue  # buf reports it
        wrong = {rules.TIGHTER} if message.name in inward else set()
        wrong |= {rules.LOOSER} if message.name in outward else set()
        whole = (
            rules.of_message(old.options(message.proto.options)),
            rules.of_message(new.options(present.proto.options)),
        )
        yield from _rules(new.where(present.place), message.name, *whole, wrong)
        before = {field.name: old.options(field.options) for field in message.proto.field}
        for index, field in enumerate(present.proto.field):
            where, name = new.where(present.place.child(MESSAGE_FIELDS, index)), f"{message.name}.{field.name}"
            if field.name in before:
                now = new.options(field.options)
                yield from _rules(where, name, rules.flat(before[field.name]), rules.flat(now), wrong)
                yield from _readers(where, name, before[field.name], now)
            elif message.name in inward and field.name in _required(new, message.name):
                yield Break(where, name, "required", "it is new, and requests of old do not have it")


def _rules(where: str, name: str, old: Options, new: Options, wrong: set[str]) -> Iterator[Break]:
    for direction, how in rules.differences(old, new):
        if direction in wrong:
            yield Break(where, name, "rules", f"{direction}: {how}")


def _readers(where: str, name: str, old: Options, new: Options) -> Iterator[Break]:
    """Who reads a field: whom its text is for, and whether logs mask it."""
    if old.get(AUDIENCE) != new.get(AUDIENCE):
        yield Break(
            where, name, "audience", f"was {old.get(AUDIENCE, 'none')} and is {new.get(AUDIENCE, 'none')}; put it back"
        )
    if old.get(REDACTED) and not new.get(REDACTED):
        yield Break(where, name, "redaction", "logs masked it and no longer do: add [debug_redact = true]")


def _required(contract: Contract, name: str) -> set[str]:
    """The fields without which an empty message of this kind is refused."""
    # A validator of its own: it remembers rules by the names of messages, and the other contract has the same.
    violations = protovalidate.Validator().collect_violations(contract.message_class(name)())
    paths = (each.proto.field.elements for each in violations if each.proto.field is not None)
    return {path[0].field_name for path in paths if path}


def _reached(contract: Contract, end: str) -> set[str]:
    """The messages that requests (input_type) or answers and events (output_type) are made of."""
    starts = [
        getattr(method, end).lstrip(".")
        for file in contract.own
        for service in file.service
        for method in service.method
    ]
    if end == "output_type":
        starts += [each.name for each in contract.own_messages if EVENT in contract.options(each.proto.options)]
    found: set[str] = set()
    while starts:
        name = starts.pop()
        if name not in found and name in contract.messages:
            found.add(name)
            starts += [field.type_name.lstrip(".") for field in contract.messages[name].proto.field if field.type_name]
    return found
