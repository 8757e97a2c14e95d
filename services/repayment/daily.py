"""`python -m services.repayment.daily --date 2030-06-15`: has the daily run of a business date done to its end.

Calls the repayment service under the identity of the scheduler, again and again until every loan is done; it can be
ended and started again at any point. Settings: LOANFLOW_PEERS_REPAYMENT, LOANFLOW_SERVER_PKI_FOLDER.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loanflow.repayment.v1 import repayment_service_pb2 as pb
from loanflow.repayment.v1.repayment_service_pb2_grpc import RepaymentServiceStub
from services.runtime import clients, context
from services.runtime.clock import SystemClock
from services.runtime.errors import Error
from services.runtime.identity import Identity
from services.runtime.settings import load

_CALLER = "scheduler"
_CALL_SECONDS = 60.0


@dataclass(frozen=True)
class PeersSettings:
    """Where the service is, as `host:port`."""

    repayment: str


@dataclass(frozen=True)
class MeshSettings:
    """Where the scheduler's certificate is."""

    pki_folder: Path
    trust_domain: str = "loanflow.local"


@dataclass(frozen=True)
class Settings:
    """All settings of the command."""

    peers: PeersSettings
    server: MeshSettings


def run(settings: Settings, business_date: str) -> tuple[int, int]:
    """Has the run done; how many loans were worked on and how many instalments were newly overdue."""
    identity = Identity(_CALLER, settings.server.pki_folder, settings.server.trust_domain)
    loans = overdue = 0
    with (
        clients.channel("repayment", settings.peers.repayment, identity, _CALL_SECONDS) as channel,
        context.background(_CALLER, "repayment.daily"),
    ):
        stub = RepaymentServiceStub(channel)
        while True:
            done = stub.RunDaily(pb.RunDailyRequest(business_date=business_date)).daily_run
            loans, overdue = loans + done.loans_done, overdue + done.instalments_overdue
            if done.complete:
                return loans, overdue


def main(arguments: list[str]) -> int:
    """Gives the exit status: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m services.repayment.daily", description=__doc__)
    today = SystemClock().today()
    parser.add_argument("--date", type=date.fromisoformat, default=today, help="the business date (today)")
    day = parser.parse_args(arguments).date.isoformat()
    try:
        loans, overdue = run(load(Settings), day)
    except Error as refused:
        print(f"the daily run of {day} is not complete: {refused.message}", file=sys.stderr)
        return 1
    print(f"daily run of {day} complete: loans with news {loans}, instalments newly overdue {overdue}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
