"""A stand-in for a bank's payment-initiation API, so that disbursements have somebody to ask.

usage: python -m stack.servers.bank PORT CERTIFICATE KEY AUTHORITY CLIENT

Clients come by TLS with a certificate of AUTHORITY whose SPIFFE id is CLIENT; to any other the answer is 401.

POST /payments with the header Idempotency-Key and {"iban", "amount": {"currency", "amount"}, "reference"} answers
201 {"paymentId", "status": "ACCEPTED" | "REJECTED", "reason"?, "idempotencyKey"}. The same key answers the same payment
again; the same key with another body is 422. An order that makes no sense is 400 {"message"}: it was not taken. An IBAN
ending in 0000 is rejected, as a bank does with a closed account.
POST /payments/cancel with the header Idempotency-Key answers 200 {"idempotencyKey", "status", "paymentId"?}: CANCELLED
when nothing was paid under the key, and then nothing ever is, for an order that arrives under it later is REJECTED;
REJECTED or ACCEPTED, as the order was answered, when it was. Repeated, it answers the same.
GET /payments/{paymentId} shows a payment, GET /health says that the server is up. Payments are held in memory: money is
never moved.
"""

import hashlib
import json
import ssl
import sys
import threading
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from services.runtime.tls import MutualTlsSettings
from stack import pki, probes, programs
from stack.layout import Layout
from stack.servers.secured import Secured

REJECTED_ENDING = "0000"
LARGEST_BODY = 65536


def url(layout: Layout) -> str:
    """The address of the API."""
    return f"https://127.0.0.1:{layout.ports.of('bank')}"


def client(layout: Layout, workload: str = "activation") -> MutualTlsSettings:
    """How a workload reaches it; any but the one client is refused."""
    leaf = layout.pki / workload
    return MutualTlsSettings(layout.pki / "ca.pem", certificate_file=leaf / "tls.pem", key_file=leaf / "tls.key")


def command(layout: Layout) -> list[str]:
    """This module as a program."""
    leaf, client = layout.pki / "bank", pki.spiffe_id("activation")
    files = [str(leaf / "tls.pem"), str(leaf / "tls.key"), str(layout.pki / "ca.pem")]
    return [programs.python(), "-m", __name__, str(layout.ports.of("bank")), *files, client]


def ready(layout: Layout) -> None:
    """Returns when the API answers."""
    probes.port_open(layout.ports.of("bank"))


class Refused(Exception):
    """A request that the bank does not take; carries the HTTP status and the text of the answer."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Bank:
    """Every payment ever ordered, by its id, the idempotency keys seen, and those under which nothing is paid."""

    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, key: str, body: bytes) -> dict[str, Any]:
        """Takes a payment order; the same key and body give the same payment. Refused when it makes no sense."""
        if not key:
            raise Refused(HTTPStatus.BAD_REQUEST, "the header Idempotency-Key is missing")
        with self.lock:
            digest = hashlib.sha256(body).hexdigest()
            if key in self.keys:
                known, payment_id = self.keys[key]
                if known != digest:
                    raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "this Idempotency-Key belongs to another payment")
                return self.payments[payment_id]
            payment = {**self._payment(body), "idempotencyKey": key}
            if key in self.cancelled:
                payment |= {"status": "REJECTED", "reason": "CANCELLED"}
            self.payments[payment["paymentId"]] = payment
            self.keys[key] = (digest, payment["paymentId"])
            return payment

    def cancel(self, key: str) -> dict[str, Any]:
        """Has nothing paid under a key from now on, unless it was: then what became of it. Refused without a key."""
        if not key:
            raise Refused(HTTPStatus.BAD_REQUEST, "the header Idempotency-Key is missing")
        with self.lock:
            if key in self.keys:
                payment = self.payments[self.keys[key][1]]
                return {name: payment[name] for name in ("idempotencyKey", "status", "paymentId")}
            self.cancelled.add(key)
            return {"idempotencyKey": key, "status": "CANCELLED"}

    def _payment(self, body: bytes) -> dict[str, Any]:
        try:
            order = json.loads(body)
            iban = str(order["iban"]).replace(" ", "")
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "the body is not a payment order: iban, amount, reference") from error
        answer: dict[str, Any] = {"paymentId": str(uuid.uuid4()), "status": "ACCEPTED"}
        if iban.endswith(REJECTED_ENDING):
            answer |= {"status": "REJECTED", "reason": "ACCOUNT_CLOSED"}
        return answer


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of the bank."""

    protocol_version = "HTTP/1.1"
    bank = Bank()
    # The SPIFFE id of the one client; empty: anybody, as a test of the books has it.
    client = ""

    def _is_known(self) -> bool:
        """Whether it is the client; answers 401 when not."""
        certificate = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        names = (certificate or {}).get("subjectAltName", ())
        if not self.client or ("URI", self.client) in names:
            return True
        self.close_connection = True
        self._answer(HTTPStatus.UNAUTHORIZED, {"message": "no client of this bank"})
        return False

    def do_GET(self) -> None:
        """Health, or one payment."""
        if not self._is_known():
            return
        payment = self.bank.payments.get(self.path.removeprefix("/payments/"))
        if self.path == "/health":
            self._answer(HTTPStatus.OK, {"status": "UP"})
        elif payment:
            self._answer(HTTPStatus.OK, payment)
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"message": "no such payment"})

    def do_POST(self) -> None:
        """Orders a payment, or takes an order back."""
        if not self._is_known():
            return
        length = int(self.headers.get("Content-Length", "0"))
        if self.path not in ("/payments", "/payments/cancel") or length > LARGEST_BODY:
            self.close_connection = True
            self._answer(HTTPStatus.NOT_FOUND, {"message": "only POST /payments and /payments/cancel, at most 64 KiB"})
            return
        key, body = self.headers.get("Idempotency-Key", ""), self.rfile.read(length)
        try:
            if self.path == "/payments":
                self._answer(HTTPStatus.CREATED, self.bank.order(key, body))
            else:
                self._answer(HTTPStatus.OK, self.bank.cancel(key))
        except Refused as refused:
            self._answer(refused.status, {"message": str(refused)})

    def _answer(self, status: HTTPStatus, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet: the path says nothing and the body is personal data."""


def main(port: str, certificate: str, key: str, authority: str, client: str) -> None:
    """Serves until the process is ended."""
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
    trust.verify_mode = ssl.CERT_REQUIRED
    Handler.client = client
    with Secured(int(port), Handler, trust, certificate, key) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
