"""An operator and dead letters of every kind: seen, sent back, discarded; each act once, audited, and to be seen."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.runtime import errors
from services.runtime.events import claims
from services.runtime.events.kafka import KafkaSettings, Producer
from services.runtime.events.letters import DeadLetters, Found
from services.runtime.events.letters_command import body
from services.runtime.events.topics import TopicIds
from services.runtime.events.unreplayed import Unreplayed
from services.runtime.ids import new_id
from services.runtime.stores.audit_rows import AuditRow
from services.runtime.stores.ports import OutboxRow
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.things import Backend
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")
Poison = Callable[[OutboxRow], OutboxRow]
# What came in its place on the topic: bytes that no store keeps, numbers beyond all bounds, forgeries, faulty bodies.
POISON: dict[str, Poison] = {
    "no headers": lambda row: replace(row, headers={}),
    "an id with NUL": lambda row: _headed(row, ce_id="a\0b"),
    "an id that is no text": lambda row: _headed(row, ce_id="\udcff"),
    "a huge version": lambda row: _headed(row, ce_aggregateversion="2147483648"),
    "no version": lambda row: _headed(row, ce_aggregateversion="x"),
    "a time of another millennium": lambda row: _headed(row, ce_time="0001-01-01T00:00:00+00:00"),
    "a foreign source": lambda row: _headed(row, ce_source="somebody"),
    "a key with NUL": lambda row: replace(row, key="k\0"),
    "a key that is no text": lambda row: replace(row, key="\udcfe"),
    "a body of rubbish": lambda row: replace(_headed(row, ce_id=new_id()), payload=b"\xff\x00\x1b[31m"),
    "no body": lambda row: replace(_headed(row, ce_id=new_id()), payload=b"\x00"),
    "more than a letter takes": lambda row: _filled(_headed(row, ce_time="")),
}


def _headed(row: OutboxRow, **headers: str) -> OutboxRow:
    return replace(row, headers={**row.headers, **headers})


def _filled(row: OutboxRow) -> OutboxRow:
    """As large as the broker takes: there is no room for what a letter has besides."""
    taken = len(row.key) + sum(len(name) + len(text) + 4 for name, text in row.headers.items())
    return replace(row, payload=b"z" * (999_900 - taken))


@pytest.fixture
def letters(backend: Backend, kafka: KafkaSettings, topics: str) -> Iterator[DeadLetters]:
    opened = DeadLetters(kafka, topics, backend.store, "ada")
    yield opened
    opened.close()


def audited(backend: Backend) -> list[AuditRow]:
    """The acts of operators, in the order of the trail."""
    entries = backend.store.audit.unchained(datetime.now(UTC) + timedelta(days=1), 10_000)
    return [each.row for each in entries if each.row.actor.startswith("operator:")]


def anything(_letter: Found) -> bool:
    return True


def refuse(message: Any) -> None:
    if message.name.startswith("bad"):
        raise KeyError(message.name)


def test_poison_of_every_kind_comes_back_when_replayed_and_no_more_when_discarded(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, later = made(backend, "good", "bad", "later")
    things = {name: poison(made(backend, name)[0]) for name, poison in POISON.items()}
    listener, count = Listener(refuse), len(things) + 1
    unreplayed = Unreplayed(topics, backend.store, TopicIds(kafka))

    def waiting() -> float | None:
        unreplayed.measure()
        return REGISTRY.get_sample_value("loanflow_dead_letters", {"service": topics})

    with consuming(backend, kafka, topics, listener):
        send(kafka, *things.values(), good, bad, later)
        until(lambda: len(letters.find()) == count)
        assert waiting() == count
        for each in letters.find():
            assert each.headers["dlq_place"].startswith(f"{backend.outbox.topic}/")
            assert {"dlq_reason", "dlq_time", "dlq_topic"} <= each.headers.keys()
            assert each.line().isascii() and each.line().isprintable()
            assert body(each, None).isprintable()
        replayed = letters.replay()
        until(lambda: len(letters.find()) == count)
        assert sum(line.endswith("replayed") for line in replayed) in (count - 1, count)
        discarded = letters.discard(anything, "no events")
        assert [line.split()[1] for line in discarded] == ["discarded"] * count
        # What waited behind the one that was an event goes on, and nothing comes back.
        until(lambda: listener.names == ["good", "later"])
        until(lambda: backend.rows("parked") == [])
        send(kafka, *made(backend, "after"))
        until(lambda: "after" in listener.names)
        assert (letters.find(), waiting()) == ([], 0)
        assert letters.discard(anything, "no events") == letters.replay() == []
    acts = audited(backend)
    assert [each.actor for each in acts] == ["operator:ada"] * len(acts)
    assert [each.why for each in acts if each.method == "letters.discard"] == ["no events"] * count
    assert len({each.aggregate_id for each in acts if each.method == "letters.discard"}) == count
    # Of what was discarded a claim is kept until the service must have passed over it.
    kept = {name: text for name, text in backend.store.archive.notes("letter ").items() if " floor " not in name}
    assert len(kept) == count and all('"act": "discarded"' in text for text in kept.values())
    monkeypatch.setattr(claims, "_ON_ITS_WAY", timedelta(0))
    letters.replay()
    assert all(" floor " in name for name in backend.store.archive.notes("letter "))


def test_of_two_operators_at_once_one_sends_each_letter_back(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters
) -> None:
    listener = Listener(refuse)
    bad = [made(backend, f"bad {number}")[0] for number in range(12)]
    with consuming(backend, kafka, topics, listener):
        send(kafka, *bad)
        until(lambda: len(letters.find()) == len(bad))
    other = DeadLetters(kafka, topics, backend.store, "bob")
    both, results = threading.Barrier(2), dict[str, list[str]]()

    def deal(name: str, desk: DeadLetters) -> None:
        both.wait()
        results[name] = desk.replay() if name == "ada" else desk.discard(anything, "wrong")

    threads = [threading.Thread(target=deal, args=given) for given in (("ada", letters), ("bob", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    done = [line for lines in results.values() for line in lines if line.split()[1:] in (["replayed"], ["discarded"])]
    acts = audited(backend)
    # On MongoDB one of two gives way when they meet, and may find nothing done; then it is done at the next command.
    done += [*letters.replay()]
    assert len(done) == len(bad) == len({line.split()[0] for line in done})
    assert len({each.aggregate_id for each in audited(backend)}) == len(bad) == len(audited(backend)) >= len(acts)


def test_an_act_that_was_cut_off_is_done_by_the_next_and_audited_again(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = True

    def failures(message: Any) -> None:
        if fault:
            refuse(message)

    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, *made(backend, "bad"))
        until(lambda: len(letters.find()) == 1)
        deliver = Producer.deliver

        def die(*_given: Any, **_named: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Producer, "deliver", die)
        with suppress(KeyboardInterrupt):
            letters.replay()
        monkeypatch.setattr(Producer, "deliver", deliver)
        [line] = letters.replay()
        assert line.endswith("replayed by ada, at this moment")
        fault = False
        monkeypatch.setattr(claims, "_ABANDONED", timedelta(0))
        [line] = letters.replay()
        assert line.endswith(" replayed")
        until(lambda: listener.names == ["bad"])
    assert [each.version for each in audited(backend)] == [1, 2]


def test_a_broker_that_is_away_leaves_the_letter_to_the_next_command(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    with consuming(backend, kafka, topics, Listener(refuse)):
        send(kafka, *made(backend, "bad"))
        until(lambda: len(letters.find()) == 1)
    deliver = Producer.deliver

    def away(*_given: Any, **_named: Any) -> None:
        raise errors.Unavailable("the broker does not take records")

    monkeypatch.setattr(Producer, "deliver", away)
    with pytest.raises(errors.Unavailable):
        letters.replay()
    assert len(letters.find()) == 1
    monkeypatch.setattr(Producer, "deliver", deliver)
    assert [line.split()[1] for line in letters.replay()] == ["replayed"]
    assert letters.find() == []


def test_letters_of_a_key_may_be_dealt_with_in_any_order(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters
) -> None:
    """The second of two was forgotten when it was sent back before the first: it stayed dead, its letter gone."""
    fault = True

    def failures(message: Any) -> None:
        if fault and message.name.startswith("bad"):
            raise KeyError(message.name)

    rows = made(backend, "bad 1", "bad 2", "last")
    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, *rows)
        until(lambda: len(backend.rows("parked")) == 3)
        # The second is a letter only when the first is passed over; here both are, by a second attempt of each.
        letters.discard(anything, "wrong")
        until(lambda: [each.headers["ce_id"] for each in letters.find()] == [rows[1].event_id])
        fault = False
        letters.replay(lambda letter: letter.key == rows[1].key)
        until(lambda: listener.names == ["bad 2", "last"])
        assert backend.rows("parked") == []


@pytest.mark.parametrize("act", ["replay", "discard"])
def test_what_comes_back_before_an_earlier_one_waits_for_it(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters, act: str
) -> None:
    """Two things share a key: both are dead; the later letter is dealt with first."""
    fault = True

    def failures(message: Any) -> None:
        if fault:
            raise KeyError(message.name)

    one, other = (replace(made(backend, name)[0], key="shared") for name in ("one", "other"))
    listener = Listener(failures)
    with consuming(backend, kafka, topics, listener):
        send(kafka, one)
        until(lambda: len(letters.find()) == 1)
        # As when it was buried before the other's letter was written.
        dead = next(iter(backend.rows("parked")))
        send(kafka, other)
        until(lambda: len(backend.rows("parked")) == 2)
        _bury(backend, other, dead)
        Producer(kafka).deliver(f"loanflow.{topics}.dlq", other.key, other.payload,
                                {**other.headers, "dlq_topic": other.topic, "dlq_reason": "KeyError"})  # fmt: skip
        until(lambda: len(letters.find()) == 2)
        fault = False
        if act == "replay":
            letters.replay(lambda letter: letter.headers["ce_id"] == other.event_id)
        else:
            letters.discard(lambda letter: letter.headers["ce_id"] == other.event_id, "wrong")
        until(lambda: not any(row["dead"] for row in backend.rows("parked") if row["version"] and _is(row, other)))
        letters.replay()
        until(lambda: backend.rows("parked") == [])
    assert listener.names == (["one", "other"] if act == "replay" else ["one"])


def _is(row: dict[str, Any], event: OutboxRow) -> bool:
    return event.event_id in (row.get("event_id"), row.get("_id"))


def _bury(backend: Backend, event: OutboxRow, _like: dict[str, Any]) -> None:
    """Has a parked event be a dead one."""
    with backend.store.transaction():
        row = backend.store.inbox.copy((event.headers["ce_source"], event.event_id))
        assert row is not None
        backend.store.inbox.park(replace(row, dead=True))


def test_the_content_is_shown_for_a_reason_alone_and_masked_otherwise(
    backend: Backend, kafka: KafkaSettings, topics: str, letters: DeadLetters
) -> None:
    with consuming(backend, kafka, topics, Listener(refuse)):
        # No word that a digest in hex may hold.
        send(kafka, *made(backend, "bad luck"))
        until(lambda: len(letters.find()) == 1)
    [letter] = letters.find()
    assert "bad luck" not in body(letter, None)
    assert audited(backend) == []
    assert b"bad luck" in letters.unveil(letter, "asked by the data protection officer")
    assert [(each.method, each.why) for each in audited(backend)] == [
        ("letters.unveil", "asked by the data protection officer")
    ]
