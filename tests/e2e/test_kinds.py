"""What the front accepts the back can do: wrong things are refused at the door by their field, over REST."""

import secrets
from typing import Any

import httpx
import pytest

from stack.demo.api import Session
from stack.demo.journey import LoanJourney
from stack.demo.registration import confirm
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.test_refusals import bearer

PASSWORD = "correct horse battery"


@pytest.fixture
def anna(new_journey: NewJourney) -> LoanJourney:
    """A customer with KYC details."""
    journey = new_journey()
    journey.register()
    return journey


def refused(answer: httpx.Response) -> list[str]:
    """The fields at fault of an answer that must be 400 INVALID_FIELD."""
    details = answer.json()["details"]
    assert (answer.status_code, details[0]["reason"]) == (400, "INVALID_FIELD"), answer.text
    return [each["field"] for each in details[1]["fieldViolations"]]


def registration(**changes: str) -> dict[str, str]:
    right = {"email": f"a.{secrets.token_hex(6)}@customer.example", "password": PASSWORD, "fullName": "Ada Lovelace"}
    return right | {"phone": "+4915112345678"} | changes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a..{}@customer.example"), ("email", "a{}@customer.example."), ("email", "ä{}@customer.example"),
        ("fullName", "\u200b\u200b"), ("fullName", "\u00a0\u00a0"), ("fullName", "Ada\u202eecalevoL"),
        ("fullName", "Ada\nLovelace"), ("phone", "+999123456789"), ("phone", "+1555"), ("phone", "0151 12345678"),
    ],
)  # fmt: skip
def test_a_registration_with_a_thing_that_is_none(raw: httpx.Client, field: str, value: str) -> None:
    form = registration(**{field: value.format(secrets.token_hex(6))})
    assert refused(raw.post("/api/v1/customers/register", json=form)) == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"payoutIban": "AT32010000000173363"}, {"payoutIban": "XX0812345678901"},
        {"payoutIban": "DE01370400440532013032"},
        {"nationality": "UK"}, {"nationality": "XK"}, {"nationalId": "44051401358", "nationality": "PL"},
        {"monthlyIncome": {"currency": "XAU", "amount": "1"}},
    ],
)  # fmt: skip
def test_kyc_details_with_a_thing_that_is_none(anna: LoanJourney, raw: httpx.Client, change: dict[str, Any]) -> None:
    place = f"/api/v1/customers/{anna.customer.account_id}"
    kept = anna.customer.get(f"{place}/profile")["customer"]["kyc"]
    answer = raw.put(f"{place}/kyc", json={"kyc": kept | change}, headers=bearer(anna.customer))
    assert refused(answer)[0].startswith(f"kyc.{next(iter(change))}")
    assert anna.customer.get(f"{place}/profile")["customer"]["kyc"] == kept


def test_kyc_details_in_another_spelling_are_the_same(anna: LoanJourney) -> None:
    place = f"/api/v1/customers/{anna.customer.account_id}"
    kept = anna.customer.get(f"{place}/profile")["customer"]
    spelled = kept["kyc"] | {
        "payoutIban": "de89 3704 0044 0532 0130 00",
        "nationalId": kept["kyc"]["nationalId"].lower(),
    }
    assert anna.customer.put(f"{place}/kyc", {"kyc": spelled})["customer"]["kycVersion"] == kept["kycVersion"]


@pytest.mark.parametrize("currency", ["ZZZ", "XXX", "XTS", "XAU", "eur"])
def test_no_loan_in_what_is_no_money(raw: httpx.Client, currency: str) -> None:
    terms = {"principal": {"currency": currency, "amount": "1000"}, "annualRatePercent": "12", "tenureMonths": 2}
    assert refused(raw.post("/api/v1/activation/simulate", json={"terms": terms})) == ["terms.principal.currency"]


@pytest.mark.parametrize(("currency", "decimals"), [("UYI", 0), ("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4)])
def test_amounts_have_the_decimals_of_their_currency(raw: httpx.Client, currency: str, decimals: int) -> None:
    terms = {"principal": {"currency": currency, "amount": "1000"}, "annualRatePercent": "12", "tenureMonths": 2}
    total = raw.post("/api/v1/activation/simulate", json={"terms": terms}).json()["cost"]["totalPaid"]["amount"]
    assert len(total.partition(".")[2]) == decimals


def test_another_spelling_of_an_address_is_the_same_account(edge: Session, raw: httpx.Client, layout: Layout) -> None:
    name = f"Anna.{secrets.token_hex(6)}"
    assert raw.post("/api/v1/customers/register", json=registration(email=f"{name}@Bücher.example")).status_code == 200
    spelled = f"{name.upper()}@xn--bcher-kva.EXAMPLE"
    confirm(edge, layout.mails, f"{name}@xn--bcher-kva.example", PASSWORD)
    assert edge.sign_in(spelled, PASSWORD).account_id == edge.sign_in(f"{name}@bücher.example", PASSWORD).account_id
