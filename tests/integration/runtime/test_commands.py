"""The steps of a deploy against the real parts: migrations, schemas; and encoding with what they left."""

import json
import subprocess
import sys

import pytest
from google.protobuf.message import Message

from services.runtime import errors
from services.runtime.events.avro import Codec, event_classes
from services.runtime.events.register import main as register
from services.runtime.events.registry import Incompatible, Registry, RegistrySettings, Undecodable, schema_text
from services.runtime.tls import TlsSettings
from stack import environment, pki
from stack.layout import Layout
from stack.servers import registry as registry_server
from tests.integration.conftest import ROOT, FreshPostgres

# Any service that publishes will do.
PUBLISHER = "customer"


@pytest.fixture
def registered(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> RegistrySettings:
    settings = registry_server.login(layout, pki.DEPLOY)
    for name, value in environment.of_registration(layout).items():
        monkeypatch.setenv(name, value)
    register([PUBLISHER])
    register([PUBLISHER])
    return settings


@pytest.fixture
def event() -> type[Message]:
    return event_classes(PUBLISHER)[0]


def test_registered_schemas_serve_writers_and_readers(registered: RegistrySettings, event: type[Message]) -> None:
    registries = Registry(registered), Registry(registered)
    writer, reader = map(Codec, registries)
    writer.prepare(event_classes(PUBLISHER))
    frame = writer.encode(event())
    assert reader.decode(frame, event) == event()
    with pytest.raises(Undecodable):
        reader.decode(b"\x00\x7f\xff\xff\xff" + frame[5:], event)
    for registry in registries:
        registry.close()


def test_an_incompatible_schema_is_refused(
    registered: RegistrySettings, event: type[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = event.DESCRIPTOR.full_name
    schema = json.loads(schema_text(name))
    schema["fields"].append({"name": "must", "type": "string"})
    monkeypatch.setattr("services.runtime.events.registry.schema_text", lambda _: json.dumps(schema))
    registry = Registry(registered)
    with pytest.raises(errors.Unavailable, match="does not know"):
        registry.id_of(name)
    with pytest.raises(Incompatible, match=name):
        registry.register(name)
    with pytest.raises(SystemExit, match=name):
        register([PUBLISHER])
    registry.close()


def test_a_registry_that_is_away_is_unavailable(event: type[Message]) -> None:
    with pytest.raises(errors.Unavailable, match="out of reach"):
        Codec(Registry(RegistrySettings("http://127.0.0.1:1", TlsSettings(plaintext=True)))).encode(event())


def test_migrate_names_what_it_cannot_do(layout: Layout) -> None:
    command = [sys.executable, "-m", "services.runtime.stores.migrate"]
    variables = {"PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}", **environment.of_migrations(layout)}
    port = variables.pop("LOANFLOW_MIGRATE_PORT")
    done = subprocess.run([*command, "unknown"], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "LOANFLOW_MIGRATE_PORT is not set" in done.stderr
    variables["LOANFLOW_MIGRATE_PORT"] = port
    done = subprocess.run([*command, "unknown"], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown has no migrations" in done.stderr


def test_every_services_migrations_apply_to_an_empty_database(fresh_postgres: FreshPostgres) -> None:
    found = sorted(path.parts[-3] for path in (ROOT / "services").glob("*/migrations/versions"))
    for service in found:
        database = fresh_postgres(service)
        database.check()
        database.outbox.backlog()
    assert found
