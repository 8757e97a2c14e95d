"""Which kinds of paper and message a demo has brought, held against all that there are.

A kind of message is a template, by a channel that it goes by unless the customer chose otherwise; a kind of paper is a
form of services/papers, in its newest version.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from services.notification.templates import FOLDER, wording
from services.papers.forms import FORMS

MAIL, SMS, PUSH = "mail", "text message", "push"
CHANNELS: Mapping[str, str] = {"CHANNEL_EMAIL": MAIL, "CHANNEL_SMS": SMS, "CHANNEL_PUSH": PUSH}
# Templates that no life brings: what is owed to time alone, or to a setting that the stack does not have.
NOT_LIVED: Mapping[str, str] = {
    "notices.digest": "many messages become one where LOANFLOW_DIGEST_MOST is not 0, as it is here, or once a day",
    "kyc.overdue": "managers are told of reviews and hits that nobody decided on in time",
    "decision.due": "staff are told a week before the law's time for a decision ends",
    "review.due": "staff are told a week before the law's time for the answer to a review ends",
    "review.overdue": "staff are told when the law's time for the answer to a review is over",
    "notice.undelivered": "staff are told when no channel has delivered a notice of refusal for a day",
}
# Forms that are a part of another paper, and in no file of their own.
PARTS: Mapping[str, str] = {"signature": "the last sheet of each signed agreement"}
_VERSION = re.compile(r"(.+)-v(\d+)")
_VARIABLE = re.compile(r"\\\$(\\\{)?\w+(\\\})?")
_DATA = "data.json"


@dataclass(frozen=True)
class Message:
    """One that a stand-in took: by which channel, and its subject or what a telephone shows."""

    channel: str
    said: str


def newest_forms() -> dict[str, str]:
    """The newest version of each form, by its name without one."""
    found: dict[str, tuple[int, str]] = {}
    for form in FORMS:
        match = _VERSION.fullmatch(form)
        assert match is not None, form
        found[match[1]] = max(found.get(match[1], (0, "")), (int(match[2]), form))
    return {name: form for name, (_, form) in found.items()}


def forms_in(files: Iterable[Path]) -> set[str]:
    """The forms of PDFs, as what is attached to each says."""
    return {form for file in files if (form := _form_of(file))}


def missing_papers(files: Iterable[Path]) -> list[str]:
    """The forms of which no file is."""
    there = forms_in(files)
    return sorted(form for name, form in newest_forms().items() if form not in there and name not in PARTS)


def kind_of(message: Message, templates: Iterable[str]) -> str:
    """The template that a message was made of; empty for none. The one that says most by itself goes before others."""
    fits = [each for each in templates if _lines(each)[message.channel].search(message.said)]
    return max(fits, key=lambda each: len(_lines(each)[message.channel].pattern), default="")


def missing_messages(messages: Iterable[Message], templates: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Template and channel of what nobody got, but could have; `templates` has the channels of each, as by REST.

    Of those that are not among them, such as mails of accounts, there are mails alone.
    """
    wanted = {**dict.fromkeys(every_template(), ("CHANNEL_EMAIL",)), **templates}
    there = {(kind_of(each, wanted), each.channel) for each in messages}
    lacking = [(name, CHANNELS[each]) for name, channels in wanted.items() for each in channels if each in CHANNELS]
    return [each for each in lacking if each not in there and each[0] not in NOT_LIVED]


def every_template() -> list[str]:
    """The names of all templates."""
    return sorted(file.stem for file in (FOLDER / "en").glob("*.txt"))


def taken(files: Iterable[Path]) -> Iterator[Message]:
    """The text messages and push messages among what the stand-ins took."""
    for file in files:
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if kept.get("channel") == "sms":
            yield Message(SMS, kept["body"])
        elif kept.get("channel") == "push":
            yield Message(PUSH, kept["notification"]["title"])


def _lines(name: str) -> Mapping[str, re.Pattern[str]]:
    """What messages of a template say in their line, by channel; it was written for whoever reads English."""
    delivered = wording(name, "en")
    subject, short = _filled(delivered.subject), _filled(delivered.short)
    return {
        MAIL: re.compile(f"^{subject}$"), PUSH: re.compile(f"^{subject}$"),
        SMS: re.compile(f"^[^:]+: {short if delivered.short.template else subject}$"),
    }  # fmt: skip


def _filled(template: Template) -> str:
    return _VARIABLE.sub(".+", re.escape(template.template))


def _form_of(file: Path) -> str:
    try:
        attached = PdfReader(BytesIO(file.read_bytes())).attachments.get(_DATA, [])
    except PyPdfError:
        return ""
    return str(json.loads(attached[0]).get("form", "")) if attached else ""
