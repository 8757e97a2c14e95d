"""The wording of notices: templates filled with what an event carries, and nothing else; pure.

A template is templates/<language>/<name>.txt: `Version:`, `Subject:`, where the subject does not say enough on a locked
telephone `Short:`, and what the customer does next as `Action:`, whose page pages.json has; an empty line, the text.
A list has a line of its own, indented by two spaces, and becomes the rows of a table.
Beside them, words.json has for each enum a phrase for each of its values, and mail.json what is in every mail.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from babel import Locale, dates
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from loanflow.notification.v1.template_pb2 import DigestLine
from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Text, number
from services.papers.formats import amount, percent
from services.runtime.messages import enum_prefix

FOLDER = Path(__file__).parent / "templates"
LANGUAGES: tuple[str, ...] = tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))
ENGLISH = "en"
# What a field is called that lists others by their names in the contract.
_NAMES_OF_FIELDS = "changed_fields"
# What stands for a figure that an event does not have: a notice with a gap is better than none.
ABSENT = "-"
# Of a language that several countries write differently, the usage that is meant.
_USAGE = {"en": "en_GB"}
# Keeps a value together that is read in the other direction than the text around it.
_ISOLATE, _END = "\u2068", "\u2069"
# A code is copied as it stands.
_COPIED = re.compile(r"^ {4}\$(\w+)$", re.MULTILINE)
# A list is a table of its own.
_LISTED = re.compile(r"^ {2}\$(\w+)$", re.MULTILINE)
_HEAD = re.compile(r"Version: (\d+)\nSubject: (.+)\n(?:Short: (.+)\n)?(?:Action: (.+)\n)?\n")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
Words = Mapping[str, str]


class Unfit(ValueError):
    """A template that cannot be used; says which, and why."""


@dataclass(frozen=True)
class Wording:
    """One template; without an `action` there is nothing to be done next.

    `revision` counts the lender's own in place of the delivered ones; it is 0 for these.
    """

    version: int
    subject: Template
    short: Template
    action: str
    body: Template
    revision: int = 0

    @property
    def number(self) -> str:
        """The version as it is shown, such as `2` or `2.1`."""
        return number(self.version, self.revision)

    @property
    def parts(self) -> Mapping[str, Template]:
        """What is filled, by the names that the contract has for it."""
        return {"subject": self.subject, "short_text": self.short, "body": self.body}


@cache
def wording(name: str, language: str = "en") -> Wording:
    """The template of that name; FileNotFoundError when there is none, Unfit when it has no head."""
    text = (FOLDER / language / f"{name}.txt").read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise Unfit(f"template {name} in {language} does not begin with its version and subject")
    body = Template(text[head.end() :].rstrip())
    return Wording(int(head[1]), Template(head[2]), Template(head[3] or ""), head[4] or "", body)


def check(name: str, message: Descriptor, language: str = "en") -> None:
    """Refuses a template that names what a message of that type does not have: Unfit, with the names."""
    for part in wording(name, language).parts.values():
        for fault in unfillable(part, message):
            raise Unfit(f"template {name} in {language} {fault}")


def unfillable(part: Template, message: Descriptor) -> Iterator[str]:
    """Why a part of a wording cannot be filled with messages of a type; nothing where it can."""
    if not part.is_valid():
        yield "has a $ that begins no variable"
    elif unknown := sorted(set(part.get_identifiers()) - set(variables(message))):
        yield f"names {', '.join(unknown)}, which {message.full_name} has not"
    else:
        alone = Template(_LISTED.sub("", part.template)).get_identifiers()
        for name in sorted({field.name for field in message.fields if _is_list(field)}.intersection(alone)):
            yield f"names ${name} elsewhere than on a line of its own, indented by two spaces"


def render(name: str, message: Message, language: str = "", chosen: Wording | None = None) -> Text:
    """The text of a message in the words of a template, in English without a language; KeyError for what is not there.

    `chosen` is a wording in place of the delivered one. A value is one line, whatever is in it: it makes no paragraph,
    and nothing that looks like one of ours.
    """
    language = language or ENGLISH
    chosen = chosen or wording(name, language)
    right = words_of(language)["direction"] == "rtl"
    values = {key: " ".join(value.split()) for key, value in _fields(message, language)}
    if right:
        copied = set(_COPIED.findall(chosen.body.template))
        values = {key: value if key in copied else f"{_ISOLATE}{value}{_END}" for key, value in values.items()}
    subject, short = (each.substitute(values) for each in (chosen.subject, chosen.short))
    body = chosen.body.substitute({**values, **dict(_lists(message, language, isolated=right))})
    return Text(subject, body, chosen.version, short, language, chosen.revision)


@cache
def words_of(language: str) -> Words:
    """What is in every mail of a language."""
    found: dict[str, str] = json.loads((FOLDER / language / "mail.json").read_text(encoding="utf-8"))
    return found


def variables(message: Descriptor, prefix: str = "") -> Iterator[str]:
    """The variables that `_fields` gives for messages of a type."""
    for field in message.fields:
        inner, name = field.message_type, f"{prefix}{field.name}"
        if inner is None or inner in (Money.DESCRIPTOR, Timestamp.DESCRIPTOR) or _is_list(field):
            yield name
        elif not field.is_repeated:
            yield from variables(inner, f"{name}_")


def _fields(message: Message, language: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each field as words under its name; a nested one's under `<outer>_<inner>`."""
    for field in message.DESCRIPTOR.fields:
        name, value = f"{prefix}{field.name}", getattr(message, field.name)
        if field.is_repeated:
            if field.message_type is None:
                known = field_names(language) if field.name == _NAMES_OF_FIELDS else {}
                yield name, ", ".join(known.get(each, str(each).replace("_", " ")) for each in value)
        elif field.message_type is None:
            yield name, _word(field, value, language)
        elif isinstance(value, Money | Timestamp):
            yield name, _leaf(value, language) if message.HasField(field.name) else ABSENT
        else:
            yield from _fields(value, language, f"{name}_")


def _lists(message: Message, language: str, *, isolated: bool) -> Iterator[tuple[str, str]]:
    """Each list as the rows of a table: when, and what."""
    for field in (each for each in message.DESCRIPTOR.fields if _is_list(each)):
        rows = []
        for line in getattr(message, field.name):
            cells = _leaf(line.create_time, language), " ".join(line.subject.split())
            rows.append("  ".join(f"{_ISOLATE}{each}{_END}" if isolated else each for each in cells))
        yield field.name, "\n  ".join(rows)


def _is_list(field: Any) -> bool:
    return bool(field.is_repeated) and field.message_type == DigestLine.DESCRIPTOR


def _leaf(value: Money | Timestamp, language: str) -> str:
    if isinstance(value, Money):
        return f"{value.currency} {amount(Decimal(value.amount), value.currency, language)}"
    return _moment(value.ToDatetime(UTC), language)


def _word(field: Any, value: Any, language: str) -> str:
    if field.enum_type is not None:
        code = field.enum_type.values_by_number[value].name.removeprefix(enum_prefix(field.enum_type))
        return phrases(language).get(str(field.enum_type.name), {}).get(code, str(code).lower().replace("_", " "))
    if field.name.endswith("_percent") and _DECIMAL.fullmatch(str(value)):
        # The sign is the template's.
        return percent(Decimal(value), language).removesuffix(" %")
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return _day(date.fromisoformat(value), language)
    return str(value)


@cache
def phrases(language: str) -> Mapping[str, Mapping[str, str]]:
    """By enum, a phrase for each of its values."""
    found: dict[str, dict[str, str]] = json.loads((FOLDER / language / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def field_names(language: str) -> Mapping[str, str]:
    """What the fields of a profile are called, by their names."""
    found: dict[str, str] = json.loads((FOLDER / language / "fields.json").read_text(encoding="utf-8"))
    return found


def _day(day: date, language: str) -> str:
    return str(dates.format_date(day, format="long", locale=Locale.parse(_USAGE.get(language, language))))


def _moment(moment: datetime, language: str) -> str:
    return f"{_day(moment, language)}, {moment:%H:%M} UTC"
