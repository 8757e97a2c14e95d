"""What customers answer to text messages: that they want no more of them, or that they want them again.

A company such as Twilio takes these answers itself, and refuses what goes to such a number from then on; a gateway of
the lender's own hands them on.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

import structlog

from services.notification.model import Channel
from services.notification.outcomes import Waiting
from services.notification.ports import Message
from services.notification.recipients import Recipient
from services.notification.store import UnitOfWork
from services.runtime.clock import Clock

log = structlog.get_logger(__name__)
# Those of the CTIA's Messaging Principles (5.1.3) and of Twilio's defaults, and the usual ones of the other languages.
_NO_MORE = frozenset(
    {
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "opt out", "revoke",
        "stopp", "abmelden", "arret", "arreter", "desabonner", "baja", "alto", "parar", "cancelar",
        "إيقاف", "ايقاف", "أوقف", "توقف", "إلغاء", "الغاء",
    }
)  # fmt: skip
_AGAIN = frozenset({"start", "unstop", "anmelden", "reprendre", "alta", "ابدأ", "استئناف"})
_NO_LETTERS = re.compile(r"[\W_]+")


class Wish(Enum):
    """What an answer asks for."""

    NO_MORE = "no_more"
    AGAIN = "again"


@dataclass(frozen=True)
class TextAnswer:
    """An answer under the gateway's id, with the number that it comes from and what it says."""

    answer_id: str
    number: str
    content: str


def wish_of(content: str) -> Wish | None:
    """What an answer asks for by its one word, however that is written; None for anything else."""
    word = _NO_LETTERS.sub(" ", unicodedata.normalize("NFKC", content)).strip().casefold()
    if {word, _plain(word)} & _NO_MORE:
        return Wish.NO_MORE
    return Wish.AGAIN if {word, _plain(word)} & _AGAIN else None


def in_e164(number: str) -> str:
    """A number as customers' are stored, from what an operator says: with its country, with or without `+` or `00`."""
    digits = "".join(each for each in number if each in "0123456789")
    return f"+{digits.removeprefix('00')}"


@dataclass(frozen=True)
class AnswerApp:
    """Everything it needs is given at the start; `index` makes blind indexes under the service's own key."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    index: Callable[[str], str]

    def learn(self, waiting: Waiting, message: Message) -> None:
        """Keeps whose the number is that a text message goes to, so that its answer is known."""
        notification = waiting.notification
        if notification.channel is not Channel.SMS or not message.to.phone:
            return
        with self.begin() as uow:
            if uow.recipients.of(notification.customer_id).has_address(Channel.SMS, waiting.time):
                number = self.index(in_e164(message.to.phone))
                uow.numbers.learn(notification.customer_id, number, waiting.time)
            uow.commit()

    def take(self, answer: TextAnswer) -> None:
        """Does what an answer asks for, once; of the number's customers, none of whom may be meant alone."""
        wish, now, customers = wish_of(answer.content), self.clock.now(), list[str]()
        with self.begin() as uow:
            if uow.answers.is_new(sha256(answer.answer_id.encode()).hexdigest(), now) and wish is not None:
                customers = uow.numbers.having(self.index(in_e164(answer.number)))
            for each in customers:
                recipient = uow.recipients.ensure(Recipient(customer_id=each))
                change = recipient.decline if wish is Wish.NO_MORE else recipient.accept
                change(Channel.SMS, now)
            uow.commit()
        log.info("text_answer", wish=wish.name if wish else "", customers=len(customers))


def _plain(word: str) -> str:
    """A word without its accents."""
    return "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))
