"""One transfer of money counts once, however often and in whatever spelling it is recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.repayment.model import Loan
from services.repayment.payment import Payment
from services.repayment.transfers import normalized, recorded_before, similar
from services.runtime.errors import AlreadyExists
from services.runtime.money import Money
from tests.factories.loans import PROOF, TODAY, euros, open_loan, payment
from tests.fakes.clock import NOON

SPELLINGS = [
    "RF18 5390 0754 7034",
    "rf18539007547034",
    " RF18-5390-0754-7034 ",
    "\N{FULLWIDTH LATIN CAPITAL LETTER R}F18539007547034",
    "rf18.5390/0754+7034",
]


def recorded(payment_id: str, reference: str, amount: str = "100") -> Payment:
    return replace(payment(payment_id, euros(amount)), reference=reference)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_reference_in_another_spelling_is_the_same_transfer(spelling: str) -> None:
    loan = open_loan()
    loan.record(recorded("p1", SPELLINGS[0]))
    with pytest.raises(AlreadyExists) as refused:
        loan.record(recorded("p2", spelling))
    assert (refused.value.reason, refused.value.metadata) == ("DUPLICATE_PAYMENT", {"payment_id": "p1"})
    assert set(loan.payments) == {"p1"}


@pytest.mark.parametrize(
    "other",
    [
        lambda made: replace(made, reference="RF18 2"),
        lambda made: replace(made, amount=euros("100.01")),
        lambda made: replace(made, value_date=TODAY - timedelta(days=1)),
    ],
)
def test_another_reference_amount_or_day_is_another_transfer(other: Callable[[Payment], Payment]) -> None:
    loan = open_loan()
    loan.record(recorded("p1", "RF18 1"))
    loan.record(other(recorded("p2", "RF18 1")))
    assert set(loan.payments) == {"p1", "p2"}


@pytest.mark.parametrize("reference", ["", " ", "-/.", "\u200b"])
def test_without_a_reference_two_equal_payments_are_two_and_each_shows_the_other(reference: str) -> None:
    loan = open_loan()
    loan.record(recorded("p1", reference))
    loan.record(recorded("p2", reference))
    assert [each.payment_id for each in similar(loan.payment("p1"), loan.payments.values())] == ["p2"]
    assert [each.payment_id for each in similar(loan.payment("p2"), loan.payments.values())] == ["p1"]


def test_the_same_receipt_for_two_payments_is_shown() -> None:
    loan = open_loan()
    for name, amount in (("p1", "100"), ("p2", "50"), ("p3", "25")):
        loan.record(recorded(name, name, amount))
    loan.prove("p1", PROOF)
    loan.prove("p2", PROOF)
    loan.prove("p3", replace(PROOF, sha256="1" * 64))
    assert [each.payment_id for each in similar(loan.payment("p2"), loan.payments.values())] == ["p1"]
    assert similar(loan.payment("p3"), loan.payments.values()) == ()


def rejected(loan: Loan) -> None:
    loan.reject("p1", "not legible", "o1", NOON)


def withdrawn(loan: Loan) -> None:
    loan.withdraw("p1", NOON)


def bounced(loan: Loan) -> None:
    loan.prove("p1", PROOF)
    loan.accept("p1", "o1", NOON)
    loan.reverse("p1", "booked wrongly", "o2", NOON)


@pytest.mark.parametrize("end", [rejected, withdrawn, bounced])
def test_a_transfer_whose_payment_no_longer_counts_may_be_recorded_again(end: Callable[[Loan], None]) -> None:
    loan = open_loan()
    loan.record(recorded("p1", "RF18"))
    end(loan)
    loan.record(recorded("p2", "RF18"))
    with pytest.raises(AlreadyExists) as refused:
        loan.record(recorded("p3", "rf18"))
    assert refused.value.metadata == {"payment_id": "p2"}


@given(st.text(max_size=140))
def test_normalizing_twice_changes_nothing_more(reference: str) -> None:
    once = normalized(reference)
    assert normalized(once) == once
    assert normalized(f" {reference.swapcase() if reference.isascii() else reference}. ") == once


def test_another_currency_is_another_transfer() -> None:
    made = recorded("p1", "RF18")
    assert recorded_before(replace(made, payment_id="p2", amount=Money(Decimal(100), "USD")), [made]) is None
