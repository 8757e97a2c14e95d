"""The commands of an operator, as they are typed: what they print, what they refuse, and that each is audited."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from services.runtime import errors
from services.runtime.events import __main__ as command
from services.runtime.events import letters_command
from services.runtime.events.acts import VARIABLE, operator
from services.runtime.events.kafka import KafkaSettings
from tests.integration.runtime.listening import Listener, consuming
from tests.integration.runtime.test_consumer import made, send
from tests.integration.runtime.test_letters import POISON, audited, refuse
from tests.integration.runtime.things import Backend, PlainCodec
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("staff_call")


@dataclass
class Given:
    """The settings of the command, with the store of the test."""

    kafka: KafkaSettings
    backend: Backend
    registry: None = None

    @contextmanager
    def store(self) -> Iterator[object]:
        yield self.backend.store


@pytest.fixture(autouse=True)
def given(backend: Backend, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "ada")
    monkeypatch.setattr(command, "load", lambda _: Given(kafka, backend))
    monkeypatch.setattr(command, "event_classes", lambda _: [backend.outbox.event])
    monkeypatch.setattr(letters_command, "event_classes", lambda _: [backend.outbox.event])


def test_letters_are_listed_shown_replayed_and_discarded(
    backend: Backend, kafka: KafkaSettings, topics: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def run(*words: str, code: int = 0) -> str:
        assert command.main(["letters", words[0], topics, *words[1:]]) == code
        return "".join(capsys.readouterr())

    monkeypatch.setattr(letters_command, "codec_of", lambda _: PlainCodec())
    monkeypatch.setattr(command, "codec_of", lambda _: PlainCodec())
    [bad] = made(backend, "bad")
    rubbish = POISON["a body of rubbish"](made(backend, "rubbish")[0])
    with consuming(backend, kafka, topics, Listener(refuse)):
        send(kafka, bad, rubbish)
        until(lambda: "2 wait" in run("list"))
        assert "thing.renamed KeyError" in run("list", "--id", bad.event_id)
        assert "1 wait" in run("list", "--id", bad.event_id, "--source", backend.outbox.service)
        assert "0 wait" in run("list", "--id", bad.event_id, "--source", "another")
        assert '"name": "bad"' in run("show", "--id", bad.event_id)
        shown = run("show", "--key", rubbish.key)
        assert "SHA-256" in shown
        assert "x1b" not in shown
        assert "needs --reason" in run("show", "--all", "--bytes", code=1)
        assert r"\x1b" in run("show", "--key", rubbish.key, "--bytes", "--reason", "to mend it")
        assert "say which" in run("replay", code=1)
        assert "1 looked at" in run("replay", "--key", bad.key)
        until(lambda: "2 wait" in run("list"))
        assert run("discard", "--all", "--reason", "rubbish").count("discarded") == 2
        assert "0 wait" in run("list")
        assert run("list", "--dealt-with").count("[") == 3
    assert [(each.actor, each.method) for each in audited(backend)] == [
        ("operator:ada", "letters.unveil"),
        ("operator:ada", "letters.replay"),
        ("operator:ada", "letters.discard"),
        ("operator:ada", "letters.discard"),
    ]


def test_republishing_and_a_bumped_incarnation_are_audited_and_looking_is_not(backend: Backend, topics: str) -> None:
    backend.create("thing")
    service = backend.outbox.service
    assert command.main(["republish", service, "--dry-run"]) == command.main(["incarnation", service]) == 0
    assert audited(backend) == []
    assert command.main(["republish", service, "--aggregate", "x", "--until", "2030-01-01"]) == 0
    assert command.main(["incarnation", service, "--bump"]) == 0
    one, two = audited(backend)
    assert (one.method, one.aggregate_id, one.actor) == ("events.republish", service, "operator:ada")
    assert one.after == {"selection": {"until": "2030-01-01T00:00:00+00:00", "aggregate_id": "x"}}
    assert (two.method, two.before) == ("events.incarnation", {"incarnation": 0})
    assert two.after["incarnation"] > 0


@pytest.mark.parametrize("name", ["a b", "", "x" * 101, "a\n", "-a"])
def test_an_operator_has_a_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(VARIABLE, name)
    if name:
        with pytest.raises(errors.InvalidArgument, match=VARIABLE):
            operator()
    else:
        assert operator() != ""
