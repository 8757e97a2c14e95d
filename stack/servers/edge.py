"""The edge: Envoy, with the configuration that `python -m envoy` makes from the contract."""

import os
import shutil
import subprocess

from stack import folders, probes, programs
from stack.layout import Layout

# What the configuration is made of, and names.
CONTRACT = ("access.json", "loanflow.binpb", "openapi.yaml")
JWKS_PATH = "/.well-known/jwks.json"
# Everybody who uses a local stack, the tests among them, calls from one address: guesses are counted less strictly.
RATE_FACTOR = os.environ.get("LOANFLOW_EDGE_RATE_FACTOR", "100")


def command(layout: Layout) -> list[str]:
    """The proxy; without hot restart, whose shared memory two stacks would fight for."""
    return [
        programs.envoy(), "-c", str(layout.folder("envoy") / "envoy.json"), "--disable-hot-restart",
        "--concurrency", "2", "--log-level", "warning",
    ]  # fmt: skip


def prepare(layout: Layout) -> None:
    """Writes the configuration for this stack's ports and certificates."""
    # The proxy reads them under its own account, which may not be let into the checkout.
    contract = layout.folder("envoy") / "gen"
    contract.mkdir(exist_ok=True)
    for name in CONTRACT:
        shutil.copyfile(folders.CHECKOUT / "gen" / name, contract / name)
    make = [programs.python(), "-m", "envoy", "--base", str(layout.base), "--pki", str(layout.pki)]
    make += ["--rate-factor", RATE_FACTOR, "--gen", str(contract)]
    done = subprocess.run(make, capture_output=True, text=True, env=programs.environment(), check=False)
    if done.returncode:
        raise RuntimeError(f"the edge's configuration could not be made: {done.stderr.strip()[-2000:]}")
    (layout.folder("envoy") / "envoy.json").write_text(done.stdout)


def ready(layout: Layout) -> None:
    """Returns when the proxy listens and reaches the auth service's keys, without which it refuses every token."""
    probes.http_ok(layout.ports.of("edge admin"), "/ready")
    probes.http_ok(layout.ports.of("edge"), JWKS_PATH)
