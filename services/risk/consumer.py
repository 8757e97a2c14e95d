"""What other services report: a submission brings the figures, an approval of KYC starts, an ending closes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.approval.v1 import approval_events_pb2 as approval
from loanflow.customer.v1 import customer_events_pb2 as customer
from loanflow.document.v1 import document_events_pb2 as document
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from services.retention import relationship_end
from services.risk import convert, income_convert, refusal_convert
from services.risk.handlers import App
from services.runtime.events.read_ahead import ids_in

# Which events look at what beside the report, and which not at the report.
_INCOME = document.DocumentValidated, kyc.KycApproved
_ENDED = application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed
_COLLATERAL = kyc.KycApproved, repayment.LoanReopened, *_ENDED
_BESIDES = document.DocumentValidated, repayment.LoanReopened


def read_ahead(app: App, events: Sequence[Any]) -> None:
    """The reports on the applications that these events are about, and what beside them they look at."""

    def ids(some: Iterable[Any]) -> set[str]:
        return ids_in(some, "application_id")

    app.read_ahead(
        ids(each for each in events if not isinstance(each, _BESIDES)),
        ids(each for each in events if isinstance(each, _INCOME)),
        ids(each for each in events if isinstance(each, _COLLATERAL)),
    )


def subscriptions(app: App) -> Mapping[type[Message], Callable[[Any], None]]:
    """What is done with each kind of event."""

    def close(event: Any) -> None:
        app.close(event.application_id)

    return {
        application.ApplicationSubmitted: lambda event: app.open(convert.to_open(event)),
        kyc.KycApproved: lambda event: app.start(convert.to_start(event)),
        kyc.KycRejected: lambda event: app.refuse(refusal_convert.to_refuse_by_kyc(event)),
        approval.ApprovalRejected: lambda event: app.refuse(refusal_convert.to_refuse_by_approval(event)),
        **dict.fromkeys(_ENDED, close),
        repayment.LoanReopened: lambda event: app.reopen(event.application_id),
        document.DocumentValidated: lambda event: app.order_reading(income_convert.to_order(event)),
        customer.CustomerErased: lambda event: app.erase(event.customer_id, relationship_end(event)),
    }
