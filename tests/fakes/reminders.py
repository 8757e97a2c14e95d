"""The notification service, as the daily run knows it."""

from collections.abc import Sequence

from services.repayment.dunning import Reminder
from services.runtime.errors import Unavailable


class FakeNotices:
    """services.repayment.ports.Notices: sends the same reminder once, unless it is `away`."""

    def __init__(self) -> None:
        self.said: dict[str, Reminder] = {}
        self.calls = 0
        self.away = False

    def remind(self, reminders: Sequence[Reminder]) -> None:
        """Has customers notified."""
        if self.away:
            raise Unavailable("the notification service is out of reach")
        self.calls += 1
        self.said |= {each.reminder_id: each for each in reminders}
