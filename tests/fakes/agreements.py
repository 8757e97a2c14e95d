"""The agreement service as a withdrawal from the agreement sees it, in memory."""

from datetime import datetime, timedelta

from services.repayment.ports import Signed
from services.runtime.errors import Unavailable
from tests.fakes.clock import NOON


class FakeAgreements:
    """services.repayment.ports.Agreements: every agreement was signed five days ago; `away` plays an outage.

    `asked` counts the questions.
    """

    def __init__(self) -> None:
        self.sign_time: datetime = NOON - timedelta(days=5)
        self.co_borrowers: tuple[str, ...] = ()
        self.away = False
        self.asked = 0

    def signed(self, application_id: str) -> Signed:
        if self.away:
            raise Unavailable("the agreement service is out of reach")
        self.asked += 1
        return Signed(self.sign_time, self.co_borrowers)
