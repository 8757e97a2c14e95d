"""Wordings of the lender's own: linted, seen before they are used, decided on by two persons, and taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from string import Template
from types import SimpleNamespace
from typing import Any

import pytest

from services.notification import templates
from services.notification.convert import TEMPLATES
from services.notification.digests import DIGEST
from services.notification.model import Channel
from services.notification.notices import RULES
from services.notification.pages import Pages
from services.notification.template_convert import from_language, from_template, from_version, to_language
from services.notification.template_examples import example
from services.notification.template_handlers import (
    DecideTemplateVersion,
    PreviewTemplate,
    ProposeTemplateVersion,
    TemplatesApp,
    WithdrawTemplateVersion,
)
from services.notification.template_lint import MOST_SEGMENTS, faults, required
from services.notification.template_versions import TemplateDecision, TemplateVersion, Wording
from services.notification.templates import LANGUAGES
from services.notification.text_messages import segments
from services.runtime import context
from services.runtime.context import Caller, CallerKind, RequestContext
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from tests.fakes.clock import FakeClock

OVERDUE = "payment.overdue"
# What staff see and word: every notice, and the digest of several.
WORDED = {**RULES, DIGEST.event_type: DIGEST}
GOOD = Wording("Please pay $instalment_number", "", "$amount_due was due on $due_date. Call 0800 1.")


class Versions:
    """services.notification.template_store.TemplateVersions in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, TemplateVersion] = {}

    def add(self, version: TemplateVersion) -> None:
        self.rows[version.template_version_id] = version

    def get(self, key: str) -> TemplateVersion:
        return self.rows[key]

    def of(self, event_type: str, language: str) -> list[TemplateVersion]:
        return [each for each in self.rows.values() if (each.event_type, each.language) == (event_type, language)]

    def approved(self) -> list[TemplateVersion]:
        return [each for each in self.rows.values() if each.status.name == "APPROVED"]


class Desk:
    """The use cases over a store in memory, with people who call them."""

    def __init__(self) -> None:
        self.versions, self.clock, self.whys = Versions(), FakeClock(), list[str]()
        begin: Any = self._begin
        self.app = TemplatesApp(
            begin=begin, clock=self.clock, messages=TEMPLATES, rules=WORDED, channels=frozenset(Channel),
            pages=Pages("https://edge.example"), sender="Bank", wake=lambda: None,
        )  # fmt: skip

    @contextmanager
    def _begin(self) -> Iterator[Any]:
        committed: list[Callable[[], None]] = []
        yield SimpleNamespace(
            template_versions=self.versions,
            transaction=SimpleNamespace(after_commit=committed.append),
            commit=lambda why="": self.whys.append(why),
        )

    def propose(self, wording: Wording = GOOD, who: str = "maker", language: str = "en") -> TemplateVersion:
        self.clock.advance(timedelta(minutes=1))
        with acting(who):
            return self.app.propose(ProposeTemplateVersion(OVERDUE, wording, "Name the telephone.", language))

    def decide(self, version: TemplateVersion, who: str = "checker", approve: bool = True) -> TemplateVersion:
        self.clock.advance(timedelta(minutes=1))
        decision = TemplateDecision.APPROVED if approve else TemplateDecision.REJECTED
        with acting(who):
            decided = self.app.decide(DecideTemplateVersion(version.template_version_id, decision, "Reads well."))
        self.app.refresh()
        return decided

    def withdraw(self, version: TemplateVersion) -> None:
        with acting("maker"):
            self.app.withdraw(WithdrawTemplateVersion(version.template_version_id, "A wrong number."))
        self.app.refresh()

    def seen(self, channel: Channel = Channel.IN_APP, version: str = "", language: str = "en") -> Any:
        return self.app.preview(PreviewTemplate(OVERDUE, channel, version, language))


@contextmanager
def acting(who: str) -> Iterator[None]:
    caller = Caller(CallerKind.OPERATOR, who, frozenset({"MANAGER"}))
    with context.bind(RequestContext(caller, "corr-1", "method")):
        yield


@pytest.mark.parametrize(("language", "event_type"), [*product(LANGUAGES, WORDED)])
def test_the_delivered_wordings_are_held_to_the_same(language: str, event_type: str) -> None:
    chosen = templates.wording(event_type, language)
    assert not faults(event_type, language, chosen, TEMPLATES[event_type], "LoanFlow")


@pytest.mark.parametrize(
    ("part", "text", "fault"),
    [
        ("subject", "$no_such", "names no_such, which loanflow.repayment.v1.PaymentOverdue has not"),
        ("body", "$amount_due $due_date $ 5", "has a $ that begins no variable"),
        ("body", "It was due on $due_date.", "does not say $amount_due, which customers have to be told"),
        ("body", "$amount_due $due_date <b>now</b>", "has HTML, which customers would read as it stands"),
        ("body", "$amount_due $due_date &nbsp;", "has HTML, which customers would read as it stands"),
        ("short_text", "x" * 320, "takes 3 text messages, and 2 are the most"),
        ("short_text", "д" * 150, "takes 3 text messages, and 2 are the most"),
    ],
)
def test_a_wording_that_cannot_be_used_is_refused_by_its_part(part: str, text: str, fault: str) -> None:
    desk = Desk()
    with pytest.raises(InvalidArgument) as refused:
        desk.propose(replace(GOOD, **{part: text}))
    assert refused.value.reason == "TEMPLATE_INVALID"
    assert [(each.field, each.description) for each in refused.value.violations] == [(f"wording.{part}", fault)]
    assert not desk.versions.rows


def test_less_than_and_and_are_no_html() -> None:
    Desk().propose(replace(GOOD, body="$amount_due (< 2 % & more) since $due_date, or $$ 5."))


def test_what_must_be_said_are_the_figures_that_the_delivered_wording_says() -> None:
    assert required(OVERDUE, "en", TEMPLATES[OVERDUE]) == ("due_date", "amount_due")
    assert "cost_apr_percent" in required("discussion.offer.sent", "de", TEMPLATES["discussion.offer.sent"])


def test_a_wording_is_in_force_when_a_second_person_approved_it() -> None:
    desk = Desk()
    delivered = desk.seen().template_version
    proposed = desk.propose()
    assert (proposed.template_version, desk.seen().template_version) == (f"{delivered}.1", delivered)
    with pytest.raises(PermissionDenied) as refused:
        desk.decide(proposed, who="maker")
    assert refused.value.reason == "MAKER_CHECKER"
    desk.decide(proposed)
    assert (desk.seen().template_version, desk.seen().text) == (
        f"{delivered}.1",
        "EUR 1,234.56 was due on 31 January 2030. Call 0800 1.",
    )
    assert desk.seen(language="de").template_version == delivered
    with pytest.raises(FailedPrecondition):
        desk.decide(proposed)
    assert desk.whys == ["Name the telephone.", "Reads well."]


def test_what_is_withdrawn_leaves_the_one_before_in_force() -> None:
    desk = Desk()
    delivered = desk.seen().template_version
    first, second, third = desk.propose(), desk.propose(), desk.propose()
    for version in (first, second):
        desk.decide(version)
    desk.decide(third, approve=False)
    assert desk.seen().template_version == f"{delivered}.2"
    desk.withdraw(second)
    assert desk.seen().template_version == f"{delivered}.1"
    with pytest.raises(FailedPrecondition):
        desk.withdraw(third)
    desk.withdraw(first)
    assert desk.seen().template_version == delivered
    # What was ever proposed can still be seen.
    assert desk.seen(version=f"{delivered}.3").template_version == f"{delivered}.3"
    with pytest.raises(NotFound):
        desk.seen(version=f"{delivered}.4")


def test_a_wording_that_fits_its_event_no_more_is_left_out() -> None:
    desk = Desk()
    version = desk.propose()
    desk.decide(version)
    delivered = templates.wording(OVERDUE, "en").number
    version.wording = replace(GOOD, subject="$gone")
    desk.app.refresh()
    assert desk.seen().template_version == delivered
    version.wording, version.language = GOOD, "tlh"
    desk.app.refresh()
    assert desk.seen().template_version == delivered


def test_what_fits_no_more_is_not_approved() -> None:
    desk = Desk()
    version = desk.propose()
    version.wording = replace(GOOD, body="Pay.")
    with pytest.raises(InvalidArgument):
        desk.decide(version)
    desk.versions.rows.clear()
    other = desk.propose()
    other.wording = replace(GOOD, body="Pay.")
    assert desk.decide(other, approve=False).status.name == "REJECTED"


def test_a_notice_says_which_wording_it_was_made_with() -> None:
    message = example(TEMPLATES[OVERDUE])
    delivered = templates.render(OVERDUE, message)
    own = replace(templates.wording(OVERDUE), body=Template("$due_date"), revision=7)
    text = templates.render(OVERDUE, message, "en", own)
    assert (text.version, text.body) == (f"{delivered.version}.7", "31 January 2030")


@pytest.mark.parametrize(("language", "channel"), [*product(LANGUAGES, Channel)])
def test_every_template_can_be_seen(language: str, channel: Channel) -> None:
    desk = Desk()
    for event_type in WORDED:
        seen = desk.app.preview(PreviewTemplate(event_type, channel, "", language))
        assert seen.text and "$" not in seen.text + seen.subject
        assert bool(seen.html) == (channel is Channel.EMAIL)
        assert (0 < seen.sms_segments <= MOST_SEGMENTS) == (channel is Channel.SMS)
        assert bool(seen.subject) == (channel is not Channel.SMS)


def test_there_is_no_preview_of_what_customers_are_not_notified_of() -> None:
    for name in ("one.time.code", "risk.assessment.completed"):
        with pytest.raises(NotFound):
            Desk().app.preview(PreviewTemplate(name, Channel.EMAIL, "", "en"))


def test_templates_are_listed_with_what_a_wording_may_and_must_name() -> None:
    desk = Desk()
    desk.decide(desk.propose())
    listed = desk.app.list_templates()
    assert [each.event_type for each in listed] == list(WORDED)
    (overdue,) = (from_template(each) for each in listed if each.event_type == OVERDUE)
    assert overdue.mandatory
    assert {"amount_due", "days_past_due"} <= set(overdue.variables)
    assert list(overdue.required_variables) == ["due_date", "amount_due"]
    found = {to_language(each.language): each.template_version for each in overdue.in_force}
    assert (found["en"], found["fr"], len(found)) == ("2.1", "2", len(LANGUAGES))


def test_a_version_is_shown_whole() -> None:
    desk = Desk()
    shown = from_version(desk.decide(desk.propose()))
    assert (shown.template_version, shown.language) == ("2.1", from_language("en"))
    assert (shown.wording.body, shown.purpose, shown.reason) == (GOOD.body, "Name the telephone.", "Reads well.")
    assert (shown.proposed_by, shown.decided_by, shown.HasField("withdraw_time")) == ("maker", "checker", False)


@pytest.mark.parametrize(
    ("message", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("д" * 70, 1), ("д" * 71, 2), ("a" * 307, 3),
     # Neither of an escape and what it escapes, nor of a pair of surrogates, is one in a message and one in the next.
     ("a" * 152 + "€" + "a" * 152, 3), ("д" * 66 + "😀" + "д" * 66, 3), ("a" * 151 + "€" + "a" * 153, 2)],
)  # fmt: skip
def test_text_messages_are_counted_as_the_networks_do(message: str, count: int) -> None:
    assert segments(message) == count
