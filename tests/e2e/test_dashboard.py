"""The pipeline's page at the edge, as an administrator sees it in a browser, with a loan that is on its way.

What it shows in all its parts, and refuses, is looked at in tests/contract/test_dashboard_page.py.
"""

import os
import shutil
import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from stack.demo.staff import ADMINISTRATORS, credentials
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.test_docs import PATIENCE_MILLISECONDS, QUIET

STEP_SECONDS = 30


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Debian's Chromium."""
    chromium = shutil.which("chromium")
    if not chromium:
        missing = "Chromium is needed for this test: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        opened = browser.new_page()
        opened.set_default_timeout(PATIENCE_MILLISECONDS)
        yield opened
        browser.close()


def test_an_administrator_sees_the_loan_that_waits(
    page: Page, url: str, layout: Layout, new_journey: NewJourney
) -> None:
    journey = new_journey()
    journey.register()
    journey.apply()
    journey.submit()
    journey.wait("SUBMITTED")
    secrets, (email, *_) = credentials(layout), ADMINISTRATORS
    page.goto(f"{url}/dashboard")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(secrets["password"])
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code of your authenticator app")
    code.wait_for()
    # A code is good once: that of the next step has been used by nobody.
    time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS + 1)
    code.fill(pyotp.TOTP(secrets["totpSecret"]).now())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("img", name="Queue ages")).to_contain_text("Submitted")
    expect(page.get_by_role("img", name="Conversion by stage")).to_contain_text("Draft")
    expect(page.locator("#totals")).to_contain_text("applications")
