"""What a stand-in for Adobe Acrobat Sign answers: its REST API v6 and its webhook, as its documents have it.

What becomes of an agreement says signing_room.py. Its webhook is there for the whole account, and is taken when the
name of the application comes back with the answer.
"""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stack.servers.docusign_api import pdf
from stack.servers.provider_apis import Callback, Json, Reply
from stack.servers.signing_room import Envelope, Signing, SigningRoom

TOKEN_PATH, API = "/oauth/v2/refresh", "/api/rest/v6/"
CLIENT_ID = "X-AdobeSign-ClientId"
_STATUSES = {"SENT": "OUT_FOR_SIGNATURE", "DELIVERED": "OUT_FOR_SIGNATURE", "SIGNED": "SIGNED",
             "DECLINED": "CANCELLED", "EXPIRED": "EXPIRED", "VOIDED": "CANCELLED"}  # fmt: skip
_EVENTS = {
    "DELIVERED": "AGREEMENT_EMAIL_VIEWED", "SIGNED": "AGREEMENT_WORKFLOW_COMPLETED", "DECLINED": "AGREEMENT_REJECTED",
    "EXPIRED": "AGREEMENT_EXPIRED", "VOIDED": "AGREEMENT_RECALLED",
}  # fmt: skip
_PART = re.compile(rb'name="File"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*)\r\n--', re.DOTALL)


@dataclass
class AdobeSignApi:
    """One account, with one application; `webhook` is where that is called back."""

    client_id: str
    client_secret: str
    refresh_token: str
    url: str
    webhook: str
    report: Callable[[Callback], None]
    room: SigningRoom = field(init=False)
    documents: dict[str, bytes] = field(default_factory=dict)
    _tokens: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room = SigningRoom("Adobe Acrobat Sign (stand-in)", self.url, self._called, lambda each: self.report(each))

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The answer to a call; None where none arrives."""
        parts = urlsplit(path)
        if method == "POST" and parts.path == TOKEN_PATH:
            return self._token(body)
        if self._tokens.get(headers.get("authorization", "").removeprefix("Bearer "), 0) < time.time():
            return _error(HTTPStatus.UNAUTHORIZED, "INVALID_ACCESS_TOKEN")
        with self.room.lock:
            return self._resources(method, parts.path.removeprefix(API).split("/"), parse_qs(parts.query), body)

    def _resources(self, method: str, path: list[str], query: Mapping[str, list[str]], body: bytes) -> Reply | None:
        if (method, path) == ("POST", ["transientDocuments"]):
            return self._upload(body)
        if path == ["agreements"]:
            return self._create(json.loads(body)) if method == "POST" else self._listed(query)
        envelope = self.room.envelopes.get(path[1]) if len(path) > 1 and path[0] == "agreements" else None
        if envelope is None:
            return _error(HTTPStatus.NOT_FOUND, "INVALID_AGREEMENT_ID")
        return self._agreement(method, path[2:], envelope, body)

    def _agreement(self, method: str, rest: list[str], envelope: Envelope, body: bytes) -> Reply:
        match method, rest:
            case "GET", []:
                return Reply(HTTPStatus.OK, _info(envelope))
            case "GET", ["events"]:
                return Reply(HTTPStatus.OK, {"events": _events(envelope)})
            case "GET", ["members"]:
                return Reply(HTTPStatus.OK, {"participantSets": [_set(envelope, each) for each in envelope.signers]})
            case "GET", ["signingUrls"]:
                return self._urls(envelope)
            case "PUT", ["state"]:
                return self._cancel(envelope, json.loads(body))
            case "GET", ["combinedDocument"]:
                return pdf(self.room.signed(envelope))
            case "GET", ["auditTrail"]:
                return pdf(self.room.certificate(envelope))
        return _error(HTTPStatus.NOT_FOUND, "RESOURCE_NOT_FOUND")

    def _token(self, body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        wanted = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, "client_id": self.client_id,
                  "client_secret": self.client_secret}  # fmt: skip
        if form != wanted:
            return Reply(HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"})
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.time() + 3600
        return Reply(HTTPStatus.OK, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _upload(self, body: bytes) -> Reply:
        part = _PART.search(body)
        if part is None:
            return _error(HTTPStatus.BAD_REQUEST, "NO_FILE_CONTENT")
        document_id = f"3AAA{secrets.token_urlsafe(24)}*"
        self.documents[document_id] = part[1]
        return Reply(HTTPStatus.CREATED, {"transientDocumentId": document_id})

    def _create(self, wanted: Json) -> Reply | None:
        (file,) = wanted["fileInfos"]
        signers = [
            Signing(each["order"], each["memberInfos"][0]["name"], each["memberInfos"][0]["email"])
            for each in wanted["participantSetsInfo"]
        ]
        if wanted["state"] != "IN_PROCESS" or wanted["signatureType"] != "ESIGN":
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_JSON")
        document = self.documents.get(file["transientDocumentId"], b"")
        made = Envelope(
            f"CBJCHBCAABAA{secrets.token_urlsafe(24)}", wanted["externalId"]["id"], wanted["name"], document, signers,
            return_url=wanted["postSignOption"]["redirectUrl"],
        )  # fmt: skip
        if made.fate == "Lost":
            return None
        if made.fate == "Refused" or not document:
            return _error(HTTPStatus.BAD_REQUEST, "INVALID_PARTICIPANT")
        if self.room.is_busy(made):
            return _error(HTTPStatus.TOO_MANY_REQUESTS, "THROTTLING_TOO_MANY_REQUESTS", {"Retry-After": "1"})
        made = self.room.take(made)
        return None if made.fate == "Silent" else Reply(HTTPStatus.CREATED, {"id": made.envelope_id})

    def _listed(self, query: Mapping[str, list[str]]) -> Reply:
        envelope = self.room.of(query.get("externalId", [""])[0])
        found = [] if envelope is None else [_info(envelope)]
        return Reply(HTTPStatus.OK, {"page": {}, "userAgreementList": found})

    def _urls(self, envelope: Envelope) -> Reply:
        signer = envelope.turn
        if signer is None:
            return _error(HTTPStatus.NOT_FOUND, "AGREEMENT_NOT_EXPOSED")
        url = {"email": signer.email, "esignUrl": self.room.admit(signer)}
        return Reply(HTTPStatus.OK, {"signingUrlSetInfos": [{"signingUrls": [url]}]})

    def _cancel(self, envelope: Envelope, wanted: Json) -> Reply:
        if wanted["state"] != "CANCELLED" or not self.room.void(envelope):
            return _error(HTTPStatus.CONFLICT, "AGREEMENT_CANNOT_BE_CANCELLED")
        return Reply(HTTPStatus.NO_CONTENT)

    def _called(self, envelope: Envelope, status: str, forged: bool) -> Callback:
        """A notification of the webhook, under the application's name."""
        said: dict[str, Any] = {
            "webhookId": "stand-in", "webhookNotificationId": secrets.token_hex(16), "webhookScope": "ACCOUNT",
            "event": _EVENTS[status], "eventDate": _time(datetime.now(UTC)), "eventResourceType": "AGREEMENT",
            "agreement": {"id": envelope.envelope_id, "name": envelope.title, "status": _STATUSES[status]},
        }  # fmt: skip
        name = "another application" if forged else self.client_id
        headers = {"Content-Type": "application/json", CLIENT_ID: name}
        return Callback(self.webhook, json.dumps(said).encode(), headers)


def serves(path: str) -> bool:
    """Whether a path is one of Adobe Acrobat Sign's."""
    return urlsplit(path).path == TOKEN_PATH or path.startswith(API)


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {"code": code, "message": code}, headers or {})


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _info(envelope: Envelope) -> Json:
    return {
        "id": envelope.envelope_id, "name": envelope.title, "status": _STATUSES[envelope.status],
        "signatureType": "ESIGN", "externalId": {"id": envelope.reference},
    }  # fmt: skip


def _participant(envelope: Envelope, signer: Signing) -> str:
    return f"{envelope.envelope_id}-{signer.place}"


def _set(envelope: Envelope, signer: Signing) -> Json:
    member = {"id": _participant(envelope, signer), "email": signer.email, "name": signer.name}
    status = "COMPLETED" if signer.sign_time else "WAITING_FOR_MY_SIGNATURE"
    return {"order": signer.place, "role": "SIGNER", "status": status, "memberInfos": [member]}


def _events(envelope: Envelope) -> list[Json]:
    signed = [
        {
            "type": "ESIGNED", "date": _time(each.sign_time), "participantId": _participant(envelope, each),
            "participantEmail": each.email, "actingUserEmail": each.email,
        }
        for each in envelope.signers
        if each.sign_time
    ]  # fmt: skip
    last = {"DECLINED": "REJECTED", "VOIDED": "RECALLED", "EXPIRED": "EXPIRED"}.get(envelope.status)
    ended = [{"type": last, "date": _time(envelope.change_time)}] if last else []
    return [{"type": "CREATED", "date": _time(envelope.change_time)}, *signed, *ended]
