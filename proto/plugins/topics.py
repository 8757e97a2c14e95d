"""gen/topics.json, gen/acls.json and gen/docs/topics.md: the topics, and what Kafka lets each workload do.

Out of the event options alone. Topics by name:

    "loanflow.kyc.v1": {"publisher": service, "types": [event type, ...], "listeners": [service, ...]}

Rights, of which there are no others, each as {"principal", "operation", "resource", "name"}: a service writes its own
topic, reads those with an event that names it among its listeners, writes and reads its dead letters and is told which
of them come back to it, in its own consumer group; and it writes the heads of its audit chain. OPERATOR reads those,
reads dead letters and has them come back; it is no service.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from proto.plugins.avro import EVENT
from proto.plugins.contract import Contract, run
from services.runtime.events.kafka import ANCHORS, READERS, dead_letters, group, retries

# The workload of the command that replays dead letters.
OPERATOR = "operator"
NOTE = "<!-- Made by `make gen` from proto/; do not edit. -->\n"
Topics = dict[str, dict[str, Any]]
Right = tuple[str, str, str, str]


def topics(contract: Contract) -> dict[str, str]:
    """The three files."""
    found = _topics(contract)
    rights = sorted(_rights(found))
    names = ("principal", "operation", "resource", "name")
    table = [dict(zip(names, right, strict=True)) for right in rights]
    return {
        "topics.json": json.dumps(found, indent=1, sort_keys=True) + "\n",
        "acls.json": json.dumps(table, indent=1) + "\n",
        "docs/topics.md": "\n".join(_page(found, rights)) + "\n",
    }


def _topics(contract: Contract) -> Topics:
    found: Topics = {}
    listeners: dict[str, set[str]] = defaultdict(set)
    for message in contract.own_messages:
        event = contract.options(message.proto.options).get(EVENT)
        if event is None:
            continue
        package = message.place.file.package
        topic = found.setdefault(package, {"publisher": package.split(".")[-2], "types": []})
        topic["types"].append(event.get("type", ""))
        listeners[package].update(event.get("listeners", ()))
    for name, topic in found.items():
        topic |= {"types": sorted(topic["types"]), "listeners": sorted(listeners[name])}
    return found


def _rights(found: Topics) -> Iterator[Right]:
    subscribers = sorted({listener for topic in found.values() for listener in topic["listeners"]})
    for name, topic in found.items():
        yield topic["publisher"], "WRITE", "TOPIC", name
        yield from ((listener, "READ", "TOPIC", name) for listener in topic["listeners"])
    for service in subscribers:
        yield service, "READ", "GROUP", group(service)
        yield service, "WRITE", "TOPIC", dead_letters(service)
        yield service, "READ", "TOPIC", dead_letters(service)
        yield service, "READ", "TOPIC", retries(service)
        yield OPERATOR, "READ", "TOPIC", dead_letters(service)
        yield OPERATOR, "WRITE", "TOPIC", retries(service)
        yield service, "WRITE", "TOPIC", ANCHORS
    yield OPERATOR, "READ", "TOPIC", ANCHORS
    yield OPERATOR, "READ", "GROUP", READERS


def _page(found: Topics, rights: list[Right]) -> Iterator[str]:
    yield from (NOTE, "# Topics, and who may do what on them", "")
    yield "The broker asks each client for a certificate and knows it by its SPIFFE id; what is not listed, it refuses."
    yield "`python -m services.runtime.events.provision` makes the topics and sets exactly these rights."
    yield from ("", "| topic | written by | read by | types |", "|---|---|---|---|")
    for name, topic in sorted(found.items()):
        types = ", ".join(f"`{each}`" for each in topic["types"])
        yield f"| `{name}` | {topic['publisher']} | {', '.join(topic['listeners'])} | {types} |"
    yield from ("", "| principal | operation | resource | name |", "|---|---|---|---|")
    for principal, operation, resource, name in rights:
        yield f"| {principal} | {operation} | {resource} | `{name}` |"


if __name__ == "__main__":
    run(topics)
