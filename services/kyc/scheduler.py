"""`python -m services.kyc.scheduler --date 2030-06-15`: has everyone with something open screened on a business date.

Calls the kyc service under the identity of the scheduler, again and again until no customer waits; it can be ended and
started again at any point. Settings: LOANFLOW_PEERS_KYC, and LOANFLOW_SERVER_PKI_FOLDER or, behind a sidecar of the
mesh, LOANFLOW_SERVER_PEER_FROM=xfcc.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceStub
from services.runtime import context
from services.runtime.calling import clients
from services.runtime.calling.sidecar import PeerFrom, identity_of
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.settings import load

_CALLER = "scheduler"
_CALL_SECONDS = 60.0
_COUNTS = {
    "customers_screened": "customers screened",
    "cases_opened": "new cases",
    "escalated": "escalated",
    "customers_failed": "customers that failed",
}


@dataclass(frozen=True)
class PeersSettings:
    """Where the service is, as `host:port`."""

    kyc: str


@dataclass(frozen=True)
class MeshSettings:
    """Where the scheduler's certificate is, or who has it."""

    pki_folder: Path | None = None
    peer_from: PeerFrom = "tls"
    trust_domain: str = "loanflow.local"


@dataclass(frozen=True)
class Settings:
    """All settings of the command."""

    peers: PeersSettings
    server: MeshSettings


def run(settings: Settings, business_date: str) -> dict[str, int]:
    """Has the run done; what it did, counted over all calls."""
    mesh = settings.server
    identity = identity_of(_CALLER, mesh.peer_from, mesh.pki_folder, mesh.trust_domain)
    counts = dict.fromkeys(_COUNTS, 0)
    with (
        clients.channel("kyc", settings.peers.kyc, identity, _CALL_SECONDS) as channel,
        context.background(_CALLER, "kyc.screening"),
    ):
        stub = KycServiceStub(channel)
        while True:
            done = stub.RunScreening(pb.RunScreeningRequest(business_date=business_date))
            counts = {name: count + getattr(done, name) for name, count in counts.items()}
            if done.complete:
                return counts


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.kyc.scheduler", description=__doc__)
    today = SystemClock().today()
    parser.add_argument("--date", type=date.fromisoformat, default=today, help="the business date (today)")
    day = parser.parse_args(arguments).date.isoformat()
    try:
        counts = run(load(Settings), day)
    except Error as refused:
        print(f"the screening of {day} is not complete: {refused.message}", file=sys.stderr)
        return 1
    print(f"screening of {day} complete: {', '.join(f'{_COUNTS[name]} {count}' for name, count in counts.items())}")
    return 1 if counts["customers_failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
