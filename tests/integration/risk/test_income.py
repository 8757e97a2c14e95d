"""Income evidence, over a real server and a real database: accepted, read, used, refused, sealed, erased."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.customer.v1 import customer_events_pb2
from loanflow.risk.v1 import income_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.runtime.context import Caller
from services.runtime.errors import NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.factories.statements import employed
from tests.harness import customer
from tests.integration.risk.conftest import RISK_MANAGER, Risk

A = income_pb2.IncomeAnswer
MARCH = date(2030, 3, 1)


def file_of(risk: Risk, application_id: str, by: Caller = RISK_MANAGER) -> Any:
    return risk.client(by).GetIncomeFile(pb.GetIncomeFileRequest(application_id=application_id)).income_file


def submitted(risk: Risk, **changes: Any) -> tuple[str, Caller]:
    """An application that was submitted, and its customer."""
    owner = customer()
    return risk.submit(customer_id=owner.subject, **changes), owner


def test_a_statement_is_read_and_the_assessment_goes_by_it(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    assert not file_of(risk, application_id, owner).readings
    document_id = risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    found = file_of(risk, application_id, owner)
    [reading] = found.readings
    assert (reading.answer, found.in_force_document_id) == (A.INCOME_ANSWER_READ, document_id)
    assert (reading.evidence.monthly_income.amount, reading.evidence.month_count) == ("3000.00", 3)
    assert (reading.evidence.from_date, reading.evidence.to_date) == ("2030-03-01", "2030-05-31")
    assert list(reading.evidence.statement_numbers) == ["S-1", "S-2", "S-3"]
    assert reading.income_sources[0].payer == "Analytical Engines Ltd"
    assert [each.kind for each in reading.obligations] == [
        income_pb2.OBLIGATION_KIND_RENT, income_pb2.OBLIGATION_KIND_LOAN,
    ]  # fmt: skip
    risk.approve_kyc(application_id)
    figures = risk.report(application_id).figures
    assert (figures.income.amount, figures.income_basis) == ("3000.00", income_pb2.INCOME_BASIS_EVIDENCED)
    assert (figures.monthly_income.amount, figures.income_difference.amount) == ("4000.00", "1000.00")
    assert figures.income_evidence.evidence == reading.evidence
    risk.decide(application_id, addressed_rules=["INCOME_NOT_SHOWN"])


def test_without_a_statement_a_report_says_that_there_is_none(risk: Risk) -> None:
    figures = risk.report(risk.assessed()).figures
    assert figures.income_evidence.answer == A.INCOME_ANSWER_NONE
    assert not figures.HasField("income_difference")
    assert (figures.income.amount, figures.income_basis) == ("4000.00", income_pb2.INCOME_BASIS_DECLARED)


def test_one_accepted_on_a_draft_is_there_when_it_is_handed_in(risk: Risk) -> None:
    owner = customer()
    application_id = new_id()
    risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    risk.submit(application_id=application_id, customer_id=owner.subject)
    risk.approve_kyc(application_id)
    assert risk.report(application_id).figures.income.amount == "3000.00"


def test_one_that_comes_after_the_assessment_has_it_made_anew(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    risk.approve_kyc(application_id)
    before = risk.report(application_id)
    risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    after = risk.report(application_id)
    assert after.score.assess_time.ToDatetime() > before.score.assess_time.ToDatetime()
    assert after.figures.income.amount == "3000.00"


def test_what_is_wrong_is_named_and_the_version_before_stays_in_force(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    first = risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    risk.accept(application_id, owner.subject, employed(MARCH, closing_off_by=Decimal(1)).xml(), 2)
    risk.read_statements()
    found = file_of(risk, application_id, owner)
    fault = found.readings[1].fault
    assert (found.readings[1].answer, fault.element, fault.line) == (A.INCOME_ANSWER_UNREADABLE, "Stmt", 5)
    assert fault.problem.startswith("does not add up")
    assert not found.readings[1].HasField("evidence")
    assert found.in_force_document_id == first
    said = risk.traffic.published(events.RiskIncomeStatementRead)
    assert [each.answer for each in said] == [A.INCOME_ANSWER_READ, A.INCOME_ANSWER_UNREADABLE]


def test_the_same_event_again_reads_nothing_again(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    before = file_of(risk, application_id)
    risk.read_statements()
    assert file_of(risk, application_id) == before


def test_others_do_not_read_it(risk: Risk) -> None:
    application_id, _ = submitted(risk)
    with pytest.raises((PermissionDenied, NotFound)):
        file_of(risk, application_id, customer())


def test_names_and_numbers_are_sealed_and_bookings_are_nowhere(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    risk.accept(application_id, owner.subject, employed(MARCH).xml())
    risk.read_statements()
    risk.approve_kyc(application_id)
    with risk.traffic.database.engine.connect() as connection:
        query = text("SELECT i::text || r::text FROM income_files i JOIN reports r USING (application_id)")
        stored = connection.execute(query).scalar_one()
    for word in ("Lovelace", "Analytical", "House", "S-1", "DE89370400440532013000", "Thanks"):
        assert word not in stored
    event = customer_events_pb2.CustomerErased(customer_id=owner.subject)
    event.erase_time.FromDatetime(risk.clock.now())
    event.relationship_end_time.FromDatetime(risk.clock.now())
    risk.hear(event)
    [reading] = file_of(risk, application_id).readings
    assert reading.evidence.monthly_income.amount == "3000.00", "what a decision rested on stays while the law wants it"
    query = text("SELECT expire_time FROM data_keys WHERE subject = :who AND record_class = 'risk'")
    with risk.traffic.database.engine.connect() as connection:
        expiry = connection.execute(query, {"who": owner.subject}).scalar_one()
    assert timedelta(days=5 * 365) < expiry - risk.clock.now() < timedelta(days=5 * 367)


def test_two_replicas_read_a_statement_once(risk: Risk) -> None:
    application_id, owner = submitted(risk)
    risk.accept(application_id, owner.subject, employed(MARCH).xml())
    now = risk.clock.now()
    with risk.background(), risk.app.begin() as uow:
        assert uow.income_files.claim(now, now.replace(year=now.year + 1)) == application_id
        assert uow.income_files.claim(now, now) is None
        uow.commit()
    risk.read_statements()
    assert not file_of(risk, application_id).readings[0].answer
    with risk.traffic.database.engine.begin() as connection:
        connection.execute(text("UPDATE income_files SET check_time = now() - interval '50 years'"))
    risk.read_statements()
    assert file_of(risk, application_id).readings[0].answer == A.INCOME_ANSWER_READ
