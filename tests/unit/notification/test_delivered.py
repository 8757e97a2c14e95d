"""How far a notice is over all of its channels, of which the inbox says nothing."""

from datetime import timedelta

import pytest

from services.notification.delivered import DeliveryState, delivered
from services.notification.model import Channel, History, Notification, NotificationStatus, Occasion, Outcome
from tests.unit.notification.test_model import LATER, notification

S, D = NotificationStatus, DeliveryState


def sent(status: NotificationStatus, channel: Channel = Channel.EMAIL) -> Notification:
    message = notification(status)
    message.channel = channel
    message.send_time = LATER if status in (S.SENT, S.DELIVERED) else None
    return message


@pytest.mark.parametrize(
    "mail, state",
    [
        (S.PENDING, D.UNDER_WAY), (S.SENT, D.DELIVERED), (S.DELIVERED, D.DELIVERED), (S.FAILED, D.FAILED),
        (S.BOUNCED, D.FAILED), (S.GIVEN_UP, D.FAILED),
    ],
)  # fmt: skip
def test_a_mail_says_how_far_a_notice_is(mail: NotificationStatus, state: DeliveryState) -> None:
    found = delivered([sent(mail), sent(S.SENT, Channel.IN_APP)])
    assert (found.state, found.deliver_time) == (state, LATER if state is D.DELIVERED else None)


def test_what_is_not_made_yet_is_under_way_and_a_fallback_counts() -> None:
    assert delivered([]).state is D.UNDER_WAY
    assert delivered([sent(S.BOUNCED), sent(S.PENDING, Channel.SMS)]).state is D.UNDER_WAY
    assert delivered([sent(S.BOUNCED), sent(S.SENT, Channel.SMS)]).state is D.DELIVERED


def test_one_that_goes_by_no_channel_but_the_inbox_has_failed_at_once() -> None:
    assert delivered([sent(S.SENT, Channel.IN_APP)]).state is D.FAILED
    assert delivered([], unreachable=True).state is D.FAILED
    assert delivered([sent(S.PENDING)], unreachable=True).state is D.UNDER_WAY


def test_only_an_occasion_of_the_type_since_then_says_that_nobody_was_reached() -> None:
    def said(event_type: str, outcome: Outcome) -> bool:
        occasion = Occasion("o1", "c1", "a1", event_type, outcome, LATER)
        return History((occasion,)).was_unreachable("risk.refusal.notice.issued", LATER)

    assert said("risk.refusal.notice.issued", Outcome.NO_CHANNEL)
    assert not said("risk.refusal.notice.issued", Outcome.TOLD) and not said("risk.rejected", Outcome.NO_CHANNEL)
    old = Occasion("o1", "c1", "a1", "risk.rejected", Outcome.NO_CHANNEL, LATER)
    assert not History((old,)).was_unreachable("risk.rejected", LATER + timedelta(seconds=1))
