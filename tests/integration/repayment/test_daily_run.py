"""The daily run on a real database: each finding once, whatever breaks, and whichever process is killed."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.repayment.v1 import loan_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.papers import lender_of
from services.repayment.model import DailyRun, Loan
from services.repayment.servicer import RepaymentServicer
from services.repayment.sheets import Sheets
from services.runtime import context
from services.runtime.context import Caller, RequestContext
from services.runtime.errors import InvalidArgument, Unavailable
from stack.layout import Layout
from tests.factories.loans import START
from tests.fakes.borrowers import FakeCustomers
from tests.harness import service
from tests.integration.repayment.conftest import KINDS, Case, Repayment, key

ROOT = Path(__file__).resolve().parents[3]
SCHEDULER = service("scheduler")
DAY = "2030-04-13"  # the third instalment of a loan of START is due in two days


def run(running: Repayment, day: str = DAY, most: int = 0) -> loan_pb2.DailyRun:
    """One call."""
    done: loan_pb2.DailyRun = (
        running.client(SCHEDULER).RunDaily(pb.RunDailyRequest(business_date=day, max_loans=most)).daily_run
    )
    return done


def overdue(running: Repayment) -> list[tuple[str, int]]:
    """Every `payment.overdue` as loan and instalment."""
    said = [event for event in running.traffic.published(*KINDS) if type(event).__name__ == "PaymentOverdue"]
    return sorted((event.loan_id, event.instalment_number) for event in said)


def each_once(cases: list[Case], *numbers: int) -> list[tuple[str, int]]:
    return sorted((case.loan_id, number) for case in cases for number in numbers)


def test_reminders_are_handed_over_once_and_wait_for_the_notification_service(running: Repayment) -> None:
    case = running.loan()
    running.notices.away = True
    with pytest.raises(Unavailable):
        run(running)
    assert overdue(running) == each_once([case], 1, 2)
    running.notices.away = False
    assert not run(running).complete
    assert run(running).complete
    [reminder] = running.notices.said.values()
    assert (reminder.loan_id, reminder.instalment_number) == (case.loan_id, 3)
    assert (reminder.customer_id, reminder.due_date) == (case.ids["customer_id"], date(2030, 4, 15))
    assert str(reminder.amount_due.amount) == "103.28"
    for later in ("2030-04-14", "2030-04-15"):
        assert run(running, later).complete
    assert running.notices.calls == 1


def test_customers_are_reminded_on_the_days_of_their_facility_type(running: Repayment) -> None:
    running.loan(facility_type="PERSONAL")
    for day in ("2030-02-08", "2030-02-12", "2030-02-14", "2030-02-15", "2030-02-16", "2030-02-22"):
        while not run(running, day).complete:
            pass
    found = running.notices.said.values()
    assert [(each.due_date, each.days_past_due) for each in found] == [(date(2030, 2, 15), 0)] * 4 + [
        (date(2030, 2, 15), 7)
    ]


@pytest.mark.parametrize("day", ["2030-06-17", "2031-01-01", "2099-12-31"])
def test_a_day_that_has_not_come_yet_is_refused_and_charges_nobody(running: Repayment, day: str) -> None:
    """Once such a run was complete, no other was until then."""
    running.loan()
    running.servicer = RepaymentServicer(
        running.app, replace(running.runner, days_ahead=1), Sheets(running.app, FakeCustomers(), lender_of()),
        running.withdrawals,
    )  # fmt: skip
    with pytest.raises(InvalidArgument) as refused:
        run(running, day)
    assert refused.value.reason == "IMPOSSIBLE_DATE"
    assert overdue(running) == []
    # In another time zone it is tomorrow already.
    assert run(running, "2030-06-16").business_date == "2030-06-16"


def test_what_is_paid_is_neither_reminded_of_nor_overdue(running: Repayment) -> None:
    case = running.loan()
    for day in ("2030-02-15", "2030-03-15", "2030-04-10"):
        case.pay("123.28" if day == "2030-02-15" else "103.28", value_date=day)
    done = run(running)
    assert (done.loans_done, done.complete, running.notices.said) == (0, True, {})


def test_a_loan_that_breaks_is_left_out_and_tried_again_later(
    running: Repayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [running.loan() for _ in range(3)]
    healthy = Loan.run

    def broken(loan: Loan, day: date) -> Any:
        if loan.loan_id == cases[1].loan_id:
            raise ZeroDivisionError
        return healthy(loan, day)

    monkeypatch.setattr(Loan, "run", broken)
    while not (done := run(running)).complete:
        pass
    assert done.loans_failed == 1
    assert overdue(running) == each_once([cases[0], cases[2]], 1, 2)
    monkeypatch.undo()
    while not (done := run(running)).complete:
        pass
    assert (done.loans_failed, overdue(running)) == (0, each_once(cases, 1, 2))


def test_runs_at_once_do_the_work_once(running: Repayment) -> None:
    cases = [running.loan() for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run(running, most=3), range(12)))
    while not run(running).complete:
        pass
    assert overdue(running) == each_once(cases, 1, 2)
    assert len(running.notices.said) == len(cases)


def test_a_run_that_another_has_just_begun_is_waited_for(running: Repayment) -> None:
    case = running.loan()
    scheduler = context.bind(RequestContext(Caller.of_service("scheduler")))
    with scheduler, running.app.begin() as uow, ThreadPoolExecutor(1) as pool:
        uow.daily_runs.ensure(DailyRun(date.fromisoformat(DAY), datetime.now(UTC)))
        second = pool.submit(run, running)
        # It waits for the lock; without one it would not see the first and meet its row.
        wait([second], 0.3)
        uow.commit()
        assert second.result().loans_done == 1
    assert overdue(running) == each_once([case], 1, 2)


def test_a_payment_during_the_run_waits_for_its_loan_alone(running: Repayment) -> None:
    held, free = running.loan(), running.loan()
    with running.app.begin() as uow, ThreadPoolExecutor(1) as pool:
        uow.loans.get(held.loan_id)
        running_now = pool.submit(run, running)
        assert free.record("5", key()[0][1]).amount.amount == "5.00"
        uow.commit()
        running_now.result()
    while not run(running).complete:
        pass
    assert overdue(running) == each_once([held, free], 1, 2)


def test_a_run_that_is_killed_at_any_point_goes_on_where_it_was(
    running: Repayment, layout: Layout, tmp_path: Path
) -> None:
    cases = [running.loan(start=START + timedelta(days=number % 2)) for number in range(10)]
    said = tmp_path / "sent"
    for moment in ("in loan 2", "after loan 3", "between calls", "reminders sent"):
        assert _victim(running, layout, moment, said) == -9, moment
    assert _victim(running, layout, "", said) == 0
    running.traffic.codec.prepare([events.PaymentOverdue])  # the one schema that the other processes asked for
    assert overdue(running) == each_once(cases, 1, 2)
    # Those sent by the process that died before its commit were sent again, under the same ids.
    assert len(set(said.read_text().split())) == len(cases) < len(said.read_text().split())
    with running.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reminders")) == 0
        assert connection.scalar(text("SELECT count(*) FROM loans WHERE next_run_date <= '2030-04-13'")) == 0


def _victim(running: Repayment, layout: Layout, moment: str, said: Path) -> int:
    url = running.database.engine.url
    settings = {"host": url.host, "port": url.port, "database": url.database, "user": url.username}
    files = {"password_file": str(layout.secret_file("postgres-admin")), "authority_file": str(layout.pki / "ca.pem")}
    key = str(layout.secret_file("sealing-test"))
    given = {"postgres": {**settings, **files}, "wrapping": key, "day": DAY, "sent": str(said), "moment": moment}
    command = [sys.executable, "-m", "tests.integration.repayment.victim", json.dumps(given)]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode
