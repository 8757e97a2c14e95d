"""Payouts while the bank is asked: nothing is locked, no other replica sends the same, and nothing is paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from loanflow.activation.v1 import account_pb2, disbursement_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from services.activation.disbursement import DisbursementFailure
from services.activation.model import LEASE, MAX_TRIES
from services.activation.ports import BankAnswer
from tests.harness import customer, staff
from tests.integration.activation.conftest import SCHEDULER, Activation

COMPLETED = disbursement_pb2.DISBURSEMENT_STATUS_COMPLETED


def read(running: Activation, account: account_pb2.Account) -> account_pb2.Account:
    found = running.client(staff("ADMIN")).GetAccount(pb.GetAccountRequest(loan_id=account.loan_id)).account
    assert isinstance(found, account_pb2.Account)
    return found


def elsewhere(work: Callable[[], object]) -> object:
    """Does it as another replica would: in a thread with connections of its own."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(work).result()


def test_no_row_is_locked_while_the_bank_is_asked(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    seen: list[object] = []

    def look() -> None:
        with running.database.engine.begin() as connection:
            query = "SELECT loan_id FROM accounts WHERE loan_id = :loan FOR UPDATE NOWAIT"
            seen.append(connection.execute(text(query), {"loan": account.loan_id}).scalar())
            seen.append(connection.execute(text("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                        "current_database() AND state LIKE 'idle in transaction%'")).scalar())  # fmt: skip

    running.bank.on_order = lambda: elsewhere(look)
    assert running.pay_out()
    assert seen == [account.loan_id, 0]
    assert read(running, account).disbursement.status == COMPLETED


def test_while_one_asks_the_bank_another_does_not(running: Activation) -> None:
    running.sign(customer())
    others: list[object] = []
    running.bank.on_order = lambda: others.append(elsewhere(running.pay_out))
    assert running.pay_out()
    assert (others, len(running.bank.orders)) == ([False], 1)


def test_one_whose_time_ran_out_and_the_next_send_the_same_order_and_count_it_once(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    later: list[object] = []

    def taken_over() -> None:
        running.bank.on_order = lambda: None
        running.clock.advance(LEASE)
        later.append(elsewhere(running.pay_out))

    running.bank.on_order = taken_over
    assert running.pay_out()
    assert later == [True]
    assert len(running.bank.orders) == 2
    assert len({key for key, _, _ in running.bank.orders}) == 1
    assert running.published().count("DisbursementCompleted") == 1
    assert read(running, account).disbursement.bank_reference == "bank-1"


def test_who_dies_while_the_bank_is_asked_is_followed_under_the_same_key(running: Activation) -> None:
    running.sign(customer())

    def die() -> None:
        raise SystemExit

    running.bank.on_order = die
    try:
        running.pay_out()
    except SystemExit:
        running.bank.on_order = lambda: None
    assert not running.pay_out()
    running.clock.advance(LEASE)
    assert running.pay_out()
    assert len({key for key, _, _ in running.bank.orders}) == 1
    assert running.published()[-1] == "DisbursementCompleted"


def test_an_answer_that_is_never_clear_is_reported_in_the_end_and_asked_for_again(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.away = True
    for _ in range(MAX_TRIES):
        assert running.pay_out()
        running.clock.advance(timedelta(minutes=2))
    assert running.published()[-1] == "DisbursementFailed"
    failed = read(running, account).disbursement
    assert failed.failure == disbursement_pb2.DISBURSEMENT_FAILURE_BANK_UNREACHABLE
    running.bank.away = False
    sent = running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=account.loan_id)).disbursement
    assert (sent.status, len({key for key, _, _ in running.bank.orders})) == (COMPLETED, 1)


def unclear_then_refused(running: Activation) -> None:
    """A first sending without a clear answer, and a refusal of the second."""
    running.bank.away = True
    assert running.pay_out()
    running.bank.away = False
    running.bank.order = lambda *order: BankAnswer(failure=DisbursementFailure.REFUSED)  # type: ignore[method-assign]
    running.clock.advance(LEASE)
    assert running.pay_out()


def test_a_repetition_that_is_refused_says_nothing_about_the_order_that_was_taken(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    unclear_then_refused(running)
    found = read(running, account).disbursement
    assert (found.status, found.bank_reference) == (COMPLETED, "bank-1")
    assert running.published().count("DisbursementCompleted") == 1


def test_a_repetition_that_is_refused_fails_once_the_bank_says_that_nothing_is_paid(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.deaf = True
    unclear_then_refused(running)
    found = read(running, account).disbursement
    assert found.failure == disbursement_pb2.DISBURSEMENT_FAILURE_REFUSED
    assert running.bank.cancelled == {key for key, _, _ in running.bank.orders}


def test_only_a_refusal_that_is_sure_has_the_next_order_go_out_under_another_key(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.answer = BankAnswer(failure=DisbursementFailure.REFUSED)
    running.pay_out()
    running.bank.answer = BankAnswer(reference="bank-2")
    running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=account.loan_id))
    assert len({key for key, _, _ in running.bank.orders}) == 2
    assert read(running, account).disbursement.bank_reference == "bank-2"
