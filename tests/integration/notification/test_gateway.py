"""Text messages by a gateway of the lender's own, by its stand-in over TLS, and which provider the settings choose."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody

from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.callbacks import Callbacks
from services.notification.delivery import RETRY
from services.notification.jasmin import JasminSms, ReceiptLinks
from services.notification.model import Channel
from services.notification.ports import Party
from services.notification.providers import providers_of
from services.notification.twilio import TwilioSms
from services.runtime.errors import Unauthenticated, Unavailable
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, FakeProviders
from tests.harness import ANONYMOUS, Mesh
from tests.integration.notification.conftest import Service
from tests.integration.notification.test_providers import overdue, settle, statuses

SMS = Channel.SMS


@pytest.fixture
def companies(mesh: Mesh, tmp_path: Path) -> Iterator[FakeProviders]:
    found = FakeProviders(mesh.identity("notification"), tmp_path)
    yield found
    found.stop()


@pytest.fixture
def reached(running: Service, companies: FakeProviders) -> Iterator[Service]:
    """The service, whose text messages go by the gateway."""
    settings = companies.jasmin()
    sms = JasminSms(settings, "LoanFlow", EDGE)
    running.delivery = replace(running.delivery, providers={**running.delivery.providers, SMS: sms})
    running.app = replace(running.app, channels=frozenset({Channel.IN_APP, Channel.EMAIL, SMS}))
    running.callbacks = Callbacks(EDGE, running.clock, receipts=ReceiptLinks(settings.report_key_file, EDGE))
    running.__post_init__()
    yield running
    sms.close()


def hand_over(running: Service, *callbacks: Callback) -> list[Any]:
    """What the edge does with the gateway's calls; the answers."""
    return [running.client(ANONYMOUS).ReportSmsReceipt(_request(each)).acknowledgement for each in callbacks]


def _request(callback: Callback) -> pb.ReportSmsReceiptRequest:
    form = HttpBody(content_type=callback.headers["Content-Type"], data=callback.body)
    return pb.ReportSmsReceiptRequest(receipt_token=callback.url.rpartition("/")[2], form=form)


def test_an_overdue_payment_goes_by_the_gateway_which_hears_that_its_word_was_taken(
    reached: Service, companies: FakeProviders
) -> None:
    overdue(reached)
    settle(reached, SMS)
    (sms,) = companies.gateway.messages
    assert sms["to"] == "+353861234567"
    assert sms["body"].startswith("LoanFlow: Instalment 3 was due on 1 June 2030 and EUR 512.30 is still missing.")
    assert statuses(reached)["SMS"] == "SENT"
    answers = hand_over(reached, *companies.callbacks, *reversed(companies.callbacks))
    assert {(each.content_type, each.data) for each in answers} == {("text/plain", companies.callbacks[0].acknowledged)}
    assert statuses(reached)["SMS"] == "DELIVERED"
    assert len(companies.gateway.messages) == 1


@pytest.mark.parametrize(("ending", "status", "dead"), [("0002", "BOUNCED", True), ("0003", "BOUNCED", False)])
def test_a_number_that_is_none_gets_no_more_and_one_that_is_off_gets_the_next(
    reached: Service, companies: FakeProviders, ending: str, status: str, dead: bool
) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", f"+35386123{ending}")
    overdue(reached)
    settle(reached, SMS)
    hand_over(reached, *companies.callbacks)
    assert statuses(reached)["SMS"] == status
    assert [each["dead"] for each in reached.rows("recipients")] == ([["SMS"]] if dead else [])
    overdue(reached)
    settle(reached, SMS)
    assert len(companies.gateway.messages) == (1 if dead else 2)


def test_too_many_at_once_wait_and_that_is_no_refusal(reached: Service, companies: FakeProviders) -> None:
    overdue(reached)
    companies.gateway.per_second = 0
    with pytest.raises(Unavailable) as throttled:
        reached.deliver(SMS)
    assert throttled.value.retry_after == 1
    companies.gateway.per_second = 100
    reached.clock.advance(RETRY)
    settle(reached, SMS)
    (row,) = (each for each in reached.rows("notifications") if each["channel"] == "SMS")
    assert (row["status"], row["refusals"], row["attempts"]) == ("SENT", 0, 2)


def test_what_comes_to_no_address_of_ours_changes_nothing(reached: Service, companies: FakeProviders) -> None:
    overdue(reached)
    settle(reached, SMS)
    before = statuses(reached)
    (*_, delivered) = companies.callbacks
    with pytest.raises(Unauthenticated) as refused:
        hand_over(reached, replace(delivered, url=f"{delivered.url[:-8]}AAAAAAAA"))
    assert refused.value.reason == "SIGNATURE_INVALID"
    assert statuses(reached) == before


def test_a_setting_says_which_provider_carries_text_messages(running: Service, companies: FakeProviders) -> None:
    class Given:
        """The settings that choose."""

        smtp, lender_file, public_url = running.mail_server.settings(), None, EDGE
        sendgrid = fcm = None
        twilio, jasmin, sms_provider = companies.twilio(), companies.jasmin(), "TWILIO"

    kinds = {}
    for Given.sms_provider in ("TWILIO", "JASMIN"):
        made = providers_of(Given)  # type: ignore[arg-type]
        kinds[Given.sms_provider] = type(made[SMS])
        made[SMS].close()
    assert kinds == {"TWILIO": TwilioSms, "JASMIN": JasminSms}
