"""Between the contract and the model; pure."""

from datetime import date

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.customer.v1 import customer_pb2
from loanflow.repayment.v1 import loan_pb2, payment_pb2, statement_pb2, withdrawal_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.types.v1 import schedule_pb2
from services.lending.ledger import InstalmentState
from services.papers import formats
from services.repayment import events
from services.repayment.commands import (
    Decide,
    DeclareWithdrawal,
    Disburse,
    OpenLedger,
    Period,
    QuotePayoff,
    Record,
    Recorded,
    Reverse,
    Waive,
)
from services.repayment.daily_run import Progress, RunDaily
from services.repayment.model import DailyRun, Loan
from services.repayment.payment import Allocation, Payment, Proof
from services.repayment.ports import Party
from services.repayment.quotes import Outstanding, PaidYear, Payoff
from services.repayment.sheets import File, Order, StatementFormat, StatementKind
from services.repayment.statement import Entry, Statement
from services.repayment.transfers import similar
from services.repayment.withdrawal import Standing
from services.runtime.messages import OTHERS, In, Out, Outs
from services.runtime.money import Money
from services.terms import from_money, to_instalments, to_terms

_TOTALS = (
    "opening_balance", "closing_balance", "interest_charged", "total_paid", "total_due", "principal_balance",
)  # fmt: skip
_EVENTS = Outs(
    Out(events.PaymentReceived, events_pb2.PaymentReceived),
    Out(events.PaymentVerified, events_pb2.PaymentVerified),
    Out(events.PaymentRejected, events_pb2.PaymentRejected),
    Out(events.PaymentWithdrawn, events_pb2.PaymentWithdrawn),
    Out(events.PaymentSuperseded, events_pb2.PaymentSuperseded),
    Out(events.PaymentReversed, events_pb2.PaymentReversed),
    Out(events.PaymentOverdue, events_pb2.PaymentOverdue),
    Out(events.LoanFullyRepaid, events_pb2.LoanFullyRepaid),
    Out(events.LoanReopened, events_pb2.LoanReopened),
    Out(events.LoanWithdrawalDeclared, events_pb2.LoanWithdrawalDeclared),
    Out(events.LoanWithdrawalPartyInformed, events_pb2.LoanWithdrawalPartyInformed),
    Out(events.LoanWithdrawalSettled, events_pb2.LoanWithdrawalSettled),
    Out(events.LoanWithdrawalOverdue, events_pb2.LoanWithdrawalOverdue),
)
_OPEN_LEDGER = In(
    activation.RepaymentScheduleCreated, OpenLedger, given={"terms", "instalments"}, ignored=OTHERS
)  # fmt: skip
_DISBURSE = In(activation.DisbursementCompleted, Disburse, ignored=OTHERS)
_RECORD = In(pb.RecordPaymentRequest, Record)
_DECIDE = In(pb.VerifyPaymentRequest, Decide)
_REVERSE = In(pb.ReversePaymentRequest, Reverse)
_WAIVE = In(pb.WaiveFeeRequest, Waive)
_DECLARE = In(pb.DeclareWithdrawalRequest, DeclareWithdrawal)
_STANDING = Out(Standing, withdrawal_pb2.Withdrawal)
_QUOTE = In(pb.GetPayoffRequest, QuotePayoff)
_PERIOD = In(
    (pb.GetStatementRequest, pb.GetStatementFileRequest), Period, ignored={"format", "kind", "year", "language"}
)
_ORDER = In(
    pb.GetStatementFileRequest, Order,
    given={"period", "language"}, usual={"kind", "format"}, ignored={"loan_id", "from_date", "to_date"},
)  # fmt: skip
_FILE_ENDINGS = {
    StatementFormat.PDF: "pdf",
    StatementFormat.CSV: "csv",
    StatementFormat.JSON: "json",
    StatementFormat.CAMT_053: "xml",
}
_RUN = In(pb.RunDailyRequest, RunDaily)
_PAYMENT = Out(
    Payment, payment_pb2.Payment,
    given={
        "loan_id": str, "application_id": str, "customer_id": str, "proof": payment_pb2.Proof,
        "allocation": Allocation, "similar_payment_ids": list[str],
    },
)  # fmt: skip
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_PROOF = Out(Proof, payment_pb2.Proof)
_LOAN = Out(Loan, loan_pb2.Loan)
_OUTSTANDING = Out(Outstanding, loan_pb2.Outstanding, given={"next_instalment": schedule_pb2.Instalment})
_YEAR = Out(PaidYear, statement_pb2.YearSummary)
_PAYOFF = Out(Payoff, loan_pb2.Payoff, given={"date": date})
_ENTRY = Out(Entry, statement_pb2.StatementEntry, given={"amount": Money, "balance": Money})
_STATEMENT = Out(
    Statement, statement_pb2.Statement,
    given={
        "loan_id": str, "entries": list[statement_pb2.StatementEntry], "next_instalment": schedule_pb2.Instalment,
        **dict.fromkeys(_TOTALS, Money),
    },
)  # fmt: skip
_DAILY_RUN = Out(
    DailyRun, loan_pb2.DailyRun,
    given=dict.fromkeys(
        ("loans_done", "loans_failed", "instalments_overdue", "late_fees_charged", "reminders_made"), int
    ),
)  # fmt: skip
_MISSING = Out(
    InstalmentState, schedule_pb2.Instalment,
    given=dict.fromkeys(("principal", "interest", "fee", "total", "balance"), Money),
)  # fmt: skip


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return _EVENTS(event)


def to_open_ledger(event: activation.RepaymentScheduleCreated) -> OpenLedger:
    """The command of an event."""
    return _OPEN_LEDGER(event, terms=to_terms(event.terms), instalments=to_instalments(event.instalments))


def to_disburse(event: activation.DisbursementCompleted) -> Disburse:
    """The command of an event."""
    return _DISBURSE(event)


def to_record(request: pb.RecordPaymentRequest) -> Record:
    """The command of a request."""
    return _RECORD(request)


def to_decide(request: pb.VerifyPaymentRequest) -> Decide:
    """The command of a request."""
    return _DECIDE(request)


def to_reverse(request: pb.ReversePaymentRequest) -> Reverse:
    """The command of a request."""
    return _REVERSE(request)


def to_waive(request: pb.WaiveFeeRequest) -> Waive:
    """The command of a request."""
    return _WAIVE(request)


def to_declare(request: pb.DeclareWithdrawalRequest) -> DeclareWithdrawal:
    """The command of a request."""
    return _DECLARE(request)


def to_quote(request: pb.GetPayoffRequest) -> QuotePayoff:
    """The command of a request."""
    return _QUOTE(request)


def to_period(request: pb.GetStatementRequest | pb.GetStatementFileRequest) -> Period:
    """The command of a request."""
    return _PERIOD(request)


def to_run(request: pb.RunDailyRequest) -> RunDaily:
    """The command of a request."""
    return _RUN(request)


def from_payment(recorded: Recorded) -> payment_pb2.Payment:
    """The resource of a payment."""
    loan, payment = recorded.loan, recorded.payment
    ids = {name: getattr(loan, name) for name in ("loan_id", "application_id", "customer_id")}
    proof = payment.proof and _PROOF(payment.proof)
    alike = [each.payment_id for each in similar(payment, loan.payments.values())]
    found = {"proof": proof, "allocation": recorded.allocation, "similar_payment_ids": alike}
    return _PAYMENT(payment, **ids, **found)


def receipt_file_name(proof: Proof) -> str:
    """How a receipt is called when it is saved; its own name is not kept."""
    return f"receipt-{proof.sha256[:8]}.{_ENDINGS[proof.content_type]}"


def from_loan(loan: Loan) -> loan_pb2.Loan:
    """The resource of a loan."""
    return _LOAN(loan)


def from_outstanding(found: Outstanding) -> loan_pb2.Outstanding:
    """The resource of what is owed."""
    oldest = found.oldest_unpaid
    missing = None if oldest is None else _missing(oldest, found.principal_balance)
    return _OUTSTANDING(found, next_instalment=missing)


def from_waived(waived: Money, owed: Outstanding) -> pb.WaiveFeeResponse:
    """The answer to a waiver."""
    return pb.WaiveFeeResponse(waived=from_money(waived), outstanding=from_outstanding(owed))


def from_year(year: PaidYear) -> pb.GetYearResponse:
    """The answer with a year's summary."""
    return pb.GetYearResponse(summary=_YEAR(year))


def from_payoff(payoff: Payoff) -> loan_pb2.Payoff:
    """The resource of a pay-off quote."""
    return _PAYOFF(payoff, date=payoff.day)


def from_standing(standing: Standing) -> withdrawal_pb2.Withdrawal:
    """The resource of a withdrawal."""
    return _STANDING(standing)


def from_statement(statement: Statement, loan_id: str) -> statement_pb2.Statement:
    """The resource of a statement."""
    currency = statement.currency
    totals = {name: Money(getattr(statement, name), currency) for name in _TOTALS}
    entries = [
        _ENTRY(entry, amount=Money(entry.amount, currency), balance=Money(entry.balance, currency))
        for entry in statement.entries
    ]
    following = statement.next_instalment and _missing(statement.next_instalment, totals["principal_balance"])
    named = {"loan_id": loan_id, "entries": entries, "next_instalment": following}
    return _STATEMENT(statement, **named, **totals)


def to_order(request: pb.GetStatementFileRequest) -> Order:
    """The document that is asked for; the statement as a PDF in the borrower's language unless it says otherwise."""
    said = statement_pb2.StatementLanguage.Name(request.language) if request.language else ""
    return _ORDER(request, period=to_period(request), language=said.rpartition("_")[2].lower())


def from_statement_file(file: File) -> pb.GetStatementFileResponse:
    """The answer with a file."""
    return pb.GetStatementFileResponse(file=HttpBody(content_type=file.content_type, data=file.content))


def to_party(party: customer_pb2.Party) -> Party:
    """The customer as documents name them."""
    home = party.address
    lines = formats.address(home.street, home.postal_code, home.city, home.country)
    return Party(party.full_name, lines, party.language)


def statement_file_name(order: Order) -> str:
    """What the file is called."""
    kind = "statement" if order.kind is StatementKind.PERIOD else order.kind.name.lower()
    return f"{kind}-{order.period.loan_id}.{_FILE_ENDINGS[order.format]}"


def from_progress(progress: Progress) -> loan_pb2.DailyRun:
    """The resource of a daily run, with the work of one call."""
    found = progress.found
    return _DAILY_RUN(
        progress.run,
        loans_done=progress.loans_done,
        loans_failed=len(progress.run.failed),
        instalments_overdue=found.overdue,
        late_fees_charged=found.late_fees,
        reminders_made=found.reminders,
    )


def _missing(state: InstalmentState, owed: Money) -> schedule_pb2.Instalment:
    """What is missing of an instalment; a late fee on it counts as a fee."""
    unpaid = state.unpaid
    parts = {"principal": unpaid.principal, "interest": unpaid.interest, "fee": unpaid.fee + unpaid.penalty}
    amounts = {name: Money(part, owed.currency) for name, part in {**parts, "total": unpaid.total}.items()}
    return _MISSING(state, **amounts, balance=owed - amounts["principal"])
