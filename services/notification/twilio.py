"""Text messages by Twilio: the Messages resource of its API of 2010-04-01."""

from dataclasses import dataclass
from pathlib import Path

from services.notification.ports import Message, Refused
from services.notification.provider_calls import ByHttp, ProviderCalls, basic, check_url, key_in, read, unknown_key
from services.notification.text_messages import said
from services.runtime.errors import Unavailable

_PARTY = "Twilio"
# https://www.twilio.com/docs/api/errors: the receiver's number is none, no mobile's, unknown, a landline's, a short
# code, a premium one, or the lender's own.
DEAD = frozenset({21211, 21217, 21265, 21266, 21268, 21604, 21614, 21635, 30005, 30006})
# They answered STOP.
DECLINED = frozenset({21610})
# What it says: nothing, too much, or what is not carried.
_OF_TEXT = frozenset({21602, 21605, 21617, 21618, 21619})
# Where it goes: the account may not send there, the sender does not reach it, or the account is a trial's.
_OF_PLACE = frozenset({21214, 21219, 21408, 21608, 21612, 21662, 21668})
# Where Twilio reports what became of a message, at the edge; its id follows.
CALLBACK_PATH = "/api/v1/notifications/callbacks/twilio/"
# Ten segments of a text message, which is as much as Twilio joins.
_LONGEST = 1600


@dataclass(frozen=True)
class TwilioSettings:
    """The account, the file of its auth token, and from what messages come: a number (E.164), or a service (MG…).

    `trust_file` is for a gateway of the lender's own that speaks the same.
    """

    account: str
    auth_token_file: Path
    sender_number: str
    url: str = "https://api.twilio.com"
    trust_file: Path | None = None
    timeout: float = 4.0

    def __post_init__(self) -> None:
        """ValueError when keys and messages could be read on their way."""
        check_url(self.url)


class TwilioSms(ByHttp):
    """ports.Channel at Twilio; `public_url` is where it reports to."""

    def __init__(self, settings: TwilioSettings, name: str, public_url: str) -> None:
        self._settings, self._name = settings, name
        self._callback = f"{public_url}{CALLBACK_PATH}"
        self._calls = ProviderCalls(_PARTY, settings.url, settings.timeout, settings.trust_file)

    def send(self, message: Message) -> tuple[str, ...]:
        """Hands one text message over."""
        if not message.to.phone:
            raise Refused(permanent=True, dead=True)
        settings = self._settings
        token = key_in(_PARTY, settings.auth_token_file)
        sender = "MessagingServiceSid" if settings.sender_number.startswith("MG") else "From"
        form = {
            "To": message.to.phone, sender: settings.sender_number,
            "Body": said(self._name, message.text)[:_LONGEST],
            "StatusCallback": self._callback + message.message_id,
        }  # fmt: skip
        path = f"/2010-04-01/Accounts/{settings.account}/Messages.json"
        answer = self._calls.form(path, form, {"Authorization": basic(settings.account, token)})
        if answer.status == 201:
            return ()
        if answer.status in (401, 403, 404):
            raise unknown_key(_PARTY, answer)
        raise refusal(read(answer).get("code"))

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()


def refusal(code: object) -> Unavailable:
    """What a code of Twilio's means, which an answer names.

    A message is lost for good by what is said of it or its receiver alone; by where it goes it is refused for now, so
    that others go on. Any other code, also one that is new, is of the lender's sender or account, which all messages
    share: it holds them up until the lender has mended it.
    """
    if not isinstance(code, int) or isinstance(code, bool):
        return Unavailable(f"{_PARTY} refuses a message and does not say why")
    if code in DEAD | DECLINED | _OF_TEXT:
        return Refused(permanent=True, dead=code in DEAD, declined=code in DECLINED)
    if code in _OF_PLACE:
        return Refused(permanent=False)
    return Unavailable(f"{_PARTY} refuses with {code}: may the account and its sender send?")
