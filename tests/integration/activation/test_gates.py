"""The gates of the activation service, each with each of its facts false."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.activation.v1 import account_pb2, disbursement_pb2
from loanflow.activation.v1 import activation_service_pb2 as pb
from services.activation.gates import GATES
from services.activation.ports import Passed
from services.gates import Fact, Gate
from services.outsiders import OUTSIDER
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.ids import new_id
from services.terms import to_terms
from tests.gates import Scenarios, facts, refused
from tests.harness import customer, staff
from tests.integration.activation.conftest import SCHEDULER, Activation, euros, terms

FALSE = Scenarios()
OFFICER, OWNER = staff("OFFICER"), customer()
OPEN, ORDER, CANCEL = "open the account", "give the order to the bank", "cancel a loan before its money is sent"
SENT = "the money was not sent"
HASH = to_terms(terms()).hash()
OTHER = "0" * 64


@pytest.mark.parametrize(("gate", "fact"), facts(GATES))
def test_a_fact_that_is_false_closes_the_gate(running: Activation, gate: Gate, fact: Fact) -> None:
    assert refused(FALSE, gate, fact, running) == fact.refusal
    assert running.published().count("DisbursementCompleted") == len(running.bank.paid) == int(fact.name == SENT)


def opening(running: Activation, spoil: Callable[[], object], **signed: Any) -> None:
    """Spoils a fact, receives a signature, and opens the account by hand when the service by itself did not."""
    application_id = new_id()
    running.owners.statuses[application_id] = "AGREEMENT_SIGNED"
    spoil()
    running.sign(OWNER, application_id, **signed)
    assert running.published() == []
    running.account(application_id)


def ordering(running: Activation, spoil: Callable[[account_pb2.Account], object]) -> None:
    """Opens an account, spoils a fact, and has the money be sent; a payout that failed for it is the refusal."""
    account = running.account(running.sign(OWNER))
    spoil(account)
    found = running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=account.loan_id)).disbursement
    assert (found.status, running.bank.orders) == (disbursement_pb2.DISBURSEMENT_STATUS_FAILED, [])
    by_owner = {disbursement_pb2.DISBURSEMENT_FAILURE_DETAILS_CHANGED: "DETAILS_CHANGED"}
    if found.failure in by_owner:
        raise FailedPrecondition("", reason=by_owner[found.failure])
    assert found.failure == disbursement_pb2.DISBURSEMENT_FAILURE_NOT_ALLOWED


def says(running: Activation, stage: Passed) -> None:
    running.owners.passed[stage.owner] = stage


NOT_PASSED = {
    "risk approved": [Passed("risk", False, OWNER.subject), Passed("risk", True, new_id())],
    "the customer accepted an offer on exactly these terms": [
        Passed("discussion", False, OWNER.subject), Passed("discussion", True, OWNER.subject, OTHER),
    ],
    "three people approved exactly these terms": [
        Passed("approval", False, OWNER.subject, HASH), Passed("approval", True, OWNER.subject, OTHER),
        Passed("approval", True, new_id(), HASH),
    ],
    "exactly these terms are signed": [
        Passed("agreement", False, OWNER.subject, HASH), Passed("agreement", True, OWNER.subject, OTHER),
        Passed("agreement", True, new_id(), HASH),
    ],
}  # fmt: skip


def _stages(fact: str, said: list[Passed]) -> None:
    @FALSE.without(fact, OPEN)
    def open_without(running: Activation) -> None:
        for each in said[1:]:
            with pytest.raises(FailedPrecondition):
                opening(running, lambda each=each: says(running, each))  # type: ignore[misc]
        opening(running, lambda: says(running, said[0]))

    @FALSE.without(fact, ORDER)
    def order_without(running: Activation) -> None:
        ordering(running, lambda _: says(running, said[0]))
        raise FailedPrecondition("", reason="STAGE_NOT_PASSED")


for _fact, _cases in NOT_PASSED.items():
    _stages(_fact, _cases)

_KYC = "KYC approved the customer, and on this version of the details"


@FALSE.without(_KYC, OPEN)
def open_without_kyc(running: Activation) -> None:
    opening(running, lambda: says(running, Passed("kyc", False, OWNER.subject)))


@FALSE.without(_KYC, ORDER)
def order_without_kyc(running: Activation) -> None:
    ordering(running, lambda _: says(running, Passed("kyc", False, OWNER.subject)))
    raise FailedPrecondition("", reason="STAGE_NOT_PASSED")


@FALSE.without("who is bound beside the customer has the details that KYC verified", ORDER)
def order_while_the_guarantor_has_another_name(running: Activation) -> None:
    running.owners.party_versions["guarantor"] = 1
    ordering(running, lambda _: running.payees.others.update(guarantor=2))


@FALSE.without("no rule of the risk decision stands against it by what secures the loan now", ORDER)
def order_while_the_valuation_is_too_old(running: Activation) -> None:
    ordering(running, lambda _: setattr(running.owners, "rules_against", ("VALUATION_TOO_OLD",)))
    raise FailedPrecondition("", reason="STAGE_NOT_PASSED")


@FALSE.without("the terms are within the facility type", OPEN)
def open_above_the_limits(running: Activation) -> None:
    much = terms(principal=euros("999000"))
    hashed = to_terms(much).hash()
    application_id = new_id()
    running.owners.standings[application_id] = (OWNER.subject, hashed)
    running.sign(OWNER, application_id, terms=much, terms_hash=hashed)
    assert running.published() == []
    running.account(application_id)


@FALSE.without("the terms are within the facility type", ORDER)
def order_above_the_limits(running: Activation) -> None:
    ordering(running, lambda _: setattr(running.owners, "facility_type", "EQUIPMENT"))
    raise InvalidArgument("", reason="FACILITY_LIMIT")


@FALSE.without("the application is signed, and the customer's", OPEN)
def open_before_the_signature(running: Activation) -> None:
    application_id = new_id()
    running.owners.statuses[application_id] = "OFFER_SENT"
    running.sign(OWNER, application_id)
    assert running.published() == []
    running.account(application_id)


@FALSE.without("the application has not ended, and cannot be withdrawn any more", OPEN)
def open_after_the_end(running: Activation) -> None:
    application_id = new_id()
    # It ends after it was looked at, and before it is locked in.
    running.owners.authorize_activation = _withdrawn  # type: ignore[method-assign]
    running.sign(OWNER, application_id)
    running.account(application_id)


def _withdrawn(application_id: str) -> None:
    raise FailedPrecondition.wrong_status("application", "WITHDRAWN", ["AGREEMENT_SIGNED"])


@FALSE.without("the application is active, and with this loan", ORDER)
def order_for_an_application_that_ended(running: Activation) -> None:
    ordering(running, lambda account: running.owners.statuses.update({account.application_id: "WITHDRAWN"}))
    raise FailedPrecondition("", reason="WRONG_STATUS")


@FALSE.without("name and account are of the version that KYC approved", ORDER)
def order_on_other_details(running: Activation) -> None:
    ordering(running, lambda _: running.payees.change("NO9386011117947"))


@FALSE.without("the account is neither closed nor cancelled", "send the money")
def send_what_is_cancelled(running: Activation) -> None:
    running.client(SCHEDULER).Disburse(pb.DisburseRequest(loan_id=cancelled(running).loan_id))


@FALSE.without("the account is neither closed nor cancelled", "confirm to whom the money goes")
def confirm_what_is_cancelled(running: Activation) -> None:
    confirm(running, cancelled(running), 1)


@FALSE.without("name and account are of the version that the officer saw", "confirm to whom the money goes")
def confirm_another_version(running: Activation) -> None:
    confirm(running, running.account(running.sign(OWNER)), 5)


@FALSE.without(OUTSIDER, "confirm to whom the money goes")
def confirm_ones_own_account(running: Activation) -> None:
    running.owners.bound.add(OFFICER.subject)
    confirm(running, running.account(running.sign(OWNER)), 1)


@FALSE.without(OUTSIDER, CANCEL)
def cancel_by_the_guarantor_in_office(running: Activation) -> None:
    loan_id = running.account(running.sign(OWNER)).loan_id
    running.owners.bound.update((OFFICER.subject, OWNER.subject))
    try:
        running.client(OFFICER).Cancel(pb.CancelRequest(loan_id=loan_id, reason="not wanted"))
    finally:
        # Nobody asks whether the customer is bound by what they take back.
        running.client(OWNER).Cancel(pb.CancelRequest(loan_id=loan_id))


@FALSE.without(SENT, CANCEL)
def cancel_what_was_sent(running: Activation) -> None:
    account = running.account(running.sign(OWNER))
    running.pay_out()
    running.client(OWNER).Cancel(pb.CancelRequest(loan_id=account.loan_id))


def cancelled(running: Activation) -> account_pb2.Account:
    account = running.account(running.sign(OWNER))
    found = running.client(OWNER).Cancel(pb.CancelRequest(loan_id=account.loan_id)).account
    assert isinstance(found, account_pb2.Account)
    return found


def confirm(running: Activation, account: account_pb2.Account, version: int) -> None:
    request = pb.ConfirmPayeeRequest(loan_id=account.loan_id, approved_kyc_version=version)
    running.client(OFFICER).ConfirmPayee(request)
