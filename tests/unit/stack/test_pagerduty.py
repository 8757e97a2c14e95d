"""The stand-in for PagerDuty: it takes a whole event alone, as the Events API v2 does, and knows what is open."""

import json
from typing import Any

import pytest

from stack.servers.pagerduty_api import PagerDuty

KEY = "0123456789abcdef0123456789abcdef"
JSON = {"content-type": "application/json"}
PAYLOAD = {"summary": "kyc: no replica of it answers", "source": "loanflow", "severity": "critical"}
TRIGGER = {
    "routing_key": KEY, "event_action": "trigger", "dedup_key": "a", "payload": PAYLOAD,
    "client_url": "http://127.0.0.1:8052/graph?g0.expr=up",
    "links": [{"href": "https://docs.example/a.md", "text": "a"}],
}  # fmt: skip


def errors(event: Any, headers: dict[str, str] = JSON) -> list[str]:
    pagerduty = PagerDuty(KEY)
    reply = pagerduty.answer(headers, json.dumps(event).encode())
    assert reply.body
    assert bool(pagerduty.events) == (reply.status == 202)
    found: list[str] = reply.body.get("errors", [])
    return found


def test_an_event_is_open_until_it_is_resolved() -> None:
    kept: list[dict[str, Any]] = []
    pagerduty = PagerDuty(KEY, kept.append)
    reply = pagerduty.answer(JSON, json.dumps(TRIGGER).encode())
    assert (reply.status, reply.body) == (
        202, {"status": "success", "message": "Event processed", "dedup_key": "a"},
    )  # fmt: skip
    assert pagerduty.open == {"a"}
    pagerduty.answer(JSON, json.dumps({"routing_key": KEY, "event_action": "resolve", "dedup_key": "a"}).encode())
    assert not pagerduty.open
    assert [each["event_action"] for each in kept] == ["trigger", "resolve"]
    assert KEY not in json.dumps(kept)


def test_an_event_without_a_key_to_know_it_by_is_given_one() -> None:
    pagerduty = PagerDuty(KEY)
    reply = pagerduty.answer(JSON, json.dumps({**TRIGGER, "dedup_key": ""}).encode())
    assert reply.body and pagerduty.open == {reply.body["dedup_key"]}


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"routing_key": "f" * 32}, "Invalid routing key"),
        ({"routing_key": "short"}, "'routing_key' must have 32 characters"),
        ({"event_action": "open"}, "'event_action' must be one of trigger, acknowledge, resolve"),
        ({"dedup_key": "d" * 256}, "'dedup_key' must have at most 255 characters"),
        ({"event_action": "resolve", "dedup_key": ""}, "'dedup_key' is missing, of which resolve is said"),
        ({"payload": None}, "'payload' is missing or no object"),
        ({"payload": PAYLOAD | {"summary": ""}}, "'payload.summary' is missing or blank"),
        ({"payload": PAYLOAD | {"summary": "s" * 1025}}, "'payload.summary' must have at most 1024 characters"),
        ({"payload": PAYLOAD | {"source": 7}}, "'payload.source' is missing or blank"),
        ({"payload": PAYLOAD | {"severity": "loud"}},
         "'payload.severity' must be one of critical, error, warning, info"),
        ({"payload": PAYLOAD | {"class": 3}}, "'payload.class' is no text"),
        ({"payload": PAYLOAD | {"runbook": "a"}}, "'payload.runbook' is no field of an event"),
        ({"payload": PAYLOAD | {"custom_details": [1]}}, "'payload.custom_details' is no object"),
        ({"links": [{"text": "a"}]}, "'links' has one that is no address with a text"),
        ({"links": [{"href": "/a.md"}]}, "'links' has one that is no address with a text"),
        ({"links": {}, "client_url": "somewhere"}, "'client_url' is no address"),
        ({"severity": "critical"}, "'severity' is no field of an event"),
    ],
)  # fmt: skip
def test_an_event_that_is_not_whole_is_refused(changed: dict[str, Any], error: str) -> None:
    assert not errors(TRIGGER)
    assert error in errors(TRIGGER | changed)


def test_what_is_no_event_is_refused() -> None:
    assert errors([]) == ["Event is no object"]
    assert errors(TRIGGER, {"content-type": "text/plain"}) == ["Content-Type is not application/json"]
    assert PagerDuty(KEY).answer(JSON, b"{").status == 400
    assert PagerDuty(KEY).answer(JSON, b" " * 600_000).status == 413
