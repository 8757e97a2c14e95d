"""What a stand-in for Jasmin answers, a gateway for text messages of the lender's own, as its HTTP API has it.

The receiver says what becomes of a message, as a test or a demo wants it:

| telephone | becomes |
|---|---|
| …0001 | refused with 400: the user may not send there |
| …0002 | taken, and refused by the operator with ESME_RINVDSTADR: no such number |
| …0003 | taken, and UNDELIV |
| …0004 | taken, and EXPIRED: switched off |
| …0005 | refused with 412: no route leads there |
| …0006 | delivered, and they answer STOP |

Any other is delivered. More than `per_second` calls in a second are refused with 403, as Jasmin does. A receipt is sent
again until it is acknowledged, and so is what a customer answers, which goes where the gateway's HTTP client connector
has its address.
"""

import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from services.notification.text_messages import ALPHABET, EXTENSION
from stack.servers.provider_apis import Callback, Reply

Json = dict[str, Any]
PATH = "/send"
ACKNOWLEDGED = b"ACK/Jasmin"
_FIELDS: Mapping[str, re.Pattern[str]] = {
    "to": re.compile(r"\+?[0-9]+"), "from": re.compile(r".+"), "coding": re.compile(r"[0-9]|10|13|14"),
    "username": re.compile(r".{1,16}"), "password": re.compile(r".{1,16}"), "dlr": re.compile(r"yes|no"),
    "dlr-url": re.compile(r"https?://.*"), "dlr-level": re.compile(r"[1-3]"),
    "dlr-method": re.compile(r"get|post", re.IGNORECASE), "content": re.compile(r".*", re.DOTALL),
    "hex-content": re.compile(r"([0-9a-fA-F]{2})*"),
}  # fmt: skip
_MANDATORY = ("to", "username", "password", "dlr")
_NO_PLACE, _NO_NUMBER, _NO_ROUTE, _ANSWERS_STOP = "0001", "0002", "0005", "0006"
_ENDS = {"0003": "UNDELIV", "0004": "EXPIRED"}
_GSM, _UCS2 = "0", "8"


def serves(path: str) -> bool:
    """Whether a path is of its API."""
    return path == PATH


class _Wrong(Exception):
    """What a call is refused with."""

    def __init__(self, status: HTTPStatus, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass
class JasminGateway:
    """One user of it; `messages` are those that were taken, `report` is what sends receipts and answers.

    `answers` is the address of its HTTP client connector; without one, no incoming message has a route.
    """

    username: str
    password: str
    report: Callable[[Callback], None]
    keep: Callable[[Json], None] = lambda _: None
    answers: str = ""
    per_second: int = 100
    messages: list[Json] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _second: int = 0
    _calls: int = 0

    def answer(self, body: bytes) -> Reply:
        """The answer to a POST of a form."""
        given = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        try:
            message = self._read(given)
        except _Wrong as wrong:
            return _text(wrong.status, f'Error "{wrong}"')
        self._take(message)
        if given["dlr"] == "yes":
            for receipt in _receipts(message, given["dlr-level"]):
                self.report(Callback(given["dlr-url"], urlencode(receipt).encode(), _FORM, ACKNOWLEDGED))
        if message["to"].endswith(_ANSWERS_STOP):
            self.hand_on(message["to"], "STOP")
        return _text(HTTPStatus.OK, f'Success "{message["id"]}"')

    def hand_on(self, number: str, content: str) -> None:
        """What a customer answers comes in from the operator, and goes on to the connector."""
        if self.answers:
            form = urlencode(_answer(number, content))
            self.report(Callback(self.answers, form.encode(), _FORM, ACKNOWLEDGED))

    def _read(self, given: Mapping[str, str]) -> Json:
        """What is sent, once all of it is right; in the order in which Jasmin looks."""
        for name, value in given.items():
            if name not in _FIELDS:
                raise _Wrong(HTTPStatus.BAD_REQUEST, f"Argument [{name}] is unknown.")
            if not _FIELDS[name].fullmatch(value):
                raise _Wrong(HTTPStatus.BAD_REQUEST, f"Argument [{name}] has an invalid value: [{value}].")
        for name in _MANDATORY:
            if name not in given:
                raise _Wrong(HTTPStatus.BAD_REQUEST, f"Mandatory argument [{name}] is not found.")
        if "content" in given and "hex-content" in given:
            raise _Wrong(HTTPStatus.BAD_REQUEST, "content and hex-content cannot be used both in same request.")
        if "content" not in given and "hex-content" not in given:
            raise _Wrong(HTTPStatus.BAD_REQUEST, "content or hex-content not present.")
        if (given["username"], given["password"]) != (self.username, self.password):
            raise _Wrong(HTTPStatus.FORBIDDEN, f"Authentication failure for username:{given['username']}")
        self._check_place(given["to"])
        if self._is_too_much():
            raise _Wrong(HTTPStatus.FORBIDDEN, "User throughput exceeded")
        return {"channel": "sms", "to": given["to"], "body": _shown(given), "id": str(uuid.uuid4())}

    def _check_place(self, number: str) -> None:
        if number.endswith(_NO_PLACE):
            said = f"Value filter failed for user [{self.username}] (destination_address filter mismatch)."
            raise _Wrong(HTTPStatus.BAD_REQUEST, said)
        if number.endswith(_NO_ROUTE):
            raise _Wrong(HTTPStatus.PRECONDITION_FAILED, "No route found")

    def _is_too_much(self) -> bool:
        with self.lock:
            if (now := int(time.time())) != self._second:
                self._second, self._calls = now, 0
            self._calls += 1
            return self._calls > self.per_second

    def _take(self, message: Json) -> None:
        with self.lock:
            self.messages.append(message)
        self.keep(message)


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _shown(given: Mapping[str, str]) -> str:
    """What the telephone shows: what GSM's alphabet has not becomes a question mark."""
    if "hex-content" in given:
        content = bytes.fromhex(given["hex-content"])
        return content.decode("utf-16-be" if given.get("coding") == _UCS2 else "latin-1")
    if given.get("coding", _GSM) != _GSM:
        return given["content"]
    return "".join(each if each in ALPHABET | EXTENSION else "?" for each in given["content"])


def _receipts(message: Json, level: str) -> list[dict[str, str]]:
    """What is reported of a message: that the operator has it or has not (1), and then what became of it (2)."""
    number, known = message["to"], {"id": message["id"]}
    if number.endswith(_NO_NUMBER):
        return [{**known, "level": "1", "message_status": "ESME_RINVDSTADR"}]
    ended, at = _ENDS.get(number[-4:], "DELIVRD"), time.strftime("%y%m%d%H%M", time.gmtime())
    more = {
        "id_smsc": "2567", "sub": "001", "dlvrd": "001" if ended == "DELIVRD" else "000", "subdate": at,
        "donedate": at, "err": "000" if ended == "DELIVRD" else "005", "text": message["body"][:20],
    }  # fmt: skip
    found = {
        "1": {**known, "level": "1", "message_status": "ESME_ROK"},
        "2": {**known, **more, "level": "2", "message_status": ended},
    }
    return [found[each] for each in ("1", "2") if level in (each, "3")]


def _answer(number: str, content: str) -> dict[str, str]:
    """An incoming message as the connector posts it: its number without a plus, as most operators have it."""
    is_seven_bits = set(content) <= ALPHABET | EXTENSION
    coded = content.encode("ascii", "replace") if is_seven_bits else content.encode("utf-16-be")
    return {
        "id": str(uuid.uuid4()), "from": number.removeprefix("+"), "to": "353155501000",
        "origin-connector": "smpp-one", "priority": "1", "coding": _GSM if is_seven_bits else _UCS2,
        "content": coded.decode("latin-1"), "binary": coded.hex(),
    }  # fmt: skip


def _text(status: HTTPStatus, said: str) -> Reply:
    return Reply(status, None, {"Content-Type": "text/plain"}, said.encode())
