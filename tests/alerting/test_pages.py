"""A service goes away: PagerDuty is told once, with what to do, not of what follows from it; then that it is back."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import pytest
import yaml

from services import catalog
from stack import pki
from stack.layout import Layout, write_private
from stack.observability import alertmanager as paging
from stack.observability.rules import rules
from stack.servers import alertmanager, prometheus, providers
from tests.bases import own_base
from tests.contract.exposed import ALERTMANAGER, SCRAPED, of_text
from tests.started import started
from tests.waiting import until

# As fast as both programs go.
PACE = paging.Pace("1s", "1s", "1h")
# The cause is told before what follows from it, as it is with the real ones: one minute, and two. Of others it is not
# told, such as that nobody asks the parts here.
HELD = {"ServiceDown": "1s", "UpstreamUnhealthy": "4s", "DeadLetters": "1s", "PageRefused": "1s"}
EDGE = "edge admin"
HEALTHY = 'envoy_cluster_membership_healthy{{envoy_cluster_name="kyc"}} {}\n'
READY = "loanflow_ready 1\n"


class Exposing:
    """What is looked at, in place of services and edge: their ports, with a text each that can be changed."""

    def __init__(self, layout: Layout) -> None:
        self.texts = dict.fromkeys(catalog.BY_NAME, READY) | {EDGE: HEALTHY.format(1)}
        self._ports = {name: layout.ports.metrics(name) for name in catalog.BY_NAME} | {EDGE: layout.ports.of(EDGE)}
        self._servers: dict[str, ThreadingHTTPServer] = {}

    def open(self, name: str) -> None:
        """Has it answer."""
        exposed = self.texts

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = exposed[name].encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Keeps quiet."""

        self._servers[name] = ThreadingHTTPServer(("127.0.0.1", self._ports[name]), Handler)
        threading.Thread(target=self._servers[name].serve_forever, args=(0.05,), daemon=True).start()

    def open_all(self) -> None:
        """Has all of them answer."""
        for name in self.texts:
            self.open(name)

    def close(self, name: str) -> None:
        """Has it answer no more."""
        server = self._servers.pop(name)
        server.shutdown()
        server.server_close()

    def close_all(self) -> None:
        """Has none of them answer."""
        for name in list(self._servers):
            self.close(name)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    with own_base() as base:
        yield Layout(base, tmp_path)


@pytest.fixture
def exposing(layout: Layout, programs: Path) -> Iterator[Exposing]:
    """Stand-in of PagerDuty, Alertmanager and Prometheus of a stack, in a hurry, that look at what the test exposes."""
    pki.ensure(layout.pki)
    for part in (providers, alertmanager, prometheus):
        part.prepare(layout)
    hurry(layout)
    exposed = Exposing(layout)
    with ExitStack() as running:
        running.callback(exposed.close_all)
        exposed.open_all()
        for part in (providers, alertmanager, prometheus):
            running.enter_context(started(layout, part.__name__, part.command(layout), part.ready))
        yield exposed


def hurry(layout: Layout) -> None:
    """The same configurations, of which only the times are others."""
    folder = layout.state / alertmanager.FOLDER
    made = paging.config(alertmanager.pager(layout), dict.fromkeys(paging.PACES, PACE))
    write_private(folder / "alertmanager.yml", yaml.safe_dump(made))
    folder = layout.state / prometheus.FOLDER
    write_private(folder / "prometheus.yml", yaml.safe_dump(prometheus.config(layout, "1s")))
    for name, content in rules().items():
        for each in (each for group in content["groups"] for each in group["rules"]):
            if "for" in each:
                each["for"] = HELD.get(each["alert"], "1h")
        write_private(folder / "rules" / name, yaml.safe_dump(content))


def pages(layout: Layout, action: str, alert: str = "") -> list[dict[str, Any]]:
    """What PagerDuty was told, by the class of the alert; of that which is over it is told no class."""
    taken = [json.loads(path.read_text()) for path in sorted(providers.kept(layout).glob("*-page.json"))]
    found = [each for each in taken if each["event_action"] == action]
    return [each for each in found if not alert or each["dedup_key"] == dedup_key(alert)]


def dedup_key(alert: str, severity: str = "critical") -> str:
    """By which PagerDuty knows the pages of an alert: Alertmanager's hash of its route and group."""
    return hashlib.sha256(f'{{}}/{{severity="{severity}"}}:{{alertname="{alert}"}}'.encode()).hexdigest()


def suppressed(layout: Layout) -> set[str]:
    """Of which alerts Alertmanager tells nobody, as others are told."""
    told = httpx.get(f"{alertmanager.url(layout)}/api/v2/alerts").json()
    return {each["labels"]["alertname"] for each in told if each["status"]["inhibitedBy"]}


def firing(layout: Layout) -> set[str]:
    told = httpx.get(f"{prometheus.url(layout)}/api/v1/alerts").json()["data"]["alerts"]
    return {each["labels"]["alertname"] for each in told if each["state"] == "firing"}


def looked_at(layout: Layout) -> bool:
    return bool(told_of(layout, f'sum(up{{job="services"}}) == {len(catalog.BY_NAME)}'))


def told_of(layout: Layout, query: str) -> list[Any]:
    """What Prometheus answers."""
    answer = httpx.get(f"{prometheus.url(layout)}/api/v1/query", params={"query": query}).json()
    return list(answer["data"]["result"])


def test_a_service_that_is_away_is_a_page_until_it_is_back(layout: Layout, exposing: Exposing) -> None:
    until(lambda: looked_at(layout), "a look at every service")
    assert not pages(layout, "trigger")

    exposing.texts[EDGE] = HEALTHY.format(0)
    exposing.close("kyc")
    page = until(lambda: next(iter(pages(layout, "trigger")), None), "a page")
    assert page["dedup_key"] == dedup_key("ServiceDown")
    assert page["payload"]["summary"] == "ServiceDown: kyc: no replica of it answers"
    assert (page["payload"]["severity"], page["payload"]["component"]) == ("critical", "kyc")
    [link] = page["links"]
    runbook = Path(url2pathname(urlsplit(link["href"]).path))
    assert runbook.name == "service-down.md"
    assert "`ServiceDown`" in runbook.read_text()

    # What follows from it is known, and nobody is paged for it.
    until(lambda: "UpstreamUnhealthy" in suppressed(layout), "the follower")
    assert {each["payload"]["class"] for each in pages(layout, "trigger")} == {"ServiceDown"}
    assert not pages(layout, "resolve")

    exposing.texts[EDGE] = HEALTHY.format(1)
    until(lambda: firing(layout) == {"ServiceDown"}, "the end of the follower")
    exposing.open("kyc")
    until(lambda: pages(layout, "resolve", "ServiceDown"), "the end of the page")
    assert not pages(layout, "trigger", "UpstreamUnhealthy")


def test_a_page_that_is_refused_is_counted_as_the_alert_of_it_has_it(layout: Layout, exposing: Exposing) -> None:
    counted = next(iter(ALERTMANAGER))
    text = httpx.get(f"{alertmanager.url(layout)}/metrics").text
    assert ALERTMANAGER[counted] <= of_text(text, SCRAPED).labels[counted]

    # Another key than PagerDuty's.
    write_private(layout.state / alertmanager.FOLDER / providers.PAGERDUTY, "0" * 32)
    exposing.close("kyc")
    until(lambda: told_of(layout, f'{counted}{{reason="clientError"}} > 0'), "a page that is refused")
    until(lambda: "PageRefused" in firing(layout), "the alert of it")


def test_what_can_wait_is_told_as_a_warning(layout: Layout, exposing: Exposing) -> None:
    exposing.texts["risk"] = f"{READY}loanflow_dead_letters 2\n"
    key = dedup_key("DeadLetters", "warning")
    page = until(lambda: next(iter(pages(layout, "trigger")), None), "a page")
    assert (page["dedup_key"], page["payload"]["severity"], page["payload"]["component"]) == (key, "warning", "risk")
    assert page["links"][0]["href"].endswith("docs/runbooks/dead-letters.md")
    exposing.texts["risk"] = READY
    until(lambda: key in {each["dedup_key"] for each in pages(layout, "resolve")}, "the end of the page")
