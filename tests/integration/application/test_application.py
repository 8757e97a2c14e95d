"""The application service over a real server and a real database; its peers are fakes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.application.v1 import application_pb2, facility_pb2
from loanflow.application.v1 import application_service_pb2 as pb
from loanflow.customer.v1 import customer_events_pb2 as customer_events
from loanflow.discussion.v1 import discussion_events_pb2 as discussion
from loanflow.kyc.v1 import kyc_events_pb2 as kyc
from loanflow.types.v1 import terms_pb2
from services.application import convert
from services.application.consumer import subscriptions
from services.application.handlers import App
from services.application.servicer import ApplicationServicer
from services.application.store import UnitOfWork
from services.lending.facility import facility
from services.runtime import context
from services.runtime.clock import SystemClock
from services.runtime.context import Caller, EventMeta, RequestContext
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from services.runtime.events.avro import Codec
from services.runtime.events.inbox import NotYet
from services.runtime.events.outbox import Outbox
from services.runtime.ids import new_id
from services.runtime.serving.interceptors.ownership import OwnerOf, Shared, yourself
from services.runtime.stores.postgres import Postgres
from tests.fakes.customers import FakeCustomers
from tests.fakes.documents import FakeDocuments
from tests.fakes.registry import FakeRegistry
from tests.harness import ANONYMOUS, Servers, customer, service, staff

Status = application_pb2.ApplicationStatus


class Service:
    """The service under test, with everything around it in reach."""

    def __init__(self, database: Postgres, client_for: Servers) -> None:
        self.database = database
        self.documents, self.customers = FakeDocuments(), FakeCustomers()
        self.codec = Codec(FakeRegistry())
        outbox = Outbox("application", convert.event_message, self.codec)
        self.catalogue, begin = 1, lambda: UnitOfWork(database, outbox)
        self.app = App(begin, SystemClock(), self.documents, self.customers, lambda: self.catalogue)
        self.servicer = ApplicationServicer(self.app)
        self._client_for = client_for

    def client(self, caller: Caller) -> Any:
        owners: dict[str, OwnerOf] = {
            "application_id": Shared(self.app.owner_of, self.app.parties_of),
            "customer_id": yourself,
        }
        return self._client_for(self.servicer, caller, owners=owners, store=self.database, name="application")

    def draft(self, owner: Caller, **changes: Any) -> application_pb2.Application:
        made: application_pb2.Application = self.client(owner).CreateApplication(creation(owner, **changes)).application
        return made

    def event(self, message: Any, source: str = "kyc", actor: str = "staff:7") -> None:
        """Hands an event to its handler, as the inbox does."""
        now = datetime.now(UTC)
        about = getattr(message, "application_id", "") or message.customer_id
        meta = EventMeta(new_id(), type(message).__name__, source, now, about, new_id(), 1, actor)
        with context.bind(RequestContext(Caller.of_service(source), "corr-1", meta.type, event=meta)):
            subscriptions(self.app)[type(message)](message)

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.database.engine.connect() as connection:
            return list(connection.execute(text(query), values))


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"currency": currency, "amount": amount}


def creation(owner: Caller, **changes: Any) -> pb.CreateApplicationRequest:
    values: dict[str, Any] = {
        "customer_id": owner.subject,
        "project": {"name": "Kitchen", "cost": money("7000")},
        "facility_type": "PERSONAL",
        "amount": money("6000"),
        "tenure_months": 12,
        "monthly_income": money("3000"),
        "monthly_debts": money("200"),
    }
    return pb.CreateApplicationRequest(**{**values, **changes})


@pytest.fixture
def running(fresh_postgres: Callable[[str], Postgres], client_for: Servers) -> Service:
    return Service(fresh_postgres("application"), client_for)


def test_a_draft_is_stored_audited_and_announced_in_one_go(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    assert made.status == Status.APPLICATION_STATUS_DRAFT
    assert made.collateral_value.amount == "0.00"
    read = running.client(owner).GetApplication(pb.GetApplicationRequest(application_id=made.application_id))
    assert read.application == made
    [audit] = running.rows("SELECT actor, method, before, after, correlation_id FROM audit")
    assert audit.actor == f"customer:{owner.subject}"
    assert audit.method.endswith("/CreateApplication")
    assert (audit.before, audit.after["status"]) == (None, "DRAFT")
    [event] = running.rows("SELECT key, headers, version FROM outbox")
    assert (event.key, event.headers["ce_type"], event.version) == (made.application_id, "application.created", 1)
    assert event.headers["ce_correlationid"] == audit.correlation_id


def test_only_the_owner_and_staff_reach_an_application(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    read = pb.GetApplicationRequest(application_id=made.application_id)
    assert running.client(staff("RISK_MGR")).GetApplication(read).application == made
    for foreign, refusal in (
        (customer(), PermissionDenied),
        (service("kyc"), PermissionDenied),
        (ANONYMOUS, Unauthenticated),
    ):
        with pytest.raises(refusal):
            running.client(foreign).GetApplication(read)
    with pytest.raises(PermissionDenied):
        running.client(customer()).CreateApplication(creation(owner))
    with pytest.raises(PermissionDenied):
        running.client(staff("ADMIN")).WithdrawApplication(
            pb.WithdrawApplicationRequest(application_id=made.application_id)
        )


def test_the_catalogue_says_what_is_offered_and_an_application_keeps_its_type(running: Service) -> None:
    owner, changed = customer(), {"facility_type": "ELECTRIC_VEHICLE", "amount": money("9000")}

    def offered() -> set[str]:
        found = running.client(owner).ListFacilities(pb.ListFacilitiesRequest(page_size=50)).facilities
        return {each.code for each in found}

    with pytest.raises(InvalidArgument, match="facility_type"):
        running.draft(owner, **changed)
    before = offered()
    running.catalogue = 2
    assert offered() == before | {"ELECTRIC_VEHICLE"}
    made = running.draft(owner, **changed)
    running.catalogue = 1
    change = pb.UpdateApplicationRequest(
        application_id=made.application_id, project=made.project, facility_type=made.facility_type, amount=made.amount,
        tenure_months=24, monthly_income=made.monthly_income, monthly_debts=made.monthly_debts,
    )  # fmt: skip
    assert running.client(owner).UpdateApplication(change).application.tenure_months == 24


def test_an_unknown_application_is_not_found(running: Service) -> None:
    for caller in (customer(), staff("OFFICER")):
        for call, request in (
            (running.client(caller).GetApplication, pb.GetApplicationRequest),
            (running.client(caller).GetTimeline, pb.GetTimelineRequest),
        ):
            with pytest.raises(NotFound):
                call(request(application_id=new_id()))


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"amount": money("-5")}, "INVALID_FIELD", "amount"),
        ({"amount": money("1e6")}, "INVALID_FIELD", "amount.amount"),
        ({"amount": money("6000.001")}, "INVALID_FIELD", "amount"),
        ({"amount": money("60000")}, "FACILITY_LIMIT", "amount"),
        ({"for_legal_entity": True}, "WRONG_BORROWER", "for_legal_entity"),
        ({"facility_type": "WORKING_CAPITAL"}, "WRONG_BORROWER", "for_legal_entity"),
        ({"amount": money("499.99")}, "FACILITY_LIMIT", "amount"),
        ({"tenure_months": 5}, "FACILITY_LIMIT", "tenure_months"),
        ({"tenure_months": 85}, "FACILITY_LIMIT", "tenure_months"),
        ({"amount": money("6000", "USD")}, "WRONG_CURRENCY", "amount.currency"),
        ({"facility_type": "MOON"}, "UNKNOWN_FACILITY", "facility_type"),
        ({"tenure_months": 481}, "INVALID_FIELD", "tenure_months"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    running: Service, changes: dict[str, Any], reason: str, field: str
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        running.draft(customer(), **changes)
    assert caught.value.reason == reason
    assert [violation.field for violation in caught.value.violations] == [field]
    assert running.rows("SELECT 1 FROM applications") == []


def test_the_same_key_gives_the_first_answer_and_another_request_is_refused(running: Service) -> None:
    owner = customer()
    client, key = running.client(owner), [("idempotency-key", "k-1")]
    first = client.CreateApplication(creation(owner), metadata=key)
    assert client.CreateApplication(creation(owner), metadata=key) == first
    with pytest.raises(FailedPrecondition) as caught:
        client.CreateApplication(creation(owner, tenure_months=24), metadata=key)
    assert caught.value.reason == "IDEMPOTENCY_KEY_REUSED"
    assert len(running.rows("SELECT 1 FROM applications")) == 1


def test_handing_in_needs_documents_and_details(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    submit = pb.SubmitApplicationRequest(application_id=made.application_id)
    running.documents.lacking[made.application_id] = ("IDENTITY", "PROOF_OF_INCOME")
    with pytest.raises(FailedPrecondition) as caught:
        running.client(owner).SubmitApplication(submit)
    assert caught.value.metadata == {"missing": "IDENTITY,PROOF_OF_INCOME"}
    running.documents.lacking.clear()
    submitted = running.client(owner).SubmitApplication(submit).application
    assert submitted.status == Status.APPLICATION_STATUS_SUBMITTED
    types = [row.headers["ce_type"] for row in running.rows("SELECT headers FROM outbox ORDER BY version")]
    assert types == ["application.created", "application.submitted", "application.status.changed"]
    with pytest.raises(FailedPrecondition) as caught:
        running.client(owner).SubmitApplication(submit)
    assert caught.value.metadata == {"status": "SUBMITTED", "allowed_from": "DRAFT"}
    assert len(running.documents.frozen[made.application_id]) == 1


def test_documents_of_what_was_not_handed_in_go_free(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = customer()
    made = running.draft(owner)
    submit = pb.SubmitApplicationRequest(application_id=made.application_id)
    freeze = running.documents.freeze

    def change_meanwhile(application_id: str, freeze_id: str) -> None:
        freeze(application_id, freeze_id)
        running.client(owner).WithdrawApplication(pb.WithdrawApplicationRequest(application_id=application_id))

    monkeypatch.setattr(running.documents, "freeze", change_meanwhile)
    with pytest.raises(FailedPrecondition):
        running.client(owner).SubmitApplication(submit)
    assert running.documents.frozen[made.application_id] == set()


def test_a_draft_can_be_rewritten(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    changed = pb.UpdateApplicationRequest(
        application_id=made.application_id, project=made.project, facility_type="PERSONAL", amount=money("7500"),
        tenure_months=24, monthly_income=money("3000"), monthly_debts=money("200"),
    )  # fmt: skip
    assert running.client(owner).UpdateApplication(changed).application.amount.amount == "7500.00"
    [audit] = running.rows("SELECT before, after FROM audit WHERE before IS NOT NULL")
    assert (audit.before["amount"]["amount"], audit.after["amount"]["amount"]) == ("6000.00", "7500.00")


def test_reports_move_the_loan_and_the_timeline_shows_them(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=made.application_id))
    ids: dict[str, Any] = {"application_id": made.application_id, "customer_id": owner.subject}
    with pytest.raises(NotYet):
        running.event(discussion.DiscussionOfferSent(**ids), "discussion")
    running.event(kyc.KycVerificationStarted(**ids))
    running.event(kyc.ProjectValidated(**ids))
    running.event(kyc.KycRejected(**ids))
    running.event(kyc.KycApproved(**ids))
    page = pb.GetTimelineRequest(application_id=made.application_id, page_size=4)
    first = running.client(owner).GetTimeline(page)
    second = running.client(owner).GetTimeline(
        pb.GetTimelineRequest(application_id=made.application_id, page_token=first.next_page_token)
    )
    entries = [*first.entries, *second.entries]
    assert [(entry.what, entry.who, Status.Name(entry.to_status)[19:]) for entry in entries] == [
        ("application.created", f"customer:{owner.subject}", "DRAFT"),
        ("application.submitted", f"customer:{owner.subject}", "SUBMITTED"),
        ("KycVerificationStarted", "staff:7", "KYC_REVIEW"),
        ("ProjectValidated", "staff:7", "KYC_REVIEW"),
        ("KycRejected", "staff:7", "KYC_REJECTED"),
        ("KycApproved", "staff:7", "KYC_REJECTED"),
    ]
    assert {entry.correlation_id for entry in entries[2:]} == {"corr-1"}
    assert second.next_page_token == ""


def test_the_gate_between_signature_and_account(running: Service) -> None:
    owner = customer()
    made = running.draft(owner)
    gate = pb.AuthorizeActivationRequest(application_id=made.application_id)
    with pytest.raises(PermissionDenied):
        running.client(staff("ADMIN")).AuthorizeActivation(gate)
    running.client(service("activation")).AuthorizeActivation(gate)
    withdraw = pb.WithdrawApplicationRequest(application_id=made.application_id, reason="late")
    for _ in range(2):
        wanted = running.client(owner).WithdrawApplication(withdraw).application
        assert (wanted.withdrawal_requested, wanted.status) == (True, made.status)
    other = running.draft(owner)
    withdraw = pb.WithdrawApplicationRequest(application_id=other.application_id, reason="changed my mind")
    running.client(owner).WithdrawApplication(withdraw)
    with pytest.raises(FailedPrecondition):
        running.client(service("activation")).AuthorizeActivation(
            pb.AuthorizeActivationRequest(application_id=other.application_id)
        )


def test_lists_show_everybody_what_is_theirs(running: Service) -> None:
    one, two = customer(), customer()
    made = [running.draft(one), running.draft(one), running.draft(two)]
    running.client(one).WithdrawApplication(pb.WithdrawApplicationRequest(application_id=made[0].application_id))
    mine = running.client(one).ListApplications(pb.ListApplicationsRequest()).applications
    assert [a.application_id for a in mine] == [made[1].application_id, made[0].application_id]
    drafts = pb.ListApplicationsRequest(status=Status.APPLICATION_STATUS_DRAFT)
    assert len(running.client(one).ListApplications(drafts).applications) == 1
    assert (
        len(running.client(staff("OFFICER")).ListApplicationStatuses(pb.ListApplicationStatusesRequest()).statuses) == 3
    )
    admin = running.client(staff("ADMIN"))
    assert len(admin.ListLoans(pb.ListLoansRequest(customer_id=two.subject)).loans) == 1
    assert len(admin.ListLoans(pb.ListLoansRequest(create_date_to="2020-01-01")).loans) == 0
    page = admin.ListLoans(pb.ListLoansRequest(page_size=2))
    rest = admin.ListLoans(pb.ListLoansRequest(page_size=2, page_token=page.next_page_token))
    assert [a.application_id for a in (*page.loans, *rest.loans)] == [a.application_id for a in reversed(made)]
    with pytest.raises(InvalidArgument, match="page_token"):
        admin.ListLoans(pb.ListLoansRequest(page_token=page.next_page_token, facility_type="PERSONAL"))


def test_what_an_erased_customer_has_open_is_taken_back(running: Service) -> None:
    owner, other = customer(), customer()
    draft, submitted, begun, theirs = (running.draft(each).application_id for each in (owner, owner, owner, other))
    running.client(owner).SubmitApplication(pb.SubmitApplicationRequest(application_id=submitted))
    running.client(service("activation")).AuthorizeActivation(pb.AuthorizeActivationRequest(application_id=begun))
    for _ in range(2):
        running.event(
            customer_events.CustomerErased(customer_id=owner.subject, erase_time=datetime.now(UTC)), "customer"
        )
    found = running.client(staff("ADMIN")).ListLoans(pb.ListLoansRequest()).loans
    assert {loan.application_id: Status.Name(loan.status)[19:] for loan in found} == {
        draft: "WITHDRAWN", submitted: "WITHDRAWN", begun: "DRAFT", theirs: "DRAFT",
    }  # fmt: skip
    *_, line = running.client(staff("ADMIN")).GetTimeline(pb.GetTimelineRequest(application_id=draft)).entries
    assert (line.what, line.who, line.why) == ("application.withdrawn", "service:customer", "the customer is erased")


def test_whole_days_are_filtered_up_to_the_last_there_is(running: Service) -> None:
    made, admin = running.draft(customer()), running.client(staff("ADMIN"))
    today = made.create_time.ToDatetime(UTC).date().isoformat()
    whole: tuple[dict[str, Any], ...] = (
        {"create_date_to": "9999-12-31"},
        {"create_date_from": today, "create_date_to": today},
    )
    for days in whole:
        assert [loan.application_id for loan in admin.ListLoans(pb.ListLoansRequest(**days)).loans] == [
            made.application_id
        ]
        assert admin.GetDashboard(pb.GetDashboardRequest(**days)).dashboard.total_count == 1
    wrong: dict[str, Any] = {"create_date_from": "2030-01-02", "create_date_to": "2030-01-01"}
    for call, request in ((admin.ListLoans, pb.ListLoansRequest), (admin.GetDashboard, pb.GetDashboardRequest)):
        with pytest.raises(InvalidArgument) as caught:
            call(request(**wrong))
        assert caught.value.reason == "IMPOSSIBLE_DATE"


def test_the_dashboard_counts_sums_and_times(running: Service) -> None:
    owner = customer()
    made = [running.draft(owner), running.draft(owner, amount=money("1500"))]
    running.client(owner).WithdrawApplication(pb.WithdrawApplicationRequest(application_id=made[0].application_id))
    board = running.client(staff("ADMIN")).GetDashboard(pb.GetDashboardRequest()).dashboard
    assert board.total_count == 2
    assert [(stage.status, stage.count, stage.amount.amount, stage.left_count) for stage in board.stages] == [
        (Status.APPLICATION_STATUS_DRAFT, 1, "1500.00", 1),
        (Status.APPLICATION_STATUS_WITHDRAWN, 1, "6000.00", 0),
    ]


def test_a_stage_that_is_empty_now_still_shows_how_long_it_takes(running: Service) -> None:
    owner = customer()
    withdrawn = running.draft(owner)
    running.client(owner).WithdrawApplication(pb.WithdrawApplicationRequest(application_id=withdrawn.application_id))
    board = running.client(staff("ADMIN")).GetDashboard(pb.GetDashboardRequest()).dashboard
    assert [(stage.status, stage.count, stage.amount.amount, stage.left_count) for stage in board.stages] == [
        (Status.APPLICATION_STATUS_DRAFT, 0, "0.00", 1),
        (Status.APPLICATION_STATUS_WITHDRAWN, 1, "6000.00", 0),
    ]


def test_the_catalogue_is_open_to_everyone(running: Service) -> None:
    first = running.client(ANONYMOUS).ListFacilities(pb.ListFacilitiesRequest(page_size=2))
    rest = running.client(ANONYMOUS).ListFacilities(pb.ListFacilitiesRequest(page_token=first.next_page_token))
    found = [*first.facilities, *rest.facilities]
    assert [entry.code for entry in found] == sorted(entry.code for entry in found)
    assert len(found) == 4
    for entry in found:
        type_of_loan = facility(entry.code)
        assert entry.default_tenure_months in range(entry.min_tenure_months, entry.max_tenure_months + 1)
        assert (entry.fee_percent, entry.max_fee_percent) == (
            str(type_of_loan.fee_percent), str(type_of_loan.max_fee_percent)
        )  # fmt: skip
        assert terms_pb2.DayCount.Name(entry.day_count) == f"DAY_COUNT_{type_of_loan.day_count.name}"
        assert terms_pb2.Rounding.Name(entry.rounding) == f"ROUNDING_{type_of_loan.rounding.name}"
        assert [facility_pb2.PaymentComponent.Name(each) for each in entry.allocation_order] == [
            f"PAYMENT_COMPONENT_{each.name}" for each in type_of_loan.allocation_order
        ]
        assert type_of_loan.late_fee is not None
        assert entry.late_fee.grace_days == type_of_loan.late_fee.grace_days
        assert entry.late_fee.cap.amount == f"{type_of_loan.late_fee.cap}.00"
