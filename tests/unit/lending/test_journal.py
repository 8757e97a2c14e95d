"""What follows from an account's entries: statement, the year's figures, double entry."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from services.lending import LendingError, LoanTerms, loan_schedule
from services.lending.journal import Book
from services.lending.ledger import Account
from services.lending.plan import FeePayment, Plan
from services.lending.rules import Overpayment, Rules
from services.lending.schedule import build
from services.lending.transactions import Effect, Transaction

START = date(2026, 11, 10)
EVER = date(2100, 1, 1)
RULES = Rules(overpayment=Overpayment.CREDIT)
LOAN = Account(loan_schedule(LoanTerms(D("6000"), "EUR", D("12"), 6, fee=D("60")), START), rules=RULES)
ROWS = LOAN.schedule.rows


def paid(count: int) -> Account:
    account = LOAN
    for row in ROWS[:count]:
        account = account.post(Transaction.payment(f"p{row.number}", row.due_date, row.total))
    return account


def books(account: Account, transaction_id: str) -> dict[Book, D]:
    (posting,) = (each for each in account.postings(START, EVER) if each.transaction_id == transaction_id)
    return {line.book: line.debit - line.credit for line in posting.lines}


def test_a_payment_in_the_books() -> None:
    account = paid(1)
    assert books(account, "") == {Book.LOANS: D("6000.00"), Book.CASH: D("-6000")}
    assert books(account, "p1") == {
        Book.CASH: ROWS[0].total,
        Book.LOANS: -ROWS[0].principal,
        Book.INTEREST_INCOME: -ROWS[0].interest,
        Book.FEE_INCOME: D("-60"),
    }


def test_reversal_penalty_waiver_refund_and_write_off_in_the_books() -> None:
    day = ROWS[1].due_date
    first = paid(1)
    account = first.post(Transaction.reversal("r", ROWS[0].due_date, first.transactions[0]))
    assert books(account, "r") == {book: -amount for book, amount in books(account, "p1").items()}
    account = account.post(Transaction.penalty("c", day, D("9"), 1))
    assert books(account, "c") == {Book.PENALTIES_RECEIVABLE: D("9"), Book.PENALTY_INCOME: D("-9")}
    account = account.post(Transaction.waiver("w", day, D("4"), 1, "goodwill"))
    assert books(account, "w") == {Book.PENALTIES_RECEIVABLE: D("-4"), Book.PENALTY_INCOME: D("4")}
    lost = account.post(Transaction.write_off("o", day, "insolvent")).post(Transaction.recovery("v", day, D("100")))
    assert books(lost, "o") == {
        Book.LOANS: D("-6000"),
        Book.PENALTIES_RECEIVABLE: D("-5"),
        Book.WRITE_OFF_EXPENSE: D("6005"),
    }
    assert books(lost, "v") == {Book.CASH: D("100"), Book.RECOVERY_INCOME: D("-100")}
    over = account.post(Transaction.payment("p", day, account.payoff(day).total + 70))
    assert books(over, "p")[Book.CUSTOMER_CREDIT] == D("-70")
    refunded = over.post(Transaction.refund("b", day, D("70")))
    assert books(refunded, "b") == {Book.CASH: D("-70"), Book.CUSTOMER_CREDIT: D("70")}


def test_over_the_whole_loan_claims_end_at_zero() -> None:
    totals = dict.fromkeys(Book, D(0))
    for posting in paid(6).postings(START, EVER):
        assert sum(line.debit for line in posting.lines) == sum(line.credit for line in posting.lines) > 0
        for line in posting.lines:
            totals[line.book] += line.debit - line.credit
    assert totals[Book.LOANS] == totals[Book.PENALTIES_RECEIVABLE] == totals[Book.CUSTOMER_CREDIT] == 0
    assert totals[Book.CASH] == LOAN.schedule.total_interest + 60


@pytest.mark.parametrize("how", list(FeePayment))
def test_the_disbursement_balances_however_the_fee_is_paid(how: FeePayment) -> None:
    plan = Plan(
        principal=D("1000"), annual_rate_percent=D("5"), start=START, instalments=3, fee=D("20"), fee_payment=how,
        down_payment_percent=D("10"),
    )  # fmt: skip
    (posting,) = Account(build(plan)).postings(START, EVER)
    lines = {line.book: line.debit - line.credit for line in posting.lines}
    assert sum(lines.values()) == 0
    assert lines.get(Book.FEE_INCOME, D(0)) == (0 if how is FeePayment.APART else D("-20"))


def test_the_statement_of_any_period_continues_the_one_before() -> None:
    account = paid(4)
    whole = account.statement(START, EVER)
    border = ROWS[1].due_date
    assert whole == account.statement(START, border) + account.statement(border + timedelta(days=1), EVER)
    assert [row.balance for row in whole[1:]] == [row.balance for row in ROWS[:4]]


def test_the_year_s_interest() -> None:
    account = paid(6)
    first, second = account.year(2026), account.year(2027)
    assert (first.paid.interest, first.paid.fee) == (ROWS[0].interest, D("60"))
    assert (first.opening_principal, first.closing_principal) == (D(0), ROWS[0].balance)
    assert second.opening_principal == ROWS[0].balance and second.closing_principal == 0
    assert first.paid.interest + second.paid.interest == LOAN.schedule.total_interest
    assert account.year(2030).paid.total == 0
    with pytest.raises(LendingError):
        account.year(9999)


def test_a_payment_found_later_changes_the_year_that_it_counts_in() -> None:
    late = LOAN.post(Transaction.payment("p1", date(2027, 1, 5), ROWS[0].total))
    assert late.year(2026).paid.total == 0
    back_dated = LOAN.post(Transaction.payment("p1", ROWS[0].due_date, ROWS[0].total))
    assert back_dated.year(2026).paid.interest == ROWS[0].interest


def test_a_quote_says_its_per_diem() -> None:
    day = ROWS[0].due_date + timedelta(days=10)
    quote = paid(1).quote(day)
    assert quote.parts == paid(1).payoff(day) and quote.total == quote.parts.total
    assert abs(paid(1).payoff(day + timedelta(days=1)).total - quote.total - quote.per_diem) <= D("0.01")
    assert paid(1).post(Transaction.payment("q", day, quote.total)).is_settled(day)
    assert paid(6).quote(EVER).per_diem == 0
    with pytest.raises(LendingError) as refused:
        LOAN.quote(START - timedelta(days=1))
    assert refused.value.field_name == "valid_to"


def test_a_prepayment_in_the_statement() -> None:
    day = ROWS[0].due_date
    account = LOAN.post(Transaction.payment("p", day, ROWS[0].total + 1000, Effect.SMALLER_INSTALMENT))
    assert account.statement(day, day)[0].balance == ROWS[0].balance - 1000
