"""The pipeline's page in a real browser: it signs a person in, and what it shows is what the service counts.

The page, its script and their headers are those of the edge's own routes; the figures are made by the application
service's code out of counts, and written as the edge transcodes them. The picture is kept as build/dashboard.png.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from google.protobuf.json_format import MessageToDict
from playwright.sync_api import Page, expect, sync_playwright

from envoy import docs
from services.application.convert import from_dashboard
from services.application.dashboard import dashboard
from services.application.figures import BEGINNING, DECIDED, MOVED, STAYED, WAITING, Count
from services.application.ports import StageMetrics
from services.application.status import ApplicationStatus
from services.runtime.money import Money
from tests.contract.conftest import ROOT, edge_of
from tests.contract.findings import findings

SCREENSHOT = ROOT / "build" / "dashboard.png"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENCE_MILLISECONDS = 30_000
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
S = ApplicationStatus
COUNTS: list[Count] = [
    (MOVED, "KYC_REVIEW", "KYC_APPROVED", BEGINNING, 6), (MOVED, "KYC_REVIEW", "KYC_REJECTED", BEGINNING, 2),
    (STAYED, "KYC_REVIEW", "64", BEGINNING, 8),
    (MOVED, "RISK_ASSESSED", "RISK_APPROVED", BEGINNING, 5), (STAYED, "RISK_ASSESSED", "40", BEGINNING, 5),
    (DECIDED, "A", "APPROVED", BEGINNING, 9), (DECIDED, "A", "REJECTED", BEGINNING, 1),
    (DECIDED, "A", "OVERRIDDEN", BEGINNING, 1), (DECIDED, "E", "REJECTED", BEGINNING, 4),
    (WAITING, "SUBMITTED", "", (NOW - timedelta(days=1)).date(), 3),
    (WAITING, "SUBMITTED", "", (NOW - timedelta(days=40)).date(), 2),
]  # fmt: skip
STAGES = [StageMetrics(each, count, Money.zero("EUR"), 0, 0, 0) for each, count in ((S.SUBMITTED, 5), (S.CLOSED, 7))]
# As the page writes it, between two numbers and for none.
DASH = "\N{EN DASH}"
PASSWORD, CODE = "correct horse battery", "123456"


@dataclass
class Edge:
    """Answers as the edge does: pages by its routes, and the calls of an administrator."""

    files: dict[str, tuple[dict[str, str], bytes]]
    counts: list[Count]
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    expired: bool = False

    def answer(self, verb: str, path: str, token: str, body: Any) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and content."""
        split = urlsplit(path)
        self.asked.append((verb, path))
        if split.path in self.files:
            return 200, *self.files[split.path]
        status, said = self._call(split.path.removeprefix("/api/v1"), token, body)
        return status, {"content-type": "application/json"}, json.dumps(said).encode()

    def _call(self, path: str, token: str, body: Any) -> tuple[int, dict[str, Any]]:
        if path == "/auth/login":
            if body != {"email": "admin@lender.example", "password": PASSWORD}:
                return 401, {"message": "The address or the password is wrong."}
            return 200, {"challenge": {"token": "t1", "methods": ["SECOND_FACTOR_TOTP"]}}
        if path == "/auth/challenge/answer":
            right = body == {"challengeToken": "t1", "totpCode": CODE}
            return (200, {"tokens": {"accessToken": "a1"}}) if right else (401, {"message": "The code is wrong."})
        if path == "/admin/reports/dashboard":
            if token != "Bearer a1" or self.expired:
                return 401, {"message": "The session has ended."}
            shown = from_dashboard(dashboard(STAGES, self.counts, NOW))
            return 200, {"dashboard": MessageToDict(shown, always_print_fields_with_no_presence=True)}
        return 404, {"message": f"{path} is not there"}


@contextmanager
def edge_with(counts: list[Count], certificates: Path) -> Iterator[Edge]:
    """One that serves at a port of its own."""
    served: dict[str, tuple[dict[str, str], bytes]] = {}
    for route in docs.routes(edge_of(8000, certificates)):
        if (text := route["direct_response"]["body"].get("inline_string")) is not None:
            headers = {each["header"]["key"]: each["header"]["value"] for each in route["response_headers_to_add"]}
            served[route["match"]["path"]] = headers, text.encode()
    edge = Edge(served, counts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, headers, said = edge.answer(self.command, self.path, self.headers.get("authorization", ""), body)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    edge.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield edge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
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
        opened = browser.new_page(viewport={"width": 1200, "height": 1500}, timezone_id="UTC", locale="en-GB")
        opened.set_default_timeout(PATIENCE_MILLISECONDS)
        yield opened
        browser.close()


@pytest.fixture
def edge(certificates: Path) -> Iterator[Edge]:
    with edge_with(COUNTS, certificates) as made:
        yield made


def enter(page: Page, edge: Edge, password: str = PASSWORD, code: str = CODE) -> None:
    """A person signs in, as far as that goes."""
    page.goto(f"{edge.url}/dashboard")
    page.get_by_label("E-mail").fill("admin@lender.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    if password == PASSWORD:
        page.get_by_label("Code of your authenticator app").fill(code)
        page.get_by_role("button", name="Sign in").click()


def rows(page: Page, chart: str) -> list[str]:
    """What each row of a chart says in words."""
    shown = page.get_by_role("img", name=chart)
    shown.wait_for()
    found: list[str] = shown.locator("g > title").all_text_contents()
    return found


def test_a_person_signs_in_and_sees_conversion_times_bands_and_queues(page: Page, edge: Edge) -> None:
    errors: list[str] = []
    outside: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("request", lambda made: outside.append(made.url) if not made.url.startswith((edge.url, "data:")) else None)
    enter(page, edge)
    assert rows(page, "Conversion by stage") == [
        "KYC review: 6 of 8 went on", "Risk assessed: 5 of 5 went on",
    ]  # fmt: skip
    assert [each.split(",")[0] for each in rows(page, "Time per stage")] == [
        "KYC review: half within 18 h", "Risk assessed: half within 17 min",
    ]  # fmt: skip
    assert rows(page, "Approval by band") == [
        "Band A: 9 released, 1 rejected, 1 overrides", "Band E: 0 released, 4 rejected, 0 overrides",
    ]  # fmt: skip
    assert rows(page, "Queue ages") == [f"Submitted: 3 1{DASH}2 days, 2 30 days or more"]
    totals = page.locator("#totals div").all_inner_texts()
    assert [each.split("\n") for each in totals] == [
        ["12", "applications"], ["5", "wait for somebody"], ["40", "days, the longest wait"],
        ["64.3 %", "released by risk"], ["1", "overrides"],
    ]  # fmt: skip
    expect(page.locator("#when")).to_contain_text("31/03/2026")
    expect(page.locator("#login")).to_be_hidden()
    SCREENSHOT.parent.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOT, full_page=True)
    wrong = [*errors, *(f"asks {each}" for each in outside)]
    findings([f"envoy/dashboard/page.js:1: {each}" for each in wrong], "a page asks the edge alone, and nothing fails")


def test_the_bars_are_as_long_as_what_they_count(page: Page, edge: Edge) -> None:
    enter(page, edge)
    rows(page, "Approval by band")
    chart = page.get_by_role("img", name="Approval by band")
    lengths = [
        [float(bar.get_attribute("width") or 0) for bar in group.locator("rect").all()]
        for group in chart.locator("g").all()
    ]
    (released, refused), (all_refused,) = lengths
    # Two pixels of the ground are between two parts.
    assert (released + 2) / (refused + 2) == pytest.approx(9)
    assert (all_refused + 2) / (refused + 2) == pytest.approx(4)


def test_the_days_that_are_asked_for_go_with_the_question(page: Page, edge: Edge) -> None:
    enter(page, edge)
    rows(page, "Queue ages")
    page.get_by_label("Made from").fill("2026-01-01")
    page.get_by_label("to", exact=True).fill("2026-03-31")
    with page.expect_response("**/dashboard?*"):
        page.get_by_role("button", name="Show").click()
    asked = [path for _, path in edge.asked if "reports/dashboard" in path]
    days = {"createDateFrom": ["2026-01-01"], "createDateTo": ["2026-03-31"]}
    assert [parse_qs(urlsplit(each).query) for each in asked] == [{}, days]


@pytest.mark.parametrize(("password", "code", "said"), [
    ("wrong", CODE, "The address or the password is wrong."), (PASSWORD, "000000", "The code is wrong."),
])  # fmt: skip
def test_who_is_not_let_in_is_told_why_and_sees_nothing(
    page: Page, edge: Edge, password: str, code: str, said: str
) -> None:
    enter(page, edge, password, code)
    expect(page.get_by_role("alert")).to_have_text(said)
    expect(page.locator("#board")).to_be_hidden()
    assert not [path for _, path in edge.asked if "reports/dashboard" in path]


def test_a_session_that_has_ended_leads_back_to_the_sign_in_and_no_token_stays(page: Page, edge: Edge) -> None:
    enter(page, edge)
    rows(page, "Queue ages")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    edge.expired = True
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_have_text("The session has ended.")
    expect(page.locator("#login")).to_be_visible()
    expect(page.locator("#board")).to_be_hidden()


def test_without_any_loan_it_says_that_there_is_nothing_yet(page: Page, certificates: Path) -> None:
    with edge_with([], certificates) as edge:
        enter(page, edge)
        expect(page.locator("#board")).to_be_visible()
        for chart in ("conversion", "times", "bands", "queues"):
            expect(page.locator(f"#{chart}")).to_have_text("Nothing yet.")
        expect(page.locator("#totals")).to_contain_text(DASH)
