"""What bad input, wrong callers and wrong moments get over REST: one shape, the right code, and nothing changed."""

import json
import uuid
from typing import Any

import httpx
import pytest

from stack.demo.api import Refused, Session
from stack.demo.journey import LoanJourney
from tests.e2e.conftest import NewJourney

JSON = {"content-type": "application/json"}


@pytest.fixture
def drafted(new_journey: NewJourney) -> LoanJourney:
    """A journey whose application is a draft."""
    journey = new_journey()
    journey.register()
    journey.apply()
    return journey


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Code and reason of an answer, which must be a google.rpc.Status with an ErrorInfo."""
    body = answer.json()
    assert isinstance(body["code"], int)
    assert body["message"]
    info = next(detail for detail in body["details"] if detail["@type"].endswith("ErrorInfo"))
    assert info["domain"] == "loanflow"
    return answer.status_code, info["reason"]


def bearer(session: Session, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {session.token}", **more}


def test_unknown_paths_verbs_and_query_parameters(drafted: LoanJourney, raw: httpx.Client) -> None:
    token = bearer(drafted.customer)
    assert refusal(raw.get("/api/v1/nothing", headers=token)) == (404, "PATH_UNKNOWN")
    assert refusal(raw.delete("/api/v1/applications", headers=token))[0] in (404, 405)
    assert refusal(raw.get("/api/v1/applications?nope=1", headers=token))[0] == 400


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        ("{oops", "application/json", 400),
        ('{"amount": "abc"}', "application/json", 400),
        ('{"tenureMonths": "many"}', "application/json", 400),
        ("<a/>", "application/xml", 415),
        (json.dumps({"purpose": "x" * 2_000_000}), "application/json", 413),
    ],
)
def test_malformed_bodies(drafted: LoanJourney, raw: httpx.Client, content: str, kind: str, expected: int) -> None:
    headers = bearer(drafted.customer, **{"content-type": kind})
    assert refusal(raw.post("/api/v1/applications", content=content, headers=headers))[0] == expected


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"amount": {"currency": "EUR", "amount": "-1"}}, "INVALID_FIELD", "amount"),
        ({"amount": {"currency": "EUR", "amount": "9" * 20}}, "INVALID_FIELD", "amount.amount"),
        ({"amount": {"currency": "EUR", "amount": "999999999"}}, "FACILITY_LIMIT", "amount"),
        ({"amount": {"currency": "USD", "amount": "6000"}}, "WRONG_CURRENCY", "amount.currency"),
        ({"facilityType": "MOON"}, "UNKNOWN_FACILITY", "facilityType"),
        ({"tenureMonths": 0}, "INVALID_FIELD", "tenureMonths"),
    ],
)
def test_bad_fields_are_named(drafted: LoanJourney, change: dict[str, Any], reason: str, field: str) -> None:
    present = drafted.read()
    names = ("project", "facilityType", "amount", "tenureMonths", "monthlyIncome", "monthlyDebts", "collateralValue")
    form = {name: present[name] for name in names} | change
    with pytest.raises(Refused) as caught:
        drafted.customer.put(f"/api/v1/applications/{drafted.application_id}", form)
    assert (caught.value.code, caught.value.reason, caught.value.fields) == (400, reason, [field])
    assert drafted.read() == present


def test_who_may_not(drafted: LoanJourney, raw: httpx.Client, new_journey: NewJourney) -> None:
    path = f"/api/v1/applications/{drafted.application_id}"
    other = new_journey()
    other.register()
    assert refusal(raw.get(path)) == (401, "UNAUTHENTICATED")
    assert refusal(raw.get(path, headers={"authorization": "Bearer nonsense"}))[0] == 401
    assert refusal(raw.get(path, headers=bearer(other.customer))) == (403, "NOT_OWNER")
    assert refusal(raw.get("/api/v1/admin/loans", headers=bearer(drafted.customer))) == (403, "ACCESS_DENIED")
    assert refusal(raw.post(f"{path}/withdraw", json={}, headers=bearer(drafted.staff.admin))) == (403, "ACCESS_DENIED")
    unknown = f"/api/v1/applications/{uuid.uuid4()}"
    assert refusal(raw.get(unknown, headers=bearer(drafted.customer))) == (404, "NOT_FOUND")
    assert refusal(raw.get("/api/v1/applications/not-a-uuid", headers=bearer(drafted.customer))) == (
        400, "INVALID_FIELD",
    )  # fmt: skip
    system = f"/api/v1/risk/{drafted.application_id}/assess"
    assert refusal(raw.post(system, json={}, headers=bearer(drafted.staff.risk_manager)))[0] == 403


def test_a_move_from_the_wrong_status_says_from_which_it_would_go(drafted: LoanJourney) -> None:
    drafted.withdraw()
    before = drafted.events()
    with pytest.raises(Refused) as caught:
        drafted.customer.post(f"/api/v1/applications/{drafted.application_id}/submit")
    assert (caught.value.code, caught.value.reason) == (400, "WRONG_STATUS")
    assert caught.value.metadata == {"status": "WITHDRAWN", "allowed_from": "DRAFT"}
    assert drafted.events() == before


def test_nothing_is_handed_in_without_its_documents(drafted: LoanJourney) -> None:
    with pytest.raises(Refused) as caught:
        drafted.customer.post(f"/api/v1/applications/{drafted.application_id}/submit")
    assert (caught.value.code, caught.value.reason) == (400, "DOCUMENTS_MISSING")
    assert drafted.read()["status"] == "APPLICATION_STATUS_DRAFT"


def test_an_idempotency_key_answers_once_and_refuses_another_request(drafted: LoanJourney, raw: httpx.Client) -> None:
    present, headers = drafted.read(), bearer(drafted.customer, **{"idempotency-key": str(uuid.uuid4())})
    names = ("customerId", "project", "facilityType", "amount", "tenureMonths", "monthlyIncome", "monthlyDebts")
    form = {name: present[name] for name in names}
    first = raw.post("/api/v1/applications", json=form, headers=headers)
    again = raw.post("/api/v1/applications", json=form, headers=headers)
    assert (first.status_code, again.json()) == (200, first.json())
    other = raw.post("/api/v1/applications", json=form | {"tenureMonths": 24}, headers=headers)
    assert refusal(other) == (400, "IDEMPOTENCY_KEY_REUSED")
    mine = drafted.customer.get("/api/v1/applications")["applications"]
    assert len(mine) == 2


def test_a_payment_needs_a_key(drafted: LoanJourney, raw: httpx.Client) -> None:
    form = {"loanId": str(uuid.uuid4()), "amount": {"currency": "EUR", "amount": "1"}}
    answer = raw.post("/api/v1/payments", json=form, headers=bearer(drafted.customer))
    assert refusal(answer)[0] in (400, 404)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.pdf", b"", "FILE_EMPTY"),
        ("script.pdf", b"#!/bin/sh\necho hello\n", "FILE_TYPE_REFUSED"),
    ],
)
def test_uploads_that_are_refused(
    drafted: LoanJourney, raw: httpx.Client, name: str, content: bytes, reason: str
) -> None:
    answer = upload(drafted, raw, name, content)
    assert refusal(answer) == (400, reason)
    assert drafted.customer.get(f"/api/v1/documents/{drafted.application_id}/list")["documents"] == []


def test_an_upload_that_is_too_large_is_refused(drafted: LoanJourney, raw: httpx.Client) -> None:
    answer = upload(drafted, raw, "large.pdf", b"%PDF-1.7\n" + b"0" * (60 * 1024 * 1024))
    assert answer.status_code in (400, 413)
    assert refusal(answer)[1] == "FILE_TOO_LARGE"


def upload(journey: LoanJourney, raw: httpx.Client, name: str, content: bytes) -> httpx.Response:
    parts: list[Any] = [
        ("application_id", (None, journey.application_id)),
        ("type", (None, "DOCUMENT_TYPE_IDENTITY")),
        ("file", (name, content, "application/pdf")),
    ]
    return raw.post("/api/v1/documents/upload", files=parts, headers=bearer(journey.customer), timeout=60)
