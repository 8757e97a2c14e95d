"""A platform with nothing of ours in it, and what it has to provide; pods as the manifests have them run on it.

Of a pod, command, variables and files are the manifest's own. In the place of its mounts are folders, and of the names
of hosts the addresses of the local parts.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from joserfc import jwt
from joserfc.jwk import ECKey

from stack import environment, pki, programs, starter
from stack.cluster import provided
from stack.layout import Layout
from stack.mesh.environment import AUTHORITY, DELIVERED, SECRETS, TOKEN, TOKENS
from stack.parts import choose
from stack.servers import openbao
from stack.supervisor import Supervisor
from tests.bases import own_base
from tests.integration.conftest import ROOT

PARTS = ("postgres", "kafka", "registry", "s3", "mongo", "openbao", "clamav")


@dataclass(frozen=True)
class Platform:
    """The parts, and the key by which the cluster signs the tokens of service accounts."""

    layout: Layout
    folder: Path
    key: ECKey

    def run(self, name: str, container: int = -1) -> subprocess.CompletedProcess[str]:
        """Runs one container of a Job to its end; of several that follow each other, the last."""
        job = manifest("Job", name)
        spec = job["spec"]["template"]["spec"]
        chosen = [*spec.get("initContainers", ()), *spec["containers"]][container]
        command = [sys.executable, *chosen["args"]]
        given = self.variables(spec, chosen)
        command = [self._local(word, spec["serviceAccountName"]) for word in command]
        return subprocess.run(command, env=given, capture_output=True, text=True, check=False, cwd=ROOT)

    @contextmanager
    def service(self, name: str) -> Iterator[int]:
        """A running service as its Deployment has it, but for its ports; the one of its health."""
        spec = manifest("Deployment", name)["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        ports: dict[str, int] = {
            "PORT": self.layout.ports.service(name),
            "METRICS_PORT": self.layout.ports.metrics(name),
        }
        given = self.variables(spec, container) | {f"LOANFLOW_SERVER_{key}": str(port) for key, port in ports.items()}
        given |= {"LOANFLOW_SERVER_HOST": "127.0.0.1", "LOANFLOW_LIVE_PORT": str(self.layout.ports.of("live"))}
        # A socket of this machine.
        given |= {"LOANFLOW_CLAMD_ADDRESS": environment.known(self.layout)["clamd.address"]}
        # It starts without an engine that answers.
        given |= {"LOANFLOW_SEARCH_URL": "https://localhost:1"}
        with (self.folder / f"{name}.log").open("w") as log:
            command = [sys.executable, *container["args"]]
            with subprocess.Popen(command, env=given, stdout=log, stderr=log, cwd=ROOT) as process:
                try:
                    yield ports["METRICS_PORT"]
                finally:
                    process.terminate()

    def log(self, name: str) -> str:
        """What a service has said."""
        return (self.folder / f"{name}.log").read_text()

    def variables(self, spec: Any, container: Any) -> dict[str, str]:
        """The environment of a container, over folders that hold what its pod mounts."""
        account, platform = spec["serviceAccountName"], self.addresses()
        self._mount(spec, account)
        # One broker, where the manifests mean three.
        # What the tests' own stack is told, such as where traces go, is no setting of this pod.
        machine = {name: text for name, text in programs.environment().items() if not name.startswith("LOANFLOW_")}
        found = {**machine, "LOANFLOW_PROVISION_REPLICAS": "1"}
        for each in container.get("env", ()):
            value = each["value"] if "value" in each else platform[each["valueFrom"]["configMapKeyRef"]["key"]]
            found[each["name"]] = self._local(value, account)
        return found | (platform if container.get("envFrom") else {})

    def addresses(self) -> dict[str, str]:
        """The ConfigMap of the platform, with the addresses of these parts."""
        known = {**environment.known(self.layout), "openbao.url": openbao.url(self.layout)}
        local = {f"LOANFLOW_{path.replace('.', '_').upper()}": str(value) for path, value in known.items()}
        # Without a collector, and with a part of a stack that is not started here left out.
        return {name: local.get(name, "") for name in manifest("ConfigMap", "platform")["data"]} | {
            "LOANFLOW_SERVER_JWKS_URL": "https://localhost:1/jwks.json", "LOANFLOW_REDIS_HOST": "",
            "LOANFLOW_SMTP_HOST": "", "LOANFLOW_BANK_URL": "", "LOANFLOW_CLAMD_ADDRESS": "", "LOANFLOW_SEARCH_URL": "",
        }  # fmt: skip

    def _mount(self, spec: Any, account: str) -> None:
        authority = (self.layout.pki / "ca.pem").read_text()
        for path in (SECRETS, DELIVERED, TOKENS, AUTHORITY):
            Path(self._local(path, account)).mkdir(parents=True, exist_ok=True)
        for volume in spec["volumes"]:
            for item in volume.get("secret", {}).get("items", ()):
                Path(self._local(SECRETS, account), item["path"]).write_text(authority)
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": "cluster",
            "sub": f"system:serviceaccount:loanflow:{account}",
            "aud": "openbao",
        }
        claims |= {"iat": now, "nbf": now, "exp": now + 600}
        token = jwt.encode({"alg": "ES256", "kid": "cluster"}, claims, self.key, algorithms=["ES256"])
        Path(self._local(TOKENS, account), TOKEN).write_text(token)

    def _local(self, text: str, account: str) -> str:
        for path in (SECRETS, DELIVERED, TOKENS, AUTHORITY):
            text = text.replace(path, f"{self.folder}/{account}{path}")
        return text

    def provide(self, name: str, *, without: str = "") -> None:
        """What the platform provides for a service: its log-ins, its rights at OpenBao, its secrets there."""
        provided.for_service(self.layout, name, without=without)

    def provide_shared(self) -> None:
        """What it provides once."""
        provided.shared(self.layout, "cluster", [self.key.as_pem(private=False).decode()])


def manifest(kind: str, name: str) -> Any:
    """An object of k8s/base."""
    for path in (ROOT / "k8s" / "base").rglob("*.yaml"):
        for each in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
            if (each["kind"], each.get("metadata", {}).get("name")) == (kind, name):
                return each
    raise LookupError(f"no {kind} {name} in k8s/base")


@contextmanager
def platform() -> Iterator[Platform]:
    """The parts, as their makers deliver them: administrators' log-ins and nothing else."""
    with own_base() as base, tempfile.TemporaryDirectory(prefix="loanflow-") as folder:
        layout = Layout(base, Path(folder, "state"))
        layout.state.mkdir()
        Path(folder).chmod(0o711)
        layout.state.chmod(0o711)
        pki.ensure(layout.pki)
        parts = [provided.bare(part) for part in choose([*PARTS])]
        supervisor = Supervisor(layout, tuple(parts))
        supervisor.configure()
        supervisor.launch()
        try:
            problems = starter.start(layout, supervisor, parts, lambda *_: None)
            assert not problems, "\n".join(map(str, problems))
            yield Platform(layout, Path(folder), ECKey.generate_key("P-256", {"kid": "cluster"}, auto_kid=False))
        finally:
            supervisor.end()
