"""Mail servers that mean no good: none keeps the sender, and only a clear word counts as taken or refused for good."""

import time

import pytest

from services.notification.mailer import SmtpMailer
from services.notification.model import Text
from services.notification.ports import Message, Party, Refused
from services.notification.settings import SmtpSettings
from services.runtime.errors import Unavailable
from services.runtime.ids import new_id
from services.runtime.tls import TlsSettings
from tests.fakes.hostile import Script, drips, floods, hangs, hangs_up, hostile, says

ANNA = Party("Anna", "anna@example.org")
_LATE = 15.0


def send(script: Script) -> None:
    with hostile(script) as port:
        begun = time.monotonic()
        try:
            SmtpMailer(SmtpSettings("127.0.0.1", port, TlsSettings(plaintext=True), timeout=0.7)).send(
                Message(new_id(), ANNA, Text("Subject", "Body", 1))
            )
        finally:
            assert time.monotonic() - begun < _LATE


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(hangs, id="silence"),
        pytest.param(hangs_up, id="hangs up"),
        pytest.param(drips(b"220 mail.example ESMTP ", reads_first=False), id="drips its greeting"),
        pytest.param(drips(b"220-mail.example\r\n220-", reads_first=False), id="drips its second line"),
        pytest.param(floods(b"220-", b"220-more\r\n" * 6000, reads_first=False), id="does not stop talking"),
        pytest.param(floods(b"220 ", b"x" * 65536, reads_first=False), id="does not end a line"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\n\r\n", reads_first=False), id="no SMTP"),
        pytest.param(
            says(b"250 sent\r\n250 sent\r\n250 sent\r\n250 sent\r\n", reads_first=False), id="says yes to nothing"
        ),
        pytest.param(says(b"554 no\r\n", reads_first=False), id="greets with a no"),
        pytest.param(says(b"220 hi\r\n", reads_first=False), id="hangs up after its greeting"),
    ],
)
def test_a_server_that_does_not_speak_to_the_end_is_away(script: Script) -> None:
    with pytest.raises(Unavailable) as away:
        send(script)
    assert not isinstance(away.value, Refused)


def talk(data: bytes, recipient: bytes = b"250 ok") -> Script:
    """A whole conversation, whose last word is about the mail."""
    answers = {b"EHLO": b"250 mail.example", b"MAIL": b"250 ok", b"RCPT": recipient, b"DATA": b"354 go on",
               b"QUIT": b"221 bye", b"RSET": b"250 ok"}  # fmt: skip

    def script(connection: object) -> None:
        file = connection.makefile("rwb", buffering=0)  # type: ignore[attr-defined]
        file.write(b"220 mail.example\r\n")
        while line := file.readline().rstrip():
            word = line[:4].upper()
            file.write(answers.get(word, b"502 what?") + b"\r\n")
            if word == b"DATA":
                while file.readline().rstrip(b"\r\n") != b".":
                    pass
                file.write(data + b"\r\n")

    return script


@pytest.mark.parametrize("word", [b"250 kept", b"250-kept\r\n250 as 7"])
def test_a_mail_is_taken_when_the_server_says_so(word: bytes) -> None:
    send(talk(word))


@pytest.mark.parametrize(
    "word", [b"200 ok", b"251 maybe", b"354 more", b"150 wait", b"OK", b"", b"2500 ok", b"\xff\xfe"]
)
def test_no_other_word_is_taken_for_a_yes_or_for_a_no_for_good(word: bytes) -> None:
    with pytest.raises(Unavailable) as away:
        send(talk(word))
    assert not (isinstance(away.value, Refused) and away.value.permanent)


@pytest.mark.parametrize(
    ("word", "permanent"), [(b"550 no such user", True), (b"450 later", False), (b"600 eh", False)]
)
def test_a_recipient_is_refused_for_good_only_by_a_permanent_code(word: bytes, permanent: bool) -> None:
    with pytest.raises(Unavailable if not permanent else Refused) as refused:
        send(talk(b"250 kept", recipient=word))
    if isinstance(refused.value, Refused):
        assert refused.value.permanent is permanent
