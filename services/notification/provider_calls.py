"""Calls to the companies that carry messages: what their answers mean whatever the company, over a strict client.

A message is taken or refused by an answer that says so, and by nothing else: what is no answer about the message (a
redirect, a wrong key, too many calls, an error of theirs) leaves it waiting.
"""

import base64
import json
import ssl
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.errors import Unavailable

_TOO_MANY = 429


class ByHttp:
    """A channel whose client keeps its connections open anyway."""

    def batch(self) -> AbstractContextManager[None]:
        """Needs nothing."""
        return nullcontext()


class ProviderCalls:
    """The API of one company at `url`, each call within `seconds`; `trust_file` replaces the public authorities."""

    def __init__(self, party: str, url: str, seconds: float, trust_file: Path | None = None) -> None:
        self._party, self._url = party, url.rstrip("/")
        trust = ssl.create_default_context(cafile=str(trust_file) if trust_file else None)
        self._http = OutsideHttp(party, seconds, trust=trust)

    def form(self, path: str, fields: Mapping[str, str], headers: Headers) -> Answer:
        """Posts a form to a path, or to a whole address; errors.Unavailable."""
        return self._post(
            path, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers}
        )

    def json(self, path: str, body: Mapping[str, Any], headers: Headers) -> Answer:
        """Posts JSON; errors.Unavailable."""
        return self._post(path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _post(self, path: str, content: bytes, headers: Headers) -> Answer:
        url = path if "://" in path else self._url + path
        host = url.partition("//")[2].partition("/")[0]
        given = {"Host": host, "Accept": "application/json", "Content-Length": str(len(content)), **headers}
        answer = self._http.call("POST", url, given, content)
        if answer.status == _TOO_MANY:
            raise Unavailable(f"{self._party} takes no more for now", retry_after=answer.retry_after)
        if answer.status >= 500 or answer.status < 200 or 300 <= answer.status < 400:
            raise Unavailable(f"{self._party} answers {answer.status}", retry_after=answer.retry_after)
        return answer


def check_url(url: str) -> None:
    """ValueError for an address that is not encrypted."""
    if not url.startswith("https://"):
        raise ValueError(f"{url} is not encrypted")


def key_in(party: str, file: Path) -> str:
    """The lender's own key at a company, as its file has it now, so that it rotates.

    errors.Unavailable while it cannot be read: that holds all messages up, and is none's fault.
    """
    try:
        key = file.read_text().strip()
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"the key for {party} cannot be read") from error
    if not key:
        raise Unavailable(f"the key for {party} is empty")
    return key


def unknown_key(party: str, answer: Answer) -> Unavailable:
    """What is wrong with the lender's own key or account holds all messages up, and is none's fault."""
    return Unavailable(f"{party} answers {answer.status}: does it know the key?")


def basic(user: str, password: str) -> str:
    """The header of RFC 7617."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def read(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; an empty one when it is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
