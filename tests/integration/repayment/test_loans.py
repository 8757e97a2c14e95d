"""What is owed, the statement, the end of a loan and the daily run, over gRPC on a real database."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from loanflow.activation.v1 import activation_events_pb2 as activation
from loanflow.repayment.v1 import loan_pb2, payment_pb2, statement_pb2
from loanflow.repayment.v1 import repayment_events_pb2 as events_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.repayment.ports import LoanAccount
from services.repayment.scheduler import DAILY_RUN
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from tests.factories.loans import START, TERMS
from tests.fakes.readers import language_of, text_of
from tests.harness import Mesh, service, staff
from tests.integration.repayment.conftest import KINDS, Case, Repayment, euros

SCHEDULER = service("scheduler")


def outstanding(case: Case) -> loan_pb2.Outstanding:
    found: loan_pb2.Outstanding = case.customer.GetOutstanding(
        pb.GetOutstandingRequest(loan_id=case.loan_id)
    ).outstanding
    return found


def payoff(case: Case, day: str = "") -> loan_pb2.Payoff:
    found: loan_pb2.Payoff = case.customer.GetPayoff(pb.GetPayoffRequest(loan_id=case.loan_id, date=day)).payoff
    return found


def test_what_is_owed_follows_the_ledger(running: Repayment) -> None:
    case = running.loan()
    case.pay("123.28", value_date="2030-02-15")
    case.record("50")
    owed = outstanding(case)
    assert (owed.as_of_date, owed.status) == ("2030-06-15", loan_pb2.LOAN_STATUS_OPEN)
    assert (owed.principal_balance, owed.unverified_payments) == (euros("1102.72"), euros("50.00"))
    assert (owed.total_due, owed.days_past_due) == (euros("413.12"), 92)
    assert (owed.next_instalment.number, owed.next_instalment.due_date) == (2, "2030-03-15")
    assert (owed.next_instalment.total, owed.next_instalment.balance) == (euros("103.28"), euros("1004.95"))


def test_what_falls_due_is_counted_from_the_day_on_which_the_money_was_sent(running: Repayment) -> None:
    case = running.loan(disbursed=False)
    waiting = outstanding(case)
    assert (waiting.next_instalment.due_date, waiting.days_past_due, waiting.total_due.amount) == (
        "2030-02-15", 0, "0.00"
    )  # fmt: skip
    assert waiting.bucket == loan_pb2.DELINQUENCY_BUCKET_CURRENT
    for day in ("2030-05-20", "2030-05-21"):
        running.take(activation.DisbursementCompleted(**case.ids, start_date=day))
    owed = outstanding(case)
    assert (owed.next_instalment.due_date, owed.days_past_due, owed.interest_due.amount) == ("2030-06-20", 0, "0.00")
    assert payoff(case).interest.amount == "5.03"


def test_before_the_money_is_sent_there_is_no_quote_and_an_empty_statement(running: Repayment) -> None:
    case = running.loan(disbursed=False)
    with pytest.raises(FailedPrecondition) as refused:
        payoff(case, "2030-07-01")
    assert refused.value.metadata == {"status": "PENDING", "allowed_from": "OPEN,CLOSED"}
    for period in ({}, {"from_date": "2030-03-01", "to_date": "2031-01-01"}, {"from_date": "2029-12-01"}):
        request = pb.GetStatementRequest(loan_id=case.loan_id, **period)
        found = case.customer.GetStatement(request).statement
        assert (found.from_date, found.to_date) == (
            period.get("from_date", "2030-01-15"), period.get("to_date", "2030-06-15")
        )  # fmt: skip
        assert (list(found.entries), found.opening_balance, found.closing_balance, found.interest_charged) == (
            [], euros("0.00"), euros("0.00"), euros("0.00")
        )  # fmt: skip
    file = case.customer.GetStatementFile(pb.GetStatementFileRequest(loan_id=case.loan_id)).file
    assert file.data[:5] == b"%PDF-"
    running.take(activation.DisbursementCompleted(**case.ids, start_date="2030-06-10"))
    [sent] = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement.entries
    assert (sent.kind, sent.value_date, sent.amount) == (
        statement_pb2.STATEMENT_ENTRY_KIND_DISBURSEMENT, "2030-06-10", euros("1200.00")
    )  # fmt: skip
    assert payoff(case).principal == euros("1200.00")


def test_a_loan_that_is_cancelled_before_its_money_is_sent_owes_nothing_for_ever(running: Repayment) -> None:
    case = running.loan(disbursed=False)
    running.accounts.instead[case.loan_id] = LoanAccount("CANCELLED", "", "", "")
    for _ in range(2):
        running.take(activation.LoanCancelled(**case.ids))
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_CANCELLED
    assert outstanding(case).principal_balance == outstanding(case).total_due == euros("0.00")
    assert not outstanding(case).HasField("next_instalment")
    running.take(activation.DisbursementCompleted(**case.ids, start_date="2030-06-10"))
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_CANCELLED
    for refused in (lambda: case.record("1"), lambda: payoff(case)):
        with pytest.raises(FailedPrecondition):
            refused()


def test_a_loan_whose_money_was_sent_is_not_cancelled(running: Repayment) -> None:
    case = running.loan()
    running.accounts.instead[case.loan_id] = LoanAccount("CANCELLED", "", "", "")
    running.take(activation.LoanCancelled(**case.ids))
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_OPEN


def test_the_payoff_quote_is_what_closes_the_loan(running: Repayment) -> None:
    case = running.loan()
    today, tomorrow = payoff(case), payoff(case, "2030-06-16")
    assert today.date == "2030-06-15"
    assert float(tomorrow.total.amount) == pytest.approx(float(today.total.amount) + float(today.per_diem.amount))
    case.pay(today.total.amount)
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_CLOSED
    assert running.published()[-2:] == ["PaymentVerified", "LoanFullyRepaid"]
    repaid = running.traffic.published(*KINDS)[-1]
    assert (repaid.total_paid, repaid.value_date) == (today.total, "2030-06-15")
    assert payoff(case, "2031-01-01").total == euros("0.00")
    with pytest.raises(FailedPrecondition) as refused:
        case.record("1")
    assert refused.value.metadata == {"status": "CLOSED", "allowed_from": "OPEN"}


def test_what_is_paid_ahead_of_time_is_charged_no_interest(running: Repayment) -> None:
    case = running.loan(start=running.clock.today())
    for row in loan_rows(running, case)[:3]:
        case.pay(str(row.total))
    quote = payoff(case)
    assert Decimal(quote.interest.amount) < 0 and Decimal(quote.total.amount) == Decimal("1220") - Decimal("329.84")
    case.pay(quote.total.amount)
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_CLOSED
    assert not outstanding(case).HasField("next_instalment")
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    assert statement.closing_balance == statement.total_due == statement.principal_balance == euros("0.00")
    assert (statement.interest_charged, statement.total_paid) == (euros("0.00"), euros("1220.00"))
    assert not statement.HasField("next_instalment")
    last, *others = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    assert last.allocation.interest == quote.interest
    said = [each for each in running.traffic.published(*KINDS) if isinstance(each, events_pb2.PaymentVerified)][-1]
    assert said.allocation == last.allocation
    assert sum(Decimal(each.allocation.interest.amount) for each in (last, *others)) == 0


def test_a_payment_that_bounces_after_the_closure_opens_the_loan_until_it_is_paid_again(running: Repayment) -> None:
    case = running.loan()
    waiting = case.record("10").payment_id
    paid = case.pay(payoff(case).total.amount)
    request = pb.ReversePaymentRequest(payment_id=paid.payment_id, reason="returned by the bank")
    running.client(staff("OFFICER", account_id="o2")).ReversePayment(request)
    owed = outstanding(case)
    assert (owed.status, owed.principal_balance) == (loan_pb2.LOAN_STATUS_OPEN, euros("1200.00"))
    reopened = running.traffic.published(*KINDS)[-1]
    assert (reopened.payment_id, reopened.amount_due, reopened.closure_number) == (paid.payment_id, owed.total_due, 1)
    case.pay(payoff(case).total.amount, reference="second try")
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_CLOSED
    assert running.traffic.published(*KINDS)[-1].closure_number == 2
    assert running.published() == [
        "PaymentReceived", "PaymentReceived", "PaymentVerified", "PaymentSuperseded", "LoanFullyRepaid",
        "PaymentReversed", "LoanReopened", "PaymentReceived", "PaymentVerified", "LoanFullyRepaid",
    ]  # fmt: skip
    listed = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    ended = next(payment for payment in listed if payment.payment_id == waiting)
    assert ended.status == payment_pb2.PAYMENT_STATUS_SUPERSEDED


def test_the_daily_run_works_on_a_loan_that_was_opened_again(running: Repayment) -> None:
    case = running.loan(facility_type="PERSONAL")
    paid = case.pay(payoff(case).total.amount)
    scheduler = running.client(SCHEDULER)
    first = scheduler.RunDaily(pb.RunDailyRequest(business_date="2030-06-15")).daily_run
    assert (first.loans_done, first.complete) == (0, True)
    request = pb.ReversePaymentRequest(payment_id=paid.payment_id, reason="returned by the bank")
    running.client(staff("OFFICER", account_id="o2")).ReversePayment(request)
    found = scheduler.RunDaily(pb.RunDailyRequest(business_date="2030-06-16")).daily_run
    assert (found.loans_done, found.instalments_overdue, found.complete) == (1, 5, True)
    assert found.late_fees_charged == 4


def loan_rows(running: Repayment, case: Case) -> tuple[Any, ...]:
    return running.app.read(case.loan_id).schedule.rows


@pytest.mark.parametrize("day", ["2030-06-14", "2030-02-31"])
def test_a_quote_needs_a_day_that_is_still_to_come(running: Repayment, day: str) -> None:
    case = running.loan()
    with pytest.raises(InvalidArgument) as refused:
        payoff(case, day)
    assert refused.value.reason == "IMPOSSIBLE_DATE"


def test_the_statement_as_data_and_as_files(running: Repayment) -> None:
    case = running.loan()
    payment_id = case.pay("123.28", value_date="2030-02-15").payment_id
    whole = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    assert (whole.from_date, whole.to_date, whole.total_paid) == ("2030-01-15", "2030-06-15", euros("123.28"))
    kinds = [statement_pb2.StatementEntryKind.Name(entry.kind)[21:] for entry in whole.entries]
    assert kinds[:4] == ["DISBURSEMENT", "INTEREST", "FEE", "PAYMENT"]
    assert (whole.entries[3].payment_id, whole.entries[3].amount) == (payment_id, euros("-123.28"))
    part = pb.GetStatementRequest(loan_id=case.loan_id, from_date="2030-02-16", to_date="2030-03-01")
    assert case.officer.GetStatement(part).statement.opening_balance == euros("1102.72")
    request = pb.GetStatementFileRequest(loan_id=case.loan_id, format="STATEMENT_FORMAT_CSV")
    file = case.customer.GetStatementFile(request).file
    assert file.content_type.startswith("text/csv")
    assert len(list(csv.reader(io.StringIO(file.data.decode())))) == len(whole.entries) + 1
    file = case.customer.GetStatementFile(pb.GetStatementFileRequest(loan_id=case.loan_id)).file
    assert (file.content_type, file.data[:5]) == ("application/pdf", b"%PDF-")
    kinds_of = {"JSON": "application/json", "CAMT_053": "application/xml"}
    for name, content_type in kinds_of.items():
        request = pb.GetStatementFileRequest(loan_id=case.loan_id, format=f"STATEMENT_FORMAT_{name}")
        assert case.customer.GetStatementFile(request).file.content_type == content_type
    backwards = pb.GetStatementRequest(loan_id=case.loan_id, from_date="2030-05-01", to_date="2030-04-01")
    with pytest.raises(InvalidArgument) as refused:
        case.customer.GetStatement(backwards)
    assert refused.value.reason == "IMPOSSIBLE_DATE"


def test_no_file_says_what_will_be(running: Repayment) -> None:
    case = running.loan()

    def file(name: str, **more: Any) -> bytes:
        request = pb.GetStatementFileRequest(loan_id=case.loan_id, format=f"STATEMENT_FORMAT_{name}", **more)
        data: bytes = case.customer.GetStatementFile(request).file.data
        return data

    assert json.loads(file("JSON", to_date="2031-01-01"))["to_date"] == "2030-06-15"
    assert b"<ToDtTm>2030-06-15T" in file("CAMT_053", kind="STATEMENT_KIND_YEAR")
    assert "to 15 Jun 2030" in text_of(file("PDF", to_date="2031-01-01"))
    assert "The year is not over" in text_of(file("PDF", kind="STATEMENT_KIND_YEAR"))
    for name in ("PDF", "CSV", "JSON", "CAMT_053"):
        with pytest.raises(InvalidArgument) as refused:
            file(name, kind="STATEMENT_KIND_YEAR", year=2031)
        assert refused.value.reason == "IMPOSSIBLE_DATE"


def test_letters_are_files_in_every_format_and_language(running: Repayment) -> None:
    case = running.loan()
    for kind, shown in (("YEAR", "Bescheinigung der Zahlungen 2030"), ("PAYOFF", "Ablösebescheinigung")):

        def letter(name: str, kind: str = kind) -> bytes:
            request = pb.GetStatementFileRequest(
                loan_id=case.loan_id,
                kind=f"STATEMENT_KIND_{kind}",
                language="STATEMENT_LANGUAGE_DE",
                format=f"STATEMENT_FORMAT_{name}",
            )
            data: bytes = case.customer.GetStatementFile(request).file.data
            return data

        assert shown in text_of(letter("PDF"))
        for name, beginning in (("CSV", b"name,value"), ("JSON", b"{"), ("CAMT_053", b"<?xml")):
            assert letter(name).startswith(beginning)
    with pytest.raises(FailedPrecondition) as refused:
        case.customer.GetStatementFile(pb.GetStatementFileRequest(loan_id=case.loan_id, kind="STATEMENT_KIND_REPAID"))
    assert refused.value.reason == "WRONG_STATUS"


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_paper_is_in_the_borrower_s_language_unless_another_is_asked_for(running: Repayment, language: str) -> None:
    running.borrowers.language = language
    case = running.loan()

    def paper(kind: str, **more: Any) -> str:
        request = pb.GetStatementFileRequest(loan_id=case.loan_id, kind=f"STATEMENT_KIND_{kind}", **more)
        return language_of(case.customer.GetStatementFile(request).file.data)

    assert {paper(kind) for kind in ("PERIOD", "YEAR", "PAYOFF")} == {language}
    assert paper("PERIOD", language="STATEMENT_LANGUAGE_FR") == "fr"
    case.pay(payoff(case).total.amount)
    assert paper("REPAID") == language
    running.borrowers.language = ""
    assert paper("REPAID") == "en"


def test_closing_by_hand_needs_a_balance_of_zero(running: Repayment) -> None:
    case = running.loan()
    close = pb.CloseLoanRequest(loan_id=case.loan_id)
    with pytest.raises(FailedPrecondition) as refused:
        running.client(SCHEDULER).CloseLoan(close)
    assert refused.value.reason == "BALANCE_OUTSTANDING"
    case.pay(payoff(case).total.amount)
    closed = running.client(SCHEDULER).CloseLoan(close).loan
    assert (closed.status, closed.principal_balance) == (loan_pb2.LOAN_STATUS_CLOSED, euros("0.00"))
    assert running.published().count("LoanFullyRepaid") == 1


def test_the_daily_run_reports_each_overdue_instalment_once_and_goes_on_where_it_ended(running: Repayment) -> None:
    cases = [running.loan(), running.loan(), running.loan(disbursed=False), running.loan(start=date(2030, 6, 1))]
    cases[0].pay("123.28", value_date="2030-02-15")
    client, day = running.client(SCHEDULER), "2030-04-16"
    runs = [client.RunDaily(pb.RunDailyRequest(business_date=day, max_loans=1)).daily_run for _ in range(4)]
    assert [(run.loans_done, run.instalments_overdue, run.complete) for run in runs] == [
        (1, 3, False), (1, 2, False), (0, 0, True), (0, 0, True),
    ]  # fmt: skip
    overdue = [event for event in running.traffic.published(*KINDS) if type(event).__name__ == "PaymentOverdue"]
    said = [(event.loan_id, event.instalment_number, event.days_past_due) for event in overdue]
    assert said == [
        (cases[1].loan_id, 1, 60), (cases[1].loan_id, 2, 32), (cases[1].loan_id, 3, 1),
        (cases[0].loan_id, 2, 32), (cases[0].loan_id, 3, 1),
    ]  # fmt: skip
    assert (overdue[0].amount_due, overdue[0].business_date) == (euros("123.28"), day)
    later = client.RunDaily(pb.RunDailyRequest(business_date="2030-05-16")).daily_run
    assert (later.loans_done, later.instalments_overdue, later.complete) == (2, 2, True)
    assert later.HasField("complete_time")
    for wrong in ("2030-05-15", "2030-02-31"):
        with pytest.raises(InvalidArgument) as refused:
            client.RunDaily(pb.RunDailyRequest(business_date=wrong))
        assert refused.value.reason == "IMPOSSIBLE_DATE"


def test_the_command_runs_a_day_to_its_end(
    running: Repayment, mesh: Mesh, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    running.loan()
    mesh.identity("scheduler")
    monkeypatch.setenv("LOANFLOW_PEERS_REPAYMENT", running.serve().target)
    monkeypatch.setenv("LOANFLOW_SERVER_PKI_FOLDER", str(mesh.folder))
    assert DAILY_RUN.main(["--date", "2030-03-01"]) == 0
    said = "of 2030-03-01 complete: loans with news 1, instalments newly overdue 1, late fees 0, reminders 0"
    assert capsys.readouterr().out.endswith(f"{said}, loans that failed 0\n")
    assert DAILY_RUN.main(["--date", "2030-02-01"]) == 1
    assert "is not complete: business_date" in capsys.readouterr().err


def test_staff_of_every_role_read(running: Repayment) -> None:
    case = running.loan(start=START + timedelta(days=1))
    for role in ("OFFICER", "MANAGER", "RISK_MGR", "INTERNAL", "CREDIT_HEAD", "ADMIN"):
        client = running.client(staff(role))
        owed = client.GetOutstanding(pb.GetOutstandingRequest(loan_id=case.loan_id)).outstanding
        assert owed.principal_balance == euros(f"{TERMS.principal}.00")


UNCONFIRMED = [None, LoanAccount("ACTIVE", "", "", ""), LoanAccount("DISBURSED", "", "", "2030-01-01")]


@pytest.mark.parametrize("account", UNCONFIRMED)
def test_a_payout_that_the_owner_of_the_account_does_not_confirm_opens_no_debt(
    running: Repayment, account: LoanAccount | None
) -> None:
    case = running.loan(disbursed=False)
    running.accounts.instead[case.loan_id] = account
    running.take(activation.DisbursementCompleted(**case.ids, start_date="2030-06-10"))
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_PENDING
    running.take(activation.LoanCancelled(**case.ids))
    assert outstanding(case).status == loan_pb2.LOAN_STATUS_PENDING


@pytest.mark.parametrize("account", [None, LoanAccount("ACTIVE", "somebody else", "", "")])
def test_a_schedule_that_the_owner_of_the_account_does_not_confirm_opens_no_ledger(
    running: Repayment, account: LoanAccount | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running.accounts, "account", lambda loan_id: account)
    with pytest.raises(NotFound):
        outstanding(running.loan(disbursed=False))
