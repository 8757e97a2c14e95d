"""The services against the contract: every event has its emitter and its listeners, every reason and caller its use."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

from loanflow.errors.v1 import reason_pb2
from proto.plugins.errors import ERROR
from services.catalog import SERVICES, Service
from services.runtime.messages import Outs
from services.runtime.serving.rpcs import contract_of
from tests.contract.conftest import ROOT
from tests.contract.findings import findings, same
from tests.contract.sources import forbidden_calls, given_reasons, rest_shapes
from tests.contract.test_descriptors import ACCESS, EVENT_MESSAGES

BY_SERVICE = [pytest.param(service, id=service.name) for service in SERVICES]
REASONS = {name.removeprefix("REASON_") for name in reason_pb2.Reason.DESCRIPTOR.values_by_name} - {"UNSPECIFIED"}


SERVER = ROOT / "services" / "runtime" / "serving" / "server.py"


def _place(path: Path, text: str) -> str:
    return f"{path.relative_to(ROOT)}:{path.read_text().partition(text)[0].count(chr(10)) + 1}"


def _module(service: Service, name: str) -> ModuleType:
    return importlib.import_module(f"services.{service.name}.{name}")


@pytest.mark.parametrize("service", BY_SERVICE)
def test_every_event_has_an_emitter(service: Service) -> None:
    declared = {message.full_name for message in EVENT_MESSAGES if message.file.package == service.package}
    outs: Outs = getattr(_module(service, "convert"), "_EVENTS", Outs())
    made = outs.message_classes
    missing = declared ^ {kind.DESCRIPTOR.full_name for kind in made.values()}
    assert not missing, f"services/{service.name}/convert.py: _EVENTS and the contract differ in {sorted(missing)}"
    sources = "\n".join(path.read_text() for path in (ROOT / "services" / service.name).glob("*.py"))
    never = [event.__name__ for event in made if not re.search(rf"(?<!class )\b{event.__name__}\(", sources)]
    findings(
        [f"services/{service.name}/events.py:1: {name}" for name in never],
        "no use case emits it: emit it, or reserve it",
    )


def test_every_reason_that_is_given_is_in_the_contract_and_every_other_is_reserved() -> None:
    given = given_reasons([ROOT / "services", ROOT / "envoy"]) - {"UNSPECIFIED"}
    place = "proto/loanflow/errors/v1/reason.proto:1"
    same(REASONS, given, place, "the code gives it: add it", "nothing gives it: reserve its number and name")


def test_every_reason_in_a_comment_is_in_the_contract() -> None:
    unknown = []
    for path in sorted((ROOT / "proto" / "loanflow").rglob("*_service.proto")):
        for code, listed in ERROR.findall(path.read_text().replace("//", "")):
            reasons = [reason for reason in listed.replace(",", " ").split() or [code] if reason not in REASONS]
            unknown += [f"{_place(path, reason)}: the comment lists {reason}" for reason in reasons]
    findings(unknown, "add it to proto/loanflow/errors/v1/reason.proto, or list another")


def test_no_service_calls_what_the_contract_does_not_allow() -> None:
    findings(forbidden_calls(ROOT / "services", ACCESS))


def test_only_the_runtime_builds_servers() -> None:
    sources = (path for folder in ("services", "stack", "envoy") for path in (ROOT / folder).rglob("*.py"))
    builders = [
        f"{_place(path, found[0])}: builds a server of its own"
        for path in sources
        if (found := re.search(r"\bgrpc\.(aio\.)?server\(", path.read_text())) and path != SERVER
    ]
    findings(builders, "use services.runtime.serving.service, whose interceptors every call must pass")
    assert "grpc.server(" in SERVER.read_text(), (
        f"{SERVER.relative_to(ROOT)}:1: builds no server: name the file that does"
    )


def test_no_route_is_there_twice() -> None:
    shapes = rest_shapes(ACCESS)
    twice = sorted({shape for shape in shapes if shapes.count(shape) > 1})
    findings([f"gen/access.json:1: {verb} {path} is there twice" for verb, path in twice], "give one RPC another path")


@pytest.mark.parametrize("service", BY_SERVICE)
def test_a_topic_is_named_as_the_package_of_its_events(service: Service) -> None:
    """As gen/docs/events.md promises it to readers; a package is never renamed."""
    remedy = "publish on the topic of the package, which readers of old know"
    found = [] if service.topic == service.package else [f"services/catalog.py:1: the topic {service.topic}"]
    findings(found, f"is not {service.package}: {remedy}")


@pytest.mark.parametrize("service", BY_SERVICE)
def test_every_rpc_is_implemented(service: Service) -> None:
    servicer = getattr(_module(service, "servicer"), f"{service.name.capitalize()}Servicer")
    found = contract_of(object.__new__(servicer))
    assert found.name == service.proto_service
