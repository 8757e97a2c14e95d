"""On which days a withdrawal counts, until when it is paid in time, and what money that is on its way comes to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lending.calendar import Convention, holiday_calendar
from services.lending.daycount import DayCount
from services.repayment import events
from services.repayment.loan_account import LoanStatus
from services.repayment.model import Loan
from services.repayment.settings import Settings
from services.repayment.withdrawal import Given, Notice, WithdrawalState
from services.repayment.withdrawals import Withdrawals
from services.runtime.errors import FailedPrecondition
from tests.factories.loans import START, TERMS, euros, open_loan, pay, record
from tests.fakes.agreements import FakeAgreements
from tests.fakes.clock import FakeClock
from tests.unit.repayment.test_withdrawal import GIVEN, LAST, RIGHT, WEEKLY, at, loan, notice, withdrawn

MARTINIQUE, REUNION = ZoneInfo("America/Martinique"), ZoneInfo("Indian/Reunion")


@pytest.mark.parametrize(("sent", "due"), [
    ("2030-01-16", "2030-02-15"),
    ("2030-01-24", "2030-02-25"),  # would end on a Saturday
    ("2030-01-25", "2030-02-25"),  # on a Sunday
])  # fmt: skip
def test_the_days_to_pay_end_on_a_business_day(sent: str, due: str) -> None:
    found = withdrawn(date.fromisoformat(sent))
    assert found.withdrawal is not None and found.withdrawal.due_date == date.fromisoformat(due)
    [line] = found.account.instalments(date.max)
    assert line.due_date == date.fromisoformat(due)
    assert found.next_run_date == line.due_date + timedelta(days=1)


def test_a_holiday_of_the_loan_is_no_business_day_to_pay_on() -> None:
    terms = replace(TERMS, holiday_calendar="DE", business_day_convention=Convention.FOLLOWING)
    # Thirty days before Good Friday.
    assert GIVEN.due_date(date(2030, 3, 20), terms) == date(2030, 4, 23)
    assert GIVEN.due_date(date(2030, 3, 20), TERMS) == date(2030, 4, 19)


@pytest.mark.parametrize(("signed", "place", "last"), [
    ("2026-12-11", "IE", "2026-12-28"),  # Christmas Day, St Stephen's Day and a Sunday
    ("2026-12-11", "DE", "2026-12-28"),
    ("2026-12-11", "", "2026-12-25"),
    ("2030-04-05", "IE", "2030-04-19"),  # Good Friday is no public holiday there
    ("2030-04-05", "DE", "2030-04-23"),
    ("2027-03-03", "IE", "2027-03-18"),  # St Patrick's Day
])  # fmt: skip
def test_the_right_does_not_end_on_a_public_holiday(signed: str, place: str, last: str) -> None:
    end, after = date.fromisoformat(last), date.fromisoformat(last) + timedelta(days=1)
    given_ = replace(GIVEN, sign_time=datetime.fromisoformat(f"{signed}T12:00:00+00:00"), place=place)
    assert given_.last_date(TERMS) == given_.check(TERMS, end) == end
    with pytest.raises(FailedPrecondition) as over:
        given_.check(TERMS, after)
    assert (over.value.reason, over.value.metadata) == ("WITHDRAWAL_OVER", {"last_date": last})


PLACES, DAYS = ["IE", "DE", "DE-BY", "FR", "ES-MD", "PL", "GR", "MT"], st.dates(date(2020, 1, 1), date(2045, 1, 1))


@given(DAYS, st.sampled_from(PLACES), st.sampled_from(["", "DE", "US"]))
def test_both_periods_end_on_the_first_day_that_is_open_there_and_for_the_loan(
    begin: date, place: str, calendar: str
) -> None:
    terms = replace(TERMS, holiday_calendar=calendar, business_day_convention=Convention.FOLLOWING)
    given_ = Given(RIGHT, datetime(begin.year, begin.month, begin.day, 12, tzinfo=UTC), place=place)
    for end, days in ((given_.last_date(terms), RIGHT.days), (given_.due_date(begin, terms), RIGHT.repay_days)):
        assert end is not None
        first = begin + timedelta(days=days)
        span = [first + timedelta(days=each) for each in range((end - first).days + 1)]
        closed = [day.weekday() >= 5 or any(day in holiday_calendar(each) for each in (place, calendar) if each)
                  for day in span]  # fmt: skip
        assert closed == [True] * (len(span) - 1) + [False]


def test_a_withdrawal_is_paid_in_time_on_the_day_after_a_holiday() -> None:
    found = loan()
    # Thirty days before Easter Monday.
    found.declare_withdrawal(replace(GIVEN, sign_time=at(date(2030, 3, 14)), place="IE"), notice(date(2030, 3, 23)))
    assert found.withdrawal is not None and found.withdrawal.due_date == date(2030, 4, 23)
    assert found.standing(GIVEN, at(date(2030, 3, 23))).due_date == date(2030, 4, 23)


class Read:
    """A unit of work that has one loan."""

    def __init__(self, found: Loan) -> None:
        self.loans = self
        self._found = found

    def __enter__(self) -> "Read":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was changed."""

    def read(self, _: str) -> Loan:
        return self._found


@pytest.mark.parametrize(("place", "last"), [("IE", "2026-12-28"), ("", "2026-12-25")])
def test_a_borrower_is_told_of_the_day_where_they_are(place: str, last: str) -> None:
    found, agreements = loan(), FakeAgreements()
    agreements.sign_time = datetime(2026, 12, 11, 12, tzinfo=UTC)
    none: Any = None
    read: Any = Read(found)
    asked = Withdrawals(lambda: read, FakeClock(), none, agreements, none, none, REUNION, place)
    assert asked.standing("l1").last_date == date.fromisoformat(last)


@pytest.mark.parametrize(("now", "state"), [
    # The evening of the last day west of Greenwich, when it is over there; the last minute, and the first too late.
    (datetime(2030, 1, 28, 23, 59, tzinfo=MARTINIQUE), WithdrawalState.POSSIBLE),
    (datetime(2030, 1, 29, 0, 0, tzinfo=MARTINIQUE), WithdrawalState.OVER),
    (datetime(2030, 1, 28, 23, 59, tzinfo=REUNION), WithdrawalState.POSSIBLE),
    (datetime(2030, 1, 29, 0, 0, tzinfo=REUNION), WithdrawalState.OVER),
])  # fmt: skip
def test_a_day_is_over_where_the_borrower_is(now: datetime, state: WithdrawalState) -> None:
    found = loan().standing(GIVEN, now)
    assert (found.state, found.last_date) == (state, LAST)
    if found.as_of_date:
        assert found.as_of_date == now.astimezone(UTC).date()


def test_a_notice_of_a_day_that_the_ledger_has_not_come_to() -> None:
    found, evening = loan(), datetime(2030, 1, 20, 20, 30, tzinfo=UTC)
    found.declare_withdrawal(GIVEN, Notice("c1", evening, evening.astimezone(REUNION).date()))
    assert found.withdrawal is not None
    assert (found.withdrawal.notice_date, found.withdrawal.start_date) == (date(2030, 1, 21), date(2030, 1, 20))
    # Thirty days from the 21st, which is the day that counts.
    assert found.withdrawal.due_date == date(2030, 2, 20)
    assert found.standing(GIVEN, evening).total == euros("1200.97")


@pytest.mark.parametrize("ahead", [0, 2])
def test_money_of_before_the_notice_comes_to_the_same_whenever_it_is_verified(ahead: int) -> None:
    """What repays the loan with its fee, sent up to the day on which a letter came that had been sent before."""
    sent = START + timedelta(days=5)
    day = sent + timedelta(days=ahead)
    found = loan()
    record(found, "p", "1220.97", day)
    found.declare_withdrawal(GIVEN, Notice("o1", at(day), sent))
    found.accept("p", "o2", at(day))
    assert found.status is LoanStatus.CLOSED
    [settled] = [event for event in found.events if isinstance(event, events.LoanWithdrawalSettled)]
    interest = {0: "0.97", 2: "1.35"}[ahead]
    assert (settled.interest.amount, settled.total_paid) == (euros(interest).amount, euros("1220.97"))
    assert settled.refund.amount == euros("1220.97").amount - euros(interest).amount - 1200
    # The due date is that of the letter, whatever the ledger's entry waits for.
    assert found.withdrawal is not None and found.withdrawal.due_date == GIVEN.due_date(sent, TERMS)


def test_entries_of_one_day_come_to_the_same_in_any_order() -> None:
    day = START + timedelta(days=6)
    results = set()
    for order in permutations(("instalment", "withdrawal", "rest")):
        found = loan()
        for step in order:
            if step == "withdrawal":
                withdrawn(day, found)
            else:
                pay(found, step, {"instalment": "103.28", "rest": "400"}[step], day)
        standing = found.standing(GIVEN, at(day))
        results.add((standing.principal, standing.interest, standing.released, found.total_paid))
    assert results == {(euros("696.72"), euros("1.16"), euros("20.00"), euros("503.28"))}


def test_a_late_fee_that_was_waived_before_is_not_given_up_twice() -> None:
    found, day = replace(loan(), terms=WEEKLY), START + timedelta(days=13)
    found.run(day)
    found.waive(1, "goodwill", "o1", at(day))
    left = found.account.totals(date.max).penalties
    withdrawn(day, found)
    [declared] = [event for event in found.events if isinstance(event, events.LoanWithdrawalDeclared)]
    assert declared.released == euros(20 + left)
    assert declared.total == declared.principal_balance + declared.interest


@pytest.mark.parametrize(("day_count", "interest"), [
    # Ten days in January: of a month of 30 days, of years of 365, 360 and as it is.
    (DayCount.PERIOD, "1.94"), (DayCount.ACT_365F, "1.97"), (DayCount.ACT_360, "2.00"), (DayCount.THIRTY_360, "1.94"),
])  # fmt: skip
def test_interest_is_that_of_the_days_by_the_loans_own_count(day_count: DayCount, interest: str) -> None:
    found = replace(open_loan(replace(TERMS, day_count=day_count)), withdrawal_right=RIGHT)
    standing = found.standing(GIVEN, at(START + timedelta(days=10)))
    assert (standing.principal, standing.interest) == (euros("1200"), euros(interest))


def test_on_the_day_of_the_payout_nothing_but_principal_is_owed() -> None:
    """A notice that was sent before the payout, and came after it, counts from the payout."""
    found = loan()
    found.declare_withdrawal(GIVEN, Notice("o1", at(START), START - timedelta(days=1)))
    assert found.withdrawal is not None and found.withdrawal.start_date == START
    assert found.standing(GIVEN, at(START)).total == euros("1200")


def test_a_zone_that_there_is_not_is_refused_at_the_start() -> None:
    values: Mapping[str, object] = {**dict.fromkeys(Settings.__dataclass_fields__), "holiday_calendar": "IE"}
    assert Settings(**{**values, "time_zone": "Europe/Madrid"}).time_zone == "Europe/Madrid"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Mars/Olympus is no time zone"):
        Settings(**{**values, "time_zone": "Mars/Olympus"})  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["XX", "DE-XX", "-"])
def test_a_calendar_that_there_is_not_is_refused_at_the_start(place: str) -> None:
    values: Mapping[str, object] = {**dict.fromkeys(Settings.__dataclass_fields__), "time_zone": "Europe/Dublin"}
    for known in ("IE", "DE-BY"):
        assert Settings(**{**values, "holiday_calendar": known}).holiday_calendar == known  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=f"{place} has no calendar of holidays"):
        Settings(**{**values, "holiday_calendar": place})  # type: ignore[arg-type]


def test_the_right_is_asked_of_the_day_of_the_notice_also_long_after() -> None:
    found = loan()
    found.declare_withdrawal(Given(RIGHT, GIVEN.sign_time), notice(LAST))
    assert found.withdrawal is not None and found.withdrawal.last_date == LAST
