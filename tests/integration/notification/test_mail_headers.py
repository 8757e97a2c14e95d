"""What a mail says to mail servers and mail programs: who signed it, and how one leaves."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.api.httpbody_pb2 import HttpBody

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved, KycRejected
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.mailer import SmtpMailer
from services.notification.model import Text
from services.notification.ports import Message, Party
from services.notification.settings import SmtpSettings
from services.notification.unsubscribing import PATH
from services.runtime.errors import NotFound
from services.runtime.ids import new_id
from services.runtime.tls import TlsSettings
from tests.fakes.mail_server import FakeMailServer
from tests.harness import ANONYMOUS
from tests.integration.notification.conftest import Service

TEXTS = ["Body", "Grüße, 250 €", "a line\n.\nanother after a point", "long " * 400, "blanks   \n\n\n at the end  \n\n"]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def dns(key: rsa.RSAPrivateKey) -> Mapping[bytes, bytes]:
    """What the domain of the sender says under the selector."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    body = "".join(public.splitlines()[1:-1])
    return {b"s1._domainkey.loanflow.example.": f"v=DKIM1; k=rsa; p={body}".encode()}


def signing(server: FakeMailServer, key: rsa.RSAPrivateKey, folder: Path) -> SmtpMailer:
    file = folder / "dkim"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    known = server.settings()
    return SmtpMailer(SmtpSettings(known.host, known.port, known.tls, dkim_selector="s1", dkim_file=file))


@pytest.mark.parametrize("body", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("name", ["Anna", "Änna Müßter"])
def test_a_mail_is_signed_and_the_signature_covers_the_way_to_leave(
    mail_server: FakeMailServer, key: rsa.RSAPrivateKey, tmp_path: Path, name: str, body: str
) -> None:
    leave = f"https://edge.example{PATH}{'x' * 120}"
    message = Message(new_id(), Party(name, "anna@example.org"), Text("Für Sie", body, 1), unsubscribe_url=leave)
    signing(mail_server, key, tmp_path).send(message)
    (raw,) = mail_server.contents
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: dns(key).get(name))
    signed = mail_server.mails[0]["dkim-signature"].split("h=")[1].split(";")[0].replace(" ", "").split(":")
    assert {"from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post"} <= set(signed)
    for other in (raw.replace(b"anna@", b"anne@"), raw.replace(b"Subject: ", b"Subject: x"), raw + b"more\r\n"):
        assert not dkim.verify(other, dnsfunc=lambda name, timeout=5: dns(key).get(name))


def test_half_a_signature_is_no_setting(tmp_path: Path) -> None:
    for half in ({"dkim_selector": "s1"}, {"dkim_file": tmp_path}):
        with pytest.raises(ValueError, match="go together"):
            SmtpSettings("127.0.0.1", 25, TlsSettings(plaintext=True), **half)


def leave_token(mail: Any) -> str:
    found = re.fullmatch(rf"<https://edge\.example{PATH}([A-Za-z0-9_-]+)>", mail["list-unsubscribe"])
    assert found and mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    return found[1]


def leave(running: Service, token: str) -> None:
    click = HttpBody(content_type="multipart/form-data; boundary=x", data=b"List-Unsubscribe=One-Click")
    running.client(ANONYMOUS).Unsubscribe(pb.UnsubscribeRequest(unsubscribe_token=token, body=click))


def deliver(running: Service) -> list[Any]:
    running.clock.advance(timedelta(seconds=1))
    while running.deliver():
        pass
    return running.mail_server.mails


def test_one_click_ends_the_mails_of_a_type_and_nothing_else(running: Service) -> None:
    running.happens(KycApproved)
    (mail,) = deliver(running)
    for _ in range(2):
        leave(running, leave_token(mail))
    running.happens(KycApproved)
    running.happens(KycRejected)
    mandatory = deliver(running)[1:]
    assert [str(each["subject"]) for each in mandatory] == ["We cannot approve your application"]
    assert mandatory[0]["list-unsubscribe"] is None
    assert len([each for each in running.inbox() if each.event_type == "kyc.approved"]) == 2


def test_a_link_that_is_none_of_ours_changes_nothing(running: Service, tmp_path: Path) -> None:
    running.happens(KycApproved)
    running.deliver()
    token = leave_token(running.mail_server.mails[0])
    for other in (token[:-4] + "AAAA", "A" * len(token), "A" * 41, token + "AAAA"):
        with pytest.raises(NotFound) as refused:
            leave(running, other)
        assert refused.value.reason == "LINK_INVALID"
    assert running.rows("recipients") == []
