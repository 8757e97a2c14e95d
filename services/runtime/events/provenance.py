"""Where an event may come from: each type has one topic, and each topic one service that writes it.

The broker lets only that service write (see gen/acls.json); here a listener makes sure of it once more, so that neither
a stolen certificate of another service nor a wrong grant has it act on a forged event.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

import loanflow
from services.runtime.events.avro import event_option


class ForeignRecord(ValueError):
    """A record that may not be on its topic: of another source, or of a type that belongs to another topic."""


class Provenance:
    """What may be on the topics of the subscribed `kinds`; `homes` has the topic of every type of the contract.

    A type that the contract does not know yet is let through: its publisher is newer than this listener, which has no
    handler for it.
    """

    def __init__(self, kinds: Iterable[type[Message]], homes: Mapping[str, str] | None = None) -> None:
        files = {kind.DESCRIPTOR.file for kind in kinds}
        self._homes = dict(_homes() if homes is None else homes)
        for file in files:
            declared = (event_option(each).type for each in file.message_types_by_name.values())
            self._homes |= {type_: file.package for type_ in declared if type_}
        self.topics = frozenset(file.package for file in files)

    def check(self, topic: str, type_: str, source: str) -> None:
        """ForeignRecord when this topic may not have an event of this type from this source."""
        if topic not in self.topics:
            raise ForeignRecord("its topic is none of those that are subscribed")
        if source != publisher_of(topic):
            raise ForeignRecord("its source is not the service whose topic it is on")
        if self._homes.get(type_, topic) != topic:
            raise ForeignRecord("its type belongs to another topic")


def publisher_of(topic: str) -> str:
    """The service that writes a topic, which is named like the package of its events: `loanflow.<service>.v1`."""
    return topic.rpartition(".")[0].rpartition(".")[2]


def generated(name: str) -> Any:
    """A table that was made of the contract, such as `acls.json`; LookupError when it is not there."""
    for root in loanflow.__path__:
        path = Path(root).parent / name
        if path.is_file():
            return json.loads(path.read_text())
    raise LookupError(f"gen/{name} is not there: make gen")


@cache
def _homes() -> Mapping[str, str]:
    table = generated("topics.json")
    return {type_: topic for topic, entry in table.items() for type_ in entry["types"]}
