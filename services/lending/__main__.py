"""`python -m services.lending`: answers JSON lines on stdin, or prints a schedule, an APR or a pay-off amount."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from services.lending.answers import as_date, as_decimal, as_enum, as_whole
from services.lending.calendar import Convention
from services.lending.cost import loan_cost, loan_us_apr_percent
from services.lending.daycount import DayCount
from services.lending.errors import LendingError
from services.lending.ledger import Account
from services.lending.questions import replies
from services.lending.rounding import Rounding
from services.lending.schedule import loan_schedule
from services.lending.tables import print_table
from services.lending.terms import Frequency, LoanTerms, Method
from services.lending.transactions import Transaction


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0, or 2 when the input is impossible (the error names the input and the limit, on stderr)."""
    options = _parser().parse_args(arguments)
    try:
        if options.command is None:
            return _answer_lines(getattr(sys.stdin, "buffer", sys.stdin))
        rows = {"schedule": _schedule, "apr": _apr, "payoff": _payoff}[options.command](options)
    except LendingError as error:
        print(error, file=sys.stderr)
        return 2
    print_table(rows, options.format)
    return 0


def _answer_lines(lines: Iterable[bytes | str]) -> int:
    for reply in replies(lines):
        print(reply)
    return 0


def _schedule(options: argparse.Namespace) -> list[dict[str, object]]:
    terms, start = _terms(options)
    names = ("number", "due_date", "principal", "interest", "fee", "total", "balance")
    return [{name: getattr(row, name) for name in names} for row in loan_schedule(terms, start).rows]


def _apr(options: argparse.Namespace) -> list[dict[str, object]]:
    terms, start = _terms(options)
    cost = loan_cost(terms, start)
    figures = {name: getattr(cost, name) for name in cost.__slots__}
    return [{**figures, "us_apr_percent": loan_us_apr_percent(terms, start)}]


def _payoff(options: argparse.Namespace) -> list[dict[str, object]]:
    terms, start = _terms(options)
    account = Account(loan_schedule(terms, start))
    for number, paid in enumerate(options.paid, 1):
        day, _, amount = paid.partition("=")
        entry = {"paid": day, "amount": amount}
        account = account.post(Transaction.payment(str(number), as_date(entry, "paid"), as_decimal(entry, "amount")))
    day = as_date({"on": options.on}, "on")
    quote = account.quote(day)
    parts = {name: getattr(quote.parts, name) for name in ("principal", "interest", "fee", "penalty", "total")}
    return [{"date": day, **parts, "per_diem": quote.per_diem}]


def _terms(options: argparse.Namespace) -> tuple[LoanTerms, date]:
    given = vars(options)
    terms = LoanTerms(
        principal=as_decimal(given, "principal"),
        currency=options.currency,
        annual_rate_percent=as_decimal(given, "rate"),
        tenure_months=as_whole(given, "months"),
        frequency=as_enum(given, "frequency", Frequency),
        method=as_enum(given, "method", Method),
        fee=as_decimal(given, "fee"),
        day_count=as_enum(given, "day_count", DayCount),
        rounding=as_enum(given, "rounding", Rounding),
        business_day_convention=as_enum(given, "business_days", Convention),
        holiday_calendar=options.calendar,
        interest_follows_due_date=options.interest_follows,
    )
    return terms, as_date(given, "start")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.lending", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    loan = argparse.ArgumentParser(add_help=False)
    loan.add_argument("principal", help="what is lent, such as 10000")
    loan.add_argument("rate", help="nominal yearly rate in percent, such as 7.5")
    loan.add_argument("months", help="tenure in months")
    loan.add_argument("--start", default="2026-01-01", help="when it is paid out (default %(default)s)")
    loan.add_argument("--frequency", default="MONTHLY", choices=[member.name for member in Frequency])
    loan.add_argument("--method", default="ANNUITY", choices=[member.name for member in Method])
    loan.add_argument("--fee", default=str(Decimal(0)), help="one-off fee, paid with the first instalment")
    loan.add_argument("--currency", default="EUR", help="ISO 4217 code; it says how many decimals amounts have")
    loan.add_argument("--day-count", default=DayCount.PERIOD.value, choices=[member.value for member in DayCount])
    loan.add_argument("--rounding", default="HALF_EVEN", choices=[member.name for member in Rounding])
    loan.add_argument("--business-days", default="NO_ADJUST", choices=[member.name for member in Convention])
    loan.add_argument("--calendar", default="", help="whose holidays move due dates, such as DE or DE-BY")
    loan.add_argument("--interest-follows", action="store_true", help="interest is that of the moved due dates")
    loan.add_argument("--format", default="table", choices=["table", "csv", "json"])
    commands.add_parser("schedule", parents=[loan], help="every instalment")
    commands.add_parser("apr", parents=[loan], help="instalment, total cost, EU and US APR, effective rate")
    payoff = commands.add_parser("payoff", parents=[loan], help="what settles the loan on a day")
    payoff.add_argument("--on", required=True, help="the day")
    payoff.add_argument("--paid", action="append", default=[], metavar="DATE=AMOUNT", help="a payment made; repeat it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
