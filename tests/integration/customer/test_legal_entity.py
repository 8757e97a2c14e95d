"""The company for which a customer acts: taken whole or refused by its field, sealed, shown to services, and erased."""

from typing import Any

import pytest

from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from tests.harness import customer, service
from tests.integration.customer.conftest import Customers

PERSONAL = ("muster gmbh", "201434", "529900t8bm49aursdo55", "bert", "beispiel", "carl", "werkstr")


def entity(**changes: Any) -> customer_pb2.LegalEntity:
    given: dict[str, Any] = {
        "name": "Muster GmbH",
        "legal_form": "GmbH",
        "country": "DE",
        "register": "Handelsregister",
        "registration_number": "Stuttgart HRB 201434",
        "lei": "529900T8BM49AURSDO55",
        "address": {"street": "Werkstraße 1", "city": "Stuttgart", "postal_code": "70173", "country": "DE"},
        "directors": [{"full_name": "Anna Muster", "country": "DE"}, {"full_name": "Bert Beispiel", "country": "AT"}],
        "owners": [
            {"name": "Anna Muster", "birth_date": "1990-01-31", "country": "DE", "share_percent": "51"},
            {"name": "Carl AG", "is_entity": True, "country": "CH", "share_percent": "49"},
        ],
        "authority": {"kind": customer_pb2.AUTHORITY_KIND_DIRECTOR},
    }
    return customer_pb2.LegalEntity(**{**given, **changes})


def submit(customers: Customers, customer_id: str, **changes: Any) -> Any:
    request = pb.SubmitLegalEntityRequest(customer_id=customer_id, legal_entity=entity(**changes))
    return customers.own(customer_id).SubmitLegalEntity(request).customer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lei": "529900T8BM49AURSDO56"}, "legal_entity.lei"),
        ({"registration_number": "Stuttgart HRC 201434"}, "legal_entity.registration_number"),
        ({"country": "FR", "registration_number": "404833047"}, "legal_entity.registration_number"),
        ({"owners": [{"name": "Anna Muster", "country": "DE", "share_percent": "60"}]}, "legal_entity.owners"),
        ({"owners": [{"name": "Al", "country": "DE", "share_percent": "101"}]}, "legal_entity.owners[0].share_percent"),
        ({"directors": []}, "legal_entity.directors"),
        ({"authority": {"kind": 1, "grantor_name": "Bert Beispiel"}}, "legal_entity.authority"),
    ],
)  # fmt: skip
def test_what_is_refused_and_by_which_field(customers: Customers, changes: dict[str, Any], field: str) -> None:
    anna = customers.register().customer_id
    with pytest.raises(InvalidArgument) as refusal:
        submit(customers, anna, **changes)
    assert [each.field for each in refusal.value.violations] == [field]
    assert not customers.profile(anna).HasField("legal_entity")


def test_who_is_no_director_has_no_authority_of_their_own(customers: Customers) -> None:
    anna = customers.register().customer_id
    directors = [{"full_name": "Bert Beispiel", "country": "AT"}]
    with pytest.raises(FailedPrecondition) as refusal:
        submit(customers, anna, directors=directors)
    assert refusal.value.reason == "AUTHORITY_MISSING"
    given = {"kind": customer_pb2.AUTHORITY_KIND_PROCURATION, "grantor_name": "Bert Beispiel"}
    assert submit(customers, anna, directors=directors, authority=given).HasField("legal_entity")


def test_a_company_is_kept_in_its_normal_form_and_kyc_decides_anew(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    given = entity(lei="5299 00t8 bm49 aurs do55")
    made = submit(customers, anna, lei=given.lei)
    assert made.legal_entity == entity() == customers.profile(anna).legal_entity
    assert (made.kyc_status, made.kyc_version) == (customer_pb2.KYC_STATUS_SUBMITTED, 2)
    assert customers.published()[-1] == "customer.kyc.submitted"
    party = customers.client(service("kyc")).GetParty(pb.GetPartyRequest(customer_id=anna)).party
    assert party.legal_entity == entity()
    assert [(each.role, each.full_name) for each in party.related_subjects] == [
        (customer_pb2.RELATED_ROLE_LEGAL_ENTITY, "Muster GmbH"),
        (customer_pb2.RELATED_ROLE_DIRECTOR, "Anna Muster"),
        (customer_pb2.RELATED_ROLE_DIRECTOR, "Bert Beispiel"),
        (customer_pb2.RELATED_ROLE_BENEFICIAL_OWNER, "Anna Muster"),
        (customer_pb2.RELATED_ROLE_OWNER, "Carl AG"),
    ]


def test_only_the_customer_says_for_which_company_they_act(customers: Customers) -> None:
    anna, other = customers.register().customer_id, customers.register("other@example.org").customer_id
    request = pb.SubmitLegalEntityRequest(customer_id=anna, legal_entity=entity())
    with pytest.raises(PermissionDenied):
        customers.client(customer(other)).SubmitLegalEntity(request)


def test_nothing_of_directors_and_owners_is_readable_and_an_erasure_takes_it(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    submit(customers, anna)
    tables = ("customers", "audit", "outbox")
    stored = "\n".join(str(row["t"]) for each in tables for row in customers.rows(f"SELECT t::text FROM {each} t"))
    assert not [each for each in PERSONAL if each in stored.lower()]
    customers.own(anna).EraseCustomer(pb.EraseCustomerRequest(customer_id=anna))
    [left] = customers.rows("SELECT legal_entity, data_key FROM customers")
    assert left == {"legal_entity": None, "data_key": None}
    with pytest.raises(NotFound):
        submit(customers, anna)
