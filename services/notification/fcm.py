"""Push messages by Firebase Cloud Messaging: its HTTP v1 API, under tokens of a service account (RFC 7523)."""

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from services.notification.ports import Message, Refused
from services.notification.provider_calls import ByHttp, ProviderCalls, check_url, read, unknown_key
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable

_PARTY = "FCM"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
# The app is gone from the device.
_GONE = "UNREGISTERED"
# Token and account are of different projects: either may be the wrong one.
_STRANGE = "SENDER_ID_MISMATCH"
_LIFETIME = 3600
# Before its end, so that none ends under way.
_MARGIN = 60


@dataclass(frozen=True)
class FcmSettings:
    """The file of the service account, JSON as Google's console gives it: project, key and token endpoint.

    `trust_file` is for a gateway of the lender's own.
    """

    account_file: Path
    url: str = "https://fcm.googleapis.com"
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and messages could be read on their way."""
        check_url(self.url)


class FcmPush(ByHttp):
    """ports.Channel at FCM: one call for each device of the customer.

    A token of another project is no device of ours, once the account is known to be the app's: when it has reached one.
    Until then the account may be the wrong one, and nothing is lost by it.
    """

    def __init__(self, settings: FcmSettings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._calls = ProviderCalls(_PARTY, settings.url, settings.timeout, settings.trust_file)
        self._token, self._end = "", 0.0
        self._reached = ""

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands a message over for every device; it is taken when one takes it, and refused when none is left."""
        found: dict[str, list[str]] = {"": [], _GONE: [], _STRANGE: []}
        failures = list[Unavailable]()
        for token in message.tokens:
            try:
                found[self._hand_over(token, message)].append(token)
            except Unavailable as error:
                failures.append(error)
        gone = tuple(found[_GONE])
        if found[_STRANGE] and self._reached == self._account()["project_id"]:
            gone += tuple(found[_STRANGE])
        elif found[_STRANGE]:
            failures.append(Unavailable(f"{_PARTY} answers {_STRANGE}: is the service account of the app's project?"))
        if found[""]:
            return gone
        if failures:
            # What is tried again is worth more than what is refused for good.
            raise next((each for each in failures if not isinstance(each, Refused)), failures[0])
        raise Refused(permanent=True, gone=gone)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    def _hand_over(self, token: str, message: Message) -> str:
        """Nothing when it is taken, else why there is no such device: _GONE or _STRANGE."""
        account = self._account()
        answer = self._calls.json(
            f"/v1/projects/{account['project_id']}/messages:send", _body(token, message),
            {"Authorization": f"Bearer {self._access(account)}"},
        )  # fmt: skip
        if answer.status == 200:
            self._reached = account["project_id"]
            return ""
        if answer.status == 401:
            self._end = 0.0
            raise unknown_key(_PARTY, answer)
        code = _code(answer)
        if code in (_GONE, _STRANGE):
            return code
        if code == "INVALID_ARGUMENT":
            raise Refused(permanent=True)
        raise Unavailable(f"{_PARTY} answers {answer.status}")

    def _access(self, account: dict[str, Any]) -> str:
        """An access token: the one of before, or another one shortly before its end."""
        with self._lock:
            if time.time() > self._end - _MARGIN:
                self._token, self._end = self._exchange(account)
            return self._token

    def _exchange(self, account: dict[str, Any]) -> tuple[str, float]:
        now, endpoint = int(time.time()), str(account["token_uri"])
        claims = {"iss": account["client_email"], "scope": SCOPE, "aud": endpoint, "iat": now, "exp": now + _LIFETIME}
        head = {"alg": "RS256", "kid": account["private_key_id"]}
        assertion = jwt.encode(head, claims, RSAKey.import_key(account["private_key"]), algorithms=["RS256"])
        answer = self._calls.form(endpoint, {"grant_type": GRANT, "assertion": assertion}, {})
        found = read(answer)
        token, lasts = found.get("access_token"), found.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not isinstance(lasts, int):
            raise unknown_key(_PARTY, answer)
        return token, now + lasts

    def _account(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._settings.account_file.read_text())
        return found


def _body(token: str, message: Message) -> dict[str, Any]:
    return {
        "message": {
            "token": token,
            "notification": {"title": message.text.subject, "body": message.text.line},
            "data": {"notification_id": message.message_id},
            # A message that comes twice replaces itself.
            "android": {"notification": {"tag": message.message_id}},
            "apns": {"headers": {"apns-collapse-id": message.message_id}},
        }
    }


def _code(answer: Answer) -> str:
    """FCM's own code of an error, else that of Google's APIs; empty when there is none."""
    error = read(answer).get("error")
    if not isinstance(error, dict):
        return ""
    details = error.get("details")
    for each in details if isinstance(details, list) else []:
        if isinstance(each, dict) and each.get("@type") == _ERROR:
            return str(each.get("errorCode", ""))
    return str(error.get("status", ""))
