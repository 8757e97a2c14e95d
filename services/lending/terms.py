"""What lender and customer agree on, as in types/v1/terms.proto: checked on construction, and hashed for the road."""

import hashlib
import json
from dataclasses import Field, dataclass, fields
from decimal import Decimal
from enum import Enum
from typing import Any

from services.lending.calendar import Convention, Unit, holiday_calendar
from services.lending.daycount import DayCount
from services.lending.errors import LendingError
from services.lending.rounding import PRECISION, Rounding, require_amount

MAX_RATE_PERCENT = Decimal("999.9999")
MAX_TENURE_MONTHS = 480
# Fields that are part of the hash only where they are said.
_LATER = ("day_count", "rounding", "business_day_convention", "holiday_calendar", "interest_follows_due_date")


class Method(Enum):
    """How interest and principal are spread over the instalments."""

    ANNUITY = "ANNUITY"
    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    FLAT = "FLAT"


class Frequency(Enum):
    """How often an instalment falls due."""

    WEEKLY = "WEEKLY"
    BIWEEKLY = "BIWEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    HALF_YEARLY = "HALF_YEARLY"
    YEARLY = "YEARLY"

    @property
    def period(self) -> tuple[int, Unit]:
        """The period as (every, unit)."""
        return _PERIODS[self]

    @property
    def per_year(self) -> int:
        """Instalments in a year: 52, 26, 12, 4, 2 or 1."""
        every, unit = self.period
        return (52 if unit is Unit.WEEK else 12) // every


_PERIODS = {
    Frequency.WEEKLY: (1, Unit.WEEK),
    Frequency.BIWEEKLY: (2, Unit.WEEK),
    Frequency.MONTHLY: (1, Unit.MONTH),
    Frequency.QUARTERLY: (3, Unit.MONTH),
    Frequency.HALF_YEARLY: (6, Unit.MONTH),
    Frequency.YEARLY: (12, Unit.MONTH),
}


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """Terms of a loan; impossible ones raise LendingError on construction.

    `annual_rate_percent` is the nominal yearly rate with at most 4 decimals, `fee` a one-off amount paid with the first
    instalment. `holiday_calendar` is an ISO 3166 country or a part of it, such as DE or DE-BY.
    """

    principal: Decimal
    currency: str
    annual_rate_percent: Decimal
    tenure_months: int
    frequency: Frequency = Frequency.MONTHLY
    method: Method = Method.ANNUITY
    fee: Decimal = Decimal(0)
    day_count: DayCount = DayCount.PERIOD
    rounding: Rounding = Rounding.HALF_EVEN
    business_day_convention: Convention = Convention.NO_ADJUST
    holiday_calendar: str = ""
    interest_follows_due_date: bool = False

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not (
            self.currency.isascii() and self.currency.isalpha() and self.currency.isupper()
        ):
            raise LendingError("currency", "must be an ISO 4217 code such as EUR")
        require_amount("principal", self.principal, self.currency, positive=True)
        require_amount("fee", self.fee, self.currency)
        require_rate("annual_rate_percent", self.annual_rate_percent)
        if not 1 <= self.tenure_months <= MAX_TENURE_MONTHS:
            raise LendingError("tenure_months", "is out of range", f"1..{MAX_TENURE_MONTHS}")
        every, unit = self.frequency.period
        if unit is Unit.MONTH and self.tenure_months % every:
            raise LendingError(
                "tenure_months", f"must be a multiple of {every} when paid {self.frequency.name}", str(every)
            )
        if self.holiday_calendar:
            holiday_calendar(self.holiday_calendar)
        if self.business_day_convention is Convention.NO_ADJUST and (
            self.holiday_calendar or self.interest_follows_due_date
        ):
            raise LendingError("business_day_convention", "is needed for due dates that move")

    @property
    def instalments(self) -> int:
        """How many instalments the tenure has, rounded to the nearest whole (half up) for weeks, and at least one."""
        return max(1, (2 * self.tenure_months * self.frequency.per_year + 12) // 24)

    def hash(self) -> str:
        """SHA-256 in hex of the terms' canonical JSON: the same for equal terms, however their decimals are written.

        What came into the terms later, from `day_count` on, is part of it only where it is not the default; terms that
        were hashed before have the hash they had.
        """
        values = {each.name: getattr(self, each.name) for each in fields(self) if not self._left_out(each)}
        plain = {name: _canonical(value) for name, value in values.items()}
        return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def _left_out(self, field: Field[Any]) -> bool:
        return field.name in _LATER and getattr(self, field.name) == field.default


def require_rate(field: str, rate: Decimal, *, decimals: int = 4) -> None:
    """Refuses what is no yearly rate in percent: not finite, negative, above 999.9999 or with too many decimals."""
    if not rate.is_finite():
        raise LendingError(field, "must be a number")
    if not 0 <= rate <= MAX_RATE_PERCENT:
        raise LendingError(field, "is out of range", f"0..{MAX_RATE_PERCENT}")
    if rate != rate.quantize(Decimal(1).scaleb(-decimals), context=PRECISION):
        raise LendingError(field, f"has more than {decimals} decimals", str(decimals))


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.name if isinstance(value, Enum) else value
