"""A credit bureau, over a real server and a real database: consent, inquiry, assessment, notice, erasure."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from loanflow.customer.v1 import customer_events_pb2
from loanflow.risk.v1 import bureau_pb2, decision_pb2
from loanflow.risk.v1 import risk_events_pb2 as events
from loanflow.risk.v1 import risk_service_pb2 as pb
from services.risk.bureau import LOOKED_UP_AFTER
from services.risk.bureau_consent import consent_text
from services.runtime.context import Caller
from services.runtime.errors import NotFound, PermissionDenied
from tests.harness import customer
from tests.integration.risk.conftest import HOPELESS, OFFICER, RISK_MANAGER, Risk, rule

INSOLVENT = "bureau_insolvencies != null && bureau_insolvencies > 0"


@pytest.fixture
def bureau(risk: Risk, tmp_path: Path) -> Risk:
    """The service with a bureau."""
    risk.connect(tmp_path)
    return risk


def consented(risk: Risk, owner: Caller, **changes: Any) -> str:
    """An application whose customer lets the bureau be asked; its id."""
    application_id = risk.submit(customer_id=owner.subject, **changes)
    request = pb.GiveBureauConsentRequest(
        application_id=application_id, consent_version=consent_text().version,
        channel=bureau_pb2.CONSENT_CHANNEL_MOBILE_APP,
    )  # fmt: skip
    risk.client(owner).GiveBureauConsent(request)
    return application_id


def asked(risk: Risk, owner: Caller, last_name: str = "Muster", **changes: Any) -> str:
    """One about whose customer the bureau was asked; its id."""
    risk.borrowers.last_name = last_name
    application_id = consented(risk, owner, **changes)
    risk.approve_kyc(application_id)
    risk.ask_bureau()
    return application_id


def file_of(risk: Risk, application_id: str, by: Caller = RISK_MANAGER) -> Any:
    """The file, with the text that is asked for."""
    return risk.client(by).GetBureauFile(pb.GetBureauFileRequest(application_id=application_id))


def test_the_customer_reads_the_text_agrees_and_sees_what_the_bureau_said(bureau: Risk) -> None:
    owner = customer()
    application_id = bureau.submit(customer_id=owner.subject)
    shown = file_of(bureau, application_id, owner)
    assert (shown.consent_version, shown.bureau_file.HasField("consent")) == (consent_text().version, False)
    assert "Equifax" in shown.consent_text
    application_id = asked(bureau, owner)
    (inquiry,) = file_of(bureau, application_id, owner).bureau_file.inquiries
    assert inquiry.answer == bureau_pb2.BUREAU_ANSWER_HIT
    assert (inquiry.score.score, inquiry.cost.amount, inquiry.cost.currency) == (781, "1.85", "USD")
    assert len(inquiry.answer_sha256) == 64
    consent = file_of(bureau, application_id).bureau_file.consent
    assert (consent.consent_version, consent.channel) == (consent_text().version, bureau_pb2.CONSENT_CHANNEL_MOBILE_APP)


def test_a_report_says_what_the_bureau_said_or_why_it_says_nothing(bureau: Risk) -> None:
    hit = bureau.report(asked(bureau, customer()))
    assert hit.figures.bureau.answer == bureau_pb2.BUREAU_ANSWER_HIT
    assert (hit.figures.bureau.score, hit.indicators.bureau_score) == (781, 781)
    without = bureau.report(bureau.assessed())
    assert without.figures.bureau.answer == bureau_pb2.BUREAU_ANSWER_NO_CONSENT
    assert not without.indicators.HasField("bureau_score")
    frozen = bureau.report(asked(bureau, customer(), "Frozen"))
    assert frozen.figures.bureau.answer == bureau_pb2.BUREAU_ANSWER_FROZEN


def test_only_the_customer_agrees_and_others_do_not_read(bureau: Risk) -> None:
    owner = customer()
    application_id = consented(bureau, owner)
    request = pb.GiveBureauConsentRequest(
        application_id=application_id, consent_version=consent_text().version, channel=bureau_pb2.CONSENT_CHANNEL_WEB
    )
    for stranger in (customer(), OFFICER):
        with pytest.raises((PermissionDenied, NotFound)):
            bureau.client(stranger).GiveBureauConsent(request)
    with pytest.raises((PermissionDenied, NotFound)):
        file_of(bureau, application_id, customer())
    assert file_of(bureau, application_id, OFFICER).bureau_file.consent.consent_version


def test_the_events_say_that_and_what_came_of_it_and_nothing_of_the_report(bureau: Risk) -> None:
    application_id = asked(bureau, customer(), "Insolvent")
    kinds = events.RiskBureauConsentGiven, events.RiskBureauInquirySettled, events.RiskAssessmentCompleted
    given, settled, assessed = bureau.traffic.published(*kinds)
    assert (given.application_id, settled.application_id) == (application_id, application_id)
    assert settled.answer == bureau_pb2.BUREAU_ANSWER_HIT
    assert assessed.score == bureau.report(application_id).score.score


def test_what_is_not_answered_is_looked_up_by_its_reference(bureau: Risk) -> None:
    application_id = asked(bureau, customer(), "Silent")
    (waiting,) = file_of(bureau, application_id).bureau_file.inquiries
    assert waiting.status == bureau_pb2.BUREAU_INQUIRY_STATUS_SENT
    bureau.clock.advance(LOOKED_UP_AFTER)
    bureau.ask_bureau()
    (settled,) = file_of(bureau, application_id).bureau_file.inquiries
    assert (settled.answer, settled.inquiry_reference) == (bureau_pb2.BUREAU_ANSWER_HIT, waiting.inquiry_reference)
    assert len(bureau.http.bureau.questions) == 1


def test_a_refusal_that_rests_on_the_report_names_the_agency_and_its_score(bureau: Risk) -> None:
    bureau.put_in_force(rule(INSOLVENT, name="INSOLVENT"))
    owner = customer()
    application_id = asked(bureau, owner, "Insolvent", **HOPELESS)
    (fired,) = bureau.report(application_id).rules.fired
    assert fired.on_bureau
    bureau.decide(
        application_id, decision=decision_pb2.RISK_DECISION_REJECTED,
        rejection_reason=decision_pb2.RISK_REJECTION_REASON_CREDIT_HISTORY,
    )  # fmt: skip
    bureau.notices()
    notice = bureau.notice(application_id, owner)
    for each in ("EQUIFAX (STAND-IN)", "8005550100", "did not take the decision", "528", "from 300", "It is so."):
        assert each in notice
    assert "INSOLVENT" in [each.code for each in bureau.explanation(application_id, owner).principal_reasons]


def test_a_refusal_that_does_not_rest_on_it_names_no_agency(bureau: Risk) -> None:
    owner = customer()
    application_id = asked(bureau, owner, **HOPELESS)
    bureau.decide(
        application_id, decision=decision_pb2.RISK_DECISION_REJECTED,
        rejection_reason=decision_pb2.RISK_REJECTION_REASON_REPAYMENT_CAPACITY,
    )  # fmt: skip
    bureau.notices()
    assert "EQUIFAX" not in bureau.notice(application_id, owner)


def test_what_lowered_the_score_is_sealed_in_its_row_and_the_answer_in_its_file(bureau: Risk) -> None:
    application_id = asked(bureau, customer(), "Insolvent")
    with bureau.traffic.database.engine.connect() as connection:
        row = connection.execute(text("SELECT inquiries::text FROM bureau_files")).scalar_one()
    assert "delinquency" not in row
    assert all(b"equifaxUS" not in content for content in bureau.bucket.stored.values())
    (inquiry,) = file_of(bureau, application_id).bureau_file.inquiries
    assert inquiry.score.factors[0] == "Serious delinquency"


def test_the_report_is_unreadable_25_months_after_the_end(bureau: Risk) -> None:
    owner = customer()
    asked(bureau, owner, "Insolvent")
    event = customer_events_pb2.CustomerErased(customer_id=owner.subject)
    event.erase_time.FromDatetime(bureau.clock.now())
    event.relationship_end_time.FromDatetime(bureau.clock.now())
    bureau.hear(event)
    query = text("SELECT expire_time FROM data_keys WHERE subject = :who AND record_class = 'bureau'")
    with bureau.traffic.database.engine.connect() as connection:
        expiry = connection.execute(query, {"who": owner.subject}).scalar_one()
    kept = expiry - bureau.clock.now()
    assert timedelta(days=755) < kept < timedelta(days=765)
