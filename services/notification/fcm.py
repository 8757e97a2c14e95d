"""Push messages by Firebase Cloud Messaging: its HTTP v1 API, under tokens of a service account (RFC 7523)."""

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from services.notification.ports import Message, Refused
from services.notification.provider_calls import ByHttp, ProviderCalls, check_url, key_in, read, unknown_key
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable

log = structlog.get_logger(__name__)
_PARTY = "FCM"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
# The app is gone from the device.
_GONE = "UNREGISTERED"
# Token and account are of different projects: either may be the wrong one.
_STRANGE = "SENDER_ID_MISMATCH"
# Token or message is none, and FCM does not always say which of them; _WRONG is what it says of the message.
_INVALID, _WRONG = "INVALID_ARGUMENT", "message"
# The app's key of Apple or of web push, which FCM has, is none any more: of devices of that kind alone.
_PLATFORM = "THIRD_PARTY_AUTH_ERROR"
_BAD_REQUEST, _TOKEN_FIELD = "type.googleapis.com/google.rpc.BadRequest", "message.token"
_ACCOUNT = ("project_id", "private_key_id", "private_key", "client_email", "token_uri")
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
    Until then the account may be the wrong one, and nothing is lost by it. So with what is invalid: it is the token
    when FCM says so, or when it takes the same message for another device.
    """

    def __init__(self, settings: FcmSettings) -> None:
        self._settings, self._lock = settings, threading.Lock()
        self._calls = ProviderCalls(_PARTY, settings.url, settings.timeout, settings.trust_file)
        self._token, self._end = "", 0.0
        self._reached = ""

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands a message over for every device; it is taken when one takes it, and refused when none is left."""
        found = defaultdict[str, list[str]](list)
        failures = list[Unavailable]()
        for token in message.tokens:
            try:
                found[self._hand_over(token, message)].append(token)
            except Unavailable as error:
                failures.append(error)
        gone = tuple(found[_GONE] + (found[_INVALID] if found[""] else []))
        if found[_STRANGE] and self._reached == self._account()["project_id"]:
            gone += tuple(found[_STRANGE])
        elif found[_STRANGE]:
            failures.append(Unavailable(f"{_PARTY} answers {_STRANGE}: is the service account of the app's project?"))
        if found[""]:
            return gone
        if failures:
            raise failures[0]
        # What is tried again is worth more than what is refused for good.
        raise Refused(permanent=not found[_PLATFORM], gone=gone)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    def _hand_over(self, token: str, message: Message) -> str:
        """Nothing when it is taken, else why not: _GONE, _STRANGE, _INVALID, _WRONG, _PLATFORM."""
        account = self._account()
        answer = self._called(token, message, account)
        if answer.status == 200:
            self._reached = account["project_id"]
            return ""
        code = _code(answer)
        if code == _PLATFORM:
            log.warning("push_key_refused", code=code)
        if code == _INVALID and (fields := _violations(answer)):
            return _GONE if _TOKEN_FIELD in fields else _WRONG
        if code in (_GONE, _STRANGE, _INVALID, _PLATFORM):
            return code
        if answer.status == 401:
            raise unknown_key(_PARTY, answer)
        raise Unavailable(f"{_PARTY} answers {answer.status}")

    def _called(self, token: str, message: Message, account: dict[str, Any]) -> Answer:
        """The answer to a message, under another access token when it is not known any more: it can end any time."""
        path, body = f"/v1/projects/{account['project_id']}/messages:send", _body(token, message)
        for _ in range(2):
            access = self._access(account)
            answer = self._calls.json(path, body, {"Authorization": f"Bearer {access}"})
            if answer.status != 401 or _code(answer) == _PLATFORM:
                break
            self._drop(access)
        return answer

    def _drop(self, access: str) -> None:
        with self._lock:
            if self._token == access:
                self._end = 0.0

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
        try:
            assertion = jwt.encode(head, claims, RSAKey.import_key(account["private_key"]), algorithms=["RS256"])
        except (JoseError, ValueError, TypeError) as error:
            raise Unavailable(f"the key for {_PARTY} is none") from error
        answer = self._calls.form(endpoint, {"grant_type": GRANT, "assertion": assertion}, {})
        found = read(answer)
        token, lasts = found.get("access_token"), found.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not isinstance(lasts, int):
            raise unknown_key(_PARTY, answer)
        return token, now + lasts

    def _account(self) -> dict[str, Any]:
        """The service account; errors.Unavailable while its file has none, which is no message's fault."""
        try:
            found = json.loads(key_in(_PARTY, self._settings.account_file))
            return {name: str(found[name]) for name in _ACCOUNT}
        except (ValueError, TypeError, KeyError) as error:
            raise Unavailable(f"the file of {_PARTY} has no service account") from error


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
    error = _error(answer)
    said = next((each for each in _details(error) if each.get("@type") == _ERROR), None)
    return str(error.get("status", "") if said is None else said.get("errorCode", ""))


def _violations(answer: Answer) -> list[str]:
    """The fields that an answer says are invalid (google.rpc.BadRequest)."""
    requests = [each for each in _details(_error(answer)) if each.get("@type") == _BAD_REQUEST]
    found = [each.get("fieldViolations") for each in requests]
    return [str(field.get("field")) for fields in found for field in _objects(fields)]


def _error(answer: Answer) -> dict[str, Any]:
    found = read(answer).get("error")
    return found if isinstance(found, dict) else {}


def _details(error: dict[str, Any]) -> list[dict[str, Any]]:
    return _objects(error.get("details"))


def _objects(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
