"""A loan's security after the decision: offers and payouts are held to the rules by what it is worth then."""

from datetime import timedelta
from typing import Any

import pytest

from loanflow.risk.v1 import collateral_pb2
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.runtime.errors import InvalidArgument
from tests.harness import service
from tests.integration.risk.conftest import Risk, euros
from tests.integration.risk.test_collateral import add, settle, value

ACTIVATION = service("activation")
VEHICLE = collateral_pb2.COLLATERAL_TYPE_VEHICLE


def decided(risk: Risk, **changes: Any) -> tuple[str, str]:
    """A vehicle of 40000 secures a loan of 10000 that was approved; the ids."""
    application_id = risk.submit(facility_type="VEHICLE", **changes)
    item = add(risk, application_id, kind=VEHICLE)
    value(risk, application_id, item, value=euros("40000"))
    settle(risk, application_id, item)
    risk.approve_kyc(application_id)
    risk.decide(application_id)
    return application_id, item


def against(risk: Risk, application_id: str, terms_hash: str = "") -> list[str]:
    """What stands against paying out, as the activation service asks."""
    request = pb.GetReportRequest(application_id=application_id, terms_hash=terms_hash)
    return list(risk.client(ACTIVATION).GetReport(request).rules_against)


def test_a_valuation_that_becomes_too_old_after_the_decision_stops_offers_and_the_payout(risk: Risk) -> None:
    application_id, item = decided(risk)
    terms_hash = risk.assess_offer(application_id).terms_hash
    assert not against(risk, application_id, terms_hash)
    risk.clock.advance(timedelta(days=100))
    assert against(risk, application_id, terms_hash) == ["VALUATION_TOO_OLD"]
    with pytest.raises(InvalidArgument) as old:
        risk.assess_offer(application_id)
    assert (old.value.reason, old.value.metadata["bound"]) == ("ASSESSED_LIMIT", "VALUATION_TOO_OLD")
    value(risk, application_id, item, value=euros("39000"))
    assert against(risk, application_id, terms_hash) == ["VALUATION_TOO_OLD"]
    settle(risk, application_id, item, number=2)
    assert not against(risk, application_id, terms_hash)
    assert risk.assess_offer(application_id).terms_hash == terms_hash


def test_a_value_that_falls_after_the_decision_stops_what_it_does_not_cover(risk: Risk) -> None:
    application_id, item = decided(risk)
    high, low = (risk.assess_offer(application_id, principal=euros(each)) for each in ("10000", "8000"))
    value(risk, application_id, item, value=euros("9000"))
    assert against(risk, application_id) == against(risk, application_id, high.terms_hash) == ["LOAN_ABOVE_VALUE"]
    assert not against(risk, application_id, low.terms_hash)
    with pytest.raises(InvalidArgument) as fallen:
        risk.assess_offer(application_id)
    assert (fallen.value.reason, fallen.value.metadata["bound"]) == ("ASSESSED_LIMIT", "LOAN_ABOVE_VALUE")
    value(risk, application_id, item, value=euros("0"))
    assert against(risk, application_id, low.terms_hash) == ["LOAN_ABOVE_VALUE"]
    other = add(risk, application_id, kind=collateral_pb2.COLLATERAL_TYPE_GOLD)
    value(risk, application_id, other, value=euros("50000"))
    settle(risk, application_id, other)
    assert not against(risk, application_id, high.terms_hash)


def test_what_the_decision_addressed_is_not_asked_again(risk: Risk) -> None:
    application_id = risk.submit(facility_type="VEHICLE")
    item = add(risk, application_id, kind=VEHICLE)
    value(risk, application_id, item, value=euros("40000"), valuation_date="2030-01-02")
    settle(risk, application_id, item)
    risk.approve_kyc(application_id)
    assert not against(risk, application_id)
    risk.decide(application_id, addressed_rules=["VALUATION_TOO_OLD"])
    assert not against(risk, application_id, risk.assess_offer(application_id).terms_hash)
