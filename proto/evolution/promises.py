"""What a contract promises beside its wire format: routes, access, listeners, reasons and rules; old against new.

RPC      stays; so do its routes with their verbs and bodies, its owner, its rate class and idempotency key;
         who could call it still can, and a reason that it listed is still listed
event    keeps its message, its key and its listeners
request  rules only loosen, and no new field is required
answer   rules only tighten (events are answers); a message that is both keeps its rules
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import protovalidate

from proto.evolution import rules
from proto.plugins.access import entry_of, methods
from proto.plugins.avro import EVENT
from proto.plugins.contract import MESSAGE_FIELDS, Contract


@dataclass(frozen=True)
class Break:
    """A promise that is not kept: where, whose, which one, and how."""

    where: str
    subject: str
    promise: str
    told: str

    @property
    def key(self) -> str:
        """By what a break that is meant is named."""
        return f"{self.subject} {self.promise}"

    def __str__(self) -> str:
        return f"{self.where}: {self.subject}: {self.promise}: {self.told}"


def breaks(old: Contract, new: Contract) -> Iterator[Break]:
    """Every promise of the old contract that the new one does not keep."""
    yield from _rpcs(old, new)
    yield from _events(old, new)
    yield from _messages(old, new)


def _rpcs(old: Contract, new: Contract) -> Iterator[Break]:
    present = {path: (place, entry_of(new, place, method)) for path, place, method in methods(new)}
    for path, at, method in methods(old):
        if path not in present:
            continue  # buf tells
        name, before, (place, entry) = path.strip("/"), entry_of(old, at, method), present[path]
        for promise, compare in _OF_AN_RPC.items():
            for told in compare(before, entry):
                yield Break(new.where(place), name, promise, told)


def _routes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    kept = {_shape(binding) for binding in new["http"]}
    for binding in old["http"]:
        if _shape(binding) not in kept:
            body = f" with body {binding['body']}" if binding["body"] else ""
            yield f"{binding['verb']} {binding['path']}{body} is gone; add another route beside it"


def _shape(binding: Mapping[str, str]) -> tuple[str, str, str]:
    return binding["verb"], re.sub(r"\{[^}]*\}", "{}", binding["path"]), binding["body"]


def _access(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old["public"] and not new["public"]:
        yield "it was public; who has no token can no longer call it"
    for what in ("roles", "callers"):
        if lost := sorted(set(old[what]) - set(new[what])):
            yield f"{', '.join(lost)} can no longer call it"
    if old["owner"] and old["owner"] != new["owner"]:
        yield f"its owner was {old['owner']} and is {new['owner']}"


def _same(what: str, free: str = "") -> Callable[[Mapping[str, Any], Mapping[str, Any]], Iterator[str]]:
    def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
        if old[what] != new[what] and old[what] != free:
            yield f"was {old[what]} and is {new[what]}"

    return compare


def _reasons(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if lost := sorted(set(old["reasons"]) - set(new["reasons"])):
        yield f"{', '.join(lost)} is no longer listed; who handles it waits in vain"


_OF_AN_RPC = {
    "routes": _routes,
    "access": _access,
    "rate class": _same("rate_class"),
    # To take a key where none was taken breaks nobody.
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
                told = f"was {before.get(what)} and is {option.get(what)}; publish a new event beside it"
                yield Break(new.where(place), message.name, f"event {what}", told)
        if lost := sorted(set(before.get("listeners", ())) - set(option.get("listeners", ()))):
            told = f"{', '.join(lost)} no longer hears {before.get('type')}"
            yield Break(new.where(place), message.name, "listeners", told)


def _messages(old: Contract, new: Contract) -> Iterator[Break]:
    inward, outward = _reached(new, "input_type"), _reached(new, "output_type")
    for message in old.own_messages:
        present = new.messages.get(message.name)
        if present is None:
            continue  # buf tells
        wrong = {rules.TIGHTER} if message.name in inward else set()
        wrong |= {rules.LOOSER} if message.name in outward else set()
        before = {field.name: rules.flat(old.options(field.options)) for field in message.proto.field}
        for index, field in enumerate(present.proto.field):
            where, name = new.where(present.place.child(MESSAGE_FIELDS, index)), f"{message.name}.{field.name}"
            if field.name in before:
                now = rules.flat(new.options(field.options))
                for direction, told in rules.differences(before[field.name], now):
                    if direction in wrong:
                        yield Break(where, name, "rules", f"{direction}: {told}")
            elif message.name in inward and field.name in _required(new, message.name):
                yield Break(where, name, "required", "it is new, and requests of old do not have it")


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
