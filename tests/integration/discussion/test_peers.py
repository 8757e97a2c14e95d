"""The call to risk, against the risk service itself on a real server."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from loanflow.types.v1 import terms_pb2
from services.discussion.peers import RiskPeer
from services.lending import LoanTerms
from services.runtime.calling import clients
from services.runtime.errors import InvalidArgument
from services.terms import to_terms
from tests.harness import Mesh, Servers
from tests.integration.risk.conftest import Risk, euros, risk

__all__ = ["risk"]


def terms(**changes: Any) -> LoanTerms:
    asked = terms_pb2.LoanTerms(principal=euros("10000"), annual_rate_percent="7.5", tenure_months=36)
    return replace(to_terms(asked), **changes)


def test_risk_assesses_the_terms_that_the_discussion_is_about_to_offer(
    mesh: Mesh, client_for: Servers, risk: Risk
) -> None:
    application_id = risk.assessed(monthly_income=euros("2000"))
    risk.decide(application_id)
    target = client_for.serve(
        risk.servicer, owners={"application_id": risk.app.owner_of}, store=risk.traffic.database, name="risk"
    ).target
    with clients.channel("risk", target, mesh.identity("discussion")) as opened:
        RiskPeer(opened).assess_offer(application_id, terms())
        with pytest.raises(InvalidArgument) as refused:
            RiskPeer(opened).assess_offer(application_id, terms(tenure_months=6))
    assert (refused.value.reason, refused.value.metadata["limit"]) == ("ASSESSED_LIMIT", "monthly_instalment")
    (kept,) = risk.report(application_id).offers
    assert kept.terms_hash == terms(annual_rate_percent=Decimal("7.50")).hash()
