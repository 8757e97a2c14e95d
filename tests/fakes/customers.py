"""The customer service, in memory."""


class FakeCustomers:
    """Knows whose KYC details are not complete; everybody's are by default."""

    def __init__(self) -> None:
        self.incomplete: set[str] = set()

    def kyc_details_complete(self, customer_id: str) -> bool:
        """Whether no test set it otherwise."""
        return customer_id not in self.incomplete
