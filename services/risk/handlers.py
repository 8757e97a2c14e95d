"""The use cases of the risk service: unit of work, load, one call on the model, commit."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from services.law import Pack, pack_of
from services.lending import LoanTerms
from services.lending.facility import Facility
from services.retention import expiry_after
from services.risk.assessment import AssessedTerms, Assessment, OfferAssessment
from services.risk.bureau_orders import awaits, hear
from services.risk.connection_handlers import Connections
from services.risk.events import RiskRejectionReason
from services.risk.evidence import EvidenceEvents, against_now, as_secured, close_collateral, learn
from services.risk.explanation import Explanation, explain
from services.risk.exposure import Exposure, gather
from services.risk.figures import Figures
from services.risk.mandate import require_rules, require_secured, require_within
from services.risk.metrics import count
from services.risk.model import Report, RiskStatus
from services.risk.overrides import RiskDecision
from services.risk.ports import Applications, FoundReports, Kyc, ReportFilter
from services.risk.refusal_reasons import by_others, by_risk
from services.risk.refusals import Refused, decision_due
from services.risk.rules import RuleOutcome
from services.risk.rules_holding import holding, priced
from services.risk.scorecards import Tables
from services.risk.scoring import assess, assess_offer
from services.risk.searching import ReportIndex, search
from services.risk.store import UnitOfWork
from services.runtime.clock import Clock
from services.runtime.context import caller
from services.runtime.events.inbox import NotYet
from services.runtime.money import Money
from services.runtime.stores.paging import Page


@dataclass(frozen=True)
class Open:
    """An application was submitted with these figures; `party_ids` are who is bound beside the customer."""

    application_id: str
    customer_id: str
    figures: Figures
    submit_time: datetime
    party_ids: tuple[str, ...] = ()
    for_legal_entity: bool = False


@dataclass(frozen=True)
class Start:
    """KYC was approved: by whom it was verified and decided, on which income."""

    application_id: str
    verified_by: str
    decided_by: str
    monthly_income: Money | None


@dataclass(frozen=True)
class AssessOffer:
    """Somebody is about to offer these terms."""

    application_id: str
    terms: LoanTerms


@dataclass(frozen=True)
class Decide:
    """A risk manager decides; only a rejection has a `rejection_reason`.

    `addressed_rules` are those that referred the application to a person, and that an approval has looked at.
    """

    application_id: str
    decision: RiskDecision
    rejection_reason: RiskRejectionReason | None
    reason: str
    addressed_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refuse:
    """Another service's decision against an application."""

    application_id: str
    refused: Refused


@dataclass(frozen=True)
class App(EvidenceEvents):
    """What the service can do; everything it needs is given at the start. `index` is None without a search engine.

    `law` gives the pack of a facility type; `asks_bureau` where a credit bureau is connected. `connections` finds who
    is connected by the control of companies; nobody is without.
    """

    begin: Callable[[], UnitOfWork]
    clock: Clock
    facilities: Mapping[str, Facility]
    tables: Tables
    applications: Applications
    kyc: Kyc
    index: ReportIndex | None = None
    law: Callable[[str], Pack] = pack_of
    asks_bureau: bool = False
    connections: Connections | None = None

    def read_ahead(self, reports: Collection[str], income: Collection[str], collateral: Collection[str]) -> None:
        """Reads at once, in the open transaction, what its events ask for one after the other; by applications."""
        with self.begin() as uow:
            uow.reports.read_ahead(reports)
            uow.income_files.read_ahead(income)
            uow.collateral_files.read_ahead(collateral)
            uow.commit()

    def open(self, command: Open) -> None:
        """Keeps an application's figures; idempotent."""
        with self.begin() as uow:
            if uow.reports.find(command.application_id) is None:
                due = decision_due(command.submit_time, self.law(command.figures.facility_type))
                uow.reports.add(Report(**vars(command), decision_due_time=due))
                uow.commit()

    def start(self, command: Start) -> None:
        """Assesses an application whose KYC is approved, or has a credit bureau be asked first.

        Errors: NotYet when its submission has not arrived, Unavailable when it cannot be known what else is owed.
        """
        with self.begin() as uow:
            if (known := uow.reports.find(command.application_id)) is None:
                raise NotYet("the submission has not arrived")
        if known.status is not RiskStatus.PENDING:
            return
        exposure = self.exposure(command.application_id)
        with self.begin() as uow:
            report = _exposed(uow, command.application_id, exposure)
            report.verify((command.verified_by, command.decided_by), command.monthly_income)
            if not (self.asks_bureau and awaits(uow, report, self.clock.now())):
                report.begin(*self.assessment(uow, report))
            uow.commit()

    def assess(self, application_id: str) -> Report:
        """Assesses an application anew; Unavailable when it cannot be known what else is owed."""
        self.read(application_id).check_assessable()
        exposure = self.exposure(application_id)
        with self.begin() as uow:
            report = _exposed(uow, application_id, exposure)
            if self.asks_bureau:
                hear(uow, report)
            report.assess(*self.assessment(uow, report))
            uow.commit()
        return report

    def assess_offer(self, command: AssessOffer) -> OfferAssessment:
        """Assesses terms that are to be offered, and keeps that, if they are within the officer's mandate."""
        with self.begin() as uow:
            report = uow.reports.get(command.application_id)
            decided, now = report.check_offerable(), self.clock.now()
            table, figures = self.tables.of(decided.scorecard_version), as_secured(uow, report, now)
            found = assess_offer(command.terms, figures, table, now, decided.credit_record is not None)
            rules = uow.rule_sets.recorded(report.rules)
            require_within(report, rules, figures, command.terms, found)
            require_rules(rules, report.rules, figures, command.terms, found)
            made = _offer(command.terms, found)
            require_secured(against_now(uow, report, made.terms, now))
            report.keep_offer(made)
            uow.commit()
        return made

    def decide(self, command: Decide) -> Report:
        """Takes the risk manager's decision."""
        self.read(command.application_id).check_decidable(caller().holder)
        self.applications.check_ongoing(command.application_id)
        self.kyc.check_approved(command.application_id)
        exposure = self.exposure(command.application_id)
        with self.begin() as uow:
            report = uow.reports.get(command.application_id)
            words = command.reason, caller().holder, self.clock.now()
            report.renew(exposure, holding(uow.rule_sets.in_force(words[2]), words[2]))
            if command.decision is RiskDecision.APPROVED:
                report.approve(*words, command.addressed_rules)
            else:
                report.reject(command.rejection_reason or RiskRejectionReason.OTHER, *words)
            self.note_refusal(report)
            uow.commit(why=command.reason)
        return report

    def refuse(self, command: Refuse) -> None:
        """Records the decision of another service; NotYet when the submission has not arrived."""
        with self.begin() as uow:
            if uow.reports.find(command.application_id) is None:
                raise NotYet("the submission has not arrived")
            report = uow.reports.get(command.application_id)
            report.refuse(by_others(command.refused, report), self.law(report.figures.facility_type))
            uow.commit()

    def note_refusal(self, report: Report) -> None:
        """Has a report that was just decided record its refusal, if it is one."""
        if report.status is RiskStatus.REJECTED:
            report.refuse(by_risk(report), self.law(report.figures.facility_type))

    def recover_refusal(self, application_id: str) -> Report:
        """Has a report that was rejected before refusals were recorded record its own: a notice is owed of it, too."""
        with self.begin() as uow:
            report = uow.reports.get(application_id)
            if report.lacks_refusal:
                self.note_refusal(report)
                uow.commit(why="rejected before refusals were recorded")
        return report

    def close(self, application_id: str) -> None:
        """Ends the report of an application that ended; one that was never submitted has none."""
        with self.begin() as uow:
            if uow.reports.find(application_id) is not None:
                uow.reports.get(application_id).close()
                close_collateral(uow, application_id)
                uow.commit()

    def erase(self, customer_id: str, ended: datetime) -> None:
        """Has all that is kept about an erased customer become unreadable, when the law no longer wants it.

        They have no address any more: a notice that they do not have is owed to nobody, and no answer to a review. The
        index loses their reports now: the law wants them kept, and not found by words.
        """
        with self.begin() as uow:
            for report in uow.reports.owed_to(customer_id):
                report.end_refusal(self.clock.now())
            uow.forget(customer_id, self.clock.now(), expiry_after(ended))
            uow.reports.reindex(customer_id)
            uow.known_customers.delete_of(customer_id)
            uow.commit()

    def read(self, application_id: str) -> Report:
        """Reads one report."""
        with self.begin() as uow:
            return uow.reports.read(application_id)

    def explain(self, application_id: str) -> Explanation:
        """Explains the decision on an application."""
        return explain(self.read(application_id))

    def owner_of(self, application_id: str) -> str:
        """Names the customer whose application it is."""
        return self.read(application_id).customer_id

    def search(self, wanted: ReportFilter, page: Page) -> FoundReports:
        """Finds reports, latest assessment first."""
        with self.begin() as uow:
            return search(uow, self.index, wanted, page)

    def exposure(self, application_id: str) -> Exposure:
        """Asks what is owed beside a loan; Unavailable when that cannot be known."""
        report = self.read(application_id)
        ids, currency = (report.application_id, report.customer_id, report.party_ids), report.figures.amount.currency
        controlled = frozenset[str]() if self.connections is None else self.connections.of(report)
        return gather(*ids, currency, self.applications.commitments, controlled)

    def assessment(self, uow: UnitOfWork, report: Report) -> tuple[Assessment, RuleOutcome]:
        """The assessment of a report on its figures as they are, and what the rules in force find on it."""
        facility, now = self.facilities[report.figures.facility_type], self.clock.now()
        learn(uow, report, now)
        asked = partial(assess, report.figures, facility, self.tables.champion, now, self.tables.challenger)
        found, outcome = priced(asked, uow.rule_sets.in_force(now), report.figures)
        count(found)
        return found, outcome


def assessed_terms(terms: LoanTerms, found: Assessment) -> AssessedTerms:
    """Terms as an assessment of them has them."""
    amount, instalment = Money(terms.principal, terms.currency), found.indicators.monthly_instalment
    return AssessedTerms(amount, terms.annual_rate_percent, terms.tenure_months, instalment)


def _exposed(uow: UnitOfWork, application_id: str, exposure: Exposure) -> Report:
    """The report, for a change, with what is owed beside its loan."""
    report = uow.reports.get(application_id)
    report.expose(exposure)
    return report


def _offer(terms: LoanTerms, found: Assessment) -> OfferAssessment:
    of = found.indicators
    return OfferAssessment(
        assessed_terms(terms, found), terms.hash(), of.debt_to_income_percent, of.repayment_capacity, found.score,
        found.rating, found.assess_time, found.unscored,
    )  # fmt: skip
