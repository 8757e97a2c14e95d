"""A real Envoy with the generated configuration, in front of stand-ins for the services."""

import json
import shutil
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.api import httpbody_pb2
from joserfc import jwt
from joserfc.jwk import ECKey

from envoy import contract
from envoy.bootstrap import bootstrap
from envoy.edge import AUDIENCE, ISSUER, JWKS_PATH, Edge, read_rpcs
from services.runtime.calling.tokens import TYPE
from stack import pki, programs
from tests.bases import own_base
from tests.contract import copies
from tests.contract.backend import Backend
from tests.contract.copies import IDENTITY, Copy
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
GEN = ROOT / "gen"
ADMIN_PROBE = "00000000-0000-4000-8000-000000000000"


@dataclass
class RunningEdge:
    """The edge's addresses, the stand-ins behind it, and a signer of tokens that it trusts."""

    base: int
    url: str
    tls_url: str
    grpc_target: str
    backend: Backend
    key: ECKey
    folder: Path
    access: dict[str, Any]

    def token(self, *roles: str, key: ECKey | None = None, **claims: Any) -> str:
        """A token with these roles, valid for ten minutes unless `claims` say otherwise."""
        now = int(time.time())
        standard = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "someone",
            "roles": list(roles),
            "iat": now,
            "exp": now + 600,
        }
        return jwt.encode({"alg": "ES256", "kid": "test", "typ": TYPE}, standard | claims, key or self.key)

    def bearer(self, *roles: str, **claims: Any) -> dict[str, str]:
        """The header with such a token."""
        return {"authorization": f"Bearer {self.token(*roles, **claims)}"}

    def rpc_of(self, verb: str, path: str) -> str:
        """The gRPC path of a REST route."""
        return next(
            rpc
            for rpc, entry in self.access.items()
            if any((binding["verb"], binding["path"]) == (verb, path) for binding in entry["http"])
        )


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of the project as a build needs, as it is."""
    return copies.original(tmp_path_factory.mktemp("original"), ROOT)


@pytest.fixture
def copy(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """A copy of it, to change."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LOANFLOW_AGAINST", raising=False)
    return Copy(Path(shutil.copytree(original, tmp_path / "copy", symlinks=True)))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of every workload."""
    folder = tmp_path_factory.mktemp("pki")
    pki.ensure(folder)
    return folder


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> Iterator[RunningEdge]:
    """The running edge, ready when it has fetched the keys."""
    yield from running_edge(tmp_path_factory.mktemp("edge"), certificates, Backend(GEN / "loanflow.binpb"))


def edge_of(base: int, certificates: Path, **special: Any) -> Edge:
    """An edge of this contract."""
    sources = contract.sources(GEN)
    rpcs = read_rpcs(GEN / "access.json")
    return Edge(base, "127.0.0.1", certificates, sources.pop(contract.DESCRIPTORS), rpcs, pages=sources, **special)


def running_edge(
    folder: Path, certificates: Path, backend: Backend, **special: Any
) -> Generator[RunningEdge, None, None]:
    """An edge in front of stand-ins, all of their own; ready when it has fetched the keys."""
    with own_base() as base:
        yield from _running_edge(folder, certificates, base, backend, special)


def _running_edge(
    folder: Path, certificates: Path, base: int, backend: Backend, special: Mapping[str, Any]
) -> Generator[RunningEdge, None, None]:
    key = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
    running = RunningEdge(
        base,
        f"http://127.0.0.1:{base + 80}",
        f"https://127.0.0.1:{base + 443}",
        f"127.0.0.1:{base + 80}",
        backend,
        key,
        folder,
        json.loads((GEN / "access.json").read_text()),
    )
    keys = httpbody_pb2.HttpBody(
        content_type="application/json", data=json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    )
    rpc = running.rpc_of("GET", JWKS_PATH)
    method = backend.pool.FindServiceByName(rpc.split("/")[1]).FindMethodByName(rpc.split("/")[2])
    body_field = method.output_type.fields[0].name
    encoded = {body_field: {"content_type": keys.content_type, "data": keys.data}}
    backend.answers[rpc] = lambda *_: [backend.message(method.output_type.full_name, **encoded)]
    backend.start(base, certificates)
    (folder / "envoy.json").write_text(json.dumps(bootstrap(edge_of(base, certificates, **special))))
    start = [
        programs.envoy(),
        "-c",
        str(folder / "envoy.json"),
        "--disable-hot-restart",
        "--concurrency",
        "1",
        "-l",
        "warning",
    ]
    with (folder / "envoy.log").open("w") as log, subprocess.Popen(start, stdout=log, stderr=log) as process:
        try:
            until(lambda: _trusts_tokens(running))
            yield running
        finally:
            process.terminate()
            process.wait(10)
            backend.stop()


def _trusts_tokens(edge: RunningEdge) -> bool:
    path = next(
        entry["http"][0]["path"]
        for entry in edge.access.values()
        if "ADMIN" in entry["roles"] and entry["http"][0]["verb"] == "GET"
    )
    try:
        answer = httpx.get(
            edge.url + path.replace("{application_id}", ADMIN_PROBE), headers=edge.bearer("ADMIN", sub="probe")
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == 200
