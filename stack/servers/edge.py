"""The edge: Envoy, with the configuration that `python -m envoy` makes from the contract."""

import os
import subprocess
from pathlib import Path

from envoy.edge import Edge
from services.dynamic_settings.table import EDGE, TABLE
from services.runtime.dynamic.following import DynamicSettings
from services.runtime.secrets import private_files
from services.runtime.secrets.client import OpenBao
from services.runtime.secrets.delivery import Delivery
from services.runtime.secrets.settings import OpenBaoSettings
from stack import folders, probes, programs
from stack.layout import Layout, write_private
from stack.observability.telemetry import PROFILE

# What the configuration is made of, and names.
CONTRACT = ("access.json", "loanflow.binpb", "openapi.yaml")
JWKS_PATH = "/.well-known/jwks.json"
# Everybody who uses a local stack, the tests among them, calls from one address: guesses are counted less strictly.
RATE_FACTOR = os.environ.get("LOANFLOW_EDGE_RATE_FACTOR", "100")


class Followed:
    """The edge by its dynamic settings; those of before until `refresh` has fetched the present ones."""

    def __init__(self, layout: Layout, settings: OpenBaoSettings) -> None:
        self._layout = layout
        followed = DynamicSettings(TABLE, EDGE)
        self._rate = followed.current("edge_rate_factor", float(RATE_FACTOR))
        self._share = followed.current("edge_share_factor", 1.0)
        followed.check()
        self._delivery = Delivery(OpenBao(settings), followed.take)
        self._delivery.restore()

    def refresh(self) -> None:
        """Fetches them; errors.Unavailable without OpenBao."""
        self._delivery.refresh()

    def edge(self) -> Edge:
        """What the files that Envoy watches are made of."""
        layout = self._layout
        rates = {"rate_factor": self._rate(), "share_factor": self._share()}
        return Edge(layout.base, "127.0.0.1", layout.pki, Path(), (), dynamic=layout.folder("envoy"), **rates)


def command(layout: Layout) -> list[str]:
    """The proxy; without hot restart, whose shared memory two stacks would fight for."""
    return [
        programs.envoy(), "-c", str(layout.folder("envoy") / "envoy.json"), "--disable-hot-restart",
        "--concurrency", "2", "--log-level", "warning",
    ]  # fmt: skip


def prepare(layout: Layout, settings: OpenBaoSettings) -> None:
    """Writes the configuration for this stack's ports and certificates, with the limits that were in force last."""
    # The proxy reads them under its own account, which may not be let into the checkout.
    contract, folder = layout.folder("envoy") / "gen", layout.folder("envoy")
    contract.mkdir(exist_ok=True)
    for name in CONTRACT:
        private_files.replace(contract / name, (folders.CHECKOUT / "gen" / name).read_bytes())
    now = Followed(layout, settings).edge()
    make = [programs.python(), "-m", "envoy", "--base", str(layout.base), "--pki", str(layout.pki)]
    make += ["--rate-factor", str(now.rate_factor), "--share-factor", str(now.share_factor)]
    make += ["--gen", str(contract), "--dynamic", str(folder)]
    make += ["--traced"] if PROFILE in layout.profiles else []
    done = subprocess.run(make, capture_output=True, text=True, env=programs.environment(), check=False)
    if done.returncode:
        raise RuntimeError(f"the edge's configuration could not be made: {done.stderr.strip()[-2000:]}")
    write_private(folder / "envoy.json", done.stdout)


def ready(layout: Layout) -> None:
    """Returns when the proxy listens and reaches the auth service's keys, without which it refuses every token."""
    probes.http_ok(layout.ports.of("edge admin"), "/ready")
    probes.http_ok(layout.ports.of("edge"), JWKS_PATH)
