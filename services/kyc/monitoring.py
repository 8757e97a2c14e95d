"""Which customers are screened again, and why: those with something open. Pure Python, no I/O, no clock."""

from dataclasses import dataclass
from datetime import date, datetime

from services.kyc.cases import ScreeningTrigger
from services.kyc.risk_tier import RiskTier
from services.kyc.screening import Screening
from services.runtime.aggregate import Aggregate


@dataclass
class MonitoredCustomer(Aggregate):
    """A customer with the applications that have not ended, their loans included, and how they were screened last.

    `changes` counts what made another screening necessary, `screened_changes` up to which of them it was done;
    `daily_date` is the last business date whose daily run is done; `country_tier` is what the countries that were
    compared last call for, None where that was before it was kept.
    """

    customer_id: str
    running: tuple[str, ...] = ()
    changes: int = 0
    screened_changes: int = 0
    list_version: str = ""
    screen_time: datetime | None = None
    daily_date: date | None = None
    country_tier: RiskTier | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything has not ended."""
        return bool(self.running)

    @property
    def is_changed(self) -> bool:
        """Whether something changed since the last screening."""
        return self.changes != self.screened_changes

    @property
    def trigger(self) -> ScreeningTrigger:
        """What a screening that is due is for."""
        return ScreeningTrigger.PERSON_CHANGED if self.is_changed else ScreeningTrigger.LIST_CHANGED

    def start(self, application_id: str) -> None:
        """An application was submitted, or its loan goes on: the customer is screened, and stays watched."""
        if application_id not in self.running:
            self.running = (*self.running, application_id)
            self.changes += 1

    def end(self, application_id: str) -> None:
        """An application or its loan ended."""
        self.running = tuple(each for each in self.running if each != application_id)

    def stop(self) -> None:
        """The customer is erased: no one is there to be screened."""
        self.running = ()

    def change(self) -> None:
        """The details are others now, or the daily screening failed."""
        self.changes += 1

    def screened(self, screening: Screening, seen_changes: int, country_tier: RiskTier) -> None:
        """Takes note of a screening, of the details as they were after so many changes."""
        self.screened_changes, self.screen_time = max(seen_changes, self.screened_changes), screening.screen_time
        self.list_version, self.country_tier = screening.list_version, country_tier
