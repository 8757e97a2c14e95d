"""What customers, their profile and providers say comes in any order, late and twice: it ends in the same.

Each of the news is what it is about, when it was said and what it says. No two about one thing are of one moment, as of
one customer's there are none; what is about different things may be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.model import Channel, Rule
from services.notification.notices import RULES
from services.notification.recipients import ProfileChanges, Recipient

START = datetime(2030, 1, 15, 12, tzinfo=UTC)
EMAIL, SMS = Channel.EMAIL, Channel.SMS
TYPES = ("kyc.approved", "payment.verified", "kyc.rejected")
OUTSIDE = (EMAIL, SMS, Channel.PUSH)


@dataclass(frozen=True)
class News:
    """Something that is said of a recipient, and what it does to one."""

    about: tuple[Any, ...]
    minute: int
    says: Any
    applied: Callable[..., None] = field(compare=False)

    @property
    def at(self) -> datetime:
        """When it was said."""
        return START + timedelta(minutes=self.minute)

    def __call__(self, recipient: Recipient) -> None:
        """Has it known."""
        self.applied(recipient, self.at, *self.about[1:], self.says)


def choice(one: Recipient, at: datetime, event_type: str, channels: tuple[Channel, ...]) -> None:
    one.choose([(event_type, channels)], RULES, at)


def setting(one: Recipient, at: datetime, name: str, value: Any) -> None:
    one.choose([], RULES, at, **{name: value})


def leaving(one: Recipient, at: datetime, event_type: str, channel: Channel, _: None) -> None:
    one.leave(RULES[event_type], channel, at)


def language(one: Recipient, at: datetime, said: str) -> None:
    one.take(ProfileChanges((), True, at), said)


def address(one: Recipient, at: datetime, channel: Channel, _: None) -> None:
    one.take(ProfileChanges((channel,), False, at), "")


def word(one: Recipient, at: datetime, name: str, channel: Channel, _: None) -> None:
    getattr(one, name)(channel, at)


def news(about: tuple[Any, ...], says: st.SearchStrategy[Any], applied: Callable[..., None]) -> Any:
    return st.builds(partial(News, about, applied=applied), minute=st.integers(0, 60), says=says)


LANGUAGES = st.sampled_from(["de", "fr", "ar"])
CHOSEN = st.sets(st.sampled_from(OUTSIDE)).map(lambda each: tuple(c for c in Channel if c in each or c is EMAIL))
CHOICES = [news(("choice", each), CHOSEN, choice) for each in TYPES]
LEFT = [news(("left", each, channel), st.none(), leaving) for each in TYPES for channel in OUTSIDE]
SPOKEN = [news(("set", "language"), LANGUAGES, setting), news(("profile",), LANGUAGES, language)]
SET = [
    news(("set", "time_zone"), st.sampled_from(["Europe/Dublin", "Asia/Tokyo"]), setting),
    news(("set", "daily"), st.sampled_from([(), (EMAIL,)]), setting),
]
WISHES = [news(("word", name, each), st.none(), word) for name in ("decline", "accept") for each in OUTSIDE]
ADDRESSES = [
    *(news(("address", each), st.none(), address) for each in OUTSIDE[:2]),
    *(news(("word", name, each), st.none(), word) for name in ("mark_dead", "revive") for each in OUTSIDE[:2]),
]


def histories(*kinds: list[Any]) -> st.SearchStrategy[list[News]]:
    every = [each for some in kinds for each in some]
    return st.lists(st.one_of(every), max_size=9, unique_by=lambda each: (each.about, each.minute))


def after(heard: Sequence[News], one: Recipient | None = None) -> Recipient:
    recipient = one or Recipient(customer_id="c")
    for each in heard:
        each(recipient)
    return recipient


@given(histories(CHOICES, LEFT, SPOKEN, SET, WISHES, ADDRESSES), st.data())
def test_any_order_and_repetition_of_the_same_news_ends_in_the_same(history: list[News], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(history), max_size=5)) if history else []
    shuffled = data.draw(st.permutations([*history, *again]))
    assert after(shuffled) == after(sorted(history, key=lambda each: each.minute))


OPTIONAL = [RULES[each] for each in TYPES if not RULES[each].mandatory]


@given(
    histories(CHOICES[:1], LEFT[:3], SET[:1], WISHES), st.sampled_from(OPTIONAL), st.sampled_from(OUTSIDE), st.data()
)
def test_what_was_declined_or_left_last_is_never_sent(
    history: list[News], rule: Rule, channel: Channel, data: st.DataObject
) -> None:
    def wants(each: News) -> bool:
        return each.about == ("word", "accept", channel) or (each.about[0] == "choice" and channel in each.says)

    one = after(data.draw(st.permutations(history)))
    is_sent = channel in one.reach(rule, frozenset(Channel)).channels
    left = latest(history, lambda each: each.about == ("left", rule.event_type, channel))
    chosen = latest(history, lambda each: each.about == ("choice", rule.event_type))
    declined = latest(history, lambda each: each.about == ("word", "decline", channel))
    wanted = latest(history, wants)
    assert not (is_sent and ((left >= 0 and left >= chosen) or (declined >= 0 and declined >= wanted)))


@given(histories(CHOICES[:1], LEFT[:1], SET[:1], SPOKEN), st.data())
def test_the_last_word_on_the_language_counts_whoever_said_it(history: list[News], data: st.DataObject) -> None:
    one = after(data.draw(st.permutations(history)))
    told = [each for each in history if each.about in (("profile",), ("set", "language"))]
    # Of both at one moment, what was chosen for notices counts.
    last = max(told, key=lambda each: (each.minute, each.about[0] == "set"), default=None)
    assert one.speaks("en") == (last.says if last else "en")


def latest(history: Sequence[News], fits: Callable[[News], bool]) -> int:
    return max((each.minute for each in history if fits(each)), default=-1)


def dead(one: Recipient) -> set[Channel]:
    return set(one.dead)


def test_what_came_back_from_a_number_that_was_replaced_says_nothing_of_the_new_one() -> None:
    one = Recipient(customer_id="c")
    changed = START + timedelta(hours=1)
    one.take(ProfileChanges((SMS,), False, changed), "")
    one.mark_dead(SMS, START)
    one.mark_dead(SMS, changed + timedelta(seconds=30))
    assert not dead(one) and one.has_address(SMS, changed + timedelta(hours=1))
    one.mark_dead(SMS, changed + timedelta(minutes=2))
    assert dead(one) == {SMS}
    one.take(ProfileChanges((SMS,), False, changed), "")
    assert dead(one) == {SMS} and not one.has_address(SMS, START)


def test_of_one_message_that_arrived_and_came_back_the_coming_back_counts() -> None:
    for steps in (("mark_dead", "revive"), ("revive", "mark_dead")):
        one = Recipient(customer_id="c")
        for each in steps:
            getattr(one, each)(EMAIL, START)
        assert dead(one) == {EMAIL}
        one.revive(EMAIL, START + timedelta(seconds=1))
        assert not dead(one)


@pytest.mark.parametrize("minutes, kept", [(-1, True), (0, False), (1, False)])
def test_who_was_stored_before_there_were_times_chose_all_at_the_last_of_them(minutes: int, kept: bool) -> None:
    at = START + timedelta(minutes=minutes)

    def stored() -> Recipient:
        chosen = {"kyc.approved": (EMAIL, Channel.IN_APP)}
        return Recipient(customer_id="c", choices=chosen, language="fr", time_zone="Asia/Tokyo", update_time=START)

    left, declined, spoken = stored(), stored(), stored()
    left.leave(RULES["kyc.approved"], EMAIL, at)
    assert (EMAIL in left.choices["kyc.approved"]) is kept
    declined.decline(EMAIL, at)
    assert (declined.declined == ()) is kept
    spoken.take(ProfileChanges((), True, at + timedelta(seconds=1)), "de")
    assert spoken.speaks("en") == ("fr" if kept else "de")
    spoken.choose([], RULES, at, time_zone="Europe/Dublin")
    assert spoken.time_zone == ("Asia/Tokyo" if kept else "Europe/Dublin")
    # Of what was declined or dead then, nobody knows since when: any later word counts.
    before = Recipient(customer_id="c", dead=(SMS,), declined=(EMAIL,), update_time=START)
    before.revive(SMS, at)
    before.accept(EMAIL, at)
    assert (before.dead, before.declined) == ((), ())
