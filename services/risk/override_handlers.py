"""The use cases of overrides: one person proposes, another one settles."""

from collections.abc import Callable
from dataclasses import dataclass

from services.lending import LoanTerms
from services.risk.assessment import AssessedTerms
from services.risk.events import OverrideReason, RiskRejectionReason
from services.risk.handlers import App, assessed_terms
from services.risk.mandate import RULE, excess, unaddressed
from services.risk.metrics import count_override
from services.risk.model import Report
from services.risk.overrides import Override, RiskDecision, not_needed, recommendation
from services.risk.rules import RuleSet
from services.risk.rules_holding import holding
from services.risk.scoring import assess_offer
from services.risk.store import UnitOfWork
from services.runtime.context import caller


@dataclass(frozen=True)
class ProposeOverride:
    """A decision against what the score recommends; only a rejection has a `rejection_reason`."""

    application_id: str
    decision: RiskDecision
    rejection_reason: RiskRejectionReason | None
    override_reason: OverrideReason
    reason: str


@dataclass(frozen=True)
class ProposeLimitOverride:
    """Terms beyond what was decided on."""

    application_id: str
    terms: LoanTerms
    override_reason: OverrideReason
    reason: str


@dataclass(frozen=True)
class SettleOverride:
    """What the second person says."""

    application_id: str
    confirmed: bool
    reason: str


@dataclass(frozen=True)
class Overrides:
    """What can be done about them; beside `App`, whose stores and peers they use."""

    app: App

    def propose(self, command: ProposeOverride) -> Report:
        """Proposes a decision against the recommendation; the report has what is owed elsewhere for both to see."""
        exposure = self.app.exposure(command.application_id)

        def kept(report: Report, uow: UnitOfWork) -> Override:
            now = self.app.clock.now()
            report.renew(exposure, holding(uow.rule_sets.in_force(now), now))
            proposal = Override(
                command.decision, command.override_reason, command.reason, recommendation(report.assessed()),
                caller().holder, now, command.rejection_reason,
            )  # fmt: skip
            report.propose(proposal)
            return proposal

        return self._propose(command.application_id, kept)

    def propose_limit(self, command: ProposeLimitOverride) -> Report:
        """Proposes terms beyond the decision."""

        def kept(report: Report, uow: UnitOfWork) -> Override:
            terms, limit = self._beyond(report, command.terms, uow.rule_sets.recorded(report.rules))
            proposal = Override(
                RiskDecision.APPROVED, command.override_reason, command.reason, recommendation(report.assessed()),
                caller().holder, self.app.clock.now(), None, terms, command.terms.hash(), limit,
            )  # fmt: skip
            report.propose_limit(proposal)
            return proposal

        return self._propose(command.application_id, kept)

    def settle(self, command: SettleOverride) -> Report:
        """Confirms or declines; a confirmed one of the decision is the decision, and asks what a decision asks.

        What is owed elsewhere may be more than when it was proposed: what rules say to that, both people have to see.
        """
        self.app.applications.check_ongoing(command.application_id)
        self.app.kyc.check_approved(command.application_id)
        exposure = self.app.exposure(command.application_id)
        with self.app.begin() as uow:
            report, now = uow.reports.get(command.application_id), self.app.clock.now()
            if command.confirmed:
                report.renew_override(exposure, holding(uow.rule_sets.in_force(now), now))
            done = report.settle(command.confirmed, command.reason, caller().holder, now)
            if not done.of_limit:
                self.app.note_refusal(report)
            uow.commit(why=command.reason)
        count_override(done)
        return report

    def _propose(self, application_id: str, kept: Callable[[Report, UnitOfWork], Override]) -> Report:
        self.app.applications.check_ongoing(application_id)
        with self.app.begin() as uow:
            report = uow.reports.get(application_id)
            proposal = kept(report, uow)
            uow.commit(why=proposal.reason)
        count_override(proposal)
        return report

    def _beyond(self, report: Report, terms: LoanTerms, rule_set: RuleSet | None) -> tuple[AssessedTerms, str]:
        """The terms as they are assessed, and the limit that they go beyond; `rule_set` is that of the decision."""
        decided = report.check_offerable()
        table = self.app.tables.of(decided.scorecard_version)
        on_record = decided.credit_record is not None
        found = assess_offer(terms, report.figures, table, self.app.clock.now(), on_record)
        beyond = excess(report.figures, decided, found)
        if beyond is None and not unaddressed(rule_set, report.rules, report.figures, terms, found):
            raise not_needed("the terms are within what was decided on, and can be offered as they are")
        return assessed_terms(terms, found), RULE if beyond is None else beyond.limit
