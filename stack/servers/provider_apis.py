"""What a stand-in for SendGrid, Twilio and Firebase Cloud Messaging answers, as their documents have it.

Nothing leaves the machine. The receiver says what becomes of a message, as a test or a demo wants it:

| receiver | becomes |
|---|---|
| mail to `nobody…@` | bounced: there is no such mailbox, and its address is known as bounced from then on |
| mail to `full…@` | blocked for the day, which a bounce of the type `blocked` is |
| mail to `leaves…@` | delivered, and unsubscribed from |
| mail to an address without `@` | refused, by the field |
| telephone …0001 | refused with 21211: no such number |
| telephone …0002 | refused with 21610: they answered STOP |
| telephone …0003 | taken, and undelivered with 30005: unknown |
| telephone …0004 | taken, and undelivered with 30003: switched off |
| token …-gone | 404 UNREGISTERED: the app is gone from the device |
| token …-other | 403 SENDER_ID_MISMATCH |
| token …-apple | 401 THIRD_PARTY_AUTH_ERROR: the app's key at Apple is none any more |
| token …-invalid | 400 INVALID_ARGUMENT, of which is not said what is |
| token …-malformed | 400 INVALID_ARGUMENT: the token is none |

Any other is delivered. More than `per_second` calls in a second are answered by 429 with Retry-After.
"""

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

Json = dict[str, Any]
EXCHANGE_PATH = "/token"
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_TOKEN_VIOLATION = {
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    "fieldViolations": [{"field": "message.token", "description": "Invalid registration token"}],
}
_REFUSED_NUMBERS = {
    "0001": (21211, "The 'To' number is not a valid phone number."),
    "0002": (21610, "Attempt to send to unsubscribed recipient"),
}
_UNDELIVERED_NUMBERS = {"0003": "30005", "0004": "30003"}


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its JSON (None: none), headers, and a content that is no JSON."""

    status: int
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass(frozen=True)
class Callback:
    """What is reported later, to an address: the body as signed, headers, and what the answer says beside 2xx."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    acknowledged: bytes = b""


@dataclass
class Providers:
    """All three; `messages` are those that were taken, `report` is what sends callbacks.

    `sendgrid_callback` is where the console of SendGrid has its event webhook.
    """

    sendgrid_key: str
    sendgrid_signing: EllipticCurvePrivateKey
    sendgrid_callback: str
    twilio_account: str
    twilio_token: str
    fcm_account: Json
    report: Callable[[Callback], None]
    keep: Callable[[Json], None] = lambda _: None
    per_second: int = 100
    messages: list[Json] = field(default_factory=list)
    bounced: set[str] = field(default_factory=set)
    tokens: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _second: int = 0
    _calls: int = 0

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to a POST."""
        if self._is_too_much():
            return Reply(HTTPStatus.TOO_MANY_REQUESTS, _too_many(path), {"Retry-After": "1"})
        if path == "/v3/mail/send":
            return self._mail(headers, body)
        if path == f"/2010-04-01/Accounts/{self.twilio_account}/Messages.json":
            return self._sms(headers, body)
        if path == EXCHANGE_PATH:
            return self._exchange(body)
        if path == f"/v1/projects/{self.fcm_account['project_id']}/messages:send":
            return self._push(headers, body)
        return Reply(HTTPStatus.NOT_FOUND, {"message": "there is no such resource"})

    def event_key(self) -> str:
        """The public key of the event webhook, as SendGrid's console shows it."""
        public = self.sendgrid_signing.public_key()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def signed_events(self, events: Any) -> Callback:
        """A call of the Signed Event Webhook."""
        body, moment = json.dumps(events).encode() + b"\r\n", str(int(time.time()))
        signature = self.sendgrid_signing.sign(moment.encode() + body, ECDSA(SHA256()))
        headers = {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": moment,
        }
        return Callback(self.sendgrid_callback, body, headers)

    def signed_status(self, url: str, fields: Mapping[str, str]) -> Callback:
        """A status callback of Twilio."""
        text = url + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.digest(self.twilio_token.encode(), text.encode(), "sha1")).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return Callback(url, urlencode(fields).encode(), headers)

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

    def _mail(self, headers: Mapping[str, str], body: bytes) -> Reply:
        if headers.get("authorization") != f"Bearer {self.sendgrid_key}":
            return Reply(HTTPStatus.UNAUTHORIZED, _mail_error("The provided authorization grant is invalid"))
        mail = json.loads(body)
        (person,) = mail["personalizations"]
        (receiver,) = person["to"]
        address, message_id = receiver["email"], secrets.token_urlsafe(16)
        if "@" not in address:
            return Reply(
                HTTPStatus.BAD_REQUEST,
                _mail_error("Does not contain a valid address.", "personalizations.0.to.0.email"),
            )
        if not all(map(_is_file, mail.get("attachments", []))):
            refusal = "The attachment content must be base64 encoded."
            return Reply(HTTPStatus.BAD_REQUEST, _mail_error(refusal, "attachments.0.content"))
        self._take({"channel": "mail", "to": address, **mail})
        events = [*self._events(address), *([{"event": "unsubscribe"}] if address.startswith("leaves") else [])]
        known = {
            "email": address,
            "timestamp": int(time.time()),
            "sg_message_id": message_id,
            **person.get("custom_args", {}),
        }
        self.report(
            self.signed_events([{**known, "sg_event_id": secrets.token_urlsafe(16), **event} for event in events])
        )
        return Reply(HTTPStatus.ACCEPTED, None, {"X-Message-Id": message_id})

    def _events(self, address: str) -> list[Json]:
        if address in self.bounced:
            return [{"event": "dropped", "reason": "Bounced Address"}]
        if address.startswith("nobody"):
            self.bounced.add(address)
            return [
                {"event": "processed"},
                {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1"},
            ]
        if address.startswith("full"):
            return [{"event": "processed"}, {"event": "bounce", "type": "blocked", "status": "4.2.2"}]
        return [{"event": "processed"}, {"event": "delivered", "response": "250 OK"}]

    def _sms(self, headers: Mapping[str, str], body: bytes) -> Reply:
        user = base64.b64encode(f"{self.twilio_account}:{self.twilio_token}".encode()).decode()
        if headers.get("authorization") != f"Basic {user}":
            return Reply(HTTPStatus.UNAUTHORIZED, _sms_error(20003, "Authenticate", HTTPStatus.UNAUTHORIZED))
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        to, sid = form["To"], f"SM{secrets.token_hex(16)}"
        if to[-4:] in _REFUSED_NUMBERS:
            return Reply(HTTPStatus.BAD_REQUEST, _sms_error(*_REFUSED_NUMBERS[to[-4:]], HTTPStatus.BAD_REQUEST))
        self._take({"channel": "sms", "to": to, "body": form["Body"], "sid": sid})
        common = {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": self.twilio_account,
            "To": to,
            "From": form.get("From", ""),
        }
        code = _UNDELIVERED_NUMBERS.get(to[-4:])
        ends = {"MessageStatus": "undelivered", "ErrorCode": code} if code else {"MessageStatus": "delivered"}
        for more in ({"MessageStatus": "sent"}, ends) if "StatusCallback" in form else ():
            self.report(self.signed_status(form["StatusCallback"], {**common, **more}))
        return Reply(HTTPStatus.CREATED, {"sid": sid, "status": "queued", "to": to, "error_code": None})

    def _exchange(self, body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        account, now = self.fcm_account, time.time()
        try:
            key = RSAKey.import_key(account["private_key"])
            token = jwt.decode(form.get("assertion", ""), key, algorithms=["RS256"])
        except (JoseError, ValueError):
            return Reply(
                HTTPStatus.BAD_REQUEST, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            )
        claims = token.claims
        known = token.header.get("kid") == account["private_key_id"] and claims.get("iss") == account["client_email"]
        meant = claims.get("aud") == account["token_uri"] and claims.get("scope") == _SCOPE
        lasts = claims.get("iat", 0) - 60 <= now < claims.get("exp", 0) <= claims.get("iat", 0) + 3600
        if not (known and meant and lasts and form.get("grant_type") == _GRANT):
            return Reply(HTTPStatus.BAD_REQUEST, {"error": "invalid_grant", "error_description": "Invalid JWT."})
        access = secrets.token_urlsafe(32)
        self.tokens[access] = now + 3600
        return Reply(HTTPStatus.OK, {"access_token": access, "expires_in": 3599, "token_type": "Bearer"})

    def _push(self, headers: Mapping[str, str], body: bytes) -> Reply:
        if self.tokens.get(headers.get("authorization", "").removeprefix("Bearer "), 0) < time.time():
            return _push_error(HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", "")
        message = json.loads(body)["message"]
        token = str(message["token"])
        if token.endswith("-gone"):
            return _push_error(HTTPStatus.NOT_FOUND, "NOT_FOUND", "UNREGISTERED")
        if token.endswith("-other"):
            return _push_error(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")
        if token.endswith("-apple"):
            return _push_error(HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")
        if token.endswith(("-invalid", "-malformed")):
            said = [_TOKEN_VIOLATION] if token.endswith("-malformed") else []
            return _push_error(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", "INVALID_ARGUMENT", said)
        self._take({"channel": "push", "to": token, **message})
        return Reply(
            HTTPStatus.OK, {"name": f"projects/{self.fcm_account['project_id']}/messages/{secrets.token_hex(8)}"}
        )


def _too_many(path: str) -> Json:
    if path == "/v3/mail/send":
        return _mail_error("too many requests")
    if path.startswith("/2010-04-01/"):
        return _sms_error(20429, "Too Many Requests", HTTPStatus.TOO_MANY_REQUESTS)
    return {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "too many requests"}}


def _is_file(attachment: Json) -> bool:
    """Whether an attachment has a name and something in it, by base64."""
    try:
        return bool(attachment["filename"] and base64.b64decode(attachment["content"], validate=True))
    except (KeyError, ValueError):
        return False


def _mail_error(message: str, name: str | None = None) -> Json:
    return {"errors": [{"message": message, "field": name, "help": None}]}


def _sms_error(code: int, message: str, status: int) -> Json:
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": int(status),
    }


def _push_error(status: int, name: str, code: str, more: Sequence[Json] = ()) -> Reply:
    details = [*([{"@type": _FCM_ERROR, "errorCode": code}] if code else []), *more]
    return Reply(status, {"error": {"code": int(status), "status": name, "message": name, "details": details}})
