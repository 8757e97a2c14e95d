"""Accounts, their payout and their balance over gRPC, and what each leaves behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from loanflow.activation.v1 import account_pb2, disbursement_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.repayment.v1 import repayment_events_pb2 as repayment
from loanflow.types.v1 import money_pb2
from services.activation.disbursement import DisbursementFailure
from services.activation.model import MAX_TRIES
from services.activation.ports import BankAnswer
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unavailable
from services.runtime.ids import new_id
from services.runtime.periodic import Periodic
from services.terms import to_terms
from tests.fakes.payees import IBAN
from tests.harness import ANONYMOUS, customer, service, staff
from tests.integration.activation.conftest import KINDS, SCHEDULER, Activation, euros, terms
from tests.waiting import until


def test_a_signature_opens_the_account_once_and_the_money_goes_out_once(running: Activation) -> None:
    owner = customer()
    application_id = running.sign(owner)
    running.sign(owner, application_id)
    account = running.account(application_id)
    assert (account.status, account.principal_balance, account.total_paid) == (1, euros("1200.00"), euros("0.00"))
    assert (account.customer_id, account.start_date, account.cost.instalments) == (owner.subject, "2030-06-15", 12)
    assert account.disbursement.status == disbursement_pb2.DISBURSEMENT_STATUS_INITIATED
    assert running.pay_out()
    assert not running.pay_out()
    [(key, iban, amount)] = running.bank.orders
    assert (iban, str(amount)) == (IBAN, "1200.00 EUR")
    assert key.startswith(account.disbursement.disbursement_id)
    read = running.client(owner).GetAccount(pb.GetAccountRequest(loan_id=account.loan_id)).account
    assert (read.status, read.disbursement.bank_reference) == (account_pb2.ACCOUNT_STATUS_DISBURSED, "bank-1")
    assert (read.terms, read.terms_hash) == (terms(annual_rate_percent="6", principal=euros("1200.00"),
                                                   fee=euros("20.00")), to_terms(terms()).hash())  # fmt: skip
    activated, schedule, initiated, completed = running.traffic.published(*KINDS)
    assert activated.cost == account.cost
    assert completed.loan_id == initiated.loan_id == activated.loan_id == account.loan_id
    shown = running.client(staff("ADMIN")).GetSchedule(pb.GetScheduleRequest(loan_id=account.loan_id)).schedule
    assert list(shown.instalments) == list(schedule.instalments)
    assert (shown.version, shown.cost) == (schedule.schedule_version, account.cost)
    rows = running.traffic.audit(account.loan_id)
    assert [(row["actor"], row["method"]) for row in rows] == [
        ("service:activation", "activation.opening"), *[("service:activation", "activation.payout")] * 3,
    ]  # fmt: skip


def test_an_application_that_ended_is_not_opened(running: Activation) -> None:
    application_id = new_id()
    running.owners.ended.add(application_id)
    running.sign(customer(), application_id)
    assert running.published() == []
    with pytest.raises(FailedPrecondition):
        running.account(application_id)
    running.owners.ended.clear()
    assert running.account(application_id).application_id == application_id


def test_a_service_that_is_away_is_asked_again(running: Activation) -> None:
    application_id = new_id()
    running.owners.away = True
    running.sign(customer(), application_id)
    with pytest.raises(Unavailable):
        running.account(application_id)
    assert not running.open()
    running.owners.away = False
    running.clock.advance(timedelta(seconds=1))
    assert running.open()
    running.owners.away = True
    assert running.account(application_id).application_id == application_id


def test_an_application_that_does_not_know_the_signature_is_waited_for(running: Activation) -> None:
    application_id = new_id()
    running.owners.statuses[application_id] = "AGREEMENT_GENERATED"
    running.sign(customer(), application_id)
    for _ in range(3):
        running.clock.advance(timedelta(minutes=10))
        assert running.open()
    assert running.published() == []
    running.owners.statuses[application_id] = "AGREEMENT_SIGNED"
    running.clock.advance(timedelta(minutes=10))
    assert running.open()
    assert running.published()[0] == "LoanActivated"


def test_terms_that_were_not_signed_are_refused(running: Activation) -> None:
    with pytest.raises(InvalidArgument):
        running.sign(customer(), terms=terms(annual_rate_percent="5"))
    assert running.published() == []


def test_a_refused_payout_is_tried_again_by_the_scheduler(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.answer = BankAnswer(failure=DisbursementFailure.ACCOUNT_INVALID)
    running.pay_out()
    disburse = pb.DisburseRequest(loan_id=account.loan_id)
    failed = running.client(SCHEDULER).Disburse(disburse).disbursement
    assert (failed.status, failed.attempts) == (disbursement_pb2.DISBURSEMENT_STATUS_FAILED, 2)
    assert failed.failure == disbursement_pb2.DISBURSEMENT_FAILURE_ACCOUNT_INVALID
    running.bank.answer = BankAnswer(reference="bank-2")
    running.bank.away = True
    with pytest.raises(Unavailable):
        running.client(SCHEDULER).Disburse(disburse)
    running.bank.away = False
    sent = running.client(SCHEDULER).Disburse(disburse).disbursement
    assert (sent.status, sent.bank_reference, sent.attempts) == (2, "bank-2", 3)
    assert running.client(SCHEDULER).Disburse(disburse).disbursement == sent
    assert len({key for key, _, _ in running.bank.orders}) == 3
    assert running.published()[2:] == ["DisbursementInitiated", "DisbursementFailed"] * 2 + [
        "DisbursementInitiated", "DisbursementCompleted",
    ]  # fmt: skip


def test_a_bank_that_is_away_is_asked_again_under_the_same_key(running: Activation) -> None:
    running.sign(customer())
    running.bank.away = True
    assert running.pay_out()
    assert not running.pay_out()
    running.clock.advance(timedelta(seconds=2))
    running.bank.away = False
    assert running.pay_out()
    assert running.published()[-1] == "DisbursementCompleted"
    assert len({key for key, _, _ in running.bank.orders}) == 1


def test_a_bank_that_was_away_for_hours_gets_the_order_when_it_is_back(
    running: Activation,
) -> None:
    running.sign(customer())
    running.bank.away = True
    for _ in range(MAX_TRIES):
        assert running.pay_out()
        running.clock.advance(timedelta(minutes=2))
    assert running.published()[-1] == "DisbursementFailed"
    assert not running.pay_out()
    running.bank.away = False
    running.clock.advance(timedelta(minutes=15))
    assert running.pay_out()
    assert running.published()[-3:] == ["DisbursementFailed", "DisbursementInitiated", "DisbursementCompleted"]
    assert len({key for key, _, _ in running.bank.orders}) == 1


def test_a_payout_that_breaks_does_not_hold_up_the_others(running: Activation) -> None:
    running.sign(customer())
    running.clock.advance(timedelta(milliseconds=1))
    second = running.account(running.sign(customer()))
    running.bank.fail_next = RuntimeError("no JSON")
    assert running.pay_out()
    assert running.pay_out()
    read = pb.GetAccountRequest(loan_id=second.loan_id)
    assert running.client(staff("ADMIN")).GetAccount(read).account.status == account_pb2.ACCOUNT_STATUS_DISBURSED


def test_without_an_iban_nothing_is_ordered(running: Activation) -> None:
    running.payees.iban = ""
    running.sign(customer())
    running.pay_out()
    assert running.bank.orders == []
    assert running.published()[-1] == "DisbursementFailed"


def test_an_order_that_the_bank_may_have_had_keeps_its_key_while_there_is_no_iban(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.away = True  # it took the order, and only the answer was lost
    running.pay_out()
    running.payees.change("")
    running.clock.advance(timedelta(seconds=2))
    running.pay_out()
    running.bank.away = False
    running.payees.iban = IBAN
    confirm = pb.ConfirmPayeeRequest(loan_id=account.loan_id, approved_kyc_version=2)
    running.client(staff("OFFICER")).ConfirmPayee(confirm)
    assert len({key for key, _, _ in running.bank.orders}) == 1


def test_two_replicas_never_take_the_same_payout(running: Activation) -> None:
    running.sign(customer())
    with running.app.begin() as one:
        assert one.accounts.next_payout(running.clock.now()) is not None
        # A second thread has a transaction of its own.
        with ThreadPoolExecutor(1) as other:
            assert other.submit(running.pay_out).result() is False


def test_the_thread_pays_out_and_ends(running: Activation) -> None:
    running.sign(customer())
    payouts = Periodic("activation", "activation.payout", running.app.pay_out_next, 0.01)
    payouts.start()
    until(lambda: running.published()[-1] == "DisbursementCompleted")
    payouts.stop()
    assert len(running.bank.orders) == 1


def test_what_a_change_makes_due_is_looked_for_once_it_is_kept(running: Activation) -> None:
    """With an hour between two looks, the one that pays out sees the account that was opened just before."""
    payouts = Periodic("activation", "activation.payout", running.app.pay_out_next, 3600)
    running.due = payouts.wake
    payouts.start()
    running.sign(customer())
    until(lambda: running.published()[-1] == "DisbursementCompleted")
    payouts.stop()


def test_the_account_follows_payments_and_closes(running: Activation) -> None:
    owner = customer()
    account = running.account(running.sign(owner))
    running.pay_out()
    ids: dict[str, Any] = {
        "application_id": account.application_id,
        "loan_id": account.loan_id,
        "customer_id": owner.subject,
    }
    read = pb.GetAccountRequest(loan_id=account.loan_id)
    running.take(repayment.PaymentVerified(**ids, principal_balance=euros("1100"), total_paid=euros("120")))
    assert running.client(owner).GetAccount(read).account.principal_balance == euros("1100.00")
    running.take(repayment.PaymentReversed(**ids, principal_balance=euros("1200"), total_paid=euros("0")))
    assert running.client(owner).GetAccount(read).account.total_paid == euros("0.00")
    running.take(repayment.LoanFullyRepaid(**ids, total_paid=euros("1250"), value_date="2030-06-15"))
    closed = running.client(owner).GetAccount(read).account
    assert (closed.status, closed.principal_balance) == (account_pb2.ACCOUNT_STATUS_CLOSED, euros("0.00"))
    with pytest.raises(FailedPrecondition):
        running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=account.loan_id))
    running.take(repayment.PaymentReversed(**ids, principal_balance=euros("400"), total_paid=euros("850")))
    running.take(repayment.LoanReopened(**ids, principal_balance=euros("400"), closure_number=1))
    reopened = running.client(owner).GetAccount(read).account
    assert (reopened.status, reopened.principal_balance) == (account_pb2.ACCOUNT_STATUS_DISBURSED, euros("400.00"))
    assert not reopened.HasField("close_time")
    running.take(repayment.LoanFullyRepaid(**ids, total_paid=euros("1300"), closure_number=2))
    assert running.client(owner).GetAccount(read).account.status == account_pb2.ACCOUNT_STATUS_CLOSED


def test_who_may_do_what(running: Activation) -> None:
    owner = customer()
    account = running.account(running.sign(owner))
    read = pb.GetAccountRequest(loan_id=account.loan_id)
    for refused in (customer(), service("kyc")):
        with pytest.raises(PermissionDenied):
            running.client(refused).GetAccount(read)
    for refused in (owner, staff("ADMIN"), service("repayment")):
        with pytest.raises(PermissionDenied):
            running.client(refused).Disburse(pb.DisburseRequest(loan_id=account.loan_id))
        with pytest.raises(PermissionDenied):
            running.client(refused).Trigger(pb.TriggerRequest(application_id=account.application_id))
    with pytest.raises(PermissionDenied):
        running.client(service("agreement")).Trigger(pb.TriggerRequest(application_id=account.application_id))
    for call in (running.client(owner).GetAccount, running.client(staff("OFFICER")).GetSchedule):
        with pytest.raises(NotFound):
            call(pb.GetAccountRequest(loan_id=new_id()))


def test_anybody_can_simulate_and_nothing_is_stored(running: Activation) -> None:
    client = running.client(ANONYMOUS)
    answer = client.Simulate(pb.SimulateRequest(terms=terms(), start_date="2030-01-31"))
    assert [row.due_date for row in answer.instalments[:2]] == ["2030-02-28", "2030-03-31"]
    assert (answer.cost.instalment, answer.cost.total_paid) == (euros("103.28"), euros("1259.32"))
    today = client.Simulate(pb.SimulateRequest(terms=terms()))
    assert today.cost.first_due_date == "2030-07-15"
    assert running.published() == []


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb.SimulateRequest(terms=terms(), start_date="2030-02-31"), "IMPOSSIBLE_DATE"),
        (pb.SimulateRequest(terms=terms(), start_date="9999-12-31"), "IMPOSSIBLE_TERMS"),
        (pb.SimulateRequest(terms=terms(tenure_months=7, frequency="REPAYMENT_FREQUENCY_YEARLY")), "IMPOSSIBLE_TERMS"),
        (pb.SimulateRequest(terms=terms(principal=euros("-1"))), "IMPOSSIBLE_TERMS"),
        (pb.SimulateRequest(terms=terms(principal=euros("0.001"))), "IMPOSSIBLE_TERMS"),
        (pb.SimulateRequest(terms=terms(fee=money_pb2.Money(currency="USD", amount="1"))), "WRONG_CURRENCY"),
        (pb.SimulateRequest(terms=terms(tenure_months=480, annual_rate_percent="999")), "IMPOSSIBLE_TERMS"),
        (pb.SimulateRequest(), "INVALID_FIELD"),
    ],
)  # fmt: skip
def test_impossible_simulations_name_the_field(running: Activation, request_: Any, reason: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        running.client(ANONYMOUS).Simulate(request_)
    assert refused.value.reason == reason
    assert refused.value.violations[0].field.startswith(("terms", "start_date"))
