"""Text messages by a gateway of the lender's own, which hands them to operators by SMPP: the HTTP API of Jasmin.

It signs nothing that it reports. What it reports of a message goes to an address that was given with that message, and
whose end only this service can make: who knows it has the message.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from services.notification.ports import Message, Refused
from services.notification.provider_calls import ByHttp, ProviderCalls, check_url, key_in, unknown_key
from services.notification.receipt_links import ReceiptLinks
from services.notification.text_messages import is_seven_bits, said, within
from services.runtime.calling.outside import Answer
from services.runtime.errors import Unavailable

_PARTY = "Jasmin"
# What it wants to hear of a report that was taken; it says the same again until it does.
ACKNOWLEDGEMENT = b"ACK/Jasmin"
# As many messages as it joins unless it is told otherwise (`long_content_max_parts`).
_MOST_PARTS = 5
# SMPP 3.4, 5.2.19: the alphabet of GSM, and UCS-2.
_SEVEN_BITS, _UCS2 = "0", "8"
# Of the operator (1) and of the telephone (2).
_BOTH_LEVELS = "3"
_TAKEN = re.compile(rb'Success "[^"]+"\s*')
_SAYS = re.compile(rb'Error "(.*)"\s*', re.DOTALL)
# What its answers say: of the receiver, of the text, of where a message goes, and of how many come.
_OF_RECEIVER = re.compile(rb"Argument \[to\] has an invalid value")
_OF_TEXT = re.compile(rb"Argument \[(hex-)?content\] has an invalid value|content filter mismatch")
_OF_PLACE = re.compile(rb"destination_address filter mismatch|No route found")
_TOO_FAST = re.compile(rb"User throughput exceeded")


@dataclass(frozen=True)
class JasminSettings:
    """The user of the gateway and the file of the password, and from which number or name messages come.

    The first line of `report_key_file` makes the addresses that it reports to, and all lines are believed. Jasmin
    itself speaks no TLS: `url` is that of what does so in front of it, whose authority is in `trust_file`.
    """

    username: str
    password_file: Path
    sender_number: str
    report_key_file: Path
    url: str
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and messages could be read on their way."""
        check_url(self.url)


class JasminSms(ByHttp):
    """ports.Channel at a gateway."""

    def __init__(self, settings: JasminSettings, name: str, public_url: str) -> None:
        self._settings, self._name = settings, name
        self._links = ReceiptLinks(settings.report_key_file, public_url)
        self._calls = ProviderCalls(_PARTY, settings.url, settings.timeout, settings.trust_file)

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands one text message over."""
        if not message.to.phone:
            raise Refused(permanent=True, dead=True)
        settings = self._settings
        form = {
            "username": settings.username, "password": key_in(_PARTY, settings.password_file),
            "to": message.to.phone, "from": settings.sender_number,
            **_content(within(said(self._name, message.text), _MOST_PARTS)),
            "dlr": "yes", "dlr-url": self._links.of(message.message_id), "dlr-level": _BOTH_LEVELS,
            "dlr-method": "POST",
        }  # fmt: skip
        answer = self._calls.form("/send", form, {})
        if answer.status == 200 and _TAKEN.fullmatch(answer.body):
            return ()
        raise refusal(answer)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()


def _content(text: str) -> dict[str, str]:
    """A text as the gateway wants it: what is not of GSM's alphabet it takes by its bytes alone."""
    if is_seven_bits(text):
        return {"coding": _SEVEN_BITS, "content": text}
    return {"coding": _UCS2, "hex-content": text.encode("utf-16-be").hex()}


def refusal(answer: Answer) -> Unavailable:
    """What an answer means that takes no message.

    A message is lost for good by what is said of its receiver or its text alone; by where it goes it is refused for
    now, so that others go on. Anything else, such as the user, the sender or what they may do, is the lender's: it
    holds messages up until the lender has mended it. None of it is quoted, for a message of Jasmin's has the number.
    """
    found = _SAYS.fullmatch(answer.body)
    text = found[1] if found else b""
    if _TOO_FAST.search(text):
        return Unavailable(f"{_PARTY} takes no more for now", retry_after=1)
    if answer.status == 403:
        return unknown_key(_PARTY, answer)
    if answer.status == 400 and (_OF_RECEIVER.search(text) or _OF_TEXT.search(text)):
        return Refused(permanent=True, dead=_OF_RECEIVER.search(text) is not None)
    if answer.status in (400, 412) and _OF_PLACE.search(text):
        return Refused(permanent=False)
    return Unavailable(f"{_PARTY} answers {answer.status}, and not for the message: may its user send so?")
