"""What becomes of an e-mail: sent once, whichever part dies or is away in between."""

import ssl
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import grpc
import pytest

from loanflow.customer.v1 import customer_service_pb2 as customer_pb
from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerRegistered
from loanflow.customer.v1.customer_pb2 import Party as PartyMessage
from loanflow.customer.v1.customer_service_pb2_grpc import CustomerServiceServicer
from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from loanflow.notification.v1.notification_pb2 import NotificationStatus
from services.notification.delivery import LEASE, RETRY
from services.notification.dispatch import Dispatcher
from services.notification.mailer import RedisDeliveryClaims, SmtpMailer
from services.notification.model import MAX_REFUSALS, Channel, Text
from services.notification.peers import CustomerPeer
from services.notification.ports import DeliveryClaim, Message, Party, Refused
from services.notification.redis import Redis, RedisSettings
from services.notification.settings import SmtpSettings
from services.runtime.calling import clients
from services.runtime.errors import NotFound, Unavailable
from services.runtime.ids import new_id
from services.runtime.tls import TlsSettings
from tests.fakes.mail_server import FakeMailServer, page, plain
from tests.harness import Mesh, Servers
from tests.integration.notification.conftest import Service
from tests.waiting import until

CUSTOMER = new_id()
ANNA = Party("Änna Muster", "anna@example.org", "+353861234567")


def message(to: Party = ANNA, body: str = "Body") -> Message:
    return Message(new_id(), to, Text("Subject", body, 1))


def status(running: Service) -> str:
    (mail,) = running.mails()
    return NotificationStatus.Name(mail.status).removeprefix("NOTIFICATION_STATUS_")


def test_a_mail_is_sent_once_with_proper_headers(running: Service) -> None:
    running.happens(KycApproved)
    assert running.deliver()
    assert not running.deliver()
    (mail,), (row,) = running.mail_server.mails, running.mails()
    assert status(running) == "SENT"
    assert parseaddr(mail["to"]) == ("Anna Muster", f"a.{running.customer_id}@example.org")
    assert (mail["subject"], mail["from"]) == (row.subject, "LoanFlow <no-reply@loanflow.example>")
    assert mail["message-id"] == f"<{row.notification_id}@loanflow.example>"
    assert mail["date"].datetime.tzinfo is not None
    assert mail["auto-submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert plain(mail).startswith("Dear Anna Muster,")
    resource = f"https://edge.example/api/v1/applications/{running.application_id}/timeline"
    assert f'href="{resource}"' in page(mail) and resource in plain(mail)
    assert f"Reference of your application: {running.application_id}" in plain(mail)


def test_what_the_server_refuses_for_good_fails(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.answer = "550 no such mailbox"
    assert running.deliver()
    assert status(running) == "FAILED"


def test_what_the_server_refuses_for_now_is_tried_again_until_it_is_given_up(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.answer = "451 later"
    for _ in range(MAX_REFUSALS):
        assert status(running) == "PENDING"
        assert running.deliver()
        assert not running.deliver()
        running.clock.advance(timedelta(minutes=15))
    assert status(running) == "GIVEN_UP"


def test_a_refusal_for_now_delays_the_mail(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.answer = "451 later"
    running.deliver()
    running.mail_server.answer = "250 kept"
    running.clock.advance(timedelta(seconds=2))
    assert running.deliver()
    assert (status(running), len(running.mail_server.mails)) == ("SENT", 1)


def test_mails_of_a_customer_go_out_in_their_order_and_no_one_elses_waits(running: Service) -> None:
    running.happens(CustomerRegistered)
    running.mail_server.answer = "451 later"
    assert running.deliver()
    running.mail_server.answer = "250 kept"
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    own, running.customer_id, running.application_id = running.customer_id, new_id(), new_id()
    running.happens(KycApproved)
    assert running.deliver()
    assert not running.deliver()
    assert [parseaddr(mail["to"])[1] for mail in running.mail_server.mails] == [f"a.{running.customer_id}@example.org"]
    running.customer_id = own
    running.clock.advance(timedelta(seconds=2))
    while running.deliver():
        pass
    assert [str(mail["subject"]) for mail in running.mail_server.mails[1:]] == [
        row.subject for row in running.mails()[::-1]
    ]


def test_a_mail_that_fails_for_good_lets_the_next_one_go(running: Service) -> None:
    running.happens(CustomerRegistered)
    running.mail_server.answer = "550 no such mailbox"
    assert running.deliver()
    running.mail_server.answer = "250 kept"
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    assert running.deliver()
    assert len(running.mail_server.mails) == 1


def test_a_mail_that_breaks_the_mailer_holds_up_no_other(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    running.happens(KycApproved)
    broken, running.customer_id = running.customer_id, new_id()
    running.clock.advance(timedelta(seconds=1))
    running.happens(KycApproved)
    send = SmtpMailer.send

    def breaks(mailer: SmtpMailer, sent: Message) -> tuple[str, ...]:
        if broken in sent.to.email:
            raise RuntimeError("of this one alone")
        return send(mailer, sent)

    monkeypatch.setattr(SmtpMailer, "send", breaks)
    for _ in range(MAX_REFUSALS):
        while running.deliver():
            pass
        running.clock.advance(timedelta(minutes=15))
    assert [row["status"] for row in sorted(running.rows("notifications"), key=lambda row: row["create_time"])
            if row["channel"] == "EMAIL"] == ["GIVEN_UP", "SENT"]  # fmt: skip


def test_while_the_customer_service_is_away_the_mail_waits(running: Service) -> None:
    running.happens(KycApproved)
    running.parties.away = True
    with pytest.raises(Unavailable):
        running.deliver()
    assert status(running) == "PENDING"
    running.parties.away = False
    running.clock.advance(RETRY)
    assert running.deliver()
    assert status(running) == "SENT"


def test_while_the_mail_server_is_away_the_mail_waits(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.stop()
    with pytest.raises(Unavailable):
        running.deliver()
    running.mail_server.start()
    running.clock.advance(RETRY)
    assert running.deliver()
    assert (status(running), running.rows("notifications")[0]["refusals"]) == ("SENT", 0)


def test_no_one_is_mailed_who_is_erased(running: Service) -> None:
    running.happens(KycApproved)
    running.parties.erased.add(running.customer_id)
    assert running.deliver()
    assert status(running) == "FAILED"
    assert running.mail_server.mails == []


def test_an_erasure_while_a_mail_is_in_hand_is_no_failure(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    running.happens(KycApproved)
    party = running.parties.party

    def erased_meanwhile(customer_id: str) -> Party:
        running.happens(CustomerErased)
        return party(customer_id)

    monkeypatch.setattr(running.parties, "party", erased_meanwhile)
    assert running.deliver()
    assert running.rows("notifications") == []


def test_a_crash_between_sending_and_noting_it_does_not_send_twice(
    running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.happens(KycApproved)
    with monkeypatch.context() as broken:
        broken.setattr("services.notification.store.Notifications.get", _break)
        with pytest.raises(RuntimeError):
            running.deliver()
    assert (status(running), len(running.mail_server.mails)) == ("PENDING", 1)
    assert not running.deliver()
    running.clock.advance(LEASE)
    assert running.deliver()
    assert (status(running), len(running.mail_server.mails)) == ("SENT", 1)


def test_a_server_that_ends_badly_after_it_took_the_mail_does_not_get_it_twice(running: Service) -> None:
    running.happens(KycApproved)
    running.mail_server.farewell = "421 going down"
    assert running.deliver()
    assert (status(running), len(running.mail_server.mails)) == ("SENT", 1)


def test_redis_that_goes_away_while_a_mail_is_sent_does_not_have_it_sent_twice(
    running: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.happens(KycApproved)
    monkeypatch.setattr(RedisDeliveryClaims, "finish", _away)
    assert running.deliver()
    assert (status(running), len(running.mail_server.mails)) == ("SENT", 1)


def _away(*_: Any) -> None:
    raise Unavailable("redis is out of reach")


def _break(*_: Any) -> None:
    raise RuntimeError("the process dies here")


def test_a_mail_that_another_replica_has_in_hand_is_left_to_it(running: Service) -> None:
    running.happens(KycApproved)
    assert RedisDeliveryClaims(running.redis).take(running.mails()[0].notification_id) is DeliveryClaim.MINE
    assert running.deliver()
    assert (status(running), running.mail_server.mails) == ("PENDING", [])


def test_without_redis_no_mail_is_sent(running: Service) -> None:
    claims = RedisDeliveryClaims(Redis(RedisSettings("127.0.0.1", 1, TlsSettings(plaintext=True))))
    for step in (claims.take, claims.finish, claims.give_back):
        with pytest.raises(Unavailable):
            step(new_id())


def test_the_dispatcher_delivers_what_it_is_woken_for(running: Service) -> None:
    dispatcher = Dispatcher(running.delivery, Channel.EMAIL, seconds=3600)
    dispatcher.start()
    time.sleep(0.1)
    running.happens(KycApproved)
    dispatcher.wake()
    until(lambda: status(running) == "SENT")
    dispatcher.stop()
    assert len(running.mail_server.mails) == 1


def test_the_dispatcher_outlives_outages(running: Service) -> None:
    running.happens(KycApproved)
    running.parties.away = True
    dispatcher = Dispatcher(running.delivery, Channel.EMAIL, seconds=0.02)
    dispatcher.start()
    time.sleep(0.2)
    running.parties.away = False
    running.clock.advance(RETRY)
    until(lambda: status(running) == "SENT")
    assert dispatcher.alive()
    dispatcher.stop()
    assert len(running.mail_server.mails) == 1


def test_a_mail_server_that_wants_encryption_or_a_log_in_it_does_not_offer_is_no_refusal(
    mail_server: FakeMailServer, mesh: Mesh
) -> None:
    known, authority = mail_server.settings(), mesh.identity("notification").authority_file
    for settings in (
        SmtpSettings(known.host, known.port, TlsSettings(authority), user="loanflow", password_file=authority),
        SmtpSettings(known.host, known.port, TlsSettings(plaintext=True), user="loanflow"),
    ):
        with pytest.raises(Unavailable) as away:
            SmtpMailer(settings).send(message())
        assert not isinstance(away.value, Refused)


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: x@example.org"])
def test_an_address_that_is_none_is_refused_for_good(mail_server: FakeMailServer, address: str) -> None:
    with pytest.raises(Refused) as refused:
        SmtpMailer(mail_server.settings()).send(message(Party("Anna", address)))
    assert refused.value.permanent
    assert mail_server.mails == []


@pytest.mark.parametrize("name", ["Änna Müßter", "Muster, Anna", 'A "quoted" name', "two\r\nlines"])
def test_any_name_makes_a_good_mail(mail_server: FakeMailServer, name: str) -> None:
    SmtpMailer(mail_server.settings()).send(message(Party(name, "anna@example.org"), "Grüße, 250 €"))
    (mail,) = mail_server.mails
    assert mail["to"].addresses[0].display_name == " ".join(name.split())
    assert mail["to"].addresses[0].addr_spec == "anna@example.org"
    assert "Grüße, 250 €" in plain(mail)
    assert "Grüße, 250 €" in page(mail)


def test_mail_goes_encrypted_and_under_a_log_in_when_the_settings_say_so(mesh: Mesh, tmp_path: Path) -> None:
    identity = mesh.identity("notification")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(identity.certificate_file, identity.key_file)
    server = FakeMailServer(tls, ("loanflow", "secret"))
    server.start()
    for password, taken in (("wrong", 0), ("secret", 1)):
        (tmp_path / password).write_text(password)
        settings = replace(
            server.settings(), tls=TlsSettings(identity.authority_file), user="loanflow",
            password_file=tmp_path / password,
        )  # fmt: skip
        with nullcontext() if taken else pytest.raises(Unavailable):
            SmtpMailer(settings).send(message())
        assert len(server.mails) == taken
    stranger = Mesh(tmp_path).identity("notification")
    with pytest.raises(Unavailable):
        SmtpMailer(replace(settings, tls=TlsSettings(stranger.authority_file))).send(message())
    server.stop()


class _Customers(CustomerServiceServicer):
    """One customer; no call asks for more than the party."""

    def GetParty(  # noqa: N802 - the name is the contract's
        self, request: customer_pb.GetPartyRequest, context: grpc.ServicerContext
    ) -> customer_pb.GetPartyResponse:
        if request.customer_id != CUSTOMER:
            raise NotFound("no such customer")
        return customer_pb.GetPartyResponse(
            party=PartyMessage(full_name=ANNA.full_name, email=ANNA.email, phone=ANNA.phone)
        )


def test_the_address_comes_from_the_customer_service(running: Service, mesh: Mesh, client_for: Servers) -> None:
    customers: type[Any] = _Customers
    for name in vars(CustomerServiceServicer):
        if name[0].isupper() and name not in vars(customers):
            setattr(customers, name, lambda *_: pytest.fail("an unexpected call"))
    target = client_for.serve(customers(), owners={"customer_id": lambda _: ""}, store=running.database).target
    with clients.channel("tested", target, mesh.identity("notification")) as channel:
        peer = CustomerPeer(channel)
        assert peer.party(CUSTOMER) == ANNA
        with pytest.raises(NotFound):
            peer.party(new_id())
