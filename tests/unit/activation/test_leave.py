"""Leave to open an account and to send its money: every fact by the word of its owner, and each of them needed."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from services.activation import leave
from services.activation.ports import Passed, Standing
from services.application.status import TERMINAL_STATUSES, ApplicationStatus
from services.lending import LendingError, LoanTerms
from services.lending.facility import facility
from services.runtime.errors import FailedPrecondition

TERMS = facility("PERSONAL").default_terms(Decimal("5000"), 12)
HASH = TERMS.hash()
STAGES = (
    Passed("kyc", True, "c1"), Passed("risk", True, "c1"), Passed("discussion", True, "c1", HASH),
    Passed("approval", True, "c1", HASH), Passed("agreement", True, "c1", HASH),
)  # fmt: skip
SIGNED = Standing("AGREEMENT_SIGNED", "c1", "PERSONAL", "", 3, STAGES)
ACTIVE = replace(SIGNED, status="ACTIVE", loan_id="l1")


def open_(standing: Standing, customer_id: str = "c1", terms: LoanTerms = TERMS, terms_hash: str = HASH) -> None:
    leave.check_opening(standing, customer_id, terms, terms_hash, 3)


def pay(standing: Standing, customer_id: str = "c1", terms: LoanTerms = TERMS, terms_hash: str = HASH) -> None:
    leave.check_payout(standing, customer_id, terms, terms_hash, "l1")


def test_what_everybody_let_through_is_opened_and_paid() -> None:
    open_(SIGNED)
    pay(ACTIVE)


@pytest.mark.parametrize(("check", "standing"), [(open_, SIGNED), (pay, ACTIVE)])
@pytest.mark.parametrize("owner", [stage.owner for stage in STAGES])
@pytest.mark.parametrize("wrong", [{"passed": False}, {"customer_id": "c2"}, {"terms_hash": "0" * 64}])
def test_one_that_did_not_is_enough_to_refuse(
    check: Callable[[Standing], None], standing: Standing, owner: str, wrong: dict[str, object]
) -> None:
    changed = tuple(replace(each, **wrong) if each.owner == owner else each for each in STAGES)  # type: ignore[arg-type]
    with pytest.raises(FailedPrecondition) as refused:
        check(replace(standing, stages=changed))
    assert (refused.value.reason, refused.value.metadata) == ("STAGE_NOT_PASSED", {"owner": owner})


def test_details_that_kyc_did_not_decide_on_open_nothing() -> None:
    with pytest.raises(FailedPrecondition):
        open_(replace(SIGNED, kyc_version=4))


@pytest.mark.parametrize(("check", "standing"), [(open_, SIGNED), (pay, ACTIVE)])
def test_terms_are_those_of_their_hash_and_within_the_limits(check: Callable[..., None], standing: Standing) -> None:
    with pytest.raises(FailedPrecondition):
        check(standing, terms=replace(TERMS, principal=Decimal("5001")))
    much = replace(TERMS, principal=Decimal("999000"))
    stages = tuple(replace(each, terms_hash=each.terms_hash and much.hash()) for each in STAGES)
    with pytest.raises(LendingError) as refused:
        check(replace(standing, stages=stages), terms=much, terms_hash=much.hash())
    assert refused.value.reason == "FACILITY_LIMIT"
    with pytest.raises(LendingError):
        check(replace(standing, facility_type="NONE"))


def test_a_loan_whose_security_does_not_hold_up_is_opened_and_gets_no_money() -> None:
    against = {"rules_against": ("LOAN_ABOVE_VALUE", "VALUATION_TOO_OLD")}
    open_(replace(SIGNED, **against))  # type: ignore[arg-type]
    with pytest.raises(FailedPrecondition) as refused:
        pay(replace(ACTIVE, **against))  # type: ignore[arg-type]
    assert refused.value.reason == "STAGE_NOT_PASSED"
    assert refused.value.metadata == {"owner": "risk", "rules": "LOAN_ABOVE_VALUE, VALUATION_TOO_OLD"}
    assert not leave.is_early(refused.value)


def test_another_loan_of_the_application_gets_no_money() -> None:
    with pytest.raises(FailedPrecondition):
        pay(replace(ACTIVE, loan_id="l2"))


@pytest.mark.parametrize("status", ApplicationStatus)
def test_every_status_but_its_own_refuses_and_an_earlier_one_can_be_waited_for(status: ApplicationStatus) -> None:
    for check, standing, allowed in ((open_, SIGNED, {"AGREEMENT_SIGNED", "ACTIVE"}), (pay, ACTIVE, {"ACTIVE"})):
        if status.name in allowed:
            check(replace(standing, status=status.name))
            continue
        with pytest.raises(FailedPrecondition) as refused:
            check(replace(standing, status=status.name))
        assert refused.value.reason == "WRONG_STATUS"
        over = status in TERMINAL_STATUSES or status is ApplicationStatus.DISBURSED
        assert leave.is_early(refused.value) is not over
