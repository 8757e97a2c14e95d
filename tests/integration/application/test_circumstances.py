"""What a customer states of work and household: kept, shown, told to those who judge, and in one currency."""

from typing import Any

import pytest

from loanflow.application.v1 import application_service_pb2 as pb
from services.runtime.errors import InvalidArgument
from tests.harness import customer
from tests.integration.application.test_application import Service, money, running

__all__ = ["running"]

STATED: dict[str, Any] = {
    "employment_years": 0, "employment": "EMPLOYMENT_SELF_EMPLOYED", "housing": "HOUSING_RENTED",
    "monthly_expenses": money("900.00"), "assets": money("0.00"), "debts": money("120.50"),
}  # fmt: skip


def test_circumstances_are_kept_as_they_were_stated(running: Service) -> None:
    owner = customer()
    made = running.draft(owner, circumstances=STATED)
    assert made.circumstances.HasField("employment_years") and made.circumstances.employment_years == 0
    assert made.circumstances.assets.amount == "0.00"
    read = running.client(owner).GetApplication(pb.GetApplicationRequest(application_id=made.application_id))
    assert read.application.circumstances == made.circumstances
    some = running.draft(owner, circumstances={"housing": "HOUSING_OWNED"}).circumstances
    assert not some.HasField("employment_years") and not some.HasField("monthly_expenses")
    assert not running.draft(owner).HasField("circumstances")


@pytest.mark.parametrize("name", ["monthly_expenses", "assets", "debts"])
def test_amounts_are_in_the_currency_of_the_facility_and_not_below_zero(running: Service, name: str) -> None:
    for amount, reason in ((money("1", "CHF"), "WRONG_CURRENCY"), (money("-1"), "INVALID_FIELD")):
        with pytest.raises(InvalidArgument) as refused:
            running.draft(customer(), circumstances={**STATED, name: amount})
        assert refused.value.reason == reason
        assert refused.value.violations[0].field == f"circumstances.{name}"
