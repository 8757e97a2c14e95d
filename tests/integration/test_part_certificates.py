"""The certificates of running parts, renewed under load: the new one is shown, no call fails, and none is for long."""

import smtplib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
from confluent_kafka.admin import AdminClient
from cryptography import x509

from stack import pki
from stack.layout import Layout
from stack.renewer import Renewer
from stack.servers import engines, kafka, openbao, postgres, redis
from tests.waiting import PATIENCE_SECONDS, until

Shown = Callable[[Layout, ssl.SSLContext], bytes]


def _directly(part: str) -> Shown:
    def shown(layout: Layout, trust: ssl.SSLContext) -> bytes:
        with (
            socket.create_connection(("127.0.0.1", layout.ports.of(part)), 5) as plain,
            trust.wrap_socket(plain) as tls,
        ):
            return tls.getpeercert(binary_form=True) or b""

    return shown


def _by_postgres(layout: Layout, trust: ssl.SSLContext) -> bytes:
    with socket.create_connection(("127.0.0.1", layout.ports.of("postgres")), 5) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))
        assert plain.recv(1) == b"S"
        with trust.wrap_socket(plain) as tls:
            return tls.getpeercert(binary_form=True) or b""


def _by_mail(layout: Layout, trust: ssl.SSLContext) -> bytes:
    with smtplib.SMTP("127.0.0.1", layout.ports.of("mail"), timeout=5) as session:
        session.starttls(context=trust)
        assert isinstance(session.sock, ssl.SSLSocket)
        return session.sock.getpeercert(binary_form=True) or b""


def _connects(layout: Layout) -> None:
    with postgres.admin(layout) as connection:
        connection.execute("SELECT 1")


def _lists(layout: Layout) -> None:
    AdminClient(kafka.client(layout, "kyc").client()).list_topics(timeout=PATIENCE_SECONDS)


def _pings(layout: Layout) -> None:
    with redis.client(layout) as found:
        found.ping()


def _asks(layout: Layout) -> None:
    requests.get(
        f"{openbao.url(layout)}/v1/sys/health", verify=str(layout.pki / "ca.pem"), timeout=5
    ).raise_for_status()


def _greets(layout: Layout) -> None:
    with smtplib.SMTP("127.0.0.1", layout.ports.of("mail"), timeout=5) as session:
        session.starttls(context=ssl.create_default_context(cafile=layout.pki / "ca.pem"))
        session.ehlo()


PARTS: dict[str, tuple[Shown, Callable[[Layout], None]]] = {
    "postgres": (_by_postgres, _connects), "kafka": (_directly("kafka"), _lists), "redis": (_directly("redis"), _pings),
    "openbao": (_directly("openbao"), _asks), "mail": (_by_mail, _greets),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_a_part_shows_its_renewed_certificate_and_no_call_fails(layout: Layout, part: str) -> None:
    shown, call = PARTS[part]
    trust = ssl.create_default_context(cafile=layout.pki / "ca.pem")
    trust.load_cert_chain(layout.pki / "kyc" / "tls.pem", layout.pki / "kyc" / "tls.key")
    trust.check_hostname = False
    over, count, failures = threading.Event(), [0], list[str]()

    def work() -> None:
        while not over.is_set():
            try:
                call(layout)
            except Exception as error:
                failures.append(repr(error))
            count[0] += 1

    working, renewer = threading.Thread(target=work), Renewer(layout)
    working.start()
    try:
        for _ in range(3):
            assert renewer.renew(part, anyway=True)
            issued = _serial((layout.pki / part / "tls.pem").read_bytes())
            until(lambda: _seen(shown(layout, trust)) == issued, f"the renewed certificate of {part}")  # noqa: B023
            before = count[0]
            until(lambda: count[0] > before + 2, "calls under the renewed certificate")  # noqa: B023
    finally:
        over.set()
        working.join()
    assert not failures


@pytest.mark.parametrize("name", pki.RENEWED)
def test_whatever_is_renewed_holds_for_hours_and_is_of_its_name(layout: Layout, name: str) -> None:
    role = engines.certificate_role(name)
    assert role["allowed_uri_sans"] == [pki.spiffe_id(name)]
    longest = timedelta(hours=int(str(role["ttl"]).removesuffix("h")))
    # SeaweedFS looks every five hours: a third of its time must be longer than that.
    assert longest <= timedelta(hours=4) or (name in engines.SLOW and longest / 3 > timedelta(hours=5))
    Renewer(layout).renew(name)
    [leaf, *issuers] = x509.load_pem_x509_certificates((layout.pki / name / "tls.pem").read_bytes())
    assert issuers, "it is still of the deploy step"
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= longest + timedelta(minutes=6)


def _seen(certificate: bytes) -> int:
    return x509.load_der_x509_certificate(certificate).serial_number


def _serial(chain: bytes) -> int:
    return x509.load_pem_x509_certificate(chain).serial_number
