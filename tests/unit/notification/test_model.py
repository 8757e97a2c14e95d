"""Notifications: every status with every action; and who wants what."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations

import pytest

from services.notification.model import (
    MAX_REFUSALS,
    Channel,
    DeliveryFailure,
    Notification,
    NotificationStatus,
    Outcome,
    Reach,
    Rule,
    Text,
)
from services.notification.notices import RULES as ALL_RULES
from services.notification.recipients import Recipient
from services.runtime.errors import InvalidArgument, NotFound

NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
S = NotificationStatus
MAIL = (Channel.EMAIL, Channel.IN_APP)
RULES = {
    "kyc.approved": Rule("kyc.approved", MAIL),
    "kyc.rejected": Rule("kyc.rejected", MAIL, mandatory=True),
}


def notification(status: NotificationStatus = S.PENDING) -> Notification:
    return Notification(
        notification_id="n", customer_id="c", event_id="e", event_type="kyc.approved", channel=Channel.EMAIL,
        status=status, text=Text("Subject", "Body", 1), application_id="a", loan_id="", create_time=NOW,
        due_time=NOW if status is S.PENDING else None,
    )  # fmt: skip


ACTIONS: dict[str, Callable[[Notification], None]] = {
    "mark_sent": lambda each: each.mark_sent(LATER),
    "mark_failed": lambda each: each.mark_failed(LATER, DeliveryFailure.REFUSED),
    "mark_delivered": lambda each: each.mark_delivered(LATER),
    "mark_bounced": lambda each: each.mark_bounced(),
    "refuse": lambda each: each.refuse(LATER),
    "miss": lambda each: each.miss(NOW, LATER),
    "postpone": lambda each: each.postpone(LATER),
    "read": lambda each: each.read(LATER),
}
MOVES = {
    (S.PENDING, "mark_sent"): S.SENT, (S.PENDING, "mark_failed"): S.FAILED,
    # What is reported may come before it is noted that it was sent, and a bounce after the delivery.
    (S.PENDING, "mark_delivered"): S.DELIVERED, (S.SENT, "mark_delivered"): S.DELIVERED,
    (S.PENDING, "mark_bounced"): S.BOUNCED, (S.SENT, "mark_bounced"): S.BOUNCED,
    (S.DELIVERED, "mark_bounced"): S.BOUNCED,
}  # fmt: skip


def test_tries_are_counted_with_what_the_last_came_to() -> None:
    each = notification()
    each.miss(NOW, LATER)
    assert (each.attempts, each.failure, each.due_time) == (1, DeliveryFailure.OUT_OF_REACH, LATER)
    each.refuse(LATER)
    assert (each.attempts, each.refusals, each.failure) == (2, 1, DeliveryFailure.REFUSED_FOR_NOW)
    each.postpone(LATER)
    each.mark_sent(LATER)
    assert (each.attempts, each.attempt_time, each.failure) == (3, LATER, None)
    each.mark_delivered(LATER)
    assert (each.attempts, each.deliver_time) == (3, LATER)
    each.mark_bounced()
    assert each.failure is DeliveryFailure.BOUNCED
    early = notification()
    early.mark_delivered(NOW)
    assert (early.attempts, early.send_time, early.deliver_time) == (1, NOW, NOW)


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_moves_what_it_may_and_nothing_else(status: NotificationStatus, action: str) -> None:
    each = notification(status)
    ACTIONS[action](each)
    assert each.status is MOVES.get((status, action), status)
    assert (each.due_time is None) == (each.status is not S.PENDING)
    sent = (status, action) in {(S.PENDING, "mark_sent"), (S.PENDING, "mark_delivered"), (S.SENT, "mark_delivered")}
    assert each.send_time == (LATER if sent else None)


def test_refusals_are_further_and_further_apart_and_the_last_is_final() -> None:
    each, waits = notification(), []
    for _ in range(MAX_REFUSALS - 1):
        each.refuse(NOW)
        assert each.due_time is not None
        waits.append(each.due_time - NOW)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=2), timedelta(minutes=15))
    each.refuse(NOW)
    assert each.status is S.GIVEN_UP


def test_what_could_not_be_asked_is_no_refusal() -> None:
    each = notification()
    each.postpone(LATER)
    assert (each.due_time, each.refusals) == (LATER, 0)


def test_the_first_reading_counts() -> None:
    each = notification(S.SENT)
    each.read(NOW)
    each.read(LATER)
    assert each.read_time == NOW


def test_a_choice_replaces_the_default_of_its_type_alone() -> None:
    recipient = Recipient(customer_id="c")
    recipient.choose([("kyc.approved", (Channel.PUSH,))], RULES, NOW)
    recipient.choose([("kyc.rejected", (Channel.EMAIL,))], RULES, LATER)
    assert recipient.channels(RULES["kyc.approved"]) == (Channel.PUSH,)
    assert recipient.channels(RULES["kyc.rejected"]) == (Channel.EMAIL,)
    assert recipient.channels(Rule("other.one", MAIL)) == MAIL
    assert recipient.update_time == LATER


@pytest.mark.parametrize(
    "choices, field",
    [
        ([("kyc.approved", MAIL), ("no.such", MAIL)], "preferences[1].event_type"),
        ([("kyc.approved", MAIL), ("kyc.approved", ())], "preferences[1].event_type"),
        ([("kyc.rejected", (Channel.IN_APP,))], "preferences[0].channels"),
        ([("kyc.rejected", ())], "preferences[0].channels"),
    ],
)
def test_a_wrong_choice_names_its_field_and_changes_nothing(
    choices: list[tuple[str, tuple[Channel, ...]]], field: str
) -> None:
    recipient = Recipient(customer_id="c")
    with pytest.raises(InvalidArgument) as refused:
        recipient.choose(choices, RULES, NOW)
    assert [each.field for each in refused.value.violations] == [field]
    assert (recipient.choices, recipient.update_time) == ({}, None)


def test_who_is_erased_keeps_no_choice_and_makes_none() -> None:
    recipient = Recipient(customer_id="c")
    recipient.choose([("kyc.approved", ())], RULES, NOW)
    recipient.erase(NOW)
    recipient.erase(LATER)
    assert (recipient.choices, recipient.erase_time) == ({}, NOW)
    with pytest.raises(NotFound):
        recipient.choose([("kyc.approved", ())], RULES, LATER)


SUBSETS = [frozenset(each) for each in chain.from_iterable(combinations(Channel, n) for n in range(5))]


@pytest.mark.parametrize("available", SUBSETS, ids=lambda each: "+".join(sorted(c.name for c in each)) or "none")
@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=lambda rule: rule.event_type)
def test_no_event_ends_in_silence(rule: Rule, available: frozenset[Channel]) -> None:
    """Each rule, whatever channels there are, whatever was chosen (also while other channels were there)."""
    for chosen in (None, *(tuple(each) for each in SUBSETS)):
        recipient = Recipient(customer_id="c", choices={} if chosen is None else {rule.event_type: chosen})
        reach, wanted = recipient.reach(rule, available), rule.channels if chosen is None else chosen
        assert set(reach.channels) <= available
        assert bool(reach.channels) == (reach.outcome is Outcome.TOLD)
        assert (reach.outcome is Outcome.NO_CHANNEL) == (not available and bool(wanted or rule.mandatory))
        assert (reach.outcome is Outcome.NOT_WANTED) == (not wanted and not rule.mandatory)
        assert set(wanted) & available <= set(reach.channels)
        assert not rule.mandatory or Channel.EMAIL in reach.channels or Channel.EMAIL not in available


def test_who_wants_a_channel_that_there_is_not_is_notified_over_the_others_of_the_rule() -> None:
    there = frozenset({Channel.EMAIL, Channel.IN_APP})
    reach = Recipient(customer_id="c", choices={"kyc.approved": (Channel.SMS,)}).reach(RULES["kyc.approved"], there)
    assert reach == Reach((Channel.EMAIL, Channel.IN_APP), Outcome.TOLD)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.PUSH])
def test_a_channel_that_there_is_not_cannot_be_chosen(channel: Channel) -> None:
    recipient = Recipient(customer_id="c")
    with pytest.raises(InvalidArgument, match=f"there is no {channel.name}") as refused:
        recipient.choose([("kyc.approved", (Channel.IN_APP, channel))], RULES, NOW, frozenset(MAIL))
    assert [each.field for each in refused.value.violations] == ["preferences[0].channels"]
    assert recipient.choices == {}
