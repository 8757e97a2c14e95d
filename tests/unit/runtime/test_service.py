"""A service's declaration: what its `__main__` names is checked, closed, and at hand when it is named."""

import ast
import dataclasses
import importlib
from pathlib import Path

import pytest

from services import catalog
from services.dynamic_settings.table import TABLE
from services.runtime.audit.settings import AuditSettings
from services.runtime.dynamic.setting import Table
from services.runtime.events.kafka import KafkaSettings
from services.runtime.events.registry import RegistrySettings
from services.runtime.secrets.settings import OpenBaoSettings
from services.runtime.serving.rpcs import StartError
from services.runtime.serving.service import Service
from services.runtime.serving.settings import ServerSettings
from services.runtime.stores.search_index import SearchSettings
from services.runtime.tls import MutualTlsSettings, TlsSettings


@dataclasses.dataclass(frozen=True)
class Peers:
    """One peer."""

    risk: str = ""


@dataclasses.dataclass(frozen=True)
class Settings:
    """Those of a service that calls another."""

    server: ServerSettings
    kafka: KafkaSettings
    registry: RegistrySettings
    audit: AuditSettings
    peers: Peers
    sealing_key_file: Path = Path("absent")
    openbao: OpenBaoSettings | None = None
    search: SearchSettings | None = None


class Resource:
    """Notes what is done with it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def check(self) -> None:
        self.done.append("checked")

    def close(self) -> None:
        self.done.append("closed")


@pytest.fixture
def service() -> Service:
    away = "127.0.0.1:1"
    server = ServerSettings("tested", 0, 0, f"https://{away}", peer_from="xfcc", drain=0.0)
    kafka = KafkaSettings(away, MutualTlsSettings(plaintext=True))
    registry = RegistrySettings(f"http://{away}", TlsSettings(plaintext=True))
    table = Table(
        dataclasses.replace(setting, readers=("tested",)) for setting in TABLE.settings if len(setting.readers) > 2
    )
    return Service(Settings(server, kafka, registry, AuditSettings(Path("absent")), Peers()), table)


def test_a_peer_without_an_address_is_refused_by_name(service: Service) -> None:
    with pytest.raises(StartError, match="tested calls kyc"):
        service.peer("kyc")


def test_events_need_a_store_first(service: Service) -> None:
    for name in (lambda: service.listens({}), lambda: service.publishes(lambda event: event)):  # type: ignore[arg-type, return-value]
        with pytest.raises(StartError, match="before its store"):
            name()


def test_the_trail_needs_its_store_first(service: Service) -> None:
    with pytest.raises(StartError, match="before it names its store"):
        _ = service.trail


def test_what_is_used_is_checked_at_the_start_and_closed_even_when_it_fails(service: Service) -> None:
    def fail() -> None:
        raise StartError("this one is missing")

    with pytest.raises(SystemExit), service:
        resource = service.uses(Resource())
        service.requires(fail)
        service.start()
    assert resource.done == ["checked", "closed"]


@pytest.mark.parametrize("service", catalog.SERVICES, ids=lambda service: service.name)
def test_every_peer_of_the_settings_is_named_and_no_other(service: catalog.Service) -> None:
    module = importlib.import_module(f"services.{service.name}.settings")
    peers = getattr(module, "PeersSettings", None)
    known = {field.name for field in dataclasses.fields(peers)} if peers else set()
    source = Path(f"services/{service.name}/__main__.py")
    strings = {node.value for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Constant)}
    named = {name for name in catalog.BY_NAME if name in strings} - {service.name}
    assert named == known, f"{source}: peers named {sorted(named)}, settings have {sorted(known)}"
