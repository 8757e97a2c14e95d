"""The customer service as an offer's document sees it, in memory."""

from services.discussion.ports import Party
from services.runtime.errors import Unavailable


class FakeOfferees:
    """services.discussion.ports.Customers: everyone has that name and language; `away` plays an outage."""

    def __init__(self) -> None:
        self.name, self.language = "Ada Lovelace", ""
        self.away = False

    def party(self, customer_id: str) -> Party:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        return Party(self.name, ("12 St James's Square", "10115 Berlin", "DE"), self.language)
