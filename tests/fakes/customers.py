"""The customer service, in memory."""

from services.application.ports import Applicant
from services.runtime.errors import NotFound


class FakeCustomers:
    """Knows whose KYC details are not complete; everybody's are by default. Who is `unknown` is no customer."""

    def __init__(self) -> None:
        self.incomplete: set[str] = set()
        self.with_company: set[str] = set()
        self.unknown: set[str] = set()

    def applicant(self, customer_id: str) -> Applicant:
        """What no test set otherwise."""
        if customer_id in self.unknown:
            raise NotFound("no such customer")
        return Applicant(customer_id not in self.incomplete, customer_id in self.with_company)
