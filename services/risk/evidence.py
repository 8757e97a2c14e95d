"""What an assessment knows of income and collateral, and what the events of other services mean for both."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.risk.assessment import AssessedTerms
from services.risk.figures import Figures
from services.risk.income import IncomeFile, OrderReading
from services.risk.income_finding import IncomeAnswer, IncomeFinding
from services.risk.mandate import outdated
from services.risk.model import Report
from services.risk.store import UnitOfWork
from services.runtime.clock import Clock


def learn(uow: UnitOfWork, report: Report, at: datetime) -> None:
    """Has a report know the latest that was accepted by now, or that there is nothing; and whom the loan binds."""
    secured = uow.collateral_files.find(report.application_id)
    report.learn(
        income_evidence=_shown(uow, report, at),
        collateral=None if secured is None else secured.finding(at),
        for_legal_entity=report.for_legal_entity,
        party_count=len(report.party_ids),
    )


def _shown(uow: UnitOfWork, report: Report, at: datetime) -> IncomeFinding:
    """What statements show of the borrower: those that are read are of persons, and say nothing of a company."""
    read = uow.income_files.find(report.application_id)
    found = IncomeFinding(IncomeAnswer.NONE) if read is None else read.finding(report.figures.amount.currency, at)
    foreign = report.for_legal_entity and found.answer is IncomeAnswer.READ
    return IncomeFinding(IncomeAnswer.NOT_OWNED, found.evidence) if foreign else found


def as_secured(uow: UnitOfWork, report: Report, at: datetime) -> Figures:
    """The figures of a report that was decided on, with what secures its loan by now."""
    secured = uow.collateral_files.find(report.application_id)
    return report.figures if secured is None else replace(report.figures, collateral=secured.finding(at))


def against_now(uow: UnitOfWork, report: Report, terms: AssessedTerms, at: datetime) -> tuple[str, ...]:
    """The rules of the decision that stand against lending on these terms by what secures the loan now."""
    now, rules = as_secured(uow, report, at).collateral, uow.rule_sets.recorded(report.rules)
    figures = replace(report.figures, amount=terms.amount, tenure_months=terms.tenure_months)
    return outdated(rules, report.rules, figures, now, report.assessed())


def close_collateral(uow: UnitOfWork, application_id: str) -> None:
    """Has what secures an application that ended be valued no more."""
    if uow.collateral_files.find(application_id) is not None:
        uow.collateral_files.get(application_id).close()


class EvidenceEvents:
    """The part of `handlers.App` that listens to what evidence comes from, and to what it is for."""

    begin: Callable[[], UnitOfWork]
    clock: Clock

    def order_reading(self, command: OrderReading) -> None:
        """Has a bank statement be read that an officer accepted; idempotent."""
        if command.is_statement:
            with self.begin() as uow:
                file = uow.income_files.ensure(IncomeFile(command.application_id, command.customer_id))
                accepted, now = command.validate_time, self.clock.now()
                file.order(command.document_id, command.document_version, accepted, now)
                uow.commit()

    def reopen(self, application_id: str) -> None:
        """Has what secures a repaid loan be valued on, because it is owed again."""
        with self.begin() as uow:
            if uow.collateral_files.find(application_id) is not None:
                uow.collateral_files.get(application_id).reopen()
                uow.commit()
