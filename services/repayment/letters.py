"""A year's certificate, letters of pay-off, completion and withdrawal: their values, as PDF, CSV and JSON; pure."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.papers import Document
from services.papers.formats import Amount, Value, plain
from services.repayment.files import Sheet
from services.repayment.loan_account import EVER, LoanStatus
from services.repayment.model import Loan
from services.repayment.quotes import PaidYear, Payoff
from services.repayment.withdrawal import Standing
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.money import Money

_YEAR = ("interest_paid", "fee_paid", "penalty_paid", "principal_paid")


@dataclass(frozen=True)
class Letter:
    """A document of services/papers by its form, and what it says."""

    form: str
    values: Mapping[str, Value]

    def pdf(self, sheet: Sheet) -> bytes:
        """A4 pages; services.papers.Unprintable for a name or an address that no font has."""
        borrower: dict[str, Value] = {
            "borrower": sheet.borrower.full_name,
            "borrower_address": sheet.borrower.address,
        }
        values = {**self.values, **borrower}
        return Document(self.form, sheet.loan_id, sheet.made, values, sheet.language, sheet.lender).pdf()

    def json(self) -> bytes:
        """Its values by name, amounts as text with their currency, dates ISO."""
        return json.dumps(self._plain(), indent=2).encode()

    def csv(self) -> bytes:
        """UTF-8 with a header line: name, value, and of an amount its currency."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(("name", "value", "currency"))
        for name, value in self._plain().items():
            writer.writerow((name, *value.values()) if isinstance(value, dict) else (name, value, ""))
        return text.getvalue().encode()

    def _plain(self) -> dict[str, Any]:
        return {name: plain(value) for name, value in self.values.items()}


def year(found: PaidYear, today: date) -> Letter:
    """The certificate of what was paid in a calendar year; one that is not over is given up to today, and says so.

    InvalidArgument IMPOSSIBLE_DATE of one that has not begun.
    """
    first, last = date(found.year, 1, 1), date(found.year, 12, 31)
    if today < first:
        raise InvalidArgument.field("year", f"must be {today.year} or earlier", reason="IMPOSSIBLE_DATE")
    until: dict[str, Value] = {"until": today} if today <= last else {}
    paid = {name: getattr(found, name) for name in _YEAR}
    total = sum((each.amount for each in paid.values()), paid["fee_paid"].amount * 0)
    values: dict[str, Value] = {
        "year": found.year,
        "from_date": first,
        "to_date": min(last, today),
        **until,
        **{name: _amount(each) for name, each in paid.items()},
        "total": Amount(total, found.interest_paid.currency),
        "opening_principal": _amount(found.opening_principal),
        "closing_principal": _amount(found.closing_principal),
    }
    return Letter("year-v2", values)


def payoff(found: Payoff) -> Letter:
    """What closes the loan on a day."""
    names = ("principal", "interest", "fee", "penalty", "total", "per_diem")
    return Letter("payoff-v1", {"day": found.day, **{name: _amount(getattr(found, name)) for name in names}})


def withdrawal(found: Standing) -> Letter:
    """The receipt of a withdrawal; FailedPrecondition WRONG_STATUS when there was none."""
    declared, names = found.declare_time, ("principal", "interest", "total", "per_diem", "released")
    amounts = {name: _amount(money) for name in names if (money := getattr(found, name)) is not None}
    if declared is None or not found.as_of_date or not found.last_date or not found.due_date:
        raise FailedPrecondition("no borrower has withdrawn from the agreement", reason="WRONG_STATUS")
    dates: dict[str, Value] = {"last_date": found.last_date, "day": found.as_of_date, "due_date": found.due_date}
    said: dict[str, Value] = {"declared": declared, "law": found.law}
    return Letter("withdrawal-v1", {**amounts, **dates, **said, **_refund(found.refund)})


def repaid(loan: Loan) -> Letter:
    """That the loan is fully repaid; FailedPrecondition WRONG_STATUS before it is."""
    if loan.status is not LoanStatus.CLOSED or loan.close_time is None:
        raise FailedPrecondition.wrong_status("loan", loan.status, [LoanStatus.CLOSED])
    if (withdrawn := loan.withdrawal) is not None:
        return _repaid_after(loan, withdrawn.declare_time, loan.close_time.date())
    values: dict[str, Value] = {
        "principal": _amount(loan.money(loan.terms.principal)),
        "start": loan.start_date,
        "closed": loan.close_time.date(),
        "total_paid": _amount(loan.total_paid),
    }
    return Letter("completion-v1", values)


def _repaid_after(loan: Loan, declared: datetime, closed: date) -> Letter:
    """That all is paid back after a withdrawal."""
    paid = loan.account.paid(EVER)
    values: dict[str, Value] = {
        "principal": _amount(loan.money(paid.principal)),
        "interest": _amount(loan.money(paid.interest)),
        "total_paid": _amount(loan.total_paid),
        "start": loan.start_date,
        "declared": declared,
        "closed": closed,
    }
    return Letter("withdrawn-v1", {**values, **_refund(loan.refund)})


def _refund(money: Money | None) -> dict[str, Value]:
    """What is paid back, where anything is."""
    return {"refund": _amount(money)} if money else {}


def _amount(money: Money) -> Amount:
    return Amount(money.amount, money.currency)
