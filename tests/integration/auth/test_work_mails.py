"""Staff are mailed of work that waits for them, by role, and once while a mail of the kind waits."""

from typing import Any

import pytest

from loanflow.auth.v1 import account_mail_pb2
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.risk.v1 import risk_events_pb2 as risk
from services.auth.consumer import subscriptions
from services.runtime import context
from tests.integration.auth.conftest import Auth

Kind = account_mail_pb2.AccountMailKind
STAFF = {"olaf": "OFFICER", "mia": "MANAGER", "rosa": "RISK_MGR", "hugo": "CREDIT_HEAD", "ada": "ADMIN"}


def hear(auth: Auth, event: Any) -> None:
    """Hands an event to its handler."""
    with context.background("auth", "test"):
        subscriptions(auth.app)[type(event)](event)


@pytest.fixture
def staffed(auth: Auth) -> Auth:
    """The service with one of each role, one who is disabled, one who has not joined, and a customer."""
    for name, role in STAFF.items():
        auth.user(f"{name}@example.org", role)
    auth.disable(auth.user("gone@example.org", "RISK_MGR").account_id)
    auth.decide(auth.invite("invited@example.org", "RISK_MGR").grant)
    auth.customer("anna@example.org")
    auth.mails()
    return auth


@pytest.mark.parametrize(
    ("event", "kind", "names"),
    [
        (risk.RiskReviewDue(), Kind.ACCOUNT_MAIL_KIND_REVIEW_DUE, {"mia", "rosa", "hugo"}),
        (risk.RiskDecisionDue(), Kind.ACCOUNT_MAIL_KIND_DECISION_DUE, {"mia", "rosa"}),
        (risk.RiskReviewOverdue(), Kind.ACCOUNT_MAIL_KIND_REVIEW_OVERDUE, {"rosa", "hugo"}),
        (risk.RiskRefusalNoticeUndelivered(), Kind.ACCOUNT_MAIL_KIND_NOTICE_UNDELIVERED, {"mia", "rosa"}),
        (kyc.KycReviewOverdue(), Kind.ACCOUNT_MAIL_KIND_KYC_OVERDUE, {"mia"}),
        (kyc.KycCaseOverdue(), Kind.ACCOUNT_MAIL_KIND_KYC_OVERDUE, {"mia"}),
    ],
)
def test_those_are_mailed_whose_work_it_is(staffed: Auth, event: Any, kind: Any, names: set[str]) -> None:
    hear(staffed, event)
    hear(staffed, event)
    sent = staffed.mails()
    assert sorted(mail.email for mail in sent) == sorted(f"{name}@example.org" for name in names)
    assert {(mail.kind, mail.token) for mail in sent} == {(kind, "")}
    # What comes later is another mail.
    hear(staffed, event)
    assert len(staffed.mails()) == len(names)


def test_a_mail_of_another_kind_is_no_reason_to_be_silent(staffed: Auth) -> None:
    hear(staffed, risk.RiskReviewDue())
    hear(staffed, risk.RiskReviewOverdue())
    assert len(staffed.mails()) == 5
