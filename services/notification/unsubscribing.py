"""The links by which a mail is unsubscribed from with one click, without a sign-in (RFC 8058).

A link names a customer and a type of event, sealed: it says neither to whoever sees it, and no one else can make one.
"""

from contextlib import suppress
from pathlib import Path

from services.runtime.errors import NotFound
from services.runtime.stores.encryption import FieldCipher, may_be_sealed
from services.runtime.stores.wrapping import FileWrapping

PATH = "/api/v1/notifications/unsubscribe/"


class UnsubscribeLinks:
    """Makes links at the public address of the edge, and reads their tokens.

    The first line of the file seals, those before it still open: mails are kept for years.
    """

    def __init__(self, key_file: Path, public_url: str) -> None:
        self._keys, self._place = FileWrapping(key_file), f"{public_url}{PATH}"

    def of(self, customer_id: str, event_type: str) -> str:
        """The link in a mail to a customer about a type of event."""
        return self._place + self._ciphers[0].encrypt(f"{customer_id} {event_type}").rstrip("=")

    def whose_link(self, token: str) -> tuple[str, str]:
        """Customer and type of event of a token; NotFound when it is none of ours."""
        sealed = token + "=" * (-len(token) % 4)
        for cipher in self._ciphers if may_be_sealed(sealed) else ():
            with suppress(ValueError):
                customer_id, _, event_type = cipher.decrypt(sealed).partition(" ")
                return customer_id, event_type
        raise NotFound("the link is none of ours", reason="LINK_INVALID")

    @property
    def _ciphers(self) -> list[FieldCipher]:
        return [*self._keys.ciphers().values()]
