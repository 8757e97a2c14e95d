"""Who is reached how when a channel is dead, declined, or failed: every rule, every set of channels, every history."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import pytest

from loanflow.customer.v1.customer_events_pb2 import CustomerProfileUpdated
from services.notification.convert import to_profile_changes
from services.notification.model import FALLBACKS, HOPEFUL, Channel, NotificationStatus, Rule
from services.notification.notices import RULES
from services.notification.recipients import ProfileChanges, Recipient

NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
SUBSETS = [frozenset(each) for each in chain.from_iterable(combinations(Channel, n) for n in range(5))]
MAIL = (Channel.EMAIL, Channel.IN_APP)
ANY, MUST = Rule("kyc.approved", MAIL), Rule("kyc.rejected", MAIL, mandatory=True)


def recipient(dead: frozenset[Channel] = frozenset(), declined: frozenset[Channel] = frozenset()) -> Recipient:
    return Recipient(customer_id="c", dead=tuple(dead), declined=tuple(declined))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.event_type)
def test_nothing_goes_to_a_dead_address_and_what_must_be_notified_goes_by_the_best_that_is_left(rule: Rule) -> None:
    for available, dead in product(SUBSETS, SUBSETS):
        channels, left = set(recipient(dead).reach(rule, available).channels), available - dead
        assert channels <= left
        best = next((each for each in FALLBACKS if each in left), None)
        assert not rule.mandatory or best is None or best in channels
        assert bool(channels) == bool(left)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.event_type)
def test_by_what_was_declined_only_what_must_be_notified_goes(rule: Rule) -> None:
    every = frozenset(Channel)
    for declined in SUBSETS:
        channels = set(recipient(declined=declined).reach(rule, every).channels)
        assert channels == set(recipient().reach(rule, every).channels) if rule.mandatory else not channels & declined


@pytest.mark.parametrize("rule", [ANY, MUST])
def test_a_notice_falls_back_only_when_it_must_arrive_and_nothing_else_may(rule: Rule) -> None:
    states = [None, *NotificationStatus]
    for mail, sms, push in product(states, repeat=3):
        tried = {each: state for each, state in zip(FALLBACKS, (mail, sms, push), strict=True) if state}
        for available, dead in product(SUBSETS, SUBSETS):
            found = recipient(dead).fallback(rule, tried, available)
            hopeful = any(state in HOPEFUL for state in tried.values())
            left = [each for each in FALLBACKS if each in available - dead and each not in tried]
            assert found == (left[0] if rule.mandatory and left and not hopeful else None)


def test_a_number_that_changed_is_tried_again() -> None:
    one = recipient(frozenset({Channel.SMS, Channel.EMAIL}))
    one.revive(Channel.SMS, NOW)
    one.revive(Channel.PUSH, NOW)
    assert one.dead == (Channel.EMAIL,)


def test_the_profile_s_language_counts_until_another_is_chosen_for_notices_and_the_last_word_of_both() -> None:
    def profile(language: str | None, hour: int, *, phone: bool = False) -> None:
        changed = (Channel.SMS,) if phone else ()
        one.take(ProfileChanges(changed, language is not None, NOW + timedelta(hours=hour)), language or "")

    one, spoken = recipient(frozenset({Channel.SMS})), []
    steps: list[Callable[[], None]] = [
        lambda: None,
        lambda: profile("de", 1),
        lambda: one.choose([], RULES, NOW + timedelta(hours=2), language="fr"),
        lambda: profile(None, 3, phone=True),
        # Older than the choice, and late: it is the papers' alone.
        lambda: profile("es", 1),
        lambda: profile("ar", 4),
        lambda: profile("", 5),
    ]
    for step in steps:
        step()
        spoken.append(one.speaks("en"))
    assert spoken == ["en", "de", "fr", "fr", "fr", "ar", "en"]
    assert one.dead == ()
    one.erase(NOW)
    profile("de", 6)
    assert (one.language, one.profile_language) == ("", "")


def test_of_a_profile_only_what_notices_need_is_taken() -> None:
    event = CustomerProfileUpdated(customer_id="c", changed_fields=["full_name"])
    assert to_profile_changes(event) is None
    event.changed_fields[:] = ["phone"]
    changes = to_profile_changes(event)
    assert changes is not None and (changes.channels, changes.language) == ((Channel.SMS,), False)
    event.changed_fields[:] = ["language"]
    changes = to_profile_changes(event)
    assert changes is not None and (changes.channels, changes.language) == ((), True)


def test_the_customers_own_choice_counts_for_more_than_older_news_of_a_provider() -> None:
    one, known = recipient(), []
    one.decline(Channel.EMAIL, NOW)
    known.append(one.declined)
    one.choose([("kyc.approved", MAIL)], RULES, NOW + timedelta(hours=1))
    for minutes in (0, 30, 120):
        known.append(one.declined)
        one.decline(Channel.EMAIL, NOW + timedelta(minutes=minutes))
    assert [*known, one.declined] == [(Channel.EMAIL,), (), (), (), (Channel.EMAIL,)]


def test_a_choice_of_other_channels_lets_a_channel_stay_declined() -> None:
    one = recipient(declined=frozenset({Channel.EMAIL, Channel.SMS}))
    one.choose([("kyc.approved", (Channel.SMS, Channel.IN_APP))], RULES, NOW)
    assert one.declined == (Channel.EMAIL,)


def test_of_who_is_erased_nothing_is_known() -> None:
    one = recipient(frozenset({Channel.SMS}), frozenset({Channel.EMAIL}))
    one.erase(NOW)
    assert (one.dead, one.declined) == ((), ())
    # Providers report late, and links in mails are clicked years later.
    one.mark_dead(Channel.EMAIL, NOW)
    one.decline(Channel.EMAIL, NOW)
    one.leave(ANY, Channel.EMAIL, NOW)
    one.take(ProfileChanges((Channel.SMS,), language=True, update_time=NOW), "de")
    assert (one.dead, one.declined, one.choices, one.times, one.update_time) == ((), (), {}, {}, None)
