"""Exact amounts of money."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from services.currencies import DECIMALS


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency, such as 0.01 for EUR; ValueError for what is no currency."""
    if currency not in DECIMALS:
        raise ValueError(f"{currency} is no currency of ISO 4217 that has a minor unit")
    return Decimal(1).scaleb(-DECIMALS[currency])


@dataclass(frozen=True)
class Money:
    """An amount in a currency, always a whole number of minor units.

    Sums and differences are exact; products and quotients are rounded half up. Two currencies never mix: ValueError.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")
        exact = self.amount.quantize(minor_unit(self.currency), ROUND_HALF_UP)
        if exact != self.amount:
            raise ValueError(f"{self.amount} has more decimals than {self.currency} has")
        # Frozen, and still normalised: 5 and 5.00 are the same text everywhere.
        object.__setattr__(self, "amount", exact + 0)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """The amount rounded half up to the currency's minor unit."""
        return cls(amount.quantize(minor_unit(currency), ROUND_HALF_UP), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money.rounded(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Decimal | int) -> "Money":
        return Money.rounded(self.amount / divisor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount
