"""What the stack sets is what the services read: each service's own Settings load from its environment."""

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from services import catalog
from services.runtime import settings
from services.runtime.stores.mongo import Mongo, MongoSettings
from services.runtime.tls import TlsSettings
from stack import environment, pki, variables
from stack.layout import Layout
from stack.servers import mongo, timestamps


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(18000, tmp_path_factory.mktemp("state"))
    pki.ensure(layout.pki)
    timestamps.prepare(layout)
    for name in catalog.BY_NAME:
        # What the service itself fetches from OpenBao before it reads its settings.
        for secret in (*environment.static_secrets(layout, name), "postgres-password"):
            (layout.delivered(name) / secret).write_text("delivered")
    return layout


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_service_finds_all_its_settings(layout: Layout, name: str) -> None:
    kind: type[Any] = importlib.import_module(f"services.{name}.settings").Settings
    loaded = settings.load(kind, environment.of_service(layout, name))
    assert loaded.server.name == name
    assert loaded.server.port == layout.ports.service(name)
    assert loaded.server.pki_folder == layout.pki


def called(name: str) -> set[str]:
    """The services that `__main__` of a service opens a channel to, by their names or a constant with several."""
    module = importlib.import_module(f"services.{name}.__main__")
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.DictComp) and isinstance(node.generators[0].iter, ast.Name):
            found |= {*getattr(module, node.generators[0].iter.id)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "peer":
            [argument] = node.args
            found |= {str(argument.value)} if isinstance(argument, ast.Constant) else set()
    return found


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_service_has_the_address_of_each_that_it_calls(layout: Layout, name: str) -> None:
    kind: type[Any] = importlib.import_module(f"services.{name}.settings").Settings
    loaded = settings.load(kind, environment.of_service(layout, name))
    addresses = {*vars(loaded.peers)} if hasattr(loaded, "peers") else set()
    assert called(name) == addresses, f"services/{name}/settings.py: PeersSettings names others than {name} calls"


@pytest.mark.parametrize("name", mongo.DATABASES)
def test_writes_to_the_local_mongodb_are_not_retried_by_the_driver(layout: Layout, name: str) -> None:
    kind: type[Any] = importlib.import_module(f"services.{name}.settings").Settings
    given = settings.load(kind, environment.of_service(layout, name)).mongo
    assert not given.retry_writes, "SecantusDB looks through its last 10,000 retryable writes at each one"
    database = Mongo(MongoSettings("h", 1, "d", TlsSettings(plaintext=True), retry_writes=given.retry_writes))
    assert not database.client.options.retry_writes, "the driver is not given the setting"
    database.close()
    assert MongoSettings("h", 1, "d", TlsSettings(plaintext=True)).retry_writes, (
        "a MongoDB of its own is to be used as its drivers do"
    )


@pytest.mark.parametrize("name", ["of_migrations", "of_registration", "of_scheduler"])
def test_a_step_finds_its_settings(layout: Layout, name: str) -> None:
    assert getattr(environment, name)(layout), "the step starts without a single variable"


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_stand_in_differs_from_its_service_by_its_ports_and_its_name_at_the_broker(layout: Layout, name: str) -> None:
    service, stand_in = (environment.of_service(layout, name, standby=each) for each in (False, True))
    changed = {"SERVER_PORT", "SERVER_METRICS_PORT", "KAFKA_INSTANCE"} | ({"LIVE_PORT"} & _short(service))
    assert {key for key in _short(service) if service[f"LOANFLOW_{key}"] != stand_in[f"LOANFLOW_{key}"]} == changed
    for peer in catalog.BY_NAME:
        places = [f"127.0.0.1:{layout.ports.service(peer, standby=each)}" for each in (False, True)]
        assert service.get(f"LOANFLOW_PEERS_{peer.upper()}", "ipv4:" + ",".join(places)) == "ipv4:" + ",".join(places)


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_service_is_given_nothing_that_it_does_not_read(layout: Layout, name: str) -> None:
    asked = {setting.variable for setting in variables.of_service(name)}
    said = {key for key in environment.of_service(layout, name) if key.startswith("LOANFLOW_")}
    assert said <= asked


def test_everything_that_the_stack_knows_is_read_by_some_process(layout: Layout) -> None:
    read = {setting.path for name in catalog.BY_NAME for setting in variables.of_service(name)}
    read |= {setting.path for setting in variables.settings_of("services.repayment.scheduler")}
    migrate = variables.settings_of("services.runtime.stores.migrate", "MigrateSettings", "migrate")
    read |= {setting.path for setting in migrate}
    uncalled = {f"peers.{name}" for name in catalog.BY_NAME}
    known = {*environment.known(layout, "kyc"), *environment.secrets("kyc")}
    assert known - uncalled <= read, "stack/environment.py has values that no settings class asks for"


def test_a_setting_of_which_the_stack_knows_nothing_is_named(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = variables.Setting("risk.appetite", required=True, listens=False)
    monkeypatch.setattr(variables, "of_service", lambda name: (unknown,))
    with pytest.raises(LookupError, match="LOANFLOW_RISK_APPETITE has no default"):
        environment.of_service(layout, "risk")


def _short(variables: dict[str, str]) -> set[str]:
    return {key.removeprefix("LOANFLOW_") for key in variables if key.startswith("LOANFLOW_")}


def test_coverage_is_measured_only_when_asked(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_COVERAGE", "1")
    assert Path(environment.of_service(layout, "kyc")["COVERAGE_FILE"]) == layout.state / "coverage" / "data"
    monkeypatch.delenv("LOANFLOW_COVERAGE")
    assert "COVERAGE_FILE" not in environment.of_service(layout, "kyc")
