"""What was found last of a table of points when its scores were held against what became of the loans; pure."""

from dataclasses import dataclass
from datetime import datetime

from services.risk.drift import Outcomes
from services.runtime.aggregate import Aggregate


@dataclass
class OutcomeCheck(Aggregate):
    """The latest of one table in one role (champion, challenger), of figures over all loans; of no person anything.

    `check_id` names both.
    """

    check_id: str
    scorecard_version: str
    role: str
    outcomes: Outcomes
    check_time: datetime

    @classmethod
    def of(cls, version: str, role: str, outcomes: Outcomes, at: datetime) -> "OutcomeCheck":
        """One that is made now."""
        return cls(f"{version}/{role}", version, role, outcomes, at)

    def renew(self, outcomes: Outcomes, at: datetime) -> None:
        """Takes what was found now."""
        self.outcomes, self.check_time = outcomes, at
