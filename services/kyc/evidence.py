"""What a verification rests on: the documents as their service has them, the income as it was declared twice; pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto

from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

# The two declared incomes may differ by so much of the higher one before an officer has to say why.
TOLERANCE_PERCENT = Decimal(10)
_TENTH = Decimal("0.1")


class DocumentType(Enum):
    """What a document shows; the names are the contract's."""

    IDENTITY = auto()
    PROOF_OF_ADDRESS = auto()
    PROOF_OF_INCOME = auto()
    BANK_STATEMENT = auto()
    TAX_RETURN = auto()
    PROJECT_PLAN = auto()
    QUOTE = auto()
    COLLATERAL = auto()
    FINANCIAL_STATEMENT = auto()
    BUSINESS_REGISTRATION = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Pin:
    """One version of a document, as it was when somebody decided."""

    type: DocumentType
    document_id: str
    version: int
    sha256: str


@dataclass(frozen=True)
class Evidence:
    """The required documents that are there; `lacking` are the types without an accepted one in its present version."""

    documents: tuple[Pin, ...]
    lacking: tuple[DocumentType, ...]

    def require_accepted(self, *kinds: DocumentType) -> None:
        """Refuses DOCUMENTS_NOT_ACCEPTED when a required document, of these types if any are named, is no evidence."""
        lacking = [kind for kind in self.lacking if not kinds or kind in kinds]
        if lacking:
            listed = ",".join(kind.name for kind in lacking)
            text = f"required documents are not accepted: {listed}"
            raise FailedPrecondition(text, reason="DOCUMENTS_NOT_ACCEPTED", metadata={"lacking": listed})


@dataclass(frozen=True)
class Income:
    """A month's income: as `applied` with, as `declared` for KYC, as the officer `verified` it, and why (`reason`).

    None is what was not said.
    """

    applied: Money | None
    declared: Money | None
    verified: Money | None = None
    reason: str = ""

    @property
    def deviation_percent(self) -> Decimal | None:
        """By how much the higher declared figure is above the lower, in percent of the higher; None: not comparable."""
        if self.applied is None or self.declared is None or self.applied.currency != self.declared.currency:
            return None
        low, high = sorted((self.applied.amount, self.declared.amount))
        return ((high - low) * 100 / high).quantize(_TENTH, ROUND_HALF_UP) if high else Decimal("0.0")

    @property
    def relied_on(self) -> Money | None:
        """What risk goes by: the verified figure, or the lowest that was declared in the application's currency."""
        if self.verified is not None:
            return self.verified
        figures = [each for each in (self.applied, self.declared) if each is not None]
        alike = [each for each in figures if self.applied is None or each.currency == self.applied.currency]
        return min(alike, key=lambda each: each.amount, default=None)

    def require_explained(self) -> None:
        """Refuses what differs without a reason, INCOME_UNEXPLAINED, and a verified income in another currency."""
        if self.verified is not None and self.applied is not None and self.verified.currency != self.applied.currency:
            text = f"must be in {self.applied.currency}"
            raise InvalidArgument.field("verified_income", text, reason="WRONG_CURRENCY")
        if self._deviates() and not self.reason.strip():
            figures = {"applied": self.applied, "declared": self.declared, "verified": self.verified}
            metadata = {name: f"{each.amount} {each.currency}" for name, each in figures.items() if each is not None}
            text = "the incomes that were declared, or verified, differ: a reason is needed"
            raise FailedPrecondition(text, reason="INCOME_UNEXPLAINED", metadata=metadata)

    def _deviates(self) -> bool:
        if self.applied is not None and self.declared is not None:
            deviation = self.deviation_percent
            if deviation is None or deviation > TOLERANCE_PERCENT:
                return True
        lowest = Income(self.applied, self.declared).relied_on
        # More than anybody declared needs a reason, less does not: risk goes by less.
        return self.verified is not None and lowest is not None and self.verified.amount > lowest.amount
