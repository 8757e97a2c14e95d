"""Who is connected by the control of companies: owners by name and birth, companies by number or name, groups whole."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from loanflow.customer.v1 import customer_pb2
from services.risk.connection_convert import to_person
from services.risk.connections import Company, CompanyOwner, KnownCustomer, Person, group, start_of
from services.risk.exposure import BoundPerson, Commitment, CommitmentRole, gather
from tests.unit.risk.test_exposure import euros, listing, loan

NOW = datetime(2030, 1, 2, tzinfo=UTC)
LATER = datetime(2030, 2, 3, tzinfo=UTC)
BORN = date(1980, 5, 17)


def owner(name: str, share: str = "51", *, controls: bool = False, is_entity: bool = False) -> CompanyOwner:
    return CompanyOwner(name, is_entity, None if is_entity else BORN, "DE", Decimal(share), controls)


def company(number: str, *owners: CompanyOwner) -> Company:
    return Company(f"Company {number}", "DE", number, owners)


def known(customer_id: str, name: str, of: Company | None = None, born: date | None = BORN) -> KnownCustomer:
    made = KnownCustomer(customer_id)
    made.learn(Person(name, born, of), lambda text: f"<{text}>", NOW)
    return made


def grouped(customers: list[KnownCustomer], applicant: str, *, for_company: bool = False) -> set[str]:
    """The group of a loan of that customer."""

    def find(indexes: Collection[str]) -> list[KnownCustomer]:
        held = [(each, {each.person_index, *each.company_indexes, *each.controller_indexes}) for each in customers]
        return [each for each, mine in held if not mine.isdisjoint(indexes)]

    bound = [each for each in customers if each.customer_id == applicant]
    return set(group(start_of(bound, applicant, for_company), find))


ANNA = known("anna", "Anna Muster")
OTTO = known("otto", "Otto Prokurist", company("1", owner("Anna Muster")))


def test_who_controls_a_company_is_connected_with_it_both_ways() -> None:
    assert grouped([ANNA, OTTO], "otto", for_company=True) == {"anna", "otto"}
    assert grouped([ANNA, OTTO], "anna") == {"anna", "otto"}


def test_who_acts_for_a_company_and_does_not_control_it_is_not_connected_by_it_with_a_loan_of_their_own() -> None:
    assert grouped([ANNA, OTTO], "otto") == {"otto"}


@pytest.mark.parametrize(
    ("held", "connected"),
    [
        (owner("Anna Muster", "50.0001"), True),
        (owner("Anna Muster", "50"), False),
        (owner("Anna Muster", "0", controls=True), True),
        (owner("Anna Muster", "25"), False),
    ],
)
def test_more_than_half_or_other_means_are_control(held: CompanyOwner, connected: bool) -> None:
    otto = known("otto", "Otto Prokurist", company("1", held))
    assert ("anna" in grouped([ANNA, otto], "otto", for_company=True)) is connected


def test_companies_in_one_hand_are_connected_also_through_another_company() -> None:
    holding = known("hana", "Hana Holding", company("1", owner("Anna Muster")))
    daughter = known("dora", "Dora Direktor", company("2", owner("COMPANY  1", is_entity=True)))
    sister = known("sven", "Sven Direktor", company("3", owner("Anna Muster", "80")))
    other = known("olga", "Olga Direktor", company("4", owner("Somebody Else")))
    everybody = [ANNA, holding, daughter, sister, other]
    for each in ("hana", "dora", "sven"):
        assert grouped(everybody, each, for_company=True) == {"anna", "hana", "dora", "sven"}
    assert grouped(everybody, "olga", for_company=True) == {"olga"}


def test_two_who_act_for_one_company_are_connected_by_its_loan() -> None:
    second = known("paul", "Paul Direktor", company("1", owner("Anna Muster")))
    assert grouped([OTTO, second], "otto", for_company=True) == {"otto", "paul"}


@pytest.mark.parametrize(
    ("name", "born", "same"),
    [
        ("ANNA  muster", BORN, True),
        ("Ánna Muster", BORN, True),
        ("Anna Muster", date(1980, 5, 18), False),
        ("Anna Muster", None, False),
        ("Anna Mustermann", BORN, False),
    ],
)
def test_an_owner_is_recognized_by_name_and_birth_whatever_the_spelling(
    name: str, born: date | None, same: bool
) -> None:
    assert ("x" in grouped([known("x", name, born=born), OTTO], "otto", for_company=True)) is same


def test_who_has_no_details_yet_is_connected_with_nobody() -> None:
    unknown = [known("x", "Anna Muster", born=None), known("y", "Anna Muster", born=None)]
    assert grouped(unknown, "x") == set()


def test_what_is_known_is_taken_anew_and_what_is_the_same_changes_nothing() -> None:
    made = known("otto", "Otto Prokurist", company("1", owner("Anna Muster")))
    before = replace(made)
    made.learn(Person("Otto Prokurist", BORN, company("1", owner("Anna Muster"))), lambda text: f"<{text}>", LATER)
    assert made == before
    made.learn(Person("Otto Prokurist", BORN, None), lambda text: f"<{text}>", LATER)
    assert (made.company_indexes, made.controller_indexes, made.update_time) == ((), (), LATER)


BORROWER = CommitmentRole.BORROWER


def test_loans_of_those_connected_by_control_count_as_connected_and_say_so() -> None:
    mine, hers = loan(1, ("c1", BORROWER)), loan(2, ("anna", BORROWER), outstanding="700")
    exposure = gather("a0", "c1", [], "EUR", listing(mine, hers), {"anna"})
    assert (exposure.owed, exposure.connected, exposure.elsewhere) == (euros(1000), euros(700), euros(1700))
    assert [(each.connected, each.by_control) for each in exposure.counted_loans] == [(False, False), (True, True)]


def test_a_loan_that_connects_by_itself_is_not_by_control_and_counts_once() -> None:
    joint, hers = loan(1, ("c1", BORROWER), ("anna", CommitmentRole.GUARANTOR)), loan(2, ("anna", BORROWER))
    exposure = gather("a0", "c1", [], "EUR", listing(joint, hers), {"anna"})
    assert [(each.application_id, each.by_control) for each in exposure.counted_loans] == [("a1", False), ("a2", False)]


def test_control_is_asked_about_at_once_with_those_who_are_bound_together() -> None:
    asked: list[Collection[str]] = []

    def ask(ids: Collection[str]) -> list[Commitment]:
        asked.append(ids)
        return [Commitment("a1", (BoundPerson("c1", BORROWER), BoundPerson("c2", BORROWER)), euros(1), euros(1))]

    gather("a0", "c1", [], "EUR", ask, {"c1", "c2", "c3"})
    assert asked == [["c1"], ["c2", "c3"]]


def test_a_customer_is_read_with_company_and_owners() -> None:
    entity = customer_pb2.LegalEntity(name="Company 1", country="DE", registration_number="1")
    entity.owners.add(name="Anna Muster", birth_date="1980-05-17", country="DE", share_percent="51")
    entity.owners.add(name="Holding", is_entity=True, country="LU", share_percent="49", controls=True)
    party = customer_pb2.Party(full_name="Otto Prokurist", birth_date="1980-05-17", legal_entity=entity)
    held = CompanyOwner("Holding", True, None, "LU", Decimal(49), True)
    wanted = Company("Company 1", "DE", "1", (owner("Anna Muster"), held))
    assert to_person(party) == Person("Otto Prokurist", BORN, wanted)
    assert to_person(customer_pb2.Party(full_name="Otto Prokurist")) == Person("Otto Prokurist", None, None)
