"""What the auth service does when others report something."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.auth.handlers import App
from services.auth.mail_links import AccountMailKind
from services.retention import relationship_end


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""
    return {
        customer.CustomerErased: lambda event: app.on_customer_erased(event.customer_id, relationship_end(event)),
        kyc.KycReviewOverdue: lambda _: app.mail_staff(AccountMailKind.KYC_OVERDUE),
        kyc.KycCaseOverdue: lambda _: app.mail_staff(AccountMailKind.KYC_OVERDUE),
        risk.RiskDecisionDue: lambda _: app.mail_staff(AccountMailKind.DECISION_DUE),
        risk.RiskReviewDue: lambda _: app.mail_staff(AccountMailKind.REVIEW_DUE),
        risk.RiskReviewOverdue: lambda _: app.mail_staff(AccountMailKind.REVIEW_OVERDUE),
        risk.RiskRefusalNoticeUndelivered: lambda _: app.mail_staff(AccountMailKind.NOTICE_UNDELIVERED),
    }
