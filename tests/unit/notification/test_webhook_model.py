"""Webhooks: what may be called, how often it is tried, and what is signed by which secret."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.webhook_events import SCOPES
from services.notification.webhook_model import (
    GRACE,
    KEPT,
    WAITS,
    Occurrence,
    Webhook,
    WebhookAttempt,
    WebhookAttemptResult,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookDisableReason,
    WebhookStatus,
    checked_types,
    checked_url,
)
from services.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from tests.fakes.clock import NOON

HOOK_ID = "0a7b3a1e-5d0f-4d2a-9d55-0c8f6a0f1b11"
GOOD = {
    "https://hooks.example.com/loanflow": "https://hooks.example.com/loanflow",
    "HTTPS://Hooks.Example.COM:443": "https://hooks.example.com/",
    "https://a.xn--p1ai/?q=1": "https://a.xn--p1ai/?q=1",
    "https://1.example/x": "https://1.example/x",
}
BAD = [
    "", "hooks.example.com", "/hooks", "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd",
    "https://hooks.example.com:8443/", "https://hooks.example.com:0/", "https://hooks.example.com:99999/",
    "https://user@hooks.example.com/", "https://user:secret@hooks.example.com/", "https://a.example@127.0.0.1/",
    "https://hooks.example.com/#part", "https://hooks.example.com/#", "https://127.0.0.1/", "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://2130706433/",
    "https://0x7f.0.0.1/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://localhost/",
    "https://localhost./", "https://kubernetes/", "https://a..example/", "https://-a.example/", "https://a.example./",
    "https://a.example\\@127.0.0.1/", "https://a.example\t/", "https://a.example\n.internal/", "https://a b.example/",
    "https://münchen.example/", "https://\uff11\uff12\uff17.0.0.1/", "https://a.example/ä", "https:///hooks", "https://",
    "https://a.example%2f@b.example/", "https://a.example/\x00", "gopher://a.example/", "javascript:alert(1)",
    "https://[fe80::1%25eth0]/", "https://a.example:443:80/", "https://a_b.example/", "https://a.1/", "https://a.0x1/",
]  # fmt: skip


def event(event_id: str = "e1", sequence: int = 1) -> Occurrence:
    return Occurrence(event_id, "payment.verified", NOON, "c1", "a1", {"loan_id": "l1"}, sequence, NOON)


def delivery() -> WebhookDelivery:
    return WebhookDelivery.of(HOOK_ID, event(), NOON)


def webhook() -> Webhook:
    return Webhook(
        webhook_id=HOOK_ID, client_id="p1", url="https://a.example/", event_types=("payment.verified",), secret="one",
        create_time=NOON, update_time=NOON,
    )  # fmt: skip


def attempt(status: int) -> WebhookAttempt:
    taken = WebhookAttemptResult.TAKEN if 200 <= status <= 299 else WebhookAttemptResult.REFUSED
    return WebhookAttempt(NOON, taken, status, 12)


@pytest.mark.parametrize("text", GOOD)
def test_an_address_is_kept_in_one_form(text: str) -> None:
    assert checked_url(text, development=False) == GOOD[text]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_public_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        checked_url(text, development=False)


@given(st.text(max_size=40), st.sampled_from(["https://", "https://a.example", "http://", ""]))
def test_whatever_is_taken_leads_to_a_named_host_over_https(text: str, prefix: str) -> None:
    try:
        url = urlsplit(checked_url(prefix + text, development=False))
    except InvalidArgument:
        return
    assert url.scheme == "https" and url.port in (None, 443) and "@" not in url.netloc and not url.fragment
    assert "." in (url.hostname or "") and (url.hostname or "")[-1].isalnum()


def test_only_development_calls_this_machine() -> None:
    assert checked_url("http://127.0.0.1:8000/x", development=True) == "http://127.0.0.1:8000/x"
    for text in ("http://10.0.0.1/", "http://hooks.example.com/", "http://127.0.0.1@evil.example/"):
        with pytest.raises(InvalidArgument):
            checked_url(text, development=True)


def test_only_what_the_contract_lets_partners_have_goes_to_them() -> None:
    assert checked_types(["payment.verified", "loan.activated"], SCOPES) == ("loan.activated", "payment.verified")
    for event_type in ("kyc.approved", "risk.rejected", "customer.profile.updated", "webhook.ping", "no.such"):
        with pytest.raises(InvalidArgument):
            checked_types([event_type], SCOPES)


def test_a_delivery_is_the_same_for_the_same_event_and_webhook() -> None:
    assert delivery().delivery_id == WebhookDelivery.of(HOOK_ID, event(), NOON + KEPT).delivery_id
    assert delivery().delivery_id != WebhookDelivery.of(HOOK_ID, event("e2"), NOON).delivery_id


def test_it_is_tried_later_and_later_and_given_up_in_the_end() -> None:
    made, waits = delivery(), []
    for _ in WAITS:
        made.record(attempt(500), 0.5)
        assert made.due_time is not None
        waits.append(made.due_time - NOON)
    assert waits == list(WAITS) == sorted(WAITS)
    made.record(attempt(500), 0.5)
    assert (made.status, made.due_time) == (WebhookDeliveryStatus.GIVEN_UP, None)
    assert len(made.attempts) == len(WAITS) + 1


def test_chance_spreads_the_tries() -> None:
    early, late = delivery(), delivery()
    early.record(attempt(500), 0.0)
    late.record(attempt(500), 1.0)
    assert early.due_time is not None and late.due_time is not None
    assert late.due_time - early.due_time == WAITS[0] * 0.4


@pytest.mark.parametrize("status", [200, 204, 299])
def test_what_is_taken_is_done(status: int) -> None:
    made = delivery()
    made.record(attempt(status), 0.5)
    assert (made.status, made.due_time) == (WebhookDeliveryStatus.DELIVERED, None)
    made.record(attempt(500), 0.5)
    assert made.status is WebhookDeliveryStatus.DELIVERED


def test_a_delivery_that_is_given_up_disables_its_webhook_with_a_reason() -> None:
    hook, made = webhook(), delivery()
    made.record(attempt(410), 0.5)
    assert made.status is WebhookDeliveryStatus.GIVEN_UP
    hook.give_up(made, NOON)
    assert (hook.status, hook.disable_reason) == (WebhookStatus.DISABLED, WebhookDisableReason.GONE)
    with pytest.raises(FailedPrecondition):
        hook.check_active()
    hook.change("", (), True, NOON)
    assert (hook.status, hook.disable_reason) == (WebhookStatus.ACTIVE, None)
    made.again(NOON)
    for _ in range(len(WAITS) + 1):
        made.record(attempt(503), 0.5)
    hook.give_up(made, NOON)
    assert hook.disable_reason is WebhookDisableReason.GIVEN_UP
    hook.change("", (), None, NOON)
    assert not hook.active


def test_attempts_are_bounded() -> None:
    made = delivery()
    for number in range(60):
        made.again(NOON)
        made.record(attempt(500 + number), 0.5)
    assert [each.http_status for each in made.attempts] == list(range(540, 560))


def test_two_secrets_sign_for_a_day_after_a_rotation() -> None:
    hook = webhook()
    hook.rotate("two", NOON)
    assert hook.secrets(NOON + GRACE - timedelta(seconds=1)) == ("two", "one")
    assert hook.secrets(NOON + GRACE) == ("two",)
    hook.rotate("three", NOON)
    assert hook.secrets(NOON) == ("three", "two")


def test_a_deleted_webhook_forgets_its_secrets_and_is_no_program_s() -> None:
    hook = webhook()
    hook.rotate("two", NOON)
    hook.delete(NOON)
    assert (hook.secret, hook.previous_secret, hook.active) == ("", "", False)
    with pytest.raises(NotFound):
        hook.check_owner("p1")
    with pytest.raises(NotFound):
        webhook().check_owner("p2")
