"""The page on which all papers and messages of a demo are to be looked at: index.html in its folder.

The papers are those of the first loan of each ending, and those that other lives brought; the messages what their
customers got by mail, text message and push, one of each kind, and what they would get of every kind, as staff see it
before it is sent. What was not brought is named.
"""

import email
import email.policy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import jinja2

from stack.demo import kinds, papers
from stack.demo.api import Refused, Session
from stack.demo.endings import STORIES, Ending
from stack.demo.journey import LoanJourney
from stack.demo.papers import Paper
from stack.demo.waiting import looks
from stack.layout import Layout
from stack.servers import providers

INDEX = "index.html"
_TEMPLATE = Path(__file__).with_name("gallery.html")


@dataclass(frozen=True)
class Lived:
    """A life that was lived: what it is called, and the journeys of the customer and of those beside them."""

    title: str
    people: Sequence[LoanJourney]


@dataclass(frozen=True)
class Entry:
    """A line of the page: what it is, whom or what it is about, and its files by what they are called."""

    title: str
    about: str
    files: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True)
class Gallery:
    """The page, and what of all kinds is not on it: papers, and messages by their channels."""

    index: Path
    missing: Sequence[str]


def make(
    journeys: Iterable[tuple[LoanJourney, Ending]], staff: Session, folder: Path, layout: Layout,
    lives: Sequence[Lived] = (), began: int = 0, patient: bool = False,
) -> Gallery:  # fmt: skip
    """Fetches and writes all of it, with what the stand-ins have taken since it began: time.time_ns().

    When `patient`, it waits for kinds of which none has come yet: messages are sent some moments after what they say.
    """
    lived, templates, mails, missing = [*journeys], _templates(staff), dict[str, EmailMessage](), list[str]()
    shown = [*_papers(lived, folder), *_kept(lives)]
    files = [folder / name for each in shown for name in each.files.values()]
    for _ in looks():
        mails = _first_mails(layout, began)
        texts = kinds.taken(_since(providers.kept(layout), "*.json", began))
        missing = _missing(files, [*(kinds.Message(kinds.MAIL, each) for each in mails), *texts], templates)
        if not (patient and missing):
            break
    sections = {
        "Papers": shown,
        "Mails that were sent": [*_mails(mails.values(), folder)],
        "Text and push messages that were sent": [*_messages(layout, began)],
        "Every kind of message, with made-up values": [*_previews(staff, templates, folder)],
        "Kinds that nobody got in this run": [
            *(Entry(each, "", {}) for each in missing),
            *(Entry(name, "not lived", {}, f"{why}.") for name, why in kinds.NOT_LIVED.items()),
        ],
    }
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    page = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(sections=sections)
    index = folder / INDEX
    index.write_text(page, encoding="utf-8")
    return Gallery(index, missing)


def _templates(staff: Session) -> dict[str, list[str]]:
    """The channels of every template that staff can see."""
    found = staff.get("/api/v1/notifications/templates")["templates"]
    return {each["eventType"]: each["channels"] for each in found}


def _missing(files: Sequence[Path], messages: Sequence[kinds.Message], templates: Mapping[str, list[str]]) -> list[str]:
    lacking = kinds.missing_messages(messages, templates)
    papers_there = kinds.missing_papers(each for each in files if each.suffix == ".pdf")
    return [*papers_there, *(f"{name} by {channel}" for name, channel in lacking)]


def _first_mails(layout: Layout, began: int) -> dict[str, EmailMessage]:
    """The first mail of each subject, to customers and to staff."""
    parser, first = BytesHeaderParser(policy=email.policy.default), dict[str, Path]()
    for file in _since(layout.mails, "*.eml", began):
        first.setdefault(str(parser.parsebytes(file.read_bytes())["subject"]), file)
    return {
        subject: email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for subject, file in first.items()
    }


def _since(folder: Path, pattern: str, began: int) -> list[Path]:
    """What a stand-in has kept since then, the first one first: the names begin with the time."""
    return [each for each in sorted(folder.glob(pattern)) if int(each.name.partition("-")[0]) >= began]


def _papers(lived: Sequence[tuple[LoanJourney, Ending]], folder: Path) -> Iterator[Entry]:
    first = {ending: journey for journey, ending in reversed(lived)}
    for ending, journey in sorted(first.items(), key=lambda each: each[0].value):
        repaid = ending is Ending.REPAID
        for paper in papers.OF_REPAID if repaid else [papers.REFUSAL] if _is_refused(ending) else []:
            file = paper.file(folder, journey.ids)
            if not file.exists():
                file = _patiently(journey, paper)
            about = f"{journey.applicant.name}, {ending.name.replace('_', ' ').lower()}"
            yield Entry(paper.title, about, {file.suffix.removeprefix("."): file.name})


def _kept(lives: Sequence[Lived]) -> Iterator[Entry]:
    for life in lives:
        for each in life.people:
            for paper, file in each.kept:
                about = f"{each.applicant.name}, {life.title}"
                yield Entry(paper.title, about, {file.suffix.removeprefix("."): file.name})


def _is_refused(ending: Ending) -> bool:
    return STORIES[ending].status.endswith("_REJECTED")


def _patiently(journey: LoanJourney, paper: Paper) -> Path:
    """The notice of a refusal is made some seconds after it."""
    refusal: Refused | None = None
    for _ in looks():
        try:
            return journey.keep(paper)
        except Refused as refused:
            if refused.reason != "WRONG_STATUS":
                raise
            refusal = refused
    assert refusal is not None
    raise refusal


def _mails(mails: Iterable[EmailMessage], folder: Path) -> Iterator[Entry]:
    """As they arrived."""
    for number, mail in enumerate(mails, 1):
        yield Entry(str(mail["subject"]), str(mail["to"]), dict(_parts(mail, folder, f"mail-{number:02}")))


def _parts(mail: EmailMessage, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    for kind, suffix in (("html", "html"), ("plain", "txt")):
        body = mail.get_body((kind,))
        if body is not None:
            yield _written(folder / f"{name}.{suffix}", body.get_content().encode())
    for each in mail.iter_attachments():
        yield _written(folder / f"{name}-{Path(each.get_filename() or 'file').name}", each.get_content())
    yield _written(folder / f"{name}.eml", mail.as_bytes(policy=email.policy.SMTP))


def _written(file: Path, content: bytes) -> tuple[str, str]:
    file.write_bytes(content)
    return file.suffix.removeprefix("."), file.name


def _messages(layout: Layout, began: int) -> Iterator[Entry]:
    for file in _since(providers.kept(layout), "*.json", began):
        message: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if message.get("channel") in ("sms", "push"):
            text = message.get("body") or json.dumps(message.get("notification", {}), ensure_ascii=False)
            yield Entry(message["channel"], str(message["to"])[-4:].rjust(8, "…"), {}, text)


def _previews(staff: Session, templates: Mapping[str, list[str]], folder: Path) -> Iterator[Entry]:
    for event_type, channels in templates.items():
        texts, files = list[str](), dict[str, str]()
        for channel, name in kinds.CHANNELS.items():
            if channel not in channels:
                continue
            seen = staff.get(f"/api/v1/notifications/templates/{event_type}/preview", channel=channel)
            if seen.get("html"):
                files |= dict([_written(folder / f"preview-{event_type}.html", seen["html"].encode())])
            else:
                texts.append(f"{name}: {seen['text']}")
        yield Entry(event_type, ", ".join(_names(channels)), files, "\n".join(texts))


def _names(channels: Iterable[str]) -> list[str]:
    return sorted(each.removeprefix("CHANNEL_").replace("_", "-").lower() for each in channels)
