"""What HTTP has words for, through the whole platform: ids, schemes, escapes, names of files, OAuth2's errors."""

import base64
from typing import Any

import httpx
import pytest

from stack.demo.journey import LoanJourney
from tests.e2e.conftest import NewJourney
from tests.e2e.test_refusals import bearer, refusal, upload
from tests.fakes.files import PDF

TOKEN = "/oauth2/token"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture(scope="module")
def journeys() -> list[LoanJourney]:
    return []


@pytest.fixture
def drafted(journeys: list[LoanJourney], new_journey: NewJourney) -> LoanJourney:
    """A journey whose application is a draft, the same for all tests here."""
    if not journeys:
        journeys.append(new_journey())
        journeys[0].register()
        journeys[0].apply()
    return journeys[0]


def test_an_id_in_capitals_is_the_same_id(drafted: LoanJourney, raw: httpx.Client) -> None:
    mine = bearer(drafted.customer)
    for path in ("/api/v1/customers/{}/profile", "/api/v1/applications/{}", "/api/v1/documents/{}/checklist"):
        name = drafted.customer.account_id if "customers" in path else drafted.application_id
        assert (
            raw.get(path.format(name.upper()), headers=mine).json() == raw.get(path.format(name), headers=mine).json()
        )
    form = {"customerId": drafted.customer.account_id.upper()}
    known = drafted.read()
    names = ("project", "facilityType", "amount", "tenureMonths", "monthlyIncome", "monthlyDebts")
    made = raw.post("/api/v1/applications", json=form | {name: known[name] for name in names}, headers=mine)
    assert made.json()["application"]["customerId"] == drafted.customer.account_id


def test_the_scheme_is_in_any_case(drafted: LoanJourney, raw: httpx.Client) -> None:
    for scheme in ("bearer", "BEARER"):
        headers = {"authorization": f"{scheme} {drafted.customer.token}"}
        assert raw.get("/api/v1/applications", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/applications/%FF", "/api/v1/applications/%00", "/api/v1/applications?status=%zz"]
)
def test_broken_escapes_are_malformed(drafted: LoanJourney, raw: httpx.Client, path: str) -> None:
    url = httpx.URL(str(raw.base_url)).copy_with(raw_path=path.encode())
    assert refusal(raw.get(url, headers=bearer(drafted.customer))) == (400, "REQUEST_MALFORMED")


@pytest.mark.parametrize("boundary", ["\u043a\u043b".encode().decode("latin-1"), "b" * 71, ""])
def test_boundaries_that_are_none_are_malformed(drafted: LoanJourney, raw: httpx.Client, boundary: str) -> None:
    kind = f"multipart/form-data; boundary={boundary}".encode("latin-1")
    headers: Any = {b"content-type": kind, b"authorization": f"Bearer {drafted.customer.token}".encode()}
    assert refusal(raw.post("/api/v1/documents/upload", content=b"--x--", headers=headers))[0] == 400


def test_a_file_comes_back_under_its_name(drafted: LoanJourney, raw: httpx.Client) -> None:
    stored = upload(drafted, raw, 'p\u00e4ss "x".pdf', PDF).json()["document"]
    answer = raw.get(f"/api/v1/documents/{stored['documentId']}/content", headers=bearer(drafted.customer))
    assert answer.headers["content-disposition"].startswith('attachment; filename="p_ss ')
    assert "filename*=UTF-8''p%C3%A4ss%20" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "secret", "expected"),
    [
        (GRANT, "unknown:wrong", (401, "invalid_client")),
        (GRANT, None, (401, "invalid_client")),
        ({"grant_type": "password"}, "unknown:wrong", (400, "unsupported_grant_type")),
        ({"grant_type": ["client_credentials"] * 2}, "unknown:wrong", (400, "invalid_request")),
    ],
)
def test_errors_of_the_token_endpoint_are_oauths(
    raw: httpx.Client, form: dict[str, Any], secret: str | None, expected: tuple[int, str]
) -> None:
    headers = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    answer = raw.post(TOKEN, data=form, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == expected
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (expected[0] == 401)
