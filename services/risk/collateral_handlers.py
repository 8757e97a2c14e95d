"""The use cases of collateral: it is added, valued by one person, confirmed by a second, and valued anew in time."""

from dataclasses import dataclass
from datetime import date

from services.outsiders import require_outsider
from services.risk.collateral import Collateral, CollateralFile
from services.risk.collateral_finding import CollateralType
from services.risk.collateral_valuation import Valued
from services.risk.evidence import against_now
from services.risk.handlers import App
from services.risk.model import Report, RiskStatus
from services.risk.ports import Documents
from services.risk.store import UnitOfWork
from services.runtime import ids
from services.runtime.context import caller
from services.runtime.errors import FailedPrecondition
from services.runtime.stores.paging import Page, PageResult

_UNDECIDED = RiskStatus.PENDING, RiskStatus.ASSESSED
_GOES_ON = *_UNDECIDED, RiskStatus.APPROVED


@dataclass(frozen=True)
class AddCollateral:
    """Something is to secure the loan."""

    application_id: str
    type: CollateralType
    description: str
    owner_name: str


@dataclass(frozen=True)
class RecordValuation:
    """Somebody of staff says what it is worth, by a document that shows it."""

    application_id: str
    collateral_id: str
    document_id: str
    valued: Valued


@dataclass(frozen=True)
class SettleValuation:
    """A second person confirms or rejects a valuation."""

    application_id: str
    collateral_id: str
    valuation_number: int
    confirmed: bool
    reason: str


@dataclass(frozen=True)
class Collaterals:
    """What can be done about them; beside `App`, whose stores it uses."""

    app: App
    documents: Documents

    def read(self, application_id: str) -> CollateralFile:
        """Reads the file; an empty one before there is anything in it."""
        report = self.app.read(application_id)
        with self.app.begin() as uow:
            found = uow.collateral_files.find(application_id)
        return _new_file(report) if found is None else found

    def add_collateral(self, command: AddCollateral) -> CollateralFile:
        """Takes one more item."""
        self.app.applications.check_ongoing(command.application_id)
        with self.app.begin() as uow:
            report = _report(uow, command.application_id, _GOES_ON)
            file, now = uow.collateral_files.ensure(_new_file(report)), self.app.clock.now()
            what = command.type, command.description, command.owner_name
            file.add_item(Collateral(ids.new_id(), *what, caller().holder, now))
            uow.commit()
        return file

    def withdraw_collateral(self, application_id: str, collateral_id: str) -> CollateralFile:
        """Takes an item out, until it is decided."""
        with self.app.begin() as uow:
            report = _report(uow, application_id, _UNDECIDED)
            file = uow.collateral_files.ensure(_new_file(report))
            file.withdraw_item(collateral_id, caller().holder, self.app.clock.now())
            uow.commit()
        return file

    def record_valuation(self, command: RecordValuation) -> CollateralFile:
        """Takes a valuation, with the document that shows it as it is now."""
        application_id = command.application_id
        self.app.applications.check_ongoing(application_id)
        evidence = self.documents.accepted_evidence(application_id, command.document_id)
        with self.app.begin() as uow:
            report, by = _report(uow, application_id, _GOES_ON), caller().holder
            require_outsider(by, (report.customer_id, *report.party_ids))
            file = uow.collateral_files.ensure(_new_file(report))
            file.record_valuation(command.collateral_id, command.valued, evidence, by, self.app.clock.now())
            uow.commit()
        return file

    def settle_valuation(self, command: SettleValuation) -> CollateralFile:
        """Takes what the second person makes of a valuation; confirms none whose document is not what it was."""
        self.app.applications.check_ongoing(command.application_id)
        if command.confirmed:
            self._require_paper(command)
        with self.app.begin() as uow:
            report, by = _report(uow, command.application_id, _GOES_ON), caller().holder
            require_outsider(by, (report.customer_id, *report.party_ids))
            file, now = uow.collateral_files.ensure(_new_file(report)), self.app.clock.now()
            what = command.collateral_id, command.valuation_number, command.confirmed, command.reason
            file.settle_valuation(*what, by, now)
            uow.commit(why=command.reason)
        return file

    def _require_paper(self, command: SettleValuation) -> None:
        """FailedPrecondition EVIDENCE_MISSING where nobody can see any more what a valuation was recorded by."""
        paper = self.read(command.application_id).paper(command.collateral_id, command.valuation_number)
        if paper is None:
            return
        if self.documents.accepted_evidence(command.application_id, paper.document_id) != paper:
            text = f"document {paper.document_id} is another one than the valuation was recorded by"
            raise FailedPrecondition(text, reason="EVIDENCE_MISSING", metadata={"document_id": paper.document_id})

    def rules_against(self, report: Report, terms_hash: str) -> tuple[str, ...]:
        """Names the rules that stand against paying out by what secures the loan now; none before the decision.

        `terms_hash` is of an offer that was assessed; any other stands for the terms of the decision.
        """
        offered = next((each.terms for each in report.offers if each.terms_hash == terms_hash), report.terms)
        if report.status is not RiskStatus.APPROVED or offered is None:
            return ()
        with self.app.begin() as uow:
            return against_now(uow, report, offered, self.app.clock.now())

    def due(self, by: date | None, page: Page) -> PageResult[CollateralFile]:
        """Lists the files with an item that is to be valued by a day, or by today; the longest due first."""
        with self.app.begin() as uow:
            return uow.collateral_files.due(by or self.app.clock.now().date(), page)


def _report(uow: UnitOfWork, application_id: str, allowed: tuple[RiskStatus, ...]) -> Report:
    """The report, whose lock is held; refuses one of another status."""
    report = uow.reports.get(application_id)
    if report.status not in allowed:
        raise FailedPrecondition.wrong_status("report", report.status, allowed)
    return report


def _new_file(report: Report) -> CollateralFile:
    return CollateralFile(report.application_id, report.customer_id, report.figures.amount.currency)
