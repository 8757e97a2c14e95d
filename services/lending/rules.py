"""What a product says about its accounts: how payments are allocated, late fees, overpayment, delinquency buckets."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum

from services.lending.errors import LendingError
from services.lending.rounding import Rounding, require_amount, to_multiple, unit_of


class Component(IntEnum):
    """What a part of an amount is for; the values are the places in `Parts`."""

    PENALTY = 0
    FEE = 1
    INTEREST = 2
    PRINCIPAL = 3


class Allocation(Enum):
    """How a payment goes over instalments that are due; what it leaves pays the coming ones one by one."""

    OLDEST_DUE_FIRST = "OLDEST_DUE_FIRST"  # an instalment whole, in the order of components, then the next
    BY_COMPONENT = "BY_COMPONENT"  # a component of all that is due, the oldest first, then the next component


class Overpayment(Enum):
    """What becomes of money beyond all that is owed."""

    REFUSE = "REFUSE"  # the payment is refused
    CREDIT = "CREDIT"  # it is the customer's credit balance, until it is refunded or something is charged


class Bucket(Enum):
    """How late an account is, by the days past due of its oldest unpaid instalment."""

    CURRENT = "CURRENT"
    DAYS_1_29 = "DAYS_1_29"
    DAYS_30_59 = "DAYS_30_59"
    DAYS_60_89 = "DAYS_60_89"
    DAYS_90_UP = "DAYS_90_UP"

    @classmethod
    def of(cls, days_past_due: int) -> "Bucket":
        """The bucket of so many days."""
        return list(cls)[0 if days_past_due < 1 else 1 + min(days_past_due // 30, 3)]


@dataclass(frozen=True, slots=True)
class LateFee:
    """What a late instalment costs, once: a flat amount and a percentage of what is overdue of it, up to the cap.

    It is charged on the first day that is more than `grace_days` after the due date.
    """

    flat: Decimal = Decimal(0)
    percent_of_overdue: Decimal = Decimal(0)
    grace_days: int = 0
    cap: Decimal | None = None

    def __post_init__(self) -> None:
        for name in ("flat", "percent_of_overdue", "cap"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value >= 0):
                raise LendingError(name, "must not be negative", "0")
        if self.percent_of_overdue > 100:
            raise LendingError("percent_of_overdue", "is out of range", "0..100")
        if not 0 <= self.grace_days <= 365:
            raise LendingError("grace_days", "is out of range", "0..365")

    def amount(self, overdue: Decimal, currency: str) -> Decimal:
        """The fee for so much overdue, to the currency's unit, half even; a cap between two units is that below it."""
        unit = unit_of(currency)
        fee = to_multiple(self.flat + overdue * self.percent_of_overdue / 100, unit, unit, Rounding.HALF_EVEN)
        return fee if self.cap is None else min(fee, to_multiple(self.cap, unit, unit, Rounding.FLOOR))

    def require_currency(self, currency: str) -> None:
        """LendingError when flat amount or cap is none of the currency's: a product has no cap of 25.75 yen."""
        require_amount("flat", self.flat, currency)
        require_amount("cap", self.cap or Decimal(0), currency)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of an account. The default refuses overpayment and has no late fee.

    `reminder_days` are so many days before an instalment falls due, on which customers are reminded of it; negative
    ones are after it did.
    """

    order: tuple[Component, ...] = tuple(Component)
    allocation: Allocation = Allocation.OLDEST_DUE_FIRST
    overpayment: Overpayment = Overpayment.REFUSE
    late_fee: LateFee | None = None
    reminder_days: tuple[int, ...] = (3,)

    def __post_init__(self) -> None:
        if sorted(self.order) != list(Component):
            raise LendingError("order", "must name each component once", ", ".join(each.name for each in Component))
        if len(set(self.reminder_days)) != len(self.reminder_days) or any(abs(day) > 60 for day in self.reminder_days):
            raise LendingError("reminder_days", "must be days within two months, none twice", "-60 to 60")
