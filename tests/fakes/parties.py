"""The customer service as a notice sees it, in memory."""

from services.notification.ports import Party
from services.runtime.errors import NotFound, Unavailable


class FakeParties:
    """services.notification.ports.Customers: everybody is there unless in `erased`.

    `away` plays an outage, `given` is who everybody is, `spoken` what everybody speaks.
    """

    def __init__(self) -> None:
        self.erased: set[str] = set()
        self.away, self.spoken = False, ""
        self.given: Party | None = None

    def party(self, customer_id: str) -> Party:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        if customer_id in self.erased:
            raise NotFound(f"customer {customer_id} does not exist")
        return self.given or Party("Anna Muster", f"a.{customer_id}@example.org", "+353861234567")

    def language(self, customer_id: str) -> str:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        return "" if customer_id in self.erased else self.spoken
