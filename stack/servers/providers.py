"""A stand-in for the companies that carry messages and pages, for a credit bureau, and for providers of signatures.

usage: python -m stack.servers.providers PORT FOLDER CERTIFICATE KEY AUTHORITY SECRETS CALLBACK

It speaks the APIs of SendGrid, Twilio and Firebase Cloud Messaging by TLS (provider_apis.py says what becomes of which
message), of Jasmin (jasmin_api.py), PagerDuty (pagerduty_api.py), Equifax (bureau_api.py), DocuSign (docusign_api.py)
and Adobe Acrobat Sign (adobe_sign_api.py), keeps the messages that it takes as JSON files in FOLDER, and reports to the
edge, whose public address is CALLBACK, with the signatures of the real ones. Its keys are files of SECRETS.
"""

import json
import queue
import ssl
import sys
import threading
import time
import uuid
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.notification.receipt_links import ReceiptLinks
from stack import probes, programs
from stack.layout import Layout, write_private
from stack.servers import adobe_sign_api, bureau_api, docusign_api, jasmin_api, pagerduty_api
from stack.servers.adobe_sign_api import AdobeSignApi
from stack.servers.bureau_api import CreditBureau
from stack.servers.docusign_api import DocuSignApi
from stack.servers.jasmin_api import JasminGateway
from stack.servers.pagerduty_api import PagerDuty
from stack.servers.provider_apis import EXCHANGE_PATH, Callback, Providers, Reply
from stack.servers.secured import Secured

ACCOUNT, NUMBER, PROJECT = "AC00000000000000000000000000000000", "+353155501000", "loanflow-stand-in"
BUREAU_CLIENT, BUREAU_MEMBER = "loanflow-stand-in", "999XX12345"
# The integration, its user and the account at DocuSign, and the application at Adobe.
DOCUSIGN = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b", "stand-in")
ADOBE_CLIENT, ADOBE_CALLBACK = "CBJCHBCAABAAstandin", "/api/v1/agreement/callbacks/adobe-sign"
SENDGRID_CALLBACK = "/api/v1/notifications/callbacks/sendgrid"
LARGEST_BODY = 4 << 20
# Where a signer signs; a token of theirs follows.
SIGNING = "/signing/"
JASMIN_USER = "loanflow"
# The secret that is the password of that user, and how many characters Jasmin takes.
JASMIN, JASMIN_CHARACTERS = "jasmin", 16
# The file of the address that its HTTP client connector is configured with.
JASMIN_ANSWERS = "jasmin-answers"
# The secret that is the key of PagerDuty's integration.
PAGERDUTY = "pagerduty"
_KEYS, TOKENS = "provider-keys", (
    "twilio", "sendgrid", "equifax-client", "equifax-member", "docusign-hmac", "adobe-client", "adobe-refresh",
)  # fmt: skip
# So often, and so far apart in seconds, is a callback tried that is not taken; a real provider does so for a day.
_TRIES, _PAUSE = 20, 0.5


def url(layout: Layout) -> str:
    """The address of all the APIs."""
    return f"https://localhost:{layout.ports.of('providers')}"


def kept(layout: Layout) -> Path:
    """The folder of what was taken: JSON files, whose names sort by time of arrival."""
    return layout.state / "messages"


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    leaf = layout.pki / "providers"
    place = [str(layout.ports.of("providers")), str(kept(layout))]
    pair = [str(leaf / "tls.pem"), str(leaf / "tls.key"), str(layout.pki / "ca.pem")]
    secrets = str(layout.folder(_KEYS))
    return [programs.python(), "-m", __name__, *place, *pair, secrets, _edge(layout)]


def _edge(layout: Layout) -> str:
    """Where callbacks go."""
    return f"https://localhost:{layout.ports.of('edge tls')}"


def prepare(layout: Layout) -> None:
    """Makes the folder, closed to others, and the keys that are no random texts."""
    layout.folder(kept(layout).name)
    keys(layout)
    for name in (*TOKENS, "fcm", "sendgrid-events", "docusign-key", PAGERDUTY, JASMIN):
        layout.lend(name, _KEYS)
    answers = ReceiptLinks(layout.secret_file("jasmin-reports"), _edge(layout)).of_answers()
    write_private(layout.folder(_KEYS) / JASMIN_ANSWERS, answers)


def keys(layout: Layout) -> None:
    """Makes, once, what a customer of these companies gets from them: keys and tokens, the service account of FCM."""
    for name in TOKENS:
        layout.secret_file(name)
    folder = layout.secret_file("twilio").parent
    if not (folder / "fcm").exists():
        write_private(folder / "fcm", json.dumps(service_account(f"{url(layout)}{EXCHANGE_PATH}")))
    if not (folder / "sendgrid-events").exists():
        write_private(folder / "sendgrid-events", _pem(ec.generate_private_key(ec.SECP256R1())))
    if not (folder / "docusign-key").exists():
        write_private(folder / "docusign-key", _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    if not (folder / PAGERDUTY).exists():
        write_private(folder / PAGERDUTY, token_hex(pagerduty_api.KEY_CHARACTERS // 2))
    if not (folder / JASMIN).exists():
        write_private(folder / JASMIN, token_hex(JASMIN_CHARACTERS // 2))


def service_account(token_uri: str) -> dict[str, str]:
    """The file that Google's console gives for a service account."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account", "project_id": PROJECT, "private_key_id": uuid.uuid4().hex, "private_key": _pem(key),
        "client_email": f"push@{PROJECT}.iam.gserviceaccount.example", "token_uri": token_uri,
    }  # fmt: skip


def event_key(layout: Layout) -> str:
    """The public key of SendGrid's event webhook."""
    return _providers(layout.secret_file("twilio").parent, "").event_key()


def ready(layout: Layout) -> None:
    """Returns when the APIs answer."""
    probes.port_open(layout.ports.of("providers"))


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _bureau(secrets: Path) -> CreditBureau:
    client, member = (secrets / name for name in ("equifax-client", "equifax-member"))
    return CreditBureau(BUREAU_CLIENT, client.read_text(), BUREAU_MEMBER, member.read_text())


def _signatures(secrets: Path, port: str, callback: str, report: "Reporter") -> tuple[DocuSignApi, AdobeSignApi]:
    """The providers of signatures, whose addresses are those of this process."""
    own = f"https://localhost:{port}"
    texts = {name: (secrets / name).read_text() for name in ("docusign-key", "adobe-client", "adobe-refresh")}

    def hmac_keys() -> list[str]:
        return (secrets / "docusign-hmac").read_text().split()

    docusign = DocuSignApi(*DOCUSIGN, texts["docusign-key"], hmac_keys, own, report)
    adobe = AdobeSignApi(
        ADOBE_CLIENT, texts["adobe-client"], texts["adobe-refresh"], own, f"{callback}{ADOBE_CALLBACK}", report
    )
    return docusign, adobe


@cache
def _providers(secrets: Path, callback: str) -> Providers:
    signing = load_pem_private_key((secrets / "sendgrid-events").read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    return Providers(
        sendgrid_key=(secrets / "sendgrid").read_text(), sendgrid_signing=signing,
        sendgrid_callback=f"{callback}{SENDGRID_CALLBACK}", twilio_account=ACCOUNT,
        twilio_token=(secrets / "twilio").read_text(), fcm_account=json.loads((secrets / "fcm").read_text()),
        report=lambda _: None,
    )  # fmt: skip


class Reporter:
    """Sends callbacks, one after another, in a thread; what the edge does not take is tried again for a while."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._waiting: queue.Queue[tuple[Callback, int]] = queue.Queue()
        self._client = httpx.Client(verify=trust, timeout=10)
        threading.Thread(target=self._run, name="callbacks", daemon=True).start()

    def __call__(self, callback: Callback) -> None:
        """Has one sent."""
        self._waiting.put((callback, _TRIES))

    def _run(self) -> None:
        while True:
            callback, tries = self._waiting.get()
            with suppress(httpx.HTTPError):
                if self._is_taken(callback):
                    continue
            if tries > 1:
                time.sleep(_PAUSE)
                self._waiting.put((callback, tries - 1))

    def _is_taken(self, callback: Callback) -> bool:
        answer = self._client.post(callback.url, content=callback.body, headers=dict(callback.headers))
        # Adobe wants the name of the application back.
        named = callback.headers.get(adobe_sign_api.CLIENT_ID)
        is_named = named in (None, answer.headers.get(adobe_sign_api.CLIENT_ID))
        return answer.is_success and is_named and callback.acknowledged in (b"", answer.content)


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of the providers."""

    protocol_version = "HTTP/1.1"
    providers: Providers
    jasmin: JasminGateway
    pagerduty: PagerDuty
    bureau: CreditBureau
    docusign: DocuSignApi
    adobe: AdobeSignApi

    def do_GET(self) -> None:
        """What is read again, and a signer who comes to sign."""
        if self.path.startswith(SIGNING):
            return self._answer(self._signer(self.path.removeprefix(SIGNING)))
        self._answer(self._asked("GET", b""))

    def do_POST(self) -> None:
        """Any call that brings something."""
        self._bringing("POST")

    def do_PUT(self) -> None:
        """Any call that changes something."""
        self._bringing("PUT")

    def _bringing(self, method: str) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > LARGEST_BODY:
            self.close_connection = True
            return self.send_error(413)
        self._answer(self._asked(method, self.rfile.read(length)))

    def _signer(self, token: str) -> Reply:
        """Has a signer do what becomes of their envelope, and leads them back."""
        for room in (self.docusign.room, self.adobe.room):
            if (back := room.opened(token)) is not None:
                return Reply(HTTPStatus.FOUND, None, {"Location": back})
        return Reply(HTTPStatus.GONE, {"message": "this address was used, or is another's"})

    def _asked(self, method: str, body: bytes) -> Reply | None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if docusign_api.serves(self.path):
            return self.docusign.answer(method, self.path, headers, body)
        if adobe_sign_api.serves(self.path):
            return self.adobe.answer(method, self.path, headers, body)
        if bureau_api.serves(self.path):
            return self.bureau.answer(method, self.path, headers, body)
        if jasmin_api.serves(self.path):
            return self.jasmin.answer(body)
        if self.path == pagerduty_api.PATH:
            return self.pagerduty.answer(headers, body)
        return self.providers.answer(self.path, headers, body)

    def _answer(self, reply: Reply | None) -> None:
        if reply is None:
            # The connection ends, and nobody knows what became of the call.
            self.close_connection = True
            return
        content = reply.content if reply.body is None else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet: what is sent is personal data."""


def main(port: str, folder: str, certificate: str, key: str, authority: str, secrets: str, callback: str) -> None:
    """Serves until the process is ended."""
    providers = _providers(Path(secrets), callback)
    providers.report = report = Reporter(ssl.create_default_context(cafile=authority))

    def keep(message: dict[str, Any]) -> None:
        path = Path(folder) / f"{time.time_ns()}-{message['channel']}.json"
        write_private(path, json.dumps(message))

    providers.keep = keep
    Handler.providers, Handler.bureau = providers, _bureau(Path(secrets))
    Handler.docusign, Handler.adobe = _signatures(Path(secrets), port, callback, report)
    answers = (Path(secrets) / JASMIN_ANSWERS).read_text()
    Handler.jasmin = JasminGateway(JASMIN_USER, (Path(secrets) / JASMIN).read_text(), report, keep, answers)
    Handler.pagerduty = PagerDuty((Path(secrets) / PAGERDUTY).read_text(), keep)
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with Secured(int(port), Handler, trust, certificate, key) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
