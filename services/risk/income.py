"""What bank statements show of an applicant's income: each statement that an officer accepted, until it is read; pure.

A statement is ordered by an event and read by a worker. The one in force is the latest that could be read: whatever is
wrong with a later one leaves it in force, and is said by element and line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.lending.calendar import ONE_DAY
from services.risk.events import RiskIncomeStatementRead
from services.risk.income_derive import Derived, derive, whole_months
from services.risk.income_finding import (
    IncomeAnswer,
    IncomeEvidence,
    IncomeFinding,
    IncomeSource,
    Obligation,
    ObligationKind,
)
from services.risk.income_owner import is_same_person
from services.risk.statement_record import BankStatement, StatementFault
from services.runtime.aggregate import Aggregate
from services.runtime.money import Money

# Three whole months are what a median needs, and what lenders ask for; two months old a statement is no present income.
LEAST_MONTHS = 3
STALE_AFTER = timedelta(days=62)
# For so long a document in quarantine is waited for.
GIVEN_UP_AFTER = timedelta(days=2)
# So many statements an application keeps; the earliest ones go.
READINGS_KEPT = 20


@dataclass(frozen=True)
class IncomeReading:
    """One statement; `look_time` is when it is to be read, None once it was. Nothing else is there before."""

    document_id: str
    document_version: int
    order_time: datetime
    look_time: datetime | None
    read_time: datetime | None = None
    answer: IncomeAnswer | None = None
    fault: StatementFault | None = None
    evidence: IncomeEvidence | None = None
    income_sources: tuple[IncomeSource, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    account_owner: str = ""


@dataclass(frozen=True)
class OrderReading:
    """An officer accepted a document; only what is a bank statement is read."""

    application_id: str
    customer_id: str
    document_id: str
    document_version: int
    validate_time: datetime
    is_statement: bool


@dataclass(frozen=True)
class ReadStatement:
    """What came of reading a file: its hash, and the statement or what is wrong with it."""

    answer: IncomeAnswer
    sha256: str = ""
    fault: StatementFault | None = None
    statement: BankStatement | None = None


@dataclass
class IncomeFile(Aggregate):
    """The statements of one application; `reassess_time` since when an assessment waits for what they show."""

    application_id: str
    customer_id: str
    readings: tuple[IncomeReading, ...] = ()
    reassess_time: datetime | None = None

    @property
    def in_force(self) -> IncomeReading | None:
        """The latest version that could be read; None while there is none."""
        read = (each for each in self.readings if each.answer is IncomeAnswer.READ)
        return max(read, key=lambda each: each.document_version, default=None)

    @property
    def in_force_document_id(self) -> str:
        """The document whose figures count; empty while none does."""
        return "" if self.in_force is None else self.in_force.document_id

    @property
    def due(self) -> IncomeReading | None:
        """The statement that is to be read first; None when none is."""
        waiting = [each for each in self.readings if each.look_time is not None]
        return min(waiting, key=lambda each: each.look_time or each.order_time, default=None)

    def finding(self, currency: str, at: datetime) -> IncomeFinding:
        """What an assessment of a loan in that currency knows."""
        found = self.in_force
        if found is None or found.evidence is None:
            settled = [each.answer for each in self.readings if each.answer is not None]
            return IncomeFinding(settled[-1] if settled else IncomeAnswer.NONE)
        if is_stale(found.evidence, at):
            return IncomeFinding(IncomeAnswer.OUTDATED, found.evidence)
        if found.evidence.monthly_income.currency != currency:
            return IncomeFinding(IncomeAnswer.OTHER_CURRENCY, found.evidence)
        loans = (each for each in found.obligations if each.kind is ObligationKind.LOAN)
        out = _sum(loans, currency), _sum(found.obligations, currency)
        return IncomeFinding(IncomeAnswer.READ, found.evidence, *out)

    def order(self, document_id: str, version: int, accepted: datetime, at: datetime) -> None:
        """Has a statement be read that an officer accepted; one that is known stays as it is."""
        if all(each.document_id != document_id for each in self.readings):
            self.readings = (*self.readings, IncomeReading(document_id, version, accepted, at))[-READINGS_KEPT:]

    def conclude_reading(self, document_id: str, found: ReadStatement, customer_name: str, at: datetime) -> bool:
        """Takes what came of reading a statement; False for one that was read, which stays as it is."""
        reading = next((each for each in self.readings if each.document_id == document_id), None)
        if reading is None or reading.look_time is None:
            return False
        made = _read(reading, found, customer_name, at)
        self.readings = tuple(made if each.document_id == document_id else each for each in self.readings)
        ids = self.application_id, self.customer_id, document_id, made.document_version
        self._emit(RiskIncomeStatementRead(*ids, made.answer or IncomeAnswer.NONE, at))
        if made.answer is IncomeAnswer.READ:
            self.reassess_time = at
        return True

    def reassessed(self, since: datetime | None) -> None:
        """Notes that the assessment is made that waited since then; one that waits since later still does."""
        self.reassess_time = None if self.reassess_time == since else self.reassess_time


def _sum(obligations: Iterable[Obligation], currency: str) -> Money:
    """What they come to by month."""
    return sum((each.monthly_amount for each in obligations), Money.zero(currency))


def is_stale(evidence: IncomeEvidence, at: datetime) -> bool:
    """Whether a statement ended too long ago."""
    return at.date() - evidence.to_date > STALE_AFTER


def _read(reading: IncomeReading, found: ReadStatement, customer_name: str, at: datetime) -> IncomeReading:
    done = replace(reading, look_time=None, read_time=at, answer=found.answer, fault=found.fault)
    statement = found.statement
    if statement is None:
        return done
    done = replace(done, account_owner=statement.owner)
    if statement.to_date > at.date() + ONE_DAY:
        fault = StatementFault("Stmt", 1, "ends in the future")
        return replace(done, answer=IncomeAnswer.UNREADABLE, fault=fault)
    if not is_same_person(statement.owner, customer_name):
        return replace(done, answer=IncomeAnswer.NOT_OWNED)
    if len(whole_months(statement.from_date, statement.to_date)) < LEAST_MONTHS:
        return replace(done, answer=IncomeAnswer.TOO_SHORT)
    derived = derive(statement)
    evidence = _evidence(reading, found, statement, derived, at)
    answer = IncomeAnswer.OUTDATED if is_stale(evidence, at) else IncomeAnswer.READ
    return replace(
        done, answer=answer, evidence=evidence, income_sources=derived.sources, obligations=derived.obligations
    )


def _evidence(
    reading: IncomeReading, found: ReadStatement, statement: BankStatement, derived: Derived, at: datetime
) -> IncomeEvidence:
    return IncomeEvidence(
        reading.document_id, reading.document_version, found.sha256, statement.statement_numbers, statement.from_date,
        statement.to_date, derived.month_count, derived.monthly_income, derived.monthly_obligations, at,
    )  # fmt: skip
