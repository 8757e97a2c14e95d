"""Every mail in a browser, light and dark, on a telephone and on a screen, in every language.

The pictures are kept as build/mails/<language>/<template>-<light or dark>.png, to be looked at; a machine sees whether
the page loads by itself, whether anything runs over the edge or is hard to read, and whether a letter has no glyph.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from services.notification.templates import LANGUAGES
from tests.contract.conftest import ROOT
from tests.e2e.test_docs import QUIET
from tests.factories.mails import MESSAGES, mail_of, message_of

PICTURES = ROOT / "build" / "mails"
CHECKS = Path(__file__).with_name("mail_checks.js").read_text(encoding="utf-8")
SCHEMES, TELEPHONE, SCREEN = ("light", "dark"), 320, 600
_HEIGHT = 900


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if not chromium:
        missing = "Chromium is needed for this test: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(params=SCHEMES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that prefers light or dark; `asked` and `said` are what it asked for and complained of."""
    opened = browser.new_page(viewport={"width": SCREEN, "height": _HEIGHT}, color_scheme=request.param)
    yield opened
    opened.close()


def seen(page: Page, html: str, width: int) -> dict[str, Any]:
    """What the checks find of a mail at a width."""
    page.set_viewport_size({"width": width, "height": _HEIGHT})
    page.set_content(html, wait_until="load")
    found: dict[str, Any] = page.evaluate(CHECKS)
    return found


def problems(found: dict[str, Any]) -> list[str]:
    """What is wrong, in words."""
    return [
        *(f"runs over the edge: {each}" for each in found["beyond"]),
        *(f"is hard to read: {each}" for each in found["faint"]),
        *(f"has no glyph: {each!r} (U+{ord(each):04X})" for each in found["boxes"]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_whole_and_readable_wherever_it_is_opened(
    page: Page, language: str, request: pytest.FixtureRequest
) -> None:
    scheme = request.node.callspec.params["page"]
    asked, said = list[Request](), list[str]()
    page.on("request", lambda one: asked.append(one))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    folder, found = PICTURES / language, list[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for template in MESSAGES:
        mail, message = mail_of(template, language), message_of(template, language)
        for width in (TELEPHONE, SCREEN):
            shown = seen(page, mail.html, width)
            found += [f"{template} at {width}: {each}" for each in problems(shown)]
            wanted = [each for each in (message.action.url if message.action else "", message.preferences_url) if each]
            found += [f"{template}: has no link {each}" for each in wanted if each not in shown["links"]]
            found += [f"{template}: links to {each}" for each in shown["links"] if not each.startswith("https://")]
            if shown["direction"] != ("rtl" if language == "ar" else "ltr"):
                found.append(f"{template}: is read {shown['direction']}")
        # As long as the mail is.
        page.screenshot(path=folder / f"{template}-{scheme}.png", full_page=True)
    assert found == []
    assert ([each.url for each in asked], said) == ([], [])


BROKEN = {
    "runs over the edge": "<p style='width:900px'>A line that is too wide for the telephone that it is read on</p>",
    "is hard to read": "<p style='color:#cccccc;background:#ffffff'>Faint</p>",
    "has no glyph": "<p>A letter of Adlam, \U0001e900, for which this machine has no font</p>",
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_wrong_is_seen(page: Page, fault: str) -> None:
    found = problems(seen(page, f"<!doctype html><body>{BROKEN[fault]}</body>", TELEPHONE))
    assert [each for each in found if each.startswith(fault)]


def test_a_dark_page_is_dark(browser: Browser) -> None:
    html, drawn = mail_of("payment.overdue").html, dict[str, str]()
    for scheme in SCHEMES:
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_content(html)
        drawn[scheme] = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        page.close()
    assert drawn == {"light": "rgb(255, 255, 255)", "dark": "rgb(28, 34, 39)"}
