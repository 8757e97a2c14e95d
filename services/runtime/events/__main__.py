"""`python -m services.runtime.events <command> <service>`: what an operator does about events.

    republish    publishes the past events of a service again, of which a topic that lost its records is rebuilt
    letters      lists, shows, replays or discards what a service could not handle
    incarnation  shows the incarnation of a service's store; --bump raises it, a step of every restore of that store,
                 before the service is started: its listeners know by it that lower versions are new

It runs where the service runs, with the service's settings: LOANFLOW_POSTGRES_* or LOANFLOW_MONGO_*, LOANFLOW_KAFKA_*
(for letters with the operator's certificate), and LOANFLOW_REGISTRY_* to show what is in a letter. What is done is
audited in the service's trail, under the name of the operator: $LOANFLOW_OPERATOR, or that of the account.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from services.runtime import errors
from services.runtime.events import versions
from services.runtime.events.acts import Acts, operator
from services.runtime.events.avro import event_classes
from services.runtime.events.kafka import KafkaSettings, Producer
from services.runtime.events.letters_command import add_letters, codec_of, opened
from services.runtime.events.registry import RegistrySettings
from services.runtime.events.republish import Report, Republishing
from services.runtime.events.topics import TopicIds
from services.runtime.secrets.loading import load
from services.runtime.stores.archive import Selection
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.stores.postgres import Postgres
from services.runtime.stores.postgres_engine import PostgresSettings


@dataclass(frozen=True)
class Settings:
    """How the command reaches the broker and the service's database, which is one of the two."""

    kafka: KafkaSettings
    postgres: PostgresSettings | None = None
    mongo: MongoSettings | None = None
    registry: RegistrySettings | None = None

    def __post_init__(self) -> None:
        """ValueError without a database."""
        if (self.postgres is None) == (self.mongo is None):
            raise ValueError("either LOANFLOW_POSTGRES_* or LOANFLOW_MONGO_* has to be set")

    @contextmanager
    def store(self) -> Iterator[Postgres | Mongo]:
        """The service's database."""
        store = Postgres(self.postgres) if self.postgres else Mongo(self.mongo) if self.mongo else None
        assert store is not None
        try:
            store.check()
            yield store
        finally:
            store.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when it could not do what it was to do."""
    given = _parser().parse_args(arguments)
    try:
        given.run(load(Settings), given)
    except errors.Error as error:
        print(f"{type(error).__name__}: {error.message}", file=sys.stderr)
        return 1
    return 0


def _republish(found: Settings, given: argparse.Namespace) -> None:
    topics = {each.DESCRIPTOR.file.package for each in event_classes(given.service)}
    selection = Selection(given.since, given.until, given.aggregate)
    with found.store() as store:
        producer = Producer(found.kafka)
        try:
            if not given.dry_run:
                _audit(store, "events.republish", given.service, {"selection": selection.given()})
            run = Republishing(given.service, store, producer, TopicIds(found.kafka), topics)
            print(run.run(selection, dry=given.dry_run, progress=_progress))
        finally:
            producer.close(0)


def _incarnation(found: Settings, given: argparse.Namespace) -> None:
    with found.store() as store:
        with store.transaction():
            noted = before = store.archive.noted(versions.NOTE)
            if given.bump:
                noted = str(versions.raised(noted, time.time()))
                store.archive.note(versions.NOTE, noted)
                earlier = {"incarnation": int(before or 0)}
                _audit(store, "events.incarnation", given.service, {"incarnation": int(noted)}, earlier)
        print(f"{given.service}: incarnation {noted or 0}")


def _letters(found: Settings, given: argparse.Namespace) -> None:
    with found.store() as store, opened(found.kafka, given.service, store) as letters:
        given.act(letters, given, codec_of(found.registry))


def _audit(
    store: Postgres | Mongo,
    what: str,
    service: str,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    Acts(store, operator()).write(what, "Events", service, after, before=before)


def _progress(report: Report) -> None:
    print(f"{report.topics.total()} events, up to {report.last}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.runtime.events", description="Operates on events.")
    commands = parser.add_subparsers(required=True)
    republish = commands.add_parser("republish", help="publish the past events of a service again")
    republish.add_argument("service", help="the service that published them")
    republish.add_argument("--since", type=_time, help="events made from this time on (ISO 8601, UTC by default)")
    republish.add_argument("--until", type=_time, help="events made before this time")
    republish.add_argument("--aggregate", default="", metavar="ID", help="the events of one aggregate")
    republish.add_argument("--dry-run", action="store_true", help="only say what would be published")
    republish.set_defaults(run=_republish)
    add_letters(commands, _letters)
    incarnation = commands.add_parser("incarnation", help="show or raise the incarnation of a service's store")
    incarnation.add_argument("service", help="the service whose store was restored")
    incarnation.add_argument("--bump", action="store_true", help="raise it; the service must not run")
    incarnation.set_defaults(run=_incarnation)
    return parser


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
