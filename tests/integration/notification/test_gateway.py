"""Text messages by a gateway of the lender's own, by its stand-in over TLS, and which provider the settings choose."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from google.api.httpbody_pb2 import HttpBody

from loanflow.customer.v1.customer_events_pb2 import CustomerErased, CustomerProfileUpdated
from loanflow.notification.v1 import notification_service_pb2 as pb
from loanflow.notification.v1.preferences_pb2 import Preference
from services.notification.callbacks import Callbacks
from services.notification.delivery import RETRY
from services.notification.jasmin import JasminSms
from services.notification.model import Channel
from services.notification.ports import Party
from services.notification.providers import providers_of
from services.notification.receipt_links import ReceiptLinks
from services.notification.twilio import TwilioSms
from services.runtime.errors import InvalidArgument, Unauthenticated, Unavailable
from services.runtime.ids import new_id
from stack.servers.provider_apis import Callback
from tests.fakes.providers import EDGE, FakeProviders
from tests.harness import ANONYMOUS
from tests.integration.notification.conftest import Service
from tests.integration.notification.test_providers import overdue, settle, statuses

SMS = Channel.SMS


@pytest.fixture
def reached(running: Service, companies: FakeProviders) -> Iterator[Service]:
    """The service, whose text messages go by the gateway."""
    settings = companies.jasmin()
    sms = JasminSms(settings, "LoanFlow", EDGE)
    providers = {**running.delivery.providers, SMS: sms}
    running.delivery = replace(running.delivery, providers=providers, learn=running.answers.learn)
    running.app = replace(running.app, channels=frozenset({Channel.IN_APP, Channel.EMAIL, SMS}))
    running.callbacks = Callbacks(EDGE, receipts=ReceiptLinks(settings.report_key_file, EDGE))
    running.__post_init__()
    yield running
    sms.close()


def hand_over(running: Service, *callbacks: Callback) -> list[Any]:
    """What the edge does with the gateway's calls; the answers."""
    return [_handed_over(running.client(ANONYMOUS), each).acknowledgement for each in callbacks]


def _handed_over(client: Any, callback: Callback) -> Any:
    form = HttpBody(content_type=callback.headers["Content-Type"], data=callback.body)
    place, _, token = callback.url.rpartition("/")
    if place.endswith("/answers"):
        return client.ReportSmsAnswer(pb.ReportSmsAnswerRequest(answer_token=token, form=form))
    return client.ReportSmsReceipt(pb.ReportSmsReceiptRequest(receipt_token=token, form=form))


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


def declined(running: Service) -> list[str]:
    return [name for row in running.rows("recipients") for name in row["declined"]]


def test_one_who_answers_stop_gets_no_text_message_but_what_they_must_until_they_want_them_again(
    reached: Service, companies: FakeProviders
) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", "+353861230006")
    overdue(reached)
    settle(reached, SMS)
    answers = hand_over(reached, *companies.callbacks)
    assert {each.data for each in answers} == {b"ACK/Jasmin"} and statuses(reached)["SMS"] == "DELIVERED"
    assert declined(reached) == ["SMS"]
    assert "861230006" not in str(reached.rows("numbers") + reached.rows("audit") + reached.rows("text_answers"))
    companies.callbacks.clear()
    reached.clock.advance(timedelta(minutes=1))
    companies.gateway.hand_on("+353861230006", "Start.")
    hand_over(reached, *companies.callbacks)
    assert declined(reached) == []


def test_an_answer_counts_once_however_often_the_gateway_says_it(reached: Service, companies: FakeProviders) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", "+353861230006")
    overdue(reached)
    settle(reached, SMS)
    stop = companies.callbacks[-1]
    hand_over(reached, stop)
    reached.clock.advance(timedelta(minutes=1))
    choice = Preference(event_type="payment.overdue", channels=["CHANNEL_EMAIL", "CHANNEL_SMS"])
    reached.client().UpdatePreferences(pb.UpdatePreferencesRequest(preferences=[choice]))
    assert declined(reached) == []
    reached.clock.advance(timedelta(minutes=1))
    hand_over(reached, stop, stop)
    assert declined(reached) == []


def test_an_answer_is_that_of_all_whose_number_it_is_and_of_nobody_who_had_it_before(
    reached: Service, companies: FakeProviders
) -> None:
    mine, others = reached.customer_id, new_id()
    for each in (mine, others):
        reached.customer_id = each
        overdue(reached)
    settle(reached, SMS)
    assert len(reached.rows("numbers")) == 2
    reached.clock.advance(timedelta(minutes=5))
    reached.customer_id = mine
    reached.happens(CustomerProfileUpdated, changed_fields=["phone"], update_time=reached.clock.now())
    companies.callbacks.clear()
    companies.gateway.hand_on("00353 86 123 45 67", "Stopp!")
    companies.gateway.hand_on("+353869999999", "STOP")
    companies.gateway.hand_on("+353861234567", "why?")
    hand_over(reached, *companies.callbacks)
    assert {row["_id"]: row["declined"] for row in reached.rows("recipients")} == {mine: [], others: ["SMS"]}
    reached.customer_id = others
    reached.happens(CustomerErased)
    assert reached.rows("numbers") == []
    overdue(reached)
    settle(reached, SMS)
    assert reached.rows("numbers") == []


def test_an_answer_to_no_address_of_ours_or_that_cannot_be_read_changes_nothing(
    reached: Service, companies: FakeProviders
) -> None:
    reached.parties.given = Party("Anna", "anna@example.org", "+353861230006")
    overdue(reached)
    settle(reached, SMS)
    receipt, stop = companies.callbacks[0], companies.callbacks[-1]
    # Who has the address of a message's receipts has not that of answers.
    for url in (f"{stop.url[:-8]}AAAAAAAA", stop.url.rpartition("/")[0] + "/" + receipt.url.rpartition("/")[2]):
        with pytest.raises(Unauthenticated):
            hand_over(reached, replace(stop, url=url))
    with pytest.raises(Unauthenticated):
        hand_over(reached, replace(stop, url=receipt.url.rpartition("/")[0] + "/" + stop.url.rpartition("/")[2]))
    for body in (b"id=1&content=STOP", b"from=353861230006&content=STOP", b"id=1&from=353861230006&coding=8&binary=0",
                 b"id=1&from=353861230006&coding=8&binary=00"):  # fmt: skip
        with pytest.raises(InvalidArgument):
            hand_over(reached, replace(stop, body=body))
    assert declined(reached) == []
