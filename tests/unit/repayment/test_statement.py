"""The statement: charges and payments by value date, and what is owed after each; as JSON's figures, CSV and PDF."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.lending import Method
from services.lending.transactions import Effect, Transaction
from services.repayment import files
from services.repayment.loan_account import LoanStatus
from services.repayment.ports import Party
from services.repayment.quotes import outstanding, paid_in, payoff
from services.repayment.statement import EntryKind, statement
from services.runtime.errors import FailedPrecondition
from tests.factories.loans import PROOF, START, TERMS, TODAY, euros, open_loan, pay, payment
from tests.fakes.clock import NOON

K = EntryKind


def test_entries_run_from_the_payout_to_the_day() -> None:
    loan = open_loan()
    pay(loan, "p1", "123.28", date(2030, 2, 15))
    pay(loan, "p2", "50", date(2030, 2, 20))
    loan.reverse("p2", "bounced", "o2", NOON)
    found = statement(loan.account, START, TODAY)
    rows = [(entry.value_date, entry.kind, entry.amount, entry.balance) for entry in found.entries]
    assert rows[:5] == [
        (START, K.DISBURSEMENT, Decimal("1200"), Decimal("1200")),
        (date(2030, 2, 15), K.INTEREST, Decimal("6.00"), Decimal("1206.00")),
        (date(2030, 2, 15), K.FEE, Decimal("20.00"), Decimal("1226.00")),
        (date(2030, 2, 15), K.PAYMENT, Decimal("-123.28"), Decimal("1102.72")),
        (date(2030, 2, 20), K.INTEREST, Decimal("0.98"), Decimal("1103.70")),
    ]
    assert [row[1] for row in rows[-2:]] == [K.INTEREST, K.REVERSAL] or rows[-1][1] is K.REVERSAL
    assert found.total_paid == Decimal("123.28")
    assert found.opening_balance == 0
    assert found.closing_balance == rows[-1][3] == 1200 + found.interest_charged + 20 - found.total_paid


def test_no_quote_is_given_before_the_money_is_sent() -> None:
    loan = open_loan()
    loan.status = LoanStatus.PENDING
    with pytest.raises(FailedPrecondition) as refused:
        payoff(loan, TODAY)
    assert refused.value.metadata == {"status": "PENDING", "allowed_from": "OPEN,CLOSED"}
    loan.disburse(TODAY)
    assert (payoff(loan, TODAY).interest, payoff(loan, TODAY).principal) == (euros("0"), euros("1200"))


def test_nothing_happened_up_to_the_day_before_the_payout() -> None:
    found = statement(open_loan().account, START, START - timedelta(days=1))
    assert not found.entries
    assert found.opening_balance == found.closing_balance == found.interest_charged == 0


def test_a_later_period_opens_with_what_the_earlier_one_closed() -> None:
    loan = open_loan()
    pay(loan, "p1", "123.28", date(2030, 2, 15))
    first = statement(loan.account, START, date(2030, 3, 1))
    second = statement(loan.account, date(2030, 3, 2), TODAY)
    assert second.opening_balance == first.closing_balance == Decimal("1102.72")
    whole = statement(loan.account, START, TODAY)
    assert whole.closing_balance == second.closing_balance
    assert whole.interest_charged == first.interest_charged + second.interest_charged


def test_a_loan_paid_ahead_of_time_ends_at_zero_and_is_charged_its_days() -> None:
    loan = open_loan()
    for row in loan.schedule.rows[:4]:
        pay(loan, f"p{row.number}", row.total, START + timedelta(days=5))
    for day in (START + timedelta(days=5), TODAY):
        # What is owed after the last entry of a day is what would close the loan on it.
        assert statement(loan.account, START, day).closing_balance == loan.account.quote(day).total
    at_once = open_loan().account.quote(TODAY)
    pay(loan, "rest", loan.account.quote(TODAY).total)
    found = statement(loan.account, START, date(2031, 12, 31))
    assert found.closing_balance == found.principal_balance == found.total_due == 0
    assert found.next_instalment is None
    assert found.interest_charged == at_once.parts.interest
    assert all(entry.balance >= 0 for entry in found.entries)
    assert all(entry.amount > 0 for entry in found.entries if entry.kind is K.INTEREST)


def test_a_statement_says_what_is_due_next() -> None:
    loan = open_loan()
    pay(loan, "p1", "123.28", date(2030, 2, 15))
    found = statement(loan.account, START, date(2030, 3, 20))
    assert (found.total_due, found.principal_balance) == (Decimal("103.28"), Decimal("1102.72"))
    assert found.next_instalment is not None
    assert (found.next_instalment.number, found.next_instalment.due_date) == (3, date(2030, 4, 15))
    assert statement(loan.account, START, START - timedelta(days=1)).next_instalment is None


def test_entries_of_a_day_come_as_they_happened() -> None:
    loan, day = open_loan(), date(2030, 2, 15)
    for name in ("z", "a", "m"):
        pay(loan, name, "10", day)
    found = [(entry.kind, entry.payment_id) for entry in statement(loan.account, day, day).entries]
    assert found == [(K.INTEREST, ""), (K.FEE, ""), (K.PAYMENT, "z"), (K.PAYMENT, "a"), (K.PAYMENT, "m")]


def test_a_late_fee_is_a_charge() -> None:
    loan = open_loan()
    loan.transactions.append(Transaction.penalty("f1", date(2030, 2, 20), Decimal("15"), 1))
    found = statement(loan.account, START, date(2030, 2, 20))
    assert (found.entries[-1].kind, found.entries[-1].amount) == (K.PENALTY, Decimal("15"))
    assert outstanding(loan, date(2030, 2, 20)).penalty_due == euros("15")


def test_the_files_say_the_same() -> None:
    loan = open_loan()
    pay(loan, "p1", "123.28", date(2030, 2, 15))
    found = statement(loan.account, START, TODAY)
    rows = list(csv.DictReader(io.StringIO(files.to_csv(found).decode())))
    assert len(rows) == len(found.entries)
    assert rows[3] == {
        "value_date": "2030-02-15", "kind": "PAYMENT", "payment_id": "p1", "instalment_number": "0",
        "amount": "-123.28", "balance": "1102.72", "currency": "EUR",
    }  # fmt: skip
    ada = Party("Ada Lovelace", ("12 St James's Square",))
    pdf = files.to_pdf(found, files.Sheet("l1", ada, TODAY))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "l1 · 15 Jan 2030 to 15 Jun 2030" in text and "Ada Lovelace" in text
    assert "15 Feb 2030 Payment -123.28 1,102.72" in text
    assert "Opening balance\n0.00 EUR" in text and f"Closing balance\n{found.closing_balance:,} EUR" in text
    assert "Due and not paid at the end of the period 413.12 EUR" in text
    assert "Next to be paid 103.28 EUR on 15 Jul 2030, instalment no. 6" in text


def test_what_is_owed_today_and_what_would_close_the_loan() -> None:
    loan = open_loan()
    pay(loan, "p1", "123.28", date(2030, 2, 15))
    owed = outstanding(loan, date(2030, 3, 20))
    assert (owed.total_due, owed.interest_due, owed.days_past_due) == (euros("103.28"), euros("5.51"), 5)
    assert owed.oldest_unpaid is not None
    assert owed.oldest_unpaid.number == 2
    today = payoff(loan, date(2030, 3, 20))
    later = payoff(loan, date(2030, 3, 21))
    assert today.total + today.per_diem == later.total
    assert today.total == today.principal + today.interest + today.fee + today.penalty
    far = payoff(loan, date.max)
    assert far.total == euros(loan.schedule.total_paid) - euros("123.28")
    assert far.interest + far.principal == far.total
    assert far.per_diem == euros("0")
    pay(loan, "rest", payoff(loan, TODAY).total.amount)
    assert payoff(loan, TODAY + timedelta(days=9)).total == euros("0")
    assert outstanding(loan, TODAY).oldest_unpaid is None


@pytest.mark.parametrize("status", [LoanStatus.PENDING, LoanStatus.CANCELLED])
def test_no_figure_says_that_a_loan_without_its_money_is_owed(status: LoanStatus) -> None:
    loan, later = replace(open_loan(), status=status), START + timedelta(days=400)
    for year in (START.year - 1, START.year, later.year):
        found = paid_in(loan, year)
        assert not any((found.opening_principal, found.closing_principal, found.interest_paid, found.principal_paid))
    owed = outstanding(loan, later)
    assert not owed.total_due and not owed.days_past_due
    # The money of a loan that waits may still come, and its instalments with it.
    assert (owed.oldest_unpaid is None) is (status is LoanStatus.CANCELLED)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(1, 400), st.sampled_from(Effect)), max_size=5),
    st.sampled_from(Method),
    st.booleans(),
)
def test_a_statement_ends_at_zero_and_charges_the_interest_that_was_paid(
    made: list[tuple[int, int, Effect]], method: Method, returned: bool
) -> None:
    loan = open_loan(replace(TERMS, method=method))
    for number, (days, amount, effect) in enumerate(made):
        try:
            loan.record(payment(f"p{number}", euros(str(amount)), START + timedelta(days=days), effect))
        except FailedPrecondition:
            continue  # more than is owed by then
        loan.prove(f"p{number}", PROOF)
        try:
            loan.accept(f"p{number}", "o1", NOON)
        except FailedPrecondition:
            continue
    if returned and loan.transactions and loan.status is LoanStatus.OPEN:
        loan.reverse(loan.transactions[0].id, "bounced", "o2", NOON)
    if loan.status is LoanStatus.OPEN:
        pay(loan, "rest", payoff(loan, TODAY).total.amount)
    found = statement(loan.account, START, TODAY + timedelta(days=400))
    assert found.closing_balance == found.principal_balance == found.total_due == 0
    assert found.interest_charged == loan.account.paid(date.max).interest
    back = {entry.value_date for entry in found.entries if entry.kind is K.REVERSAL}
    interest = [entry for entry in found.entries if entry.kind is K.INTEREST]
    assert all(entry.amount > 0 or entry.value_date in back for entry in interest)
    assert found.total_paid == loan.total_paid.amount


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 400), st.sampled_from(Effect)), max_size=3),
    st.booleans(),
    st.integers(1, 120),
    st.integers(0, 200),
)
def test_a_returned_payment_changes_no_statement_of_the_days_before(
    made: list[tuple[int, int, Effect]], paid_off: bool, returned_after: int, read_after: int
) -> None:
    """A statement's closing balance is found at the head of the next one, also of a loan opened again."""
    loan = open_loan()
    for number, (days, amount, effect) in enumerate(made):
        loan.record(payment(f"p{number}", euros(str(amount)), START + timedelta(days=days), effect))
        loan.prove(f"p{number}", PROOF)
        loan.accept(f"p{number}", "o1", NOON)
    if paid_off or not made:
        pay(loan, "rest", payoff(loan, TODAY).total.amount)
    day = TODAY + timedelta(days=returned_after)
    read = START + timedelta(days=read_after)
    before = statement(loan.account, START, min(read, day - timedelta(days=1)))
    loan.reverse(loan.transactions[-1].id, "returned", "o2", NOON + timedelta(days=returned_after))
    assert statement(loan.account, START, before.to_date) == before
    following = statement(loan.account, before.to_date + timedelta(days=1), day)
    assert following.opening_balance == before.closing_balance
    # What had fallen due in between is charged with the return, to the instalment that it belongs to.
    whole, due = statement(loan.account, START, day), loan.account.instalments(day)
    fallen = sum(state.owed.interest for state in due if state.due_date <= day)
    assert whole.interest_charged >= fallen
    assert [entry.value_date for entry in whole.entries] == sorted(entry.value_date for entry in whole.entries)


def test_a_payment_that_comes_back_gives_back_the_cent_that_it_had_rounded_up() -> None:
    """1,101.00 at 6 % for a month is 5.505, to the even cent 5.50; parted by a payment it was 0.79 and 4.72."""
    loan = open_loan(replace(TERMS, method=Method.ANNUITY))
    for name, amount, day in ("p0", "1", date(2030, 2, 19)), ("p1", "125", date(2030, 2, 15)):
        loan.record(payment(name, euros(amount), day, Effect.SHORTER_TERM))
        loan.prove(name, PROOF)
        loan.accept(name, "o1", NOON)
    loan.reverse("p0", "bounced", "o2", NOON)
    pay(loan, "rest", payoff(loan, TODAY).total.amount)
    found = statement(loan.account, START, TODAY)
    assert found.closing_balance == 0
    assert found.interest_charged == loan.account.paid(date.max).interest == Decimal("25.07")
    interest = [(each.value_date, each.amount) for each in found.entries if each.kind is K.INTEREST]
    assert [each for each in interest if each[1] < 0] == [(TODAY, Decimal("-0.01"))]
