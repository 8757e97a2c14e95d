"""What is wrong with a wording: what it names that there is not, leaves out though it must say, or drags out; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template

from google.protobuf.descriptor import Descriptor
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.types.v1.money_pb2 import Money
from services.notification.template_examples import example
from services.notification.templates import Wording, render, unfillable, wording
from services.notification.text_messages import said, segments

MOST_SEGMENTS = 2
# A tag, a comment or an entity: pages show texts as they stand, so customers would read it.
_HTML = re.compile(r"</?[a-zA-Z]|<!|&#?\w+;")
_FIGURES = (Money.DESCRIPTOR, Timestamp.DESCRIPTOR)
_FIGURE_ENDINGS = ("_date", "_percent")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a part of a wording."""

    part: str
    text: str


def faults(event_type: str, language: str, chosen: Wording, message: Descriptor, sender: str) -> tuple[Fault, ...]:
    """What is wrong with a wording for messages of a type, of which `sender` sends text messages; empty for nothing."""
    found = [Fault(part, text) for part, template in chosen.parts.items() for text in unfillable(template, message)]
    found += [
        Fault(part, "has HTML, which customers would read as it stands")
        for part, template in chosen.parts.items()
        if _HTML.search(template.template)
    ]
    said_in_body = set(chosen.body.get_identifiers())
    found += [
        Fault("body", f"does not say ${name}, which customers have to be told")
        for name in required(event_type, language, message)
        if name not in said_in_body
    ]
    return tuple(found or _too_long(event_type, language, chosen, message, sender))


def required(event_type: str, language: str, message: Descriptor) -> tuple[str, ...]:
    """The variables that the body has to name: of those that the delivered one names the amounts, dates and rates."""
    delivered = _identifiers(wording(event_type, language).body)
    return tuple(name for name in _figures(message) if name in delivered)


def _identifiers(template: Template) -> frozenset[str]:
    return frozenset(template.get_identifiers())


def _figures(message: Descriptor, prefix: str = "") -> Iterator[str]:
    for field in message.fields:
        inner, name = field.message_type, f"{prefix}{field.name}"
        if inner in _FIGURES or (inner is None and field.name.endswith(_FIGURE_ENDINGS)):
            yield name
        elif inner is not None and not field.is_repeated:
            yield from _figures(inner, f"{name}_")


def _too_long(event_type: str, language: str, chosen: Wording, message: Descriptor, sender: str) -> Iterator[Fault]:
    """Only of what can be filled."""
    count = segments(said(sender, render(event_type, example(message), language, chosen)))
    if count > MOST_SEGMENTS:
        part = "short_text" if chosen.short.template else "subject"
        yield Fault(part, f"takes {count} text messages, and {MOST_SEGMENTS} are the most")
