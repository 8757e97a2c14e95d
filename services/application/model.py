"""The loan application: what a customer asks for, and the status of the loan's whole lifecycle."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.application import news
from services.application.events import (
    ApplicationClosed,
    ApplicationCreated,
    ApplicationPartyAnswered,
    ApplicationPartyInvited,
    ApplicationRejected,
    ApplicationReopened,
    ApplicationStatusChanged,
    ApplicationSubmitted,
    ApplicationWithdrawalRequested,
    ApplicationWithdrawn,
)
from services.application.news import Overdue
from services.application.parties import (
    ApplicationParty,
    NamedParty,
    PartyRole,
    PartyStatus,
    check_all_consented,
    check_distinct,
    check_kyc_details,
)
from services.application.request import Request, check_limits
from services.application.status import (
    MOVES,
    ONGOING,
    REJECTIONS,
    TERMINAL_STATUSES,
    Action,
    ApplicationStatus,
    Fit,
    Position,
    fit,
)
from services.application.timeline import Entry, Report
from services.lending import LoanTerms
from services.lending.facility import Facility
from services.outsiders import require_outsider
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from services.runtime.money import Money


@dataclass
class Application(Aggregate):
    """A loan from draft to end. Only what other services report moves it past SUBMITTED."""

    application_id: str
    customer_id: str
    request: Request
    status: ApplicationStatus
    create_time: datetime
    update_time: datetime
    submit_time: datetime | None = None
    activation_authorized: bool = False
    withdrawal_requested: bool = False
    loan_id: str = ""
    agreed_terms: LoanTerms | None = None
    principal_balance: Money | None = None
    """Of the ledger, as of the last payment that was verified or reversed."""
    parties: tuple[ApplicationParty, ...] = ()
    taken: dict[Action, int] = field(default_factory=dict)
    """How often each action was taken that a way back allows again."""
    entry_count: int = 0
    entries: list[Entry] = field(default_factory=list, compare=False)
    """Timeline lines that are not stored yet."""

    @classmethod
    def create(
        cls, application_id: str, customer_id: str, request: Request, facility: Facility, at: datetime
    ) -> "Application":
        """Makes a draft within the facility's limits."""
        check_limits(request, facility)
        made = cls(application_id, customer_id, request, ApplicationStatus.DRAFT, at, at)
        made._emit(
            ApplicationCreated(
                application_id, customer_id, request.facility_type, request.amount, request.tenure_months, at
            )
        )
        return made

    def change(self, request: Request, facility: Facility, at: datetime) -> None:
        """Changes a draft; once submitted it stands. Its facility type stands from the start: documents hang on it."""
        self.check_draft()
        if request.facility_type != self.request.facility_type:
            raise InvalidArgument.field("facility_type", f"must stay {self.request.facility_type}; create a new draft")
        check_limits(request, facility)
        if (request.amount, request.tenure_months) != (self.request.amount, self.request.tenure_months):
            # Who agreed has agreed to other terms.
            declined = PartyStatus.DECLINED
            self.parties = tuple(p if p.status is declined else p.asked_again(at) for p in self.parties)
        self.request, self.update_time = request, at

    def set_parties(self, named: Sequence[NamedParty], at: datetime) -> None:
        """Says who is bound beside the customer; who is there already in the same role keeps their answer."""
        self.check_draft()
        check_distinct(named, self.customer_id)
        present = {NamedParty(each.customer_id, each.role): each for each in self.parties}
        self.parties = tuple(present.get(each) or ApplicationParty.invited(each, at) for each in named)
        self.update_time = at
        r = self.request
        for each in named:
            if each not in present:
                about = r.facility_type, r.amount, r.tenure_months
                self._emit(ApplicationPartyInvited(self.application_id, each.customer_id, each.role, *about, at))

    def party(self, customer_id: str) -> ApplicationParty:
        """Somebody as a party; errors.NotFound when they are none."""
        found = next((each for each in self.parties if each.customer_id == customer_id), None)
        if found is None:
            raise NotFound(f"customer {customer_id} is no party of application {self.application_id}")
        return found

    @property
    def co_borrowers(self) -> frozenset[str]:
        """Who may see the application as the customer does."""
        bound = (each for each in self.parties if each.status is not PartyStatus.DECLINED)
        return frozenset(each.customer_id for each in bound if each.role is PartyRole.CO_BORROWER)

    def check_answer(self, customer_id: str, consent: bool, consent_version: str) -> None:
        """Refuses a consent to a draft that is none any more, and to another text than the present one."""
        party = self.party(customer_id)
        if consent:
            self.check_draft()
            party.check_consentable(consent_version)
        elif party.status is PartyStatus.DECLINED or self.activation_authorized:
            self.check_draft()
        else:
            self._require(*MOVES[Action.WITHDRAW].allowed_from)

    def answer(self, customer_id: str, consent: bool, consent_version: str, report: Report) -> None:
        """Takes a party's answer; a refusal takes back what was handed in. The same answer again changes nothing."""
        self.check_answer(customer_id, consent, consent_version)
        party, status = self.party(customer_id), PartyStatus.CONSENTED if consent else PartyStatus.DECLINED
        if party.status is status:
            return
        answered = party.answered(status, report.time)
        self.parties = tuple(answered if each is party else each for each in self.parties)
        self.update_time = report.time
        ids = self.application_id, self.customer_id, customer_id
        self._emit(ApplicationPartyAnswered(*ids, party.role, status, report.time))
        if self.status is not ApplicationStatus.DRAFT:
            self._move(Action.WITHDRAW, report)

    def check_draft(self) -> None:
        """Refuses what only a draft allows."""
        self._require(ApplicationStatus.DRAFT)

    def check_submittable(self, facility: Facility, kyc_details_complete: bool, has_legal_entity: bool = False) -> None:
        """Refuses what is no draft, and a draft of a customer without KYC details, or without its parties' consents.

        A draft may be older than the rule who can have its facility.
        """
        self.check_draft()
        facility.require_borrower(self.request.for_legal_entity)
        check_kyc_details(kyc_details_complete)
        if self.request.for_legal_entity and not has_legal_entity:
            raise FailedPrecondition("say for which company you act first", reason="LEGAL_ENTITY_MISSING")
        check_all_consented(self.parties)

    def submit(self, report: Report) -> None:
        """Hands the draft in, whose documents are there and frozen, and to which every party agreed."""
        self.check_draft()
        check_all_consented(self.parties)
        self.submit_time = report.time
        self._move(Action.SUBMIT, report)

    def withdraw(self, report: Report) -> None:
        """Takes the application back: at once or, once its activation is authorized, as soon as it is sure that nothing
        is paid. Possible until the payout.
        """
        self._require(*MOVES[Action.WITHDRAW].allowed_from, *MOVES[Action.CANCEL].allowed_from)
        if not self.activation_authorized and self.status in MOVES[Action.WITHDRAW].allowed_from:
            self._move(Action.WITHDRAW, report)
        elif not self.withdrawal_requested:
            self.withdrawal_requested, self.update_time = True, report.time
            self.note(replace(report, what="application.withdrawal.requested"))
            self._emit(ApplicationWithdrawalRequested(self.application_id, self.customer_id, report.time))

    def check_ongoing(self) -> None:
        """Refuses a step on what was not handed in, or has ended."""
        self._require(*ONGOING)

    def check_decider(self, decider_id: str) -> None:
        """Refuses MAKER_CHECKER a member of staff who is bound by the loan, also while they have not answered."""
        require_outsider(decider_id, (self.customer_id, *(each.customer_id for each in self.parties)))

    def authorize_activation(self) -> None:
        """Lets the loan be opened; from here on a withdrawal is a cancellation. Asking again changes nothing.

        The activation service may know of the signature before this service does, so earlier statuses do not refuse.
        """
        if self.status in TERMINAL_STATUSES:
            raise FailedPrecondition.wrong_status("application", self.status.name, ["AGREEMENT_SIGNED"])
        self.activation_authorized = True

    def report(self, action: Action, report: Report, loan_id: str = "", number: int = 1) -> Fit:
        """Takes another service's report: moves the loan, or returns that the report is early or late.

        `loan_id` comes with the report that the loan's account is open, and stays; what is reported of another loan is
        late. So is the `number`th report of what was taken that often. A late report leaves a line in the timeline and
        nothing else; an early one leaves nothing, to be taken again.
        """
        fitting = fit(action, Position(self.status, bool(self.loan_id), self.taken), number)
        if self.loan_id and loan_id not in ("", self.loan_id):
            fitting = Fit.LATE
        if fitting is Fit.NOW:
            self.loan_id = loan_id or self.loan_id
            self._move(action, report)
        elif fitting is Fit.LATE:
            self.note(report)
        return fitting

    def learn(self, terms: LoanTerms | None, principal_balance: Money | None) -> None:
        """Takes over what another service says of the loan's amounts; None is what it says nothing of."""
        self.agreed_terms = self.agreed_terms if terms is None else terms
        self.principal_balance = self.principal_balance if principal_balance is None else principal_balance

    def note(self, report: Report, arrears: Overdue | None = None) -> None:
        """Writes a timeline line for something that does not move the loan; who is bound hears of arrears, too."""
        self._line(report, self.status)
        for each in self.parties:
            if arrears is not None and news.is_warned(each, self.status):
                self._emit(arrears.warning(self.application_id, each, report.time))

    def _move(self, action: Action, report: Report) -> None:
        before, after = self.status, MOVES[action].to
        self._line(report, after)
        self.status, self.update_time = after, report.time
        if MOVES[action].numbered_by:
            self.taken[action] = self.taken.get(action, 0) + 1
        if action is Action.SUBMIT:
            self._emit(self._submitted(report.time))
        if before is not after:
            self._emit(ApplicationStatusChanged(self.application_id, self.customer_id, before, after, report.time))
            self._inform(before, report.time)
        ids, at, bound = (self.application_id, self.customer_id), report.time, self._bound_from(before)
        if action is Action.REOPEN:
            self._emit(ApplicationReopened(*ids, at, bound))
        elif after in REJECTIONS:
            self._emit(ApplicationRejected(*ids, after, at, bound))
        elif after in (ApplicationStatus.CLOSED, ApplicationStatus.CANCELLED):
            self._emit(ApplicationClosed(*ids, before, at, bound))
        elif after is ApplicationStatus.WITHDRAWN:
            self._emit(ApplicationWithdrawn(*ids, before, at, bound))
        elif after in MOVES[Action.CLOSE].allowed_from and after is not ApplicationStatus.DISBURSED:
            self._move(Action.CLOSE, report)

    def _inform(self, before: ApplicationStatus, at: datetime) -> None:
        for each in self.parties:
            if (told := news.of_move(self.application_id, each, before, self.status, at)) is not None:
                self._emit(told)

    def _bound_from(self, status: ApplicationStatus) -> tuple[str, ...]:
        """Who was bound beside the customer when the loan stood there: nobody is before it is handed in."""
        return () if status is ApplicationStatus.DRAFT else tuple(each.customer_id for each in self.parties)

    def _submitted(self, at: datetime) -> ApplicationSubmitted:
        r = self.request
        return ApplicationSubmitted(
            self.application_id, self.customer_id, r.facility_type, r.amount, r.tenure_months,
            r.project.cost, r.monthly_income, r.monthly_debts, r.collateral_value, at, r.circumstances,
            tuple(NamedParty(each.customer_id, each.role) for each in self.parties), r.for_legal_entity,
        )  # fmt: skip

    def _line(self, report: Report, to: ApplicationStatus) -> None:
        self.entry_count += 1
        self.entries.append(Entry(self.entry_count, **vars(report), from_status=self.status, to_status=to))

    def _require(self, *allowed: ApplicationStatus) -> None:
        if self.status not in allowed:
            names = [s.name for s in sorted(allowed, key=lambda s: s.value)]
            raise FailedPrecondition.wrong_status("application", self.status.name, names)
