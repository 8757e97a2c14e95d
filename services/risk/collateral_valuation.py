"""One valuation of a collateral: what it is worth, who says so, and what can be lent on it; pure, exact decimals."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import Enum, auto
from typing import Self

from services.runtime.money import Money, minor_unit


class ValuationSource(Enum):
    """Where a value comes from."""

    APPRAISER = auto()
    MODEL = auto()
    INDEX = auto()
    PURCHASE_PRICE = auto()
    MARKET_PRICE = auto()


class ValuationStatus(Enum):
    """How far a valuation is."""

    PROPOSED = auto()
    IN_FORCE = auto()
    SUPERSEDED = auto()
    REJECTED = auto()


@dataclass(frozen=True)
class Valued:
    """What somebody says of a collateral's worth; `prior_charges` is None where nobody is owed from it before."""

    value: Money
    prior_charges: Money | None
    source: ValuationSource
    valuer: str
    valuation_method: str
    valuation_date: date


@dataclass(frozen=True)
class Evidence:
    """The accepted document that shows it, as it was at the time."""

    document_id: str
    sha256: str


@dataclass(frozen=True)
class Valuation:
    """One as it is on file. Nobody has settled one that did not have to be, or waits.

    The document is empty of one of before it was asked for.
    """

    valuation_number: int
    status: ValuationStatus
    value: Money
    prior_charges: Money
    lendable_value: Money
    haircut_percent: Decimal
    table_version: str
    source: ValuationSource
    valuer: str
    valuation_method: str
    valuation_date: date
    document_id: str
    document_sha256: str
    recorded_by: str
    record_time: datetime
    settled_by: str = ""
    settle_time: datetime | None = None
    reason: str = ""

    def raises(self, before: "Valuation | None") -> bool:
        """Whether more can be lent by it, or more is left of the item beside what others are owed, than before."""
        lent = Decimal(0) if before is None else before.lendable_value.amount
        left = Decimal(0) if before is None else before._left
        return self.lendable_value.amount > lent or self._left > left

    @property
    def _left(self) -> Decimal:
        return self.value.amount - self.prior_charges.amount

    @classmethod
    def of(
        cls, valued: Valued, evidence: Evidence, number: int, haircut_percent: Decimal, table_version: str,
        by: str, at: datetime,
    ) -> Self:  # fmt: skip
        """One that waits for a second person, with what can be lent by that haircut."""
        charges = valued.prior_charges or Money.zero(valued.value.currency)
        return cls(
            number, ValuationStatus.PROPOSED, valued.value, charges, lendable(valued.value, haircut_percent, charges),
            haircut_percent, table_version, valued.source, valued.valuer, valued.valuation_method,
            valued.valuation_date, evidence.document_id,
            evidence.sha256, by, at,
        )  # fmt: skip


def lendable(value: Money, haircut_percent: Decimal, prior_charges: Money) -> Money:
    """What can be lent: value less haircut, less prior charges, down to the currency's unit; never below zero."""
    cut = (value.amount * (100 - haircut_percent) / 100).quantize(minor_unit(value.currency), ROUND_DOWN)
    return Money(max(cut - prior_charges.amount, Decimal(0)), value.currency)
