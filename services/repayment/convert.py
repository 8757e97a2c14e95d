"""Between the contract and the model; pure."""

from collections.abc import Mapping

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.customer.v1 import customer_pb2
from loanflow.repayment.v1 import loan_pb2, payment_pb2, statement_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.types.v1 import schedule_pb2
from services.lending.ledger import InstalmentState
from services.papers import formats
from services.repayment import events
from services.repayment.commands import Decide, OpenLedger, Period, QuotePayoff, Record, Recorded, Reverse, Waive
from services.repayment.daily_run import Progress, RunDaily
from services.repayment.model import Loan
from services.repayment.ports import Party
from services.repayment.quotes import Outstanding, PaidYear, Payoff
from services.repayment.sheets import File, StatementFormat
from services.repayment.statement import Statement
from services.repayment.transfers import similar
from services.runtime.messages import from_message, to_message
from services.runtime.money import Money
from services.terms import to_instalments, to_terms

_EVENTS: Mapping[type[object], type[Message]] = {
    events.PaymentReceived: events_pb2.PaymentReceived,
    events.PaymentVerified: events_pb2.PaymentVerified,
    events.PaymentRejected: events_pb2.PaymentRejected,
    events.PaymentWithdrawn: events_pb2.PaymentWithdrawn,
    events.PaymentSuperseded: events_pb2.PaymentSuperseded,
    events.PaymentReversed: events_pb2.PaymentReversed,
    events.PaymentOverdue: events_pb2.PaymentOverdue,
    events.LoanFullyRepaid: events_pb2.LoanFullyRepaid,
    events.LoanReopened: events_pb2.LoanReopened,
}
_TOTALS = (
    "opening_balance", "closing_balance", "interest_charged", "total_paid", "total_due", "principal_balance",
)  # fmt: skip


def event_message(event: object) -> Message:
    """The contract's message of an event of the model."""
    return to_message(event, _EVENTS[type(event)])


def to_open_ledger(event: activation.RepaymentScheduleCreated) -> OpenLedger:
    """The command of an event."""
    return from_message(event, OpenLedger, terms=to_terms(event.terms), instalments=to_instalments(event.instalments))


def to_record(request: pb.RecordPaymentRequest) -> Record:
    """The command of a request."""
    return from_message(request, Record)


def to_decide(request: pb.VerifyPaymentRequest) -> Decide:
    """The command of a request."""
    return from_message(request, Decide)


def to_reverse(request: pb.ReversePaymentRequest) -> Reverse:
    """The command of a request."""
    return from_message(request, Reverse)


def to_waive(request: pb.WaiveFeeRequest) -> Waive:
    """The command of a request."""
    return from_message(request, Waive)


def to_quote(request: pb.GetPayoffRequest) -> QuotePayoff:
    """The command of a request."""
    return from_message(request, QuotePayoff)


def to_period(request: pb.GetStatementRequest | pb.GetStatementFileRequest) -> Period:
    """The command of a request."""
    return from_message(request, Period)


def to_run(request: pb.RunDailyRequest) -> RunDaily:
    """The command of a request."""
    return from_message(request, RunDaily)


def from_payment(recorded: Recorded) -> payment_pb2.Payment:
    """The resource of a payment."""
    loan, payment = recorded.loan, recorded.payment
    ids = {name: getattr(loan, name) for name in ("loan_id", "application_id", "customer_id")}
    proof = payment.proof and to_message(payment.proof, payment_pb2.Proof, signed_url=recorded.proof_url)
    alike = [each.payment_id for each in similar(payment, loan.payments.values())]
    found = {"proof": proof, "allocation": recorded.allocation, "similar_payment_ids": alike}
    return to_message(payment, payment_pb2.Payment, **ids, **found)


def from_loan(loan: Loan) -> loan_pb2.Loan:
    """The resource of a loan."""
    return to_message(loan, loan_pb2.Loan)


def from_outstanding(found: Outstanding) -> loan_pb2.Outstanding:
    """The resource of what is owed."""
    oldest = found.oldest_unpaid
    missing = None if oldest is None else _missing(oldest, found.principal_balance)
    return to_message(found, loan_pb2.Outstanding, next_instalment=missing)


def from_waived(waived: Money, owed: Outstanding) -> pb.WaiveFeeResponse:
    """The answer to a waiver."""
    return to_message(None, pb.WaiveFeeResponse, waived=waived, outstanding=from_outstanding(owed))


def from_year(year: PaidYear) -> pb.GetYearResponse:
    """The answer with a year's summary."""
    return pb.GetYearResponse(summary=to_message(year, statement_pb2.YearSummary))


def from_payoff(payoff: Payoff) -> loan_pb2.Payoff:
    """The resource of a pay-off quote."""
    return to_message(payoff, loan_pb2.Payoff, date=payoff.day)


def from_statement(statement: Statement, loan_id: str) -> statement_pb2.Statement:
    """The resource of a statement."""
    currency = statement.currency
    totals = {name: Money(getattr(statement, name), currency) for name in _TOTALS}
    entries = [
        to_message(
            entry,
            statement_pb2.StatementEntry,
            amount=Money(entry.amount, currency),
            balance=Money(entry.balance, currency),
        )
        for entry in statement.entries
    ]
    following = statement.next_instalment and _missing(statement.next_instalment, totals["principal_balance"])
    named = {"loan_id": loan_id, "entries": entries, "next_instalment": following}
    return to_message(statement, statement_pb2.Statement, **named, **totals)


def to_format(request: pb.GetStatementFileRequest) -> StatementFormat:
    """The format that is asked for; a PDF unless the request says otherwise."""
    is_csv = request.format == statement_pb2.STATEMENT_FORMAT_CSV
    return StatementFormat.CSV if is_csv else StatementFormat.PDF


def from_statement_file(file: File) -> pb.GetStatementFileResponse:
    """The answer with a file."""
    return pb.GetStatementFileResponse(file=HttpBody(content_type=file.content_type, data=file.content))


def to_party(party: customer_pb2.Party) -> Party:
    """The customer as papers name him."""
    lives = party.address
    return Party(party.full_name, formats.address(lives.street, lives.postal_code, lives.city, lives.country))


def statement_file_name(request: pb.GetStatementFileRequest) -> str:
    """What the file is called."""
    ending = "csv" if request.format == statement_pb2.STATEMENT_FORMAT_CSV else "pdf"
    return f"statement-{request.loan_id}.{ending}"


def from_progress(progress: Progress) -> loan_pb2.DailyRun:
    """The resource of a daily run, with the work of one call."""
    found = progress.found
    return to_message(
        progress.run,
        loan_pb2.DailyRun,
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
    return to_message(state, schedule_pb2.Instalment, **amounts, balance=owed - amounts["principal"])
