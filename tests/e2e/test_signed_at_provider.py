"""A loan whose agreement is signed at DocuSign, from the customer's first call to the payout, and who may call back."""

import ssl
from typing import Any

import httpx
import pytest

from services.agreement import verify
from stack.demo.journey import LoanJourney
from stack.layout import Layout
from stack.servers.providers import ADOBE_CLIENT
from tests.e2e.conftest import NewJourney
from tests.waiting import until


@pytest.fixture
def generated(new_journey: NewJourney) -> LoanJourney:
    """A loan of a type with a provider, whose agreement only has to be signed."""
    journey = new_journey()
    assert journey.applicant.facility_type == "PERSONAL"
    journey.register()
    journey.apply()
    journey.agree()
    journey.wait("AGREEMENT_GENERATED")
    return journey


def begun(journey: LoanJourney) -> dict[str, Any]:
    """Begins the signing, and goes on until the provider has it."""
    found: dict[str, Any] = {}

    def is_there() -> bool:
        found.update(journey.customer.post(f"/api/v1/agreement/{journey.application_id}/esign/provider"))
        return bool(found.get("signingUrl"))

    until(is_there)
    return found


def visit(layout: Layout, url: str) -> httpx.Response:
    """A browser that is led to the provider."""
    trust = ssl.create_default_context(cafile=str(layout.pki / "ca.pem"))
    return httpx.get(url, verify=trust, follow_redirects=False)


def test_a_loan_is_signed_at_docusign_and_paid_out(generated: LoanJourney, layout: Layout) -> None:
    customer, agreement = generated.customer, f"/api/v1/agreement/{generated.application_id}"
    there = begun(generated)
    assert there["session"]["provider"] == "SIGNING_METHOD_DOCUSIGN"
    assert customer.get(agreement)["agreement"]["status"] == "AGREEMENT_STATUS_SIGNING"
    assert visit(layout, there["signingUrl"]).status_code == 302
    # Long before it would be asked for: DocuSign has called back.
    generated.wait("DISBURSED")
    found = customer.get(agreement)["agreement"]
    assert (found["status"], found["session"]["status"]) == ("AGREEMENT_STATUS_SIGNED", "SIGNING_SESSION_STATUS_SIGNED")
    assert found["signature"]["method"] == "SIGNING_METHOD_DOCUSIGN"
    checked = verify.checked(customer.read(f"{agreement}/pdf"))
    assert checked.intact and [each["method"] for each in checked.signatures] == ["DOCUSIGN"]
    for document in ("PROVIDER_SIGNED", "PROVIDER_CERTIFICATE"):
        assert customer.read(f"{agreement}/pdf", document=f"AGREEMENT_DOCUMENT_{document}").startswith(b"%PDF")
    assert visit(layout, there["signingUrl"]).status_code == 410
    assert customer.get(f"{agreement}/verify")["verification"]["intact"]


def test_who_is_no_provider_is_refused_at_the_edge_by_name(raw: httpx.Client) -> None:
    path = "/api/v1/agreement/callbacks/docusign/00000000-0000-4000-8000-000000000001"
    body = b'{"event": "envelope-completed", "data": {"envelopeId": "e1"}}'
    signed = {"content-type": "application/json", "x-docusign-signature-1": "d3Jvbmc="}
    for headers in (signed, {"content-type": "application/json"}):
        answer = raw.post(path, content=body, headers=headers)
        (detail,) = (each for each in answer.json()["details"] if "reason" in each)
        assert (answer.status_code, detail["reason"]) == (401, "SIGNATURE_INVALID")
        assert detail["metadata"]["provider"] == "DOCUSIGN"


def test_adobe_gets_its_name_back_through_the_edge(raw: httpx.Client) -> None:
    path, name = "/api/v1/agreement/callbacks/adobe-sign", "X-AdobeSign-ClientId"
    answer = raw.get(path, headers={name: ADOBE_CLIENT})
    assert (answer.status_code, answer.headers[name]) == (200, ADOBE_CLIENT)
    assert raw.get(path, headers={name: "another"}).status_code == 401
