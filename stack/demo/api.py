"""A REST client of the edge, as a partner would write it: tokens, idempotency keys, patience with what is away."""

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from stack.demo.authenticator import Authenticator

_PATIENCE_SECONDS = 90.0
_PAUSE_SECONDS = 0.25
# What may pass by itself: the edge or a service is starting, or two changes met.
_PASSING = {409, 429, 502, 503, 504}


class Refused(Exception):
    """The edge answered with an error: the HTTP code, the reason of its ErrorInfo, and its message."""

    def __init__(self, code: int, body: dict[str, Any]) -> None:
        details = body.get("details", [])
        self.code = code
        self.reason: str = next((d["reason"] for d in details if "reason" in d), "")
        self.metadata: dict[str, str] = next((d.get("metadata", {}) for d in details if "reason" in d), {})
        self.fields = [v["field"] for d in details for v in d.get("fieldViolations", [])]
        super().__init__(f"{code} {self.reason}: {body.get('message', '')} {' '.join(self.fields)}".strip())


@dataclass
class Session:
    """A client of the edge, signed in when there is a `login`. Counts the calls that had an effect."""

    base_url: str
    login: dict[str, str] | None = field(default=None, repr=False)
    patience: float = _PATIENCE_SECONDS
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    # The secret of the passkey by which staff prove their second factor; it is enrolled at the first sign-in.
    passkey: str = field(default="", repr=False)
    steps: int = field(default=0, init=False)
    account_id: str = field(default="", init=False)
    _token: str = field(default="", init=False, repr=False)
    _renew_time: float = field(default=0.0, init=False, repr=False)

    @property
    def token(self) -> str:
        """An access token that lasts a while; empty without a sign-in."""
        if self.login is not None and time.monotonic() >= self._renew_time:
            self._renew(self.login)
        return self._token

    def access(self) -> str:
        """The token, for those who ask for it at each call."""
        return self.token

    def get(self, path: str, **query: Any) -> Any:
        """Reads; the answer's JSON."""
        return self._call("GET", path, params=query).json()

    def read(self, path: str, **query: Any) -> bytes:
        """Reads bytes."""
        return self._call("GET", path, params=query).content

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Acts once, however often it has to be tried: every attempt carries the same idempotency key."""
        return self._act("POST", path, body or {})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Changes; the answer's JSON."""
        return self._act("PUT", path, body)

    def patch(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Changes a part; the answer's JSON."""
        return self._act("PATCH", path, body or {})

    def delete(self, path: str) -> Any:
        """Removes; the answer's JSON."""
        return self._call("DELETE", path).json()

    def upload(self, path: str, file: Path, form: dict[str, str] | None = None) -> Any:
        """Uploads a file as multipart; the form fields go before it."""
        kind = {".pdf": "application/pdf", ".png": "image/png"}.get(file.suffix, "application/octet-stream")
        parts = [(name, (None, value)) for name, value in (form or {}).items()]
        self.steps += 1
        return self._call("POST", path, files=[*parts, ("file", (file.name, file.read_bytes(), kind))]).json()

    def sign_in(self, email: str, password: str, passkey: str = "") -> "Session":
        """A session of that account, on the same edge and over the same connections; it renews its token itself."""
        login = {"email": email, "password": password}
        signed_in = Session(self.base_url, login, self.patience, self.client, passkey)
        signed_in._renew(login)
        self.steps += 1
        return signed_in

    def again(self) -> "Session":
        """Another session of the same account."""
        return self.sign_in(**(self.login or {}), passkey=self.passkey)

    def prove(self, challenge: dict[str, Any], **besides: Any) -> Any:
        """Answers the challenge of a sign-in by the passkey, or enrols the passkey where there is no factor yet."""
        anyone = Session(self.base_url, patience=self.patience, client=self.client)
        browser = Authenticator(self.passkey, _origin(anyone.get("/.well-known/openid-configuration")))
        token = {"challengeToken": challenge["token"], **besides}
        if "enrolment" in challenge:
            made = browser.create(challenge["enrolment"]["passkeyOptions"])
            return anyone.post("/api/v1/auth/challenge/enrol", {**token, "passkey": made})
        signed = browser.get(challenge["passkeyOptions"])
        return anyone.post("/api/v1/auth/challenge/answer", {**token, "passkey": signed})

    def _renew(self, login: dict[str, str]) -> None:
        anyone = Session(self.base_url, patience=self.patience, client=self.client)
        answer = anyone.post("/api/v1/auth/login", login)
        if "challenge" in answer:
            answer = self.prove(answer["challenge"])
        self.account_id, self._token = answer["accountId"], answer["tokens"]["accessToken"]
        # Long before its end: a client may go on using its token for a while.
        self._renew_time = time.monotonic() + answer["tokens"]["expiresIn"] / 3

    def _act(self, verb: str, path: str, body: dict[str, Any]) -> Any:
        self.steps += 1
        return self._call(verb, path, json=body, headers={"idempotency-key": str(uuid.uuid4())}).json()

    def _call(self, verb: str, path: str, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        deadline, tried = time.monotonic() + self.patience, 0
        while True:
            bearer = {"authorization": f"Bearer {self.token}"} if self.login else {}
            answer = self._once(verb, path, {**bearer, **(headers or {})}, content)
            if answer is not None and answer.is_success:
                return answer
            if answer is not None and answer.status_code == 401 and self.login and not tried:
                # Its token may have been revoked meanwhile: another sign-in shows it.
                tried += 1
                self._renew(self.login)
                continue
            passing = answer is None or answer.status_code in _PASSING
            if not passing or time.monotonic() > deadline:
                raise _refused(answer, verb, path)
            tried += 1
            time.sleep(min(_PAUSE_SECONDS * tried, 2.0))

    def _once(self, verb: str, path: str, headers: dict[str, str], content: dict[str, Any]) -> httpx.Response | None:
        try:
            return self.client.request(verb, self.base_url + path, headers=headers, **content)
        except httpx.TransportError:
            return None


def _origin(discovery: dict[str, str]) -> str:
    """The page of the edge as the outside sees it, to which passkeys are bound."""
    keys = urlsplit(discovery["jwks_uri"])
    return f"{keys.scheme}://{keys.netloc}"


def _refused(answer: httpx.Response | None, verb: str, path: str) -> Refused:
    if answer is None:
        return Refused(503, {"message": f"{verb} {path}: no answer"})
    try:
        body = answer.json()
    except ValueError:
        body = {"message": answer.text[:200]}
    return Refused(answer.status_code, {**body, "message": f"{verb} {path}: {body.get('message', '')}"})
