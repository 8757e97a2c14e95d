"""What is owed and answered for beside the loan that is asked for."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.risk.exposure import Commitment, CommitmentRole, Exposure, burden, exposure
from services.runtime.money import Money

BORROWER, CO_BORROWER, GUARANTOR = CommitmentRole


def euros(amount: int | str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def loan(number: int, role: CommitmentRole = BORROWER, outstanding: str = "1000", currency: str = "EUR") -> Commitment:
    return Commitment(f"a{number}", "c1", role, euros(outstanding, currency), euros(50, currency))


def test_what_is_owed_and_what_is_guaranteed_are_summed_apart() -> None:
    mine, joint, theirs = loan(1), loan(2, CO_BORROWER, "500.50"), loan(3, GUARANTOR, "2000")
    assert exposure(euros(10000), "a0", [theirs, joint, mine]) == Exposure(
        euros("13500.50"), euros("1500.50"), euros(2000), euros(100), 0, (mine, joint, theirs)
    )


def test_a_loan_that_binds_two_of_them_counts_once_and_as_what_binds_most() -> None:
    for order in ([loan(1, GUARANTOR), loan(1, CO_BORROWER)], [loan(1, CO_BORROWER), loan(1, GUARANTOR)]):
        found = exposure(euros(1), "a0", order)
        assert (found.owed, found.guaranteed, found.commitments) == (euros(1000), euros(0), (loan(1, CO_BORROWER),))


def test_the_application_itself_is_none_of_the_others() -> None:
    assert exposure(euros(10), "a1", [loan(1)]) == Exposure(euros(10), euros(0), euros(0), euros(0), 0, ())


def test_another_currency_is_said_and_in_no_sum() -> None:
    found = exposure(euros(10), "a0", [loan(1), loan(2, currency="USD")])
    assert (found.total, found.unadded_count, len(found.commitments)) == (euros(1010), 1, 2)


def test_who_declares_less_than_they_owe_here_is_held_to_that() -> None:
    found = exposure(euros(10), "a0", [loan(1), loan(2)])
    assert burden(euros("99.99"), found) == euros(100)
    assert burden(euros(300), found) == euros(300)


@given(st.lists(st.builds(loan, st.integers(1, 5), st.sampled_from(CommitmentRole), st.sampled_from(["1", "250"]))))
def test_the_total_is_the_sum_of_its_parts_in_whatever_order(commitments: list[Commitment]) -> None:
    found = exposure(euros(7), "a0", commitments)
    assert found.total == sum((each.outstanding for each in found.commitments), euros(7))
    assert found.total == euros(7) + found.owed + found.guaranteed
    assert exposure(euros(7), "a0", commitments[::-1]).total.currency == "EUR"
    assert {each.application_id for each in found.commitments} == {each.application_id for each in commitments}
