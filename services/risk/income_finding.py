"""What bank statements show of an income; plain values.

Each assessment records which statement it used, and which number was the income: declared, verified or evidenced.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from services.runtime.money import Money


class IncomeAnswer(Enum):
    """What came of reading a statement, or what an assessment knows from one. Only READ has evidence that counts."""

    READ = auto()
    UNREADABLE = auto()
    NOT_STRUCTURED = auto()
    NOT_OWNED = auto()
    TOO_SHORT = auto()
    OUTDATED = auto()
    OTHER_CURRENCY = auto()
    NO_DOCUMENT = auto()
    NONE = auto()


class IncomeSourceKind(Enum):
    """By what a payment is known as an income."""

    PURPOSE = auto()
    TRANSACTION_CODE = auto()
    REGULAR = auto()


class ObligationKind(Enum):
    """What goes out every month; the last one is not counted as an obligation."""

    LOAN = auto()
    RENT = auto()
    REGULAR = auto()


class DebtsBasis(Enum):
    """Which of the numbers the debts of an assessment are."""

    DECLARED = auto()
    OWED_HERE = auto()
    EVIDENCED = auto()


class IncomeBasis(Enum):
    """Which of the numbers the income of an assessment is."""

    DECLARED = auto()
    VERIFIED = auto()
    EVIDENCED = auto()


@dataclass(frozen=True)
class IncomeSource:
    """One payer of an income: the median of the months, and in how many of them it came."""

    payer: str
    kind: IncomeSourceKind
    monthly_amount: Money
    month_count: int


@dataclass(frozen=True)
class Obligation:
    """What goes out every month to one payee: the median of the months, and in how many of them it did."""

    payee: str
    kind: ObligationKind
    monthly_amount: Money
    month_count: int


@dataclass(frozen=True)
class IncomeEvidence:
    """The figures of one statement, by month, in the account's currency; and which statement it is."""

    document_id: str
    document_version: int
    sha256: str
    statement_numbers: tuple[str, ...]
    from_date: date
    to_date: date
    month_count: int
    monthly_income: Money
    monthly_obligations: Money
    read_time: datetime


@dataclass(frozen=True)
class IncomeFinding:
    """What an assessment knows: evidence that counts with READ alone; else why there is none.

    `monthly_instalments` is what goes to other lenders by month, `monthly_outgoings` all that goes out every month,
    with them and rents; None without evidence that counts, and of what was found before they were kept here.
    """

    answer: IncomeAnswer
    evidence: IncomeEvidence | None = None
    monthly_instalments: Money | None = None
    monthly_outgoings: Money | None = None

    def counted(self, currency: str) -> Money | None:
        """The income by month that is proven, in a loan's currency; None where there is none."""
        return self._shown(None if self.evidence is None else self.evidence.monthly_income, currency)

    def instalments(self, currency: str) -> Money | None:
        """What goes to other lenders by month, in a loan's currency; None where nothing shows it."""
        return self._shown(self.monthly_instalments, currency)

    def outgoings(self, currency: str) -> Money | None:
        """All that goes out every month, in a loan's currency; None where nothing shows it."""
        return self._shown(self.monthly_outgoings, currency)

    def _shown(self, amount: Money | None, currency: str) -> Money | None:
        counts = self.answer is IncomeAnswer.READ and amount is not None and amount.currency == currency
        return amount if counts else None
