"""Late fees, waivers, prepayments, quotes and the year's figures, over gRPC on a real database."""

from decimal import Decimal
from typing import Any

import pytest

from loanflow.repayment.v1 import loan_pb2, statement_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.lending.facility import facility
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from tests.harness import service, staff
from tests.integration.repayment.conftest import Case, Repayment, euros, key

# Five days of grace, then 5 EUR and one percent of what is overdue, 25 at most.
FACILITY = "PERSONAL"


def run(running: Repayment, day: str) -> loan_pb2.DailyRun:
    """The whole run of a day; the counts are those of the first call."""
    client, first = running.client(service("scheduler")), None
    while True:
        done: loan_pb2.DailyRun = client.RunDaily(pb.RunDailyRequest(business_date=day)).daily_run
        first = first or done
        if done.complete:
            return first


def owed(case: Case) -> loan_pb2.Outstanding:
    found: loan_pb2.Outstanding = case.customer.GetOutstanding(
        pb.GetOutstandingRequest(loan_id=case.loan_id)
    ).outstanding
    return found


def waive(client: Any, case: Case, number: int, reason: str = "the bank was late") -> pb.WaiveFeeResponse:
    request = pb.WaiveFeeRequest(loan_id=case.loan_id, instalment_number=number, reason=reason)
    answer: pb.WaiveFeeResponse = client.WaiveFee(request, metadata=key())
    return answer


def test_a_late_fee_is_charged_once_after_the_days_of_grace(running: Repayment) -> None:
    case = running.loan(facility_type=FACILITY)
    assert [run(running, day).late_fees_charged for day in ("2030-02-16", "2030-02-20", "2030-02-21")] == [0, 0, 1]
    assert run(running, "2030-02-22").late_fees_charged == 0
    assert owed(case).penalty_due == euros("6.23")
    assert owed(case).bucket == loan_pb2.DELINQUENCY_BUCKET_DAYS_90_UP
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    [fee] = [row for row in statement.entries if row.kind == statement_pb2.STATEMENT_ENTRY_KIND_PENALTY]
    assert (fee.amount, fee.value_date, fee.instalment_number) == (euros("6.23"), "2030-02-21", 1)


def test_a_payment_that_was_in_time_after_all_takes_the_late_fee_away(running: Repayment) -> None:
    case = running.loan(facility_type=FACILITY)
    assert run(running, "2030-02-21").late_fees_charged == 1
    case.pay("123.28", value_date="2030-02-15")
    assert owed(case).penalty_due == euros("0.00")
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    assert statement_pb2.STATEMENT_ENTRY_KIND_PENALTY not in [row.kind for row in statement.entries]


def test_the_rules_of_a_loan_are_those_of_the_day_it_was_opened(
    running: Repayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = running.loan(facility_type=FACILITY)
    monkeypatch.setattr(type(facility(FACILITY)), "rules", property(lambda _: pytest.fail("the catalogue was asked")))
    assert run(running, "2030-02-21").late_fees_charged == 1
    assert owed(case).penalty_due == euros("6.23")


def test_an_officer_waives_a_late_fee_with_a_reason(running: Repayment) -> None:
    case = running.loan(facility_type=FACILITY)
    run(running, "2030-02-21")
    for stranger in (case.customer, running.client(staff("MANAGER"))):
        with pytest.raises(PermissionDenied):
            waive(stranger, case, 1)
    with pytest.raises(InvalidArgument):
        waive(case.officer, case, 1, reason="")
    answer = waive(case.officer, case, 1)
    assert (answer.waived, answer.outstanding.penalty_due) == (euros("6.23"), euros("0.00"))
    for number in (1, 2, 99):
        with pytest.raises(FailedPrecondition) as refused:
            waive(case.officer, case, number)
        assert refused.value.reason == "WRONG_STATUS"
    assert running.traffic.audit(case.loan_id)[-1]["why"] == "the bank was late"
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    [row] = [row for row in statement.entries if row.kind == statement_pb2.STATEMENT_ENTRY_KIND_WAIVER]
    assert row.amount == euros("-6.23")
    assert run(running, "2030-02-23").late_fees_charged == 0


@pytest.mark.parametrize(
    ("effect", "instalment", "instalments"),
    [("NEXT_INSTALMENTS", "103.28", 12), ("SHORTER_TERM", "103.28", 7), ("SMALLER_INSTALMENT", "53.42", 12)],
)
def test_the_payer_chooses_what_a_prepayment_does(
    running: Repayment, effect: str, instalment: str, instalments: int
) -> None:
    case = running.loan(facility_type=FACILITY)
    case.pay("123.28", value_date="2030-02-15")
    paid = case.pay("532.69", value_date="2030-02-16", effect=f"PREPAYMENT_EFFECT_{effect}")
    assert pb.RecordPaymentRequest(effect=paid.effect).effect == paid.effect != 0
    states = running.app.read(case.loan_id).account.instalments(running.clock.today())
    unpaid = [state for state in states if not state.settled]
    assert len(states) == instalments
    assert unpaid[1].owed.total == Decimal(instalment)


@pytest.mark.parametrize("effect", ["", "SHORTER_TERM", "SMALLER_INSTALMENT"])
@pytest.mark.parametrize("facility_type", ["", FACILITY])
def test_the_quote_closes_the_loan_exactly_whatever_was_prepaid(
    running: Repayment, effect: str, facility_type: str
) -> None:
    case = running.loan(facility_type=facility_type)
    case.pay("123.28", value_date="2030-02-15")
    chosen = {"effect": f"PREPAYMENT_EFFECT_{effect}"} if effect else {}
    case.pay("300.01", value_date="2030-04-01", **chosen)
    run(running, "2030-06-15")
    quote = case.customer.GetPayoff(pb.GetPayoffRequest(loan_id=case.loan_id)).payoff
    case.pay(quote.total.amount, value_date=quote.date)
    left = owed(case)
    assert (left.status, left.principal_balance) == (loan_pb2.LOAN_STATUS_CLOSED, euros("0.00"))
    statement = case.customer.GetStatement(pb.GetStatementRequest(loan_id=case.loan_id)).statement
    assert statement.closing_balance == euros("0.00")


def test_the_year_says_what_was_paid(running: Repayment) -> None:
    case = running.loan()
    case.pay("123.28", value_date="2030-02-15")
    request = pb.GetYearRequest(loan_id=case.loan_id, year=2030)
    year = case.customer.GetYear(request).summary
    assert (year.interest_paid, year.fee_paid, year.principal_paid) == (euros("6.00"), euros("20.00"), euros("97.28"))
    assert (year.opening_principal, year.closing_principal) == (euros("0.00"), euros("1102.72"))
    assert running.client(staff("ADMIN")).GetYear(request).summary == year
    with pytest.raises(InvalidArgument):
        case.customer.GetYear(pb.GetYearRequest(loan_id=case.loan_id, year=1))
