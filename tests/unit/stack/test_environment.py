"""What the stack sets is what the services read: each service's own Settings load from its environment."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from services import catalog
from services.runtime import settings
from stack import environment, pki
from stack.layout import Layout


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(18000, tmp_path_factory.mktemp("state"))
    pki.ensure(layout.pki)
    return layout


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_service_finds_all_its_settings(layout: Layout, name: str) -> None:
    kind: type[Any] = importlib.import_module(f"services.{name}.settings").Settings
    loaded = settings.load(kind, environment.of_service(layout, name))
    assert loaded.server.name == name
    assert loaded.server.port == layout.ports.service(name)
    assert loaded.server.pki_folder == layout.pki


@pytest.mark.parametrize("name", catalog.BY_NAME)
def test_a_stand_in_differs_from_its_service_by_its_ports_and_its_name_at_the_broker(layout: Layout, name: str) -> None:
    service, stand_in = (environment.of_service(layout, name, standby=each) for each in (False, True))
    changed = {"SERVER_PORT", "SERVER_METRICS_PORT", "KAFKA_INSTANCE"} | ({"LIVE_PORT"} & _short(service))
    assert {key for key in _short(service) if service[f"LOANFLOW_{key}"] != stand_in[f"LOANFLOW_{key}"]} == changed
    peers = service["LOANFLOW_PEERS_KYC"].removeprefix("ipv4:").split(",")
    assert peers == [f"127.0.0.1:{layout.ports.service('kyc', standby=each)}" for each in (False, True)]


def _short(variables: dict[str, str]) -> set[str]:
    return {key.removeprefix("LOANFLOW_") for key in variables if key.startswith("LOANFLOW_")}


def test_coverage_is_measured_only_when_asked(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOANFLOW_COVERAGE", "1")
    assert Path(environment.of_service(layout, "kyc")["COVERAGE_FILE"]) == layout.state / "coverage" / "data"
    monkeypatch.delenv("LOANFLOW_COVERAGE")
    assert "COVERAGE_FILE" not in environment.of_service(layout, "kyc")
