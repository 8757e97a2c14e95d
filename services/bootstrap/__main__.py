"""`python -m services.bootstrap <command>`: what is needed at the parts before services start; a step of every deploy.

    reach            whether every part is where the environment says, under a certificate that is believed
    lacks SERVICE    what the platform still has to provide for a service: rights, log-ins, secrets
    make SERVICE     roles, database, tables, audit trail, bucket, schemas of a service, as far as they are missing

All say what they found or did, a line each, and end with 1 when something is missing. `make` may run again at any time,
beside services of the earlier version: tables only grow until none of that version runs, and a schema that its readers
do not understand is refused. Topics and rights at Kafka are made by services.runtime.events.provision: to give rights
there is a right over all of them.

Settings: LOANFLOW_POSTGRES_* or _MONGO_* with the bootstrap's own log-in, LOANFLOW_OPENBAO_*, _REGISTRY_*, _OBJECTS_*
and _KEPT, as services/bootstrap/settings.py has them; for `reach`, every address.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.bootstrap import beside, reach
from services.bootstrap.settings import DocumentsSettings, RowsSettings
from services.catalog import BY_NAME, Service, Storage
from services.runtime import errors
from services.runtime.events.registry import Incompatible
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.loading import load


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 when something is missing, or could not be made."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "reach":
            return _say("missing", _unreached(given.authorities), "every part is where it should be")
        service = BY_NAME[given.service]
        if given.command == "lacks":
            return _say("missing", lacking(service), f"{service.name}: the platform provides all that is needed")
        _say("", make(service), f"{service.name}: all is there")
        return 0
    except _failures() as error:
        print(f"error: {getattr(error, 'message', '') or error}".strip(), file=sys.stderr)
        return 1


def make(service: Service) -> Iterator[str]:
    """Makes what is missing; yields a line for each thing."""
    if service.storage is Storage.POSTGRES:
        from services.bootstrap import rows

        settings: RowsSettings | DocumentsSettings = load(RowsSettings)
        assert isinstance(settings, RowsSettings)
        yield from rows.database(settings.postgres, service.name)
        yield from rows.tables(settings.postgres, service.name)
        yield from beside.rotation(OpenBao(settings.openbao), service.name)
    else:
        from services.bootstrap import documents

        settings = load(DocumentsSettings)
        assert isinstance(settings, DocumentsSettings)
        yield from documents.databases(settings.mongo, service.name)
    if settings.objects:
        yield from beside.bucket(settings.objects)
    if settings.registry:
        yield from beside.schemas(settings.registry, service.name)


def lacking(service: Service) -> Iterator[str]:
    """What the platform still has to provide, a sentence each."""
    if service.storage is Storage.POSTGRES:
        from services.bootstrap import rows

        settings: RowsSettings | DocumentsSettings = load(RowsSettings)
        assert isinstance(settings, RowsSettings)
        yield from rows.lacking(settings.postgres, service.name)
    else:
        from services.bootstrap import documents

        settings = load(DocumentsSettings)
        assert isinstance(settings, DocumentsSettings)
        yield from documents.lacking(settings.mongo, service.name)
    yield from beside.not_kept(OpenBao(settings.openbao), service.name, settings.kept)


def _unreached(authorities: Path) -> Iterator[str]:
    for place in reach.places(os.environ):
        yield from reach.lacking(place, authorities)


def _say(word: str, lines: Iterator[str], otherwise: str) -> int:
    found = 0
    for line in lines:
        print(f"{word}: {line}" if word else line, flush=True)
        found += 1
    if not found:
        print(otherwise)
    return 1 if found else 0


def _failures() -> tuple[type[Exception], ...]:
    """What a part's refusal, or its silence, is raised as."""
    import psycopg
    from pymongo.errors import PyMongoError
    from sqlalchemy.exc import SQLAlchemyError

    return errors.Unavailable, Incompatible, psycopg.Error, PyMongoError, SQLAlchemyError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.bootstrap", description="Before services start.")
    commands = parser.add_subparsers(dest="command", required=True)
    found = commands.add_parser("reach", help="whether every part is where the environment says")
    found.add_argument("--authorities", type=Path, default=Path(), help="folder with the parts' own authorities")
    for name, text in (("lacks", "what the platform has to provide"), ("make", "makes what is missing")):
        commands.add_parser(name, help=text).add_argument("service", choices=sorted(BY_NAME))
    return parser


if __name__ == "__main__":
    sys.exit(main())
