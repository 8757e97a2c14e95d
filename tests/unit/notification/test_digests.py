"""Digests: never more messages than may go, none that waits longer than it has to, and a list in every language."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import Template

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notification import templates
from services.notification.convert import TEMPLATES
from services.notification.digests import DIGEST, DigestSettings, Plan, Queued, plan, text_of
from services.notification.enclosing import letter_of
from services.notification.model import Channel, NotificationStatus, QueueState
from services.notification.notices import NOTICES
from services.notification.recipients import Recipient
from services.notification.template_lint import faults
from services.notification.templates import LANGUAGES
from services.notification.text_messages import said
from services.runtime.errors import InvalidArgument
from tests.factories.mails import filled
from tests.unit.notification.test_local_hours import HOURS, LONGEST_DAY, anywhere, is_skipped, local
from tests.unit.notification.test_model import LATER, NOW, RULES, notification
from tests.unit.notification.test_quiet_hours import TROLL

SECOND = timedelta(seconds=1)
PENDING, SENT = NotificationStatus.PENDING, NotificationStatus.SENT


def queued(made: datetime, state: QueueState = QueueState.WAITING, status: NotificationStatus = PENDING) -> Queued:
    sent = made if status is SENT else None
    return Queued("n", "kyc.approved", status, state, made, made, sent, is_folded=False)


@given(
    st.integers(1, 4), st.integers(5, 60), st.lists(st.integers(0, 25), min_size=1, max_size=40),
)  # fmt: skip
def test_no_more_go_in_any_window_than_may_and_none_waits_for_longer_than_one(
    most: int, seconds: int, pauses: list[int]
) -> None:
    settings, moment = DigestSettings(most, seconds), NOW
    arrivals = []
    for pause in pauses:
        moment += pause * SECOND
        arrivals.append(moment)
    sent: list[tuple[datetime, Sequence[Queued]]] = []
    waiting: list[Queued] = []
    now = NOW
    while arrivals or waiting:
        waiting += [queued(each) for each in arrivals if each <= now]
        arrivals = [each for each in arrivals if each > now]
        if waiting:
            planned = plan(settings, waiting, [at for at, _ in sent], now)
            if planned.until is None:
                groups: list[Sequence[Queued]] = [waiting] if planned.folds else [[each] for each in waiting]
                sent += [(now, group) for group in groups]
                waiting = []
            else:
                assert now < planned.until <= now + settings.window
        now += SECOND
    assert sum(len(group) for _, group in sent) == len(pauses)
    for at, group in sent:
        assert sum(at - settings.window < other <= at for other, _ in sent) <= most
        assert all(at - each.create_time <= settings.window for each in group)


def test_what_is_no_storm_goes_at_once_each_by_itself() -> None:
    five = [queued(NOW)] * 5
    assert plan(DigestSettings(), five, [], NOW) == Plan()
    assert (
        plan(DigestSettings(), five, [NOW], NOW)
        == plan(DigestSettings(), [*five, five[0]], [], NOW)
        == Plan(folds=True)
    )
    assert plan(DigestSettings(most=0), five * 20, [NOW] * 100, NOW) == Plan()


@given(anywhere(), HOURS)
@example(TROLL, 2)
def test_the_digest_of_the_day_goes_at_its_hour_where_the_customer_is(when: tuple[datetime, str], hour: int) -> None:
    made, zone = when
    settings = DigestSettings(hour=hour)
    at = settings.next_daily(made, zone)
    assert made < at <= made + LONGEST_DAY
    # An hour that the day does not have, since clocks go forward over it, is the moment at which they do.
    assert local(at, zone).hour == hour or is_skipped(hour, at, zone)
    one, two = queued(made), queued(at - SECOND)
    assert plan(settings, [one, two], [], at - SECOND, zone) == Plan(until=at)
    assert plan(settings, [one, two], [], at, zone) == Plan(folds=True)
    assert plan(settings, [one], [], at, zone) == Plan()


def test_what_a_replica_has_or_had_when_it_died_is_never_folded_and_counts() -> None:
    waiting, gathered = queued(NOW), queued(NOW, QueueState.GATHERED)
    in_hand, sent = queued(NOW, QueueState.IN_HAND), queued(NOW, status=SENT)
    digest = replace(waiting, event_type=DIGEST.event_type)
    folded = replace(waiting, is_folded=True)
    found = [(each.is_free, each.use(LATER)) for each in (waiting, gathered, in_hand, sent, digest, folded)]
    assert found == [(True, None), (True, None), (False, LATER), (False, NOW), (False, LATER), (False, None)]


@pytest.mark.parametrize("wrong", [{"most": -1}, {"seconds": 0}, {"seconds": 86_401}, {"hour": 24}, {"hour": -1}])
def test_what_is_no_number_no_time_and_no_hour_is_no_setting(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        DigestSettings(**wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_says_how_many_which_and_where_in_every_language(language: str) -> None:
    some = [notification(PENDING) for _ in range(3)]
    for number, each in enumerate(some):
        each.text = replace(each.text, subject=f"Subject  {number}\n  Row  of mine")
    text = text_of(some, language, "https://app.example/notifications/history")
    rows = [line for line in text.body.split("\n") if line.startswith("  ")]
    assert len(rows) == 3
    assert all(f"Subject {number} Row of mine" in row for number, row in enumerate(rows))
    assert "3" in text.subject and "https://app.example/notifications/history" in said("Bank", text)
    assert language != "ar" or all(row.count("\u2068") == 2 for row in rows)


@pytest.mark.parametrize("part", ["subject", "body"])
def test_a_list_stands_on_a_line_of_its_own_or_the_wording_is_refused(part: str) -> None:
    delivered, own = templates.wording(DIGEST.event_type), Template("New: $notices")
    chosen = replace(delivered, body=own) if part == "body" else replace(delivered, subject=own)
    (fault,) = faults(DIGEST.event_type, "en", chosen, TEMPLATES[DIGEST.event_type], "Bank")
    assert (fault.part, fault.text) == (
        part,
        "names $notices elsewhere than on a line of its own, indented by two spaces",
    )


def test_what_goes_with_a_paper_is_never_folded() -> None:
    enclosing = [notice for notice in NOTICES if letter_of(filled(notice.event()))]
    assert enclosing and all(notice.mandatory for notice in enclosing)


def test_one_that_is_folded_is_as_far_as_its_digest() -> None:
    one, digest = notification(PENDING), notification(PENDING)
    one.fold(digest.notification_id)
    assert (one.digest_id, one.due_time, one.status) == (digest.notification_id, None, PENDING)
    digest.refuse(NOW)
    digest.mark_sent(LATER)
    one.go_with(digest)
    assert (one.status, one.send_time, one.attempts, one.failure) == (SENT, LATER, 2, None)
    digest.mark_bounced()
    one.go_with(digest)
    assert (one.status, one.failure) == (digest.status, digest.failure)
    sent = notification(SENT)
    sent.fold("d")
    assert sent.digest_id == ""


def test_customers_choose_by_which_channels_they_get_one_message_a_day() -> None:
    one, known = Recipient(customer_id="c"), []
    for language, daily in (("", (Channel.SMS, Channel.EMAIL)), ("de", None), ("", ()), ("", (Channel.EMAIL,))):
        one.choose([], RULES, NOW, language=language, daily=daily)
        known.append(one.daily)
    with pytest.raises(InvalidArgument) as refused:
        one.choose([], RULES, LATER, frozenset({Channel.EMAIL}), language="fr", daily=(Channel.PUSH,))
    assert [each.field for each in refused.value.violations] == ["daily_digest.channels"]
    assert [*known, one.daily] == [*[(Channel.EMAIL, Channel.SMS)] * 2, (), *[(Channel.EMAIL,)] * 2]
    assert one.language == "de"
    one.erase(NOW)
    assert one.daily == ()


def test_a_moment_is_in_utc() -> None:
    assert DigestSettings().next_daily(NOW, "Asia/Kolkata").tzinfo is UTC
