"""Adobe Acrobat Sign: its REST API v6, under tokens by a refresh token, with signing URLs and webhooks.

An agreement there carries our reference as its external id, by which it is looked up when an answer was lost. What its
webhook says is not signed: Adobe names the application that made the webhook, and wants that name back.
"""

import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from services.agreement.ports import (
    Envelope,
    EnvelopeRefused,
    EnvelopeSigner,
    EnvelopeState,
    ProviderReport,
)
from services.agreement.provider_calls import (
    Http,
    Json,
    ProviderCalls,
    check_size,
    check_url,
    code_of,
    http_of,
    moment,
    reported,
    word_in,
)
from services.agreement.sessions import Signed, SigningSessionStatus
from services.runtime.calling.outside import Answer, Headers
from services.runtime.errors import FailedPrecondition, Unauthenticated, Unavailable

_PARTY = "Adobe Acrobat Sign"
TOKEN_PATH = "/oauth/v2/refresh"  # noqa: S105 - a path
API = "/api/rest/v6"
CLIENT_ID = "x-adobesign-clientid"
_S = SigningSessionStatus
_STATUSES = {
    "DOCUMENTS_NOT_YET_PROCESSED": _S.ORDERED, "OUT_FOR_SIGNATURE": _S.SENT, "SIGNED": _S.SIGNED,
    "EXPIRED": _S.EXPIRED, "CANCELLED": _S.VOIDED, "ABORTED": _S.VOIDED,
}  # fmt: skip
_REPORTED = {
    "AGREEMENT_CREATED": _S.SENT, "AGREEMENT_ACTION_REQUESTED": _S.SENT, "AGREEMENT_EMAIL_VIEWED": _S.DELIVERED,
    "AGREEMENT_DOCUMENTS_VIEWED": _S.DELIVERED, "AGREEMENT_WORKFLOW_COMPLETED": _S.SIGNED,
    "AGREEMENT_EXPIRED": _S.EXPIRED, "AGREEMENT_REJECTED": _S.DECLINED, "AGREEMENT_RECALLED": _S.VOIDED,
    "AGREEMENT_AUTO_CANCELLED_CONVERSION_PROBLEM": _S.VOIDED,
}  # fmt: skip
_SIGNED, _REJECTED = ("ESIGNED", "DIGSIGNED"), "REJECTED"
# The documents are prepared still, or it is nobody's turn.
_NOT_YET = ("AGREEMENT_NOT_EXPOSED", "AGREEMENT_NOT_VISIBLE")


@dataclass(frozen=True)
class AdobeSignSettings:
    """The application and the account that let it act: `refresh_token_file` is good for as long as it is used.

    `url` is the account's API access point, and `client_id` also what Adobe calls back under.
    """

    client_id: str
    client_secret_file: Path
    refresh_token_file: Path
    url: str = "https://api.eu1.adobesign.com"
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and agreements could be read on their way."""
        check_url(self.url)


class AdobeSign:
    """ports.SigningProvider at Adobe Acrobat Sign; an envelope is an agreement there."""

    def __init__(self, settings: AdobeSignSettings, http: Http | None = None) -> None:
        self._settings, self._url = settings, settings.url.rstrip("/")
        self._agreements = f"{self._url}{API}/agreements"
        self._calls = ProviderCalls(
            _PARTY, http or http_of(_PARTY, settings.timeout, settings.trust_file), self._exchange
        )

    def send(self, envelope: Envelope) -> str:
        """Uploads the document, which by itself is nothing yet, and creates the agreement of it."""
        document_id = self._brought(envelope)
        answer = self._calls.json("POST", self._agreements, _agreement(envelope, document_id))
        self._check_taken(answer)
        return self._calls.text(self._calls.found(answer, 201), "id")

    def look_up(self, reference: str) -> str | None:
        """The agreement of an external id."""
        found = self._calls.found(self._calls.json("GET", f"{self._agreements}?{urlencode({'externalId': reference})}"))
        for each in self._calls.listed(found, "userAgreementList"):
            return self._calls.text(each, "id")
        return None

    def state(self, envelope_id: str) -> EnvelopeState:
        """How far the agreement is; what its last status does not say, its events do."""
        word = self._calls.text(self._calls.found(self._calls.json("GET", self._of(envelope_id))), "status")
        if word not in _STATUSES:
            raise Unavailable(f"{_PARTY} gives a status that is not known: {word}")
        status = _STATUSES[word]
        if status not in (_S.SIGNED, _S.VOIDED):
            return EnvelopeState(status)
        events = self._listed(f"{self._of(envelope_id)}/events", "events")
        if status is _S.VOIDED:
            rejected = any(each.get("type") == _REJECTED for each in events)
            return EnvelopeState(_S.DECLINED if rejected else status)
        sets = self._listed(f"{self._of(envelope_id)}/members", "participantSets")
        return EnvelopeState(status, dict(_signed(events, dict(self._members(sets)))))

    def signing_url(self, envelope_id: str, signer: EnvelopeSigner, return_url: str) -> str:
        """The signing URL of a signer, of those whose turn it is; where they are led then, the agreement says."""
        answer = self._calls.json("GET", f"{self._of(envelope_id)}/signingUrls")
        if answer.status != 200:
            if code_of(answer) not in _NOT_YET:
                raise Unavailable(f"{_PARTY} answers {answer.status} {code_of(answer)}")
            return ""
        sets = self._calls.listed(self._calls.object(answer), "signingUrlSetInfos")
        urls = [each for found in sets for each in self._calls.listed(found, "signingUrls")]
        for each in urls:
            url = each.get("esignUrl")
            if str(each.get("email", "")).casefold() == signer.email.casefold() and isinstance(url, str):
                return url if url.startswith("https://") else ""
        if urls:
            raise FailedPrecondition("somebody else has to sign first", reason="SIGNING_OUT_OF_TURN")
        return ""

    def void(self, envelope_id: str) -> None:
        """Cancels the agreement; one that is over cannot be."""
        cancelled = {
            "state": "CANCELLED",
            "agreementCancellationInfo": {
                "comment": "It is signed in another way, or not needed any more.", "notifyOthers": False,
            },
        }  # fmt: skip
        answer = self._calls.json("PUT", f"{self._of(envelope_id)}/state", cancelled)
        if answer.status not in (200, 204) and self.state(envelope_id).status in (_S.ORDERED, _S.SENT):
            raise Unavailable(f"{_PARTY} answers {answer.status} {code_of(answer)}")

    def signed_document(self, envelope_id: str) -> bytes:
        """The documents of the agreement as one."""
        return self._calls.pdf_at(f"{self._of(envelope_id)}/combinedDocument?attachAuditReport=false")

    def completion_certificate(self, envelope_id: str) -> bytes:
        """The audit report."""
        return self._calls.pdf_at(f"{self._of(envelope_id)}/auditTrail")

    def report(self, body: bytes, headers: Mapping[str, str]) -> ProviderReport:
        """What a webhook says, under the name of our application."""
        check_size(body)
        self.check_client(headers)
        event = reported(body, _PARTY)
        status = _REPORTED.get(word_in(event, "event"))
        return ProviderReport(word_in(event, "agreement.id"), status)

    def check_client(self, headers: Mapping[str, str]) -> str:
        """The name under which Adobe calls, which is our application's: it goes back with the answer."""
        given, ours = headers.get(CLIENT_ID, ""), self._settings.client_id
        if not hmac.compare_digest(given.encode(), ours.encode()):
            text = f"{_PARTY}'s client id is missing or wrong"
            raise Unauthenticated(text, reason="SIGNATURE_INVALID", metadata={"provider": "ADOBE_SIGN"})
        return ours

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    def _of(self, envelope_id: str) -> str:
        return f"{self._agreements}/{quote(envelope_id, safe='')}"

    def _listed(self, url: str, name: str) -> list[Json]:
        return self._calls.all_listed(self._calls.found(self._calls.json("GET", url)), name)

    def _members(self, sets: list[Json]) -> Iterator[tuple[str, tuple[int, str]]]:
        """Place and address of each participant, by what an event may name them by: ids, of them or their set, address.

        In a place is also who was put there by a signer who delegated, or by the sender; a set alone names its first.
        """
        for each in sets:
            order, members = each.get("order"), self._calls.listed(each, "memberInfos")
            named = [(each.get("id"), member) for member in members[:1]]
            named += [(member.get(name), member) for member in members for name in ("id", "email")]
            for name, member in named:
                if isinstance(name, str) and isinstance(order, int):
                    yield name.casefold(), (order, str(member.get("email", "")))

    def _brought(self, envelope: Envelope) -> str:
        boundary = secrets.token_hex(16)
        parts = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="File-Name"\r\n\r\n{envelope.title}.pdf\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="File"; filename="{envelope.title}.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        content = parts.encode() + envelope.content + f"\r\n--{boundary}--\r\n".encode()
        headers: Headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        try:
            answer = self._calls.call("POST", f"{self._url}{API}/transientDocuments", headers, content)
            self._check_taken(answer)
            return self._calls.text(self._calls.found(answer, 201), "transientDocumentId")
        except Unavailable as error:
            # A document that nobody is to sign is deleted there after a week.
            raise self._calls.untaken(error) from error

    def _check_taken(self, answer: Answer) -> None:
        if answer.status in (403, 404):
            raise self._calls.turned_away(answer)
        if answer.status >= 400:
            raise EnvelopeRefused(code_of(answer) or str(answer.status))

    def _exchange(self) -> tuple[str, int]:
        settings = self._settings
        form = {
            "grant_type": "refresh_token", "refresh_token": settings.refresh_token_file.read_text().strip(),
            "client_id": settings.client_id, "client_secret": settings.client_secret_file.read_text().strip(),
        }  # fmt: skip
        headers: Headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return self._calls.token(self._calls.bare("POST", self._url + TOKEN_PATH, headers, urlencode(form).encode()))


def _signed(events: list[Json], members: Mapping[str, tuple[int, str]]) -> Iterator[tuple[int, Signed]]:
    """Who signed, by their place: under the address of the event, or else under that of the participant.

    `initiatingUserEmail` is there when somebody acted for the participant, whose account is shared with them.
    """
    for each in events:
        names = (str(each.get(name, "")).casefold() for name in ("participantId", "participantEmail"))
        found, at = next((members[name] for name in names if name in members), None), moment(each.get("date"))
        if each.get("type") in _SIGNED and found is not None and at is not None:
            place, email = found
            by = each.get("initiatingUserEmail") or each.get("participantEmail") or email
            yield place, Signed(at, str(by))


def _agreement(envelope: Envelope, document_id: str) -> dict[str, Any]:
    """The agreement as the API takes it; nobody is sent a mail, as we lead each signer there."""
    sets = [
        {"order": each.place, "role": "SIGNER", "memberInfos": [{"email": each.email, "name": each.full_name}]}
        for each in envelope.signers
    ]
    return {
        "name": envelope.title,
        "state": "IN_PROCESS",
        "signatureType": "ESIGN",
        "externalId": {"id": envelope.reference},
        "fileInfos": [{"transientDocumentId": document_id}],
        "participantSetsInfo": sets,
        "expirationTime": envelope.expire_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "emailOption": {"sendOptions": dict.fromkeys(("initEmails", "inFlightEmails", "completionEmails"), "NONE")},
        "postSignOption": {"redirectUrl": envelope.return_url, "redirectDelay": 0},
    }
