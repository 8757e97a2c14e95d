"""A clock that stands still until it is moved."""

from datetime import UTC, date, datetime, timedelta

NOON = datetime(2030, 6, 15, 12, tzinfo=UTC)
# So far after today tests may take a business date.
DAYS_AHEAD = 36_500


class FakeClock:
    """services.runtime.clock.Clock at `moment`."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()

    def advance(self, by: timedelta) -> None:
        self.moment += by
