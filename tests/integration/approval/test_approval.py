"""The three levels over gRPC, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from google.protobuf.message import Message
from sqlalchemy import text

from loanflow.application.v1 import application_events_pb2 as application
from loanflow.approval.v1 import approval_events_pb2 as events
from loanflow.approval.v1 import approval_pb2
from loanflow.approval.v1 import approval_service_pb2 as pb
from services.runtime.errors import Error, FailedPrecondition, Internal, InvalidArgument, NotFound, PermissionDenied
from services.runtime.events.avro import Codec
from services.runtime.events.inbox import NotYet
from services.runtime.ids import new_id
from services.terms import from_cost, from_terms
from tests.integration.approval.conftest import (
    COST,
    LEVELS,
    TERMS,
    Approvals,
    People,
    kyc_approved,
    offer_accepted,
    risk_approved,
)
from tests.sealed import why

A = new_id()


def test_an_accepted_offer_passes_three_levels(service: Approvals, people: People, codec: Codec) -> None:
    service.accepted(A, people)
    assert service.read(A).status == approval_pb2.APPROVAL_STATUS_READY
    put_up = service.client("OFFICER", people.officer).Submit(pb.SubmitRequest(application_id=A)).approval
    assert (put_up.status, put_up.submitted_by) == (approval_pb2.APPROVAL_STATUS_PENDING_INTERNAL, people.officer)
    for level in LEVELS:
        service.decide(level, A, people.levels[level])
    seen = service.read(A)
    assert seen.status == approval_pb2.APPROVAL_STATUS_APPROVED
    assert [each.decided_by for each in seen.decisions] == list(people.levels.values())
    assert [each.level for each in seen.decisions] == [1, 2, 3]
    assert {each.comment for each in seen.decisions} == {"looked at it"}
    assert (seen.terms, seen.terms_hash, seen.cost) == (from_terms(TERMS), TERMS.hash(), from_cost(COST, "EUR"))
    assert seen.HasField("submit_time")
    assert service.published() == ["approval.internal.passed", "approval.management.passed", "approval.final.approved"]
    said = codec.decode(service.rows("outbox")[-1]["payload"], events.ApprovalFinalApproved)
    assert (said.application_id, said.customer_id) == (A, people.customer)
    assert (said.decided_by, said.terms, said.terms_hash) == (people.levels["Final"], seen.terms, TERMS.hash())


def test_a_decision_leaves_its_audit_row_and_its_event_with_the_version(service: Approvals, people: People) -> None:
    service.submitted(A, people)
    service.decide("Internal", A, people.levels["Internal"])
    audit = service.rows("audit")[-1]
    assert (audit["actor"], why(service.database, audit)) == (f"staff:{people.levels['Internal']}", "looked at it")
    assert audit["method"] == "/loanflow.approval.v1.ApprovalService/DecideInternal"
    assert (audit["before"]["status"], audit["after"]["status"]) == ("PENDING_INTERNAL", "PENDING_MANAGEMENT")
    assert audit["before"]["decisions"] == []
    assert audit["after"]["decisions"][0]["approved"] is True
    (row,) = service.rows("outbox")
    assert (row["key"], row["version"], row["aggregate_type"]) == (A, 1, "Approval")
    assert row["headers"]["ce_correlationid"] == audit["correlation_id"]


@pytest.mark.parametrize("level", list(LEVELS))
def test_a_rejection_at_any_level_ends_it(service: Approvals, people: People, codec: Codec, level: str) -> None:
    service.submitted(A, people)
    for earlier in list(LEVELS)[: list(LEVELS).index(level)]:
        service.decide(earlier, A, people.levels[earlier])
    why = approval_pb2.APPROVAL_REJECTION_REASON_TERMS
    with pytest.raises(InvalidArgument, match="only with a rejection"):
        service.decide(level, A, people.levels[level], said=why)
    answer = service.decide(level, A, people.levels[level], approve=False, said=why)
    assert answer.status == approval_pb2.APPROVAL_STATUS_REJECTED
    assert (answer.decisions[-1].comment, answer.decisions[-1].rejection_reason) == ("looked at it", why)
    said = codec.decode(service.rows("outbox")[-1]["payload"], events.ApprovalRejected)
    assert (said.decided_by, said.rejection_reason) == (people.levels[level], why)
    assert approval_pb2.ApprovalLevel.Name(said.level) == f"APPROVAL_LEVEL_{level.upper()}"
    for each in LEVELS:
        with pytest.raises(FailedPrecondition) as refused:
            service.decide(each, A, new_id())
        assert refused.value.reason == "WRONG_STATUS"


def test_levels_are_taken_in_their_order(service: Approvals, people: People) -> None:
    service.accepted(A, people)
    expected = [("READY", LEVELS), ("PENDING_INTERNAL", ["Management", "Final"]), ("PENDING_MANAGEMENT", ["Final"])]
    for status, levels in expected:
        for level in levels:
            with pytest.raises(FailedPrecondition) as refused:
                service.decide(level, A, new_id())
            assert (refused.value.reason, refused.value.metadata["status"]) == ("LEVEL_NOT_REACHED", status)
        if status == "READY":
            service.client("OFFICER", people.officer).Submit(pb.SubmitRequest(application_id=A))
        else:
            service.decide("Internal", A, people.levels["Internal"])
            with pytest.raises(FailedPrecondition) as refused:
                service.decide("Internal", A, new_id())
            assert refused.value.reason == "WRONG_STATUS"
            break
    with pytest.raises(FailedPrecondition) as refused:
        service.client("OFFICER").Submit(pb.SubmitRequest(application_id=A))
    assert refused.value.metadata == {"status": "PENDING_MANAGEMENT", "allowed_from": "READY"}


@pytest.mark.parametrize("part", ["verifier", "kyc_manager", "risk_manager", "seller", "officer"])
def test_no_one_who_had_a_part_before_decides(service: Approvals, people: People, part: str) -> None:
    service.submitted(A, people)
    before = service.rows("approvals"), service.rows("decisions"), service.rows("outbox"), service.rows("audit")
    with pytest.raises(PermissionDenied) as refused:
        service.decide("Internal", A, getattr(people, part))
    assert refused.value.reason == "MAKER_CHECKER"
    assert (
        service.rows("approvals"), service.rows("decisions"), service.rows("outbox"), service.rows("audit")
    ) == before  # fmt: skip


def test_no_one_decides_at_two_levels(service: Approvals, people: People) -> None:
    service.submitted(A, people)
    service.decide("Internal", A, people.levels["Internal"])
    with pytest.raises(PermissionDenied) as refused:
        service.decide("Management", A, people.levels["Internal"])
    assert refused.value.reason == "MAKER_CHECKER"


def test_two_decisions_at_one_moment_are_one(service: Approvals, people: People) -> None:
    service.submitted(A, people)

    def decide(by: str) -> str:
        try:
            service.decide("Internal", A, by)
        except Error as error:
            return error.reason
        return "decided"

    for_client = service.client("INTERNAL")
    assert for_client is not None
    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(decide, [new_id() for _ in range(4)]))
    assert found == ["WRONG_STATUS"] * 3 + ["decided"]
    assert len(service.rows("decisions")) == len(service.rows("outbox")) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_approval_waits_until_every_earlier_decider_is_known(
    service: Approvals, people: People, order: tuple[int, ...]
) -> None:
    said = [kyc_approved(A, people), risk_approved(A, people), offer_accepted(A, people)]
    for place in order:
        try:
            service.take(said[place])
        except NotYet:
            assert place == 2
            assert service.rows("approvals") == []
    service.take(said[2])
    with pytest.raises(FailedPrecondition):
        service.decide("Internal", A, people.verifier)
    service.client("OFFICER").Submit(pb.SubmitRequest(application_id=A))
    for earlier in (people.verifier, people.kyc_manager, people.risk_manager):
        with pytest.raises(PermissionDenied):
            service.decide("Internal", A, earlier)


def test_an_accepted_offer_that_is_received_twice_is_one_approval(service: Approvals, people: People) -> None:
    service.submitted(A, people)
    service.take(offer_accepted(A, people))
    assert service.read(A).status == approval_pb2.APPROVAL_STATUS_PENDING_INTERNAL


def test_terms_that_are_not_those_of_the_hash_are_not_taken(service: Approvals, people: People) -> None:
    service.take(kyc_approved(A, people))
    service.take(risk_approved(A, people))
    with pytest.raises(InvalidArgument):
        service.take(offer_accepted(A, people, terms_hash="0" * 64))
    assert service.rows("approvals") == []


def test_terms_that_were_changed_in_the_store_are_not_approved(service: Approvals, people: People) -> None:
    service.submitted(A, people)
    service.decide("Internal", A, people.levels["Internal"])
    service.decide("Management", A, people.levels["Management"])
    with service.database.engine.begin() as connection:
        connection.execute(text("""UPDATE approvals SET terms = terms || '{"annual_rate_percent": "1"}'"""))
    with pytest.raises(Internal):
        service.decide("Final", A, people.levels["Final"])
    assert service.read(A).status == approval_pb2.APPROVAL_STATUS_PENDING_FINAL
    assert "approval.final.approved" not in service.published()


@pytest.mark.parametrize(
    "kind", [application.ApplicationWithdrawn, application.ApplicationRejected, application.ApplicationClosed]
)
def test_the_end_of_the_application_closes_what_is_open(
    service: Approvals, people: People, kind: type[Message]
) -> None:
    service.submitted(A, people)
    for _ in range(2):
        service.take(kind(application_id=A))
    assert service.read(A).status == approval_pb2.APPROVAL_STATUS_CLOSED
    with pytest.raises(FailedPrecondition) as refused:
        service.decide("Internal", A, people.levels["Internal"])
    assert refused.value.reason == "WRONG_STATUS"


def test_what_ended_before_its_offer_arrived_is_not_approved(service: Approvals, people: People) -> None:
    service.take(application.ApplicationWithdrawn(application_id=A))
    service.accepted(A, people)
    with pytest.raises(NotFound):
        service.read(A)


def test_roles_and_shapes_are_checked_before_anything_else(service: Approvals, people: People) -> None:
    service.submitted(A, people)
    request = pb.DecideInternalRequest(application_id=A, approve=True, comment="yes")
    for role in ("OFFICER", "MANAGER", "RISK_MGR", "CREDIT_HEAD", "ADMIN"):
        with pytest.raises(PermissionDenied) as denied:
            service.client(role).DecideInternal(request)
        assert denied.value.reason == "ACCESS_DENIED"
    client = service.client("INTERNAL")
    with pytest.raises(InvalidArgument) as refused:
        client.DecideInternal(pb.DecideInternalRequest(application_id="x"))
    assert {each.field for each in refused.value.violations} == {"application_id", "approve", "comment"}
    for call in (client.GetApproval, service.client("RISK_MGR").GetApproval):
        assert call(pb.GetApprovalRequest(application_id=A)).approval.application_id == A
    with pytest.raises(NotFound):
        client.DecideInternal(pb.DecideInternalRequest(application_id=new_id(), approve=True, comment="yes"))


def test_the_same_key_puts_it_up_once(service: Approvals, people: People) -> None:
    service.accepted(A, people)
    client, key = service.client("OFFICER", people.officer), (("idempotency-key", "submit-1"),)
    request = pb.SubmitRequest(application_id=A)
    assert client.Submit(request, metadata=key) == client.Submit(request, metadata=key)
