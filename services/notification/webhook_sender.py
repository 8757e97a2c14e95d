"""Messages to partners' addresses, by the Standard Webhooks specification."""

import secrets as chance
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from functools import partial

from standardwebhooks import Webhook

from services.notification.ports import Reply, Signed
from services.notification.webhook_model import WebhookAttemptResult
from services.runtime.calling.addresses import (
    AddressRefused,
    Resolve,
    allowed,
    is_public,
    is_public_or_loopback,
    resolve,
)
from services.runtime.calling.outside import OutsideHttp
from services.runtime.errors import Unavailable

# Of the specification 24 to 64.
SECRET_BYTES = 32
# What an address answers is not looked at, beyond its status.
_ANSWER_BYTES = 16 * 1024


@dataclass(frozen=True)
class WebhookSettings:
    """How partners are called: for `timeout` seconds at most. `development` also calls this machine, by plain HTTP."""

    timeout: float = 10.0
    development: bool = False


def new_secret() -> str:
    """A secret of a webhook."""
    return f"whsec_{b64encode(chance.token_bytes(SECRET_BYTES)).decode()}"


class HttpSender:
    """ports.Sender over HTTPS."""

    def __init__(self, settings: WebhookSettings, trust: ssl.SSLContext | None = None, ask: Resolve = resolve) -> None:
        allows = is_public_or_loopback if settings.development else is_public
        self._http = OutsideHttp(
            "the webhook", settings.timeout, _ANSWER_BYTES, trust, partial(allowed, allows=allows, ask=ask)
        )

    def send(self, url: str, message: Signed) -> Reply:
        """Hands a message over."""
        begun = time.monotonic()
        result, status = self._sent(url, message)
        return Reply(result, status, int((time.monotonic() - begun) * 1000))

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _sent(self, url: str, message: Signed) -> tuple[WebhookAttemptResult, int]:
        try:
            answer = self._http.call("POST", url, _headers(message), message.body.encode())
        except AddressRefused:
            return WebhookAttemptResult.ADDRESS_REFUSED, 0
        except Unavailable:
            return WebhookAttemptResult.NO_ANSWER, 0
        taken = 200 <= answer.status <= 299
        return WebhookAttemptResult.TAKEN if taken else WebhookAttemptResult.REFUSED, answer.status


def _headers(message: Signed) -> dict[bytes | str, bytes | str]:
    signed = [Webhook(each).sign(message.message_id, message.time, message.body) for each in message.secrets]
    return {
        "content-type": "application/json",
        "user-agent": "LoanFlow-Webhooks/1",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(int(message.time.timestamp())),
        "webhook-signature": " ".join(signed),
    }
