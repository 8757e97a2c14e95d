"""Which members of staff are mailed of work that waits for them. Pure Python, no I/O, no clock.

A mail says that something waits and in which list it is found, and nothing about whom.
"""

from collections.abc import Mapping

from services.auth.mail_links import AccountMailKind
from services.auth.model import Role

# Who may answer a review is reminded of it; who answers for the decisions on risk hears that it is overdue. Managers
# assign what KYC has to do.
TOLD: Mapping[AccountMailKind, frozenset[Role]] = {
    AccountMailKind.REVIEW_DUE: frozenset({Role.MANAGER, Role.RISK_MGR, Role.CREDIT_HEAD}),
    AccountMailKind.REVIEW_OVERDUE: frozenset({Role.RISK_MGR, Role.CREDIT_HEAD}),
    AccountMailKind.DECISION_DUE: frozenset({Role.MANAGER, Role.RISK_MGR}),
    AccountMailKind.NOTICE_UNDELIVERED: frozenset({Role.MANAGER, Role.RISK_MGR}),
    AccountMailKind.KYC_OVERDUE: frozenset({Role.MANAGER}),
}
