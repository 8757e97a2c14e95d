"""How long what is kept about a person outlives their relationship: a rule for each class of record, with its law.

A class of record is what a store names as `record_class`; its data key is destroyed when the rule's time is over, and
every text that it sealed is unreadable from then on. The time runs from the rejection, withdrawal or repayment that
ended the last application or loan, whenever an erasure is asked for. A class without a rule is destroyed with the
erasure: the customer's, or the one that comes by itself RETIRED_AFTER the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

_YEAR = timedelta(days=365.25)


@dataclass(frozen=True)
class Rule:
    """For how long after the last application or loan of the customer has ended, and by which law."""

    keep: timedelta
    basis: str


_ANTI_MONEY_LAUNDERING = Rule(
    5 * _YEAR, "Directive (EU) 2015/849, art. 40: what was checked of a customer, after the relationship has ended"
)
_ACCOUNTS = Rule(7 * _YEAR, "Directive 2013/34/EU and national accounting law: contracts and entries of the ledger")
_CREDIT_DECISION = Rule(
    5 * _YEAR, "Directive (EU) 2023/2225, art. 18: on what a credit decision rested, for as long as it can be disputed"
)
_BUREAU_REPORT = Rule(
    25 * _YEAR / 12, "Regulation B (12 CFR 1002.12(b)): what a decision on credit was evaluated with, for 25 months"
)
RULES = {
    "identity": _ANTI_MONEY_LAUNDERING,
    "application": _CREDIT_DECISION,
    "kyc": _ANTI_MONEY_LAUNDERING,
    "risk": _CREDIT_DECISION,
    "bureau": _BUREAU_REPORT,
    "discussion": _CREDIT_DECISION,
    "approval": _CREDIT_DECISION,
    "agreement": _ACCOUNTS,
    "loan": _ACCOUNTS,
}
# Nothing wants them kept: they go with the erasure, and answers by themselves within a week.
ERASED_AT_ONCE = {"customer", "account", "document", "notification", "answers", "webhook"}


@dataclass(frozen=True)
class Purpose:
    """What a class of record is, what for, and on which ground of GDPR article 6 while the customer is one."""

    what: str
    basis: str


_CONTRACT = "GDPR art. 6(1)(b): the contract, and the steps before it that the customer asks for"
_DUTY = "GDPR art. 6(1)(c): a legal obligation"
PURPOSES = {
    "customer": Purpose("name, contact and KYC details of a customer", _CONTRACT),
    "account": Purpose("how somebody signs in, and their sessions", _CONTRACT),
    "application": Purpose("what is applied for, and what for", _CONTRACT),
    "identity": Purpose("who an erased customer was", f"{_DUTY}, Directive (EU) 2015/849 art. 40"),
    "document": Purpose("documents that prove what was declared", f"{_DUTY}, Directive (EU) 2015/849 art. 13"),
    "kyc": Purpose("the review of who a customer is, and the screening", f"{_DUTY}, Directive (EU) 2015/849 art. 13"),
    "risk": Purpose("the assessment of creditworthiness", f"{_DUTY}, Directive (EU) 2023/2225 art. 18"),
    "bureau": Purpose("reports of a credit bureau on a customer", "GDPR art. 6(1)(a): the customer's consent"),
    "discussion": Purpose("offers, and the answers to them", _CONTRACT),
    "approval": Purpose("decisions on a credit, with their reasons", f"{_DUTY}, Directive (EU) 2023/2225 art. 18"),
    "agreement": Purpose("signed contracts", _CONTRACT),
    "loan": Purpose("loan accounts: payments, receipts, ledger", f"{_DUTY}, Directive 2013/34/EU"),
    "notification": Purpose("messages to a customer", _CONTRACT),
    "webhook": Purpose(
        "secrets that messages to a partner's program are signed with, until it deletes them", _CONTRACT
    ),
    "answers": Purpose("answers kept for a week, so that a call that is made twice acts once", _CONTRACT),
}


# A customer for whom nothing has run for so long is erased without asking: no law wants them known any more.
RETIRED_AFTER = _ANTI_MONEY_LAUNDERING.keep


def expiry(record_class: str, ended: datetime) -> datetime | None:
    """Until when a class is kept after a relationship that ended at a time; None: until the erasure."""
    rule = RULES.get(record_class)
    return None if rule is None else ended + rule.keep


def expiry_after(ended: datetime) -> Callable[[str], datetime | None]:
    """`expiry` of each class after a relationship that ended then."""
    return partial(expiry, ended=ended)


def relationship_end(erased: Any) -> datetime:
    """When the time of the law began to run for the customer of a CustomerErased; in older ones, with the erasure."""
    field = "relationship_end_time" if erased.HasField("relationship_end_time") else "erase_time"
    moment: datetime = getattr(erased, field).ToDatetime(UTC)
    return moment
