"""The terms that the customer accepted are those that are approved, signed, paid out and repaid: each hop checks them.

Every listener gets the event of the one before it with one thing changed under way, and refuses it before it keeps
anything: its store is not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.message import Message

from loanflow.activation.v1.activation_events_pb2 import RepaymentScheduleCreated
from loanflow.agreement.v1.agreement_events_pb2 import AgreementSigned
from loanflow.approval.v1.approval_events_pb2 import ApprovalFinalApproved
from loanflow.discussion.v1.discussion_events_pb2 import DiscussionOfferAccepted
from loanflow.types.v1.money_pb2 import Money
from services.activation import consumer as activation
from services.agreement import consumer as agreement
from services.approval import convert as approval
from services.approval.model import Approval, Dossier
from services.lending import LoanTerms, loan_cost, loan_schedule
from services.repayment import consumer as repayment
from services.runtime.errors import InvalidArgument
from services.terms import from_cost, from_instalments, from_terms
from tests.fakes.clock import NOON, FakeClock

START = date(2030, 6, 15)
TERMS = LoanTerms(Decimal(12000), "EUR", Decimal("7.25"), 24, fee=Decimal(120))
IDS: dict[str, Any] = {"application_id": "a", "customer_id": "c"}
AGREED: dict[str, Any] = {"terms": from_terms(TERMS), "terms_hash": TERMS.hash()}


class KeptError(Exception):
    """The event was taken: the handler reached for its store."""


def without_store(module: Any) -> Any:
    """The listener's use cases, which have a clock and nothing else."""

    def begin() -> None:
        raise KeptError

    given = {field.name: None for field in fields(module.App)}
    return module.App(**{**given, "begin": begin, "clock": FakeClock()})


def hear(module: Any) -> Callable[[Any], None]:
    return lambda event: module.subscriptions(without_store(module))[type(event)](event)


def approve(event: DiscussionOfferAccepted) -> None:
    dossier = Dossier("a", ("k", "m"), ("r",))
    Approval.open(approval.to_accepted(event), dossier, NOON)
    raise KeptError


HOPS: Mapping[str, tuple[Callable[[Any], None], Message]] = {
    "approval": (approve, DiscussionOfferAccepted(**IDS, **AGREED, cost=from_cost(loan_cost(TERMS, START), "EUR"))),
    "agreement": (hear(agreement), ApprovalFinalApproved(**IDS, **AGREED, decided_by="h")),
    "activation": (hear(activation), AgreementSigned(**IDS, **AGREED, sign_time=NOON)),
    "repayment": (
        hear(repayment),
        RepaymentScheduleCreated(
            **IDS, **AGREED, loan_id="l", start_date=START.isoformat(),
            instalments=from_instalments(loan_schedule(TERMS, START).rows, "EUR"),
        ),
    ),
}  # fmt: skip
CHANGES: Mapping[str, Callable[[Any], object]] = {
    "principal": lambda event: event.terms.principal.CopyFrom(Money(currency="EUR", amount="12000.01")),
    "currency": lambda event: (event.terms.principal.MergeFrom(Money(currency="USD")),
                               event.terms.fee.MergeFrom(Money(currency="USD"))),
    "rate": lambda event: setattr(event.terms, "annual_rate_percent", "7.26"),
    "tenure": lambda event: setattr(event.terms, "tenure_months", 25),
    "frequency": lambda event: setattr(event.terms, "frequency", 1),
    "method": lambda event: setattr(event.terms, "method", 2),
    "fee": lambda event: event.terms.ClearField("fee"),
    "day count": lambda event: setattr(event.terms, "day_count", 5),
    "rounding": lambda event: setattr(event.terms, "rounding", 3),
    "hash": lambda event: setattr(event, "terms_hash", "0" * 64),
}  # fmt: skip


def copy(message: Message) -> Any:
    made = type(message)()
    made.CopyFrom(message)
    return made


@pytest.mark.parametrize("hop", HOPS)
def test_the_agreed_terms_are_taken(hop: str) -> None:
    listener, event = HOPS[hop]
    with pytest.raises(KeptError):
        listener(copy(event))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("hop", HOPS)
def test_terms_that_were_changed_under_way_are_refused(hop: str, change: str) -> None:
    listener, event = HOPS[hop]
    tampered = copy(event)
    CHANGES[change](tampered)
    with pytest.raises(InvalidArgument):
        listener(tampered)


def test_a_schedule_that_is_not_that_of_the_terms_is_refused() -> None:
    listener, event = HOPS["repayment"]
    tampered = copy(event)
    tampered.instalments[3].due_date = "2030-10-16"
    with pytest.raises(InvalidArgument):
        listener(tampered)
