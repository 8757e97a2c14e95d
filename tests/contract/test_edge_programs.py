"""Programs of partners at the edge: their scopes, their rate, and what a service learns of where a call came from."""

import hashlib
import ssl
import time
from pathlib import Path

import httpx
import pytest

from envoy.limits import PROGRAM_RATES
from tests.contract.conftest import RunningEdge
from tests.contract.raw import request
from tests.contract.test_edge import ID, last_call, problem

APPLICATION, STAFFS, OWN = f"/api/v1/applications/{ID}", f"/api/v1/risk/{ID}/score", "/api/v1/auth/registration"


def program(edge: RunningEdge, scope: str, **claims: object) -> dict[str, str]:
    """The header of a program's token."""
    return edge.bearer(scope=scope, client_id="p1", rate=6000, **claims)


@pytest.mark.parametrize(
    ("path", "scope", "status"),
    [
        (APPLICATION, "applications.read", 200),
        (APPLICATION, "loans.read applications.read documents.read", 200),
        (OWN, "registration.read", 200),
        (APPLICATION, "", 403),
        (APPLICATION, "loans.read", 403),
        (APPLICATION, "applications.readx xapplications.read", 403),
        (APPLICATION, "applicationsxread", 403),
        (APPLICATION, "applications.read,loans.read", 403),
        (OWN, "applications.read", 403),
        (STAFFS, "applications.read loans.read documents.read registration.read OFFICER", 403),
    ],
)
def test_a_scope_opens_what_the_contract_says_and_nothing_else(
    edge: RunningEdge, path: str, scope: str, status: int
) -> None:
    assert httpx.get(edge.url + path, headers=program(edge, scope)).status_code == status


def test_a_scope_is_no_role_and_a_role_no_scope(edge: RunningEdge) -> None:
    assert httpx.get(edge.url + STAFFS, headers=program(edge, "OFFICER ADMIN")).status_code == 403
    assert httpx.get(edge.url + OWN, headers=edge.bearer("ADMIN", "registration.read")).status_code == 403


def test_a_service_learns_the_address_and_no_caller_can_say_another(edge: RunningEdge) -> None:
    forged = dict.fromkeys(
        ("x-loanflow-address", "x-forwarded-for", "x-real-ip", "x-envoy-external-address"), "203.0.113.9"
    )
    forged |= {"x-loanflow-certificate": "ab" * 32, "x-loanflow-rate": "6000", "x-loanflow-program": "other"}
    headers = program(edge, "registration.read") | forged
    assert request(edge, "GET", OWN, headers, address="127.0.7.7").status == 200
    metadata = last_call(edge).metadata
    assert metadata["x-loanflow-address"] == "127.0.7.7"
    assert (metadata["x-loanflow-program"], metadata["x-loanflow-rate"]) == ("p1", "6000")
    assert "x-loanflow-certificate" not in metadata


def test_a_program_has_its_rate_for_all_its_tokens_together(edge: RunningEdge) -> None:
    slow = min(PROGRAM_RATES)
    tokens = [edge.bearer(scope="applications.read", client_id="slow", rate=slow, sub=f"c{n}") for n in range(3)]
    # A sixth of its minute at once, and as much again every ten seconds, however slow the machine is that asks.
    at_once, begun = slow // 6, time.monotonic()
    with httpx.Client() as client:
        answers = [client.get(edge.url + APPLICATION, headers=tokens[n % 3]) for n in range(3 * at_once)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert len(answers) - len(refused) <= at_once * (2 + (time.monotonic() - begun) // 10)
    assert {problem(answer) for answer in refused} == {(429, 8, "RATE_LIMITED")}
    other = edge.bearer(scope="applications.read", client_id="calm", rate=slow, sub="c0")
    assert httpx.get(edge.url + APPLICATION, headers=other).status_code == 200


def test_a_service_learns_the_clients_certificate_and_none_is_needed(edge: RunningEdge, certificates: Path) -> None:
    trust = ssl.create_default_context(cafile=certificates / "ca.pem")
    trust.check_hostname = False
    headers = program(edge, "registration.read") | {"x-loanflow-certificate": "ab" * 32}
    with httpx.Client(verify=trust) as client:
        assert client.get(edge.tls_url + OWN, headers=headers).status_code == 200
    assert "x-loanflow-certificate" not in last_call(edge).metadata
    trust.load_cert_chain(certificates / "kyc" / "tls.pem", certificates / "kyc" / "tls.key")
    with httpx.Client(verify=trust) as client:
        assert client.get(edge.tls_url + OWN, headers=headers).status_code == 200
    first = (certificates / "kyc" / "tls.pem").read_text().partition("-----END CERTIFICATE-----")
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert("".join(first[:2]))).hexdigest()
    assert last_call(edge).metadata["x-loanflow-certificate"] == shown
