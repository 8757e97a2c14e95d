"""The one table of what customers are notified of: a notice for each event that is news, a reason for each that is not.

The wording of a notice is templates/<type>.txt; templates.py renders it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.application.v1 import application_pb2 as status
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.notification.model import Channel, Rule
from services.runtime.events.avro import event_option

_INBOX = (Channel.IN_APP,)
_MAIL = (Channel.EMAIL, Channel.IN_APP)
_ALL = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.IN_APP)


@dataclass(frozen=True)
class Notice:
    """That customers are notified of an event, whose `customer_id` says who; over which channels is a default.

    `after` is what comes before it, the last on another topic; what comes earlier on its own comes earlier anyway.
    `unless` names the flag of the event by which another event of the same moment says it all.
    """

    event: type[Message]
    channels: tuple[Channel, ...]
    mandatory: bool = False
    after: type[Message] | None = None
    unless: str = ""

    @property
    def event_type(self) -> str:
        """The event's type, such as `kyc.approved`."""
        return str(event_option(self.event.DESCRIPTOR).type)

    @property
    def rule(self) -> Rule:
        """The rule of the model."""
        return Rule(self.event_type, self.channels, self.mandatory)

    @property
    def overtaken_by(self) -> frozenset[str]:
        """The types of event after which it is sent no more: a stage was at it when the application ended elsewhere."""
        of_application = "application_id" in self.event.DESCRIPTOR.fields_by_name
        if not of_application or self.event in _CONFIRMED or self.event.DESCRIPTOR.file is repayment.DESCRIPTOR:
            return frozenset()
        return frozenset(str(event_option(each.DESCRIPTOR).type) for each in ENDINGS - {self.event})

    def predecessor(self, event: Message) -> str:
        """The type of event that is notified before this one; empty when none has to be."""
        after = LED_TO.get(getattr(event, "from_status", 0)) if self.event is _WITHDRAWN else self.after
        if getattr(event, "handed_in", False):
            # A draft's document may be decided on, too; then nothing has to come before.
            after = application.ApplicationSubmitted
        return str(event_option(after.DESCRIPTOR).type) if after else ""


# What a customer was notified of when a loan came to a status from which it can be withdrawn.
LED_TO: Mapping[int, type[Message]] = {
    status.APPLICATION_STATUS_KYC_REVIEW: kyc.KycVerificationStarted,
    status.APPLICATION_STATUS_INFORMATION_REQUESTED: kyc.KycInformationRequested,
    status.APPLICATION_STATUS_KYC_APPROVED: kyc.KycApproved,
    status.APPLICATION_STATUS_RISK_ASSESSED: kyc.KycApproved,
    status.APPLICATION_STATUS_RISK_APPROVED: risk.RiskApprovedForDiscussion,
    status.APPLICATION_STATUS_OFFER_SENT: discussion.DiscussionOfferSent,
    status.APPLICATION_STATUS_OFFER_ACCEPTED: discussion.DiscussionOfferAccepted,
    status.APPLICATION_STATUS_INTERNAL_APPROVED: approval.ApprovalInternalPassed,
    status.APPLICATION_STATUS_MANAGEMENT_APPROVED: approval.ApprovalManagementPassed,
    status.APPLICATION_STATUS_FINAL_APPROVED: approval.ApprovalFinalApproved,
    status.APPLICATION_STATUS_AGREEMENT_GENERATED: agreement.AgreementGenerated,
    status.APPLICATION_STATUS_AGREEMENT_SIGNED: agreement.AgreementSigned,
}
_WITHDRAWN = application.ApplicationWithdrawn
# What ends an application for good: after it no customer is notified that it goes on, or ends otherwise.
ENDINGS: frozenset[type[Message]] = frozenset(
    {
        kyc.KycRejected, risk.RiskRejected, approval.ApprovalRejected, discussion.DiscussionOfferDeclined,
        discussion.DiscussionOfferExpired, _WITHDRAWN, activation.LoanCancelled,
    }
)  # fmt: skip
# Sent whatever was sent before, as is all of repayment: the end that the status's owner confirms, what follows an end,
# and where money went.
_CONFIRMED: frozenset[type[Message]] = frozenset(
    {
        _WITHDRAWN, activation.LoanCancelled, activation.DisbursementCompleted,
        application.ApplicationPartyAnswered, application.ApplicationPartyInformed,
        application.ApplicationPartyRefused, application.ApplicationPartyReleased, application.ApplicationPartyWarned,
        application.ApplicationPartyWithdrawalOverdue,
        risk.RiskRefusalNoticeIssued, risk.RiskReviewRequested, risk.RiskReviewDecided,
    }
)  # fmt: skip

# In the order of a loan's lifecycle, which is the order of the preferences.
NOTICES: tuple[Notice, ...] = (
    Notice(customer.CustomerRegistered, _MAIL),
    Notice(customer.CustomerProfileUpdated, _MAIL, mandatory=True),
    Notice(customer.CustomerKycSubmitted, _INBOX),
    Notice(application.ApplicationCreated, _INBOX, after=customer.CustomerRegistered),
    Notice(application.ApplicationPartyInvited, _MAIL, mandatory=True),
    Notice(application.ApplicationPartyAnswered, _MAIL, mandatory=True),
    Notice(application.ApplicationPartyInformed, _MAIL, mandatory=True),
    Notice(application.ApplicationPartyRefused, _MAIL, mandatory=True),
    Notice(application.ApplicationPartyReleased, _MAIL, mandatory=True),
    Notice(application.ApplicationPartyWarned, _ALL, mandatory=True),
    Notice(application.ApplicationPartyWithdrawalOverdue, _ALL, mandatory=True),
    Notice(document.DocumentUploaded, _INBOX, after=application.ApplicationCreated),
    Notice(document.DocumentValidated, _INBOX),
    Notice(document.DocumentRejected, _MAIL, mandatory=True),
    Notice(application.ApplicationSubmitted, _MAIL),
    Notice(kyc.KycVerificationStarted, _INBOX, after=application.ApplicationSubmitted),
    Notice(kyc.KycInformationRequested, _MAIL, mandatory=True),
    Notice(kyc.KycReviewResumed, _INBOX),
    Notice(kyc.ProjectValidated, _INBOX),
    Notice(kyc.KycApproved, _MAIL),
    Notice(kyc.KycRejected, _MAIL, mandatory=True),
    Notice(risk.RiskApprovedForDiscussion, _MAIL, after=kyc.KycApproved),
    Notice(risk.RiskRejected, _MAIL, mandatory=True, after=kyc.KycApproved),
    Notice(discussion.DiscussionOfferSent, _MAIL, mandatory=True, after=risk.RiskApprovedForDiscussion),
    Notice(discussion.DiscussionOfferAccepted, _MAIL),
    Notice(discussion.DiscussionOfferDeclined, _MAIL, mandatory=True),
    Notice(discussion.DiscussionOfferExpired, _MAIL, mandatory=True),
    Notice(approval.ApprovalInternalPassed, _INBOX, after=discussion.DiscussionOfferAccepted),
    Notice(approval.ApprovalManagementPassed, _INBOX),
    Notice(approval.ApprovalFinalApproved, _MAIL),
    Notice(approval.ApprovalRejected, _MAIL, mandatory=True, after=discussion.DiscussionOfferAccepted),
    # Of a rejection by KYC, risk or approval.
    Notice(risk.RiskRefusalNoticeIssued, _MAIL, mandatory=True),
    Notice(risk.RiskReviewRequested, _INBOX),
    Notice(risk.RiskReviewDecided, _MAIL, mandatory=True),
    Notice(application.ApplicationWithdrawn, _MAIL, mandatory=True),
    Notice(agreement.AgreementGenerated, _MAIL, mandatory=True, after=approval.ApprovalFinalApproved),
    Notice(agreement.AgreementUploaded, _INBOX),
    Notice(agreement.AgreementCopyRejected, _MAIL, mandatory=True),
    Notice(agreement.AgreementPartySigned, _MAIL),
    Notice(agreement.AgreementSigned, _MAIL, mandatory=True),
    Notice(application.ApplicationWithdrawalRequested, _INBOX, after=agreement.AgreementSigned),
    Notice(activation.LoanActivated, _MAIL, mandatory=True, after=agreement.AgreementSigned),
    Notice(activation.DisbursementInitiated, _INBOX),
    Notice(activation.DisbursementCompleted, _MAIL),
    Notice(activation.DisbursementFailed, _MAIL),
    Notice(activation.LoanCancelled, _MAIL, mandatory=True),
    Notice(kyc.KycIdentityExpiring, _MAIL, mandatory=True),
    Notice(repayment.PaymentReceived, _INBOX, after=activation.DisbursementCompleted),
    Notice(repayment.PaymentVerified, _MAIL),
    Notice(repayment.PaymentRejected, _MAIL, mandatory=True),
    Notice(repayment.PaymentWithdrawn, _INBOX),
    Notice(repayment.PaymentSuperseded, _MAIL, mandatory=True),
    Notice(repayment.PaymentReversed, _MAIL, mandatory=True, unless="reopens_loan"),
    Notice(repayment.PaymentOverdue, _ALL, mandatory=True, after=activation.DisbursementCompleted),
    Notice(repayment.LoanWithdrawalDeclared, _MAIL, mandatory=True, after=activation.DisbursementCompleted),
    Notice(repayment.LoanWithdrawalPartyInformed, _MAIL, mandatory=True),
    Notice(repayment.LoanWithdrawalOverdue, _MAIL, mandatory=True),
    Notice(repayment.LoanWithdrawalSettled, _MAIL, mandatory=True),
    Notice(repayment.LoanFullyRepaid, _MAIL, mandatory=True, unless="withdrawn"),
    Notice(repayment.LoanReopened, _MAIL, mandatory=True, unless="withdrawn"),
)

SILENT: Mapping[type[Message], str] = {
    application.ApplicationStatusChanged: "the stage that moved the loan says the same with its own event",
    application.ApplicationRejected: "the stage that rejected has notified of it, with the reason",
    application.ApplicationClosed: "the repayment, offer's end or cancellation that closed it has a notice of its own",
    application.ApplicationReopened: "loan.reopened, which it follows, has a notice of its own",
    kyc.KycPartyVerified: "the check is the lender's; the payout that it lets go on is notified",
    kyc.KycReviewOverdue: "staff are told, who have the next step; of what the customer owes they are notified",
    kyc.KycCaseOverdue: "staff are told, who resolve it; the customer is not to know of a suspicion",
    risk.RiskAssessmentCompleted: "the assessment is the lender's; the decision that follows is notified",
    risk.RiskRefusalNoticeUndelivered: "staff are told, who post the paper; no way led to the customer",
    risk.RiskDecisionDue: "staff are told, who owe the decision; the customer is notified of that",
    risk.RiskReviewDue: "staff are told, who owe the answer; the customer knows by when",
    risk.RiskReviewOverdue: "staff are told, who owe the answer; the customer knows by when it was owed",
    risk.RiskBureauConsentGiven: "the customer gave it themselves, and reads it where they did",
    risk.RiskBureauConsentWithdrawn: "the customer withdrew it themselves, and reads that where they did",
    risk.RiskBureauInquirySettled: "the assessment is the lender's; the decision that follows is notified",
    risk.RiskIncomeStatementRead: "the customer reads what was found in it where they see how far the assessment is",
    risk.RiskCollateralAdded: "who adds it sees it, and it counts for nothing yet",
    risk.RiskCollateralWithdrawn: "who withdraws it sees that; what it changes is in the decision that follows",
    risk.RiskCollateralValued: "the valuation is the lender's; the decision that follows is notified",
    risk.RiskCollateralValuationSettled: "the valuation is the lender's; the decision that follows is notified",
    activation.RepaymentScheduleCreated: "loan.activated of the same moment says when what falls due",
    customer.CustomerErased: "no customer is left to notify, and whatever was kept is dropped",
}

# An instalment falls due soon, or is still missing after its overdue notice: reported by a call of the repayment
# service, for it is no event; chosen like one.
REMINDER, MISSING = Rule("payment.due", _MAIL), Rule("payment.missing", _ALL)
REMINDERS = (REMINDER, MISSING)

RULES: Mapping[str, Rule] = {rule.event_type: rule for rule in (*(notice.rule for notice in NOTICES), *REMINDERS)}
