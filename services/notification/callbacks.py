"""What providers report of messages: believed when their signature says that it is they, and when its words are known.

SendGrid's Signed Event Webhook is ECDSA on P-256 over the moment and the body. Twilio's X-Twilio-Signature is HMAC-SHA1
by the auth token, over the address and the parts of the form in the order of their names. A gateway of the lender's own
signs nothing: it reports to an address that it was given with the message, and that this service alone can make.
"""

import base64
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from services.notification.outcomes import Report, Reported
from services.notification.receipt_links import ReceiptLinks
from services.notification.sendgrid import MESSAGE_ID, SendGridSettings
from services.notification.text_answers import TextAnswer
from services.notification.twilio import CALLBACK_PATH, DEAD, DECLINED, TwilioSettings
from services.runtime.errors import InvalidArgument, Unauthenticated

SENDGRID_SIGNATURE = "x-twilio-email-event-webhook-signature"
SENDGRID_TIME = "x-twilio-email-event-webhook-timestamp"
TWILIO_SIGNATURE = "x-twilio-signature"
# More than either sends at once.
_EVENTS, _PARTS = 1000, 100
_PORT, _CODE, _DONE = re.compile(r":[0-9]+$"), re.compile(r"[0-9]{1,6}"), re.compile(r"[0-9]{10}([0-9]{2})?")
# What the operator says who has the message, and what he says of the number (SMPP 3.4, 5.1.3, and appendix B).
_OPERATORS, _OPERATOR_TAKES, _NO_NUMBER = "ESME_", "ESME_ROK", "ESME_RINVDSTADR"
_NEVER_ARRIVES = {"EXPIRED", "DELETED", "UNDELIV", "REJECTD"}
# What an answer may be in beside the alphabet of GSM (SMPP 3.4, 5.2.19).
_CHARSETS = {"3": "latin-1", "8": "utf-16-be"}
# What SendGrid says of a mail that it does not even try, since an earlier one came back.
_DROPPED = {"Bounced Address", "Invalid"}


@dataclass(frozen=True)
class Callbacks:
    """Which providers may report, and under which keys; one that the lender does not use is believed nothing."""

    public_url: str
    sendgrid: SendGridSettings | None = None
    twilio: TwilioSettings | None = None
    receipts: ReceiptLinks | None = None

    def of_sendgrid(self, body: bytes, headers: Mapping[str, str]) -> list[Report]:
        """What a list of events says of messages; Unauthenticated, or InvalidArgument when it is no such list."""
        self._check_sendgrid(body, headers)
        try:
            events = json.loads(body)
        except (ValueError, RecursionError):
            events = None
        if not isinstance(events, list) or len(events) > _EVENTS or not all(isinstance(each, dict) for each in events):
            raise InvalidArgument.field("events", "must be a list of events")
        return [report for event in events for report in _mail_report(event)]

    def of_twilio(self, notification_id: str, body: bytes, headers: Mapping[str, str]) -> list[Report]:
        """What a form says of one message; Unauthenticated, or InvalidArgument when it is no form."""
        fields = _form(body)
        self._check_twilio(f"{CALLBACK_PATH}{notification_id}", fields, headers)
        return list(_sms_report(notification_id, dict(fields)))

    def of_jasmin(self, token: str, body: bytes) -> list[Report]:
        """What a form says of the message that the address is of; Unauthenticated, or InvalidArgument as before."""
        message_id = self.receipts.message_of(token) if self.receipts else None
        if message_id is None:
            raise _unsigned()
        return list(_receipt(message_id, dict(_form(body))))

    def answer_of_jasmin(self, token: str, body: bytes) -> TextAnswer:
        """What a customer answered, in a form; Unauthenticated, or InvalidArgument when it is none, or not readable."""
        if self.receipts is None or not self.receipts.is_of_answers(token):
            raise _unsigned()
        return _answer(dict(_form(body)))

    def _check_sendgrid(self, body: bytes, headers: Mapping[str, str]) -> None:
        key = self.sendgrid.event_key if self.sendgrid else ""
        if not key:
            raise _unsigned()
        public = load_der_public_key(base64.b64decode(key))
        signed = headers.get(SENDGRID_TIME, "").encode() + body
        try:
            signature = base64.b64decode(headers.get(SENDGRID_SIGNATURE, ""), validate=True)
            if not isinstance(public, EllipticCurvePublicKey):
                raise ValueError("the key of the event webhook is on no curve")
            public.verify(signature, signed, ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            raise _unsigned() from None

    def _check_twilio(self, path: str, fields: list[tuple[str, str]], headers: Mapping[str, str]) -> None:
        if self.twilio is None:
            raise _unsigned()
        token, given = self.twilio.auth_token_file.read_text().strip(), headers.get(TWILIO_SIGNATURE, "").encode()
        # Twilio signs an address with a port as it is, or without the port.
        for url in (self.public_url, _PORT.sub("", self.public_url)):
            if hmac.compare_digest(twilio_signature(token, url + path, fields).encode(), given):
                return
        raise _unsigned()


def twilio_signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """How Twilio signs a form to an address."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_PARTS)
    except ValueError:
        raise InvalidArgument.field("form", "must be application/x-www-form-urlencoded") from None


def _unsigned() -> Unauthenticated:
    return Unauthenticated("the provider's signature is missing or wrong", reason="SIGNATURE_INVALID")


def _mail_report(event: Mapping[str, Any]) -> Iterator[Report]:
    """What one event of SendGrid says; nothing of what is only under way, or of mails of other senders."""
    message_id, at = event.get(MESSAGE_ID), _moment(event.get("timestamp"))
    if not _is_id(message_id) or at is None:
        return
    kind, reason = event.get("event"), event.get("reason")
    if kind == "delivered":
        yield Report(str(message_id), Reported.DELIVERED, at)
    elif kind == "bounce":
        # A block is of the day: the server did not like the sender, the network or the content.
        yield Report(str(message_id), Reported.BOUNCED, at, dead=event.get("type") == "bounce")
    elif kind == "dropped":
        yield Report(str(message_id), Reported.BOUNCED, at, dead=reason in _DROPPED)
    elif kind in ("unsubscribe", "group_unsubscribe", "spamreport"):
        yield Report(str(message_id), Reported.DECLINED, at)


def _sms_report(notification_id: str, fields: Mapping[str, str]) -> Iterator[Report]:
    """What one callback of Twilio says; nothing of what is only under way.

    It says when in the operator's receipt alone, which few messages have.
    """
    status, text, at = fields.get("MessageStatus", ""), fields.get("ErrorCode", ""), _minute(fields, "RawDlrDoneDate")
    code = int(text) if _CODE.fullmatch(text) else 0
    if status in ("delivered", "read"):
        yield Report(notification_id, Reported.DELIVERED, at)
    elif status in ("undelivered", "failed"):
        yield Report(notification_id, Reported.BOUNCED, at, dead=code in DEAD)
        if code in DECLINED:
            # They had answered STOP before it went.
            yield Report(notification_id, Reported.DECLINED, None)


def _receipt(notification_id: str, fields: Mapping[str, str]) -> Iterator[Report]:
    """What one delivery receipt of Jasmin says; nothing of what is only under way.

    An operator's own code (`err`) means something else at each, so only a number that is none counts against a number.
    """
    status, at = fields.get("message_status", ""), _minute(fields, "donedate")
    if status == "DELIVRD":
        yield Report(notification_id, Reported.DELIVERED, at)
    elif status in _NEVER_ARRIVES or (status.startswith(_OPERATORS) and status != _OPERATOR_TAKES):
        yield Report(notification_id, Reported.BOUNCED, at, dead=status == _NO_NUMBER)


def _answer(fields: Mapping[str, str]) -> TextAnswer:
    if not fields.get("id") or not fields.get("from"):
        raise InvalidArgument.field("form", "must have the id of the answer and the number that it is from")
    charset = _CHARSETS.get(fields.get("coding", ""))
    try:
        # By its bytes, since what is no ASCII reaches the form in the operator's alphabet.
        content = bytes.fromhex(fields["binary"]).decode(charset) if charset and "binary" in fields else None
    except ValueError:
        raise InvalidArgument.field("form", "must have a message in the alphabet that its coding says") from None
    return TextAnswer(fields["id"], fields["from"], fields.get("content", "") if content is None else content)


def _minute(fields: Mapping[str, str], name: str) -> datetime | None:
    """The time of an operator's receipt, YYMMDDhhmm with or without seconds (SMPP 3.4, appendix B)."""
    said = fields.get(name, "")
    try:
        return datetime.strptime(said[:10], "%y%m%d%H%M").replace(tzinfo=UTC) if _DONE.fullmatch(said) else None
    except ValueError:
        return None


def _moment(timestamp: object) -> datetime | None:
    if not isinstance(timestamp, int | float) or isinstance(timestamp, bool):
        return None
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _is_id(found: object) -> bool:
    try:
        return isinstance(found, str) and str(UUID(found)) == found
    except ValueError:
        return False
