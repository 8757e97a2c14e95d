"""What an account says of itself after some entries: its sums, and the schedules that it had."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.lending.schedule import Instalment
from services.lending.transactions import Parts


@dataclass(frozen=True, slots=True)
class Version:
    """A schedule as it stood from a day on, and the entry that made it (empty for the first)."""

    number: int
    from_date: date
    transaction_id: str
    rows: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of an account: what was paid and is unpaid to its end, credit, penalties, what was written off."""

    paid: Parts
    unpaid: Parts
    credit: Decimal
    penalties: Decimal
    written_off: Parts
    recovered: Decimal
