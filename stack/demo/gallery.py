"""The page on which all papers and messages of a demo are to be looked at: index.html in its folder.

The papers are those of the first loan of each ending; the messages what its customers got by mail, text message and
push, one of each kind, and what they would get of every other kind, as staff see it before it is sent.
"""

import email
import email.policy
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import jinja2

from stack.demo import papers
from stack.demo.api import Refused, Session
from stack.demo.endings import STORIES, Ending
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.papers import Paper
from stack.demo.waiting import looks
from stack.layout import Layout
from stack.servers import providers

INDEX = "index.html"
_TEMPLATE = Path(__file__).with_name("gallery.html")
_CHANNELS = {"mail": "CHANNEL_EMAIL", "text message": "CHANNEL_SMS", "push": "CHANNEL_PUSH"}


@dataclass(frozen=True)
class Entry:
    """A line of the page: what it is, whom or what it is about, and its files by what they are called."""

    title: str
    about: str
    files: Mapping[str, str]
    text: str = ""


def make(journeys: Iterable[tuple[LoanJourney, Ending]], staff: Session, folder: Path, layout: Layout) -> Path:
    """Fetches, writes, and gives the page."""
    lived = [*journeys]
    sections = {
        "Papers": [*_papers(lived, folder)],
        "Mails that were sent": [*_mails(lived, folder, layout)],
        "Text and push messages that were sent": [*_messages(layout)],
        "Every kind of message, with made-up values": [*_previews(staff, folder)],
    }
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    page = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(sections=sections)
    index = folder / INDEX
    index.write_text(page, encoding="utf-8")
    return index


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


def _mails(lived: Sequence[tuple[LoanJourney, Ending]], folder: Path, layout: Layout) -> Iterator[Entry]:
    """One of each subject, as it arrived."""
    mails = itertools.chain.from_iterable(Mailbox(layout.mails, journey.email).mails() for journey, _ in lived)
    first = {str(mail["subject"]): mail for mail in reversed([*mails])}
    for number, (subject, mail) in enumerate(reversed(first.items()), 1):
        yield Entry(subject, str(mail["to"]), dict(_parts(mail, folder, f"mail-{number:02}")))


def _parts(mail: EmailMessage, folder: Path, name: str) -> Iterator[tuple[str, str]]:
    for kind, suffix in (("html", "html"), ("plain", "txt")):
        body = mail.get_body((kind,))
        if body is not None:
            yield _kept(folder / f"{name}.{suffix}", body.get_content().encode())
    for each in mail.iter_attachments():
        yield _kept(folder / f"{name}-{Path(each.get_filename() or 'file').name}", each.get_content())
    yield _kept(folder / f"{name}.eml", mail.as_bytes(policy=email.policy.SMTP))


def _kept(file: Path, content: bytes) -> tuple[str, str]:
    file.write_bytes(content)
    return file.suffix.removeprefix("."), file.name


def _messages(layout: Layout) -> Iterator[Entry]:
    for file in sorted(providers.kept(layout).glob("*.json")):
        message: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if message.get("channel") in ("sms", "push"):
            text = message.get("body") or json.dumps(message.get("notification", {}), ensure_ascii=False)
            yield Entry(message["channel"], str(message["to"])[-4:].rjust(8, "…"), {}, text)


def _previews(staff: Session, folder: Path) -> Iterator[Entry]:
    for template in staff.get("/api/v1/notifications/templates")["templates"]:
        event_type, texts = template["eventType"], list[str]()
        files: dict[str, str] = {}
        for name, channel in _CHANNELS.items():
            if channel not in template["channels"]:
                continue
            seen = staff.get(f"/api/v1/notifications/templates/{event_type}/preview", channel=channel)
            if seen.get("html"):
                files |= dict([_kept(folder / f"preview-{event_type}.html", seen["html"].encode())])
            else:
                texts.append(f"{name}: {seen['text']}")
        yield Entry(event_type, ", ".join(_names(template["channels"])), files, "\n".join(texts))


def _names(channels: Iterable[str]) -> list[str]:
    return sorted(each.removeprefix("CHANNEL_").replace("_", "-").lower() for each in channels)
