"""DocuSign: its eSignature REST API v2.1, under tokens by JWT Grant, with embedded signing and Connect.

An envelope carries our reference as its transaction id, by which it is looked up when an answer was lost; that is good
for a week. An envelope that expires is voided there, and its reason says so.
"""

import base64
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

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

_PARTY = "DocuSign"
GRANT, SCOPE = "urn:ietf:params:oauth:grant-type:jwt-bearer", "signature impersonation"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
# A header for each key that is active there, numbered from 1 on; so many it may be.
SIGNATURES = tuple(f"x-docusign-signature-{number}" for number in range(1, 101))
EVENTS = ("envelope-sent", "envelope-delivered", "envelope-completed", "envelope-declined", "envelope-voided")
_LIFETIME = 3600
# `signed` is what some accounts say before the certificate is made.
_STATUSES = {
    "created": SigningSessionStatus.ORDERED, "processing": SigningSessionStatus.ORDERED,
    "sent": SigningSessionStatus.SENT, "delivered": SigningSessionStatus.DELIVERED,
    "signed": SigningSessionStatus.DELIVERED, "completed": SigningSessionStatus.SIGNED,
    "declined": SigningSessionStatus.DECLINED, "voided": SigningSessionStatus.VOIDED,
    "deleted": SigningSessionStatus.VOIDED,
}  # fmt: skip
_REPORTED = {f"envelope-{word}": status for word, status in _STATUSES.items()}
_EXPIRED = "Envelope has expired."
# Too many questions about one envelope are answered by 400 with such a code, and are no word on the envelope.
_LIMIT, _LIMIT_SECONDS = "LIMIT_EXCEEDED", 60
_OUT_OF_TURN, _OVER = "RECIPIENT_NOT_IN_SEQUENCE", "ENVELOPE_CANNOT_VOID_INVALID_STATE"


@dataclass(frozen=True)
class DocusignSettings:
    """The integration and the user that it acts for, as the account's administrator sees them.

    `key_file` is the private key (PEM) of the integration. `hmac_keys_file` has the keys that Connect signs with, one a
    line: two while one replaces the other. `url` is the account's base URI, `login_url` that of the tokens.
    """

    integration_key: str
    user_id: str
    account_id: str
    key_file: Path
    hmac_keys_file: Path
    url: str = "https://eu.docusign.net"
    login_url: str = "https://account.docusign.com"
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and agreements could be read on their way."""
        for each in (self.url, self.login_url):
            check_url(each)

    @property
    def hmac_keys(self) -> tuple[bytes, ...]:
        """The keys that Connect signs with, as they are now."""
        lines = (each.strip() for each in self.hmac_keys_file.read_text().splitlines())
        return tuple(each.encode() for each in lines if each)


class DocuSign:
    """ports.SigningProvider at DocuSign."""

    def __init__(self, settings: DocusignSettings, http: Http | None = None) -> None:
        self._settings = settings
        account = quote(settings.account_id, safe="")
        self._envelopes = f"{settings.url.rstrip('/')}/restapi/v2.1/accounts/{account}/envelopes"
        self._calls = ProviderCalls(
            _PARTY, http or http_of(_PARTY, settings.timeout, settings.trust_file), self._exchange
        )

    def send(self, envelope: Envelope) -> str:
        """Creates the envelope, and sends it."""
        answer = self._calls.json("POST", self._envelopes, _definition(envelope))
        self._check_taken(answer)
        return self._calls.text(self._calls.found(answer, 201), "envelopeId")

    def look_up(self, reference: str) -> str | None:
        """The envelope of a transaction id."""
        found = self._asked(f"{self._envelopes}?{urlencode({'transaction_ids': reference})}")
        for each in self._calls.listed(found, "envelopes"):
            return self._calls.text(each, "envelopeId")
        return None

    def state(self, envelope_id: str) -> EnvelopeState:
        """How far the envelope is, with its recipients."""
        found = self._asked(f"{self._of(envelope_id)}?include=recipients")
        word = self._calls.text(found, "status").lower()
        if word not in _STATUSES:
            raise Unavailable(f"{_PARTY} gives a status that is not known: {word}")
        status = _STATUSES[word]
        if word == "voided" and found.get("voidedReason") == _EXPIRED:
            status = SigningSessionStatus.EXPIRED
        recipients = found.get("recipients")
        # Without them nobody has signed, which would end for good what all have signed.
        signers = self._calls.all_listed(recipients if isinstance(recipients, dict) else {}, "signers")
        return EnvelopeState(status, dict(_signed(signers)))

    def signing_url(self, envelope_id: str, signer: EnvelopeSigner, return_url: str) -> str:
        """The recipient view: good once, and for five minutes."""
        wanted = {
            "returnUrl": return_url, "authenticationMethod": "none", "email": signer.email,
            "userName": signer.full_name, "clientUserId": signer.customer_id, "recipientId": str(signer.place),
        }  # fmt: skip
        answer = self._calls.json("POST", f"{self._of(envelope_id)}/views/recipient", wanted)
        if answer.status == 201:
            url = self._calls.object(answer).get("url")
            return url if isinstance(url, str) and url.startswith("https://") else ""
        if code_of(answer) == _OUT_OF_TURN:
            raise FailedPrecondition("somebody else has to sign first", reason="SIGNING_OUT_OF_TURN")
        return ""

    def void(self, envelope_id: str) -> None:
        """Voids the envelope."""
        body = {"status": "voided", "voidedReason": "It is signed in another way, or not needed any more."}
        answer = self._calls.json("PUT", self._of(envelope_id), body)
        if answer.status != 200 and code_of(answer) != _OVER:
            raise Unavailable(f"{_PARTY} answers {answer.status} {code_of(answer)}")

    def signed_document(self, envelope_id: str) -> bytes:
        """The documents of the envelope as one, without the certificate."""
        return self._calls.pdf_at(f"{self._of(envelope_id)}/documents/combined?certificate=false")

    def completion_certificate(self, envelope_id: str) -> bytes:
        """The certificate of completion."""
        return self._calls.pdf_at(f"{self._of(envelope_id)}/documents/certificate")

    def report(self, body: bytes, headers: Mapping[str, str]) -> ProviderReport:
        """What Connect sends: signed over its bytes by one of the keys at least, before a word of it is read."""
        check_size(body)
        if not is_signed(body, headers, self._settings.hmac_keys):
            text = f"{_PARTY}'s signature is missing or wrong"
            raise Unauthenticated(text, reason="SIGNATURE_INVALID", metadata={"provider": "DOCUSIGN"})
        event = reported(body, _PARTY)
        status = _REPORTED.get(word_in(event, "event"))
        return ProviderReport(word_in(event, "data.envelopeId"), status)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    def _of(self, envelope_id: str) -> str:
        return f"{self._envelopes}/{quote(envelope_id, safe='')}"

    def _asked(self, url: str) -> Json:
        answer = self._calls.json("GET", url)
        if _is_limit(answer):
            raise self._calls.turned_away(answer, _LIMIT_SECONDS)
        return self._calls.found(answer)

    def _check_taken(self, answer: Answer) -> None:
        if answer.status in (403, 404) or _is_limit(answer):
            raise self._calls.turned_away(answer, _LIMIT_SECONDS)
        if answer.status >= 400:
            raise EnvelopeRefused(code_of(answer) or str(answer.status))

    def _exchange(self) -> tuple[str, int]:
        settings, now = self._settings, int(time.time())
        audience = settings.login_url.partition("//")[2].rstrip("/")
        claims = {
            "iss": settings.integration_key, "sub": settings.user_id, "aud": audience, "iat": now,
            "exp": now + _LIFETIME, "scope": SCOPE,
        }  # fmt: skip
        key = RSAKey.import_key(settings.key_file.read_text())
        form = {"grant_type": GRANT, "assertion": jwt.encode({"alg": "RS256"}, claims, key, algorithms=["RS256"])}
        headers: Headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        url = settings.login_url.rstrip("/") + TOKEN_PATH
        return self._calls.token(self._calls.bare("POST", url, headers, urlencode(form).encode()))


def is_signed(body: bytes, headers: Mapping[str, str], keys: tuple[bytes, ...]) -> bool:
    """Whether one of the keys signed the body, by any of the headers; takes as long whichever it is, or none."""
    given = [headers[name].encode() for name in SIGNATURES if name in headers]
    made = [base64.b64encode(hmac.digest(key, body, "sha256")) for key in keys]
    fits = [hmac.compare_digest(each, right) for each in given for right in made]
    return any(fits)


def _is_limit(answer: Answer) -> bool:
    return answer.status == 400 and code_of(answer).upper().endswith(_LIMIT)


def _signed(signers: list[Json]) -> Iterator[tuple[int, Signed]]:
    """Who signed, by their place. A sender can put somebody else in a recipient's place while an envelope is out."""
    for each in signers:
        place, at = str(each.get("recipientId", "")), moment(each.get("signedDateTime"))
        if each.get("status") in ("completed", "signed") and place.isdecimal() and at is not None:
            yield int(place), Signed(at, str(each.get("email", "")))


def _definition(envelope: Envelope) -> dict[str, Any]:
    """The envelope as the API takes it; nobody is sent a mail, as a signer with a client user id signs embedded."""
    signers = [
        {
            "email": each.email, "name": each.full_name, "recipientId": str(each.place),
            "routingOrder": str(each.place), "clientUserId": each.customer_id,
        }
        for each in envelope.signers
    ]  # fmt: skip
    return {
        "status": "sent",
        "transactionId": envelope.reference,
        # Who signs is who was named, and what is signed is what was shown, whatever the account lets signers do.
        "allowReassign": "false", "allowMarkup": "false", "enableWetSign": "false",
        "emailSubject": envelope.title[:100],
        "documents": [
            {
                "documentId": "1", "name": f"{envelope.title}.pdf", "fileExtension": "pdf",
                "documentBase64": base64.b64encode(envelope.content).decode(),
            }
        ],
        "recipients": {"signers": signers},
        "notification": {
            "useAccountDefaults": "false",
            "expirations": {"expireEnabled": "true", "expireAfter": str(envelope.days), "expireWarn": "0"},
        },
        "eventNotification": {
            "url": envelope.callback_url, "requireAcknowledgment": "true", "loggingEnabled": "true",
            "includeHMAC": "true", "deliveryMode": "SIM", "events": list(EVENTS),
            "eventData": {"version": "restv2.1", "format": "json"},
        },
    }  # fmt: skip
