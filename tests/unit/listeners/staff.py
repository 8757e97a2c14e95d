"""A member of staff, and of which events they are mailed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.auth.mail_links import AccountMailKind
from services.auth.model import Account, Role

_WORK = {
    "risk.refusal.notice.undelivered": AccountMailKind.NOTICE_UNDELIVERED,
    "risk.decision.due": AccountMailKind.DECISION_DUE,
    "risk.review.due": AccountMailKind.REVIEW_DUE,
    "risk.review.overdue": AccountMailKind.REVIEW_OVERDUE,
    "kyc.review.overdue": AccountMailKind.KYC_OVERDUE,
    "kyc.case.overdue": AccountMailKind.KYC_OVERDUE,
}


def manager(at: datetime) -> Account:
    """A manager of loans and of risk who has joined."""
    account = Account.of_staff("m1", None, "mia@example.org", "Mia Manager", "7", at)
    account.roles, account.join_time = frozenset({Role.RISK_MGR, Role.MANAGER}), at
    return account


def mailed(event_type: str) -> Mapping[str, Any]:
    """What changes when they are mailed of an event."""
    return {"mails": "added", "mails.kind": _WORK[event_type], "mails.account_id": "m1"}
