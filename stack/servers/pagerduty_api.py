"""What a stand-in for PagerDuty's Events API v2 answers, as its documents have it: an event is taken when it is whole.

https://developer.pagerduty.com/docs/events-api-v2-overview
"""

import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from stack.servers.provider_apis import Json, Reply

PATH = "/v2/enqueue"
KEY_CHARACTERS = 32
_LARGEST_EVENT = 512 * 1024
_ACTIONS = ("trigger", "acknowledge", "resolve")
_SEVERITIES = ("critical", "error", "warning", "info")
_FIELDS = {"routing_key", "event_action", "dedup_key", "payload", "images", "links", "client", "client_url"}
_REQUIRED = ("summary", "source", "severity")
_TEXTS = ("timestamp", "component", "group", "class")
_SUMMARY_CHARACTERS, _DEDUP_CHARACTERS = 1024, 255


@dataclass
class PagerDuty:
    """One integration, by its key. `events` were taken; `open` are the dedup keys of what is not resolved."""

    key: str
    keep: Callable[[Json], None] = lambda _: None
    events: list[Json] = field(default_factory=list)
    open: set[str] = field(default_factory=set)

    def answer(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to a POST of an event."""
        if len(body) > _LARGEST_EVENT:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ["Event is larger than 512 KB"])
        try:
            event = json.loads(body)
        except ValueError:
            return _refused(HTTPStatus.BAD_REQUEST, ["Body is no JSON"])
        wrong = list(_wrong(event)) if isinstance(event, dict) else ["Event is no object"]
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            wrong.append("Content-Type is not application/json")
        if not wrong and not hmac.compare_digest(str(event["routing_key"]).encode(), self.key.encode()):
            wrong.append("Invalid routing key")
        return _refused(HTTPStatus.BAD_REQUEST, wrong) if wrong else self._take(event)

    def _take(self, event: Json) -> Reply:
        dedup_key = event.get("dedup_key") or secrets.token_hex(16)
        if event["event_action"] == "trigger":
            self.open.add(dedup_key)
        elif event["event_action"] == "resolve":
            self.open.discard(dedup_key)
        taken = {**event, "dedup_key": dedup_key}
        # The key is the integration's own.
        del taken["routing_key"]
        self.events.append(taken)
        self.keep({"channel": "page", **taken})
        done = {"status": "success", "message": "Event processed", "dedup_key": dedup_key}
        return Reply(HTTPStatus.ACCEPTED, done)


def _refused(status: HTTPStatus, wrong: list[str]) -> Reply:
    return Reply(status, {"status": "invalid event", "message": "Event object is invalid", "errors": wrong})


def _wrong(event: Json) -> Iterator[str]:
    """What the API refuses, each as a sentence."""
    yield from (f"'{name}' is no field of an event" for name in sorted(event.keys() - _FIELDS))
    action, key = event.get("event_action"), event.get("routing_key")
    if action not in _ACTIONS:
        yield "'event_action' must be one of trigger, acknowledge, resolve"
    if not isinstance(key, str) or len(key) != KEY_CHARACTERS:
        yield f"'routing_key' must have {KEY_CHARACTERS} characters"
    dedup_key = event.get("dedup_key", "")
    if not isinstance(dedup_key, str) or len(dedup_key) > _DEDUP_CHARACTERS:
        yield f"'dedup_key' must have at most {_DEDUP_CHARACTERS} characters"
    if action in ("acknowledge", "resolve") and not dedup_key:
        yield f"'dedup_key' is missing, of which {action} is said"
    if action == "trigger":
        yield from _wrong_payload(event.get("payload"))
    yield from _wrong_links(event.get("links") or [])
    if (address := event.get("client_url")) and not _is_address(address):
        yield "'client_url' is no address"


def _wrong_payload(payload: Any) -> Iterator[str]:
    if not isinstance(payload, dict):
        yield "'payload' is missing or no object"
        return
    known = {*_REQUIRED, *_TEXTS, "custom_details"}
    yield from (f"'payload.{name}' is no field of an event" for name in sorted(payload.keys() - known))
    for name in _REQUIRED:
        if not isinstance(payload.get(name), str) or not payload[name]:
            yield f"'payload.{name}' is missing or blank"
    yield from (f"'payload.{name}' is no text" for name in _TEXTS if not isinstance(payload.get(name, ""), str))
    if len(str(payload.get("summary"))) > _SUMMARY_CHARACTERS:
        yield f"'payload.summary' must have at most {_SUMMARY_CHARACTERS} characters"
    if payload.get("severity") not in _SEVERITIES:
        yield "'payload.severity' must be one of critical, error, warning, info"
    if not isinstance(payload.get("custom_details", {}), dict | str):
        yield "'payload.custom_details' is no object"


def _wrong_links(links: Any) -> Iterator[str]:
    if not isinstance(links, list):
        yield "'links' is no list"
        return
    for link in links:
        if not isinstance(link, dict) or not _is_address(link.get("href")) or link.keys() - {"href", "text"}:
            yield "'links' has one that is no address with a text"


def _is_address(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    found = urlsplit(text)
    return bool(found.scheme and found.path.strip("/") + found.netloc)
