"""The use cases of income evidence: what is ordered is fetched, read, and held against the customer's name.

A worker reads, apart from the events that order it: a handler of events runs in a transaction, in which no other
service can be asked for a file. Reading twice does no harm, so whatever dies in between is begun anew.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import structlog

from services.risk import statement_camt053
from services.risk.handlers import App
from services.risk.income import GIVEN_UP_AFTER, IncomeFile, IncomeReading, ReadStatement
from services.risk.income_finding import IncomeAnswer
from services.risk.metrics import count_reading
from services.risk.ports import Customers, Documents
from services.risk.reassessing import reassess
from services.risk.statement_record import RefusedStatement
from services.runtime.errors import DataLoss, FailedPrecondition, NotFound

log = structlog.get_logger(__name__)
# So long one replica has a file in hand: longer than the largest takes to be fetched and read.
LEASE = timedelta(seconds=30)
_XML = "application/xml"


@dataclass(frozen=True)
class IncomeFiles:
    """What can be looked at; beside `App`, whose stores it uses."""

    app: App

    def read(self, application_id: str) -> IncomeFile:
        """Reads the file; an empty one before there is anything in it."""
        report = self.app.read(application_id)
        with self.app.begin() as uow:
            found = uow.income_files.find(application_id)
        return IncomeFile(application_id, report.customer_id) if found is None else found


@dataclass(frozen=True)
class IncomeReadings:
    """What is done about the statements that are ordered."""

    app: App
    customers: Customers
    documents: Documents

    def carry_on(self) -> bool:
        """Reads the statement, or makes the assessment, that waits longest; False when none does."""
        now = self.app.clock.now()
        with self.app.begin() as uow:
            application_id = uow.income_files.claim(now, now + LEASE)
            uow.commit()
        if application_id is None:
            return False
        with self.app.begin() as uow:
            file = uow.income_files.read(application_id)
        if (reading := file.due) is not None:
            self._read(file, reading)
        elif file.reassess_time is not None:
            self._reassess(file)
        return True

    def _read(self, file: IncomeFile, reading: IncomeReading) -> None:
        try:
            found = self._fetched(reading.document_id)
        except FailedPrecondition as error:
            # It is in quarantine; the lease brings it back.
            log.warning("statement_waits", application_id=file.application_id, cause=error.message)
            if self.app.clock.now() < reading.order_time + GIVEN_UP_AFTER:
                return
            found = ReadStatement(IncomeAnswer.NO_DOCUMENT)
        name = self.customers.party(file.customer_id).full_name
        if not name:
            # They were erased meanwhile: nothing is kept about them any more.
            found = ReadStatement(IncomeAnswer.NO_DOCUMENT)
        self._conclude(file, reading, found, name)

    def _fetched(self, document_id: str) -> ReadStatement:
        """What is in the document; FailedPrecondition while it is in quarantine, errors.Unavailable."""
        try:
            kind, content = self.documents.content(document_id)
        except (NotFound, DataLoss):
            return ReadStatement(IncomeAnswer.NO_DOCUMENT)
        digest = sha256(content).hexdigest()
        if kind != _XML:
            return ReadStatement(IncomeAnswer.NOT_STRUCTURED, digest)
        try:
            return ReadStatement(IncomeAnswer.READ, digest, statement=statement_camt053.read(content))
        except RefusedStatement as refused:
            return ReadStatement(IncomeAnswer.UNREADABLE, digest, refused.fault)

    def _conclude(self, file: IncomeFile, reading: IncomeReading, found: ReadStatement, name: str) -> None:
        with self.app.begin() as uow:
            kept = uow.income_files.get(file.application_id)
            settled = kept.conclude_reading(reading.document_id, found, name, self.app.clock.now())
            uow.commit()
        if settled:
            answer = next(each.answer for each in kept.readings if each.document_id == reading.document_id)
            count_reading(answer or found.answer)
            log.info("statement_read", application_id=file.application_id, answer=(answer or found.answer).name)

    def _reassess(self, file: IncomeFile) -> None:
        """Makes the assessment that waits for what a statement shows."""
        reassess(self.app, file.application_id)
        with self.app.begin() as uow:
            uow.income_files.get(file.application_id).reassessed(file.reassess_time)
            uow.commit()
