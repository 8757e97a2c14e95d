"""The loan application: what a customer asks for, and the status of the loan's whole lifecycle."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.application.events import (
    ApplicationClosed,
    ApplicationCreated,
    ApplicationRejected,
    ApplicationReopened,
    ApplicationStatusChanged,
    ApplicationSubmitted,
    ApplicationWithdrawalRequested,
    ApplicationWithdrawn,
)
from services.application.status import (
    MOVES,
    REJECTIONS,
    TERMINAL_STATUSES,
    Action,
    ApplicationStatus,
    Fit,
    Position,
    fit,
)
from services.circumstances import Circumstances
from services.lending.facility import Facility
from services.runtime.aggregate import Aggregate
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money


@dataclass(frozen=True)
class Project:
    """What the money is for."""

    name: str
    description: str
    cost: Money


@dataclass(frozen=True)
class Request:
    """What the customer asks for and the figures on which it is judged; all money in the facility's currency."""

    project: Project
    facility_type: str
    amount: Money
    tenure_months: int
    purpose: str
    monthly_income: Money
    monthly_debts: Money
    collateral_value: Money
    circumstances: Circumstances | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: who did what, in which service, and what it changed."""

    number: int
    time: datetime
    service: str
    what: str
    who: str
    from_status: ApplicationStatus
    to_status: ApplicationStatus
    why: str
    correlation_id: str


@dataclass(frozen=True)
class Report:
    """What happened to a loan, as this service did it or another one reports it."""

    time: datetime
    service: str
    what: str
    who: str
    why: str
    correlation_id: str


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
        self.request, self.update_time = request, at

    def check_draft(self) -> None:
        """Refuses what only a draft allows."""
        self._require(ApplicationStatus.DRAFT)

    def check_submittable(self, kyc_details_complete: bool) -> None:
        """Refuses what is no draft, and a draft of a customer without KYC details."""
        self.check_draft()
        if not kyc_details_complete:
            raise FailedPrecondition("submit your KYC details first", reason="KYC_DETAILS_MISSING")

    def submit(self, report: Report) -> None:
        """Hands the draft in, whose documents are there and frozen."""
        self.check_draft()
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
        before_and_after = {ApplicationStatus.DRAFT, *TERMINAL_STATUSES}
        self._require(*(status for status in ApplicationStatus if status not in before_and_after))

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

    def note(self, report: Report) -> None:
        """Writes a timeline line for something that does not move the loan."""
        self._line(report, self.status)

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
        if action is Action.REOPEN:
            self._emit(ApplicationReopened(self.application_id, self.customer_id, report.time))
        elif after in REJECTIONS:
            self._emit(ApplicationRejected(self.application_id, self.customer_id, after, report.time))
        elif after in (ApplicationStatus.CLOSED, ApplicationStatus.CANCELLED):
            self._emit(ApplicationClosed(self.application_id, self.customer_id, before, report.time))
        elif after is ApplicationStatus.WITHDRAWN:
            self._emit(ApplicationWithdrawn(self.application_id, self.customer_id, before, report.time))
        elif after in MOVES[Action.CLOSE].allowed_from and after is not ApplicationStatus.DISBURSED:
            self._move(Action.CLOSE, report)

    def _submitted(self, at: datetime) -> ApplicationSubmitted:
        r = self.request
        return ApplicationSubmitted(
            self.application_id, self.customer_id, r.facility_type, r.amount, r.tenure_months,
            r.project.cost, r.monthly_income, r.monthly_debts, r.collateral_value, at, r.circumstances,
        )  # fmt: skip

    def _line(self, report: Report, to: ApplicationStatus) -> None:
        self.entry_count += 1
        self.entries.append(Entry(self.entry_count, **vars(report), from_status=self.status, to_status=to))

    def _require(self, *allowed: ApplicationStatus) -> None:
        if self.status not in allowed:
            names = [s.name for s in sorted(allowed, key=lambda s: s.value)]
            raise FailedPrecondition.wrong_status("application", self.status.name, names)


def check_limits(request: Request, facility: Facility) -> None:
    """Refuses a request outside its facility's limits, and money in another currency than the facility's.

    Errors: InvalidArgument WRONG_CURRENCY, or LendingError FACILITY_LIMIT with the limit that was hit.
    """
    facility.require_request(request.amount.amount, request.amount.currency, request.tenure_months)
    others = {name: getattr(request, name) for name in ("monthly_income", "monthly_debts", "collateral_value")}
    stated = request.circumstances.amounts if request.circumstances else {}
    others |= {f"circumstances.{name}": money for name, money in stated.items()}
    for name, money in {"project.cost": request.project.cost, **others}.items():
        if money.currency != facility.currency:
            raise InvalidArgument.field(name, f"must be in {facility.currency}", reason="WRONG_CURRENCY")
