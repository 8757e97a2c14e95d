"""A loan that is not wanted any more before its money is sent: the accounts go back, and never while it may be paid."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from loanflow.activation.v1 import account_pb2, disbursement_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from loanflow.application.v1 import application_events_pb2 as application
from services.activation.disbursement import DisbursementFailure
from services.activation.ports import BankAnswer
from services.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied
from services.runtime.events.inbox import NotYet
from services.runtime.ids import new_id
from tests.harness import customer, service, staff
from tests.integration.activation.conftest import KINDS, SCHEDULER, Activation, euros

OFFICER, OWNER = staff("OFFICER"), customer()
ACTIVE, DISBURSED = account_pb2.ACCOUNT_STATUS_ACTIVE, account_pb2.ACCOUNT_STATUS_DISBURSED
CANCELLED = account_pb2.ACCOUNT_STATUS_CANCELLED
REFUSALS = (DisbursementFailure.REFUSED, DisbursementFailure.ACCOUNT_INVALID)


def cancel(running: Activation, account: account_pb2.Account, by: Any = OWNER, reason: str = "") -> account_pb2.Account:
    request = pb.CancelRequest(loan_id=account.loan_id, reason=reason)
    found = running.client(by).Cancel(request).account
    assert isinstance(found, account_pb2.Account)
    return found


def read(running: Activation, account: account_pb2.Account) -> account_pb2.Account:
    found = running.client(OFFICER).GetAccount(pb.GetAccountRequest(loan_id=account.loan_id)).account
    assert isinstance(found, account_pb2.Account)
    return found


@pytest.fixture
def account(running: Activation) -> account_pb2.Account:
    return running.account(running.sign(OWNER))


@pytest.mark.parametrize("failure", REFUSALS)
def test_a_payout_that_the_bank_refused_is_cancelled_at_once(
    running: Activation, account: account_pb2.Account, failure: DisbursementFailure
) -> None:
    running.bank.answer = BankAnswer(failure=failure)
    running.pay_out()
    after = cancel(running, account)
    assert (after.status, after.principal_balance, after.cancelled_by) == (CANCELLED, euros("0.00"), 1)
    assert after.disbursement.status == disbursement_pb2.DISBURSEMENT_STATUS_CANCELLED
    *_, said = running.traffic.published(*KINDS)
    assert (type(said).__name__, said.loan_id, said.amount, said.cancelled_by) == (
        "LoanCancelled", account.loan_id, euros("1200.00"), account_pb2.CANCELLED_BY_CUSTOMER,
    )  # fmt: skip


def test_a_payout_that_was_not_sent_yet_never_is(running: Activation, account: account_pb2.Account) -> None:
    assert cancel(running, account, OFFICER, "fraud found by the police").cancelled_by == 2
    assert not running.pay_out()
    running.clock.advance(timedelta(days=2))
    assert (running.pay_out(), running.bank.orders) == (False, [])
    row = running.traffic.audit(account.loan_id)[-1]
    assert (row["actor"], row["why"]) == (f"staff:{OFFICER.subject}", "fraud found by the police")


def test_as_long_as_it_may_still_be_paid_it_is_not_cancelled_and_nothing_is_sent(
    running: Activation, account: account_pb2.Account
) -> None:
    running.bank.away = running.bank.deaf = True  # it never had the order, which we cannot know
    running.pay_out()
    waits = cancel(running, account)
    assert (waits.status, waits.cancelled_by) == (ACTIVE, account_pb2.CANCELLED_BY_CUSTOMER)
    for _ in range(20):
        running.clock.advance(timedelta(minutes=2))
        assert running.pay_out()
    assert (read(running, account).status, len(running.bank.orders)) == (ACTIVE, 1)
    with pytest.raises(FailedPrecondition):
        running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=account.loan_id))
    with pytest.raises(FailedPrecondition):
        request = pb.ConfirmPayeeRequest(loan_id=account.loan_id, approved_kyc_version=1)
        running.client(OFFICER).ConfirmPayee(request)
    running.bank.away = False
    running.clock.advance(timedelta(minutes=2))
    assert running.pay_out()
    assert read(running, account).status == CANCELLED
    assert running.published().count("LoanCancelled") == 1


def test_what_the_bank_had_paid_is_not_cancelled_but_disbursed(
    running: Activation, account: account_pb2.Account
) -> None:
    running.bank.away = True  # it paid, and only the answer was lost
    running.pay_out()
    assert cancel(running, account).status == ACTIVE
    running.bank.away = False
    running.clock.advance(timedelta(minutes=2))
    running.pay_out()
    after = read(running, account)
    assert (after.status, after.cancelled_by, after.disbursement.bank_reference) == (DISBURSED, 0, "bank-1")
    assert (running.published()[-1], len(running.bank.orders)) == ("DisbursementCompleted", 1)


def test_a_cancellation_that_meets_an_order_on_its_way_wins_or_loses_but_never_both(
    running: Activation, account: account_pb2.Account
) -> None:
    running.bank.on_order = lambda: cancel(running, account)
    running.pay_out()
    assert (read(running, account).status, running.bank.paid) == (CANCELLED, {})
    assert {"DisbursementCompleted", "LoanCancelled"} & set(running.published()) == {"LoanCancelled"}


def test_a_bank_that_pays_what_it_had_given_up_is_seen(running: Activation, account: account_pb2.Account) -> None:
    def break_its_word() -> None:
        cancel(running, account)
        running.bank.cancelled.clear()

    running.bank.on_order = break_its_word
    with capture_logs() as logs:
        running.pay_out()
    after = read(running, account)
    assert (after.status, running.published()[-1]) == (CANCELLED, "LoanCancelled")
    assert "bank_paid_what_it_had_given_up" in [line["event"] for line in logs]
    assert running.traffic.audit(account.loan_id)[-1]["after"]["disbursement"]["disputed_reference"] == "bank-1"


def test_money_that_was_sent_is_not_cancelled(running: Activation, account: account_pb2.Account) -> None:
    running.pay_out()
    with pytest.raises(FailedPrecondition):
        cancel(running, account)


def test_it_is_cancelled_once(running: Activation, account: account_pb2.Account) -> None:
    assert cancel(running, account) == cancel(running, account, OFFICER, "again")
    assert running.published().count("LoanCancelled") == 1


def test_staff_say_why_and_only_some_may(running: Activation, account: account_pb2.Account) -> None:
    with pytest.raises(InvalidArgument):
        cancel(running, account, OFFICER, " ")
    for refused in (customer(), staff("ADMIN"), staff("RISK_MGR"), service("repayment"), SCHEDULER):
        with pytest.raises(PermissionDenied):
            cancel(running, account, refused, "reason")
    assert read(running, account).status == ACTIVE


def withdraw(running: Activation, application_id: str) -> None:
    """What happens when a customer withdraws at the application service."""
    running.owners.withdrawn.add(application_id)
    running.take(application.ApplicationWithdrawalRequested(application_id=application_id))


@pytest.mark.parametrize("failure", [None, *REFUSALS])
def test_a_withdrawal_cancels_a_loan_whose_money_was_not_sent(
    running: Activation, account: account_pb2.Account, failure: DisbursementFailure | None
) -> None:
    if failure is not None:
        running.bank.answer = BankAnswer(failure=failure)
        running.pay_out()
    withdraw(running, account.application_id)
    assert (read(running, account).status, running.published()[-1]) == (CANCELLED, "LoanCancelled")
    assert running.bank.paid == {}


def test_a_withdrawal_that_comes_before_the_account_has_it_opened_and_cancelled_at_once(running: Activation) -> None:
    application_id = new_id()
    running.owners.away = True
    running.sign(OWNER, application_id)
    running.owners.away = False
    with pytest.raises(NotYet):
        withdraw(running, application_id)
    running.clock.advance(timedelta(seconds=1))
    assert running.open()
    assert running.published() == [
        "LoanActivated", "RepaymentScheduleCreated", "DisbursementInitiated", "LoanCancelled",
    ]  # fmt: skip
    running.take(application.ApplicationWithdrawalRequested(application_id=application_id))
    running.clock.advance(timedelta(days=1))
    assert (running.pay_out(), running.bank.orders) == (False, [])


def test_a_withdrawal_after_the_payout_changes_nothing(running: Activation, account: account_pb2.Account) -> None:
    running.pay_out()
    withdraw(running, account.application_id)
    assert read(running, account).status == DISBURSED


def test_a_withdrawal_that_the_application_does_not_confirm_cancels_nothing(
    running: Activation, account: account_pb2.Account
) -> None:
    running.take(application.ApplicationWithdrawalRequested(application_id=account.application_id))
    assert running.pay_out()
    assert read(running, account).status == DISBURSED
