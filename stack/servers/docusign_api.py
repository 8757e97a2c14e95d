"""What a stand-in for DocuSign answers: JWT Grant, its eSignature REST API v2.1 and Connect, as its documents have it.

What becomes of an envelope says signing_room.py.
"""

import base64
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from stack.servers.provider_apis import Callback, Json, Reply
from stack.servers.signing_room import Envelope, Signing, SigningRoom

TOKEN_PATH, ACCOUNTS = "/oauth/token", "/restapi/v2.1/accounts/"
_GRANT, _SCOPES = "urn:ietf:params:oauth:grant-type:jwt-bearer", {"signature", "impersonation"}
_STATUSES = {"SENT": "sent", "DELIVERED": "delivered", "SIGNED": "completed", "DECLINED": "declined",
             "EXPIRED": "voided", "VOIDED": "voided"}  # fmt: skip


@dataclass
class DocuSignApi:
    """One account, with one integration that acts for one of its users."""

    integration_key: str
    user_id: str
    account_id: str
    private_key: str
    hmac_keys: Callable[[], list[str]]
    url: str
    report: Callable[[Callback], None]
    room: SigningRoom = field(init=False)
    _tokens: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = SigningRoom("DocuSign (stand-in)", self.url, self._called, lambda each: self.report(each))

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The answer to a call; None where none arrives."""
        parts = urlsplit(path)
        if method == "POST" and parts.path == TOKEN_PATH:
            return self._token(body)
        if self._tokens.get(headers.get("authorization", "").removeprefix("Bearer "), 0) < time.time():
            return _error(HTTPStatus.UNAUTHORIZED, "USER_AUTHENTICATION_FAILED")
        account, _, rest = parts.path.removeprefix(ACCOUNTS).partition("/")
        if account != self.account_id:
            return _error(HTTPStatus.UNAUTHORIZED, "ACCOUNT_LACKS_PERMISSIONS")
        with self.room.lock:
            return self._envelopes(method, rest.split("/"), parse_qs(parts.query), body)

    def _envelopes(self, method: str, path: list[str], query: Mapping[str, list[str]], body: bytes) -> Reply | None:
        if path == ["envelopes"]:
            return self._create(json.loads(body)) if method == "POST" else self._listed(query)
        envelope = self.room.envelopes.get(path[1]) if len(path) > 1 else None
        if envelope is None:
            return _error(HTTPStatus.NOT_FOUND, "ENVELOPE_DOES_NOT_EXIST")
        match method, path[2:]:
            case "GET", []:
                return Reply(HTTPStatus.OK, _envelope(envelope))
            case "PUT", []:
                return self._void(envelope, json.loads(body))
            case "POST", ["views", "recipient"]:
                return self._view(envelope, json.loads(body))
            case "GET", ["documents", "combined"]:
                return pdf(self.room.signed(envelope))
            case "GET", ["documents", "certificate"]:
                return pdf(self.room.certificate(envelope))
        return _error(HTTPStatus.NOT_FOUND, "RESOURCE_NOT_FOUND")

    def _token(self, body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        try:
            claims = jwt.decode(
                form.get("assertion", ""), RSAKey.import_key(self.private_key), algorithms=["RS256"]
            ).claims
        except (JoseError, ValueError):
            return Reply(HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"})
        known = (claims.get("iss"), claims.get("sub")) == (self.integration_key, self.user_id)
        meant = claims.get("aud") == urlsplit(self.url).netloc and set(str(claims.get("scope")).split()) >= _SCOPES
        if not (known and meant and claims.get("exp", 0) > time.time() and form.get("grant_type") == _GRANT):
            return Reply(HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.time() + 3600
        return Reply(HTTPStatus.OK, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _create(self, wanted: Json) -> Reply | None:
        recipients = wanted["recipients"]["signers"]
        signers = [
            Signing(int(each["routingOrder"]), each["name"], each["email"], each["clientUserId"]) for each in recipients
        ]
        (document,), notified = wanted["documents"], wanted["eventNotification"]
        if (notified["includeHMAC"], notified["deliveryMode"]) != ("true", "SIM"):
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_PARAMETER")
        made = Envelope(
            str(uuid.uuid4()), wanted["transactionId"], wanted["emailSubject"],
            base64.b64decode(document["documentBase64"], validate=True), signers, notified["url"],
        )  # fmt: skip
        if made.fate == "Lost":
            return None
        if made.fate == "Refused":
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_EMAIL_ADDRESS_FOR_RECIPIENT")
        if self.room.is_busy(made):
            return _error(HTTPStatus.TOO_MANY_REQUESTS, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED", {"Retry-After": "1"})
        made = self.room.take(made)
        answer = {"envelopeId": made.envelope_id, "status": "sent", "statusDateTime": _time(made.change_time)}
        return None if made.fate == "Silent" else Reply(HTTPStatus.CREATED, answer)

    def _listed(self, query: Mapping[str, list[str]]) -> Reply:
        found = [self.room.of(each) for each in query.get("transaction_ids", [""])[0].split(",")]
        envelopes = [_envelope(each) for each in found if each is not None]
        return Reply(HTTPStatus.OK, {"resultSetSize": str(len(envelopes)), "envelopes": envelopes})

    def _view(self, envelope: Envelope, wanted: Json) -> Reply:
        who = next((each for each in envelope.signers if each.client_id == wanted["clientUserId"]), None)
        if who is None or (who.name, who.email) != (wanted["userName"], wanted["email"]):
            return _error(HTTPStatus.BAD_REQUEST, "UNKNOWN_ENVELOPE_RECIPIENT")
        if not envelope.is_open or who.sign_time is not None:
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_PARAMETER")
        if envelope.turn is not who:
            return _error(HTTPStatus.BAD_REQUEST, "RECIPIENT_NOT_IN_SEQUENCE")
        envelope.return_url = wanted["returnUrl"]
        return Reply(HTTPStatus.CREATED, {"url": self.room.admit(who)})

    def _void(self, envelope: Envelope, wanted: Json) -> Reply:
        if wanted["status"] != "voided" or not wanted["voidedReason"]:
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_PARAMETER")
        if not self.room.void(envelope):
            return _error(HTTPStatus.BAD_REQUEST, "ENVELOPE_CANNOT_VOID_INVALID_STATE")
        return Reply(HTTPStatus.OK, {"envelopeId": envelope.envelope_id})

    def _called(self, envelope: Envelope, status: str, forged: bool) -> Callback:
        """A message of Connect, signed by each active key."""
        about = {"accountId": self.account_id, "userId": self.user_id, "envelopeId": envelope.envelope_id}
        said: dict[str, Any] = {
            "event": f"envelope-{_STATUSES[status]}", "apiVersion": "v2.1", "retryCount": 0, "configurationId": 0,
            "uri": f"{ACCOUNTS}{self.account_id}/envelopes/{envelope.envelope_id}",
            "generatedDateTime": _time(datetime.now(UTC)), "data": about,
        }  # fmt: skip
        body = json.dumps(said).encode()
        keys = [secrets.token_hex(32)] if forged else self.hmac_keys()
        signatures = {
            f"X-DocuSign-Signature-{number}": base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
            for number, key in enumerate(keys, 1)
        }
        headers = {"Content-Type": "application/json", "X-Authorization-Digest": "HMACSHA256", **signatures}
        return Callback(envelope.callback, body, headers)


def serves(path: str) -> bool:
    """Whether a path is one of DocuSign's."""
    return urlsplit(path).path == TOKEN_PATH or path.startswith(ACCOUNTS)


def pdf(content: bytes) -> Reply:
    """The answer that is a file."""
    return Reply(HTTPStatus.OK, None, {"Content-Type": "application/pdf"}, content)


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {"errorCode": code, "message": code}, headers or {})


def _time(moment: datetime) -> str:
    """As DocuSign writes it, with seven digits after the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def _envelope(envelope: Envelope) -> Json:
    signers = [
        {
            "recipientId": str(each.place), "routingOrder": str(each.place), "clientUserId": each.client_id,
            "name": each.name, "email": each.email, "status": "completed" if each.sign_time else "sent",
            **({"signedDateTime": _time(each.sign_time)} if each.sign_time else {}),
        }
        for each in envelope.signers
    ]  # fmt: skip
    voided = {"EXPIRED": "Envelope has expired.", "VOIDED": "Voided by the sender."}.get(envelope.status)
    return {
        "envelopeId": envelope.envelope_id, "status": _STATUSES[envelope.status], "emailSubject": envelope.title,
        "statusChangedDateTime": _time(envelope.change_time), "transactionId": envelope.reference,
        "recipients": {"signers": signers}, **({"voidedReason": voided} if voided else {}),
    }  # fmt: skip
