"""`python -m services.repayment.scheduler --date 2030-06-15`: has the daily run of a business date done to its end.

Calls the repayment service under the identity of the scheduler, again and again until every loan is done; it can be
ended and started again at any point. Settings: LOANFLOW_PEERS_REPAYMENT, and
LOANFLOW_SERVER_PKI_FOLDER or, behind a sidecar of the mesh, LOANFLOW_SERVER_PEER_FROM=xfcc.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.repayment.v1.repayment_service_pb2_grpc import RepaymentServiceStub
from services.runtime import context
from services.runtime.calling import clients
from services.runtime.calling.sidecar import PeerFrom, identity_of
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.settings import load

_CALLER = "scheduler"
_CALL_SECONDS = 60.0
_COUNTS = {
    "loans_done": "loans with news",
    "instalments_overdue": "instalments newly overdue",
    "late_fees_charged": "late fees",
    "reminders_made": "reminders",
}


@dataclass(frozen=True)
class PeersSettings:
    """Where the service is, as `host:port`."""

    repayment: str


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


def run(settings: Settings, business_date: str) -> tuple[dict[str, int], int]:
    """Has the run done; what it did, counted over all calls, and how many loans failed."""
    mesh = settings.server
    identity = identity_of(_CALLER, mesh.peer_from, mesh.pki_folder, mesh.trust_domain)
    counts = dict.fromkeys(_COUNTS, 0)
    with (
        clients.channel("repayment", settings.peers.repayment, identity, _CALL_SECONDS) as channel,
        context.background(_CALLER, "repayment.daily"),
    ):
        stub = RepaymentServiceStub(channel)
        while True:
            done = stub.RunDaily(pb.RunDailyRequest(business_date=business_date)).daily_run
            counts = {name: count + getattr(done, name) for name, count in counts.items()}
            if done.complete:
                return counts, done.loans_failed


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.repayment.scheduler", description=__doc__)
    today = SystemClock().today()
    parser.add_argument("--date", type=date.fromisoformat, default=today, help="the business date (today)")
    day = parser.parse_args(arguments).date.isoformat()
    try:
        counts, failed = run(load(Settings), day)
    except Error as refused:
        print(f"the daily run of {day} is not complete: {refused.message}", file=sys.stderr)
        return 1
    print(f"daily run of {day} complete: {', '.join(f'{_COUNTS[name]} {count}' for name, count in counts.items())}")
    if failed:
        print(f"loans that failed: {failed}; the log of the service says why", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
