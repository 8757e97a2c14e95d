"""The company for which a customer acts: its owners and directors, and the authority."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.customer import model
from services.customer.address import Address
from services.customer.legal_entity import (
    Authority,
    AuthorityKind,
    Director,
    EntityOwner,
    LegalEntity,
    RelatedRole,
)
from services.customer.model import Customer, KycStatus
from services.runtime.errors import FailedPrecondition, InvalidArgument
from tests.unit.customer.test_model import details, registered

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
SEAT = Address("Werkstraße 1", "Stuttgart", "70173", "DE")
ANNA, BERT = Director("Anna Muster", date(1990, 1, 31), "DE"), Director("Bert Beispiel", None, "AT")
AS_DIRECTOR = Authority(AuthorityKind.DIRECTOR, "")


def owner(name: str = "Anna Muster", share: str = "80", **changes: Any) -> EntityOwner:
    return replace(EntityOwner(name, False, None, "DE", Decimal(share), False), **changes)


def entity(**changes: Any) -> LegalEntity:
    made = LegalEntity(
        "Muster GmbH", "GmbH", "DE", "Handelsregister", "Stuttgart HRB 201434", "529900T8BM49AURSDO55", SEAT,
        (ANNA, BERT), (owner(),), AS_DIRECTOR,
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"owners": (owner(share="75"),)}, "owners"),
        ({"owners": (owner(share="60"), owner("Carl", "40.0001"))}, "owners"),
        ({"owners": (owner(), owner("Carl", "0"))}, "owners[1].share_percent"),
        ({"owners": (owner(share="40"), owner("anna  MUSTER", "40"))}, "owners"),
        ({"directors": (ANNA, replace(BERT, full_name="ANNA muster"))}, "directors"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        entity(**changes).check_declared("Anna Muster")
    assert [each.field for each in refusal.value.violations] == [f"legal_entity.{field}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"directors": (BERT,)},
        {"authority": Authority(AuthorityKind.PROCURATION, "Carl")},
        {"authority": Authority(AuthorityKind.POWER_OF_ATTORNEY, "")},
    ],
)
def test_who_has_no_authority_does_not_act(changes: dict[str, Any]) -> None:
    with pytest.raises(FailedPrecondition) as refusal:
        entity(**changes).check_declared("Anna Muster")
    assert refusal.value.reason == "AUTHORITY_MISSING"


@pytest.mark.parametrize(
    ("authority", "representative"),
    [
        (AS_DIRECTOR, "anna muster"),
        (Authority(AuthorityKind.PROCURATION, "Bert Beispiel"), "Carl Anders"),
        (Authority(AuthorityKind.POWER_OF_ATTORNEY, "ANNA Muster"), "Carl Anders"),
    ],
)
def test_who_has_the_authority_acts(authority: Authority, representative: str) -> None:
    entity(authority=authority).check_declared(representative)


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=6))
def test_everybody_with_a_quarter_is_named_or_the_company_is_refused(ten_thousandths: list[int]) -> None:
    shares = [Decimal(each) / 10_000 for each in ten_thousandths]
    owners = tuple(owner(f"Owner {place}", str(share)) for place, share in enumerate(shares))
    possible = 75 < sum(shares) <= 100
    try:
        entity(owners=owners).check_declared("Anna Muster")
    except InvalidArgument:
        assert not possible
    else:
        assert possible, "somebody who is not named may hold a quarter"


def test_a_beneficial_owner_is_a_person_with_a_quarter_or_with_control() -> None:
    owners = (
        owner(share="25"), owner("B", "24.9999"), owner("C", "1", controls=True), owner("D AG", "40", is_entity=True),
    )  # fmt: skip
    roles = [(each.role, each.full_name) for each in entity(owners=owners).related]
    assert roles == [
        (RelatedRole.LEGAL_ENTITY, "Muster GmbH"), (RelatedRole.DIRECTOR, "Anna Muster"),
        (RelatedRole.DIRECTOR, "Bert Beispiel"), (RelatedRole.BENEFICIAL_OWNER, "Anna Muster"),
        (RelatedRole.OWNER, "B"), (RelatedRole.BENEFICIAL_OWNER, "C"), (RelatedRole.OWNER, "D AG"),
    ]  # fmt: skip


def test_another_company_has_kyc_decide_anew_and_the_same_does_not() -> None:
    customer: Customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.decide_kyc(True, 1, NOW)
    customer.events.clear()
    later = NOW + timedelta(days=1)
    customer.submit_legal_entity(entity(), later)
    assert (customer.kyc_status, customer.kyc_version) == (KycStatus.SUBMITTED, 2)
    assert customer.events == [model.CustomerKycSubmitted("c1", later)]
    customer.decide_kyc(True, 2, later)
    customer.submit_legal_entity(entity(), later)
    assert (customer.kyc_status, customer.kyc_version) == (KycStatus.APPROVED, 2)


def test_before_the_kyc_details_a_company_is_only_kept() -> None:
    customer = registered()
    customer.submit_legal_entity(entity(), NOW)
    assert (customer.legal_entity, customer.kyc_version, customer.events) == (entity(), 0, [])


def test_an_erasure_forgets_the_company_and_keeps_it_where_the_law_wants_it() -> None:
    customer = registered()
    customer.submit_kyc(details(), NOW)
    customer.submit_legal_entity(entity(), NOW)
    assert "Bert Beispiel" in model.identity_details(customer)
    customer.erase("c1", NOW)
    assert customer.legal_entity is None
