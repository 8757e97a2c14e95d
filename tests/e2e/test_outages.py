"""Each part of the stack away for a while: what needs it is refused at once and may be tried again, what does not need
it goes on, nothing is lost or half done, and every service is well again by itself when the part is back.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from loanflow.application.v1 import application_service_pb2, application_service_pb2_grpc
from services.runtime.calling import clients
from stack.demo.api import Session
from stack.demo.documents import sample_pdf
from stack.demo.journey import LoanJourney
from stack.demo.mailbox import Mailbox
from stack.demo.registration import SUBJECT
from stack.layout import Layout
from tests.e2e.conftest import NewJourney
from tests.e2e.outages import Impatient, away, finish, repay
from tests.e2e.test_endings import await_mail
from tests.harness import TokenIdentity

FACILITIES, INBOX, MINE = "/api/v1/facilities", "/api/v1/notifications/inbox", "/api/v1/applications"
LOGIN = {"email": "unknown@customer.example", "password": "a password of no account"}


@pytest.fixture
def drafted(new_journey: NewJourney) -> LoanJourney:
    """A journey whose application is a draft that every service knows."""
    journey = new_journey()
    journey.register()
    journey.apply()
    journey.await_notice("application.created")
    return journey


@pytest.fixture
def customer(drafted: LoanJourney, raw: httpx.Client) -> Impatient:
    """The customer of the draft."""
    return Impatient(raw, drafted.customer)


@pytest.fixture
def anyone(edge: Session, raw: httpx.Client) -> Impatient:
    """Somebody without a token."""
    return Impatient(raw, edge)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """A second pair of hands."""
    with ThreadPoolExecutor(1) as made:
        yield made


def test_postgres_away(
    layout: Layout, drafted: LoanJourney, customer: Impatient, anyone: Impatient, raw: httpx.Client
) -> None:
    number, before = drafted.application_id, drafted.read()
    officer, risk_manager = (Impatient(raw, who) for who in (drafted.staff.officer, drafted.staff.risk_manager))
    with away(layout, "postgres"):
        anyone.waits("POST", "/api/v1/auth/login", json=LOGIN)
        customer.waits("GET", f"/api/v1/customers/{drafted.customer.account_id}/profile")
        customer.waits("GET", f"{MINE}/{number}")
        customer.waits("POST", f"{MINE}/{number}/submit", json={})
        officer.waits("GET", "/api/v1/kyc/queue")
        risk_manager.waits("GET", f"/api/v1/risk/{number}/report")
        customer.waits("GET", f"/api/v1/discussion/{number}/offers")
        officer.waits("GET", f"/api/v1/approval/{number}")
        officer.waits("GET", f"/api/v1/activation/{number}/account")
        officer.waits("GET", f"/api/v1/payments/{number}/history")
        anyone.goes("GET", FACILITIES)
        anyone.goes("GET", "/.well-known/jwks.json")
        customer.goes("GET", f"/api/v1/documents/{number}/list")
        customer.goes("GET", INBOX)
    assert drafted.read() == before
    finish(drafted)


def test_kafka_away(layout: Layout, new_journey: NewJourney, raw: httpx.Client) -> None:
    journey = new_journey()
    with away(layout, "kafka"):
        journey.register()
        journey.apply()
        customer = Impatient(raw, journey.customer)
        customer.goes("GET", f"{MINE}/{journey.application_id}")
        assert customer.goes("GET", INBOX)["notifications"] == []
    # What happened meanwhile is notified now, and once.
    journey.await_notice("application.created")
    assert journey.notices().count("application.created") == 1
    finish(journey)


def test_registry_away(layout: Layout, new_journey: NewJourney, raw: httpx.Client) -> None:
    journey = new_journey()
    with away(layout, "registry"):
        journey.register()
        journey.apply()
        customer = Impatient(raw, journey.customer)
        customer.goes("GET", f"{MINE}/{journey.application_id}")
        customer.goes("GET", INBOX)
    journey.await_notice("application.created")
    finish(journey)


def test_mongo_away(layout: Layout, drafted: LoanJourney, customer: Impatient, raw: httpx.Client) -> None:
    number = drafted.application_id
    officer = Impatient(raw, drafted.staff.officer)
    with away(layout, "mongo"):
        customer.waits("GET", f"/api/v1/documents/{number}/list")
        customer.waits("GET", INBOX)
        officer.waits("GET", f"/api/v1/agreement/{number}")
        # The documents cannot be looked at: the application stays what it is.
        customer.waits("POST", f"{MINE}/{number}/submit", json={})
        assert customer.goes("GET", f"{MINE}/{number}")["application"]["status"] == "APPLICATION_STATUS_DRAFT"
        officer.goes("GET", "/api/v1/kyc/queue")
        drafted.apply()
        customer.goes("GET", MINE)
    # The second application, begun meanwhile, is announced to the services that keep documents.
    assert drafted.application_id != number
    finish(drafted)
    assert drafted.notices().count("application.created") == 2


def test_redis_away(layout: Layout, new_journey: NewJourney, raw: httpx.Client) -> None:
    journey = new_journey()
    with away(layout, "redis"):
        journey.register()
        journey.apply()
        journey.await_notice("application.created")
        Impatient(raw, journey.customer).waits("GET", "/api/v1/notifications/stream")
        assert [str(mail["subject"]) for mail in Mailbox(layout.mails, journey.email).mails()] == [SUBJECT]
    # The mail to the new customer waited for its turn, which is kept there.
    assert await_mail(journey, "Welcome to LoanFlow") == [SUBJECT, "Welcome to LoanFlow"]
    finish(journey)


def test_s3_away(layout: Layout, drafted: LoanJourney, customer: Impatient) -> None:
    number = drafted.application_id
    form = {"application_id": number, "type": "DOCUMENT_TYPE_IDENTITY"}
    file = sample_pdf(drafted.folder / "documents", "identity", drafted.applicant.name, "identity")
    kept = drafted.customer.upload("/api/v1/documents/upload", file, form)["document"]["documentId"]
    parts = [*((name, (None, value)) for name, value in form.items()), ("file", (file.name, file.read_bytes()))]
    with away(layout, "s3"):
        customer.waits("POST", "/api/v1/documents/upload", files=parts)
        customer.waits("GET", f"/api/v1/documents/{kept}/content")
        listed = customer.goes("GET", f"/api/v1/documents/{number}/list")["documents"]
        assert [document["documentId"] for document in listed] == [kept]
        customer.goes("GET", f"/api/v1/documents/{kept}")
        customer.goes("GET", f"{MINE}/{number}")
    assert drafted.customer.read(f"/api/v1/documents/{kept}/content") == file.read_bytes()
    finish(drafted)


def test_mail_away(layout: Layout, drafted: LoanJourney) -> None:
    place = f"/api/v1/customers/{drafted.customer.account_id}/profile"
    with away(layout, "mail"):
        drafted.customer.put(place, {"fullName": drafted.applicant.name, "phone": "+491701234568"})
        drafted.await_notice("customer.profile.updated")
    assert await_mail(drafted, "Your profile was changed").count("Your profile was changed") == 1
    finish(drafted)


def test_bank_away(layout: Layout, drafted: LoanJourney, customer: Impatient, pool: ThreadPoolExecutor) -> None:
    drafted.agree()
    with away(layout, "bank"):
        signing = pool.submit(drafted.sign)
        drafted.wait("ACTIVE")
        # The bank has then been asked in vain more than once.
        time.sleep(1.5)
        application = customer.goes("GET", f"{MINE}/{drafted.application_id}")["application"]
        assert application["status"] == "APPLICATION_STATUS_ACTIVE"
        account = customer.goes("GET", f"/api/v1/activation/{application['loanId']}/account")["account"]
        assert account["status"] == "ACCOUNT_STATUS_ACTIVE"
    signing.result(60)
    assert drafted.events().count("disbursement.completed") == 1
    repay(drafted)


def test_edge_away(layout: Layout, drafted: LoanJourney, raw: httpx.Client) -> None:
    target = f"127.0.0.1:{layout.ports.service('application')}"
    identity = TokenIdentity("edge", layout.pki, token=drafted.customer.token)
    with away(layout, "edge"), clients.channel("application", target, identity) as channel:
        with pytest.raises(httpx.TransportError):
            raw.get(FACILITIES)
        # Who verifies tokens has the keys already; they are not fetched through the edge for every call.
        stub = application_service_pb2_grpc.ApplicationServiceStub(channel)
        found = stub.ListApplications(application_service_pb2.ListApplicationsRequest())
        assert [each.application_id for each in found.applications] == [drafted.application_id]
    finish(drafted)


def test_a_service_away(layout: Layout, drafted: LoanJourney, customer: Impatient, anyone: Impatient) -> None:
    number = drafted.application_id
    with away(layout, "document"):
        customer.waits("GET", f"/api/v1/documents/{number}/list")
        customer.waits("POST", f"{MINE}/{number}/submit", json={})
        customer.goes("GET", f"{MINE}/{number}")
        customer.goes("GET", INBOX)
        anyone.goes("GET", FACILITIES)
    assert drafted.read()["status"] == "APPLICATION_STATUS_DRAFT"
    finish(drafted)
