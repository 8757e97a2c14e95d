"""Who gets through to whom over the mesh's own mutual TLS: every caller and every method, plaintext, forged names."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from services.catalog import BY_NAME, SERVICES, SHARED
from stack import folders, pki
from tests.cluster.conftest import Cluster

ACCESS: dict[str, Any] = json.loads((folders.CHECKOUT / "gen" / "access.json").read_text())
# Runs in a pod: calls each method with an empty request, and says how each call ended.
CALLS = """
import grpc, json, sys
found, channels = [], {}
given = json.load(sys.stdin)
for host, path in given["calls"]:
    channel = channels.setdefault(host, grpc.insecure_channel(host))
    call = channel.unary_stream(path, lambda sent: sent, lambda answer: answer)
    try:
        next(iter(call(b"", timeout=8, metadata=given["metadata"])), None)
        found.append([host, path, "OK", ""])
    except grpc.RpcError as error:
        found.append([host, path, error.code().name, (error.details() or "")[:80]])
print(json.dumps(found))
"""
_BY_THE_MESH = ("RBAC: access denied",)


def addresses(path: str) -> list[tuple[str, str]]:
    """The services that have a method: the one of its package, or all."""
    owners = SERVICES if path.split("/")[1] in SHARED else [BY_NAME[path.split(".")[1]]]
    return [(f"{each.name}.loanflow.svc.cluster.local:{8000 + each.offset}", path) for each in owners]


def called(cluster: Cluster, caller: str, calls: list[tuple[str, str]], **metadata: str) -> list[tuple[str, ...]]:
    """How the calls of a service to others end: host, path, code and what was said."""
    given = {"calls": calls, "metadata": [[key.replace("_", "-"), value] for key, value in metadata.items()]}
    return [tuple(each) for each in json.loads(cluster.inside(caller, "-c", CALLS, given=json.dumps(given)))]


def let_through(answer: tuple[str, ...]) -> bool:
    """Whether the service itself answered: neither its sidecar refused, nor the caller's knew the host."""
    return answer[3] not in _BY_THE_MESH and answer[2] != "UNAVAILABLE"


@pytest.mark.parametrize("caller", [each.name for each in SERVICES])
def test_the_mesh_lets_through_whom_the_contract_names_and_nobody_else(cluster: Cluster, caller: str) -> None:
    calls = [each for path in ACCESS for each in addresses(path)]
    found = {each[:2] for each in called(cluster, caller, calls) if let_through(each)}
    # What all services have is called at others.
    named = {(host, path) for host, path in calls if caller in ACCESS[path]["callers"]}
    assert found == {(host, path) for host, path in named if not host.startswith(f"{caller}.")}


def test_a_claimed_identity_counts_for_nothing(cluster: Cluster) -> None:
    edge_alone = "/loanflow.application.v1.ApplicationService/ListFacilities"
    claimed = "By=spiffe://loanflow.local/ns/loanflow/sa/application;URI=spiffe://loanflow.local/ns/loanflow/sa/edge"
    [answer] = called(cluster, "risk", addresses(edge_alone), x_forwarded_client_cert=claimed)
    assert not let_through(answer), answer


@contextmanager
def reached(cluster: Cluster, credentials: grpc.ChannelCredentials | None) -> Iterator[grpc.Channel]:
    """A channel from beside the mesh to the pod of a service."""
    [pod] = cluster.read("pods", "--selector", "app.kubernetes.io/name=application")["items"][:1]
    address = f"{pod['status']['podIP']}:{8000 + BY_NAME['application'].offset}"
    options = [("grpc.ssl_target_name_override", "application")]
    with (
        grpc.secure_channel(address, credentials, options) if credentials else grpc.insecure_channel(address)
    ) as channel:
        yield channel


def asked(channel: grpc.Channel) -> grpc.StatusCode:
    """How a call to a public method ends."""
    try:
        channel.unary_unary("/loanflow.application.v1.ApplicationService/ListFacilities", bytes, bytes)(b"", 10)
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


def test_plaintext_is_refused(cluster: Cluster) -> None:
    with reached(cluster, None) as channel:
        assert asked(channel) is grpc.StatusCode.UNAVAILABLE


def test_a_certificate_of_another_authority_with_the_edges_name_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    pki.issue(tmp_path, pki.load_authority(tmp_path), "edge")
    key, chain = ((tmp_path / "edge" / name).read_bytes() for name in ("tls.key", "tls.pem"))
    # The pod's own certificate is believed: it is the pod that has to refuse.
    root = str(cluster.read("configmap", "istio-ca-root-cert")["data"]["root-cert.pem"]).encode()
    with reached(cluster, grpc.ssl_channel_credentials(root, key, chain)) as channel:
        assert asked(channel) is grpc.StatusCode.UNAVAILABLE
