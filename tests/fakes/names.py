"""The customer service as a KYC review sees it, in memory."""

from services.kyc.ports import Party
from services.kyc.related import Related
from services.runtime.errors import Unavailable
from services.runtime.money import Money


class FakeNames:
    """services.kyc.ports.Customers: names by customer id, Ada Lovelace where none is set; one version, one income.

    Everybody has the `related` behind them. `away` plays an outage.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.kyc_version = 1
        self.monthly_income: Money | None = None
        self.related: tuple[Related, ...] = ()
        self.away = False

    def party(self, customer_id: str) -> Party:
        if self.away:
            raise Unavailable("the customer service is out of reach")
        name = self.names.get(customer_id, "Ada Lovelace")
        return Party(name, self.kyc_version, self.monthly_income, related_subjects=self.related)
