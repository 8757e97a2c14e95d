"""The connections over which mails go: one for a batch as long as the server keeps it, and another when it does not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from loanflow.kyc.v1.kyc_events_pb2 import KycApproved
from services.notification.delivery import BATCH
from services.notification.mailer import SmtpMailer
from services.notification.model import Channel, Text
from services.notification.ports import Message, Party, Refused
from services.notification.settings import SmtpSettings
from services.runtime import context
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.tls import TlsSettings
from tests.fakes.hostile import hostile
from tests.integration.notification.conftest import Service

# How a server ends a connection that has had as many mails as it takes: at once, or at the next command of that name.
AT_ONCE, WITHOUT_A_WORD = "at once", "at MAIL, without a word"
_ANSWERS = {b"EHLO": b"250 mail.example", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok"}


@dataclass
class MailServer:
    """Takes `most` mails by a connection and then ends it, in its way; `talks` has the commands of each connection.

    Mails to `nobody` are refused. With `swallows` the connection ends once it has a mail, and before it says so.
    """

    most: int = 1000
    ends: str | bytes = AT_ONCE
    swallows: bool = False
    talks: list[list[bytes]] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    def __call__(self, connection: socket.socket) -> None:
        talk, had = list[bytes](), 0
        self.talks.append(talk)
        file = connection.makefile("rwb", buffering=0)
        file.write(b"220 mail.example\r\n")
        while line := file.readline().rstrip():
            word = line[:4].upper()
            talk.append(word)
            if word == b"QUIT":
                file.write(b"221 bye\r\n")
                return
            if word == b"DATA":
                file.write(b"354 go on\r\n")
                self.mails.append(_read(file))
                had += 1
                if self.swallows:
                    return
                file.write(b"250 kept\r\n")
                if had == self.most and self.ends == AT_ONCE:
                    return
            elif had >= self.most and self.ends == WITHOUT_A_WORD:
                return
            elif had >= self.most and self.ends == word:
                file.write(b"421 4.7.0 enough for one connection\r\n")
                return
            elif word == b"RCPT" and b"nobody" in line:
                file.write(b"550 5.1.1 no such mailbox\r\n")
            else:
                file.write(_ANSWERS[word] + b"\r\n")


def _read(file: socket.SocketIO) -> bytes:
    found = b""
    while (line := file.readline()).rstrip(b"\r\n") != b".":
        found += line
    return found


@contextmanager
def serving(server: MailServer, timeout: float = 4.0) -> Iterator[SmtpMailer]:
    """A mailer at the server."""

    def script(connection: socket.socket) -> None:
        try:
            server(connection)
        finally:
            connection.shutdown(socket.SHUT_RDWR)

    with hostile(script) as port:
        yield SmtpMailer(SmtpSettings("127.0.0.1", port, TlsSettings(plaintext=True), timeout=timeout))


def message(name: str = "anna") -> Message:
    return Message(new_id(), Party("Anna", f"{name}@example.org"), Text("Subject", "Body", 1))


def test_the_mails_of_a_batch_go_over_one_connection_which_ends_with_it() -> None:
    server = MailServer()
    with serving(server) as mailer:
        with mailer.batch():
            for _ in range(5):
                mailer.send(message())
        assert len(server.talks) == 1 and len(server.mails) == 5
        assert server.talks[0].count(b"EHLO") == server.talks[0].count(b"QUIT") == 1
        for _ in range(2):
            mailer.send(message())
        assert len(server.talks) == 3


@pytest.mark.parametrize("ends", [AT_ONCE, WITHOUT_A_WORD, b"MAIL", b"RCPT"])
@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_ends_the_connection_between_two_mails_gets_each_once_over_another(
    ends: str | bytes, most: int
) -> None:
    server, sent = MailServer(most, ends), [message() for _ in range(5)]
    with serving(server) as mailer, mailer.batch():
        for each in sent:
            assert mailer.send(each) == ()
    assert len(server.mails) == 5
    for each, mail in zip(sent, server.mails, strict=True):
        assert each.message_id.encode() in mail
    assert len(server.talks) == -(-5 // most)


def test_a_mail_that_may_have_arrived_is_not_sent_over_another_connection() -> None:
    server = MailServer()
    with serving(server) as mailer, mailer.batch():
        mailer.send(message())
        server.swallows = True
        with pytest.raises(Unavailable) as unclear:
            mailer.send(message())
        assert not isinstance(unclear.value, Refused)
        assert (len(server.talks), len(server.mails)) == (1, 2)
        server.swallows = False
        mailer.send(message())
        assert (len(server.talks), len(server.mails)) == (2, 3)


def test_one_that_is_refused_ends_no_connection() -> None:
    server = MailServer()
    with serving(server) as mailer, mailer.batch():
        mailer.send(message())
        with pytest.raises(Refused) as refused:
            mailer.send(message("nobody"))
        assert (refused.value.permanent, refused.value.dead) == (True, True)
        mailer.send(message())
    assert (len(server.talks), len(server.mails)) == (1, 2)


def test_each_mail_of_a_batch_has_its_time_and_none_runs_between_two() -> None:
    server, pause = MailServer(), threading.Event()
    with serving(server, timeout=0.6) as mailer, mailer.batch():
        for _ in range(3):
            mailer.send(message())
            pause.wait(0.7)
        assert (len(server.talks), len(server.mails)) == (1, 3)


def test_two_threads_share_no_connection() -> None:
    server, both = MailServer(), threading.Barrier(2)

    def send(mailer: SmtpMailer) -> None:
        with mailer.batch():
            for _ in range(3):
                both.wait(10)
                mailer.send(message())

    with serving(server) as mailer:
        threads = [threading.Thread(target=send, args=(mailer,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert (len(server.talks), len(server.mails)) == (2, 6)


def test_the_dispatcher_sends_what_is_due_over_one_connection_and_a_code_beside_it_over_its_own(
    running: Service,
) -> None:
    server = MailServer()
    with serving(server) as mailer:
        running.delivery = replace(running.delivery, providers={Channel.EMAIL: mailer})
        for _ in range(4):
            running.clock.advance(timedelta(milliseconds=5))
            running.customer_id, running.application_id = new_id(), new_id()
            running.happens(KycApproved)
        running.clock.advance(timedelta(seconds=1))
        with context.background("notification", "notification.dispatch"):
            assert running.delivery.deliver_due(Channel.EMAIL, BATCH) == 4
        assert (len(server.talks), len(server.mails)) == (1, 4)
        mailer.send(message())
        assert len(server.talks) == 2
    assert {row["status"] for row in running.rows("notifications") if row["channel"] == "EMAIL"} == {"SENT"}
