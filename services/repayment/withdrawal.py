"""The borrower's right to withdraw from the agreement after the payout, and what is owed then; pure.

Directive 2008/48/EC, art. 14, and (EU) 2023/2225, art. 26: so many days from the signature, without a reason; what was
paid out is repaid with interest for the days, and nothing else (services/lending/restitution.py has the arithmetic).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from services.law import Pack
from services.lending.calendar import Closed, Convention, adjust
from services.lending.terms import LoanTerms
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

# The entry of the ledger; a loan has one at most.
ENTRY = "withdrawal"


class WithdrawalState(Enum):
    """Whether a borrower can withdraw, or did."""

    NOT_GIVEN = auto()
    POSSIBLE = auto()
    OVER = auto()
    REPAID = auto()
    DECLARED = auto()
    SETTLED = auto()


@dataclass(frozen=True)
class WithdrawalRight:
    """What the law of a loan gives: `days` from the signature, 0 for no right, and `repay_days` from the notice.

    `language` is the one that it wants papers in, empty where it leaves that open.
    """

    law: str
    days: int
    repay_days: int
    language: str = ""

    @classmethod
    def of(cls, pack: Pack) -> "WithdrawalRight":
        """The right of a pack."""
        law = pack.sources if pack.withdrawal_days else ""
        return cls(law, pack.withdrawal_days, pack.repay_days, pack.language)


@dataclass(frozen=True)
class Given:
    """The right of one loan, as those say who know: when all had signed, and who owes it beside the customer.

    Without a right nobody is asked, and there is no `sign_time`. It is in the time zone whose days are counted, and
    `place` is where the borrower has to act, whose public holidays count (ISO 3166, such as IE; empty for none).
    """

    right: WithdrawalRight
    sign_time: datetime | None = None
    co_borrowers: tuple[str, ...] = ()
    place: str = ""

    def last_date(self, terms: LoanTerms) -> date | None:
        """The last day on which a notice counts; None where there is no right."""
        if not self.right.days or self.sign_time is None:
            return None
        return self._end_of(self.sign_time.date(), self.right.days, terms)

    def due_date(self, notice_date: date, terms: LoanTerms) -> date:
        """The last day on which what is owed after a notice is paid in time."""
        return self._end_of(notice_date, self.right.repay_days, terms)

    def check(self, terms: LoanTerms, day: date) -> date:
        """The last day; FailedPrecondition WITHDRAWAL_NOT_GIVEN, WITHDRAWAL_OVER when a notice of `day` is too late.

        InvalidArgument IMPOSSIBLE_DATE for one from before the signature.
        """
        last = self.last_date(terms)
        if last is None or self.sign_time is None:
            text = "the law that this loan follows gives no right to withdraw after the payout"
            raise FailedPrecondition(text, reason="WITHDRAWAL_NOT_GIVEN")
        if day > last:
            said = {"last_date": last.isoformat()}
            text = f"the last day to withdraw was {last}"
            raise FailedPrecondition(text, reason="WITHDRAWAL_OVER", metadata=said)
        if day < self.sign_time.date():
            text = f"must be {self.sign_time.date()} or later"
            raise InvalidArgument.field("notice_date", text, reason="IMPOSSIBLE_DATE")
        return last

    def _end_of(self, begin: date, days: int, terms: LoanTerms) -> date:
        """The last day of a period of days from an event.

        Regulation (EEC, Euratom) 1182/71, art. 3: the day of the event is not counted, and a period that would end on a
        Saturday, a Sunday or a public holiday, there or as the loan has a calendar of its own, ends with the next day
        that is none.
        """
        closed = Closed((self.place, terms.holiday_calendar))
        return adjust(begin + timedelta(days=days), Convention.FOLLOWING, closed)


@dataclass(frozen=True)
class Notice:
    """A notice of withdrawal: by whom, when it came, and the day that counts, on which it was sent where it was."""

    declared_by: str
    declare_time: datetime
    day: date


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal that was declared; `start_date` is the day of the ledger's entry, `due_date` the last to pay."""

    law: str
    last_date: date
    declared_by: str
    declare_time: datetime
    notice_date: date
    start_date: date
    due_date: date


@dataclass(frozen=True)
class Owed:
    """What is owed on a day after a withdrawal; named as in the contract.

    `released` is what of fees and penalties falls away, `refund` what is paid back to the borrower.
    """

    as_of_date: date
    principal: Money
    interest: Money
    total: Money
    per_diem: Money
    released: Money
    refund: Money
    due_date: date


@dataclass(frozen=True)
class Standing:
    """The right of one loan and what became of it, shaped as in the contract; without figures where nothing is owed."""

    loan_id: str
    state: WithdrawalState
    law: str
    last_date: date | None
    declare_time: datetime | None = None
    declared_by: str = ""
    as_of_date: date | None = None
    principal: Money | None = None
    interest: Money | None = None
    total: Money | None = None
    per_diem: Money | None = None
    released: Money | None = None
    refund: Money | None = None
    due_date: date | None = None
