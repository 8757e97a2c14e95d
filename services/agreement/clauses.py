"""The conditions of the agreement, as data: what each promises, in words and by the name of the rule that keeps it.

`tests/unit/clauses/` executes every clause, and holds its wording, and what its rule does in figures, against what was
agreed under its version. Who changes either gives the clause its next version, and the agreement the next version of
its template: what customers signed stays what they signed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path

from services.lending.rules import LateFee
from services.papers import tariffs


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


def worded(clause: Clause, late_fee: LateFee | None, currency: str, language: str = "en") -> tuple[str, str]:
    """Title and text of the clause in an agreement in that currency and language, with its facility's tariff."""
    title, wording = clause.title, clause.wording
    if language != "en":
        found = translations()[language][f"{clause.promise.name}/{clause.version}"]
        title, wording = found["title"], found["wording"]
    return title, wording.format(late_fee=tariffs.late_fee(late_fee, currency, language))


@cache
def translations() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Title and wording of every clause in every other language, by language and `<promise>/<version>`."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(
        Path(__file__).with_name("wordings.json").read_text(encoding="utf-8")
    )
    return found
