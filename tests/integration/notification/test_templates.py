"""Wordings of the lender's own over gRPC and MongoDB, and the log of what was delivered."""

from typing import Any

import pytest

from loanflow.notification.v1 import delivery_pb2, notification_pb2, template_pb2
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.repayment.v1.repayment_events_pb2 import PaymentOverdue
from loanflow.types.v1.money_pb2 import Money
from services.notification.model import Channel
from services.runtime.errors import InvalidArgument, NotFound, PermissionDenied
from tests.harness import staff
from tests.integration.notification.conftest import Service

MANAGER, HEAD = staff("MANAGER", account_id="m1"), staff("CREDIT_HEAD", account_id="h1")
OFFICER = staff("OFFICER", account_id="o1")
OVERDUE = "payment.overdue"
BODY = "$amount_due has been missing since $due_date."


def propose(running: Service, body: str = BODY) -> Any:
    """A wording in English that waits for a second person."""
    request = pb.ProposeTemplateVersionRequest(
        event_type=OVERDUE, language="NOTICE_LANGUAGE_EN", purpose="Say it in short.",
        wording=template_pb2.Wording(subject="Please pay", body=body),
    )  # fmt: skip
    return running.client(MANAGER).ProposeTemplateVersion(request).template_version


def approve(running: Service, version: Any, who: Any = HEAD) -> Any:
    """The wording, decided on; this process knows of it at once, as the thread that is woken has it."""
    request = pb.DecideTemplateVersionRequest(
        template_version_id=version.template_version_id, decision="TEMPLATE_DECISION_APPROVED", reason="Clear."
    )
    decided = running.client(who).DecideTemplateVersion(request).template_version
    running.templates.refresh()
    return decided


def overdue(running: Service) -> Any:
    """What the customer finds in the inbox of an instalment that is overdue."""
    amount = Money(currency="EUR", amount="10.00")
    running.happens(PaymentOverdue, due_date="2030-06-01", amount_due=amount, instalment_number=1, days_past_due=3)
    return running.inbox()[0]


def test_customers_read_what_two_persons_agreed_on(running: Service) -> None:
    delivered = overdue(running)
    version = propose(running)
    assert overdue(running).subject == delivered.subject
    with pytest.raises(PermissionDenied) as refused:
        approve(running, version, MANAGER)
    assert refused.value.reason == "MAKER_CHECKER"
    approve(running, version)
    found = overdue(running)
    assert (found.subject, found.body) == ("Please pay", "EUR 10.00 has been missing since 1 June 2030.")
    assert found.template_version == f"{delivered.template_version}.1"
    running.client(HEAD).WithdrawTemplateVersion(
        pb.WithdrawTemplateVersionRequest(template_version_id=version.template_version_id, reason="Too short.")
    )
    running.templates.refresh()
    assert overdue(running).template_version == delivered.template_version
    audited = [row for row in running.rows("audit") if row["aggregate_type"] == "TemplateVersion"]
    assert len(audited) == 3


def test_a_wording_with_an_unknown_variable_is_refused_by_its_name(running: Service) -> None:
    with pytest.raises(InvalidArgument) as refused:
        propose(running, f"{BODY} $no_such")
    assert refused.value.reason == "TEMPLATE_INVALID"
    assert "names no_such" in refused.value.message
    assert not running.rows("template_versions")


def test_what_waits_is_listed_for_the_second_person(running: Service) -> None:
    first, second = propose(running), propose(running)
    approve(running, first)
    client = running.client(HEAD)
    waiting = client.ListTemplateVersions(pb.ListTemplateVersionsRequest())
    assert [each.template_version_id for each in waiting.template_versions] == [second.template_version_id]
    all_of_it = client.ListTemplateVersions(pb.ListTemplateVersionsRequest(event_type=OVERDUE))
    assert {each.template_version for each in all_of_it.template_versions} == {
        first.template_version, second.template_version,
    }  # fmt: skip


def test_staff_see_what_a_customer_would_get(running: Service) -> None:
    request = pb.PreviewTemplateRequest(event_type=OVERDUE, channel="CHANNEL_EMAIL", language="NOTICE_LANGUAGE_DE")
    seen = running.client(OFFICER).PreviewTemplate(request)
    assert "<html" in seen.html and "$" not in seen.text
    with pytest.raises(NotFound):
        running.client(OFFICER).PreviewTemplate(
            pb.PreviewTemplateRequest(event_type="webhook.ping", channel="CHANNEL_EMAIL")
        )
    listed = running.client(OFFICER).ListTemplates(pb.ListTemplatesRequest()).templates
    assert OVERDUE in {each.event_type for each in listed}


def deliveries(running: Service, application_id: str = "") -> list[Any]:
    """What staff see of the customer's mails, newest first."""
    request = pb.ListDeliveriesRequest(customer_id=running.customer_id, application_id=application_id)
    found = running.client(OFFICER).ListDeliveries(request).deliveries
    return [each for each in found if each.channel == notification_pb2.CHANNEL_EMAIL]


def test_the_log_says_what_became_of_a_mail_and_not_what_is_in_it(running: Service) -> None:
    overdue(running)
    (waiting,) = deliveries(running)
    assert (waiting.status, waiting.attempts) == (notification_pb2.NOTIFICATION_STATUS_PENDING, 0)
    assert running.deliver(Channel.EMAIL)
    (sent,) = deliveries(running, running.application_id)
    assert (sent.status, sent.attempts) == (notification_pb2.NOTIFICATION_STATUS_SENT, 1)
    assert sent.HasField("send_time") and sent.failure == delivery_pb2.DELIVERY_FAILURE_UNSPECIFIED
    assert sent.template_version == running.mails()[0].template_version
    assert not {"subject", "body", "email"} & {field.name for field in sent.DESCRIPTOR.fields}
    assert deliveries(running, "01936f0e-4b1c-7cc4-8f5e-3d2a90b7c615") == []
