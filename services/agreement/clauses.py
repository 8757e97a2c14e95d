"""The conditions of the agreement, as data: what each promises, in words and by the name of the rule that keeps it.

`tests/unit/clauses/` executes every clause, and holds its wording, and what its rule does in figures, against what was
agreed under its version. Who changes either gives the clause its next version, and the agreement the next version of
its template: what customers signed stays what they signed.
"""

from dataclasses import dataclass
from enum import Enum, auto

from services.lending.rules import LateFee
from services.papers import formats


class Promise(Enum):
    """The rules that clauses promise."""

    DUE_DATES_FROM_PAYOUT = auto()
    PAYOUT_TO_NAMED_ACCOUNT = auto()
    INTEREST_FROM_PAYOUT = auto()
    INTEREST_UNTIL_REPAID = auto()
    LATE_FEE_BY_TARIFF = auto()
    WITHDRAWAL_UNTIL_PAYOUT = auto()
    SIGNATURE_BY_HASH = auto()


@dataclass(frozen=True)
class Clause:
    """One condition; `wording` may have the place `{late_fee}`, the tariff in words."""

    promise: Promise
    version: int
    title: str
    wording: str


CLAUSES = (
    Clause(
        Promise.DUE_DATES_FROM_PAYOUT,
        1,
        "Repayment",
        "The borrower repays the loan in the instalments of the schedule below. Due dates count from the day on which "
        "the loan is paid out; the schedule shows them for a payout on the date of this agreement.",
    ),
    Clause(
        Promise.PAYOUT_TO_NAMED_ACCOUNT,
        1,
        "Payout",
        "The loan is paid out after the agreement is signed, and only to the account that the borrower named.",
    ),
    Clause(
        Promise.INTEREST_FROM_PAYOUT,
        1,
        "Interest",
        "Interest runs from the day on which the loan is paid out, and not before.",
    ),
    Clause(
        Promise.INTEREST_UNTIL_REPAID,
        1,
        "Early repayment",
        "The borrower may repay the loan early, in whole or in part, at any time and free of charge. Interest is owed "
        "until that day only.",
    ),
    Clause(Promise.LATE_FEE_BY_TARIFF, 1, "Late payment", "{late_fee}"),
    Clause(
        Promise.WITHDRAWAL_UNTIL_PAYOUT,
        1,
        "Withdrawal",
        "Until the loan is paid out the borrower may withdraw the application without giving a reason.",
    ),
    Clause(
        Promise.SIGNATURE_BY_HASH,
        1,
        "Signature",
        "The agreement is signed with a one-time code sent to the borrower, or by hand. The lender keeps the SHA-256 "
        "of the file, by which anyone can check that it was not changed.",
    ),
)


def worded(clause: Clause, late_fee: LateFee | None, currency: str) -> str:
    """The clause as it stands in an agreement in that currency, with its facility's tariff."""
    return clause.wording.format(late_fee=tariff(late_fee, currency))


def tariff(late_fee: LateFee | None, currency: str) -> str:
    """What a late instalment costs, in words."""
    if late_fee is None:
        return "An instalment that is not paid when due bears no late fee."
    parts = []
    if late_fee.flat:
        parts.append(formats.money(late_fee.flat, currency))
    if late_fee.percent_of_overdue:
        parts.append(f"{formats.percent(late_fee.percent_of_overdue)} of what is overdue of it")
    most = "" if late_fee.cap is None else f", but never more than {formats.money(late_fee.cap, currency)}"
    late = f"more than {late_fee.grace_days} days late" if late_fee.grace_days else "not paid when due"
    return f"An instalment that is {late} bears a late fee, once: {' and '.join(parts) or 'none'}{most}."
