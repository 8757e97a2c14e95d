"""Requests are brought into their normal form before the rules look at them."""

import pytest

from loanflow.application.v1 import application_service_pb2 as application
from loanflow.auth.v1 import auth_service_pb2 as auth
from loanflow.customer.v1 import customer_pb2, customer_service_pb2
from services.runtime.errors import InvalidArgument
from services.runtime.serving.interceptors.validation import validate

ID = "0c8f9a52-6f0e-4b1d-9a57-2f7d0f6f3c11"


def kyc(**others: str) -> customer_service_pb2.SubmitKycRequest:
    given = {"national_id": "l01x00t47", "birth_date": "1990-01-31", "nationality": "DE",
             "payout_iban": "de89 3704 0044 0532 0130 00"}  # fmt: skip
    address = customer_pb2.Address(street="Cafe\u0301weg\u00a01", city="Köln", postal_code="50667", country="DE")
    details = customer_pb2.KycDetails(address=address)
    for name, text in (given | others).items():
        setattr(details, name, text)
    return customer_service_pb2.SubmitKycRequest(customer_id=ID, kyc=details)


def refusal(message: object) -> InvalidArgument:
    with pytest.raises(InvalidArgument) as refused:
        validate(message)  # type: ignore[arg-type]
    return refused.value


def test_what_has_a_kind_is_passed_on_in_its_normal_form() -> None:
    request = kyc()
    validate(request)
    assert request.kyc.payout_iban == "DE89370400440532013000"
    assert request.kyc.national_id == "L01X00T47"
    assert request.kyc.address.street == "Caféweg 1"
    login = auth.LoginRequest(email="Ada@Bücher.Example", password=" p\u0301 ")
    validate(login)
    assert (login.email, login.password) == ("Ada@xn--bcher-kva.example", " p\u0301 ")


def test_a_country_decides_about_the_number_beside_it() -> None:
    assert refusal(kyc(nationality="ES", national_id="12345678A")).violations[0].field == "kyc.national_id"
    validate(kyc(nationality="DE", national_id="12345678A"))


def test_each_field_is_named_once_however_many_rules_it_breaks() -> None:
    refused = refusal(kyc(payout_iban="XX", nationality="UK", birth_date="1990-1-31"))
    assert [each.field for each in refused.violations] == ["kyc.nationality", "kyc.payout_iban", "kyc.birth_date"]
    assert refused.reason == "INVALID_FIELD"


def test_a_date_of_no_calendar_has_its_own_reason() -> None:
    refused = refusal(kyc(birth_date="1990-02-30"))
    assert (refused.reason, refused.violations[0].field) == ("IMPOSSIBLE_DATE", "kyc.birth_date")


def test_lengths_are_those_of_the_normal_form() -> None:
    request = auth.CreateClientRequest(name="e\u0301" * 100, scopes=["SCOPE_LOANS_READ"])
    validate(request)
    assert request.name == "é" * 100


def test_the_fields_of_nested_messages_are_named_by_their_path() -> None:
    request = application.CreateApplicationRequest(facility_type="PERSONAL", tenure_months=12)
    request.project.name = "\u200b"
    request.amount.currency, request.amount.amount = "ZZZ", "1"
    assert {"project.name", "amount.currency"} <= {each.field for each in refusal(request).violations}
