"""What each use case that listens to events does: in which state of the service it is seen, and what it changes there.

Written by a person, beside proto/review/listeners.txt. `changes` are fields of what is stored, with what they are set
to: `reviews` says that a row was added or is gone, and `reviews.status` to what a field was set. Whatever a handler
changes must stand here; of a row that is added, only what is said is compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.activation.model import Account, AccountStatus
from services.activation.signature import KycApproval, Signature
from services.agreement.model import Agreement
from services.agreement.signers import AgreementStatus
from services.application.model import Application
from services.application.request import Project, Request
from services.application.status import MOVES, Action, ApplicationStatus
from services.approval.model import ApprovalStatus, Dossier
from services.auth.app_authorizations import Consent
from services.auth.model import Account as AuthAccount
from services.auth.registrations import Registration
from services.auth.sign_ins import Session, SessionEnd
from services.customer.model import Customer, KycStatus
from services.discussion.limits import Assessed
from services.discussion.model import Discussion, DiscussionStatus
from services.document.model import Content, Document, DocumentType, Folder, Stage
from services.kyc.model import Review
from services.kyc.monitoring import MonitoredCustomer
from services.kyc.status import ReviewStatus
from services.lending.facility import facility
from services.notification.model import Channel, Notification, NotificationStatus, Occasion, Outcome, Text
from services.notification.notices import SILENT
from services.repayment.loan_account import LoanStatus
from services.risk.collateral import CollateralFile
from services.risk.figures import Figures
from services.risk.model import Report, RiskStatus
from services.runtime.events.avro import event_option
from services.terms import to_money, to_terms
from tests.factories.loans import START, TERMS, euros, open_loan
from tests.fakes.clock import NOON
from tests.fakes.memory import Memory
from tests.unit.listeners.services import CONTRACT, PDF, REPOSITORIES
from tests.unit.listeners.staff import mailed, manager

_UNNOTIFIED = {str(event_option(kind.DESCRIPTOR).type) for kind in SILENT}
ADDED, GONE = "added", "gone"
EARLIER = NOON - timedelta(days=1)
# Services whose erasure is the end of their data keys, and of nothing else.
_KEEPERS = ("kyc", "risk", "discussion", "approval", "activation", "repayment")
# Any value, as long as it is another one.
ANOTHER = object()
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """What an event of a type `changes`, in each of the states of `stored`: what is there before, by repository.

    `files` are the keys of those that are there too.
    """

    stored: Callable[[str], Iterable[Mapping[str, Any]]]
    changes: Callable[[str, Any], Changes]
    files: tuple[str, ...] = ()

    def memories(self, service: str, event_type: str) -> Iterator[Memory]:
        """The service's database before the event, in each state."""
        for stored in self.stored(event_type):
            made = Memory(**REPOSITORIES[service])
            for repository, aggregate in stored.items():
                made.put(repository, aggregate)
            made.files |= dict.fromkeys(self.files, "content")
            yield made


def _fixed(stored: Callable[[], Mapping[str, Any]], *files: str, **changes: Any) -> Effect:
    """The effect of a use case that is the same for every type; `__` stands for the dot."""
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return Effect(lambda _: [stored()], lambda *_: dotted, files)


def _nothing() -> Mapping[str, Any]:
    return {}


def _application(status: ApplicationStatus, loan_id: str = "", **taken: int) -> Application:
    project = Project("Kitchen", "", euros("7000"))
    request = Request(project, "PERSONAL", euros("6000"), 12, "", euros("3000"), euros("200"), euros("0"))
    made = Application.create("a1", "c1", request, facility("PERSONAL"), EARLIER)
    made.status, made.loan_id, made.taken = status, loan_id, {Action[name]: count for name, count in taken.items()}
    return made


# Which action an event reports is the table of moves' to say, not the subscription's.
_REPORTED = {move.reported_by: action for action, move in MOVES.items() if move.reported_by}


def _before_move(event_type: str) -> list[Mapping[str, Any]]:
    action = _REPORTED[event_type]
    status = next(each for each in ApplicationStatus if each in MOVES[action].allowed_from - {MOVES[action].to})
    with_loan = action in (Action.DISBURSE, Action.CLOSE, Action.REOPEN, Action.CANCEL)
    if with_loan and ApplicationStatus.DISBURSED in MOVES[action].allowed_from:
        status = ApplicationStatus.DISBURSED
    return [{"applications": _application(status, "l1" if with_loan else "")}]


def _anywhere(event_type: str) -> list[Mapping[str, Any]]:
    """In every status that moves lead out of: a move that is none of the event's is seen only there."""
    statuses = sorted({each for move in MOVES.values() for each in move.allowed_from}, key=lambda each: each.value)
    with_loan = (ApplicationStatus.ACTIVE, ApplicationStatus.DISBURSED, ApplicationStatus.CLOSED)
    return [{"applications": _application(each, "l1" if each in with_loan else "")} for each in statuses]


def _move(event_type: str, event: Any) -> Changes:
    action = _REPORTED[event_type]
    path, numbered = [MOVES[action].to], [action] if MOVES[action].numbered_by else []
    if action in (Action.DECLINE_OFFER, Action.EXPIRE_OFFER):
        # An offer's end closes too, at once.
        path, numbered = [*path, ApplicationStatus.CLOSED], [Action.CLOSE]
    changes = {"status": path[-1], "update_time": NOON, "entry_count": len(path)}
    changes["entries"] = Timeline(event_type, tuple(path))
    if numbered:
        changes["taken"] = dict.fromkeys(numbered, 1)
    if action is Action.ACTIVATE:
        changes["loan_id"] = "l1"
    if action in (Action.ACCEPT_OFFER, Action.ACTIVATE):
        changes["agreed_terms"] = to_terms(event.terms)
    counted = {"figures": ADDED} if action in (Action.APPROVE_RISK, Action.REJECT_RISK) else {}
    return {f"applications.{name}": value for name, value in changes.items()} | counted


def _note(event_type: str, event: Any) -> Changes:
    changes: dict[str, Any] = {"applications.entry_count": 1, "applications.entries": Timeline(event_type)}
    if event_type in ("payment.verified", "payment.reversed", "loan.withdrawal.declared"):
        changes["applications.principal_balance"] = to_money(event.principal_balance)
    return changes


@dataclass(frozen=True, eq=False)
class Timeline:
    """Equal to lines about an event of that type, one for each status that it led to, or one that led to none."""

    what: str
    to: tuple[ApplicationStatus, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list) or {each.what for each in other} != {self.what}:
            return False
        led_to = tuple(each.to_status for each in other if each.to_status is not each.from_status)
        return led_to == self.to and len(other) == max(len(self.to), 1)

    __hash__ = object.__hash__


def _customer(**changes: Any) -> Customer:
    made = Customer.register("c1", "anna@example.org", "Anna Muster", "+4915112345678", EARLIER)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _what(event_type: str) -> str:
    return "loan:l1" if event_type.startswith("loan.") else "application:a1"


def _kyc_status(event_type: str, event: Any) -> Changes:
    status = KycStatus.APPROVED if event_type == "kyc.approved" else KycStatus.REJECTED
    return {"customers.kyc_status": status, "customers.update_time": NOON}


def _document() -> Document:
    content = Content("passport.pdf", "application/pdf", 10, "0" * 64, True)
    return Document.upload("d1", Folder("a1", "c1", "PERSONAL"), DocumentType.IDENTITY, content, "c1", EARLIER)


def _folder(event_type: str, event: Any) -> Changes:
    stage = Stage.DRAFT if event_type == "application.created" else Stage.UNDER_WAY
    return {"folders": ADDED, "folders.stage": stage, "folders.application_id": "a1", "folders.customer_id": "c1"}


def _report() -> Report:
    each = euros("1000")
    return Report("a1", "c1", Figures("PERSONAL", euros("6000"), 12, each, each, each, each), EARLIER)


def _agreement() -> Agreement:
    return Agreement("a1", "c1", AgreementStatus.GENERATED, contract=CONTRACT, update_time=EARLIER)


def _signature() -> Signature:
    return Signature("a1", "c1", TERMS, TERMS.hash(), EARLIER)


def _account(status: AccountStatus) -> Account:
    account = Account.open("l1", "d1", _signature(), KycApproval("a1", 1), "PERSONAL", EARLIER)
    if status is not AccountStatus.ACTIVE:
        account.bank_took("ref", EARLIER)
    if status is AccountStatus.CLOSED:
        account.close(euros("1250"), EARLIER)
    return account


def _pending_loan() -> Any:
    loan = open_loan(start=START - timedelta(days=1))
    loan.status = LoanStatus.PENDING
    return loan


def _login() -> Mapping[str, Any]:
    account = AuthAccount.of_customer("c1", "anna@example.org", "hash", EARLIER)
    consent = Consent.begin("n1", "c1", "app", frozenset(), EARLIER)
    said = "c1", "anna@example.org", "Anna Muster", "+4915112345678"
    waiting = Registration(*said, "hash", EARLIER, EARLIER + timedelta(days=2))
    session = Session.begin("s1", "c1", "hash", (), NOON)
    return {"accounts": account, "sessions": session, "consents": consent, "registrations": waiting}


def _messages() -> Mapping[str, Any]:
    message = Notification(
        notification_id="n1", customer_id="c1", event_id="e1", event_type="loan.activated", channel=Channel.EMAIL,
        status=NotificationStatus.PENDING, text=Text("s", "b", 1), application_id="a1", loan_id="l1",
        create_time=EARLIER, due_time=EARLIER,
    )  # fmt: skip
    return {"notifications": message, "occasions": Occasion("o1", "c1", "a1", "loan.activated", Outcome.TOLD, EARLIER)}


def _notice(event_type: str, event: Any) -> Changes:
    about = getattr(event, "application_id", "") or "c1"
    occasion = {"event_type": event_type, "customer_id": "c1", "about": about, "outcome": Outcome.TOLD}
    message = {"event_type": event_type, "customer_id": "c1", "loan_id": getattr(event, "loan_id", "")}
    return {
        "moments": ADDED, "notifications": ADDED, **{f"notifications.{name}": value for name, value in message.items()},
        "occasions": ADDED, **{f"occasions.{name}": value for name, value in occasion.items()},
    }  # fmt: skip


def _passed_on(event_type: str, event: Any) -> Changes:
    kept = {"event_type": event_type, "customer_id": "c1", "about": "a1", "create_time": NOON}
    notified = {} if event_type in _UNNOTIFIED else _notice(event_type, event)
    return {**notified, "occurrences": ADDED, **{f"occurrences.{name}": value for name, value in kept.items()}}


def _deciders(event_type: str, event: Any) -> Changes:
    people = [event.verified_by] if event_type == "kyc.approved" else []
    proposers = [event.proposed_by] if event_type == "risk.approved.for.discussion" else []
    return {"agreements": ADDED, "agreements.deciders": (*people, event.decided_by, *proposers)}


_BOTH = Dossier("a1", ("o1", "o2"), ("o3",))
EFFECTS: Mapping[tuple[str, str], Effect] = {
    ("activation", "on_kyc_approved"): _fixed(_nothing, kyc_approvals=ADDED, kyc_approvals__kyc_version=1),
    ("activation", "on_signed"): _fixed(
        lambda: {"kyc_approvals": KycApproval("a1", 1)},
        signatures=ADDED, signatures__terms=TERMS, signatures__next_try_time=NOON,
    ),
    ("activation", "on_withdrawal_requested"): _fixed(
        lambda: {"accounts": _account(AccountStatus.ACTIVE)},
        accounts__status=AccountStatus.CANCELLED, accounts__cancellation=ANOTHER, accounts__disbursement=ANOTHER,
        accounts__principal_balance=euros("0"), accounts__close_time=NOON, accounts__update_time=NOON,
        accounts__next_try_time=None,
    ),
    ("activation", "follow_ledger"): _fixed(
        lambda: {"accounts": _account(AccountStatus.DISBURSED)},
        accounts__principal_balance=euros("900"), accounts__total_paid=euros("300"), accounts__update_time=NOON,
    ),
    ("activation", "close"): _fixed(
        lambda: {"accounts": _account(AccountStatus.DISBURSED)},
        accounts__status=AccountStatus.CLOSED, accounts__principal_balance=euros("0"), accounts__close_time=NOON,
        accounts__total_paid=euros("300"), accounts__update_time=NOON,
    ),
    ("activation", "reopen"): _fixed(
        lambda: {"accounts": _account(AccountStatus.CLOSED)},
        accounts__status=AccountStatus.DISBURSED, accounts__close_time=None, accounts__update_time=NOON,
    ),
    ("agreement", "note_deciders"): Effect(lambda _: [{}], _deciders),
    ("agreement", "make"): _fixed(
        _nothing,
        agreements=ADDED, agreements__status=AgreementStatus.GENERATED, agreements__contract=CONTRACT,
    ),
    ("agreement", "close"): _fixed(
        lambda: {"agreements": _agreement()},
        agreements__status=AgreementStatus.CLOSED, agreements__update_time=NOON,
    ),
    ("agreement", "erase"): _fixed(
        lambda: {"agreements": _agreement()},
        PDF.key,
        agreements__status=AgreementStatus.CLOSED, agreements__update_time=NOON, agreements__files_removed=True,
        files=GONE, forgotten=ADDED,
    ),
    ("application", "note"): Effect(_anywhere, _note),
    ("application", "move"): Effect(_before_move, _move),
    ("application", "end_of_customer"): _fixed(
        lambda: {"applications": _application(ApplicationStatus.SUBMITTED)},
        applications__status=ApplicationStatus.WITHDRAWN, applications__update_time=NOON,
        applications__entry_count=1,
        applications__entries=Timeline("application.withdrawn", (ApplicationStatus.WITHDRAWN,)), forgotten=ADDED,
    ),
    ("approval", "note_kyc"): _fixed(
        _nothing, dossiers=ADDED, dossiers__kyc_deciders=("<verified_by>", "<decided_by>"), dossiers__ended=False
    ),
    ("approval", "note_risk"): _fixed(
        _nothing, dossiers=ADDED, dossiers__risk_deciders=("<decided_by>", "<proposed_by>"), dossiers__ended=False
    ),
    ("approval", "open"): _fixed(
        lambda: {"dossiers": _BOTH},
        approvals=ADDED, approvals__status=ApprovalStatus.READY, approvals__terms=TERMS,
    ),
    ("approval", "end"): _fixed(_nothing, dossiers=ADDED, dossiers__ended=True),
    **{(name, "erase"): _fixed(_nothing, forgotten=ADDED) for name in _KEEPERS},
    ("auth", "on_customer_erased"): _fixed(
        _login,
        accounts__email="", accounts__password_hash="", accounts__update_time=NOON, accounts__erase_time=NOON,
        accounts__epoch=2, consents__withdraw_time=NOON,
        sessions__end_time=NOON, sessions__end_reason=SessionEnd.ACCOUNT_ERASED, registrations=GONE,
        forgotten=ADDED,
    ),
    ("auth", "mail_staff"): Effect(lambda _: [{"accounts": manager(EARLIER)}], lambda kind, _: mailed(kind)),
    ("customer", "on_kyc_decided"): Effect(lambda _: [{"customers": _customer(kyc_version=1)}], _kyc_status),
    ("customer", "on_started"): Effect(
        lambda _: [{"customers": _customer()}],
        lambda kind, _: {"customers.running": frozenset({_what(kind)}), "customers.idle_since": None},
    ),
    ("customer", "on_reopened"): Effect(
        lambda _: [{"customers": _customer()}],
        lambda kind, _: {"customers.running": frozenset({_what(kind)}), "customers.idle_since": None},
    ),
    ("customer", "on_ended"): Effect(
        lambda kind: [{"customers": _customer(running=frozenset({_what(kind)}))}],
        lambda *_: {"customers.running": frozenset(), "customers.idle_since": NOON},
    ),
    ("discussion", "release"): _fixed(
        _nothing,
        discussions=ADDED, discussions__status=DiscussionStatus.READY, discussions__customer_id="c1",
        discussions__assessed=Assessed(Decimal("1200"), 1),
    ),
    ("discussion", "end"): _fixed(
        lambda: {"discussions": Discussion.release("a1", "c1", "PERSONAL", Assessed(Decimal("1200"), 1), EARLIER)},
        discussions__status=DiscussionStatus.CLOSED, discussions__update_time=NOON, endings=ADDED,
    ),
    ("document", "open"): Effect(lambda _: [{}], _folder),
    ("document", "end"): _fixed(
        lambda: {"folders": Folder("a1", "c1", "PERSONAL", Stage.UNDER_WAY)}, folders__stage=Stage.ENDED
    ),
    ("document", "erase"): _fixed(
        lambda: {"documents": _document()},
        "a1/d1",
        documents__status=ANOTHER, documents__content=ANOTHER, files=GONE, forgotten=ADDED,
    ),
    ("kyc", "open"): _fixed(
        _nothing, reviews=ADDED, reviews__status=ReviewStatus.PENDING, reviews__applied_income=euros("1200"),
        monitored=ADDED, monitored__running=("a1",), monitored__changes=1,
    ),
    ("kyc", "close"): _fixed(
        lambda: {"reviews": Review("a1", "c1", EARLIER), "monitored": MonitoredCustomer("c1", ("a0", "a1"))},
        reviews__status=ReviewStatus.CLOSED, monitored__running=("a0",),
    ),
    ("kyc", "reopen"): _fixed(
        lambda: {"reviews": Review("a1", "c1", EARLIER), "monitored": MonitoredCustomer("c1")},
        monitored__running=("a1",), monitored__changes=1,
    ),
    ("kyc", "on_details_changed"): _fixed(
        lambda: {"monitored": MonitoredCustomer("c1", ("a1",), 1, 1)}, monitored__changes=2
    ),
    ("notification", "notify"): Effect(lambda _: [{}], _notice),
    ("notification", "pass_on"): Effect(lambda _: [{}], _passed_on),
    ("notification", "-"): _fixed(_nothing),
    ("notification", "erase"): _fixed(
        _messages, notifications=GONE, occasions=GONE, recipients=ADDED, recipients__erase_time=NOON, forgotten=ADDED,
    ),
    ("repayment", "open_ledger"): _fixed(
        _nothing, loans=ADDED, loans__status=LoanStatus.PENDING, loans__terms=TERMS, loans__start_date=START
    ),
    ("repayment", "disburse"): _fixed(
        lambda: {"loans": _pending_loan()}, loans__status=LoanStatus.OPEN, loans__start_date=START
    ),
    ("repayment", "cancel"): _fixed(
        lambda: {"loans": _pending_loan()}, loans__status=LoanStatus.CANCELLED, loans__close_time=NOON
    ),
    ("risk", "open"): _fixed(_nothing, reports=ADDED, reports__status=RiskStatus.PENDING, reports__customer_id="c1"),
    ("risk", "start"): _fixed(
        lambda: {"reports": _report()},
        reports__status=RiskStatus.ASSESSED, reports__earlier_deciders=("<verified_by>", "<decided_by>"),
        reports__figures=ANOTHER, reports__assessment=ANOTHER, reports__rules=ANOTHER,
    ),
    ("risk", "refuse"): _fixed(lambda: {"reports": _report()}, reports__refusals=ANOTHER),
    ("risk", "close"): _fixed(
        lambda: {"reports": _report(), "collateral_files": CollateralFile("a1", "c1", "EUR")},
        reports__status=RiskStatus.CLOSED, collateral_files__closed=True,
    ),
    ("risk", "reopen"): _fixed(
        lambda: {"collateral_files": CollateralFile("a1", "c1", "EUR", closed=True)}, collateral_files__closed=False
    ),
    ("risk", "order_reading"): _fixed(
        _nothing, income_files=ADDED, income_files__customer_id="c1", income_files__reassess_time=None
    ),
}  # fmt: skip
