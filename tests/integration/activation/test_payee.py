"""Who gets the money: only the name and the account that KYC approved, or that an officer confirmed."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.activation.v1 import account_pb2, disbursement_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from services.activation.disbursement import DisbursementFailure
from services.activation.ports import BankAnswer
from services.runtime.errors import FailedPrecondition, NotFound, PermissionDenied, Unavailable
from services.runtime.events.inbox import NotYet
from services.runtime.ids import new_id
from tests.fakes.payees import IBAN
from tests.harness import customer, service, staff
from tests.integration.activation.conftest import KINDS, SCHEDULER, Activation

OTHER_IBAN = "NO9386011117947"
OFFICER = staff("OFFICER")
FAILED, COMPLETED = disbursement_pb2.DISBURSEMENT_STATUS_FAILED, disbursement_pb2.DISBURSEMENT_STATUS_COMPLETED
DETAILS_CHANGED = disbursement_pb2.DISBURSEMENT_FAILURE_DETAILS_CHANGED


def confirm(running: Activation, account: account_pb2.Account, kyc_version: int, by: Any = OFFICER) -> Any:
    request = pb.ConfirmPayeeRequest(loan_id=account.loan_id, approved_kyc_version=kyc_version)
    return running.client(by).ConfirmPayee(request).disbursement


def read(running: Activation, account: account_pb2.Account) -> account_pb2.Account:
    found = running.client(OFFICER).GetAccount(pb.GetAccountRequest(loan_id=account.loan_id)).account
    assert isinstance(found, account_pb2.Account)
    return found


@pytest.fixture
def changed(running: Activation) -> account_pb2.Account:
    """An account whose customer has another IBAN since the KYC approval; its payout failed."""
    account = running.account(running.sign(customer()))
    running.payees.change(OTHER_IBAN)
    assert running.pay_out()
    return account


def test_an_account_that_changed_after_the_approval_gets_nothing(
    running: Activation, changed: account_pb2.Account
) -> None:
    assert running.bank.orders == []
    *_, failed = running.traffic.published(*KINDS)
    assert (failed.failure, failed.attempt, failed.loan_id) == (DETAILS_CHANGED, 1, changed.loan_id)
    after = read(running, changed)
    assert (after.status, after.approved_kyc_version) == (account_pb2.ACCOUNT_STATUS_ACTIVE, 1)
    assert (after.disbursement.status, after.disbursement.failure) == (FAILED, DETAILS_CHANGED)
    again = running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=changed.loan_id)).disbursement
    assert (again.status, again.failure, running.bank.orders) == (FAILED, DETAILS_CHANGED, [])


def test_an_officer_confirms_the_present_account_and_it_is_paid_once(
    running: Activation, changed: account_pb2.Account
) -> None:
    sent = confirm(running, changed, 2)
    assert (sent.status, sent.attempts) == (COMPLETED, 2)
    assert confirm(running, changed, 2) == confirm(running, changed, 7) == sent
    assert not running.pay_out()
    assert [iban for _, iban, _ in running.bank.orders] == [OTHER_IBAN]
    assert read(running, changed).approved_kyc_version == 2
    *_, confirmed, _, _ = running.traffic.audit(changed.loan_id)
    assert (confirmed["actor"], confirmed["method"].rsplit("/")[-1]) == (f"staff:{OFFICER.subject}", "ConfirmPayee")
    assert [confirmed[side]["approved_kyc_version"] for side in ("before", "after")] == [1, 2]


@pytest.mark.parametrize("named", [1, 3])
def test_a_version_that_is_not_the_present_one_is_refused(
    running: Activation, changed: account_pb2.Account, named: int
) -> None:
    before, said = read(running, changed), running.published()
    with pytest.raises(FailedPrecondition) as refused:
        confirm(running, changed, named)
    assert (refused.value.reason, refused.value.metadata) == ("DETAILS_CHANGED", {"kyc_version": "2"})
    assert (read(running, changed), running.published(), running.bank.orders) == (before, said, [])


def test_a_customer_who_changes_again_after_the_check_gets_nothing(
    running: Activation, changed: account_pb2.Account
) -> None:
    running.payees.change(IBAN)
    with pytest.raises(FailedPrecondition):
        confirm(running, changed, 2)
    assert running.bank.orders == []


def test_a_corrected_account_is_paid_once_confirmed(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.answer = BankAnswer(failure=DisbursementFailure.ACCOUNT_INVALID)
    running.pay_out()
    running.payees.change(OTHER_IBAN)
    running.bank.answer = BankAnswer(reference="bank-2")
    assert confirm(running, account, 2).status == COMPLETED
    assert [iban for _, iban, _ in running.bank.orders] == [IBAN, OTHER_IBAN]


def test_a_bank_that_is_away_leaves_the_confirmed_payout_under_way(
    running: Activation, changed: account_pb2.Account
) -> None:
    running.bank.away = True
    with pytest.raises(Unavailable):
        confirm(running, changed, 2)
    assert read(running, changed).disbursement.status == disbursement_pb2.DISBURSEMENT_STATUS_INITIATED
    running.bank.away = False
    running.clock.advance(timedelta(seconds=1))
    assert running.pay_out()
    assert (read(running, changed).disbursement.status, len(running.bank.orders)) == (COMPLETED, 2)


def test_an_order_that_may_be_paid_is_taken_back_before_another_account_gets_one(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.away = running.bank.deaf = True  # it never had the order
    running.pay_out()
    running.payees.change(OTHER_IBAN)
    running.bank.away = False
    confirm(running, account, 2)
    (old, _, _), (new, iban, _) = running.bank.orders
    assert (running.bank.cancelled, iban, old != new) == ({old}, OTHER_IBAN, True)


def test_an_order_that_was_paid_is_not_followed_by_one_to_another_account(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.bank.away = True  # it paid, and only the answer was lost
    running.pay_out()
    running.payees.change(OTHER_IBAN)
    running.bank.away = False
    assert confirm(running, account, 2).status == COMPLETED
    assert [iban for _, iban, _ in running.bank.orders] == [IBAN]


def test_an_approval_that_arrives_after_the_signature_is_waited_for(running: Activation) -> None:
    owner, application_id = customer(), new_id()
    with pytest.raises(NotYet):
        running.sign(owner, application_id, approved=0)
    with pytest.raises(NotFound):
        running.account(application_id)
    running.sign(owner, application_id, approved=4)
    assert running.account(application_id).approved_kyc_version == 4
    running.approve(application_id, 4)


def test_a_guarantor_who_changed_holds_the_payout_back_until_they_are_verified_anew(running: Activation) -> None:
    account = running.account(running.sign(customer()))
    running.owners.party_versions["guarantor"] = 1
    running.payees.others["guarantor"] = 2
    assert running.pay_out()
    assert read(running, account).disbursement.failure == DETAILS_CHANGED
    assert confirm(running, account, 1).failure == DETAILS_CHANGED
    assert running.bank.orders == []
    running.owners.party_versions["guarantor"] = 2
    assert confirm(running, account, 1).status == COMPLETED
    assert [iban for _, iban, _ in running.bank.orders] == [IBAN]


def test_only_officers_confirm(running: Activation, changed: account_pb2.Account) -> None:
    for refused in (customer(), customer(changed.customer_id), staff("ADMIN"), service("repayment"), SCHEDULER):
        with pytest.raises(PermissionDenied):
            confirm(running, changed, 2, by=refused)
