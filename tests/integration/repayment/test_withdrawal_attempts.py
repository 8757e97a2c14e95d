"""Withdrawals at the border of the days, at the same moment as others, and with money that is on its way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerErased
from loanflow.repayment.v1 import payment_pb2, statement_pb2, withdrawal_pb2
from loanflow.repayment.v1 import repayment_service_pb2 as pb
from services.runtime.errors import Error, FailedPrecondition
from tests.fakes.clock import NOON
from tests.harness import Servers, customer, staff
from tests.integration.conftest import FreshPostgres
from tests.integration.repayment.conftest import KINDS, Case, Repayment, euros, key
from tests.integration.repayment.test_withdrawals import declare, file, lent, sound, standing

STATE = withdrawal_pb2.WithdrawalState


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def proved(case: Case, amount: str) -> str:
    """A payment that waits to be verified; its id."""
    return case.upload(case.record(amount).payment_id).payment_id


@pytest.mark.parametrize(("zone", "signed", "last", "in_time", "late"), [
    # Half past midnight in Dublin: the day of the signature is the second of July, which is not counted.
    ("Europe/Dublin", "2030-07-01T23:30", "2030-07-16", "2030-07-16T22:59", "2030-07-16T23:00"),
    # An evening in Fort-de-France goes on when the day of UTC is over.
    ("America/Martinique", "2030-07-02T12:00", "2030-07-16", "2030-07-17T03:59", "2030-07-17T04:00"),
    # A period that would end on a Saturday there.
    ("Indian/Reunion", "2030-06-28T20:30", "2030-07-15", "2030-07-15T19:59", "2030-07-15T20:00"),
])  # fmt: skip
def test_the_last_day_is_over_where_the_borrowers_are(
    fresh_postgres: FreshPostgres, client_for: Servers, zone: str, signed: str, last: str, in_time: str, late: str
) -> None:
    running = Repayment(fresh_postgres("repayment"), client_for, zone=ZoneInfo(zone))
    running.agreements.sign_time = moment(signed)
    running.clock.moment = moment(in_time)
    too_late, case = (lent(running, start=moment(signed).date()) for _ in range(2))
    assert standing(case.customer, case).last_date == last
    made = declare(case.customer, case)
    assert made.state == STATE.WITHDRAWAL_STATE_DECLARED
    running.clock.moment = moment(late)
    assert standing(too_late.customer, too_late).state == STATE.WITHDRAWAL_STATE_OVER
    with pytest.raises(FailedPrecondition) as refused:
        declare(too_late.customer, too_late)
    assert refused.value.reason == "WITHDRAWAL_OVER"


def test_after_midnight_there_the_ledger_has_its_own_day_and_the_notice_keeps_its_thirty(running: Repayment) -> None:
    running.clock.moment = moment("2030-06-17T23:30")
    case = lent(running)
    made = declare(case.customer, case)
    # The 18th in Dublin: what is owed is that of the 17th, which a payment can have as its date.
    assert (made.as_of_date, made.due_date) == ("2030-06-17", "2030-07-18")
    case.pay(made.total.amount)
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_SETTLED


def test_two_borrowers_at_once_are_one_withdrawal(running: Repayment) -> None:
    case, partner = lent(running), customer()
    running.agreements.co_borrowers = (partner.subject,)
    clients = [running.client(each) for each in (customer(case.ids["customer_id"]), partner) * 4]
    with ThreadPoolExecutor(len(clients)) as pool:
        made = list(pool.map(lambda client: declare(client, case), clients))
    assert len({each.declared_by for each in made}) == 1
    assert sorted(running.published()) == ["LoanWithdrawalDeclared", "LoanWithdrawalPartyInformed"]
    assert sound(running)


def test_a_declaration_beside_a_payment_that_would_repay_the_loan(running: Repayment) -> None:
    """Whichever comes first: repaid as agreed with its fee, or withdrawn from with the fee given back."""
    for _ in range(6):
        case = lent(running)
        payment_id = proved(case, "1220.80")
        with ThreadPoolExecutor(2) as pool:
            verified, declared = pool.submit(case.verify, payment_id), pool.submit(declare, case.customer, case)
        assert verified.result().status == payment_pb2.PAYMENT_STATUS_VERIFIED
        refused, found = declared.exception(), standing(case.customer, case)
        if refused is None:
            assert (found.state, found.refund) == (STATE.WITHDRAWAL_STATE_SETTLED, euros("20.00"))
        else:
            assert isinstance(refused, Error) and refused.reason == "WRONG_STATUS"
            assert found.state == STATE.WITHDRAWAL_STATE_REPAID
        repaid = [each for each in running.traffic.published(*KINDS) if type(each).__name__ == "LoanFullyRepaid"][-1]
        assert (repaid.loan_id, repaid.withdrawn) == (case.loan_id, refused is None)


@pytest.mark.parametrize("days", [0, 1])
def test_a_payment_that_waited_counts_as_if_it_had_been_verified_before(running: Repayment, days: int) -> None:
    """Sent in the days of the notice, with the fee in it: what is too much is given back, not refused."""
    case = lent(running)
    running.clock.advance(timedelta(days=days))
    owed = case.customer.GetPayoff(pb.GetPayoffRequest(loan_id=case.loan_id)).payoff.total
    waits = proved(case, owed.amount)
    # Declared in a letter that was sent before the payment was, and came after it.
    letter = {"reason": "a letter, scanned as no. 8", "notice_date": NOON.date().isoformat()}
    made = declare(case.officer, case, **letter)
    assert (made.state, made.due_date) == (STATE.WITHDRAWAL_STATE_DECLARED, "2030-07-15")
    case.verify(waits)
    done = standing(case.customer, case)
    assert (done.state, done.refund) == (STATE.WITHDRAWAL_STATE_SETTLED, euros("20.00"))
    settled = next(e for e in running.traffic.published(*KINDS) if type(e).__name__ == "LoanWithdrawalSettled")
    assert settled.refund == euros("20.00") and settled.total_paid == owed
    assert (settled.start_date, settled.close_date) == ("2030-06-11", running.clock.today().isoformat())
    assert settled.declare_time.ToDatetime(UTC) == running.clock.now()
    assert sound(running)


def test_a_payment_without_its_proof_neither_hinders_nor_counts(running: Repayment) -> None:
    case = lent(running)
    request = pb.RecordPaymentRequest(loan_id=case.loan_id, amount=euros("300"), reference="transfer 9")
    bare = case.customer.RecordPayment(request, metadata=key()).payment
    made = declare(case.customer, case)
    assert made.principal == euros("1200.00")
    with pytest.raises(FailedPrecondition) as refused:
        case.verify(bare.payment_id)
    assert refused.value.reason == "PROOF_MISSING"
    case.pay(made.total.amount)
    found = case.customer.ListPayments(pb.ListPaymentsRequest(loan_id=case.loan_id)).payments
    kept = {each.payment_id: each.status for each in found}
    assert kept[bare.payment_id] == payment_pb2.PAYMENT_STATUS_SUPERSEDED
    assert standing(case.customer, case).state == STATE.WITHDRAWAL_STATE_SETTLED


def test_an_instalment_that_was_paid_and_bounces_after_the_notice(running: Repayment) -> None:
    case = lent(running)
    paid = case.pay("100")
    assert declare(case.customer, case).total == euros("1100.80")
    request = pb.ReversePaymentRequest(payment_id=paid.payment_id, reason="returned")
    running.client(staff("OFFICER", account_id="o2")).ReversePayment(request, metadata=key())
    assert running.published()[-1] == "PaymentReversed"
    assert standing(case.customer, case).total == euros("1200.80")
    assert sound(running)


def test_it_stays_with_the_ledger_of_who_is_erased(running: Repayment) -> None:
    case = lent(running)
    made = declare(case.customer, case)
    case.pay(made.total.amount)
    running.take(CustomerErased(customer_id=case.ids["customer_id"]))
    running.take(CustomerErased(customer_id=case.ids["customer_id"]))
    done = standing(case.officer, case)
    assert (done.state, done.declare_time) == (STATE.WITHDRAWAL_STATE_SETTLED, made.declare_time)
    request = pb.GetStatementFileRequest(
        loan_id=case.loan_id, kind=statement_pb2.STATEMENT_KIND_REPAID, format=statement_pb2.STATEMENT_FORMAT_JSON
    )
    assert b"declared" in case.officer.GetStatementFile(request).file.data
    assert b"declared" in file(case, statement_pb2.STATEMENT_KIND_REPAID)
