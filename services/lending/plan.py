"""Everything that determines a schedule. LoanTerms is the everyday part of it; a Plan can do all the engine can."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from services.lending.calendar import Convention, Unit, add_months, add_periods, adjust, holiday_calendar
from services.lending.daycount import DayCount, period_fraction, year_fraction
from services.lending.errors import LendingError
from services.lending.rounding import Rounding, require_amount, to_multiple, unit_of
from services.lending.terms import LoanTerms, Method, require_rate

MAX_INSTALMENTS = 4000
# A day from which every plan of a length that makes sense ends within the calendar, and what business days may add.
_EARLY = date(1900, 1, 1)
_SPARE_MONTHS = 12
_HUNDRED = Decimal(100)


class FlatLevel(Enum):
    """What stays level in a FLAT loan: the principal part, or the whole instalment."""

    PRINCIPAL = "PRINCIPAL"
    INSTALMENT = "INSTALMENT"


class FirstPeriod(Enum):
    """How a first due date that is not one period after the start is treated."""

    EXACT_DAYS = "EXACT_DAYS"  # the first period's interest is that of its exact length
    BROKEN_PERIOD = (
        "BROKEN_PERIOD"  # what is over one period is a row of its own, interest only, before the regular ones
    )


class FeePayment(Enum):
    """Where the fee goes."""

    APART = "APART"  # paid with the first instalment
    FINANCED = "FINANCED"  # added to the principal and repaid with it
    DEDUCTED = "DEDUCTED"  # kept back from what is paid out


@dataclass(frozen=True, slots=True)
class Period:
    """One period of interest: what it is measured over, when it is paid, and what part of a year it is."""

    start: date
    due: date
    fraction: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A repayment plan; impossible ones raise LendingError on construction. Percentages are of the principal."""

    principal: Decimal
    annual_rate_percent: Decimal
    start: date
    instalments: int
    every: int = 1
    unit: Unit = Unit.MONTH
    method: Method = Method.ANNUITY
    currency: str = "EUR"
    day_count: DayCount = DayCount.PERIOD
    rounding: Rounding = Rounding.HALF_EVEN
    instalment_multiple: Decimal | None = None
    flat_level: FlatLevel = FlatLevel.PRINCIPAL
    down_payment_percent: Decimal = Decimal(0)
    interest_only: int = 0
    balloon: Decimal = Decimal(0)
    balloon_percent: Decimal = Decimal(0)
    first_due: date | None = None
    first_period: FirstPeriod = FirstPeriod.EXACT_DAYS
    convention: Convention = Convention.NO_ADJUST
    closed: Container[date] = ()
    interest_follows: bool = False
    fee: Decimal = Decimal(0)
    fee_percent: Decimal = Decimal(0)
    fee_payment: FeePayment = FeePayment.APART

    def __post_init__(self) -> None:
        require_amount("principal", self.principal, self.currency, positive=True)
        require_amount("balloon", self.balloon, self.currency)
        require_amount("fee", self.fee, self.currency)
        require_rate("annual_rate_percent", self.annual_rate_percent, decimals=10)
        for field in ("down_payment_percent", "balloon_percent", "fee_percent"):
            value = getattr(self, field)
            if not (value.is_finite() and 0 <= value < _HUNDRED):
                raise LendingError(field, "must be at least 0 and below 100", "100")
        if not 1 <= self.instalments <= MAX_INSTALMENTS:
            raise LendingError("instalments", "is out of range", f"1..{MAX_INSTALMENTS}")
        if not 1 <= self.every <= 1000:
            raise LendingError("every", "is out of range", "1..1000")
        if not 0 <= self.interest_only < self.instalments:
            raise LendingError(
                "interest_only_periods", "must leave an instalment that repays", str(self.instalments - 1)
            )
        if self.instalment_multiple is not None:
            require_amount("instalment_multiple", self.instalment_multiple, self.currency, positive=True)
        if self.down_payment >= self.principal:
            at_fault = "instalment_multiple" if self.instalment_multiple else "down_payment_percent"
            raise LendingError(at_fault, "leaves nothing to repay after the down payment", str(self.principal))
        if self.instalment_multiple is not None and self.instalment_multiple > self.financed:
            limit = str(self.financed)
            raise LendingError("instalment_multiple", "is more than what is repaid in instalments", limit)
        if self.balloon_amount > self.financed:
            raise LendingError(self.balloon_input, "is more than what is repaid in instalments", str(self.financed))
        if self.fee_payment is FeePayment.DEDUCTED and self.fee_amount >= self.principal:
            at_fault = "fee" if self.fee else "fee_percent"
            raise LendingError(at_fault, "leaves nothing to pay out", str(self.principal))
        self._require_calendar()
        self._require_first_due()

    @classmethod
    def of(cls, terms: LoanTerms, start: date) -> "Plan":
        """The plan of everyday terms: the fee is paid with the first instalment."""
        every, unit = terms.frequency.period
        return cls(
            principal=terms.principal,
            annual_rate_percent=terms.annual_rate_percent,
            start=start,
            instalments=terms.instalments,
            every=every,
            unit=unit,
            method=terms.method,
            currency=terms.currency,
            fee=terms.fee,
            day_count=terms.day_count,
            rounding=terms.rounding,
            convention=terms.business_day_convention,
            closed=holiday_calendar(terms.holiday_calendar) if terms.holiday_calendar else (),
            interest_follows=terms.interest_follows_due_date,
        )

    @property
    def fee_amount(self) -> Decimal:
        """The whole fee: the amount and the percentage together."""
        return self.fee + self._share(self.fee_percent)

    @property
    def down_payment(self) -> Decimal:
        """Paid on the start date, a multiple of `instalment_multiple` where there is one."""
        share = self.principal * self.down_payment_percent / _HUNDRED
        return to_multiple(share, self.multiple, self.smallest, self.rounding)

    @property
    def financed(self) -> Decimal:
        """What the instalments repay: the principal less the down payment, plus a financed fee."""
        fee = self.fee_amount if self.fee_payment is FeePayment.FINANCED else Decimal(0)
        return (self.principal - self.down_payment + fee).quantize(self.smallest)

    @property
    def paid_out(self) -> Decimal:
        """What the customer gets: the principal, less a deducted fee."""
        return self.principal - (self.fee_amount if self.fee_payment is FeePayment.DEDUCTED else Decimal(0))

    @property
    def balloon_amount(self) -> Decimal:
        """The part of the principal that only the last instalment repays."""
        return self.balloon + self._share(self.balloon_percent)

    @property
    def balloon_input(self) -> str:
        """The name of the input that says how large the balloon is."""
        return "balloon" if self.balloon or not self.balloon_percent else "balloon_percent"

    @property
    def levels_total(self) -> bool:
        """Whether the whole instalment is level, and not its principal part."""
        flat_total = self.method is Method.FLAT and self.flat_level is FlatLevel.INSTALMENT
        return self.method is Method.ANNUITY or flat_total

    @property
    def smallest(self) -> Decimal:
        """The currency's smallest amount."""
        return unit_of(self.currency)

    @property
    def multiple(self) -> Decimal:
        """What level amounts are rounded to: the instalment multiple, or the smallest amount."""
        return self.instalment_multiple or self.smallest

    def periods(self) -> list[Period]:
        """The periods in order; a broken period of its own comes first and is then one more than `instalments`."""
        regular_start, origin, shift = self.start, self.start, 1
        # A first due date one period on is none of its own: months clamp from the start's day, 31 Jan, 28 Feb, 31 Mar.
        if self.first_due and self.first_due != add_periods(self.start, self.every, self.unit, 1):
            regular_start, origin, shift = add_periods(self.first_due, self.every, self.unit, -1), self.first_due, 0
        ends = [add_periods(origin, self.every, self.unit, n + shift) for n in range(self.instalments)]
        if self.first_period is FirstPeriod.BROKEN_PERIOD and regular_start > self.start:
            ends.insert(0, regular_start)
        result, start, moved_start = [], self.start, self.start
        for end in ends:
            due = adjust(end, self.convention, self.closed)
            if due <= self.start < end:  # nothing falls due before there is a loan
                due = adjust(end, Convention.FOLLOWING, self.closed)
            irregular = start == self.start and start != regular_start
            result.append(Period(start, due, self._fraction(start, end, moved_start, due, irregular)))
            start, moved_start = end, due
        return result

    def _fraction(self, start: date, end: date, moved_start: date, due: date, irregular: bool) -> Decimal:
        if not self.day_count.by_period or irregular:
            return year_fraction(self.day_count, *((moved_start, due) if self.interest_follows else (start, end)))
        fraction = period_fraction(self.day_count, self.every, self.unit)
        if self.interest_follows:
            moved = (due - end).days - (moved_start - start).days
            fraction += Decimal(moved) / (365 if self.day_count is DayCount.PERIOD else 360)
        return fraction

    def _share(self, percent: Decimal) -> Decimal:
        return to_multiple(self.principal * percent / _HUNDRED, self.smallest, self.smallest, self.rounding)

    def _require_calendar(self) -> None:
        """The plan ends within the calendar; where it is too long from any start, its length is at fault."""
        for start, every, at_fault in (
            (_EARLY, 1, "instalments"), (_EARLY, self.every, "every"), (self.start, self.every, "start_date"),
        ):  # fmt: skip
            try:
                self._require_end(start, every)
            except LendingError as error:
                raise LendingError(at_fault, "leads out of the calendar", str(date.max)) from error

    def _require_end(self, start: date, every: int) -> None:
        add_months(add_periods(start, every, self.unit, self.instalments), _SPARE_MONTHS)

    def _require_first_due(self) -> None:
        if self.first_due is None:
            return
        if self.first_due <= self.start:
            raise LendingError("first_due_date", "must be after the start date", self.start.isoformat())
        try:
            self._require_end(self.first_due, self.every)
        except LendingError as error:
            raise LendingError("first_due_date", "leads out of the calendar", str(date.max)) from error
        regular = add_periods(self.first_due, self.every, self.unit, -1)
        if self.first_period is FirstPeriod.BROKEN_PERIOD and regular < self.start:
            raise LendingError("first_due_date", "is less than a period after the start", self.start.isoformat())
