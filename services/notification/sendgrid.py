"""Mail by SendGrid: the v3 Mail Send API."""

from base64 import b64encode
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from services.notification.mails import Letterhead
from services.notification.ports import Enclosure, Message, Refused
from services.notification.provider_calls import ByHttp, ProviderCalls, check_url, key_in, read, unknown_key
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable

_PARTY = "SendGrid"
# What its events say again: which message they are about.
MESSAGE_ID = "notification_id"
_TOO_LARGE = 413
# The parts of a mail that are of one mail alone; all mails share the others, such as the sender.
_OF_MAIL = frozenset({"personalizations", "subject", "content", "headers", "attachments"})


@dataclass(frozen=True)
class SendGridSettings:
    """The account, and the public key (base64, as the console shows it) that its event webhook is signed with.

    Without that key nothing that is reported is believed. `trust_file` is for a gateway of the lender's own.
    """

    api_key_file: Path
    from_address: str = "LoanFlow <no-reply@loanflow.example>"
    event_key: str = ""
    url: str = "https://api.sendgrid.com"
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and messages could be read on their way."""
        check_url(self.url)


class SendGridMailer(ByHttp):
    """ports.Channel at SendGrid."""

    def __init__(self, settings: SendGridSettings, letterhead: Letterhead | None = None) -> None:
        self._settings, self._letterhead = settings, letterhead or Letterhead()
        self._calls = ProviderCalls(_PARTY, settings.url, settings.timeout, settings.trust_file)

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands one mail over."""
        key = key_in(_PARTY, self._settings.api_key_file)
        answer = self._calls.json("/v3/mail/send", self._mail(message), {"Authorization": f"Bearer {key}"})
        if answer.status == 202:
            return ()
        if answer.status in (401, 403):
            raise unknown_key(_PARTY, answer)
        raise refusal(answer)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    def _mail(self, message: Message) -> dict[str, Any]:
        made = self._letterhead.mail(message)
        name, address = parseaddr(self._settings.from_address)
        to = {"email": message.to.email, **({"name": message.to.full_name} if message.to.full_name else {})}
        return {
            "personalizations": [{"to": [to], "custom_args": {MESSAGE_ID: message.message_id}}],
            "from": {"email": address, "name": name},
            "subject": message.text.subject,
            "content": [{"type": "text/plain", "value": made.text}, {"type": "text/html", "value": made.html}],
            **({"headers": message.headers} if message.headers else {}),
            **({"attachments": [*map(_attachment, message.enclosures)]} if message.enclosures else {}),
            # Links of a bank lead where they say, and no picture says that a mail was read.
            "tracking_settings": {
                "click_tracking": {"enable": False}, "open_tracking": {"enable": False},
                "subscription_tracking": {"enable": False},
            },
            # What must be notified goes also to those who want nothing else; to a dead address it does not.
            "mail_settings": {"bypass_unsubscribe_management": {"enable": message.mandatory}},
        }  # fmt: skip


def _attachment(enclosure: Enclosure) -> dict[str, str]:
    return {
        "content": b64encode(enclosure.content).decode(), "type": enclosure.content_type, "filename": enclosure.name,
        "disposition": "attachment",
    }  # fmt: skip


def refusal(answer: Answer) -> Unavailable:
    """What an answer means that takes no mail.

    A mail is lost for good by what is said of a part of it alone. Anything else, such as the sender or what the account
    may do, is the lender's, which all mails share: it holds them up until the lender has mended it.
    """
    errors = read(answer).get("errors")
    found = [each.get("field") for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    fields = [each for each in found if isinstance(each, str)]
    if answer.status == _TOO_LARGE or (fields and all(each.partition(".")[0] in _OF_MAIL for each in fields)):
        return Refused(permanent=True, dead=any(each.startswith("personalizations.0.to") for each in fields))
    return Unavailable(f"{_PARTY} answers {answer.status}, and not for the mail: may the account and its sender send?")
