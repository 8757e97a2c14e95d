"""Calls to providers of signatures: what their answers mean whichever the provider, over a strict client.

An answer that says so of this envelope is one; a wrong key, too many calls, an error of theirs, a redirect, silence and
JSON of another shape are none. What is read decides who is bound, so half of an answer is worse than none.
"""

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from prometheus_client import Counter

from services.agreement.ports import Untaken
from services.runtime.calling.outside import Answer, Headers, OutsideHttp
from services.runtime.errors import InvalidArgument, Unavailable

Json = dict[str, Any]
# A signed agreement with the pictures of its signatures, ten times over.
_LARGEST = 16 * 1024 * 1024
# Before its end, so that none ends under way.
_MARGIN = 60
# A customer waits, in seconds.
_WAITED_FOR = 2.0
_TURNED_AWAY = (401, 429)
# What a provider calls back with is some fields; Adobe sends 10 MB, if it is asked to.
LARGEST_REPORT = 256 * 1024
_EPOCH_SECONDS, _LONGEST_WAIT = re.compile(r"[0-9]{10}"), 3600
# A word that a provider has for an error, or for an id: nothing that could be about a person.
_WORD = re.compile(r"[A-Za-z0-9_.:*-]{1,200}")
_CALLS = Counter(
    "loanflow_signing_calls", "Calls to providers of signatures by what was answered.", ["provider", "answer"]
)


class Http(Protocol):
    """A client of an API; services.runtime.calling.outside.OutsideHttp."""

    def call(self, method: str, url: str, headers: Headers | None = ..., content: bytes = ...) -> Answer:
        """One call; errors.Unavailable when there is no whole answer in time."""
        ...

    def close(self) -> None:
        """Ends the connections."""
        ...


def check_url(url: str) -> None:
    """ValueError for an address that is not encrypted."""
    if not url.startswith("https://"):
        raise ValueError(f"{url} is not encrypted")


def http_of(party: str, seconds: float, trust_file: Path | None) -> Http:
    """A client; `trust_file` replaces the public authorities, for a gateway of the lender's own."""
    trust = ssl.create_default_context(cafile=str(trust_file) if trust_file else None)
    return OutsideHttp(party, seconds, _LARGEST, trust=trust)


class ProviderCalls:
    """The API of one provider under access tokens; `exchange` gets one, and says for how many seconds it is good."""

    def __init__(self, party: str, http: Http, exchange: Callable[[], tuple[str, int]]) -> None:
        self._party, self._http, self._exchange = party, http, exchange
        self._lock, self._token, self._end = threading.Lock(), "", 0.0

    def json(self, method: str, url: str, body: Json | None = None) -> Answer:
        """A call with JSON, or without a body."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.call(method, url, {"Content-Type": "application/json"} if content else {}, content)

    def call(self, method: str, url: str, headers: Headers, content: bytes = b"") -> Answer:
        """A call under a token; Untaken when it was turned away before it was looked at, else errors.Unavailable."""
        token = self._access()
        answer = self.bare(method, url, {"Accept": "*/*", **headers, "Authorization": f"Bearer {token}"}, content)
        if answer.status == 401:
            self._end = 0.0
        if answer.status in _TURNED_AWAY:
            raise self.turned_away(answer)
        if answer.status >= 500 or answer.status < 200 or 300 <= answer.status < 400:
            raise self._unclear(f"answers {answer.status}", _wanted_seconds(answer))
        _CALLS.labels(self._party, "answered" if answer.status < 300 else "refused").inc()
        return answer

    def bare(self, method: str, url: str, headers: Headers, content: bytes = b"") -> Answer:
        """A call without a token."""
        given = {"Host": url.partition("//")[2].partition("/")[0], **headers}
        if content or method in ("POST", "PUT"):
            given["Content-Length"] = str(len(content))
        try:
            return self._http.call(method, url, given, content)
        except Unavailable:
            _CALLS.labels(self._party, "unclear").inc()
            raise

    def turned_away(self, answer: Answer, seconds: int = 0) -> Untaken:
        """What an answer is that was given before anything was looked at."""
        _CALLS.labels(self._party, "untaken").inc()
        text = f"{self._party} answers {answer.status} {code_of(answer)}".strip()
        return Untaken(text, retry_after=_wanted_seconds(answer) or seconds)

    def untaken(self, error: Unavailable) -> Untaken:
        """The same failure where nothing can have been taken: to be tried again."""
        return error if isinstance(error, Untaken) else Untaken(error.message, retry_after=error.retry_after)

    def token(self, answer: Answer) -> tuple[str, int]:
        """The access token of an answer (RFC 6749, 5.1), and for how many seconds it is good; Untaken without."""
        found = self.object(answer) if answer.status == 200 else {}
        token, lasts = found.get("access_token"), found.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(lasts, int):
            raise self.turned_away(answer)
        return token, lasts

    def pdf_at(self, url: str) -> bytes:
        """A PDF."""
        answer = self.call("GET", url, {"Accept": "application/pdf"})
        if answer.status != 200 or not answer.body.startswith(b"%PDF"):
            raise self._unclear(f"answers {answer.status} in place of a PDF")
        return answer.body

    def found(self, answer: Answer, status: int = 200) -> Json:
        """The JSON object of an answer that has to have that status."""
        if answer.status != status:
            raise self._unclear(f"answers {answer.status} {code_of(answer)}".strip())
        return self.object(answer)

    def object(self, answer: Answer) -> Json:
        """The JSON object of an answer; errors.Unavailable when it is none."""
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise self._unclear("answers no object")
        return found

    def text(self, found: Json, name: str) -> str:
        """A word of an answer; errors.Unavailable, naming the field, for all else."""
        value = found.get(name)
        if not isinstance(value, str) or not _WORD.fullmatch(value):
            raise self._unclear(f"gives no {name}")
        return value

    def listed(self, found: Json, name: str) -> list[Json]:
        """A list of objects of an answer, none when it is not there; errors.Unavailable, naming the field, else."""
        value = found.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._unclear(f"gives {name} that is no list of objects")
        return value

    def all_listed(self, found: Json, name: str) -> list[Json]:
        """A list that an answer has to have, though it may be empty; errors.Unavailable, naming the field, else."""
        if not isinstance(found.get(name), list):
            raise self._unclear(f"gives no {name}")
        return self.listed(found, name)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _unclear(self, text: str, retry_after: int = 0) -> Unavailable:
        _CALLS.labels(self._party, "unclear").inc()
        return Unavailable(f"{self._party} {text}", retry_after=retry_after)

    def _access(self) -> str:
        """An access token: the one of before, or another one shortly before its end; Untaken without.

        One thread gets it, and the others wait so long: of a provider that does not answer they would queue up.
        """
        if not self._lock.acquire(timeout=_WAITED_FOR):
            raise Untaken(f"{self._party} gives no token")
        try:
            if time.monotonic() > self._end - _MARGIN:
                try:
                    self._token, lasts = self._exchange()
                except Unavailable as error:
                    raise self.untaken(error) from error
                self._end = time.monotonic() + lasts
            return self._token
        finally:
            self._lock.release()


def _wanted_seconds(answer: Answer) -> int:
    """In how many seconds to come back, an hour at most; 0 when it does not say.

    DocuSign counts the calls of an hour, and once none is left says when it ends, in seconds of the epoch.
    """
    left, reset = (answer.headers.get(f"x-ratelimit-{name}", "").strip() for name in ("remaining", "reset"))
    if answer.retry_after or left != "0" or not _EPOCH_SECONDS.fullmatch(reset):
        return answer.retry_after
    return min(max(int(reset) - int(time.time()), 0), _LONGEST_WAIT)


def code_of(answer: Answer) -> str:
    """The word that a provider has for an error: DocuSign's `errorCode`, Adobe's `code`, `error` of OAuth."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    words = [found.get(name) for name in ("errorCode", "code", "error")] if isinstance(found, dict) else []
    return next((each for each in words if isinstance(each, str) and _WORD.fullmatch(each)), "")


def moment(text: object) -> datetime | None:
    """A time of ISO 8601, with a zone or of UTC, of as many digits after the second as the provider likes."""
    if not isinstance(text, str):
        return None
    shortened = re.sub(r"(\.[0-9]{1,6})[0-9]*", r"\1", text)
    try:
        found = datetime.fromisoformat(shortened)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def reported(body: bytes, provider: str) -> Json:
    """The object that a provider reports, of which it is known by now that the provider says so; InvalidArgument."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidArgument.field("event", f"must be an object as {provider} sends it")
    return found


def check_size(body: bytes) -> None:
    """Refuses a report that is larger than any could be: InvalidArgument, before anything else is looked at."""
    if len(body) > LARGEST_REPORT:
        raise InvalidArgument.field("event", f"must be at most {LARGEST_REPORT} bytes")


def word_in(found: Mapping[str, Any], path: str) -> str:
    """The word at a path of a report, such as `data.envelopeId`; InvalidArgument names it when there is none."""
    value: Any = found
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise InvalidArgument.field(f"event.{path}", "must be there, as a word")
    return value
