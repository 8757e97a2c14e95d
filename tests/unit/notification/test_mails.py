"""Every mail, in every language: page and plain text say the same, and whatever a value is, it stays a value."""

import json
import re
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerProfileUpdated
from loanflow.customer.v1.customer_service_pb2 import UpdateProfileRequest
from loanflow.notification.v1.preferences_pb2 import NoticeLanguage
from services.notification import pages, templates
from services.notification.convert import check_templates
from services.notification.mails import Block, Letterhead, blocks, brand
from services.notification.model import Text
from services.notification.pages import IDS, Pages, path_of
from services.notification.ports import Message, Party
from services.notification.templates import LANGUAGES, Unfit
from services.papers import LANGUAGES as OF_PAPERS
from services.papers import lender_of
from tests.contract.conftest import ROOT
from tests.factories.mails import APP, APPLICATION, EDGE, MESSAGES, NAMES, mail_of, message_of

MAILS = list(product(LANGUAGES, MESSAGES))
# Clipped by Gmail from 102 kB on.
LARGEST = 100_000
HOSTILE = "<script>alert(1)</script>\"'&amp;{{ 7 * 7 }}{% raw %}$total_paid ${x}\n\n    999999\n\n  Due  now"
# Without a page to go to, one enters the code that the mail has, or writes to the lender. Staff work elsewhere: their
# lists are no pages of the customers' app.
NO_PAGE = {
    "account.disabled", "decision.due", "kyc.overdue", "notice.undelivered", "one.time.code", "review.due",
    "review.overdue", "staff.invitation",
}  # fmt: skip


class Seen(HTMLParser):
    """What a page shows, what it links to, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self._hidden = "", False
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.setdefault(tag, dict(attrs))
        self.links += [str(value) for name, value in attrs if name in ("href", "src", "background", "action")]
        self._hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag not in ("a", "bdi", "span"):
            self.text += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def words(text: str) -> set[str]:
    return {each.removesuffix(":") for each in text.split()}


@pytest.mark.parametrize(("language", "template"), MAILS)
def test_a_mail_is_one_that_a_bank_would_send(language: str, template: str) -> None:
    message, mail = message_of(template, language), mail_of(template, language)
    seen = Seen(mail.html)
    unlinked = mail.text.replace("\n--\n", "\n")
    for link in seen.links:
        unlinked = unlinked.replace(link, "")
    assert words(unlinked) <= words(seen.text)
    assert mail.subject in seen.text
    assert NAMES[language] in seen.text
    assert not re.search(r"\$|\{\{|\{%|[A-Z]+_[A-Z]", unlinked + seen.text)
    assert not re.search(r"[0-9a-fA-F]{32}", mail.text + mail.html)
    assert len(mail.html.encode()) < LARGEST
    root = seen.attributes["html"]
    assert (root["lang"], root["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    # A layout may say it again for each of its tables.
    assert set(re.findall(r"direction:(\w+)", mail.html)) == {root["dir"]}
    assert {"color-scheme", "viewport"} <= set(re.findall(r'<meta name="([\w-]+)"', mail.html))
    assert "prefers-color-scheme: dark" in mail.html
    # Nothing is fetched when a mail is opened, by which it could be told that it was.
    assert not {"img", "script", "link", "iframe", "form"} & set(seen.tags)
    assert not re.search(r"url\(|@import", mail.html)
    expected = [message.action.url if message.action else "", message.preferences_url]
    # A link that unsubscribes is for mail programs: whatever reads the mail's links on its way would follow it.
    assert message.unsubscribe_url not in mail.html + mail.text or not message.unsubscribe_url
    assert seen.links == [each for each in expected if each]
    assert (template in NO_PAGE) == (message.action is None)
    assert all(each in mail.text for each in seen.links)
    assert (APPLICATION in mail.text) == bool(message.reference)
    lender = lender_of()
    assert all(each in mail.text for each in (lender.legal_name, lender.register, *lender.contact))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["application.submitted", "disbursement.completed", "password.reset"])
def test_what_a_value_has_in_it_is_only_shown(language: str, template: str) -> None:
    texts = dict.fromkeys(("project_name", "bank_reference", "token"), HOSTILE)
    mail, usual = mail_of(template, language, HOSTILE, texts), mail_of(template, language)
    seen = Seen(mail.html)
    assert "script" not in seen.tags
    assert "<script>alert(1)</script>\"'&amp;{{ 7 * 7 }}{% raw %}$total_paid ${x} 999999 Due now" in seen.text
    assert seen.tags == Seen(usual.html).tags
    assert not re.search(r"^ *999999$", mail.text, re.MULTILINE)


def test_a_text_is_made_of_paragraphs_codes_and_tables() -> None:
    body = "One\nand a half.\n\n  Amount    EUR 1.00\n  Total cost  EUR 2.00\n  Empty\n\n    246813\n\nTwo."
    rows = (("Amount", "EUR 1.00"), ("Total cost", "EUR 2.00"), ("Empty", ""))
    assert list(blocks(body)) == [Block("One and a half."), Block(rows=rows), Block(code="246813"), Block("Two.")]


def test_what_is_shown_of_an_unopened_mail_is_its_beginning_and_ends_at_a_word() -> None:
    text = Text("Subject", f"{'word ' * 60}\n\nEnd.", 1)
    page = Letterhead().mail(Message("1", Party("", "anna@example.org"), text)).html
    (shown,) = re.findall(r"overflow:hidden;\">([^<]+)</div>", page)
    assert shown == f"{'word ' * 28}".strip() + "…"


def test_who_has_no_name_is_greeted_all_the_same() -> None:
    assert mail_of("password.changed", name=" ").text.startswith("Hello,\n")


@pytest.mark.parametrize(
    ("color", "ink"), [("#0b4f6c", "#ffffff"), ("#ffd400", "#101820"), ("#000000", "#ffffff"), ("#ffffff", "#101820")]
)
def test_what_stands_on_the_lenders_colour_can_be_read(color: str, ink: str) -> None:
    assert brand(color).ink == ink


def test_mails_are_in_the_languages_of_the_papers() -> None:
    assert set(LANGUAGES) <= set(OF_PAPERS)
    english = templates.FOLDER / "en"
    files = {each.name for each in english.iterdir()}
    for language in LANGUAGES:
        assert {each.name for each in (templates.FOLDER / language).iterdir()} == files
        assert templates.words_of(language).keys() == templates.words_of("en").keys()
        for enum, phrases in templates.phrases("en").items():
            assert templates.phrases(language)[enum].keys() == phrases.keys()
        for file in english.glob("*.txt"):
            ours, theirs = (templates.wording(file.stem, each) for each in (language, "en"))
            for part in ("body", "subject", "short"):
                named = [set(getattr(each, part).get_identifiers()) for each in (ours, theirs)]
                assert named[0] == named[1], (language, file.stem, part)
            assert ours.version == theirs.version
        said = templates.phrases(language)["KycRejectionReason"]
        assert said["COMPLIANCE"] == said["OTHER"] == said["UNSPECIFIED"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_s_changes_are_named_in_the_language_of_the_mail(language: str) -> None:
    names = {each.name for each in UpdateProfileRequest.DESCRIPTOR.fields} - {"customer_id"}
    called = templates.field_names(language)
    assert called.keys() == names and all(called.values())
    event = CustomerProfileUpdated(changed_fields=[*sorted(names), "some_other"])
    body = templates.render("customer.profile.updated", event, language).body
    assert f"{called['full_name']}, {called['language']}, {called['phone']}, some other" in body


def test_a_language_can_be_chosen_when_there_are_mails_in_it() -> None:
    codes = [name.rpartition("_")[2].lower() for name, number in NoticeLanguage.items() if number]
    assert sorted(codes) == list(LANGUAGES)


def test_figures_and_dates_are_written_as_in_papers() -> None:
    text = mail_of("approval.final.approved", "de").text
    assert re.search(r"EUR 15\.000,00\n.*7,25 % im Jahr\n.*24 Monate\n", text)
    assert "31. Januar 2030" in mail_of("loan.activated", "de").text


def test_a_page_is_one_that_customers_may_get() -> None:
    methods = json.loads((ROOT / "gen" / "access.json").read_text()).values()
    free = {"/api/v1/facilities", "/api/v1/applications/participations", "/api/v1/auth/sessions"}
    served = {
        http["path"] for each in methods for http in each["http"]
        if http["verb"] == "GET" and (each["owner"] or http["path"] in free)
    }  # fmt: skip
    for template in MESSAGES:
        path = re.sub(r"\$(\w+)", r"{\1}", path_of(template).partition("?")[0])
        assert not path.startswith(pages.API) or path in served, template


def test_without_an_app_a_mail_leads_to_the_api_and_to_no_page_that_it_has_not() -> None:
    ids = dict.fromkeys(IDS, "a/b")
    action = Pages(EDGE).action("loan.activated", ids=ids)
    assert action and action.url == f"{EDGE}/api/v1/activation/a%2Fb/schedule"
    assert Pages(EDGE).action("password.reset", ids=ids) is None
    found = Pages(EDGE, f"{APP}/").action("password.reset", ids=ids)
    assert found and found.url == f"{APP}/password-reset"
    assert Pages(EDGE).action("loan.activated", ids={"loan_id": ""}) is None
    assert Pages(EDGE, APP).preferences == f"{APP}/notifications/preferences"
    assert Pages(EDGE).preferences == f"{EDGE}/api/v1/notifications/preferences"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"$amount_due": "$no_such"}, r"payment\.due in en names no_such, which .*Reminder has not"),
        ({"$amount_due": "$ 5"}, r"payment\.due in en has a \$ that begins no variable"),
        ({"Action: See what is due\n": ""}, r"payment\.due in en: has a page alone"),
        ({"Version: ": "Verzion: "}, r"payment\.due in en does not begin with its version"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_at_the_start(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], refusal: str
) -> None:
    place = tmp_path / "en"
    place.mkdir()
    for file in (templates.FOLDER / "en").iterdir():
        text = file.read_text()
        for old, new in changed.items() if file.stem == "payment.due" else ():
            assert old in text
            text = text.replace(old, new)
        (place / file.name).write_text(text)
    templates.wording.cache_clear()
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    monkeypatch.setattr(templates, "LANGUAGES", ("en",))
    try:
        with pytest.raises(Unfit, match=refusal):
            check_templates()
    finally:
        templates.wording.cache_clear()


def test_the_templates_are_fit() -> None:
    check_templates()
