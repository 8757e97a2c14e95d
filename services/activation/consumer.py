"""What the activation service learns from others: what KYC approved, signatures, and what the ledger says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.agreement.v1 import agreement_events_pb2 as agreement
from loanflow.application.v1 import application_events_pb2 as application
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from services.activation import convert
from services.activation.handlers import App
from services.retention import relationship_end
from services.runtime.events.read_ahead import ids_in
from services.terms import to_money


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """What was approved and signed for the applications, and the accounts, that these events are about."""
    app.read_ahead(ids_in(events, "application_id"), ids_in(events, "loan_id"))


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def approve(event: kyc.KycApproved) -> None:
        app.on_kyc_approved(convert.to_kyc_approval(event))

    def sign(event: agreement.AgreementSigned) -> None:
        app.on_signed(convert.to_signature(event))

    def follow(event: repayment.PaymentVerified | repayment.PaymentReversed | repayment.LoanWithdrawalDeclared) -> None:
        app.follow_ledger(event.loan_id, to_money(event.principal_balance), to_money(event.total_paid))

    def close(event: repayment.LoanFullyRepaid) -> None:
        app.close(event.loan_id, to_money(event.total_paid))

    return {
        application.ApplicationWithdrawalRequested: lambda event: app.on_withdrawal_requested(event.application_id),
        kyc.KycApproved: approve,
        agreement.AgreementSigned: sign,
        repayment.PaymentVerified: follow,
        repayment.PaymentReversed: follow,
        repayment.LoanWithdrawalDeclared: follow,
        repayment.LoanFullyRepaid: close,
        repayment.LoanReopened: lambda event: app.reopen(event.loan_id),
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
