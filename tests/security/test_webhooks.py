"""Webhooks of partners: addresses that are not theirs, answers that mean no good, and messages without a signature.

The service is a real one, with its database; what it calls is on this machine, or in no network at all.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.ports import Signed
from services.notification.webhook_model import WebhookAttemptResult
from services.notification.webhook_sender import HttpSender, WebhookSettings, new_secret
from services.runtime.errors import Error, InvalidArgument, NotFound, PermissionDenied
from services.runtime.ids import new_id
from tests.fakes.hostile import HTTP_SCRIPTS, hostile, http, says
from tests.fakes.webhook_receiver import FakeReceiver
from tests.harness import customer, program, staff
from tests.integration.notification.conftest import Service
from tests.integration.notification.hooks import MANAGE, VERIFIED, Partner, receiver
from tests.unit.notification.test_webhook_model import BAD
from tests.unit.runtime.test_addresses import NOT_PUBLIC

MESSAGE = Signed("e1", datetime(2026, 1, 1, tzinfo=UTC), '{"id":"e1"}', (new_secret(),))
OURS = WebhookSettings(0.5, development=True)
CALLS: dict[str, Callable[[Any, str], Any]] = {
    "change": lambda stub, hook: stub.UpdateWebhook(pb.UpdateWebhookRequest(webhook_id=hook, enabled=False)),
    "delete": lambda stub, hook: stub.DeleteWebhook(pb.DeleteWebhookRequest(webhook_id=hook)),
    "rotate": lambda stub, hook: stub.RotateWebhookSecret(pb.RotateWebhookSecretRequest(webhook_id=hook)),
    "ping": lambda stub, hook: stub.PingWebhook(pb.PingWebhookRequest(webhook_id=hook)),
    "read": lambda stub, hook: stub.ListWebhookDeliveries(pb.ListWebhookDeliveriesRequest(webhook_id=hook)),
    "replay": lambda stub, hook: stub.ReplayWebhook(pb.ReplayWebhookRequest(webhook_id=hook, event_id=new_id())),
}


@pytest.fixture
def partner(running: Service) -> Partner:
    return Partner(running)


@pytest.fixture
def address() -> Iterator[FakeReceiver]:
    with receiver() as made:
        yield made


@pytest.mark.tries(2 * len(BAD))
def test_no_address_that_is_not_public_is_taken_for_a_webhook(partner: Partner, address: FakeReceiver) -> None:
    made = partner.create(address.url()).webhook
    # Without the development switch this machine is no exception.
    object.__setattr__(partner.service.webhooks, "development", False)
    for url in (*BAD, address.url(), "http://localhost/"):
        with pytest.raises(InvalidArgument):
            partner.create(url)
        if url:
            with pytest.raises(InvalidArgument):
                partner.stub.UpdateWebhook(pb.UpdateWebhookRequest(webhook_id=made.webhook_id, url=url))
    assert partner.get(made.webhook_id).url == made.url


@pytest.mark.parametrize("leads_to", NOT_PUBLIC)
def test_a_name_that_leads_into_this_network_is_not_called(address: FakeReceiver, leads_to: str) -> None:
    with closing(HttpSender(WebhookSettings(0.5), ask=lambda *_: [leads_to])) as sender:
        for url in ("https://hooks.example.com/", address.url().replace("127.0.0.1", "hooks.example.com")):
            assert sender.send(url, MESSAGE).result is WebhookAttemptResult.ADDRESS_REFUSED
    assert address.received == []


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere(address: FakeReceiver) -> None:
    answers = [["10.0.0.1"], ["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]]
    url = address.url().replace("127.0.0.1", "hooks.example.com")
    with closing(HttpSender(WebhookSettings(0.5), ask=lambda *_: answers.pop(0))) as sender:
        while answers:
            left = len(answers)
            assert sender.send(url, MESSAGE).result is WebhookAttemptResult.ADDRESS_REFUSED
            assert len(answers) == left - 1, "a name is asked for once for each call"
    assert address.received == []


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in HTTP_SCRIPTS.items()])
def test_an_address_that_means_no_good_is_no_answer(script: Any) -> None:
    with hostile(script) as port, closing(HttpSender(OURS)) as sender:
        reply = sender.send(f"http://127.0.0.1:{port}/", MESSAGE)
    assert (reply.result, reply.http_status) == (WebhookAttemptResult.NO_ANSWER, 0)


def test_an_answer_that_is_too_large_is_none() -> None:
    with hostile(says(http(200, b"x" * 20_000))) as port, closing(HttpSender(OURS)) as sender:
        assert sender.send(f"http://127.0.0.1:{port}/", MESSAGE).result is WebhookAttemptResult.NO_ANSWER


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(address: FakeReceiver, status: int) -> None:
    with receiver() as inner, closing(HttpSender(OURS)) as sender:
        address.status, address.headers = status, {"location": inner.url("/internal")}
        reply = sender.send(address.url(), MESSAGE)
        assert (reply.result, reply.http_status) == (WebhookAttemptResult.REFUSED, status)
        assert inner.received == [] and len(address.received) == 1


FORGED: dict[str, Callable[[str, dict[str, str]], tuple[str, dict[str, str]]]] = {
    "another body": lambda body, headers: (body.replace("e1", "e2"), headers),
    "another id": lambda body, headers: (body, {**headers, "webhook-id": "e2"}),
    "another time": lambda body, headers: (body, {**headers, "webhook-timestamp": _seconds(timedelta(seconds=1))}),
    "an old message": lambda body, headers: (body, _signed_at(body, headers, timedelta(minutes=-6))),
    "a message of the future": lambda body, headers: (body, _signed_at(body, headers, timedelta(minutes=6))),
    "no signature": lambda body, headers: (body, {**headers, "webhook-signature": ""}),
    "another version": lambda body, headers: (
        body, {**headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")}
    ),
    "another secret": lambda body, headers: (
        body, {**headers, "webhook-signature": Webhook(new_secret()).sign("e1", datetime.now(UTC), body)}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_message_that_is_forged_or_replayed_is_known_by_the_library(address: FakeReceiver, name: str) -> None:
    secrets = (new_secret(), new_secret())
    with closing(HttpSender(OURS)) as sender:
        sender.send(address.url(), Signed("e1", datetime.now(UTC), '{"id":"e1"}', secrets))
    [got] = address.received
    assert got.verified(secrets[0]) == got.verified(secrets[1]) == {"id": "e1"}
    _SECRETS[:] = secrets
    body, headers = FORGED[name](got.body, got.headers)
    for secret in secrets:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


@pytest.mark.parametrize("call", CALLS)
def test_no_program_reaches_another_s_webhook(partner: Partner, address: FakeReceiver, call: str) -> None:
    made = partner.create(address.url()).webhook
    strangers = [program(MANAGE), program("registration.read", client_id=partner.client_id), customer()]
    strangers += [program(MANAGE, client_id=partner.client_id, customer_id=partner.service.customer_id)]
    strangers += [] if call == "read" else [staff("ADMIN")]
    for who in strangers:
        with pytest.raises((NotFound, PermissionDenied)):
            CALLS[call](partner.service.client(who), made.webhook_id)
    for role in ("OFFICER", "MANAGER", "CREDIT_HEAD"):
        with pytest.raises(PermissionDenied):
            partner.service.client(staff(role)).ListWebhooks(pb.ListWebhooksRequest())
    assert partner.get(made.webhook_id) == made


@pytest.mark.tries(len(CALLS))
def test_a_secret_is_in_no_other_answer_and_in_clear_nowhere(
    partner: Partner, address: FakeReceiver, capsys: pytest.CaptureFixture[str]
) -> None:
    made = partner.create(address.url())
    hook = made.webhook.webhook_id
    said: list[Any] = []
    partner.pays()
    partner.serve()
    for name in ("ping", "replay", "read", "change", "rotate", "delete"):
        try:
            said.append(CALLS[name](partner.stub, hook))
        except Error as error:
            said.append(error)
    secrets = [made.secret, said[4].secret]
    said[4].ClearField("secret")
    rows = [partner.service.rows(each) for each in ("webhooks", "audit", "webhook_deliveries", "idempotency")]
    everything = str(said) + str(rows) + str(address.received) + "".join(capsys.readouterr())
    for secret in secrets:
        assert secret and secret.removeprefix("whsec_")[:20] not in everything


def test_nothing_of_a_customer_who_did_not_agree_is_replayed(partner: Partner, address: FakeReceiver) -> None:
    other = Partner(partner.service)
    other.consents.agree(partner.service.customer_id, other.client_id)
    partner.create(address.url())
    with receiver() as elsewhere:
        hook = other.create(elsewhere.url()).webhook.webhook_id
        event_id, long_ago = partner.pays(), Timestamp(seconds=1)
        other.serve()
        for which in ({"event_id": event_id}, {"since_time": long_ago}):
            answer = other.stub.ReplayWebhook(pb.ReplayWebhookRequest(webhook_id=hook, **which))
            assert answer.replayed_count == 0
        other.serve()
        assert elsewhere.received == [] and other.deliveries(hook) == []
    assert address.ids() == [event_id]
    assert VERIFIED in address.received[0].body


_SECRETS: list[str] = []


def _seconds(later: timedelta) -> str:
    return str(int((datetime.now(UTC) + later).timestamp()))


def _signed_at(body: str, headers: dict[str, str], later: timedelta) -> dict[str, str]:
    """A message that was truly signed at another time."""
    at = datetime.now(UTC) + later
    signed = " ".join(Webhook(each).sign("e1", at, body) for each in _SECRETS)
    return {**headers, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}
