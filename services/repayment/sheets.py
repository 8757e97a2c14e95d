"""The documents of a loan: the caller gets the file, made on the spot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from services.papers import Lender, Unprintable, language_of
from services.repayment import camt053, files, letters
from services.repayment.commands import Period, QuotePayoff
from services.repayment.files import Sheet
from services.repayment.handlers import App
from services.repayment.letters import Letter
from services.repayment.ports import Customers
from services.repayment.statement import Statement
from services.runtime.errors import FailedPrecondition


class StatementFormat(Enum):
    """How a document is written as a file."""

    PDF = auto()
    CSV = auto()
    JSON = auto()
    CAMT_053 = auto()


class StatementKind(Enum):
    """Which document it is."""

    PERIOD = auto()
    YEAR = auto()
    PAYOFF = auto()
    REPAID = auto()
    WITHDRAWAL = auto()


@dataclass(frozen=True)
class Order:
    """A document that a caller wants; a year of 0 is this one, an empty language the borrower's, or the lender's."""

    period: Period
    kind: StatementKind = StatementKind.PERIOD
    format: StatementFormat = StatementFormat.PDF
    year: int = 0
    language: str = ""


@dataclass(frozen=True)
class File:
    """A file and its media type."""

    content_type: str
    content: bytes


@dataclass(frozen=True)
class Sheets:
    """What the service can print; everything it needs is given at the start."""

    app: App
    customers: Customers
    lender: Lender

    def file(self, order: Order) -> File:
        """The document; FailedPrecondition TEXT_UNPRINTABLE when the borrower's name cannot be shown."""
        if order.kind is StatementKind.PERIOD:
            found = self._found(order.period)
            return self._statement(order, found, lambda sheet: files.to_pdf(found, sheet))
        letter = self._letter(order)
        if order.format is StatementFormat.CAMT_053:
            return self._statement(order, self._found(self._period(order)), letter.pdf)
        if order.format is StatementFormat.CSV:
            return File("text/csv; charset=utf-8", letter.csv())
        if order.format is StatementFormat.JSON:
            return File("application/json", letter.json())
        return self._pdf(order, letter.pdf)

    def _statement(self, order: Order, statement: Statement, pdf: Callable[[Sheet], bytes]) -> File:
        if order.format is StatementFormat.CSV:
            return File("text/csv; charset=utf-8", files.to_csv(statement))
        if order.format is StatementFormat.JSON:
            return File("application/json", files.to_json(statement, order.period.loan_id))
        if order.format is StatementFormat.CAMT_053:
            content = camt053.to_camt053(statement, order.period.loan_id, self.app.clock.now(), self.lender.legal_name)
            return File("application/xml", content)
        return self._pdf(order, pdf)

    def _found(self, period: Period) -> Statement:
        """The statement as a paper says it: up to the day on which that is made, of a period that is not over."""
        return self.app.statement(period).up_to(self.app.clock.today())

    def _pdf(self, order: Order, pdf: Callable[[Sheet], bytes]) -> File:
        loan = self.app.read(order.period.loan_id)
        borrower, required = self.customers.party(loan.customer_id), loan.required_language
        language = language_of(required, borrower.language, self.lender.language, order.language)
        sheet = Sheet(loan.loan_id, borrower, self.app.clock.today(), self.lender, language)
        try:
            return File("application/pdf", pdf(sheet))
        except Unprintable as error:
            raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error

    def _letter(self, order: Order) -> Letter:
        loan_id = order.period.loan_id
        if order.kind is StatementKind.YEAR:
            today = self.app.clock.today()
            return letters.year(self.app.year(loan_id, order.year or today.year), today)
        if order.kind is StatementKind.PAYOFF:
            return letters.payoff(self.app.payoff(QuotePayoff(loan_id, order.period.to_date)))
        if order.kind is StatementKind.WITHDRAWAL:
            return letters.withdrawal(self.app.declared(loan_id))
        return letters.repaid(self.app.read(loan_id))

    def _period(self, order: Order) -> Period:
        """What the entries of a letter are those of: its year, or all up to its day."""
        if order.kind is not StatementKind.YEAR:
            return Period(order.period.loan_id, None, order.period.to_date)
        year = order.year or self.app.clock.today().year
        return Period(order.period.loan_id, date(year, 1, 1), date(year, 12, 31))
