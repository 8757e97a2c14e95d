"""What a mail says, made of its text and of whom it is for: as a page, and as plain text; pure.

Both are filled from one source, the text of the notice. Its paragraphs stay paragraphs; lines that begin with two
spaces are a table of labels and values, and a line that begins with four is a code to be copied. The page is MJML,
compiled once; Jinja fills it, and escapes whatever it is filled with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jinja2
import mrml

from services.notification.ports import Action, Message
from services.notification.templates import Words, words_of
from services.papers import Lender, lender_of, lender_values

_FOLDER = Path(__file__).parent / "mail_layout"
# What mail programs show of a mail before it is opened.
_PREHEADER = 140
_CODE, _ROW = " " * 4, " " * 2
_GAP = re.compile(r" {2,}")


@dataclass(frozen=True)
class Mail:
    """What goes out: the same as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Block:
    """A part of a text: a paragraph, a code, or a table of labels and values."""

    text: str = ""
    code: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Brand:
    """The lender's colour, one that shows on a dark page, and what is read on each; all as #rrggbb."""

    color: str
    ink: str
    dark_color: str
    dark_ink: str


@dataclass(frozen=True)
class Letterhead:
    """Makes mails of a lender."""

    lender: Lender = field(default_factory=lender_of)

    def mail(self, message: Message) -> Mail:
        """The mail of a message, in the language of its text."""
        text, words = message.text, words_of(message.text.language)
        name = " ".join(message.to.full_name.split())
        said = _Said(
            subject=text.subject,
            preheader=_preheader(text.body),
            greeting=words["greeting"].format(name=name) if name else words["greeting_unnamed"],
            body=text.body,
            blocks=tuple(blocks(text.body)),
            action=message.action,
            reference=message.reference,
            enclosed=tuple(each.name for each in message.enclosures),
            why=words["why_mandatory" if message.mandatory else "why_chosen"],
            preferences_url=message.preferences_url,
        )
        html, plain = (each.render(self._values(said, words, text.language)) for each in _layouts())
        return Mail(text.subject, plain, html)

    def _values(self, said: "_Said", words: Words, language: str) -> dict[str, object]:
        right = words["direction"] == "rtl"
        return {
            "mail": said, "words": words, "language": language, "direction": words["direction"],
            "start": "right" if right else "left", "end": "left" if right else "right",
            "lender": self.lender, "brand": brand(self.lender.color),
            "notes": lender_values(self.lender, language)["lender_notes"],
        }  # fmt: skip


@dataclass(frozen=True)
class _Said:
    """What is in a mail and in no other."""

    subject: str
    preheader: str
    greeting: str
    body: str
    blocks: tuple[Block, ...]
    action: Action | None
    reference: str
    enclosed: tuple[str, ...]
    why: str
    preferences_url: str


def blocks(body: str) -> Iterator[Block]:
    """The parts of a text, in their order."""
    for part in body.split("\n\n"):
        lines = part.strip("\n").split("\n")
        if all(line.startswith(_CODE) for line in lines):
            yield Block(code=" ".join(part.split()))
        elif all(line.startswith(_ROW) for line in lines):
            yield Block(rows=tuple(_row(line.strip()) for line in lines))
        else:
            yield Block(text=" ".join(part.split()))


@cache
def brand(color: str) -> Brand:
    """The colours that go with one."""
    lighter = "#" + "".join(f"{round(part + (255 - part) * 0.55):02x}" for part in _parts(color))
    return Brand(color, _ink(color), lighter, _ink(lighter))


def _row(line: str) -> tuple[str, str]:
    label, *value = _GAP.split(line, maxsplit=1)
    return label, "".join(value)


def _preheader(body: str) -> str:
    first = next((each.text for each in blocks(body) if each.text), "")
    return first if len(first) <= _PREHEADER else f"{first[:_PREHEADER].rsplit(' ', 1)[0]}…"


def _ink(color: str) -> str:
    """Black or white, whichever is read better on a colour: by its relative luminance, WCAG 2.2."""
    linear = [(part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4) for part in _parts(color)]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if luminance < 0.18 else "#101820"


def _parts(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


@cache
def _layouts() -> tuple[jinja2.Template, jinja2.Template]:
    """The page and the plain text, ready to be filled."""
    # A font that it knows would be fetched from Google whenever a mail is opened.
    options = mrml.RenderOptions(fonts={})
    page = mrml.to_html((_FOLDER / "layout.mjml").read_text(encoding="utf-8"), render_options=options).content
    plain = (_FOLDER / "layout.txt").read_text(encoding="utf-8")
    strict = jinja2.StrictUndefined
    html = jinja2.Environment(autoescape=True, undefined=strict).from_string(page)
    # Nothing is escaped in plain text, which no program reads as anything else.
    text = jinja2.Environment(autoescape=False, undefined=strict, trim_blocks=True, keep_trailing_newline=True)  # noqa: S701
    return html, text.from_string(plain)
