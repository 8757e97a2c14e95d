"""The links by which a mail is unsubscribed from with one click, without a sign-in (RFC 8058).

A link names a customer and a type of event, sealed: it says neither to whoever sees it, and no one else can make one.
"""

from pathlib import Path

from services.notification.sealed_links import SealedLinks
from services.runtime.errors import NotFound

PATH = "/api/v1/notifications/unsubscribe/"


class UnsubscribeLinks:
    """Makes links at the public address of the edge, and reads their tokens; mails are kept for years."""

    def __init__(self, key_file: Path, public_url: str) -> None:
        self._links = SealedLinks(key_file, f"{public_url}{PATH}")

    def of(self, customer_id: str, event_type: str) -> str:
        """The link in a mail to a customer about a type of event."""
        return self._links.of(f"{customer_id} {event_type}")

    def whose_link(self, token: str) -> tuple[str, str]:
        """Customer and type of event of a token; NotFound when it is none of ours."""
        said = self._links.read(token)
        if said is None:
            raise NotFound("the link is none of ours", reason="LINK_INVALID")
        customer_id, _, event_type = said.partition(" ")
        return customer_id, event_type
