"""The one table of what customers are told: a notice for each event that is news, a reason for each that is not.

The wording of a notice is templates/<type>.txt; templates.py renders it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.message import Message

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.notification.model import Channel, Rule
from services.runtime.avro import event_option

_INBOX = (Channel.IN_APP,)
_MAIL = (Channel.EMAIL, Channel.IN_APP)
_ALL = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.IN_APP)


@dataclass(frozen=True)
class Notice:
    """That customers are told of an event, whose `customer_id` says who; over which channels is a default."""

    event: type[Message]
    channels: tuple[Channel, ...]
    mandatory: bool = False

    @property
    def event_type(self) -> str:
        """The event's type, such as `kyc.approved`."""
        return str(event_option(self.event.DESCRIPTOR).type)

    @property
    def rule(self) -> Rule:
        """The rule of the model."""
        return Rule(self.event_type, self.channels, self.mandatory)


# In the order of a loan's life, which is the order of the preferences.
NOTICES: tuple[Notice, ...] = (
    Notice(customer.CustomerRegistered, _MAIL),
    Notice(customer.CustomerProfileUpdated, _MAIL, mandatory=True),
    Notice(customer.CustomerKycSubmitted, _INBOX),
    Notice(application.ApplicationCreated, _INBOX),
    Notice(document.DocumentUploaded, _INBOX),
    Notice(document.DocumentValidated, _INBOX),
    Notice(document.DocumentRejected, _MAIL, mandatory=True),
    Notice(application.ApplicationSubmitted, _MAIL),
    Notice(kyc.KycVerificationStarted, _INBOX),
    Notice(kyc.ProjectValidated, _INBOX),
    Notice(kyc.KycApproved, _MAIL),
    Notice(kyc.KycRejected, _MAIL, mandatory=True),
    Notice(risk.RiskApprovedForDiscussion, _MAIL),
    Notice(risk.RiskRejected, _MAIL, mandatory=True),
    Notice(discussion.DiscussionOfferSent, _MAIL, mandatory=True),
    Notice(discussion.DiscussionOfferAccepted, _MAIL),
    Notice(discussion.DiscussionOfferDeclined, _MAIL, mandatory=True),
    Notice(discussion.DiscussionOfferExpired, _MAIL, mandatory=True),
    Notice(approval.ApprovalInternalPassed, _INBOX),
    Notice(approval.ApprovalManagementPassed, _INBOX),
    Notice(approval.ApprovalFinalApproved, _MAIL),
    Notice(approval.ApprovalRejected, _MAIL, mandatory=True),
    Notice(application.ApplicationWithdrawn, _MAIL, mandatory=True),
    Notice(agreement.AgreementGenerated, _MAIL, mandatory=True),
    Notice(agreement.AgreementUploaded, _INBOX),
    Notice(agreement.AgreementSigned, _MAIL, mandatory=True),
    Notice(activation.LoanActivated, _MAIL, mandatory=True),
    Notice(activation.DisbursementInitiated, _INBOX),
    Notice(activation.DisbursementCompleted, _MAIL),
    Notice(activation.DisbursementFailed, _MAIL),
    Notice(activation.LoanCancelled, _MAIL, mandatory=True),
    Notice(repayment.PaymentReceived, _INBOX),
    Notice(repayment.PaymentVerified, _MAIL),
    Notice(repayment.PaymentRejected, _MAIL, mandatory=True),
    Notice(repayment.PaymentWithdrawn, _INBOX),
    Notice(repayment.PaymentSuperseded, _MAIL, mandatory=True),
    Notice(repayment.PaymentReversed, _MAIL, mandatory=True),
    Notice(repayment.PaymentOverdue, _ALL, mandatory=True),
    Notice(repayment.LoanFullyRepaid, _MAIL, mandatory=True),
    Notice(repayment.LoanReopened, _MAIL, mandatory=True),
)

SILENT: Mapping[type[Message], str] = {
    application.ApplicationStatusChanged: "the stage that moved the loan says the same with its own event",
    application.ApplicationRejected: "the stage that rejected has told it, with the reason",
    application.ApplicationClosed: "the repayment, offer's end or cancellation that closed it has a notice of its own",
    application.ApplicationReopened: "loan.reopened, which it follows, has a notice of its own",
    risk.RiskAssessmentCompleted: "the assessment is the lender's; the decision that follows is told",
    activation.RepaymentScheduleCreated: "loan.activated of the same moment says when what falls due",
    customer.CustomerErased: "nobody is left to be told, and whatever was kept is dropped",
}

# An instalment falls due soon: told by a call of the repayment service, for it is no event; chosen like one.
REMINDER = Rule("payment.due", _MAIL)

RULES: Mapping[str, Rule] = {rule.event_type: rule for rule in (*(notice.rule for notice in NOTICES), REMINDER)}
