"""What the activation service learns from others: what KYC approved, signatures, and what the ledger says."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from services.activation import convert
from services.activation.handlers import App
from services.activation.signature import KycApproval
from services.runtime.messages import from_message
from services.runtime.money import Money


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def approve(event: kyc.KycApproved) -> None:
        app.on_kyc_approved(from_message(event, KycApproval))

    def sign(event: agreement.AgreementSigned) -> None:
        app.on_signed(convert.to_signature(event))

    def follow(event: repayment.PaymentVerified | repayment.PaymentReversed) -> None:
        balance, paid = from_message(event.principal_balance, Money), from_message(event.total_paid, Money)
        app.follow_ledger(event.loan_id, balance, paid)

    def close(event: repayment.LoanFullyRepaid) -> None:
        app.close(event.loan_id, from_message(event.total_paid, Money))

    return {
        application.ApplicationWithdrawalRequested: lambda event: app.on_withdrawal_requested(event.application_id),
        kyc.KycApproved: approve,
        agreement.AgreementSigned: sign,
        repayment.PaymentVerified: follow,
        repayment.PaymentReversed: follow,
        repayment.LoanFullyRepaid: close,
        repayment.LoanReopened: lambda event: app.reopen(event.loan_id),
    }
