"""Withdrawal from the agreement after the payout: who may until when, what is owed then, and how it ends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.law import packs
from services.lending.calendar import Convention
from services.lending.terms import Frequency
from services.lending.transactions import Kind
from services.repayment import events, letters
from services.repayment.files import Sheet, to_pdf
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.ports import Party
from services.repayment.product import right_of, rules_of
from services.repayment.quotes import outstanding, paid_in, payoff
from services.repayment.statement import EntryKind, statement
from services.repayment.withdrawal import Given, Notice, WithdrawalRight, WithdrawalState
from services.runtime.errors import Error, FailedPrecondition, InvalidArgument
from tests.factories.loans import START, TERMS, euros, open_loan, pay, record
from tests.fakes.clock import NOON
from tests.fakes.readers import text_of

WEEKLY = replace(TERMS, frequency=Frequency.WEEKLY)
RIGHT = WithdrawalRight.of(packs()["EU"])
# The evening before the payout.
SIGNED = datetime(2030, 1, 14, 23, 30, tzinfo=UTC)
GIVEN = Given(RIGHT, SIGNED, ("c2",))
LAST = date(2030, 1, 28)
# Thirty days from a withdrawal ten days after the payout would end on a Sunday.
DUE = date(2030, 2, 25)


def loan() -> Loan:
    """1200 EUR at 6 % over 12 months with a fee of 20, signed on 14 January and paid out on the 15th."""
    return replace(open_loan(), withdrawal_right=RIGHT, rules=rules_of("PERSONAL"))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def notice(day: date, by: str = "c1") -> Notice:
    return Notice(by, at(day), day)


def withdrawn(day: date = START + timedelta(days=10), found: Loan | None = None) -> Loan:
    found = found or loan()
    found.declare_withdrawal(GIVEN, notice(day))
    return found


def status(found: Loan) -> LoanStatus:
    return found.status


def published(found: Loan, kind: type) -> list[object]:
    return [event for event in found.events if type(event) is kind]


def test_the_right_is_that_of_the_pack_of_the_facility_type() -> None:
    assert (RIGHT.days, RIGHT.repay_days) == (14, 30) and "2008/48/EC" in RIGHT.law
    assert right_of("PERSONAL") == right_of("") == WithdrawalRight("", 0, 0)


@pytest.mark.parametrize(("signed", "calendar", "last"), [
    ("2030-01-14", "", "2030-01-28"),
    ("2030-01-12", "", "2030-01-28"),  # would end on a Saturday
    ("2030-01-13", "", "2030-01-28"),  # on a Sunday
    ("2030-04-05", "", "2030-04-19"),
    ("2030-04-05", "DE", "2030-04-23"),  # Good Friday, and Easter after it
])  # fmt: skip
def test_the_days_count_from_the_signature_and_end_on_a_business_day(signed: str, calendar: str, last: str) -> None:
    terms = TERMS
    if calendar:
        terms = replace(TERMS, holiday_calendar=calendar, business_day_convention=Convention.FOLLOWING)
    found = Given(RIGHT, datetime.fromisoformat(f"{signed}T12:00:00+00:00")).last_date(terms)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize("language", ["", "fr"])
def test_what_is_told_of_a_loan_s_end_names_the_language_that_its_law_wants_papers_in(language: str) -> None:
    right, told = replace(RIGHT, language=language), list[object]()
    for declared in (True, False):
        found = replace(loan(), withdrawal_right=right)
        if declared:
            found.declare_withdrawal(Given(right, SIGNED), notice(START))
        pay(found, "p", payoff(found, START).total.amount, START)
        told += [*published(found, events.LoanWithdrawalSettled), *published(found, events.LoanFullyRepaid)]
    assert [each.paper_language for each in told] == [language] * 3  # type: ignore[attr-defined]


def test_what_it_would_come_to_is_known_before() -> None:
    found = loan().standing(GIVEN, at(START + timedelta(days=10)))
    assert (found.state, found.last_date) == (WithdrawalState.POSSIBLE, LAST)
    # Ten of the 31 days of a month's interest of 6.
    assert (found.principal, found.interest, found.total) == (euros("1200"), euros("1.94"), euros("1201.94"))
    assert (found.per_diem, found.released, found.refund) == (euros("0.19"), euros("20"), euros("0"))
    assert found.due_date == DUE


def test_where_it_stands_otherwise() -> None:
    assert loan().standing(GIVEN, at(LAST)).state is WithdrawalState.POSSIBLE
    over = loan().standing(GIVEN, at(LAST + timedelta(days=1)))
    assert (over.state, over.last_date, over.total) == (WithdrawalState.OVER, LAST, None)
    assert loan().standing(Given(WithdrawalRight("", 0, 0)), at(START)).state is WithdrawalState.NOT_GIVEN
    repaid = loan()
    pay(repaid, "p", payoff(repaid, START).total.amount, START)
    assert repaid.standing(GIVEN, at(START)).state is WithdrawalState.REPAID
    with pytest.raises(FailedPrecondition) as pending:
        replace(loan(), status=LoanStatus.PENDING).standing(GIVEN, at(START))
    assert pending.value.reason == "WRONG_STATUS"


@pytest.mark.parametrize(("change", "given_", "day", "kind", "reason"), [
    ({"status": LoanStatus.PENDING}, GIVEN, START, FailedPrecondition, "WRONG_STATUS"),
    ({"status": LoanStatus.CANCELLED}, GIVEN, START, FailedPrecondition, "WRONG_STATUS"),
    ({"status": LoanStatus.CLOSED}, GIVEN, START, FailedPrecondition, "WRONG_STATUS"),
    ({}, Given(WithdrawalRight("", 0, 0)), START, FailedPrecondition, "WITHDRAWAL_NOT_GIVEN"),
    ({}, GIVEN, LAST + timedelta(days=1), FailedPrecondition, "WITHDRAWAL_OVER"),
    ({}, GIVEN, SIGNED.date() - timedelta(days=1), InvalidArgument, "IMPOSSIBLE_DATE"),
])  # fmt: skip
def test_when_it_is_refused_nothing_changes(
    change: Mapping[str, object], given_: Given, day: date, kind: type[Error], reason: str
) -> None:
    found = replace(loan(), **change)  # type: ignore[arg-type]
    with pytest.raises(kind) as refused:
        found.declare_withdrawal(given_, notice(day))
    assert refused.value.reason == reason
    assert not found.transactions and found.withdrawal is None and not found.events
    if reason == "WITHDRAWAL_OVER":
        assert refused.value.metadata == {"last_date": LAST.isoformat()}


def test_it_is_declared_once_and_every_borrower_gets_the_receipt() -> None:
    found, day = loan(), START + timedelta(days=10)
    withdrawn(day, found)
    first = found.withdrawal
    found.declare_withdrawal(GIVEN, notice(day + timedelta(days=1), "c2"))
    assert found.withdrawal == first and len(found.transactions) == 1
    [declared] = published(found, events.LoanWithdrawalDeclared)
    [informed] = published(found, events.LoanWithdrawalPartyInformed)
    assert isinstance(declared, events.LoanWithdrawalDeclared)
    assert (declared.customer_id, declared.declared_by, declared.declare_time) == ("c1", "c1", at(day))
    assert (declared.total, declared.due_date) == (euros("1201.94"), DUE)
    assert isinstance(informed, events.LoanWithdrawalPartyInformed)
    assert (informed.customer_id, informed.total) == ("c2", declared.total)


def test_a_notice_in_writing_counts_from_when_it_was_sent() -> None:
    found, sent = loan(), START + timedelta(days=8)
    pay(found, "p", "100", START + timedelta(days=12))
    found.declare_withdrawal(GIVEN, Notice("o1", at(START + timedelta(days=20)), sent))
    assert found.withdrawal is not None
    assert (found.withdrawal.notice_date, found.withdrawal.due_date) == (sent, sent + timedelta(days=30))
    assert found.account.quote(START + timedelta(days=12)).parts.principal == Decimal(1100)


def test_paid_back_it_is_closed_as_withdrawn() -> None:
    found, day = withdrawn(), START + timedelta(days=20)
    owed = payoff(found, day).total
    assert owed == euros("1203.87") == found.standing(GIVEN, at(day)).total
    pay(found, "p", owed.amount, day)
    assert status(found) is LoanStatus.CLOSED
    [settled] = published(found, events.LoanWithdrawalSettled)
    [repaid] = published(found, events.LoanFullyRepaid)
    assert isinstance(settled, events.LoanWithdrawalSettled) and isinstance(repaid, events.LoanFullyRepaid)
    assert (settled.principal, settled.interest, settled.refund) == (euros("1200"), euros("3.87"), euros("0"))
    assert repaid.withdrawn and repaid.total_paid == settled.total_paid == found.total_paid == owed
    standing = found.standing(GIVEN, at(day + timedelta(days=90)))
    assert (standing.state, standing.total, standing.as_of_date) == (WithdrawalState.SETTLED, euros("0"), day)
    assert found.principal_balance == euros("0")


def test_more_than_is_owed_is_refused_and_what_waits_is_superseded() -> None:
    found, day = withdrawn(), START + timedelta(days=20)
    record(found, "waits", "5", day)
    with pytest.raises(FailedPrecondition) as refused:
        record(found, "p", "1203.88", day)
    assert (refused.value.reason, refused.value.metadata) == ("OVERPAYMENT", {"payoff": "1203.87"})
    pay(found, "p", "1203.87", day)
    assert len(published(found, events.PaymentSuperseded)) == 1


def test_a_fee_that_was_paid_counts_in_full_and_closes_what_it_covers() -> None:
    """Paid 1215 on the third day: the loan is open for a part of its fee, and after a withdrawal it owes less."""
    found = loan()
    pay(found, "p", "1215", START + timedelta(days=3))
    assert not found.account.is_settled(date.max)
    withdrawn(START + timedelta(days=5), found)
    assert status(found) is LoanStatus.CLOSED
    [settled] = published(found, events.LoanWithdrawalSettled)
    assert isinstance(settled, events.LoanWithdrawalSettled)
    assert (settled.interest, settled.refund) == (euros("0.58"), euros("14.42")) and found.refund == euros("14.42")
    assert found.total_paid == euros("1215")
    said = text_of(letters.repaid(found).pdf(Sheet("l1", Party("Ada", ()), NOON.date())))
    assert "14.42" in said and "Confirmation of repayment after withdrawal" in said


def test_a_payment_that_bounces_after_the_closing_opens_it_again_as_withdrawn() -> None:
    found, day = withdrawn(), START + timedelta(days=20)
    pay(found, "p", payoff(found, day).total.amount, day)
    found.reverse("p", "returned", "o2", at(day + timedelta(days=30)))
    assert status(found) is LoanStatus.OPEN and found.standing(GIVEN, at(day)).state is WithdrawalState.DECLARED
    [reversed_] = published(found, events.PaymentReversed)
    [reopened] = published(found, events.LoanReopened)
    assert isinstance(reversed_, events.PaymentReversed) and isinstance(reopened, events.LoanReopened)
    # The notice of an open loan says that its instalments go on.
    assert reopened.withdrawn and not reversed_.reopens_loan
    later = day + timedelta(days=31)
    pay(found, "q", payoff(found, later).total.amount, later)
    assert status(found) is LoanStatus.CLOSED and found.closures == 2


def test_after_it_nothing_is_charged_or_reminded_of_and_what_is_late_is_chased_once() -> None:
    found, due = withdrawn(), DUE
    assert found.next_run_date == due + timedelta(days=1)
    run = found.run(due + timedelta(days=1))
    assert (run.overdue, run.late_fees, run.reminders) == (1, 0, 0)
    [overdue] = published(found, events.LoanWithdrawalOverdue)
    assert isinstance(overdue, events.LoanWithdrawalOverdue)
    assert overdue.amount_due == payoff(found, due + timedelta(days=1)).total == euros("1208.36")
    assert (overdue.due_date, overdue.days_past_due, overdue.per_diem) == (due, 1, euros("0.21"))
    assert found.run(due + timedelta(days=200)).overdue == 0
    assert [entry.kind for entry in found.transactions] == [Kind.WITHDRAWAL]
    assert not published(found, events.PaymentOverdue)
    owed = outstanding(found, due + timedelta(days=1))
    assert (owed.total_due, owed.days_past_due, owed.penalty_due) == (euros("1208.36"), 1, euros("0"))


def test_a_late_fee_of_before_falls_away() -> None:
    found = replace(loan(), terms=WEEKLY)
    found.run(START + timedelta(days=13))
    assert any(entry.kind is Kind.LATE_FEE for entry in found.transactions)
    before = found.account.totals(date.max).penalties
    withdrawn(START + timedelta(days=13), found)
    [declared] = published(found, events.LoanWithdrawalDeclared)
    assert isinstance(declared, events.LoanWithdrawalDeclared)
    assert declared.released == euros(20 + before) and before > 0
    assert payoff(found, START + timedelta(days=13)).penalty == euros("0")


PAYMENTS = st.lists(st.tuples(st.integers(0, 13), st.integers(1, 400)), max_size=3)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(PAYMENTS, st.integers(0, 13), st.integers(0, 60), st.booleans(), st.lists(st.integers(0, 110), max_size=3))
def test_statements_join_and_the_last_one_ends_at_nothing(
    before: list[tuple[int, int]], declared: int, last: int, weekly: bool, borders: list[int]
) -> None:
    found = replace(loan(), terms=WEEKLY) if weekly else loan()
    for number, (on, amount) in enumerate(before):
        pay(found, f"p{number}", str(amount), START + timedelta(days=min(on, declared)))
    withdrawn(START + timedelta(days=declared), found)
    day = START + timedelta(days=declared + last)
    if status(found) is LoanStatus.OPEN:
        pay(found, "last", payoff(found, day).total.amount, day)
    end = START + timedelta(days=120)
    days = [START, *sorted(START + timedelta(days=each) for each in borders), end]
    parts = [statement(found.account, one, two - timedelta(days=1)) for one, two in pairwise(days) if one < two]
    for one, two in pairwise(parts):
        assert one.closing_balance == two.opening_balance
    whole = statement(found.account, START, end)
    assert whole.closing_balance == 0 and whole.total_due == 0
    assert whole.total_paid == found.total_paid.amount
    interest = found.account.paid(date.max).interest
    assert whole.interest_charged == interest
    charges = sum(each.amount for each in whole.entries if each.kind in (EntryKind.FEE, EntryKind.PENALTY))
    given_up = sum(each.amount for each in whole.entries if each.kind is EntryKind.WITHDRAWAL)
    assert charges + given_up == 0
    year = paid_in(found, START.year)
    assert (year.fee_paid, year.penalty_paid) == (euros("0"), euros("0"))
    assert (year.interest_paid.amount, year.principal_paid.amount) == (interest, Decimal(1200))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_what_is_printed_of_it(language: str) -> None:
    found, day = loan(), START + timedelta(days=10)
    sheet = Sheet("l1", Party("Ada Lovelace", ("Weg 1",)), day, language=language)
    with pytest.raises(FailedPrecondition):
        letters.withdrawal(found.standing(GIVEN, at(day)))
    withdrawn(day, found)
    receipt = letters.withdrawal(found.standing(GIVEN, at(day)))
    assert b"1201.94" in receipt.json() and text_of(receipt.pdf(sheet))
    drawn = to_pdf(statement(found.account, START, day), sheet)
    assert text_of(drawn)
