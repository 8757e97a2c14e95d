"""Where a gateway of the lender's own reports to, which signs nothing: addresses that this service alone can make."""

from pathlib import Path

from services.notification.sealed_links import SealedLinks

# Where it reports what became of a message, at the edge; a token follows that names the message.
CALLBACK_PATH = "/api/v1/notifications/callbacks/jasmin/"
# What follows it where answers are handed on, and what the token after that says: no message has such an id.
_ANSWERS = "answers"


class ReceiptLinks:
    """The addresses at the edge to which the gateway reports, one for each message, and where it hands answers on."""

    def __init__(self, key_file: Path, public_url: str) -> None:
        self._links = SealedLinks(key_file, f"{public_url}{CALLBACK_PATH}")
        self._answers = SealedLinks(key_file, f"{public_url}{CALLBACK_PATH}{_ANSWERS}/")

    def of_answers(self) -> str:
        """Where it hands answers on; another one each time, and all of them are good."""
        return self._answers.of(_ANSWERS)

    def is_of_answers(self, token: str) -> bool:
        """Whether a token is the end of such an address."""
        return self._answers.read(token) == _ANSWERS

    def of(self, message_id: str) -> str:
        """Where a message is reported of."""
        return self._links.of(message_id)

    def message_of(self, token: str) -> str | None:
        """The message of a token; None when it is none of ours."""
        found = self._links.read(token)
        return None if found == _ANSWERS else found
