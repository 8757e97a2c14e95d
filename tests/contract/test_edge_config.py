"""The edge's configuration against the contract: nothing is missing, and Envoy takes it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envoy import limits
from envoy.bootstrap import bootstrap
from envoy.edge import Edge, read_rpcs
from envoy.replies import ANY_REFUSAL, ANYTHING_ELSE, OVERLOADED, REPLIES
from loanflow.errors.v1 import reason_pb2
from services.catalog import SERVICES
from stack import programs
from stack.ports import Ports
from tests.contract.conftest import GEN, ROOT
from tests.contract.findings import same

EDGE = Edge(8000, "127.0.0.1", Path("pki"), GEN / "loanflow.binpb", read_rpcs(GEN / "access.json"))
CONFIG = bootstrap(EDGE)
MANAGERS = [
    listener["filter_chains"][0]["filters"][0]["typed_config"] for listener in CONFIG["static_resources"]["listeners"]
]


def _filter(name: str, manager: Any = MANAGERS[0]) -> Any:
    return next(
        each["typed_config"] for each in manager["http_filters"] if each["name"] == f"envoy.filters.http.{name}"
    )


def test_filters_stand_in_their_order() -> None:
    order = ["buffer", "grpc_json_transcoder", "unasked_tokens", "jwt_authn", "rbac"]
    order += ["local_ratelimit", "local_ratelimit.share", "composite", "router"]
    for manager in MANAGERS:
        names = [each["name"].removeprefix("envoy.filters.http.") for each in manager["http_filters"]]
        assert [name for name in names if name in order] == order
        assert names[-len(order) :] == order


def test_every_rpc_has_a_policy_and_internal_ones_have_none() -> None:
    policies = _filter("rbac")["rules"]["policies"]
    wanted = {rpc.path for rpc in EDGE.rpcs if not rpc.internal}
    same(set(policies) - {"reflection", "live"}, wanted, "envoy/filters.py:1", "give it a policy", "drop it")
    assert any(rpc.internal for rpc in EDGE.rpcs)


def test_every_rpc_has_a_route_to_its_own_service() -> None:
    routes = MANAGERS[0]["route_config"]["virtual_hosts"][0]["routes"]
    found = {route["match"]["path"]: route for route in routes if {"path", "grpc"} <= set(route["match"])}
    same(found, [rpc.path for rpc in EDGE.rpcs], "envoy/routes.py:1", "give it a route", "take its route out")
    for rpc in EDGE.rpcs:
        assert found[rpc.path]["route"]["cluster"] == rpc.service.name
        assert (found[rpc.path]["route"]["timeout"] == "0s") is rpc.streaming
        (rate_class,) = found[rpc.path]["metadata"]["filter_metadata"][limits.FILTER].values()
        assert rate_class in limits.LIMITS


def test_every_service_has_a_cluster_that_trusts_only_it() -> None:
    clusters = {cluster["name"]: cluster for cluster in CONFIG["static_resources"]["clusters"]}
    wanted = {service.name for service in SERVICES} | {"jwks", "notification_live"}
    same(clusters, wanted, "envoy/clusters.py:1", "give it a cluster", "take its cluster out")
    for service in SERVICES:
        context = clusters[service.name]["transport_socket"]["typed_config"]["common_tls_context"]
        names = context["validation_context"]["match_typed_subject_alt_names"]
        identity = f"spiffe://loanflow.local/ns/loanflow/sa/{service.name}"
        assert names == [{"san_type": "URI", "matcher": {"exact": identity}}]
        assert context["tls_params"]["tls_minimum_protocol_version"] == "TLSv1_3"


def test_no_token_is_asked_only_where_the_contract_says_so() -> None:
    rules = _filter("jwt_authn")["rules"]
    free = {rule["match"]["path"] for rule in rules if "requires" not in rule and "path" in rule["match"]}
    wanted = {rpc.path for rpc in EDGE.rpcs if rpc.public or rpc.internal}
    same(free, wanted, "envoy/filters.py:1", "it is public: ask for no token", "it is not public: ask for a token")
    assert rules[-1] == {"match": {"prefix": "/"}, "requires": {"provider_name": "loanflow"}}


def test_reasons_of_the_edge_are_in_the_contract() -> None:
    for reply in (*REPLIES, OVERLOADED, ANY_REFUSAL, ANYTHING_ELSE):
        assert f"REASON_{reply.reason}" in reason_pb2.Reason.DESCRIPTOR.values_by_name, (
            f"envoy/replies.py:1: {reply.reason} is no reason: add REASON_{reply.reason} to errors/v1/reason.proto"
        )


def test_limits_can_be_widened() -> None:
    wide = limits.filter_config(replace(EDGE, rate_factor=10))["descriptors"]
    for narrow, wider in zip(limits.filter_config(EDGE)["descriptors"], wide, strict=True):
        assert wider["token_bucket"]["max_tokens"] == 10 * narrow["token_bucket"]["max_tokens"]


def test_ports_are_those_of_the_stack() -> None:
    ports = Ports(8000)
    assert (EDGE.plain_port, EDGE.tls_port, EDGE.admin_port, EDGE.live_port, EDGE.collector_port) == (
        ports.of("edge"),
        ports.of("edge tls"),
        ports.of("edge admin"),
        ports.of("live"),
        ports.of("collector"),
    )


def test_an_rpc_of_no_known_service_is_refused(tmp_path: Path) -> None:
    table = {"/loanflow.billing.v1.BillingService/Bill": {"owner": None, "public": True}}
    (tmp_path / "access.json").write_text(json.dumps(table))
    with pytest.raises(KeyError, match=r"loanflow\.billing\.v1\.BillingService"):
        read_rpcs(tmp_path / "access.json")


@pytest.mark.parametrize("besides", [[], ["--traced"]], ids=["alone", "with a collector"])
def test_envoy_accepts_it(certificates: Path, tmp_path: Path, besides: list[str]) -> None:
    command = [sys.executable, "-m", "envoy", "--base", "8000", "--pki", str(certificates), *besides]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (tmp_path / "envoy.json").write_text(made)
    validate = [programs.envoy(), "--mode", "validate", "-c", str(tmp_path / "envoy.json"), "-l", "warning"]
    done = subprocess.run(validate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "eprecated" not in done.stderr
