"""The customer service as a KYC review sees it, in memory."""

from services.runtime.errors import Unavailable


class FakeNames:
    """services.kyc.ports.Customers: names by customer id, Ada Lovelace where none is set; `away` plays an outage."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.away = False

    def full_name(self, customer_id: str) -> str:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        return self.names.get(customer_id, "Ada Lovelace")
