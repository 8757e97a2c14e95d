"""What the other services report: which move of the loan, or just which line of its timeline, an event means.

And that a customer is erased, which ends what cannot go on without them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import report_pb2 as report
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.application import convert
from services.application.commitments import Owed
from services.application.dashboard import APPROVED, OVERRIDDEN, REJECTED
from services.application.handlers import App, Decided
from services.application.status import MOVES, Action
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in
from services.terms import to_money, to_terms

REPORTS: Mapping[type[Message], Action | None] = {
    document.DocumentUploaded: None,
    document.DocumentValidated: None,
    document.DocumentRejected: None,
    kyc.KycVerificationStarted: Action.START_KYC,
    kyc.KycInformationRequested: Action.REQUEST_INFORMATION,
    kyc.KycReviewResumed: Action.RESUME_KYC,
    kyc.ProjectValidated: None,
    kyc.KycApproved: Action.APPROVE_KYC,
    kyc.KycRejected: Action.REJECT_KYC,
    risk.RiskAssessmentCompleted: Action.RECORD_ASSESSMENT,
    risk.RiskApprovedForDiscussion: Action.APPROVE_RISK,
    risk.RiskRejected: Action.REJECT_RISK,
    risk.RiskBureauConsentGiven: None,
    risk.RiskBureauConsentWithdrawn: None,
    risk.RiskBureauInquirySettled: None,
    risk.RiskIncomeStatementRead: None,
    risk.RiskCollateralAdded: None,
    risk.RiskCollateralWithdrawn: None,
    risk.RiskCollateralValued: None,
    risk.RiskCollateralValuationSettled: None,
    discussion.DiscussionOfferSent: Action.SEND_OFFER,
    discussion.DiscussionOfferAccepted: Action.ACCEPT_OFFER,
    discussion.DiscussionOfferDeclined: Action.DECLINE_OFFER,
    discussion.DiscussionOfferExpired: Action.EXPIRE_OFFER,
    approval.ApprovalInternalPassed: Action.PASS_INTERNAL,
    approval.ApprovalManagementPassed: Action.PASS_MANAGEMENT,
    approval.ApprovalFinalApproved: Action.APPROVE_FINAL,
    approval.ApprovalRejected: Action.REJECT_APPROVAL,
    agreement.AgreementGenerated: Action.GENERATE_AGREEMENT,
    agreement.AgreementUploaded: None,
    agreement.AgreementPartySigned: None,
    agreement.AgreementSigned: Action.SIGN_AGREEMENT,
    activation.LoanActivated: Action.ACTIVATE,
    activation.RepaymentScheduleCreated: None,
    activation.DisbursementInitiated: None,
    activation.DisbursementCompleted: Action.DISBURSE,
    activation.DisbursementFailed: None,
    activation.LoanCancelled: Action.CANCEL,
    repayment.PaymentReceived: None,
    repayment.PaymentVerified: None,
    repayment.PaymentRejected: None,
    repayment.PaymentWithdrawn: None,
    repayment.PaymentSuperseded: None,
    repayment.PaymentReversed: None,
    repayment.PaymentOverdue: None,
    repayment.LoanWithdrawalDeclared: None,
    repayment.LoanWithdrawalOverdue: None,
    repayment.LoanWithdrawalSettled: None,
    repayment.LoanFullyRepaid: Action.CLOSE,
    repayment.LoanReopened: Action.REOPEN,
}


def _agreed(event: Any) -> Owed:
    return Owed(terms=to_terms(event.terms))


def _posted(event: Any) -> Owed:
    return Owed(principal_balance=to_money(event.principal_balance))


def _overdue(event: Any) -> Owed:
    return Owed(arrears=convert.to_arrears(event))


def _withdrawal_overdue(event: Any) -> Owed:
    return Owed(arrears=convert.to_withdrawal_arrears(event))


# What an event says of what is owed. A loan that is repaid or opened again had its balance with the payment.
_OWED: Mapping[type[Message], Callable[[Any], Owed]] = {
    discussion.DiscussionOfferAccepted: _agreed,
    activation.LoanActivated: _agreed,
    repayment.PaymentVerified: _posted,
    repayment.PaymentReversed: _posted,
    repayment.PaymentOverdue: _overdue,
    # Fees that had been paid repay principal.
    repayment.LoanWithdrawalDeclared: _posted,
    repayment.LoanWithdrawalOverdue: _withdrawal_overdue,
}
_DECISIONS = {Action.APPROVE_RISK: APPROVED, Action.REJECT_RISK: REJECTED}


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The applications that these events are about."""
    app.read_ahead(ids_in(events, "application_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    reports = {kind: partial(_take, app, action) for kind, action in REPORTS.items()}
    return {
        **reports,
        customer.CustomerErased: lambda event: app.end_of_customer(event.customer_id, relationship_end(event)),
    }


def _take(app: App, action: Action | None, event: Any) -> None:
    owed = _OWED[type(event)](event) if type(event) in _OWED else Owed()
    if action is None:
        app.note(event.application_id, owed)
    else:
        loan_id, number = getattr(event, "loan_id", ""), _number(action, event)
        app.move(event.application_id, action, owed, loan_id, number, _decided(action, event))


def _decided(action: Action, event: Any) -> Decided:
    # What is decided without a score is in no band.
    if action not in _DECISIONS or not event.rating:
        return None
    outcomes = [_DECISIONS[action], *([OVERRIDDEN] if event.override_reason else [])]
    return report.RiskRating.Name(event.rating).removeprefix("RISK_RATING_"), outcomes


def _number(action: Action, event: Any) -> int:
    """Which of its kind the report is; those from before reports were numbered are the first."""
    return getattr(event, MOVES[action].numbered_by, 0) or 1
