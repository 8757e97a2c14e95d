"""The documents of a loan: the caller gets the file, made on the spot."""

from dataclasses import dataclass
from enum import Enum, auto

from services.papers import Lender, Unprintable
from services.repayment import files
from services.repayment.commands import Period
from services.repayment.files import Sheet
from services.repayment.handlers import App
from services.repayment.ports import Customers
from services.runtime.errors import FailedPrecondition


class StatementFormat(Enum):
    """How a statement is written as a file."""

    PDF = auto()
    CSV = auto()


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

    def statement(self, command: Period, wanted: StatementFormat) -> File:
        """The statement of a period; FailedPrecondition TEXT_UNPRINTABLE when the borrower's name cannot be shown."""
        statement = self.app.statement(command)
        if wanted is StatementFormat.CSV:
            return File("text/csv; charset=utf-8", files.to_csv(statement))
        borrower = self.customers.party(self.app.owner_of(command.loan_id))
        sheet = Sheet(command.loan_id, borrower, self.app.clock.today(), self.lender)
        try:
            return File("application/pdf", files.to_pdf(statement, sheet))
        except Unprintable as error:
            raise FailedPrecondition(str(error), reason="TEXT_UNPRINTABLE") from error
