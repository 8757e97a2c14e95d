"""SendGrid, Twilio, Jasmin and FCM in this process: the stand-in of the stack, whose callbacks wait for the test."""

import json
import ssl
import threading
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from services.notification.fcm import FcmSettings
from services.notification.jasmin import JasminSettings
from services.notification.receipt_links import ReceiptLinks
from services.notification.sendgrid import SendGridSettings
from services.notification.twilio import TwilioSettings
from services.runtime.calling.identity import Identity
from stack.layout import write_private
from stack.servers.jasmin_api import JasminGateway
from stack.servers.provider_apis import EXCHANGE_PATH, Callback, Json, Providers
from stack.servers.providers import ACCOUNT, JASMIN_USER, NUMBER, Handler, service_account
from stack.servers.secured import Secured

EDGE = "https://edge.example"
KEY, TOKEN = "SG.a-key-of-a-test", "an-auth-token-of-a-test"
PASSWORD, REPORT_KEY = "a-password-here", "a-key-of-a-test-that-makes-addresses"


class FakeProviders:
    """All of them over TLS on a free port; `callbacks` are those that are to be reported, in their order."""

    def __init__(self, identity: Identity, folder: Path) -> None:
        self._folder, self._authority = folder, identity.authority_file
        self.callbacks: list[Callback] = []
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        handler = type("OwnHandler", (Handler,), {})
        pair = str(identity.certificate_file), str(identity.key_file)
        self._server = Secured(0, handler, trust, *pair)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        self.apis = providers(self.callbacks.append, f"{self.url}{EXCHANGE_PATH}")
        handler.providers = self.apis  # type: ignore[attr-defined]
        self.gateway = gateway(self.callbacks.append)
        self.gateway.answers = ReceiptLinks(self.jasmin().report_key_file, EDGE).of_answers()
        handler.jasmin = self.gateway  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def messages(self) -> list[Json]:
        """What was taken."""
        return self.apis.messages

    def sendgrid(self) -> SendGridSettings:
        """How to reach the one."""
        return SendGridSettings(
            self._file("sendgrid", KEY), event_key=self.apis.event_key(), url=self.url, trust_file=self._authority
        )

    def twilio(self) -> TwilioSettings:
        """How to reach the other."""
        token = self._file("twilio", TOKEN)
        return TwilioSettings(ACCOUNT, token, NUMBER, url=self.url, trust_file=self._authority)

    def jasmin(self) -> JasminSettings:
        """How to reach the gateway."""
        password, key = self._file("jasmin", PASSWORD), self._file("jasmin-reports", REPORT_KEY)
        return JasminSettings(JASMIN_USER, password, NUMBER, key, self.url, self._authority)

    def fcm(self, **changed: Any) -> FcmSettings:
        """How to reach the third, under a service account that may be changed."""
        account = self._file("fcm", json.dumps({**self.apis.fcm_account, **changed}))
        return FcmSettings(account, url=self.url, trust_file=self._authority)

    def stop(self) -> None:
        """Ends."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _file(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.unlink(missing_ok=True)
        write_private(path, text)
        return path


def gateway(report: Any = lambda _: None) -> JasminGateway:
    """The stand-in of a gateway without a server."""
    return JasminGateway(JASMIN_USER, PASSWORD, report)


def providers(report: Any = lambda _: None, token_uri: str = "https://localhost/token") -> Providers:
    """The stand-in without a server."""
    return Providers(
        sendgrid_key=KEY, sendgrid_signing=ec.generate_private_key(ec.SECP256R1()),
        sendgrid_callback=f"{EDGE}/api/v1/notifications/callbacks/sendgrid", twilio_account=ACCOUNT,
        twilio_token=TOKEN, fcm_account=service_account(token_uri), report=report,
    )  # fmt: skip
