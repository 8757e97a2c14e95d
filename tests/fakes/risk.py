"""The risk service as a discussion sees it, in memory."""

from services.lending import LoanTerms
from services.runtime.errors import InvalidArgument, Unavailable


class FakeRisk:
    """services.discussion.ports.Risk: takes all terms, except at a rate above `highest_rate`; `away` plays an outage.

    `assessed` are the terms that were taken, by application.
    """

    def __init__(self) -> None:
        self.highest_rate = 100
        self.away = False
        self.assessed: dict[str, list[LoanTerms]] = {}

    def assess_offer(self, application_id: str, terms: LoanTerms) -> None:
        if self.away:
            raise Unavailable("the risk service is out of reach")
        if terms.annual_rate_percent > self.highest_rate:
            raise InvalidArgument("worse than what was decided on", reason="ASSESSED_LIMIT")
        self.assessed.setdefault(application_id, []).append(terms)
