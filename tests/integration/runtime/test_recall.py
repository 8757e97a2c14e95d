"""What whoever may write to a service's retry topic can have it do: handle again what it set aside itself, no more."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from services.runtime.events.inbox import LETTER, SKIP
from services.runtime.events.kafka import KafkaSettings, Producer, retries
from services.runtime.events.letters import DeadLetters, Found
from services.runtime.ids import new_id
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")


@dataclass
class Desk:
    """A service that runs, with letters of one key, and whoever has the operator's certificate."""

    backend: Backend
    kafka: KafkaSettings
    service: str
    broken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.listener = Listener(self.refuse)
        self.letters = DeadLetters(self.kafka, self.service, self.backend.store, "ada")

    def refuse(self, message: Any) -> None:
        if message.name in self.broken:
            raise KeyError(message.name)

    def set_aside(self, name: str, key: str) -> Found:
        """The letter of an event that could not be handled; it can from now on."""
        self.broken.add(name)
        [row] = made(self.backend, name)
        send(self.kafka, replace(row, key=key))
        until(lambda: any(each.headers["ce_id"] == row.event_id for each in self.letters.find()))
        self.broken.remove(name)
        return next(each for each in self.letters.find() if each.headers["ce_id"] == row.event_id)

    def two_set_aside(self) -> tuple[Found, Found]:
        """Letters of two keys of one partition, whose records are looked at in the order that they were written in."""
        found: dict[int, Found] = {}
        for number in count(1):
            letter = self.set_aside(f"bad {number}", f"key {number}")
            if letter.place[0] in found:
                return found[letter.place[0]], letter
            found[letter.place[0]] = letter
        raise AssertionError("there are more keys than partitions")

    def forge(self, key: str, name: str | None, *, skip: bool = False) -> None:
        """A record of the retry topic that says it is a letter, with an event that nobody published."""
        [row] = made(self.backend, f"forged {new_id()}")
        says = {"dlq_topic": row.topic, "dlq_reason": "KeyError"} | ({} if name is None else {LETTER: name})
        headers = {**row.headers, **says} | ({SKIP: "true"} if skip else {})
        Producer(self.kafka).deliver(retries(self.service), key, row.payload, headers)

    def replay(self, letter: Found) -> None:
        """Sends it back, and waits until it is handled; so is all that was in its partition of the topic before."""
        assert len(self.letters.replay(lambda each: each.name == letter.name)) == 1
        until(lambda: letter.headers["ce_id"] in self.handled)

    @property
    def handled(self) -> list[str]:
        """The ids of events, in order."""
        return [meta.id for meta in self.listener.metas]

    def all_letters(self) -> list[str]:
        """Their names, those that were dealt with too."""
        return [each.name for each in self.letters.find(dealt_with=True)]


@pytest.fixture
def desk(backend: Backend, kafka: KafkaSettings, topics: str) -> Iterator[Desk]:
    made = Desk(backend, kafka, topics)
    with consuming(backend, kafka, topics, made.listener):
        yield made
    made.letters.close()


NAMES = [None, "", "0", "0/", "/0", "0/999999", "9/0", "-1/0", "0/-1", "x/y", "\u0660/\u0660", "0/" + "9" * 400]


def test_an_event_that_no_letter_has_is_neither_handled_nor_kept(desk: Desk) -> None:
    letter = desk.set_aside("bad", "shared")
    for name in NAMES:
        desk.forge("shared", name)
        desk.forge("shared", name, skip=True)
    desk.replay(letter)
    assert desk.listener.names == ["bad"]
    # What was written to the topic did not become a letter, either, which could be sent back.
    assert desk.all_letters() == [letter.name]
    assert desk.backend.rows("parked") == []


@pytest.mark.parametrize("skip", [False, True], ids=["replay", "discard"])
def test_a_letter_that_no_operator_took_stays_where_it_is(desk: Desk, skip: bool) -> None:
    untaken, taken = desk.two_set_aside()
    desk.forge(untaken.key, untaken.name, skip=skip)
    desk.replay(taken)
    assert untaken.headers["ce_id"] not in desk.handled
    assert untaken.name in [each.name for each in desk.letters.find()]
    desk.replay(untaken)


def test_of_a_letter_that_was_taken_only_its_own_event_is_handled_and_once(desk: Desk) -> None:
    first, second = desk.two_set_aside()
    before = desk.all_letters()
    desk.replay(first)
    for skip in (False, True):
        desk.forge(first.key, first.name, skip=skip)
    desk.replay(second)
    assert desk.handled == [first.headers["ce_id"], second.headers["ce_id"]]
    assert desk.all_letters() == before


def test_a_letter_comes_back_under_its_own_key_alone(desk: Desk) -> None:
    letter, other = desk.two_set_aside()
    desk.broken |= {f"bad {number}" for number in range(20)}
    before = desk.all_letters()
    desk.letters.replay(lambda each: each.name == letter.name)
    until(lambda: len(desk.all_letters()) > len(before))
    # It failed again, so that only the key speaks against a record which names it.
    desk.broken.clear()
    desk.forge(other.key, letter.name)
    desk.replay(other)
    assert desk.handled == [other.headers["ce_id"]]
    desk.forge(letter.key, letter.name)
    until(lambda: desk.handled[1:] == [letter.headers["ce_id"]])


def test_what_was_replayed_and_failed_again_is_not_passed_over_by_a_record_alone(desk: Desk) -> None:
    letter = desk.set_aside("bad", "shared")
    desk.broken.add("bad")
    desk.letters.replay()
    until(lambda: len(desk.all_letters()) == 2)
    # Its claim is not kept any more, as nothing before it waits.
    desk.forge("shared", letter.name, skip=True)
    desk.broken.clear()
    [again] = desk.letters.find()
    desk.replay(again)
    assert desk.handled == [letter.headers["ce_id"]]
