"""The wording of notices: templates filled with what an event carries, and nothing else; pure.

A template is templates/<name>.txt: `Version:`, `Subject:` and, where the subject does not say enough on a locked
telephone, `Short:`; an empty line, the text. Codes become words by templates/words.json, which has an entry for each
enum, with a phrase for each of its values.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Text
from services.runtime.messages import enum_prefix

FOLDER = Path(__file__).parent / "templates"
# What stands for a figure that an event does not have: a notice with a gap is better than none.
ABSENT = "-"
_HEAD = re.compile(r"Version: (\d+)\nSubject: (.+)\n(?:Short: (.+)\n)?\n", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Wording:
    """One template."""

    version: int
    subject: Template
    short: Template
    body: Template


@cache
def wording(name: str) -> Wording:
    """The template of that name; FileNotFoundError or ValueError when there is none, or it has no head."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"template {name} does not begin with its version and subject")
    return Wording(int(head[1]), Template(head[2]), Template(head[3] or ""), Template(text[head.end() :].strip()))


def render(name: str, message: Message) -> Text:
    """The text of a message in the words of a template; KeyError when the template asks for what is not there."""
    chosen, values = wording(name), dict(_fields(message))
    subject, short, body = (each.substitute(values) for each in (chosen.subject, chosen.short, chosen.body))
    return Text(subject, body, chosen.version, short)


def _fields(message: Message, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each field as words under its name; a nested one's under `<outer>_<inner>`."""
    for field in message.DESCRIPTOR.fields:
        name, value = f"{prefix}{field.name}", getattr(message, field.name)
        if field.is_repeated:
            if field.message_type is None:
                yield name, ", ".join(str(each).replace("_", " ") for each in value)
        elif field.message_type is None:
            yield name, _word(field, value)
        elif isinstance(value, Money | Timestamp):
            yield name, _leaf(value) if message.HasField(field.name) else ABSENT
        else:
            yield from _fields(value, f"{name}_")


def _leaf(value: Money | Timestamp) -> str:
    if isinstance(value, Money):
        return f"{value.currency} {Decimal(value.amount):,}"
    return _moment(value.ToDatetime(UTC))


def _word(field: Any, value: Any) -> str:
    if field.enum_type is not None:
        code = field.enum_type.values_by_number[value].name.removeprefix(enum_prefix(field.enum_type))
        return _words().get(str(field.enum_type.name), {}).get(code, str(code).lower().replace("_", " "))
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return _day(date.fromisoformat(value))
    return str(value)


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
    return found


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"
