"""Every operation succeeds at the edge once, and is answered as the API reference has it."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.lending.calendar import add_months
from stack.demo.api import Refused, Session
from stack.demo.applicants import Applicant
from stack.demo.documents import sample_pdf
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.registration import become_customer
from stack.demo.staff import INVITED, approve, create_staff, join
from stack.layout import Layout
from tests.e2e.reference import SCHEMA, Reference
from tests.factories.statements import employed
from tests.waiting import until

PATHS = SCHEMA.raw_schema["paths"]
_CASES, _OVERRIDES = "tests/integration/kyc/test_screening_cases.py", "tests/integration/risk/test_overrides.py"
_SMS = [f"POST /api/v1/notifications/callbacks/jasmin/{each}" for each in ("{receipt_token}", "answers/{answer_token}")]
_WAYS_BACK = [f"{verb} /api/v1/kyc/{{application_id}}/information" for verb in ("GET", "POST")]
# Where a success is looked at instead: it has no end, or this journey goes another way.
ELSEWHERE = {
    "GET /.well-known/oauth-authorization-server": "tests/e2e/test_apps.py",
    "GET /api/v1/auth/consents": "tests/e2e/test_apps.py",
    "DELETE /api/v1/auth/consents/{consent_id}": "tests/e2e/test_apps.py",
    "GET /oauth2/authorize": "tests/e2e/test_apps.py",
    "POST /oauth2/authorize": "tests/e2e/test_apps.py",
    "GET /oauth2/logout": "tests/e2e/test_apps.py",
    "GET /oauth2/userinfo": "tests/e2e/test_apps.py",
    "POST /oauth2/introspect": "tests/e2e/test_apps.py",
    "POST /oauth2/revoke": "tests/e2e/test_apps.py",
    "POST /api/v1/notifications/callbacks/sendgrid": "tests/integration/notification/test_providers.py",
    "POST /api/v1/notifications/callbacks/twilio/{notification_id}": "tests/integration/notification/test_providers.py",
    **dict.fromkeys(_SMS, "tests/e2e/test_receipts.py"),
    "POST /api/v1/notifications/addresses/{customer_id}/revive": "tests/integration/notification/test_addresses.py",
    "POST /api/v1/notifications/unsubscribe/{unsubscribe_token}": "tests/integration/notification/test_mail_headers.py",
    "GET /api/v1/notifications/stream": "tests/contract/test_edge_routes.py",
    "POST /api/v1/activation/{loan_id}/cancel": "tests/e2e/test_payee.py",
    "POST /api/v1/activation/{loan_id}/payee/confirm": "tests/e2e/test_payee.py",
    "POST /api/v1/agreement/{application_id}/esign/confirm": "tests/e2e/test_endings.py",
    "POST /api/v1/agreement/{application_id}/esign/provider": "tests/e2e/test_signed_at_provider.py",
    "POST /api/v1/agreement/callbacks/docusign/{application_id}": "tests/e2e/test_signed_at_provider.py",
    "POST /api/v1/agreement/callbacks/adobe-sign": "tests/integration/agreement/test_provider_reports.py",
    "GET /api/v1/agreement/callbacks/adobe-sign": "tests/e2e/test_signed_at_provider.py",
    "GET /api/v1/applications/participations": "tests/integration/application/test_parties.py",
    "PUT /api/v1/applications/{application_id}/parties": "tests/integration/application/test_parties.py",
    "POST /api/v1/applications/{application_id}/participation": "tests/integration/application/test_parties.py",
    "POST /api/v1/discussion/{application_id}/decline": "tests/e2e/test_endings.py",
    "PUT /api/v1/kyc/{application_id}/parties/verify": "tests/integration/kyc/test_parties.py",
    **dict.fromkeys((*_WAYS_BACK, f"{_WAYS_BACK[1]}/answer"), "tests/e2e/test_ways_back.py"),
    "GET /api/v1/risk/{application_id}/refusal/notice": "tests/integration/risk/test_refusals.py",
    "GET /api/v1/risk/{application_id}/refusals": "tests/integration/risk/test_refusals.py",
    "POST /api/v1/risk/{application_id}/refusal/review": "tests/integration/risk/test_reviews.py",
    "GET /api/v1/risk/refusals/reviews": "tests/integration/risk/test_reviews.py",
    "POST /api/v1/risk/{application_id}/refusal/review/decision": "tests/integration/risk/test_reviews.py",
    "GET /api/v1/risk/refusals/undelivered": "tests/integration/risk/test_refusals.py",
    "POST /api/v1/risk/{application_id}/refusal/notice/resend": "tests/integration/risk/test_refusals.py",
    "POST /api/v1/risk/{application_id}/refusal/notice/posting": "tests/integration/risk/test_deadlines.py",
    **{f"POST /api/v1/risk/{{application_id}}/override{step}": _OVERRIDES for step in ("", "/limit", "/decision")},
    **dict.fromkeys(("GET /api/v1/kyc/cases/{case_id}", "PUT /api/v1/kyc/officers/{officer_id}"), _CASES),
    **{f"POST /api/v1/kyc/cases/{{case_id}}/{step}": _CASES for step in ("assign", "resolve", "review")},
    "PUT /api/v1/kyc/cases/{case_id}/due-diligence": "tests/integration/kyc/test_due_diligence.py",
    "POST /api/v1/kyc/cases/{case_id}/due-diligence/review": "tests/integration/kyc/test_due_diligence.py",
    "PUT /api/v1/kyc/{application_id}/identity": "tests/integration/kyc/test_renewals.py",
    "GET /api/v1/payments/{payment_id}/proof": "tests/integration/repayment/test_payments.py",
    "POST /api/v1/payments/{loan_id}/fees/{instalment_number}/waive": "tests/integration/repayment/test_figures.py",
    "GET /api/v1/loans/{loan_id}/withdrawal": "tests/e2e/test_withdrawal.py",
    "POST /api/v1/loans/{loan_id}/withdraw": "tests/e2e/test_withdrawal.py",
}


@pytest.fixture
def seen() -> Reference:
    """Judges what is answered in this test, and knows what succeeded."""
    return Reference()


@pytest.fixture
def journey(
    seen: Reference, layout: Layout, url: str, applicants: list[Applicant], tmp_path: Path
) -> Iterator[LoanJourney]:
    """A journey that has not begun."""
    with httpx.Client(timeout=30, event_hooks={"response": [seen.judge]}) as client:
        edge = Session(url, client=client)
        yield LoanJourney(edge, create_staff(edge, layout), applicants[0], tmp_path, layout.mails)


def example(verb: str, path: str) -> Any:
    """The body that the reference gives as an example."""
    return PATHS[path][verb]["requestBody"]["content"]["application/json"]["example"]


def hand_in(journey: LoanJourney) -> None:
    """The customer withdraws once, and changes about everything before submitting; an officer reads the documents."""
    journey.register()
    me = journey.customer
    me.put(f"/api/v1/customers/{me.account_id}/profile", {"fullName": journey.applicant.name, "phone": "+491709999999"})
    company = example("put", "/api/v1/customers/{customer_id}/legal-entity")
    company["legalEntity"]["directors"][0]["fullName"] = journey.applicant.name
    me.put(f"/api/v1/customers/{me.account_id}/legal-entity", company)
    wishes = "/api/v1/notifications/preferences"
    me.put(wishes, me.get(wishes)["preferences"])
    devices = "/api/v1/notifications/devices"
    me.post(devices, {"pushToken": "a-token-of-a-device:one", "platform": "DEVICE_PLATFORM_WEB"})
    (device,) = me.get(devices)["devices"]
    me.delete(f"{devices}/{device['deviceId']}")
    me.get(f"/api/v1/customers/{me.account_id}/profile")
    journey.apply()
    journey.withdraw()
    journey.apply()
    draft = journey.read()
    change = {name: draft[name] for name in example("put", "/api/v1/applications/{application_id}")}
    me.put(f"/api/v1/applications/{journey.application_id}", change | {"purpose": "New kitchen"})
    form = {"application_id": journey.application_id, "type": "DOCUMENT_TYPE_IDENTITY"}
    blurred = me.upload("/api/v1/documents/upload", sample_pdf(journey.folder, "blurred", "?"), form)["document"]
    me.delete(f"/api/v1/documents/{blurred['documentId']}")
    journey.submit()
    first, second, *_ = me.get(f"/api/v1/documents/{journey.application_id}/list")["documents"]
    journey.staff.officer.post(f"/api/v1/documents/{first['documentId']}/validate", {"reason": "Clear."})
    rejection = {"rejectionReason": "DOCUMENT_REJECTION_REASON_UNREADABLE", "reason": "Too dark."}
    journey.staff.officer.post(f"/api/v1/documents/{second['documentId']}/reject", rejection)
    again = {"application_id": journey.application_id, "type": second["type"]}
    me.upload("/api/v1/documents/upload", sample_pdf(journey.folder, "brighter", journey.applicant.name), again)
    me.get(f"/api/v1/documents/{first['documentId']}")
    me.read(f"/api/v1/documents/{first['documentId']}/content")


def assess(journey: LoanJourney) -> None:
    """The lender's KYC and risk, and what they look at."""
    staff = journey.staff
    staff.officer.get("/api/v1/kyc/queue")
    staff.officer.get("/api/v1/kyc/cases")
    staff.manager.get("/api/v1/kyc/officers")
    let_bureau_be_asked(journey)
    secure(journey, show_income(journey))
    journey.pass_kyc()
    journey.decide_risk(approve=True)
    staff.officer.get(f"/api/v1/kyc/{journey.application_id}")
    (inquiry,) = journey.customer.get(f"/api/v1/risk/{journey.application_id}/bureau")["bureauFile"]["inquiries"]
    assert inquiry["answer"] == "BUREAU_ANSWER_HIT"
    for view in ("score", "report"):
        staff.risk_manager.get(f"/api/v1/risk/{journey.application_id}/{view}")
    journey.customer.get(f"/api/v1/risk/{journey.application_id}/explanation")
    staff.risk_manager.get("/api/v1/risk/reports/search", query=journey.applicant.name)
    change_rules(journey)
    change_wording(journey)


def change_wording(journey: LoanJourney) -> None:
    """A wording is proposed, approved by a second person, and taken back; the log of deliveries is looked at."""
    mine, second, place = journey.staff.manager, journey.staff.credit_head, "/api/v1/notifications"
    mine.get(f"{place}/templates")
    wording = {"subject": "See your schedule", "body": "Instalment $instalment_number: $amount_due, $due_date."}
    form = {"language": "NOTICE_LANGUAGE_FR", "wording": wording, "purpose": "Say it in short."}
    version = mine.post(f"{place}/templates/payment.due/versions", form)["templateVersion"]
    seen = {"language": "NOTICE_LANGUAGE_FR", "channel": "CHANNEL_EMAIL", "templateVersion": version["templateVersion"]}
    assert wording["subject"] in mine.get(f"{place}/templates/payment.due/preview", **seen)["html"]
    mine.get(f"{place}/template-versions", eventType="payment.due")
    one = f"{place}/template-versions/{version['templateVersionId']}"
    second.post(f"{one}/decision", {"decision": "TEMPLATE_DECISION_APPROVED", "reason": "Short and right."})
    mine.post(f"{one}/withdraw", {"reason": "It was a try."})
    journey.staff.officer.get(f"{place}/deliveries", customerId=journey.customer.account_id)


def let_bureau_be_asked(journey: LoanJourney) -> None:
    """The customer agrees, changes their mind, and agrees after all."""
    me, bureau = journey.customer, f"/api/v1/risk/{journey.application_id}/bureau"

    def shown() -> Any:
        # Risk has not heard of the submission before.
        with suppress(Refused):
            return me.get(bureau)
        return None

    form = {"consentVersion": until(shown)["consentVersion"], "channel": "CONSENT_CHANNEL_WEB"}
    me.post(f"{bureau}/consent", form)
    me.post(f"{bureau}/consent/withdraw", {})
    me.post(f"{bureau}/consent", form)


def show_income(journey: LoanJourney) -> str:
    """The customer's bank says what they earn, and an officer accepts its statement; its id."""
    me, pay, this_month = journey.customer, f"{journey.applicant.monthly_income:.2f}", datetime.now(UTC).date()
    statement = employed(add_months(this_month.replace(day=1), -3), 3, pay, owner=journey.applicant.name)
    file = journey.folder / "statement.xml"
    file.write_bytes(statement.xml())
    form = {"application_id": journey.application_id, "type": "DOCUMENT_TYPE_BANK_STATEMENT"}
    document = me.upload("/api/v1/documents/upload", file, form)["document"]["documentId"]
    journey.staff.officer.post(f"/api/v1/documents/{document}/validate", {"reason": "Of their bank."})

    def read() -> bool:
        shown = me.get(f"/api/v1/risk/{journey.application_id}/income")["incomeFile"]
        return bool(shown["inForceDocumentId"] == document)

    until(read)
    return str(document)


def secure(journey: LoanJourney, paper: str) -> None:
    """Something is to secure the loan, and something else after all; staff value it, both of them."""
    place = f"/api/v1/risk/{journey.application_id}/collateral"
    form = {"type": "COLLATERAL_TYPE_VEHICLE", "description": "A car.", "ownerName": journey.applicant.name}
    wrong = journey.customer.post(place, form)["collateralFile"]["items"][0]["collateralId"]
    journey.customer.post(f"{place}/{wrong}/withdraw", {})
    item = journey.customer.post(place, form)["collateralFile"]["items"][-1]["collateralId"]
    valuation = {
        "value": journey.money(journey.applicant.amount * 2), "source": "VALUATION_SOURCE_APPRAISER",
        "valuer": "An Appraiser", "valuationDate": datetime.now(UTC).date().isoformat(), "documentId": paper,
    }  # fmt: skip
    journey.staff.officer.post(f"{place}/{item}/valuations", valuation)
    confirmed = {"confirmed": True, "reason": "Seen the papers."}
    journey.staff.risk_manager.post(f"{place}/{item}/valuations/1/decision", confirmed)
    assert journey.customer.get(place)["collateralFile"]["items"][-1]["valuations"][0]["settledBy"]
    journey.staff.officer.get("/api/v1/risk/collateral/revaluations")


def change_rules(journey: LoanJourney) -> None:
    """A version of the rules is proposed, simulated, and dropped by a second person."""
    mine, second, rules = journey.staff.risk_manager, journey.staff.credit_head, "/api/v1/risk/rule-sets"
    form = example("post", rules) | {"ruleSetVersion": f"2030-01-01-{secrets.token_hex(4)}"}
    form["rules"] = [{"name": "LOW", "kind": "RULE_KIND_REFER", "when": "amount < 9.0", "description": "Very little."}]
    version = mine.post(rules, form)["ruleSet"]["ruleSetVersion"]
    mine.get(rules)
    mine.get(f"{rules}/{version}")
    mine.post(f"{rules}/{version}/simulate", {})
    second.post(f"{rules}/{version}/decision", {"decision": "RISK_DECISION_REJECTED", "reason": "Not yet."})


def negotiate(journey: LoanJourney) -> None:
    """The customer counters, the officer counters that, and the customer takes it."""
    journey.receive_offer()
    terms = journey.offer["terms"] | {"annualRatePercent": "7.5"}
    for who, version in ((journey.customer, 1), (journey.staff.officer, 2)):
        body = {"offerVersion": version, "terms": terms}
        journey.offer = who.put(f"/api/v1/discussion/{journey.application_id}/offer", body)["offer"]
    journey.staff.officer.get(f"/api/v1/discussion/{journey.application_id}/offers")
    journey.staff.officer.read(f"/api/v1/discussion/{journey.application_id}/offers/1/pdf")
    journey.accept()
    journey.approve(True, True, True)
    journey.staff.manager.get(f"/api/v1/approval/{journey.application_id}")


def sign_by_hand(journey: LoanJourney) -> None:
    """A code is asked for and not used; a copy on paper is signed, uploaded and accepted."""
    journey.wait("AGREEMENT_GENERATED")
    agreement = f"/api/v1/agreement/{journey.application_id}"
    journey.customer.post(f"{agreement}/esign")
    journey.customer.upload(f"{agreement}/upload", sample_pdf(journey.folder, "signed", journey.applicant.name))
    journey.staff.officer.post(f"{agreement}/upload/confirm", {"approve": True, "comment": "Signed on every page."})
    journey.customer.get(agreement)
    journey.wait("DISBURSED")
    journey.loan_id = journey.read()["loanId"]


def take_back(journey: LoanJourney) -> None:
    """A payment is recorded, taken back and recorded anew; it is posted and then found to be another's."""
    form = {"loanId": journey.loan_id, "amount": journey.money(journey.applicant.amount / 10), "reference": "first"}
    mistaken = journey.customer.post("/api/v1/payments", form)["payment"]
    journey.customer.post(f"/api/v1/payments/{mistaken['paymentId']}/withdraw")
    payment = journey.customer.post("/api/v1/payments", form)
    path = f"/api/v1/payments/{payment['payment']['paymentId']}"
    journey.customer.upload(f"{path}/proof", sample_pdf(journey.folder, "receipt", "100"))
    journey.staff.officer.post(f"{path}/verify", {"approve": True})
    journey.staff.kyc_officer.post(f"{path}/reverse", {"reason": "It was paid for another loan."})


def look(journey: LoanJourney) -> None:
    """What customer and administrator read of it."""
    me, admin = journey.customer, journey.staff.admin
    for view in ("agreement/{}/verify", "applications/{}/timeline", "documents/{}/checklist"):
        me.get(f"/api/v1/{view.format(journey.application_id)}")
    me.read(f"/api/v1/agreement/{journey.application_id}/pdf")
    for view in ("account", "schedule"):
        me.get(f"/api/v1/activation/{journey.loan_id}/{view}")
    for view in ("history", "outstanding", "payoff", "statement", "years/2026"):
        me.get(f"/api/v1/payments/{journey.loan_id}/{view}")
    me.read(f"/api/v1/payments/{journey.loan_id}/statement/file", format="STATEMENT_FORMAT_CSV")
    journey.await_notice("application.created")
    notice = me.get("/api/v1/notifications/inbox")["notifications"][0]
    me.patch(f"/api/v1/notifications/{notice['notificationId']}/read")
    for own in ("notifications/history", "applications", "applications/status"):
        me.get(f"/api/v1/{own}")
    admin.get("/api/v1/admin/loans", customerId=me.account_id)
    admin.get("/api/v1/admin/reports/dashboard")
    admin.get("/api/v1/admin/audit", actor=f"customer:{me.account_id}")
    admin.get("/api/v1/admin/audit/search", query=me.account_id)
    admin.read("/api/v1/admin/audit/export", service="customer", actor=f"customer:{me.account_id}")
    for public in (
        "/api/v1/facilities",
        "/.well-known/jwks.json",
        "/.well-known/revocations.json",
        "/.well-known/openid-configuration",
    ):
        journey.edge.get(public)
    simulate = "/api/v1/activation/simulate"
    journey.edge.post(simulate, example("post", simulate))


def accounts(journey: LoanJourney) -> None:
    """Accounts come and go: a member of staff, a partner's program, a customer without a loan."""
    admin, second, password = journey.staff.admin, journey.staff.second_admin, secrets.token_urlsafe(18)
    email = f"new.{secrets.token_hex(4)}@lender.example"
    number = f"P-{secrets.token_hex(4)}"
    form = example("post", "/api/v1/auth/users") | {"email": email, "personnelNumber": number}
    account_id = admin.post("/api/v1/auth/users", form)["user"]["accountId"]
    mailbox = Mailbox(journey.mail_folder, email)
    first = mailbox.token(INVITED)
    admin.post(f"/api/v1/auth/users/{account_id}/invitation")
    join(journey.edge, until(lambda: {mailbox.token(INVITED)} - {first}, "another invitation").pop(), password)
    asked = admin.put(f"/api/v1/auth/users/{account_id}/roles", {"roles": ["ROLE_MANAGER"]})
    assert asked["grant"] in second.get("/api/v1/auth/grants", pageSize=100)["grants"]
    approve(second, asked["grant"])
    admin.get("/api/v1/auth/users")
    mine, passkey = {"email": email, "password": password}, secrets.token_hex(32)
    newcomer = journey.edge.sign_in(**mine, passkey=passkey)
    tokens = newcomer.prove(journey.edge.post("/api/v1/auth/login", mine)["challenge"])["tokens"]
    reset = admin.post(f"/api/v1/auth/users/{account_id}/reset")["reset"]
    assert reset in second.get("/api/v1/auth/resets", pageSize=100)["resets"]
    second.post(f"/api/v1/auth/resets/{reset['resetId']}/decision", {"approve": False})
    tokens = journey.edge.post("/api/v1/auth/refresh", {"refreshToken": tokens["refreshToken"]})["tokens"]
    bearer = {"authorization": f"Bearer {tokens['accessToken']}"}
    journey.edge.client.post(f"{journey.edge.base_url}/api/v1/auth/logout", json={}, headers=bearer).raise_for_status()
    made = admin.post("/api/v1/auth/clients", {"name": email, "scopes": ["SCOPE_REGISTRATION_READ"]})
    login = (made["client"]["clientId"], made["clientSecret"])
    form = {"grant_type": "client_credentials"}
    issued = journey.edge.client.post(f"{journey.edge.base_url}/oauth2/token", data=form, auth=login).json()
    of_client = {"authorization": f"Bearer {issued['access_token']}"}
    found = journey.edge.client.get(f"{journey.edge.base_url}/api/v1/auth/registration", headers=of_client).json()
    assert found["client"] == made["client"]
    assert admin.get("/api/v1/auth/clients", pageSize=1)["clients"] == [made["client"]]
    admin.delete(f"/api/v1/auth/clients/{made['client']['clientId']}")
    form = {"email": f"c{email}", "password": password, "fullName": "Ada Lovelace", "phone": "+491701234567"}
    customer = become_customer(journey.edge, journey.mail_folder, form)
    admin.delete(f"/api/v1/customers/{customer.account_id}")


def people(journey: LoanJourney) -> None:
    """A customer changes and forgets a password, ends a session, and is disabled and enabled."""
    admin, edge = journey.staff.admin, journey.edge
    email, (first, second, third) = f"p{secrets.token_hex(6)}@example.org", (secrets.token_urlsafe(18) for _ in "123")
    form = {"email": email, "password": first, "fullName": "Ada Lovelace", "phone": "+491701234567"}
    me, _ = become_customer(edge, journey.mail_folder, form), edge.sign_in(email, first)
    edge.post("/api/v1/auth/email-confirmations", {"email": email})
    account = f"/api/v1/auth/accounts/{me.account_id}"
    (other,) = [each for each in me.get("/api/v1/auth/sessions")["sessions"] if not each["current"]]
    me.delete(f"/api/v1/auth/sessions/{other['sessionId']}")
    me.post("/api/v1/auth/password", {"currentPassword": first, "newPassword": second})
    assert len(admin.get(f"{account}/sessions")["sessions"]) == 1
    assert admin.post(f"{account}/sessions/end")["endedSessions"] == 1
    edge.post("/api/v1/auth/password/forgotten", {"email": email})
    token = Mailbox(journey.mail_folder, email).token("Reset your password")
    edge.post("/api/v1/auth/password/reset", {"resetToken": token, "newPassword": third})
    admin.post(f"{account}/disable", {"reason": "ACCOUNT_DISABLE_REASON_REQUESTED"})
    with pytest.raises(Refused):
        edge.sign_in(email, third)
    admin.post(f"{account}/enable")
    assert edge.sign_in(email, third).token


def webhooks(journey: LoanJourney) -> None:
    """A partner's program subscribes, tries, replays, and leaves."""
    admin, edge = journey.staff.admin, journey.edge
    made = admin.post("/api/v1/auth/clients", {"name": secrets.token_hex(8), "scopes": ["SCOPE_WEBHOOKS_MANAGE"]})
    login, form = (made["client"]["clientId"], made["clientSecret"]), {"grant_type": "client_credentials"}
    token = edge.client.post(f"{edge.base_url}/oauth2/token", data=form, auth=login).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}

    def call(verb: str, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        answer = edge.client.request(verb, f"{edge.base_url}/api/v1/webhooks{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    url = "https://hooks.example.com/loanflow"
    hook = call("POST", "", {"url": url, "eventTypes": ["payment.verified"]})["webhook"]
    assert call("GET", "")["webhooks"] == admin.get("/api/v1/webhooks", clientId=login[0])["webhooks"] == [hook]
    place = f"/{hook['webhookId']}"
    assert call("PATCH", place, {"eventTypes": ["loan.activated"]})["webhook"]["eventTypes"] == ["loan.activated"]
    test = call("POST", f"{place}/ping", {})["delivery"]
    assert [each["deliveryId"] for each in call("GET", f"{place}/deliveries")["deliveries"]] == [test["deliveryId"]]
    call("POST", f"{place}/replay", {"sinceTime": "2026-01-01T00:00:00Z"})
    assert call("POST", f"{place}/rotate-secret", {})["secret"]
    call("DELETE", place)


def test_every_operation_succeeds_as_the_reference_has_it(journey: LoanJourney, seen: Reference) -> None:
    for step in (hand_in, assess, negotiate, sign_by_hand, take_back, look, accounts, people, webhooks):
        step(journey)
    every = {f"{verb.upper()} {path}" for path, item in PATHS.items() for verb in item}
    assert every - seen.succeeded == ELSEWHERE.keys()
    assert [each for each in ELSEWHERE.values() if not (Path(__file__).parents[2] / each).is_file()] == []
