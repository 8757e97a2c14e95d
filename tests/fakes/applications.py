"""The application service as the stages see it, in memory."""

from collections.abc import Collection

from services.outsiders import require_outsider
from services.risk.exposure import Commitment
from services.runtime.errors import FailedPrecondition, Unavailable


class FakeKyc:
    """services.risk.ports.Kyc: every application is approved, unless it is in `open`."""

    def __init__(self) -> None:
        self.open: set[str] = set()

    def check_approved(self, application_id: str) -> None:
        if application_id in self.open:
            raise FailedPrecondition.wrong_status("review", "VERIFIED", ["APPROVED"])


class FakeApplications:
    """`ports.Applications` of the stages: every application goes on, unless it is in `ended`; `away` plays an outage.

    The end is known here at once; its event is on its way. Who is `bound` decides on none. `loans` are all that were
    handed in and have not ended.
    """

    def __init__(self) -> None:
        self.ended: set[str] = set()
        self.bound: set[str] = set()
        self.loans: list[Commitment] = []
        self.away = False

    def check_ongoing(self, application_id: str, decider_id: str = "") -> None:
        self.check_decider(application_id, decider_id)
        if application_id in self.ended:
            raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["SUBMITTED"])

    def commitments(self, customer_ids: Collection[str]) -> list[Commitment]:
        self._reach()
        return [each for each in self.loans if any(person.customer_id in customer_ids for person in each.bound)]

    def check_decider(self, application_id: str, decider_id: str) -> None:
        self._reach()
        require_outsider(decider_id, self.bound)

    def _reach(self) -> None:
        if self.away:
            raise Unavailable("the application service is out of reach")
