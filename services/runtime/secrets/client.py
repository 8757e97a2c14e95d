"""The one client of OpenBao, or of Vault, whose API it speaks: sign-in, a token that is never too old, retries, limits.

Every engine is asked through it. A call ends within `timeout` seconds for each of three attempts; what was away for
longer is errors.Unavailable, and what the engine refuses of a request is a ValueError.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import hvac
import requests
from hvac import exceptions

from services.runtime import errors
from services.runtime.secrets.settings import OpenBaoSettings

T = TypeVar("T")
_ATTEMPTS, _PAUSE_SECONDS = 3, 0.05
# A token is replaced when this part of its time is over.
_USED = 2 / 3
# It does not answer, or not now: sealed, without a leader, or asked too often.
_AWAY = (
    requests.RequestException, exceptions.VaultDown, exceptions.InternalServerError, exceptions.BadGateway,
    exceptions.RateLimitExceeded,
)  # fmt: skip


class OpenBao:
    """A signed-in client; safe to share between threads."""

    def __init__(self, settings: OpenBaoSettings) -> None:
        self.settings, self._lock = settings, threading.Lock()
        self._client: Any = None
        self._replace_at = 0.0

    def ask(self, question: Callable[[Any], T]) -> T:
        """What `question` makes of the client of hvac; it may be asked again, so it changes nothing that adds up.

        Errors: errors.Unavailable when there is no answer or this process may not ask; ValueError when the engine
        refuses the request itself; LookupError when there is nothing under the path.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._signed(question)
            except _AWAY as error:
                if attempt == _ATTEMPTS:
                    raise errors.Unavailable("the key service does not answer") from error
            except exceptions.InvalidRequest as error:
                raise ValueError(f"the key service refuses: {error}") from None
            except exceptions.InvalidPath as error:
                raise LookupError("the key service has nothing there") from error
            except exceptions.VaultError as error:
                raise errors.Unavailable("the key service does not answer as it should") from error
            # Spread out: a service that comes back is asked by all at once.
            time.sleep(random.uniform(0.5, 1.5) * _PAUSE_SECONDS * 2**attempt)
        raise AssertionError("unreachable")

    def read(self, path: str) -> dict[str, Any]:
        """The data under a path of an engine, such as `database/static-creds/<role>`."""
        answer = self.ask(lambda client: client.adapter.get(f"/v1/{path}"))
        return dict(answer["data"])

    def read_with(self, path: str, **asked: Any) -> dict[str, Any] | None:
        """As `read`, with parameters, such as the version of a document; None when there is no such thing."""
        try:
            answer = self.ask(lambda client: client.adapter.get(f"/v1/{path}", params=asked))
        except LookupError:
            return None
        return dict(answer["data"])

    def write(self, path: str, **values: Any) -> dict[str, Any]:
        """Sends values to a path; gives the data of the answer."""
        answer = self.ask(lambda client: client.adapter.post(f"/v1/{path}", json=values))
        return dict(answer["data"]) if isinstance(answer, dict) else {}

    def _signed(self, question: Callable[[Any], T]) -> T:
        try:
            return question(self._signed_in())
        except exceptions.Forbidden:
            # A token is lost when the server was restored, and one by a certificate ends with it.
            return question(self._signed_in(again=True))

    def _signed_in(self, *, again: bool = False) -> Any:
        # A new sign-in, and no renewal: a token may be renewed under the certificate of its sign-in alone, which is
        # replaced within hours.
        with self._lock:
            if self._client is None or again or time.monotonic() >= self._replace_at:
                self._client = self._sign_in()
            return self._client

    def _sign_in(self) -> Any:
        s, files = self.settings, None
        if s.login_jwt_file is None:
            files = str(s.login_certificate_file), str(s.login_key_file)
        session = requests.Session()
        # No proxy, netrc or authority out of the environment; to look for them costs as much as the rest of a request.
        session.trust_env, session.verify, session.cert = False, str(s.authority_file), files
        client = hvac.Client(url=s.url, timeout=s.timeout, session=session)
        began = time.monotonic()
        method, shown = "cert", {"name": s.role}
        if s.login_jwt_file is not None:
            method, shown = "jwt", {"role": s.role, "jwt": s.login_jwt_file.read_text().strip()}
        try:
            answer = client.adapter.post(f"/v1/auth/{method}/login", json=shown)
        except (exceptions.InvalidRequest, exceptions.Forbidden, exceptions.Unauthorized) as error:
            raise errors.Unavailable("the key service does not take this process's identity") from error
        client.token = answer["auth"]["client_token"]
        self._replace_at = began + _USED * float(answer["auth"]["lease_duration"])
        return client
