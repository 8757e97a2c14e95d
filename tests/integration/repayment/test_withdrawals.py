"""Withdrawal from the agreement over RPC on a real database: declared once, paid back, closed, seen in every row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.repayment.v1 import statement_pb2, withdrawal_pb2
from services.repayment.ports import LoanAccount
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied, Unavailable
from stack.audit.collect import _WITHDRAWN
from tests.fakes.clock import NOON
from tests.harness import customer, program, service, staff
from tests.integration.repayment.conftest import KINDS, Case, Repayment, euros, key

# Paid out four days ago, signed the day before.
START = NOON.date() - timedelta(days=4)
# 14 days from 10 June 2030 on.
LAST = "2030-06-24"
STATE = withdrawal_pb2.WithdrawalState


def lent(running: Repayment, **values: Any) -> Case:
    """1200 EUR at 6 % over 12 months, with a fee of 20, by the law of the EU unless said otherwise."""
    return running.loan(**{"start": START, "facility_type": "PERSONAL", **values})


def standing(client: Any, case: Case) -> withdrawal_pb2.Withdrawal:
    found: withdrawal_pb2.Withdrawal = client.GetWithdrawal(pb.GetWithdrawalRequest(loan_id=case.loan_id)).withdrawal
    return found


def declare(client: Any, case: Case, idempotency_key: str = "", **values: str) -> withdrawal_pb2.Withdrawal:
    request = pb.DeclareWithdrawalRequest(loan_id=case.loan_id, **values)
    made: withdrawal_pb2.Withdrawal = client.DeclareWithdrawal(request, metadata=key(idempotency_key)).withdrawal
    return made


def file(case: Case, kind: Any, format: Any = statement_pb2.STATEMENT_FORMAT_JSON) -> bytes:
    request = pb.GetStatementFileRequest(loan_id=case.loan_id, kind=kind, format=format)
    content: bytes = case.customer.GetStatementFile(request).file.data
    return content


def sound(running: Repayment) -> bool:
    """Whether the auditor's own question finds nothing wrong."""
    with running.database.engine.begin() as connection:
        rows = connection.execute(text(_WITHDRAWN)).all()
    return [tuple(row)[1:] for row in rows] == [(1, 0, False)] * len(rows) and bool(rows)


def test_a_loan_that_is_withdrawn_from_paid_back_and_closed(running: Repayment) -> None:
    case = lent(running)
    before = standing(case.customer, case)
    assert (before.state, before.last_date) == (STATE.WITHDRAWAL_STATE_POSSIBLE, LAST)
    # Four of the 30 days of a period whose interest is 6.
    assert (before.interest, before.total, before.per_diem) == (euros("0.80"), euros("1200.80"), euros("0.20"))
    made = declare(case.customer, case)
    assert (made.state, made.due_date) == (STATE.WITHDRAWAL_STATE_DECLARED, "2030-07-15")
    assert (made.total, made.released, made.refund) == (euros("1200.80"), euros("20.00"), euros("0.00"))
    assert made.declare_time.ToDatetime() == NOON.replace(tzinfo=None) and made.declared_by == case.ids["customer_id"]
    assert b"2008/48/EC" in file(case, statement_pb2.STATEMENT_KIND_WITHDRAWAL)
    running.clock.advance(timedelta(days=5))
    with pytest.raises(FailedPrecondition) as refused:
        case.record("1201.81")
    assert refused.value.metadata["payoff"] == "1201.80"
    case.pay("1201.80")
    done = standing(case.officer, case)
    assert (done.state, done.total, done.as_of_date) == (STATE.WITHDRAWAL_STATE_SETTLED, euros("0.00"), "2030-06-20")
    assert running.published() == [
        "LoanWithdrawalDeclared", "PaymentReceived", "PaymentVerified", "LoanWithdrawalSettled", "LoanFullyRepaid",
    ]  # fmt: skip
    repaid = running.traffic.published(*KINDS)[-1]
    assert repaid.withdrawn and repaid.total_paid == euros("1201.80")
    assert sound(running)


def test_what_its_papers_and_figures_say(running: Repayment) -> None:
    case = lent(running)
    declare(case.customer, case)
    case.pay("1200.80")
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    assert (statement.closing_balance, statement.interest_charged) == (euros("0.00"), euros("0.80"))
    year = case.customer.GetYear(pb.GetYearRequest(loan_id=case.loan_id, year=2030)).summary
    assert (year.interest_paid, year.principal_paid, year.fee_paid) == (euros("0.80"), euros("1200.00"), euros("0.00"))
    for kind in (statement_pb2.STATEMENT_KIND_WITHDRAWAL, statement_pb2.STATEMENT_KIND_REPAID):
        assert file(case, kind, statement_pb2.STATEMENT_FORMAT_PDF).startswith(b"%PDF")
        assert b"declared" in file(case, kind)
    assert b"camt.053" in file(case, statement_pb2.STATEMENT_KIND_PERIOD, statement_pb2.STATEMENT_FORMAT_CAMT_053)


def test_a_fee_that_was_paid_is_given_back_in_statement_and_balance(running: Repayment) -> None:
    case = lent(running)
    case.pay("100")
    assert declare(case.customer, case).total == euros("1100.80")
    [declared] = [each for each in running.traffic.published(*KINDS) if type(each).__name__ == "LoanWithdrawalDeclared"]
    # Activation and application take the balance over: the fee of 20 repays principal.
    assert (declared.principal_balance, declared.total_paid) == (euros("1100.00"), euros("100.00"))
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    kinds = {each.kind: each.amount for each in statement.entries}
    assert kinds[statement_pb2.STATEMENT_ENTRY_KIND_FEE] == euros("20.00")
    assert kinds[statement_pb2.STATEMENT_ENTRY_KIND_WITHDRAWAL] == euros("-20.00")


def test_any_borrower_may_and_nobody_else(running: Repayment) -> None:
    case, partner = lent(running), customer()
    running.agreements.co_borrowers = (partner.subject,)
    with pytest.raises(PermissionDenied):
        declare(running.client(customer()), case)
    with pytest.raises(PermissionDenied):
        declare(running.client(staff("MANAGER")), case)
    with pytest.raises(PermissionDenied):
        declare(running.client(program("loans.read", customer_id=case.ids["customer_id"])), case)
    made = declare(running.client(partner), case)
    assert made.declared_by == partner.subject == standing(running.client(partner), case).declared_by
    declared, informed = running.traffic.published(*KINDS)
    assert (declared.customer_id, informed.customer_id) == (case.ids["customer_id"], partner.subject)
    assert informed.total == declared.total
    # What the loan shares is the withdrawal, and no more.
    with pytest.raises(PermissionDenied):
        running.client(partner).GetOutstanding(pb.GetOutstandingRequest(loan_id=case.loan_id))


def test_an_officer_records_a_notice_in_writing(running: Repayment) -> None:
    case = lent(running)
    running.clock.advance(timedelta(days=20))
    for values, field in (
        ({}, "reason"), ({"reason": "letter"}, "notice_date"), ({"reason": " ", "notice_date": "2030-06-20"}, "reason"),
        ({"reason": "letter", "notice_date": "2030-07-06"}, "notice_date"),
        ({"reason": "letter", "notice_date": "2030-06-09"}, "notice_date"),
    ):  # fmt: skip
        with pytest.raises(InvalidArgument) as refused:
            declare(case.officer, case, **values)
        assert [each.field for each in refused.value.violations] == [field]
    with pytest.raises(InvalidArgument):
        declare(case.customer, case, notice_date="2030-06-20")
    with pytest.raises(FailedPrecondition) as late:
        declare(case.customer, case)
    assert (late.value.reason, late.value.metadata["last_date"]) == ("WITHDRAWAL_OVER", LAST)
    made = declare(case.officer, case, reason="a letter, scanned as no. 7", notice_date="2030-06-20")
    assert (made.declared_by, made.due_date) == ("o1", "2030-07-22")
    assert running.traffic.audit(case.loan_id)[-1]["why"] == "a letter, scanned as no. 7"


def test_it_is_declared_once_however_often_and_by_how_many(running: Repayment) -> None:
    case = lent(running)
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(declare, running.client(customer(case.ids["customer_id"])), case) for _ in range(6)]
        made = [each.result() for each in calls]
    assert {each.due_date for each in made} == {"2030-07-15"}
    assert running.published() == ["LoanWithdrawalDeclared"]
    running.clock.advance(timedelta(days=30))
    again = declare(case.customer, case)
    assert again.declare_time == made[0].declare_time and running.published() == ["LoanWithdrawalDeclared"]
    # An event that opens the ledger or says that it is paid out, delivered again, changes nothing either.
    running.take(activation.DisbursementCompleted(**case.ids))
    assert standing(case.customer, case).declare_time == made[0].declare_time
    assert sound(running)


def test_no_right_no_withdrawal(running: Repayment) -> None:
    for case, reason in (
        (lent(running, facility_type="EQUIPMENT"), "WITHDRAWAL_NOT_GIVEN"),
        (lent(running, disbursed=False), "WRONG_STATUS"),
    ):
        with pytest.raises(FailedPrecondition) as refused:
            declare(case.customer, case)
        assert refused.value.reason == reason
    case = lent(running)
    case.pay("1220.80")
    with pytest.raises(FailedPrecondition) as closed:
        declare(case.customer, case)
    assert closed.value.reason == "WRONG_STATUS"
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_REPAID


def test_a_ledger_from_before_the_right_was_kept(running: Repayment) -> None:
    """Its facility type is asked of the account's owner: the days of the signed agreement are not lost by a release."""
    case = lent(running)
    with running.database.engine.begin() as connection:
        connection.execute(text("UPDATE loans SET withdrawal_right = NULL"))
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_NOT_GIVEN
    running.accounts.instead[case.loan_id] = LoanAccount("DISBURSED", "", "", "", "PERSONAL")
    assert declare(case.customer, case).state == STATE.WITHDRAWAL_STATE_DECLARED


def test_without_the_owner_of_the_agreement_nothing_is_done(running: Repayment) -> None:
    case = lent(running)
    running.agreements.away = True
    for call in (declare, standing):
        with pytest.raises(Unavailable):
            call(case.customer, case)
    assert running.published() == []
    running.agreements.away = False
    declare(case.customer, case)
    asked, running.agreements.away = running.agreements.asked, True
    # What was declared is the ledger's own.
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_DECLARED
    assert running.agreements.asked == asked


def test_the_daily_run_chases_it_once_and_charges_nothing(running: Repayment) -> None:
    case = lent(running)
    declare(case.customer, case)
    scheduler = running.client(service("scheduler"))
    for day in ("2030-07-15", "2030-07-16", "2030-07-16", "2030-09-30"):
        done = scheduler.RunDaily(pb.RunDailyRequest(business_date=day)).daily_run
        assert not done.late_fees_charged and not done.reminders_made and not done.loans_failed
    assert running.published() == ["LoanWithdrawalDeclared", "LoanWithdrawalOverdue"]
    overdue = running.traffic.published(*KINDS)[-1]
    assert (overdue.due_date, overdue.business_date, overdue.days_past_due) == ("2030-07-15", "2030-07-16", 1)
    # 30 days of the first period, and 5 of the 31 of the second.
    assert overdue.amount_due == euros("1206.97")
    running.clock.moment = NOON.replace(month=10)
    owed = case.customer.GetOutstanding(pb.GetOutstandingRequest(loan_id=case.loan_id)).outstanding
    payoff = case.customer.GetPayoff(pb.GetPayoffRequest(loan_id=case.loan_id)).payoff
    assert owed.total_due == payoff.total and not Decimal(owed.penalty_due.amount) + Decimal(owed.fee_due.amount)
    case.pay(payoff.total.amount)
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_SETTLED
    assert sound(running)


def test_a_payment_that_bounces_after_the_closing(running: Repayment) -> None:
    case = lent(running)
    declare(case.customer, case)
    paid = case.pay("1200.80")
    running.clock.advance(timedelta(days=40))
    request = pb.ReversePaymentRequest(payment_id=paid.payment_id, reason="returned")
    running.client(staff("OFFICER", account_id="o2")).ReversePayment(request, metadata=key())
    assert running.published()[-2:] == ["PaymentReversed", "LoanReopened"]
    found = standing(case.customer, case)
    assert found.state == STATE.WITHDRAWAL_STATE_DECLARED and found.due_date == "2030-07-15"
    scheduler = running.client(service("scheduler"))
    scheduler.RunDaily(pb.RunDailyRequest(business_date=date(2030, 7, 25).isoformat()))
    assert running.published()[-1] == "LoanWithdrawalOverdue"
    assert sound(running)
    case.pay(found.total.amount)
    assert running.published()[-2:] == ["LoanWithdrawalSettled", "LoanFullyRepaid"]
    assert running.traffic.published(*KINDS)[-1].closure_number == 2
    assert sound(running)
