"""Registration, profile and KYC details, over gRPC."""

from collections.abc import Callable
from typing import Any

import pytest

from loanflow.customer.v1 import customer_pb2
from loanflow.customer.v1 import customer_service_pb2 as pb
from loanflow.kyc.v1 import kyc_events_pb2
from services.runtime.errors import (
    Error,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from services.runtime.ids import new_id
from tests.harness import customer, service, staff
from tests.integration.customer.conftest import IBAN, Customers

OFFICER = staff("OFFICER")


@pytest.mark.parametrize(
    "address", ["a..b@customer.example", "anna@example.org.", '"anna"@example.org', "änna@example.org"]
)
def test_an_address_that_no_mail_reaches_is_refused(customers: Customers, address: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        customers.ask(address)
    assert (refused.value.violations[0].field, refused.value.reason) == ("email", "INVALID_FIELD")


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u00a0\u00a0", "\u202eannA", "An\u0000na", "\u0301\u0302", "12"])
def test_an_unreadable_name_is_refused(customers: Customers, name: str) -> None:
    anna = customers.register()
    request = pb.UpdateProfileRequest(customer_id=anna.customer_id, full_name=name, phone="+4930123456")
    with pytest.raises(InvalidArgument) as refused:
        customers.client(customer(anna.customer_id)).UpdateProfile(request)
    assert refused.value.violations[0].field == "full_name"


@pytest.mark.parametrize("name", ["Дмитрий Шостакович", "محمد بن عبد الله", "राजेश कुमार", "สมชาย ใจดี", "김민수"])
def test_a_name_is_taken_in_its_own_script(customers: Customers, name: str) -> None:
    anna = customers.register().customer_id
    request = pb.UpdateProfileRequest(customer_id=anna, full_name=name, phone="+4930123456")
    assert customers.own(anna).UpdateProfile(request).customer.full_name == name


def test_a_name_or_an_address_that_no_paper_can_show_is_refused_at_the_door(customers: Customers) -> None:
    anna, wrong = customers.register().customer_id, "Ada 𓀀"
    address = customer_pb2.Address(street=wrong, city="Berlin", postal_code="10115", country="DE")
    said = {"password": "correct horse battery", "full_name": wrong, "phone": "+4930123456"}
    calls: list[Callable[[], Any]] = [
        lambda: customers.client().Register(pb.RegisterRequest(email="ada@example.org", **said)),
        lambda: customers.own(anna).UpdateProfile(
            pb.UpdateProfileRequest(customer_id=anna, full_name=wrong, phone="+4930123456")
        ),
        lambda: customers.submit_kyc(anna, address=address),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument, match="U\\+13000") as refused:
            call()
        assert refused.value.reason == "TEXT_UNPRINTABLE"


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "anna"), ("password", "short"), ("full_name", " "), ("phone", "015112345678")],
)
def test_a_bad_registration_names_the_field(customers: Customers, field: str, value: str) -> None:
    given = {"email": "a@b.org", "password": "correct horse", "full_name": "Anna", "phone": "+4930123456"}
    with pytest.raises(InvalidArgument) as refused:
        customers.client().Register(pb.RegisterRequest(**{**given, field: value}))
    assert refused.value.violations[0].field == field


def test_profile_and_kyc_are_the_customers_own(customers: Customers) -> None:
    anna = customers.register().customer_id
    stranger = customers.client(customer())
    calls: list[Callable[[], Any]] = [
        lambda: stranger.GetProfile(pb.GetProfileRequest(customer_id=anna)),
        lambda: stranger.UpdateProfile(
            pb.UpdateProfileRequest(customer_id=anna, full_name="Eve Evil", phone="+4930123456")
        ),
        lambda: customers.client(staff("MANAGER")).GetProfile(pb.GetProfileRequest(customer_id=anna)),
        lambda: customers.client(OFFICER).EraseCustomer(pb.EraseCustomerRequest(customer_id=anna)),
        lambda: customers.client(service("approval")).GetParty(pb.GetPartyRequest(customer_id=anna)),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert customers.profile(anna).full_name == "Anna Muster"


def test_an_officer_corrects_a_name(customers: Customers) -> None:
    anna = customers.register().customer_id
    request = pb.UpdateProfileRequest(customer_id=anna, full_name="Anna Neu", phone="+4915112345678")
    assert customers.client(OFFICER).UpdateProfile(request).customer.full_name == "Anna Neu"
    assert customers.own(anna).UpdateProfile(request).customer.full_name == "Anna Neu"
    assert customers.published() == ["customer.registered", "customer.profile.updated"]


def test_the_language_is_kept_sealed_told_and_read_by_who_makes_papers(customers: Customers) -> None:
    anna = customers.register().customer_id
    party = customers.client(service("agreement")).GetParty

    def update(**given: str) -> Any:
        request = pb.UpdateProfileRequest(customer_id=anna, full_name="Anna Muster", phone="+4915112345678", **given)
        return customers.own(anna).UpdateProfile(request).customer

    assert customers.profile(anna).language == ""
    assert update(language="DE").language == "de"
    [row] = customers.rows("SELECT language FROM customers")
    assert row["language"] not in (None, "", "de")
    # Whoever knows of no language leaves it.
    assert update().language == customers.profile(anna).language == "de"
    assert party(pb.GetPartyRequest(customer_id=anna)).party.language == "de"
    assert customers.published() == ["customer.registered", "customer.profile.updated"]
    assert update(language="").language == party(pb.GetPartyRequest(customer_id=anna)).party.language == ""
    # No language at all, and one that no paper is in.
    for wrong in ("tlh", "it"):
        with pytest.raises(InvalidArgument) as refused:
            update(language=wrong)
        assert refused.value.violations[0].field == "language"
    update(language="ar")
    customers.own(anna).EraseCustomer(pb.EraseCustomerRequest(customer_id=anna))
    assert customers.rows("SELECT language FROM customers") == [{"language": None}]


def test_kyc_details_are_kept_and_decided_on(customers: Customers) -> None:
    anna = customers.register().customer_id
    submitted = customers.submit_kyc(anna)
    assert (submitted.kyc.payout_iban, submitted.kyc.monthly_income.amount) == (IBAN, "3200.50")
    assert submitted.kyc_status == customer_pb2.KYC_STATUS_SUBMITTED
    assert customers.profile(anna) == submitted
    assert submitted.kyc_version == 1
    customers.hear(kyc_events_pb2.KycRejected(customer_id=anna, kyc_version=1))
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_REJECTED
    customers.submit_kyc(anna, employer="")
    customers.hear(kyc_events_pb2.KycApproved(customer_id=anna, kyc_version=1))
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_SUBMITTED
    customers.hear(kyc_events_pb2.KycApproved(customer_id=anna, kyc_version=2))
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_APPROVED
    assert customers.published() == ["customer.registered", "customer.kyc.submitted", "customer.kyc.submitted"]


def test_who_is_bound_beside_a_customer_is_approved_with_them(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    parties = [kyc_events_pb2.ApprovedParty(customer_id=anna, kyc_version=1)]
    customers.hear(kyc_events_pb2.KycApproved(customer_id=new_id(), kyc_version=1, parties=parties))
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_APPROVED


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"birth_date": "2015-01-01"}, "kyc.birth_date", "IMPOSSIBLE_DATE"),
        ({"birth_date": "1990-02-30"}, "kyc.birth_date", "IMPOSSIBLE_DATE"),
        ({"birth_date": "31.01.1990"}, "kyc.birth_date", "INVALID_FIELD"),
        ({"payout_iban": "DE89370400440532013001"}, "kyc.payout_iban", "INVALID_FIELD"),
        ({"payout_iban": ""}, "kyc.payout_iban", "INVALID_FIELD"),
        ({"payout_iban": "AT32010000000173363"}, "kyc.payout_iban", "INVALID_FIELD"),
        ({"payout_iban": "XX0812345678901"}, "kyc.payout_iban", "INVALID_FIELD"),
        ({"nationality": "UK"}, "kyc.nationality", "INVALID_FIELD"),
        ({"national_id": "44051401358", "nationality": "PL"}, "kyc.national_id", "INVALID_FIELD"),
        ({"nationality": "Germany"}, "kyc.nationality", "INVALID_FIELD"),
        ({"address": None}, "kyc.address", "INVALID_FIELD"),
        ({"monthly_income": {"currency": "EUR", "amount": "-1.00"}}, "kyc.monthly_income", "INVALID_FIELD"),
        ({"monthly_income": {"currency": "EUR", "amount": "1.005"}}, "kyc.monthly_income", "INVALID_FIELD"),
    ],
)
def test_bad_kyc_details_name_the_field(
    customers: Customers, changes: dict[str, object], field: str, reason: str
) -> None:
    anna = customers.register().customer_id
    with pytest.raises(InvalidArgument) as refused:
        customers.submit_kyc(anna, **changes)
    assert (refused.value.violations[0].field, refused.value.reason) == (field, reason)
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_MISSING


def test_kyc_details_are_kept_in_one_form_however_they_are_written(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna, payout_iban=IBAN, national_id="L01X00T47")
    spaced = " ".join(IBAN[start : start + 4] for start in range(0, len(IBAN), 4)).lower()
    again = customers.submit_kyc(anna, payout_iban=spaced, national_id="l01x00t47")
    assert (again.kyc.payout_iban, again.kyc.national_id, again.kyc_version) == (IBAN, "L01X00T47", 1)


def test_services_get_the_party(customers: Customers) -> None:
    anna = customers.register().customer_id
    client = customers.client(service("notification"))
    party = client.GetParty(pb.GetPartyRequest(customer_id=anna)).party
    assert (party.full_name, party.email, party.kyc_details_complete) == ("Anna Muster", "anna@example.org", False)
    customers.submit_kyc(anna)
    party = client.GetParty(pb.GetPartyRequest(customer_id=anna)).party
    assert (party.birth_date, party.payout_iban, party.address.city) == ("1990-01-31", IBAN, "Berlin")
    assert (party.kyc_details_complete, party.kyc_version) == (True, 1)
    request = pb.UpdateProfileRequest(customer_id=anna, full_name="Anna Neu", phone="+4915112345678")
    customers.own(anna).UpdateProfile(request)
    assert client.GetParty(pb.GetPartyRequest(customer_id=anna)).party.kyc_version == 2


def test_a_project_that_is_rejected_leaves_its_customer_approved(customers: Customers) -> None:
    anna = customers.register().customer_id
    customers.submit_kyc(anna)
    rejection: dict[str, Any] = {"customer_id": anna, "kyc_version": 1, "rejection_reason": 3}
    customers.hear(kyc_events_pb2.KycRejected(**rejection, customer_approved=True))
    assert customers.profile(anna).kyc_status == customer_pb2.KYC_STATUS_APPROVED


def test_an_unknown_customer_is_not_found(customers: Customers) -> None:
    unknown = new_id()
    calls: list[Callable[[], Any]] = [
        lambda: customers.profile(unknown),
        lambda: customers.submit_kyc(unknown),
        lambda: customers.own(unknown).EraseCustomer(pb.EraseCustomerRequest(customer_id=unknown)),
    ]
    for call in calls:
        with pytest.raises(Error) as refused:
            call()
        assert isinstance(refused.value, NotFound)
    customers.hear(kyc_events_pb2.KycApproved(customer_id=unknown))
