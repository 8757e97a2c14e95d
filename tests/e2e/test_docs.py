"""The API reference at the edge, as a person sees it in a browser: every service, and one operation tried out.

The screenshot is kept as build/docs.png.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from services.catalog import SERVICES

SCREENSHOT = Path(__file__).resolve().parents[2] / "build" / "docs.png"
# A browser that asks for nothing but the page.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MILLISECONDS = 60_000


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
        opened = browser.new_page(viewport={"width": 1200, "height": 1600})
        opened.set_default_timeout(PATIENCE_MILLISECONDS)
        yield opened
        browser.close()


def test_shows_every_service_and_tries_an_operation(page: Page, url: str) -> None:
    asked: list[Request] = []
    console_errors: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda message: console_errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{url}/docs")
    page.locator(".opblock").first.wait_for()

    tags = page.locator(".opblock-tag-section .opblock-tag").evaluate_all("each => each.map(e => e.dataset.tag)")
    assert sorted(tags) == sorted(service.proto_service.rpartition(".")[2] for service in SERVICES)
    spec = httpx.get(f"{url}/openapi.yaml").text
    assert page.locator(".opblock").count() == spec.count("      operationId: ")

    operation = page.locator("#operations-ApplicationService-ApplicationService_ListFacilities")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response-col_status").last
    expect(answer).to_contain_text("200", timeout=PATIENCE_MILLISECONDS)
    operation.scroll_into_view_if_needed()
    SCREENSHOT.parent.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOT)

    outside = [each.url for each in asked if not each.url.startswith((url, "data:"))]
    assert (outside, console_errors) == ([], [])


@pytest.mark.parametrize("path", ["/docs", "/openapi.yaml"])
def test_is_for_everybody_and_runs_no_foreign_script(path: str, url: str) -> None:
    answer = httpx.get(url + path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{url}{path}/more").json()["details"][0]["reason"] == "PATH_UNKNOWN"
