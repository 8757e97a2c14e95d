"""Who may call what, as Istio enforces it: one allow policy for each service; whatever none names is refused.

The same table as in the services and at the edge. Conditions on the token hold for what comes through the edge, which
passes the token on; RequestAuthentication has verified it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from envoy import docs
from envoy.clusters import clusters
from envoy.edge import (
    AUDIENCE,
    CLAIM_HEADERS,
    CUSTOMER_ROLE,
    ISSUER,
    JWKS_PATH,
    LIVE_PATH,
    LIVE_SERVICE,
    REFLECTION,
    REFLECTION_ROLES,
    TRUST_DOMAIN,
    Edge,
    Rpc,
)
from services.catalog import Service
from stack.mesh.environment import NAMESPACE, Json, host_of, live_port
from stack.mesh.jobs import GROUND, wave
from stack.mesh.workloads import labels, selector

EDGE = "edge"
SECURITY, NETWORKING = "security.istio.io/v1", "networking.istio.io/v1"
PATCHES = "networking.istio.io/v1alpha3"
ROLES_CLAIM = "request.auth.claims[roles]"
# What is a list of words there, Istio takes for a list.
SCOPES_CLAIM = "request.auth.claims[scope]"
# Where the outside finds the edge; an overlay puts its own name in place of this one.
PUBLIC_HOST = "loanflow.example"

_SUPPRESS = "galley.istio.io/analyze-suppress"


@dataclass(frozen=True)
class Table:
    """The contract's access table: the RPCs as the edge sees them, and the callers of each by its path.

    `shared` are those that services have beside their own, each once for every service that is called by them.
    """

    edge: Edge
    callers: Mapping[str, tuple[str, ...]]
    shared: tuple[Rpc, ...] = ()

    @property
    def rpcs(self) -> tuple[Rpc, ...]:
        """Every RPC of every service."""
        return (*self.edge.rpcs, *self.shared)

    def of(self, service: Service) -> list[Rpc]:
        """The RPCs of one service."""
        return [rpc for rpc in self.rpcs if rpc.service == service]


def principal(workload: str) -> str:
    """The SPIFFE id of a workload, as policies write it."""
    return f"{TRUST_DOMAIN}/ns/{NAMESPACE}/sa/{workload}"


def manifests(table: Table, service: Service) -> list[Json]:
    """The allow policy of a service, and how others connect to it."""
    return [_allowed(table, service), _destination(table, service)]


def istio(kind: str, version: str, name: str, passing: str = "", /, **spec: Any) -> Json:
    """One of Istio's objects; `passing` is the finding of `istioctl analyze` that it has on purpose."""
    annotations = wave(GROUND) | ({_SUPPRESS: passing} if passing else {})
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels(name), "annotations": annotations}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def tokens() -> Json:
    """How tokens are verified, at the edge and again before each service; who has none goes on without claims."""
    rule = {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "jwksUri": f"https://{PUBLIC_HOST}{JWKS_PATH}",
        "forwardOriginalToken": True,
        "outputClaimToHeaders": [{"header": name, "claim": claim} for name, claim in CLAIM_HEADERS.items()],
    }
    return istio("RequestAuthentication", SECURITY, "tokens", jwtRules=[rule])


def edge_policy(table: Table) -> Json:
    """What the edge lets in; its transcoder stands before this, so that paths are names of RPCs."""
    rules = [*by_roles(table.edge.rpcs, None), *reflection(None), live(None), reference(table.edge)]
    return istio("AuthorizationPolicy", SECURITY, EDGE, **_allow(EDGE, rules))


def by_roles(rpcs: Iterable[Rpc], source: str | None) -> list[Json]:
    """A rule for each set of roles, and of scopes: from `source`, to the RPCs that are open to them."""
    paths: dict[tuple[str, ...], list[str]] = {}
    scoped: dict[tuple[str, ...], list[str]] = {}
    for rpc in rpcs:
        if rpc.public or rpc.roles:
            paths.setdefault(() if rpc.public else tuple(sorted(rpc.roles)), []).append(rpc.path)
        if rpc.scopes:
            scoped.setdefault(tuple(sorted(rpc.scopes)), []).append(rpc.path)
    sources = [source] if source else []
    rules = [_rule(sources, names, roles) for roles, names in sorted(paths.items())]
    return rules + [_rule(sources, names, scopes, SCOPES_CLAIM) for scopes, names in sorted(scoped.items())]


def reflection(source: str | None) -> list[Json]:
    """What RPCs there are, for those who run the platform."""
    return [_rule([source] if source else [], [f"/{name}/*" for name in REFLECTION], REFLECTION_ROLES)]


def live(source: str | None) -> Json:
    """The live WebSocket, for customers."""
    rule = _rule([source] if source else [], [LIVE_PATH], (CUSTOMER_ROLE,))
    operation: Json = {"paths": [LIVE_PATH], "methods": ["GET"]}
    if source:
        operation["ports"] = [str(live_port())]
    return {**rule, "to": [{"operation": operation}]}


def reference(edge: Edge) -> Json:
    """The API reference, for everybody; the edge answers it by itself."""
    return {"to": [{"operation": {"paths": docs.paths(edge)}}]}


def _allowed(table: Table, service: Service) -> Json:
    rpcs = table.of(service)
    rules = [*by_roles(rpcs, EDGE), *reflection(EDGE)]
    if service.name == LIVE_SERVICE:
        rules.append(live(EDGE))
    paths: dict[tuple[str, ...], list[str]] = {}
    for rpc in rpcs:
        if callers := table.callers[rpc.path]:
            paths.setdefault(tuple(sorted(callers)), []).append(rpc.path)
    rules += [_rule(callers, names) for callers, names in sorted(paths.items())]
    return istio("AuthorizationPolicy", SECURITY, service.name, **_allow(service.name, rules))


def _allow(name: str, rules: list[Json]) -> Json:
    return {"selector": {"matchLabels": selector(name)}, "action": "ALLOW", "rules": rules}


def _rule(sources: Iterable[str], paths: list[str], values: Iterable[str] = (), claim: str = ROLES_CLAIM) -> Json:
    rule: Json = {"to": [{"operation": {"methods": ["POST"], "paths": sorted(paths)}}]}
    principals = [principal(source) for source in sources]
    if principals:
        rule = {"from": [{"source": {"principals": principals}}], **rule}
    if chosen := list(values):
        rule["when"] = [{"key": claim, "values": chosen}]
    return rule


def _destination(table: Table, service: Service) -> Json:
    """Mutual TLS by the mesh, no more at once than the edge allows, and a pause for pods that only fail."""
    cluster = next(each for each in clusters(table.edge) if each["name"] == service.name)
    limits = cluster["circuit_breakers"]["thresholds"][0]
    pool = {
        "tcp": {"maxConnections": limits["max_connections"], "connectTimeout": cluster["connect_timeout"]},
        "http": {
            "http1MaxPendingRequests": limits["max_pending_requests"],
            "http2MaxRequests": limits["max_requests"],
        },
    }
    ejection = {
        "consecutiveGatewayErrors": 5,
        "interval": "5s",
        "baseEjectionTime": "15s",
        "maxEjectionPercent": 50,
    }
    policy = {"tls": {"mode": "ISTIO_MUTUAL"}, "connectionPool": pool, "outlierDetection": ejection}
    policy["loadBalancer"] = {"simple": "LEAST_REQUEST"}
    return istio("DestinationRule", NETWORKING, service.name, host=host_of(service.name), trafficPolicy=policy)
