"""`letters`, a command of `python -m services.runtime.events`: what an operator does about dead letters."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from services.runtime import errors
from services.runtime.events.acts import operator
from services.runtime.events.avro import Codec, event_classes, event_option
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.letters import DeadLetters, Found, Wanted, escaped
from services.runtime.events.provenance import publisher_of
from services.runtime.events.registry import Registry, RegistrySettings, Undecodable
from services.runtime.observing.logging import redacted
from services.runtime.stores.archive import ArchivingStore

_MOST_BYTES = 4096


def add_letters(commands: Any, found: Callable[[Any, Any], None]) -> None:
    """Adds the command to those of the parser; `found` runs one of its own."""
    letters = commands.add_parser("letters", help="list, show, replay or discard the dead letters of a service")
    acts = letters.add_subparsers(required=True)
    for name, act, text in (
        ("list", _list, "one line each, oldest first"),
        ("show", _show, "all of one, what is personal masked"),
        ("replay", _replay, "send them back to the service"),
        ("discard", _discard, "have the service pass over them"),
    ):
        each = acts.add_parser(name, help=text)
        each.add_argument("service", help="the service that could not handle them")
        _add_choice(each, must=act in (_replay, _discard))
        each.set_defaults(run=found, act=act)
        if act is _list:
            each.add_argument("--dealt-with", action="store_true", help="those that were replayed or discarded too")
        if act is _show:
            each.add_argument("--bytes", action="store_true", help="the content as it is, escaped; needs --reason")
        if act in (_show, _discard):
            each.add_argument("--reason", required=act is _discard, default="", help="why; it is audited")


def _add_choice(parser: argparse.ArgumentParser, *, must: bool) -> None:
    parser.add_argument("letters", nargs="*", metavar="LETTER", help="partition/offset, as the list has it")
    parser.add_argument("--key", help="all of a key")
    parser.add_argument("--id", help="those of one event, or of several that their publishers gave this id")
    parser.add_argument("--source", help="those of one publisher's events")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.set_defaults(must=must)


@contextmanager
def opened(kafka: KafkaSettings, service: str, store: ArchivingStore) -> Iterator[DeadLetters]:
    """The dead letters of a service, for the operator who runs the command."""
    letters = DeadLetters(kafka, service, store, operator())
    try:
        yield letters
    finally:
        letters.close()


def wanted(given: argparse.Namespace) -> Wanted:
    """Which letters are meant; errors.InvalidArgument when an act is for none in particular."""
    if given.must and not (given.letters or given.key is not None or given.id or given.all):
        raise errors.InvalidArgument("say which: LETTER, --key, --id or --all")

    def is_wanted(letter: Found) -> bool:
        return (
            (not given.letters or letter.name in given.letters)
            and given.key in (None, letter.key)
            and given.id in (None, letter.headers.get("ce_id"))
            and given.source in (None, letter.headers.get("ce_source"))
        )

    return is_wanted


def _list(letters: DeadLetters, given: argparse.Namespace, _codec: Codec | None) -> None:
    found = letters.find(wanted(given), dealt_with=given.dealt_with)
    for each in found:
        print(each.line())
    print(f"{sum(each.waits for each in found)} wait")


def _show(letters: DeadLetters, given: argparse.Namespace, codec: Codec | None) -> None:
    if given.bytes and not given.reason:
        raise errors.InvalidArgument("--bytes shows what may be personal, and needs --reason")
    for each in letters.find(wanted(given), dealt_with=True):
        print(each.line())
        for name in sorted(each.headers):
            print(f"  {escaped(name)}: {escaped(each.headers[name])}")
        print(f"  {body(each, codec)}")
        if given.bytes:
            print(f"  {letters.unveil(each, given.reason)[:_MOST_BYTES]!r}")


def _replay(letters: DeadLetters, given: argparse.Namespace, _codec: Codec | None) -> None:
    _print(letters.replay(wanted(given)))


def _discard(letters: DeadLetters, given: argparse.Namespace, _codec: Codec | None) -> None:
    _print(letters.discard(wanted(given), given.reason))


def _print(lines: list[str]) -> None:
    for each in lines:
        print(each)
    print(f"{len(lines)} looked at")


def codec_of(registry: RegistrySettings | None) -> Codec | None:
    """By which contents are read; None without a registry."""
    return None if registry is None else Codec(Registry(registry))


def body(letter: Found, codec: Codec | None) -> str:
    """The content on a line, personal fields masked; of what cannot be read only size and digest."""
    unread = f"{len(letter.value)} bytes, SHA-256 {sha256(letter.value).hexdigest()}"
    kind = _class_of(letter)
    if kind is None or codec is None:
        return unread
    try:
        return json.dumps(redacted(codec.decode(letter.value, kind)), sort_keys=True)
    except Undecodable as error:
        return f"{unread} ({error})"


def _class_of(letter: Found) -> Any:
    try:
        classes = event_classes(publisher_of(letter.headers.get("dlq_topic", "")))
    except (ImportError, ValueError):
        return None
    return next((each for each in classes if event_option(each.DESCRIPTOR).type == letter.headers.get("ce_type")), None)
