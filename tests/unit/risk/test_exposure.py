"""What is owed and answered for beside a loan: by those whom it would bind, and those who are bound with them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.risk.exposure import BoundPerson, Commitment, CommitmentRole, CountedLoan, Exposure, gather
from services.risk.figures import Figures
from services.runtime.money import Money

BORROWER, CO_BORROWER, GUARANTOR = CommitmentRole
Bound = tuple[str, CommitmentRole]


def euros(amount: int | str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def loan(number: int, *bound: Bound, outstanding: str = "1000", currency: str = "EUR") -> Commitment:
    persons = tuple(BoundPerson(*each) for each in bound)
    return Commitment(f"a{number}", persons, euros(outstanding, currency), euros(50, currency))


def listing(*loans: Commitment) -> Callable[[Collection[str]], list[Commitment]]:
    """The application service: what binds any of those who are named."""
    return lambda ids: [each for each in loans if any(person.customer_id in ids for person in each.bound)]


def found(*loans: Commitment, parties: Sequence[str] = ()) -> Exposure:
    return gather("a0", "c1", parties, "EUR", listing(*loans))


def counted(exposure: Exposure) -> list[tuple[str, str, CommitmentRole, bool]]:
    return [(each.application_id, each.customer_id, each.role, each.connected) for each in exposure.counted_loans]


def test_what_is_owed_and_what_is_guaranteed_are_summed_apart() -> None:
    mine, theirs = loan(1, ("c1", BORROWER)), loan(3, ("c9", BORROWER), ("c1", GUARANTOR), outstanding="2000")
    joint = loan(2, ("c8", BORROWER), ("c1", CO_BORROWER), outstanding="500.50")
    exposure = found(theirs, joint, mine)
    assert exposure == Exposure(
        euros("1500.50"), euros(2000), euros(0), euros(100), 0,
        (
            CountedLoan("a1", "c1", BORROWER, False, euros(1000), euros(50)),
            CountedLoan("a2", "c1", CO_BORROWER, False, euros("500.50"), euros(50)),
            CountedLoan("a3", "c1", GUARANTOR, False, euros(2000), euros(50)),
        ),
    )  # fmt: skip
    assert exposure.elsewhere == euros("3500.50")


def test_who_is_bound_beside_the_applicant_counts_in_the_sum_and_not_in_what_the_applicant_pays() -> None:
    exposure = found(loan(1, ("c2", BORROWER)), loan(2, ("c1", BORROWER)), parties=["c2"])
    assert (exposure.owed, exposure.monthly_instalments) == (euros(2000), euros(50))


def test_a_loan_that_binds_two_of_them_counts_once_and_for_whom_it_binds_most() -> None:
    twice = loan(1, ("c2", BORROWER), ("c1", GUARANTOR))
    exposure = found(twice, parties=["c2"])
    assert counted(exposure) == [("a1", "c2", BORROWER, False)]
    assert (exposure.owed, exposure.guaranteed, exposure.monthly_instalments) == (euros(1000), euros(0), euros(0))
    jointly = loan(1, ("c2", BORROWER), ("c1", CO_BORROWER))
    exposure = found(jointly, parties=["c2"])
    assert counted(exposure) == [("a1", "c1", CO_BORROWER, False)], "the applicant owes the whole"
    assert exposure.monthly_instalments == euros(50)


def test_whom_another_loan_connects_counts_once_more_and_no_further() -> None:
    shared = loan(1, ("c1", BORROWER), ("c5", GUARANTOR))
    theirs, further = loan(2, ("c5", BORROWER), ("c6", CO_BORROWER), outstanding="700"), loan(3, ("c6", BORROWER))
    exposure = found(shared, theirs, further)
    assert counted(exposure) == [("a1", "c1", BORROWER, False), ("a2", "c5", BORROWER, True)]
    assert (exposure.owed, exposure.connected, exposure.elsewhere) == (euros(1000), euros(700), euros(1700))
    assert exposure.monthly_instalments == euros(50), "what the connected pay, the applicant does not"


def test_the_application_itself_is_none_of_the_others_and_connects_nobody() -> None:
    itself = loan(0, ("c1", BORROWER), ("c2", GUARANTOR))
    theirs = loan(1, ("c3", BORROWER), ("c2", GUARANTOR))
    assert found(itself).counted_loans == ()
    # Found by c2, who would be bound, and again by c3: by neither way does it count itself.
    assert counted(found(itself, theirs, parties=["c2"])) == [("a1", "c2", GUARANTOR, False)]


def test_nobody_is_asked_for_when_nobody_is_connected() -> None:
    asked: list[Collection[str]] = []

    def ask(ids: Collection[str]) -> list[Commitment]:
        asked.append(ids)
        return [loan(1, ("c1", BORROWER), ("c2", GUARANTOR))]

    gather("a0", "c1", ["c2"], "EUR", ask)
    assert asked == [["c1", "c2"]]


def test_another_currency_is_said_and_in_no_sum() -> None:
    exposure = found(loan(1, ("c1", BORROWER)), loan(2, ("c1", BORROWER), currency="USD"))
    assert (exposure.owed, exposure.monthly_instalments) == (euros(1000), euros(50))
    assert (exposure.unadded_count, len(exposure.counted_loans)) == (1, 2)


FIGURES = Figures("PERSONAL", euros(10000), 24, euros(12000), euros(3000), euros("99.99"), euros(0))


def test_who_declares_less_than_they_owe_here_is_held_to_that() -> None:
    assert FIGURES.counted_debts == euros("99.99")
    owing = replace(FIGURES, exposure=found(loan(1, ("c1", BORROWER)), loan(2, ("c1", BORROWER))))
    assert owing.counted_debts == euros(100)
    assert replace(owing, monthly_debts=euros(300)).counted_debts == euros(300)


def test_the_total_follows_the_amount_and_is_unknown_where_nobody_asked() -> None:
    assert FIGURES.total_exposure is None
    owing = replace(FIGURES, exposure=found(loan(1, ("c1", BORROWER))))
    assert owing.total_exposure == euros(11000)
    assert replace(owing, amount=euros(1)).total_exposure == euros(1001)


PERSONS = [f"c{number}" for number in range(1, 7)]
LOANS = st.builds(
    lambda number, bound, outstanding: loan(number, *bound, outstanding=outstanding),
    st.integers(0, 5),
    st.lists(
        st.tuples(st.sampled_from(PERSONS), st.sampled_from(CommitmentRole)), min_size=1, unique_by=lambda it: it[0]
    ),
    st.sampled_from(["1", "250"]),
)


@given(st.lists(LOANS, unique_by=lambda each: each.application_id), st.sets(st.sampled_from(PERSONS[1:])))
def test_the_parts_add_up_in_whatever_order(loans: list[Commitment], parties: set[str]) -> None:
    exposure = found(*loans, parties=sorted(parties))
    assert exposure.elsewhere == sum((each.outstanding for each in exposure.counted_loans), euros(0))
    assert exposure == found(*loans[::-1], parties=sorted(parties, reverse=True))
    ids = [each.application_id for each in exposure.counted_loans]
    assert len(ids) == len(set(ids)) and "a0" not in ids
    bound = {"c1", *parties}
    direct = {each.application_id for each in loans if any(person.customer_id in bound for person in each.bound)}
    assert {each.application_id for each in exposure.counted_loans if not each.connected} == direct - {"a0"}
