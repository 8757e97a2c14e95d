"""`python -m services.kyc.scheduler --date 2030-06-15`: has everyone with something open screened on a day."""

import sys
from dataclasses import dataclass

import grpc

from loanflow.kyc.v1 import kyc_service_pb2 as pb
from loanflow.kyc.v1.kyc_service_pb2_grpc import KycServiceStub
from services.runtime.calling.timed_job import MeshSettings, TimedJob


@dataclass(frozen=True)
class PeersSettings:
    """Where the service is, as `host:port`."""

    kyc: str


@dataclass(frozen=True)
class Settings:
    """All settings of the command."""

    peers: PeersSettings
    server: MeshSettings


def call(channel: grpc.Channel, business_date: str) -> pb.RunScreeningResponse:
    """Has a part of the customers screened."""
    return KycServiceStub(channel).RunScreening(pb.RunScreeningRequest(business_date=business_date))


SCREENING = TimedJob(
    "kyc", "screening", Settings, lambda settings: settings.peers.kyc, call,
    counts={
        "customers_screened": "customers screened",
        "cases_opened": "new cases",
        "escalated": "escalated",
        "papers_asked": "identity papers asked for",
        "due_diligence_asked": "due diligence asked for anew",
        "customers_failed": "customers that failed",
    },
    failed="customers_failed",
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(SCREENING.main(sys.argv[1:]))
