"""What the daily run finds on a loan: each thing once, and it always knows when to look again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lending import Frequency, LoanTerms
from services.lending.facility import facilities
from services.repayment.dunning import Findings
from services.repayment.events import PaymentOverdue
from services.repayment.loan_account import LoanStatus
from services.repayment.product import rules_of
from services.runtime.errors import FailedPrecondition
from tests.factories.loans import START, euros, open_loan, pay
from tests.fakes.clock import NOON

DAYS = st.integers(0, 500)


@settings(max_examples=15)
@given(
    st.sampled_from(list(facilities())),
    st.sampled_from([Frequency.WEEKLY, Frequency.MONTHLY, Frequency.QUARTERLY]),
    st.lists(DAYS, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 150), st.decimals("0.01", "400", places=2)), max_size=3),
)
def test_a_run_leaves_nothing_to_do_for_its_day_and_finds_nothing_twice(
    facility_type: str, frequency: Frequency, days: list[int], payments: list[tuple[int, Decimal]]
) -> None:
    loan = open_loan(LoanTerms(Decimal(1200), "EUR", Decimal(6), 12, frequency))
    loan.rules = rules_of(facility_type)
    for number, (day, amount) in enumerate(payments):
        pay(loan, f"p{number}", amount, START + timedelta(days=day))
    for business_date in sorted(START + timedelta(days=day) for day in days):
        due = loan.next_run_date
        found = loan.run(business_date)
        assert found == Findings() or (due is not None and due <= business_date)
        assert loan.next_run_date is None or loan.next_run_date > business_date
        assert loan.run(business_date) == Findings()
    said = [event.instalment_number for event in loan.events if isinstance(event, PaymentOverdue)]
    assert len(said) == len(set(said))
    assert len(loan.reminders) == len({each.reminder_id for each in loan.reminders})


def test_an_instalment_that_a_late_fee_opens_again_is_reported_in_the_same_run() -> None:
    loan = open_loan(LoanTerms(Decimal(1200), "EUR", Decimal(6), 12, Frequency.WEEKLY))
    loan.rules = rules_of("EQUIPMENT")
    pay(loan, "p0", Decimal("0.01"), START)
    pay(loan, "p1", Decimal("32.75"), START + timedelta(days=56))
    business_date = START + timedelta(days=25)
    assert loan.run(business_date).overdue >= 1
    assert loan.next_run_date is None or loan.next_run_date > business_date
    assert loan.run(business_date) == Findings()


def test_a_run_that_comes_late_makes_up_for_the_days_that_were_left_out() -> None:
    on_time, late = open_loan(), open_loan()
    on_time.rules = late.rules = rules_of("PERSONAL")
    last = date(2030, 4, 30)
    for offset in range((last - START).days + 1):
        on_time.run(START + timedelta(days=offset))
    assert late.run(last) == Findings(overdue=3, late_fees=3)
    assert late.transactions == on_time.transactions
    assert late.overdue == on_time.overdue


def test_a_loan_that_is_not_open_has_nothing_to_do() -> None:
    loan = open_loan()
    loan.status = LoanStatus.PENDING
    assert (loan.next_run_date, loan.run(date(2031, 1, 1))) == (None, Findings())


def test_a_waived_late_fee_is_owed_no_more() -> None:
    loan = open_loan(LoanTerms(Decimal(100), "EUR", Decimal(0), 1))
    loan.rules = rules_of("PERSONAL")
    loan.run(date(2030, 2, 21))
    assert loan.waive(1, "a good customer", "o1", NOON) == euros("6.00")
    pay(loan, "p1", "100")
    with pytest.raises(FailedPrecondition) as refused:
        loan.waive(1, "again", "o1", NOON)
    assert refused.value.metadata["status"] == "CLOSED"


def test_customers_are_reminded_on_the_days_of_their_facility_type() -> None:
    loan = open_loan()
    loan.rules = rules_of("PERSONAL")
    due, said = date(2030, 2, 15), {}
    for offset in range((date(2030, 2, 28) - START).days + 1):
        before, today = len(loan.reminders), START + timedelta(days=offset)
        loan.run(today)
        for each in loan.reminders[before:]:
            assert each.due_date == due
            said[(due - today).days] = each.days_past_due
    assert said == {7: 0, 3: 0, 1: 0, 0: 0, -7: 7}
    assert len({each.reminder_id for each in loan.reminders}) == len(loan.reminders)


def test_who_has_paid_is_reminded_no_more() -> None:
    loan = open_loan()
    loan.rules = rules_of("PERSONAL")
    loan.run(date(2030, 2, 8))
    assert [each.instalment_number for each in loan.reminders] == [1]
    pay(loan, "p1", loan.reminders[0].amount_due.amount, date(2030, 2, 9))
    loan.run(date(2030, 2, 28))
    assert len(loan.reminders) == 1


def test_of_days_that_were_left_out_customers_are_reminded_once() -> None:
    loan = open_loan()
    loan.rules = rules_of("PERSONAL")
    assert loan.run(date(2030, 2, 14)).reminders == 1
    assert loan.run(date(2030, 2, 14)) == Findings()
    # It is overdue since, and that is what is said of it.
    assert loan.run(date(2030, 3, 1)) == Findings(overdue=1, late_fees=1)


def test_a_loan_from_before_is_reminded_of_as_it_was() -> None:
    loan = open_loan()
    assert loan.rules.reminder_days == (3,)
    loan.reminded_until = date(2030, 2, 14)
    assert loan.run(date(2030, 2, 11)) == Findings()
    assert loan.run(date(2030, 2, 12)).reminders == 1
    assert loan.run(date(2030, 2, 15)) == Findings()
