"""Wrapping keys that a key service holds and never gives away: the transit engine of OpenBao, or of Vault."""

import base64
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import hvac
import requests
from hvac import exceptions

from services.runtime import errors
from services.runtime.stores.wrapping import KeyWrapping, TransitSettings

T = TypeVar("T")
_PREFIX = "vault:v"
_NEWEST_SECONDS = 60.0


class TransitWrapping:
    """Wraps under a key of the transit engine; what is not wrapped there, `earlier` unwraps.

    Signs in by its certificate, and again whenever its token is refused.
    """

    def __init__(self, settings: TransitSettings, earlier: KeyWrapping | None = None) -> None:
        self._settings, self._earlier = settings, earlier
        self._lock = threading.Lock()
        self._client: Any = None
        self._newest: tuple[float, int] | None = None

    def wrap(self, key: bytes) -> str:
        """The key, sealed under the newest version of the wrapping key."""
        text = base64.b64encode(key).decode()
        answer = self._asked(lambda client: client.secrets.transit.encrypt_data(self._settings.key, plaintext=text))
        return str(answer["data"]["ciphertext"])

    def unwrap(self, wrapped: str) -> bytes:
        """The key; ValueError when it was wrapped elsewhere, errors.Unavailable when the service cannot be asked."""
        if not wrapped.startswith(_PREFIX):
            if self._earlier is None:
                raise ValueError("a data key was wrapped by something else than the key service")
            return self._earlier.unwrap(wrapped)
        answer = self._asked(lambda client: client.secrets.transit.decrypt_data(self._settings.key, ciphertext=wrapped))
        return base64.b64decode(answer["data"]["plaintext"])

    def is_newest(self, wrapped: str) -> bool:
        """Whether the newest version of the wrapping key has wrapped it, as of a minute ago at most."""
        if self._newest is None or time.monotonic() - self._newest[0] > _NEWEST_SECONDS:
            answer = self._asked(lambda client: client.secrets.transit.read_key(self._settings.key))
            self._newest = time.monotonic(), int(answer["data"]["latest_version"])
        return wrapped.startswith(f"{_PREFIX}{self._newest[1]}:")

    def _asked(self, ask: Callable[[Any], T]) -> T:
        try:
            try:
                return ask(self._signed_in())
            except exceptions.Forbidden:
                return ask(self._signed_in(again=True))
        except exceptions.InvalidRequest:
            raise ValueError("a data key was wrapped under another key, or was changed") from None
        except (exceptions.VaultError, requests.RequestException) as error:
            raise errors.Unavailable("the key service does not answer as it should") from error

    def _signed_in(self, *, again: bool = False) -> Any:
        with self._lock:
            if self._client is None or again:
                s = self._settings
                client = hvac.Client(
                    url=s.url, verify=str(s.ca_file), timeout=s.timeout,
                    cert=(str(s.login_certificate_file), str(s.login_key_file)),
                )  # fmt: skip
                try:
                    answer = client.adapter.post("/v1/auth/cert/login", json={"name": s.key})
                except (exceptions.VaultError, requests.RequestException) as error:
                    raise errors.Unavailable("the key service does not take this service's certificate") from error
                client.token = answer["auth"]["client_token"]
                self._client = client
            return self._client
